//! Findings while they are gathered.

use crate::diagnostic::{Code, Diagnostic, Report, Severity};
use crate::model::Place;

/// Findings about one file; all are errors.
#[derive(Default)]
pub(crate) struct Findings(pub(crate) Vec<Diagnostic>);

impl Findings {
    pub(crate) fn whole(&mut self, code: &'static Code, message: impl Into<String>, help: &str) {
        self.push(code, message.into(), None, "", help);
    }

    pub(crate) fn at(
        &mut self,
        code: &'static Code,
        message: impl Into<String>,
        place: Place,
        label: &str,
        help: &str,
    ) {
        self.push(code, message.into(), Some(place), label, help);
    }

    fn push(&mut self, code: &'static Code, message: String, place: Option<Place>, label: &str, help: &str) {
        let (label, help) = (label.to_owned(), help.to_owned());
        self.0.push(Diagnostic {
            code,
            severity: Severity::Error,
            message,
            place,
            label,
            second: None,
            help,
        });
    }

    /// The report of a file with this text.
    pub(crate) fn report(mut self, file: &str, text: String) -> Report {
        self.0.sort_by_key(|finding| finding.place.map_or(0, |place| place.offset));
        Report { file: file.to_owned(), text, diagnostics: self.0 }
    }
}
