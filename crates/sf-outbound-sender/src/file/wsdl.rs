//! The WSDLs that a file names.

use super::findings::{Findings, Text};
use crate::codes;
use crate::definition::Field;
use sf_outbound::Kind;
use sf_outbound_wsdl::{Diagnostic, Model, ReadAs, ReadOptions, Report, Severity, read};
use std::fs;
use std::io;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Where a file's paths begin: its own folder.
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn of(file: &str) -> Self {
        Self(Path::new(file).parent().map(Path::to_path_buf).unwrap_or_default())
    }

    /// The model of a WSDL.
    pub(super) fn model(&self, path: &Text, findings: &mut Findings<'_>) -> Option<Model> {
        let file = self.0.join(&path.text);
        let bytes = match fs::read(&file) {
            Ok(bytes) => bytes,
            Err(error) => {
                let message = unreadable(&error);
                let help = "give the path from the folder of this file";
                findings.error(&codes::WSDL, message, &path.at, "this file", help);
                return None;
            }
        };
        let shown = file.display().to_string();
        let reading = read(&shown, &bytes, &ReadOptions::default());
        if reading.model.is_none() {
            let mut errors = reading.report.diagnostics.iter();
            let first = errors.find(|finding| finding.severity == Severity::Error);
            let why = first.map(|finding| format!(": {}", finding.message)).unwrap_or_default();
            let message = format!("the WSDL can't be used{why}");
            let help = format!("see what is wrong with `sf-outbound inspect {shown}`");
            findings.error(&codes::WSDL, message, &path.at, "this file", help);
        }
        reading.model
    }
}

fn unreadable(error: &io::Error) -> String {
    let why = match error.kind() {
        ErrorKind::NotFound => "there is no such file".to_owned(),
        kind => kind.to_string(),
    };
    format!("the WSDL can't be read: {why}")
}

/// The model of a file; `types` are those that are not known, and the words for what they are read as.
pub(super) fn model_of(file: &Path, types: &[(&str, &str)]) -> Result<Model, Report> {
    let shown = file.display().to_string();
    let known = types.iter().filter_map(|(name, word)| Some(((*name).to_owned(), ReadAs::from_word(word)?)));
    let options = ReadOptions { types: known.collect() };
    let bytes = fs::read(file).map_err(|error| {
        let finding = Diagnostic {
            code: &codes::WSDL,
            severity: Severity::Error,
            message: unreadable(&error),
            place: None,
            label: String::new(),
            second: None,
            help: "give a path that does not depend on where the program runs: env!(\"CARGO_MANIFEST_DIR\") begins one"
                .into(),
        };
        Report { file: shown.clone(), text: String::new(), diagnostics: vec![finding] }
    })?;
    let reading = read(&shown, &bytes, &options);
    reading.model.ok_or(reading.report)
}

/// The fields of an object as a WSDL has them.
pub(super) fn fields(model: &Model) -> impl Iterator<Item = Field> {
    model.fields.iter().map(|field| Field {
        name: field.name.clone(),
        kind: Kind::from_xsd_name(field.xsd_type.name()).unwrap_or(Kind::Text),
        external_id: false,
    })
}
