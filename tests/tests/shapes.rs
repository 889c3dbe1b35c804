//! Messages and replies in the shapes that senders and listeners give them, each with what becomes of it in the text
//! beside it; and real ones of the corpus, where it is there.

#[path = "decoding/rendering.rs"]
mod rendering;

use rendering::{Shown, rendering};
use sf_outbound::{Id, Kind, Limits, Record, Schema, Value, verdict};
use sf_outbound_build::Options;
use sf_outbound_tests::{corpus, entries, model, root};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The files of a folder of `tests`; each text beside them has its file.
fn files(folder: &str) -> Vec<PathBuf> {
    let all = entries(&root().join("tests").join(folder));
    let (files, texts): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|file| file.extension().is_some_and(|extension| extension == "xml"));
    for text in texts {
        assert!(files.contains(&text.with_extension("xml")), "{} has no file: delete it", text.display());
    }
    files
}

/// The schema of the WSDL that a message's name begins with: `contact-…` is read as `contact.wsdl` says.
fn schema(message: &Path) -> Schema {
    let name = message.file_name().unwrap().to_string_lossy();
    let wsdl = root().join("tests/wsdl").join(name.split('-').next().unwrap()).with_extension("wsdl");
    let bytes = fs::read(&wsdl).unwrap_or_else(|error| panic!("{}: {error}", wsdl.display()));
    let model = model(&wsdl, &bytes, &Options::default());
    let rows = model.fields.iter().map(|field| {
        (field.name.clone(), Kind::from_xsd_name(field.kind.xsd_name()).expect("each type is a kind"))
    });
    Schema::new(&model.object.text, rows).unwrap()
}

/// The fields that the message has, which are all of a sample and half of a wide object.
fn shown(record: &Record) -> Shown<'_> {
    let fields = record.fields().filter(|(_, _, value)| *value != Value::Null);
    let fields = fields.map(|(name, kind, value)| (name.to_owned(), kind, value));
    (record.schema().table().object().to_owned(), record.id(), fields.collect())
}

#[test]
fn messages_of_each_shape_are_read_or_refused_as_stands_beside_them() {
    let (mut read, mut refused) = (0, 0);
    for file in files("messages") {
        let message = schema(&file).decode(&fs::read(&file).unwrap(), &Limits::default());
        match &message {
            Ok(message) => assert_eq!(message.unknown.elements, 0, "{}", file.display()),
            Err(error) => assert!(error.line() > 0, "{}", file.display()),
        }
        *(if message.is_ok() { &mut read } else { &mut refused }) += 1;
        let text = rendering(&message, shown);
        assert!(!text.contains("SESSION"), "{} shows a session id", file.display());
        expect_test::expect_file![file.with_extension("txt")].assert_eq(&text);
    }
    assert!(read >= 24 && refused >= 11, "{read} messages are read and {refused} refused");
}

#[test]
fn replies_of_each_shape_get_the_verdict_that_stands_beside_them() {
    let (mut delivered, mut not_delivered) = (0, 0);
    for file in files("replies") {
        let verdict = verdict(None, &fs::read(&file).unwrap());
        assert_eq!(verdict.is_delivered(), verdict.reason().is_none());
        let mut text = match verdict.reason() {
            None => "Delivered.\n".to_owned(),
            Some(reason) => format!("Not delivered: {reason}\n"),
        };
        text.extend(verdict.note().map(|note| format!("note: {note}\n")));
        *(if verdict.is_delivered() { &mut delivered } else { &mut not_delivered }) += 1;
        expect_test::expect_file![file.with_extension("txt")].assert_eq(&text);
    }
    assert!(delivered >= 13 && not_delivered >= 15, "{delivered} are delivered, {not_delivered} are not");
}

