//! Findings about a file on their way to its report.

use sf_outbound_wsdl::{Code, Diagnostic, Place, Report, Severity};
use std::ops::Range;

/// A stretch of the file, in bytes.
pub(super) type Span = Range<usize>;

/// A text and where it stands, its quotes among it.
#[derive(Debug, Clone)]
pub(super) struct Text {
    pub(super) text: String,
    pub(super) at: Span,
}

/// What has been found in a file so far.
pub(super) struct Findings<'t> {
    text: &'t str,
    found: Vec<Diagnostic>,
}

impl<'t> Findings<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, found: Vec::new() }
    }

    pub(super) fn error(
        &mut self,
        code: &'static Code,
        message: String,
        at: &Span,
        label: &str,
        help: impl Into<String>,
    ) {
        let (place, label, help) = (Some(self.place(at)), label.to_owned(), help.into());
        let severity = Severity::Error;
        self.found.push(Diagnostic { code, severity, message, place, label, second: None, help });
    }

    pub(super) fn has_errors(&self) -> bool {
        self.found.iter().any(|found| found.severity == Severity::Error)
    }

    /// Of the file as a whole.
    pub(super) fn whole(&mut self, code: &'static Code, message: &str, help: &str) {
        self.error(code, message.to_owned(), &(0..0), "", help);
        self.last(|found| found.place = None);
    }

    /// Makes the last finding a warning.
    pub(super) fn warn(&mut self) {
        self.last(|found| found.severity = Severity::Warning);
    }

    /// Adds a second place to the last finding.
    pub(super) fn second(&mut self, at: &Span, label: &str) {
        let place = self.place(at);
        self.last(|found| found.second = Some((place, label.to_owned())));
    }

    fn last(&mut self, change: impl FnOnce(&mut Diagnostic)) {
        if let Some(found) = self.found.last_mut() {
            change(found);
        }
    }

    /// The place of a part of a text, where it is spelled in the file as it reads.
    pub(super) fn within(&self, text: &Text, offset: usize, len: usize) -> Span {
        let spelled = self.text.get(text.at.start + 1..).unwrap_or_default();
        if !spelled.starts_with(&text.text) {
            return text.at.clone();
        }
        let start = text.at.start + 1 + offset;
        start..start + len
    }

    fn place(&self, at: &Span) -> Place {
        let before = self.text.get(..at.start).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        // A mark never goes over the end of a line.
        let spanned = self.text.get(at.clone()).unwrap_or_default();
        Place {
            line: count(before.matches('\n').count() + 1),
            column: count(before[line_start..].chars().count() + 1),
            offset: before.len(),
            len: spanned.lines().next().unwrap_or_default().len(),
        }
    }

    /// The report; what may be secret of the endpoints is starred in its text.
    pub(super) fn report(mut self, file: &str, endpoints: &[Span]) -> Report {
        self.found.sort_by_key(|found| found.place.map_or(0, |place| place.offset));
        let mut text = self.text.to_owned();
        for at in endpoints {
            if let Some(address) = self.text.get(at.clone()) {
                text.replace_range(at.clone(), &starred(address));
            }
        }
        Report { file: file.to_owned(), text, diagnostics: self.found }
    }
}

/// An address with user info, query and fragment as stars, one for each byte, whatever else is wrong with it.
fn starred(address: &str) -> String {
    let query = address.find(['?', '#']).map_or(address.len(), |at| at + 1);
    let host = address.find("//").map_or(1, |at| at + 2).min(query);
    let user = address[host..query].rfind('@').map_or(host, |at| host + at);
    let stars = |part: &str| "*".repeat(part.len());
    let tail = address[query..].trim_end_matches(['"', '\'']);
    let quotes = &address[query + tail.len()..];
    [&address[..host], &stars(&address[host..user]), &address[user..query], &stars(tail), quotes].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_secret_of_an_address_is_left() {
        for (address, shown) in [
            ("\"https://me:pw@a.example/x?token=1\"", "\"https://*****@a.example/x?*******\""),
            ("\"htp:/me:pw@a.example\"", "\"**********@a.example\""),
            ("\"a.example#token\"", "\"a.example#*****\""),
            ("\"?é\"", "\"?**\""),
            ("\"http://a.example/\"", "\"http://a.example/\""),
        ] {
            assert_eq!(starred(address), shown);
            assert_eq!(starred(address).len(), address.len());
        }
    }
}
