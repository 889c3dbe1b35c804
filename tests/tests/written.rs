//! WSDLs that we write, against those that Salesforce wrote.

use sf_outbound_tests::{corpus, wsdls};
use sf_outbound_wsdl::{Kind, Model, Place, ReadOptions, read, write};
use std::fs;
use std::path::Path;

fn model(file: &Path, bytes: &[u8]) -> Model {
    let reading = read(&file.display().to_string(), bytes, &ReadOptions::default());
    reading.model.unwrap_or_else(|| panic!("{}", reading.report))
}

fn written(model: &Model) -> String {
    let fields: Vec<(&str, Kind)> =
        model.fields.iter().map(|field| (field.name.as_str(), field.kind)).collect();
    write(&model.object.text, &fields, &model.address.text)
}

/// The same, wherever each fact stands.
fn without_places(mut model: Model) -> Model {
    model.fields.iter_mut().for_each(|field| field.place = Place::default());
    model.header.iter_mut().for_each(|element| element.place = Place::default());
    for name in [&mut model.object, &mut model.port_type, &mut model.operation, &mut model.address] {
        name.place = Place::default();
    }
    model
}

#[test]
fn what_is_written_reads_as_what_it_was_written_of() {
    for file in wsdls() {
        let theirs = model(&file, &fs::read(&file).unwrap());
        let ours = model(&file, written(&theirs).as_bytes());
        assert_eq!(without_places(theirs), without_places(ours), "{}", file.display());
    }
}

/// The lines after the first comment has gone with all others, and with it the two blank lines that stood
/// before it until 2012.
fn lines(text: &str) -> Vec<String> {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, comment)) = rest.split_once("<!--") {
        plain.push_str(before);
        rest = comment.split_once("-->").map_or("", |(_, after)| after);
    }
    plain.push_str(rest);
    let (declaration, body) = plain.split_once("<definitions").unwrap_or_default();
    std::iter::once(declaration.trim_start_matches('\u{FEFF}').trim())
        .chain(body.lines())
        .map(str::to_owned)
        .collect()
}

/// WSDLs that a hand or an editor has changed: some of ours are cut down to what a test needs, and others are laid out
/// anew or lost trailing blanks.
const CHANGED: [&str; 15] = [
    "account.wsdl",
    "api_call.wsdl",
    "cluster1.wsdl",
    "contact_reformatted.wsdl",
    "deleted_object.wsdl",
    "integrationmessage.wsdl",
    "opportunity.wsdl",
    "pricerule.wsdl",
    "secret.wsdl",
    "state_province.wsdl",
    "003-contact-2014-reformatted.wsdl",
    "006-account-83fields-2016.wsdl",
    "009-discountrule-c-2017.wsdl",
    "011-account-2018-reformatted.wsdl",
    "012-objecttoberemoved-c-2019.wsdl",
];

/// Our own have the blanks, tabs and line ends that Salesforce's have; those of the corpus are Salesforce's.
#[test]
fn each_line_is_salesforces_but_for_the_comments() {
    let mut compared = 0;
    for file in wsdls() {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        if CHANGED.contains(&name.as_str()) {
            continue;
        }
        let theirs = fs::read_to_string(&file).unwrap();
        let ours = written(&model(&file, theirs.as_bytes()));
        assert_eq!(lines(&theirs), lines(&ours), "{name}");
        compared += 1;
    }
    let of_corpus = if corpus("wsdl").is_empty() { 0 } else { 12 };
    assert_eq!(compared, 13 + of_corpus);
}
