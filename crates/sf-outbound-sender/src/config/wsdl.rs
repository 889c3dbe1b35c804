//! The WSDLs that a file names.

use super::findings::{Findings, Text};
use crate::codes;
use crate::definition::wsdl::unreadable;
use sf_outbound_wsdl::{Model, ReadOptions, Severity, read};
use std::fs;
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
