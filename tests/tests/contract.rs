//! What generated code and runtime agree on: code of every contract that the runtime keeps goes on compiling and
//! working, and code of any other fails with one sentence of ours.
//!
//! `tests/contract/<number>` holds what was generated for a number that is no more the generator's: when the number
//! rises, copy the goldens of `tests/cases` there before they are blessed.

use sf_outbound::{Kind, Schema};
use sf_outbound_build::{Options, generate};
use sf_outbound_tests::{entries, root};
use sf_outbound_wsdl::{Model, ReadOptions, read};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The numbers that the runtime keeps, as its macro lists them.
fn kept() -> Vec<u32> {
    let text = fs::read_to_string(root().join("crates/sf-outbound/src/contract.rs")).unwrap();
    let rows = text.lines().filter_map(|line| line.trim().strip_suffix(") => {};"));
    rows.filter_map(|row| row.strip_prefix('(')?.parse().ok()).collect()
}

/// The number that generated text begins with.
fn number(text: &str) -> u32 {
    let (_, rest) =
        text.lines().next().unwrap_or_default().split_once("contract!(").expect("a contract first");
    rest.trim_end_matches([')', ';']).parse().unwrap()
}

fn model() -> Model {
    let wsdl = fs::read(root().join("tests/cases/plain/service.wsdl")).unwrap();
    read("service.wsdl", &wsdl, &ReadOptions::default()).model.unwrap()
}

/// What the generator gives today.
fn current() -> String {
    generate(&model(), &Options::default()).unwrap().text
}

/// Each says it by itself, as neither knows the other: what the generator took and the runtime refused would not compile.
#[test]
fn generator_and_runtime_take_the_same_api_names() {
    let names = [
        "Amount",
        "amount__c",
        "_x",
        "A1",
        "1A",
        "",
        "a b",
        "a-b",
        "a.b",
        "a:b",
        "é",
        "Name ",
        "a\u{308}",
        "__",
        "_",
    ];
    for name in names {
        let (mut of_field, mut of_object) = (model(), model());
        name.clone_into(&mut of_field.fields[0].name);
        name.clone_into(&mut of_object.object.text);
        let is_refused = |model: &Model| {
            let findings = generate(model, &Options::default()).err().unwrap_or_default();
            findings.iter().any(|finding| finding.code.code == "SFG0103")
        };
        let schema = |object: &str, field: &str| Schema::new(object, [(field.to_owned(), Kind::Text)]);
        assert_eq!(is_refused(&of_field), schema("Account", name).is_err(), "the field `{name}`");
        assert_eq!(is_refused(&of_object), schema(name, "Name").is_err(), "the object `{name}`");
    }
}

