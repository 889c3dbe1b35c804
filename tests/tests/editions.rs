//! Generated text compiles without a warning, pedantic ones among them, in two editions, by `include!` and
//! as a module. One crate of many modules for each edition: the set takes seconds.

use sf_outbound_build::{Options, generate};
use sf_outbound_tests::{corpus, entries, root};
use sf_outbound_wsdl::{ReadOptions, read};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Name of a module and its text.
fn texts() -> Vec<(String, String)> {
    let mut texts = Vec::new();
    for case in entries(&root().join("tests/cases")) {
        let name = case.file_name().unwrap().to_string_lossy().replace('-', "_");
        texts.push((format!("case_{name}"), fs::read_to_string(case.join("expected.rs")).unwrap()));
    }
    let corpus: Vec<PathBuf> = corpus("wsdl").map(|folder| entries(&folder)).unwrap_or_default();
    for (index, file) in corpus.iter().enumerate() {
        let model = read("corpus.wsdl", &fs::read(file).unwrap(), &ReadOptions::default()).model;
        let model = model.unwrap_or_else(|| panic!("{} is refused", file.display()));
        texts.push((format!("corpus_{index}"), generate(&model, &Options::default()).unwrap().text));
    }
    texts
}

fn write_crate(folder: &Path, edition: &str, texts: &[(String, String)]) {
    fs::create_dir_all(folder.join("src")).unwrap();
    let runtime = root().join("crates/sf-outbound");
    let manifest = format!(
        "[package]\nname = \"edition-{edition}\"\nversion = \"0.0.0\"\nedition = \"{edition}\"\n\
         [dependencies]\nsf-outbound = {{ path = \"{}\" }}\n\
         [lints.rust]\nwarnings = \"deny\"\n[lints.clippy]\npedantic = {{ level = \"deny\", priority = -1 }}\n",
        runtime.display()
    );
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    let mut lib = String::new();
    for (name, text) in texts {
        fs::write(folder.join(format!("src/{name}.rs")), text).unwrap();
        writeln!(lib, "mod {name};").unwrap();
        writeln!(lib, "mod included_{name} {{\n    include!(\"{name}.rs\");\n}}").unwrap();
    }
    fs::write(folder.join("src/lib.rs"), lib).unwrap();
}

#[test]
fn generated_text_compiles_without_a_warning() {
    let texts = texts();
    // Inside the target folder, so that nothing is left elsewhere, and the second run is fast.
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("editions");
    let _ = fs::remove_dir_all(folder.join("edition-2021/src"));
    let _ = fs::remove_dir_all(folder.join("edition-2024/src"));
    for edition in ["2021", "2024"] {
        write_crate(&folder.join(format!("edition-{edition}")), edition, &texts);
    }
    fs::write(folder.join("Cargo.toml"), "[workspace]\nresolver = \"3\"\nmembers = [\"edition-*\"]\n")
        .unwrap();
    fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    let output = Command::new(env!("CARGO"))
        .args(["clippy", "--quiet", "--offline"])
        .current_dir(&folder)
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .output()
        .unwrap();
    let shown = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}", shown.chars().take(6000).collect::<String>());
    println!("{} modules in 2 editions, by `mod` and by `include!`", texts.len());
}

/// The text names only the runtime, `core` and `std`, always by absolute path.
#[test]
fn generated_text_names_three_crates_by_absolute_path() {
    for (name, text) in texts() {
        let known = ["::sf_outbound::", "::core::", "::std::"];
        for (at, _) in text.match_indices("::") {
            let head = text[..at].ends_with(|c: char| c.is_whitespace() || "(<&[=>|{".contains(c)) || at == 0;
            assert!(
                !head || known.iter().any(|path| text[at..].starts_with(path)),
                "{name}: {}",
                &text[at..at + 30]
            );
        }
    }
}
