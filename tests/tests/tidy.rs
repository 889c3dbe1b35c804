//! Rules of the house that a machine can see; each says how to comply.

use sf_outbound_tests::{entries, root};
use std::collections::{BTreeMap, BTreeSet};
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

/// To XML, XML Schema and HTTP, white space is a few characters; to these functions it is also a no-break space.
#[test]
fn the_runtime_knows_no_white_space_of_unicode() {
    const UNICODE: [&str; 7] = [
        ".trim()",
        ".trim_start()",
        ".trim_end()",
        "str::trim",
        "is_whitespace",
        ".split_whitespace()",
        "trim_matches(char::",
    ];
    let runtime = root().join("crates/sf-outbound/src");
    let mut seen = 0;
    for file in sources().into_iter().filter(|file| file.starts_with(&runtime)) {
        // An excerpt is for a person.
        let allowed = usize::from(file.ends_with("verdict.rs"));
        let text = fs::read_to_string(&file).unwrap();
        let code = text.split("#[cfg(test)]\nmod").next().unwrap_or_default();
        let found =
            |word: &&str| code.lines().filter(|line| !is_comment(line) && line.contains(*word)).count();
        let found = UNICODE.iter().map(found).sum::<usize>();
        let is_test = file.ends_with("tests.rs");
        assert!(is_test || found <= allowed, "{} trims more than XML does: use scan::trim", file.display());
        seen += 1;
    }
    assert!(seen > 30, "only {seen} files of the runtime were found");
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with("//")
}

#[test]
fn every_code_has_a_case_with_its_whole_text() {
    let shown: String = entries(&root().join("tests/ui"))
        .iter()
        .map(|folder| fs::read_to_string(folder.join("stderr.txt")).unwrap_or_default())
        .collect();
    // What these say needs a limit, a request, or words of the operating system.
    let elsewhere = BTreeMap::from([
        ("SFG0201", "tests/tests/codes.rs"),
        ("SFG0301", "tests/tests/codes.rs"),
        ("SFG0302", "tests/tests/codes.rs"),
        ("SFR0307", "crates/sf-outbound/tests/options.rs"),
        ("SFR0501", "crates/sf-outbound/tests/server.rs"),
        ("SFR0503", "crates/sf-outbound/tests/server.rs"),
        ("SFR0601", "crates/sf-outbound/tests/server.rs"),
        ("SFR0602", "crates/sf-outbound/tests/server.rs"),
        ("SFR0603", "crates/sf-outbound/tests/server.rs"),
        ("SFR0604", "crates/sf-outbound/tests/router.rs"),
        ("SFR0605", "crates/sf-outbound/tests/server.rs"),
        ("SFR0606", "crates/sf-outbound/tests/server.rs"),
        ("SFR0607", "crates/sf-outbound/tests/service.rs"),
    ]);
    let generator = [sf_outbound_wsdl::CODES, sf_outbound_build::CODES, sf_outbound_sender::CODES].concat();
    let codes = generator.iter().map(|row| row.code).chain(sf_outbound::CODES.iter().map(|row| row.code));
    // Of a running organization: the tests of the sender and of `org`.
    let is_running = |code: &str| code.starts_with("SFD0") && code > "SFD02";
    for code in codes.filter(|code| !is_running(code)) {
        let here = shown.contains(&format!("[{code}]"));
        let there = elsewhere.get(code).map(|file| fs::read_to_string(root().join(file)).unwrap());
        assert!(
            here || there.is_some_and(|text| text.contains(code)),
            "{code} has no case: add a folder to tests/ui, and run `cargo xtask bless`"
        );
    }
}

/// A library, the crate that uses it, and the file or folder of that crate that may.
const KEPT_APART: [(&str, &str, &str); 8] = [
    ("hyper", "sf-outbound-page", "serve.rs"),
    ("maud", "sf-outbound-page", "page"),
    ("maud", "sf-outbound-sender", "page"),
    ("roxmltree", "sf-outbound-wsdl", "document.rs"),
    ("rusqlite", "sf-outbound-sender", "store"),
    ("toml::", "sf-outbound-sender", "table.rs"),
    // Whoever sends, sends by it.
    ("ureq", "sf-outbound-sender", ""),
    ("ureq", "sf-outbound-cli", "org"),
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

/// The text of the examples in a file's doc comments.
fn examples(text: &str) -> String {
    let mut inside = false;
    let mut examples = String::new();
    for line in text.lines().filter_map(|line| line.trim_start().strip_prefix("///")) {
        if line.trim_start().starts_with("```") {
            inside = !inside;
        } else if inside {
            examples += line;
            examples.push('\n');
        }
    }
    examples
}

/// The public items of a file that its crate shows, each with its kind: `fn decode`.
fn public_items(text: &str) -> Vec<(usize, &str)> {
    let mut items = Vec::new();
    let (mut documented, mut hidden) = (false, false);
    let code = text.split("#[cfg(test)]\nmod").next().unwrap_or_default();
    for (index, line) in code.lines().map(str::trim_start).enumerate() {
        documented |= line.starts_with("///");
        hidden |= line.starts_with("#[doc(hidden)]");
        if line.starts_with("///") || line.starts_with("#[") {
            continue;
        }
        let item = line.strip_prefix("pub ").map(|rest| rest.strip_prefix("const fn ").unwrap_or(rest));
        let item = item.map(|rest| {
            let kinds = ["fn ", "struct ", "enum ", "trait ", "static ", "const ", "type "];
            kinds.iter().find_map(|kind| rest.strip_prefix(kind)).unwrap_or(rest)
        });
        let name = item
            .map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default());
        // A field, a re-export or a module is none.
        let is_item = item.is_some_and(|rest| {
            !line.ends_with(',') && !rest.starts_with("use ") && !rest.starts_with("mod ")
        });
        if let Some(name) = name.filter(|name| documented && !hidden && is_item && !name.is_empty()) {
            items.push((index + 1, name));
        }
        (documented, hidden) = (false, false);
    }
    items
}

#[test]
fn every_public_item_stands_in_an_example() {
    let (mut seen, mut missing) = (0, Vec::new());
    for name in [
        "sf-outbound",
        "sf-outbound-field",
        "sf-outbound-wsdl",
        "sf-outbound-build",
        "sf-outbound-client",
        "sf-outbound-page",
        "sf-outbound-store",
        "sf-outbound-inbox",
        "sf-outbound-sender",
    ] {
        let folder = root().join("crates").join(name).join("src");
        let files: Vec<_> = sources().into_iter().filter(|file| file.starts_with(&folder)).collect();
        let texts: Vec<_> = files.iter().map(|file| fs::read_to_string(file).unwrap()).collect();
        let shown: String = texts.iter().map(|text| examples(text)).collect();
        let words: BTreeSet<&str> = shown.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
        for (file, text) in files.iter().zip(&texts) {
            for (line, item) in public_items(text) {
                if !words.contains(item) {
                    missing.push(format!("{}:{line}: `{item}`", file.display()));
                }
                seen += 1;
            }
        }
    }
    assert!(missing.is_empty(), "no example shows these, add one to their documentation: {missing:#?}");
    assert!(seen > 90, "only {seen} public items were found");
}