/// A crate of the scratch folder with these files in `src`; what cargo says of it.
fn cargo(name: &str, command: &str, files: &[(String, String)]) -> Output {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("contract").join(name);
    let _ = fs::remove_dir_all(folder.join("src"));
    fs::create_dir_all(folder.join("src")).unwrap();
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n\
         [dependencies]\nsf-outbound = {{ path = \"{}\" }}\n[lints.rust]\nwarnings = \"deny\"\n",
        root().join("crates/sf-outbound").display()
    );
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    for (file, text) in files {
        fs::write(folder.join("src").join(file), text).unwrap();
    }
    Command::new(env!("CARGO"))
        .args([command, "--quiet", "--offline", "--color", "never"])
        .current_dir(&folder)
        .env("CARGO_TARGET_DIR", folder.with_file_name("target"))
        .output()
        .unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn every_kept_number_has_its_code() {
    let kept = kept();
    let newest = number(&current());
    assert_eq!(kept.last(), Some(&newest), "the generator writes {newest}, the runtime keeps {kept:?}");
    for before in &kept[..kept.len() - 1] {
        let files = entries(&root().join(format!("tests/contract/{before}")));
        assert!(files.len() >= 9, "contract {before} has {} files in tests/contract", files.len());
    }
    for folder in entries(&root().join("tests/contract")).into_iter().filter(|path| path.is_dir()) {
        let named: u32 = folder.file_name().unwrap().to_string_lossy().parse().unwrap();
        assert!(kept.contains(&named), "contract {named} is not kept: its code can go, with a major release");
        for file in entries(&folder) {
            assert_eq!(number(&fs::read_to_string(&file).unwrap()), named, "{}", file.display());
        }
    }
}

/// All of it compiles, and a listener that was written for it acknowledges a message.
#[test]
fn code_of_every_kept_contract_compiles_and_works() {
    let listener = fs::read_to_string(root().join("tests/contract/listener.rs")).unwrap();
    let mut files = Vec::new();
    let mut lib = String::new();
    let mut add = |contract: &str, file: &Path, text: String| {
        let stem = file.file_stem().unwrap().to_string_lossy().into_owned();
        let module = format!("contract_{contract}_{stem}");
        writeln!(lib, "pub mod {module};").unwrap();
        if stem == "plain" {
            writeln!(lib, "#[cfg(test)]\nmod listener_{contract} {{").unwrap();
            writeln!(lib, "use super::{module} as generated;\ninclude!(\"listener.rs\");\n}}").unwrap();
        }
        files.push((format!("{module}.rs"), text));
    };
    for folder in entries(&root().join("tests/contract")).into_iter().filter(|path| path.is_dir()) {
        let contract = folder.file_name().unwrap().to_string_lossy().into_owned();
        for file in entries(&folder) {
            add(&contract, &file, fs::read_to_string(&file).unwrap());
        }
    }
    add("now", &PathBuf::from("plain.rs"), current());
    let contracts = lib.matches("mod listener_").count();
    files.push(("lib.rs".into(), lib));
    files.push(("listener.rs".into(), listener));
    let output = cargo("kept", "test", &files);
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{shown}{}", err(&output));
    assert!(
        shown.contains(&format!("test result: ok. {contracts} passed")) && contracts == kept().len(),
        "{shown}"
    );
}

/// The words of the macro for the numbers that are kept.
fn in_words(numbers: &[u32]) -> String {
    match numbers {
        [only] => format!("contract {only}"),
        [first @ .., last] => {
            let first: Vec<_> = first.iter().map(u32::to_string).collect();
            format!("contracts {} and {last}", first.join(", "))
        }
        [] => String::new(),
    }
}

/// The whole text that rustc prints: one error and no other, though the code also uses what this runtime lacks.
#[test]
fn code_of_another_contract_fails_with_our_sentence_alone() {
    let kept = kept();
    let text = current();
    let newest = number(&text);
    for other in [newest - 1, newest + 1] {
        assert!(!kept.contains(&other));
        let first = format!("::sf_outbound::contract!({other});");
        let of_other = text
            .replace(&format!("::contract!({newest}"), &format!("::contract!({other}"))
            .replace(&format!("    {newest} record "), &format!("    {other} anything new "));
        assert!(of_other.contains("anything new"));
        let code = of_other + "pub type Later = ::sf_outbound::Later;\n";
        let output = cargo("other", "check", &[("lib.rs".into(), code)]);
        assert!(!output.status.success());
        let expected = format!(
            "error: this code was generated for contract {other} of sf-outbound, and the sf-outbound in use keeps {}: \
             use the sf-outbound and the sf-outbound-build (or sf-outbound-cli) of one release, and generate again\n \
             --> src/lib.rs:1:1\n  |\n1 | {first}\n  | {}\n  |\n  \
             = note: this error originates in the macro `::sf_outbound::contract` (in Nightly builds, run with \
             -Z macro-backtrace for more info)\n\n\
             error: could not compile `other` (lib) due to 1 previous error\n",
            in_words(&kept),
            "^".repeat(first.len() - 1),
        );
        assert_eq!(err(&output), expected);
    }
}
