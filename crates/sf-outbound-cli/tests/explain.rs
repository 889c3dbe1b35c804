//! What a message shows, what `explain` says and what docs/codes.md holds are one text.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn explain(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sf-outbound")).arg("explain").args(arguments).output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// The code of a line of `explain --all`, where it has one.
fn code(line: &str) -> Option<&str> {
    line.strip_prefix("  ")?.split(' ').next()
}

/// The examples are what the tests of mistakes expect: of each code the first message.
#[test]
fn examples_are_what_the_command_prints() {
    let mut folders: Vec<_> =
        fs::read_dir(root().join("tests/ui")).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    let mut examples = BTreeMap::new();
    for folder in folders {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let shown = fs::read_to_string(folder.join("stderr.txt")).unwrap();
        for message in shown.replace(&format!("tests/ui/{name}/"), "").split("\n\n") {
            if let Some((_, rest)) = message.split_once('[').filter(|(before, _)| !before.contains('\n')) {
                let code = rest.split(']').next().unwrap_or_default().to_owned();
                examples.entry(code).or_insert_with(|| message.trim_end().to_owned());
            }
        }
    }
    let mut text = String::new();
    for (code, message) in &examples {
        assert!(!message.contains('@'), "the examples are parted by `@`");
        writeln!(text, "@{code}\n{message}").unwrap();
    }
    expect_test::expect_file![root().join("crates/sf-outbound-cli/src/examples.txt")].assert_eq(&text);
}

#[test]
fn the_page_of_codes_is_what_explain_says() {
    let mut page = String::from(
        "# Codes\n\nEvery code that a message of sf-outbound shows, as `sf-outbound explain CODE` explains it.\n\
         A code is stable: it is never given to something else.\n",
    );
    for line in out(&explain(&["--all"])).lines() {
        match code(line) {
            Some(code) => write!(page, "\n### {}", out(&explain(&[code]))).unwrap(),
            None if line.is_empty() => {}
            None => writeln!(page, "\n## {line}").unwrap(),
        }
    }
    expect_test::expect_file![root().join("docs/codes.md")].assert_eq(&page);
}

/// An explanation says more than its title: sentences, of which one tells what to do or what to look at.
#[test]
fn explanations_are_sentences() {
    let all = out(&explain(&["--all"]));
    let codes: Vec<_> = all.lines().filter_map(code).collect();
    assert!(codes.len() >= 50, "{all}");
    for code in codes {
        let page = out(&explain(&[code]));
        let explanation = page.lines().nth(2).unwrap();
        assert!(explanation.ends_with('.') && explanation.len() > 90, "{page}");
    }
}

#[test]
fn a_code_is_known_in_any_case_and_several_can_be_asked_for() {
    let both = out(&explain(&["sfw0203", "[SFR0202]"]));
    assert!(both.starts_with("SFW0203: unknown simple type\n\n"), "{both}");
    assert!(both.contains("\n\nSFR0202: value outside its type\n\n"), "{both}");
}

#[test]
fn a_code_that_is_not_known_gets_the_nearest_ones() {
    for (asked, offered) in [
        ("SFW203", "\n  SFW0203  unknown simple type"),
        ("SFR0299", "\n  SFR0202  value outside its type"),
        ("web page", "\n  SFW0104  web page instead of a WSDL"),
        ("qqq", "help: `sf-outbound explain --all` lists the codes"),
    ] {
        let output = explain(&[asked]);
        let shown = String::from_utf8(output.stderr.clone()).unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(shown.starts_with(&format!("error: there is no code `{asked}`\n")), "{shown}");
        assert!(shown.contains(offered), "{shown}");
    }
}
