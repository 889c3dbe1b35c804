//! The WSDLs that we write, read by others.

use crate::stack::{Running, root, script};
use serde_json::{Value, json};
use sf_outbound_wsdl::{Kind, Model, ReadOptions, read, write};
use std::fs;
use std::path::{Path, PathBuf};

/// Models of our own WSDLs, and of the corpus where that is beside the checkout; of each of them, a WSDL that we wrote.
fn written(folder: &Path) -> Vec<(Model, PathBuf)> {
    let folders = [root().join("tests/wsdl"), root().join("../shared/corpus/wsdl")];
    let mut files: Vec<_> = folders
        .iter()
        .flat_map(|folder| fs::read_dir(folder).into_iter().flatten())
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let write = |(number, file): (usize, PathBuf)| {
        let bytes = fs::read(&file).unwrap();
        let reading = read(&file.display().to_string(), &bytes, &ReadOptions::default());
        let model = reading.model.unwrap_or_else(|| panic!("{}", reading.report));
        let fields: Vec<(&str, Kind)> =
            model.fields.iter().map(|field| (field.name.as_str(), field.kind)).collect();
        let text = write(&model.object.text, &fields, &model.address.text);
        let written = folder.join(format!("{number}.wsdl"));
        fs::write(&written, text).unwrap();
        (model, written)
    };
    files.into_iter().enumerate().map(write).collect()
}

fn names(model: &Model) -> Vec<&str> {
    ["fieldsToNull", "Id"].into_iter().chain(model.fields.iter().map(|field| field.name.as_str())).collect()
}

const HEADER: [&str; 5] = ["OrganizationId", "ActionId", "SessionId", "EnterpriseUrl", "PartnerUrl"];

fn each(name: &str, check: impl Fn(&Model, &Value)) {
    let Some(mut command) = script(name) else { return };
    let folder = tempfile::tempdir().unwrap();
    let written = written(folder.path());
    assert!(written.len() > 20);
    let running = Running::start(command.args(written.iter().map(|(_, file)| file)));
    for (model, _) in &written {
        let shown = running.json();
        assert_eq!(shown["header"], json!(HEADER));
        assert_eq!(shown["notification"], json!(["Id", "sObject"]));
        assert_eq!(shown["fields"], json!(names(model)), "{}", model.object.text);
        assert_eq!(shown["reply"], json!(["Ack"]));
        check(model, &shown);
    }
}

#[test]
fn zeep_reads_what_we_write() {
    each("wsdl.py", |model, shown| {
        let types: Vec<_> = ["string", "ID"]
            .into_iter()
            .chain(model.fields.iter().map(|field| field.kind.xsd_name().split(':').next_back().unwrap()))
            .collect();
        assert_eq!(shown["types"], json!(types));
        assert_eq!(shown["most"], 100);
        assert_eq!(shown["location"], model.address.text);
    });
}

#[test]
fn node_soap_reads_what_we_write() {
    each("wsdl.mjs", |_, _| {});
}
