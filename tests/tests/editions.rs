//! Generated text compiles without a warning, pedantic ones among them, in two editions, by `include!` and
//! as a module. One crate of many modules for each edition: the set takes seconds.

use sf_outbound_build::Options;
use sf_outbound_tests::{Case, generated, model, root, wsdls};
use sf_outbound_wsdl::{Field, Kind, Place};
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Name of a module and its text.
fn texts() -> Vec<(String, String)> {
    let mut texts = Vec::new();
    for case in Case::all() {
        let text = fs::read_to_string(case.folder.join("expected.rs")).unwrap();
        texts.push((format!("case_{}", case.name()), text));
    }
    let options = Options::default();
    for (index, file) in wsdls().iter().enumerate() {
        let model = model(file, &fs::read(file).unwrap(), &options);
        texts.push((format!("wsdl_{index}"), generated(&model, &options).text));
    }
    texts.extend(names());
    texts.push(("wide".into(), wide()));
    texts
}

/// Keywords, names of the prelude, and names that generated code uses itself.
const NAMES: &[&str] = &[
    "Abstract",
    "As",
    "Async",
    "Await",
    "Become",
    "Box",
    "Break",
    "Const",
    "Continue",
    "Crate",
    "Do",
    "Dyn",
    "Else",
    "Enum",
    "Extern",
    "False",
    "Final",
    "Fn",
    "For",
    "Gen",
    "If",
    "Impl",
    "In",
    "Let",
    "Loop",
    "Macro",
    "Match",
    "Mod",
    "Move",
    "Mut",
    "Override",
    "Priv",
    "Pub",
    "Ref",
    "Return",
    "Self",
    "Static",
    "Struct",
    "Super",
    "Trait",
    "True",
    "Try",
    "Type",
    "TypeOf",
    "Union",
    "Unsafe",
    "Unsized",
    "Use",
    "Virtual",
    "Where",
    "While",
    "Yield",
    "AsMut",
    "AsRef",
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "Drop",
    "Eq",
    "Err",
    "Extend",
    "FnMut",
    "FnOnce",
    "From",
    "Future",
    "Hash",
    "Id",
    "Into",
    "Iterator",
    "None",
    "Ok",
    "Option",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Result",
    "Send",
    "Sized",
    "Some",
    "String",
    "Sync",
    "ToOwned",
    "ToString",
    "TryFrom",
    "TryInto",
    "Unpin",
    "Vec",
    "Notification",
    "Notifications",
    "NotificationService",
    "NotificationServer",
    "SObject",
    "Fields",
    "Table",
    "Row",
    "Value",
    "usize",
    "str",
    "bool",
    "f64",
    "Ack",
    "Fault",
    "core",
    "std",
    "sf_outbound",
    "T",
    "S",
    "D",
    "Output",
    "PACKED",
    "Service",
];

/// An object named for each keyword and each name of the prelude, as a standard object and as a custom one; and one
/// object with fields of all these names and suffixes.
fn names() -> Vec<(String, String)> {
    const SUFFIXES: &[&str] = &["", "__c", "__s", "__pc", "__r"];
    const PREFIXES: &[&str] = &["", "i360__", "sf4twitter__", "invoiceit_s__", "SBQQ__"];
    let file = root().join("tests/cases/zero-fields/service.wsdl");
    let empty = fs::read_to_string(&file).unwrap();
    let options = Options::default().constants();
    let mut texts = Vec::new();
    for (index, name) in NAMES.iter().enumerate() {
        for object in [(*name).to_owned(), format!("{name}__c")] {
            let wsdl = empty.replace("Entity__c", &object);
            let text = generated(&model(&file, wsdl.as_bytes(), &options), &options).text;
            texts.push((format!("object_{index}_{}", object.len() - name.len()), text));
        }
    }
    let mut model = model(&file, empty.as_bytes(), &options);
    let place = model.object.place;
    for prefix in PREFIXES {
        for suffix in SUFFIXES {
            let fields = NAMES
                .iter()
                .filter(|name| !matches!(**name, "Id"))
                .map(|name| format!("{prefix}{name}{suffix}"));
            model.fields.extend(fields.map(|name| field(name, Kind::Text, place)));
        }
    }
    texts.push(("fields_of_all_names".into(), generated(&model, &options).text));
    texts
}

/// An object of 800 fields.
fn wide() -> String {
    let file = root().join("tests/cases/zero-fields/service.wsdl");
    let options = Options::default();
    let mut model = model(&file, &fs::read(&file).unwrap(), &options);
    let place = model.object.place;
    let types = [Kind::Text, Kind::Double, Kind::Boolean, Kind::DateTime, Kind::Id];
    let fields = (0..800).map(|index| field(format!("Field_{index}__c"), types[index % types.len()], place));
    model.fields = fields.collect();
    generated(&model, &options).text
}

fn field(name: String, kind: Kind, place: Place) -> Field {
    let type_name = kind.xsd_name().to_owned();
    Field { name, kind, type_name, nillable: true, min_occurs: 0, max_occurs: 1, place }
}

fn write_crate(folder: &Path, edition: &str, texts: &[(String, String)]) {
    fs::create_dir_all(folder.join("src")).unwrap();
    let runtime = root().join("crates/sf-outbound");
    let manifest = format!(
        "[package]\nname = \"edition-{edition}\"\nversion = \"0.0.0\"\nedition = \"{edition}\"\n\
         [dependencies.sf-outbound]\npath = \"{}\"\nfeatures = [\"chrono\", \"rust_decimal\", \"serde\", \"time\"]\n\
         [lints.rust]\nwarnings = \"deny\"\n[lints.clippy]\npedantic = {{ level = \"deny\", priority = -1 }}\n",
        runtime.display()
    );
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    let mut lib = String::from("mod facade {\n    pub use ::sf_outbound;\n}\n");
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
        // Its paths are the ones that the option gives.
        if name == "case_option_runtime" {
            continue;
        }
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
