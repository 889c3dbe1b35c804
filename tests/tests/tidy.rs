//! Rules of the house that a machine can see; each says how to comply.

use sf_outbound_tests::{entries, root};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn sources() -> Vec<PathBuf> {
    fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
        for path in entries(folder) {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if path.is_dir() && !matches!(name.as_str(), "target" | "cases" | ".git") {
                walk(&path, files);
            } else if path.is_file()
                && path.extension().is_some_and(|extension| extension == "rs")
                && name != "generated.rs"
            {
                files.push(path);
            }
        }
    }
    let mut files = Vec::new();
    walk(&root(), &mut files);
    assert!(files.len() > 40, "the sources were not found");
    files
}

#[test]
fn no_file_is_longer_than_600_lines() {
    for file in sources() {
        let lines = fs::read_to_string(&file).unwrap().lines().count();
        assert!(lines <= 600, "{} has {lines} lines: split it by noun", file.display());
    }
}

#[test]
fn nothing_is_left_unfinished() {
    // In two halves, so that this file does not find itself.
    let words = [
        concat!("to", "do!("),
        concat!("unimple", "mented!("),
        concat!("FIX", "ME"),
        concat!("#[ign", "ore"),
    ];
    for file in sources() {
        let text = fs::read_to_string(&file).unwrap();
        for word in words {
            assert!(!text.contains(word), "{} holds {word}: finish it, or write an issue", file.display());
        }
    }
}

#[test]
fn every_code_has_a_case_with_its_whole_text() {
    let shown: String = entries(&root().join("tests/ui"))
        .iter()
        .map(|folder| fs::read_to_string(folder.join("stderr.txt")).unwrap_or_default())
        .collect();
    let goldens = [sf_outbound_wsdl::CODES, sf_outbound_build::CODES, sf_outbound_sender::CODES].concat();
    // What these say depends on the machine, or needs no file: their tests are elsewhere.
    let elsewhere = BTreeSet::from(["SFG0101", "SFG0201", "SFG0301", "SFG0302"]);
    // Of a running organization: the tests of the sender and of `org`.
    let is_running = |code: &str| code.starts_with("SFD0") && code > "SFD02";
    for code in goldens {
        assert!(
            elsewhere.contains(code.code)
                || is_running(code.code)
                || shown.contains(&format!("[{}]", code.code)),
            "{} has no case: add a folder to tests/ui, and run `cargo xtask bless`",
            code.code
        );
    }
}

/// A library, the crate that uses it, and the file or folder of that crate that may.
const KEPT_APART: [(&str, &str, &str); 4] = [
    ("roxmltree", "sf-outbound-wsdl", "document.rs"),
    ("rusqlite", "sf-outbound-sender", "store"),
    ("toml::", "sf-outbound-sender", "table.rs"),
    ("ureq", "sf-outbound-sender", "client.rs"),
];

#[test]
fn libraries_are_known_where_they_are_needed_only() {
    for file in sources() {
        let text = fs::read_to_string(&file).unwrap();
        for (library, package, place) in KEPT_APART {
            let source = root().join("crates").join(package).join("src");
            let Ok(inside) = file.strip_prefix(&source) else { continue };
            let may = inside.iter().any(|part| part == place);
            assert!(may || !text.contains(library), "{} knows {library}: use `{place}`", file.display());
        }
    }
}
