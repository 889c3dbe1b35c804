//! What `diff` says breaks is what breaks: code is compiled, and values are decoded.

use sf_outbound::{Kind, Limits, Schema};
use sf_outbound_build::{CodeNames, Options, breaks, generate};
use sf_outbound_field::EveryKind;
use sf_outbound_tests::{entries, root};
use sf_outbound_wsdl::{ChangeKind, Model, ReadOptions, Side, diff, read};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

fn model(file: &Path) -> Option<Model> {
    let bytes = fs::read(file).ok()?;
    read(&file.display().to_string(), &bytes, &ReadOptions::default()).model
}

/// The pairs of WSDLs among the cases of `diff`, with the names of the cases.
fn pairs() -> Vec<(String, Model, Model)> {
    let cases = entries(&root().join("tests/diff")).into_iter();
    let pairs = cases.filter_map(|case| {
        let name = case.file_name()?.to_string_lossy().into_owned();
        Some((name, model(&case.join("old.wsdl"))?, model(&case.join("new.wsdl"))?))
    });
    pairs.collect()
}

/// A function that uses the type and every field of generated text by name and type.
fn consumer(text: &str) -> String {
    let (_, record) = text.split_once("pub struct ").unwrap();
    let (object, fields) = record.split_once(" {").unwrap();
    let (fields, _) = fields.split_once("\n}").unwrap();
    let mut consumer = format!("pub fn uses(record: &message::{object}) {{\n");
    for field in fields.split("pub ").skip(1) {
        let (name, rust_type) = field.split_once(':').unwrap();
        let (rust_type, _) = rust_type.split_once(',').unwrap();
        writeln!(consumer, "    let _: &{rust_type} = &record.{name};").unwrap();
    }
    consumer + "}\n"
}

/// Adding a field, removing one, adding a twin of one: what breaks is what `diff` said.
#[test]
fn code_for_the_old_wsdl_compiles_exactly_when_diff_says_so() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("drift");
    let _ = fs::remove_dir_all(folder.join("cases"));
    let options = Options::default();
    let runtime = root().join("crates/sf-outbound");
    let mut said = BTreeSet::new();
    let pairs = pairs();
    assert!(pairs.len() >= 18, "the cases were not found");
    for (name, old, new) in &pairs {
        let package = folder.join("cases").join(name);
        fs::create_dir_all(package.join("src")).unwrap();
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
             [dependencies]\nsf-outbound = {{ path = \"{}\" }}\n",
            runtime.display()
        );
        fs::write(package.join("Cargo.toml"), manifest).unwrap();
        fs::write(package.join("src/message.rs"), generate(new, &options).unwrap().text).unwrap();
        let lib = format!("pub mod message;\n\n{}", consumer(&generate(old, &options).unwrap().text));
        fs::write(package.join("src/lib.rs"), lib).unwrap();
        let (old, new) = (Side::Wsdl(old), Side::Wsdl(new));
        let names = |side| CodeNames::new(side, &options).unwrap();
        let breaks = breaks(&names(old), &names(new), &diff(old, new));
        if breaks.iter().flatten().any(|found| !found.compiles) {
            said.insert(name.clone());
        }
    }
    fs::write(folder.join("Cargo.toml"), "[workspace]\nresolver = \"3\"\nmembers = [\"cases/*\"]\n").unwrap();
    fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    let output = Command::new(env!("CARGO"))
        .args(["check", "--workspace", "--keep-going", "--offline"])
        .current_dir(&folder)
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .output()
        .unwrap();
    let shown = String::from_utf8_lossy(&output.stderr);
    let failed = shown.lines().filter_map(|line| line.strip_prefix("error: could not compile `"));
    let broken: BTreeSet<_> =
        failed.map(|rest| rest.split('`').next().unwrap_or_default().to_owned()).collect();
    assert_eq!(broken, said, "{}", shown.chars().take(6000).collect::<String>());
    assert!(!broken.is_empty() && broken.len() < pairs.len());
    // Nothing else went wrong: every error stands in a consumer.
    assert!(!shown.contains("message.rs"), "{shown}");
    println!("{} of {} cases break code", broken.len(), pairs.len());
}