/// A schema for a real message: its fields, each with the kind that Salesforce has for such a value.
fn schema_of(text: &str) -> Schema {
    let object =
        text.split("xsi:type=\"sf:").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or("Contact");
    let fields = text.split("<sf:").skip(1).filter_map(|rest| rest.split_once('>'));
    let rows: BTreeMap<_, _> = fields
        .filter(|(name, _)| *name != "Id")
        .map(|(name, rest)| (name.to_owned(), kind_of(name, rest.split('<').next().unwrap_or_default())))
        .collect();
    Schema::new(object, rows).unwrap()
}

fn kind_of(name: &str, value: &str) -> Kind {
    let shape: String = value.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    match shape.trim_start_matches('-') {
        "true" | "false" => Kind::Boolean,
        "0000-00-00" => Kind::Date,
        "0000-00-00T00:00:00.000Z" => Kind::DateTime,
        _ if name.ends_with("Id") && matches!(value.len(), 15 | 18) => Kind::Id,
        number if number.contains('.') && number.bytes().all(|byte| matches!(byte, b'0' | b'.')) => {
            Kind::Double
        }
        _ if matches!(name, "FiscalYear" | "FiscalQuarter" | "NumberOfEmployees") => Kind::Int,
        _ => Kind::Text,
    }
}

#[test]
fn the_corpus_is_read_but_for_the_eight_that_are_wrong() {
    let files = corpus("message");
    if files.is_empty() {
        return;
    }
    let mut refused = Vec::new();
    for file in &files {
        let bytes = fs::read(file).unwrap();
        let schema = schema_of(&String::from_utf8_lossy(&bytes));
        match schema.decode(&bytes, &Limits::default()) {
            Ok(message) => assert_eq!(message.unknown.elements, 0),
            Err(error) => {
                refused.push((file.file_name().unwrap().to_string_lossy()[..3].to_owned(), error.code()));
            }
        }
    }
    let refused: Vec<_> = refused.iter().map(|(number, code)| (number.as_str(), *code)).collect();
    let expected = [
        ("003", "SFR0301"),
        ("004", "SFR0201"),
        ("005", "SFR0201"),
        ("016", "SFR0104"),
        ("019", "SFR0201"),
        ("023", "SFR0201"),
        ("024", "SFR0201"),
        ("025", "SFR0201"),
    ];
    assert_eq!((files.len(), refused.as_slice()), (25, expected.as_slice()));
}

/// The same without its placeholders, which is what Salesforce sends of a record that was deleted.
#[test]
fn the_corpus_message_without_an_sobject_has_none_once_its_ids_are_mended() {
    let files = corpus("message");
    let Some(file) = files.iter().find(|file| file.ends_with("025-notification-without-sobject.xml")) else {
        return;
    };
    let text = fs::read_to_string(file).unwrap();
    let mut mended = String::new();
    let mut rest = text.as_str();
    for element in ["OrganizationId", "ActionId", "Id"] {
        let (before, after) = rest.split_once(&format!("<{element}>")).unwrap();
        mended.extend([before, "<", element, ">00Dx0000000001g"]);
        rest = &after[after.find('<').unwrap()..];
    }
    mended += rest;
    let message = schema_of(&text).decode(mended.as_bytes(), &Limits::default()).unwrap();
    assert_eq!(message.organization_id, Id::literal("00Dx0000000001g"));
    assert_eq!(message.notifications[0].sobject, None);
}

#[test]
fn the_corpus_replies_get_their_verdict() {
    let files = corpus("ack");
    if files.is_empty() {
        return;
    }
    let mut delivered = Vec::new();
    for file in &files {
        let verdict = verdict(None, &fs::read(file).unwrap());
        let number: u32 = file.file_name().unwrap().to_string_lossy()[..3].parse().unwrap();
        if verdict.is_delivered() {
            delivered.push(number);
        } else {
            let nack = matches!(number, 8 | 14);
            assert_eq!(verdict.reason() == Some("SOAP response was a nack."), nack, "{number}: {verdict:?}");
            assert_eq!(verdict.note().is_some(), matches!(number, 3 | 12 | 17), "{number}: {verdict:?}");
        }
    }
    assert_eq!(delivered, [1, 2, 4, 5, 6, 7, 10, 11, 13, 15, 16, 18]);
}
