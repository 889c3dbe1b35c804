//! `diff` from the outside: each folder under `tests/diff` is a case, text and JSON are the expectation.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/diff");
    let mut cases: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    cases
}

fn diff(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sf-outbound"));
    command.current_dir(folder).arg("diff").args(arguments).output().unwrap()
}

#[test]
fn changes_are_told_with_what_they_break() {
    let cases = cases();
    assert!(cases.len() >= 25, "the cases were not found");
    for case in cases {
        let arguments = fs::read_to_string(case.join("args")).unwrap_or_else(|_| "old.wsdl\nnew.wsdl".into());
        let arguments: Vec<_> = arguments.lines().collect();
        let text = diff(&case, &arguments);
        let json = diff(&case, &[&arguments[..], &["--format", "json"]].concat());
        assert_eq!((&*text.stderr, &*json.stderr), (&b""[..], &b""[..]), "{}", case.display());
        let [text_shown, json_shown] =
            [&text, &json].map(|output| String::from_utf8(output.stdout.clone()).unwrap());
        expect_test::expect_file![case.join("expected.txt")].assert_eq(&text_shown);
        expect_test::expect_file![case.join("expected.json")].assert_eq(&json_shown);
        for secret in ["opensesame", "xyzzy"] {
            assert!(!text_shown.contains(secret) && !json_shown.contains(secret), "{}", case.display());
        }
        let read: serde_json::Value = serde_json::from_str(&json_shown).unwrap();
        let breaks = read["changes"].as_array().unwrap().iter().any(|change| {
            !change["breaksRunTime"].is_null() || !change["breaksCode"].as_array().unwrap().is_empty()
        });
        assert_eq!(read["breaking"], breaks, "{}", case.display());
        for output in [text, json] {
            assert_eq!(output.status.code(), Some(i32::from(breaks)), "{}", case.display());
        }
    }
}

/// What is the same to a listener, however it is written.
#[test]
fn a_file_is_not_different_from_itself() {
    for case in cases() {
        for file in ["old.wsdl", "new.wsdl"] {
            if case.join(file).is_file() {
                let output = diff(&case, &[file, file]);
                let shown = String::from_utf8(output.stdout).unwrap();
                assert!(output.status.success() && shown.ends_with("\n0 changes, 0 breaking\n"), "{shown}");
            }
        }
    }
}

#[test]
fn a_folder_has_to_hold_one_wsdl() {
    let folder = tempfile::tempdir().unwrap();
    let wsdl = cases()[0].join("old.wsdl");
    let wsdl = wsdl.to_str().unwrap();
    for (copies, complaint) in [(0, "error: no WSDL in ."), (1, ""), (2, "error: 2 WSDLs in .")] {
        if copies > 0 {
            fs::copy(wsdl, folder.path().join(format!("{copies}.wsdl"))).unwrap();
        }
        let output = diff(folder.path(), &[".", wsdl]);
        let shown = String::from_utf8(output.stderr).unwrap();
        assert_eq!(shown.lines().next().unwrap_or_default(), complaint);
        assert_eq!(output.status.code(), Some(i32::from(!complaint.is_empty())));
    }
}