fn reads(kind: Kind, value: &str) -> bool {
    let schema = Schema::new("Thing__c", [("Field__c".to_owned(), kind)]).unwrap();
    let message = format!(
        "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/' xmlns:x='http://www.w3.org/2001/XMLSchema-instance'>\
         <e:Body><notifications xmlns='http://soap.sforce.com/2005/09/outbound'>\
         <OrganizationId>00D000000000001EAA</OrganizationId><ActionId>04k000000000001AAA</ActionId>\
         <Notification><Id>04l000000000001AAA</Id>\
         <sObject x:type='s:Thing__c' xmlns:s='urn:sobject.enterprise.soap.sforce.com'>\
         <s:Id>a00000000000001AAA</s:Id><s:Field__c>{value}</s:Field__c></sObject></Notification>\
         </notifications></e:Body></e:Envelope>"
    );
    match schema.decode(message.as_bytes(), &Limits::default()) {
        Ok(_) => true,
        Err(error) => {
            assert!(matches!(error.code(), "SFR0201" | "SFR0202"), "{error}");
            false
        }
    }
}

/// The edges of each type's lexical range, and what Salesforce writes.
fn values(kind: Kind) -> &'static [&'static str] {
    match kind.every() {
        EveryKind::Id => &["006Kj00000QGq9AIAT", "006Kj00000QGq9A"],
        EveryKind::Text => &["a text", "5", "true", " "],
        EveryKind::Boolean => &["true", "false", "1", "0"],
        EveryKind::Int => &["5", "-2147483648", "2147483647", "+007", " 12 "],
        EveryKind::Long => &["5", "3000000000", "-9223372036854775808", "9223372036854775807"],
        EveryKind::Double => &["12.0", "1.0E7", "-.5", "5.", "INF", "NaN", "4.9E-324"],
        EveryKind::Decimal => &["0.5", "+.5", "5.", "-0", "123456789012345678901234567890.12"],
        EveryKind::Date => &["2026-01-31", "-0001-01-01", "2026-01-31Z"],
        EveryKind::DateTime => &["2026-01-31T09:30:00.000Z", "2026-01-31T24:00:00"],
        EveryKind::Time => &["09:30:00.000Z", "24:00:00"],
        EveryKind::Binary => &["q83v", "q80=", "qw=="],
    }
}

#[test]
fn a_type_reads_another_exactly_when_the_runtime_does() {
    let mut refused = 0;
    for old in Kind::ALL {
        for new in Kind::ALL {
            let pair = format!("{} sent to {}", new.xsd_name(), old.xsd_name());
            if old.reads(*new) {
                for value in values(*new) {
                    assert!(reads(*old, value), "{pair}: {value:?} is refused");
                }
            } else {
                assert!(!reads(*old, new.example()), "{pair}: {} is read", new.example());
                refused += 1;
            }
            assert!(reads(*new, new.example()), "{}: {}", new.xsd_name(), new.example());
        }
    }
    assert!(refused > Kind::ALL.len());
}

#[test]
fn the_page_on_drift_says_what_is_compared() {
    let page = fs::read_to_string(root().join("docs/DRIFT.md")).unwrap();
    for old in Kind::ALL {
        let read: Vec<_> =
            Kind::ALL.iter().filter(|new| old.reads(**new)).map(|new| new.xsd_name()).collect();
        let read = if read.len() == Kind::ALL.len() { "all".to_owned() } else { read.join(", ") };
        let row = format!("| {} | {read} |\n", old.xsd_name());
        assert!(page.contains(&row), "docs/DRIFT.md lacks this row:\n{row}");
    }
    for kind in ChangeKind::ALL {
        assert!(page.contains(&format!("`{}`", kind.keyword())), "docs/DRIFT.md lacks `{}`", kind.keyword());
    }
}
