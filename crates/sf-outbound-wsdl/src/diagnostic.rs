//! Findings about a file, and the report that shows them.

use crate::model::Place;
use std::fmt;

/// How much a finding matters.
///
/// # Example
///
/// ```
/// use sf_outbound_wsdl::{ReadOptions, Severity, read};
///
/// let report = read("account.wsdl", b"{}", &ReadOptions::default()).report;
/// assert_eq!(report.diagnostics[0].severity, Severity::Error);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Severity {
    /// The file can't be used as it is.
    Error,
    /// The file can be used; somebody should know this.
    Warning,
}

/// One row of a crate's table of codes.
///
/// # Example
///
/// ```
/// use sf_outbound_wsdl::{CODES, Code};
///
/// let row: &Code = CODES.iter().find(|row| row.code == "SFW0203").expect("a code of the reader");
/// assert_eq!(row.title, "unknown simple type");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// The stable code, such as `SFW0203`; never reused.
    pub code: &'static str,
    /// The kind of mistake, in a few words.
    pub title: &'static str,
    /// Why it is one and what to do, in a few sentences.
    pub explanation: &'static str,
}

/// One finding: what is wrong, where, and what to type next.
///
/// # Example
///
/// ```
/// use sf_outbound_wsdl::{Diagnostic, ReadOptions, read};
///
/// let report = read("account.wsdl", b"<a>", &ReadOptions::default()).report;
/// let found: &Diagnostic = &report.diagnostics[0];
/// assert_eq!((found.code.code, found.place.map(|place| place.line)), ("SFW0105", Some(1)));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Row of the table of codes.
    pub code: &'static Code,
    /// How much it matters.
    pub severity: Severity,
    /// The message: lower case, no full stop.
    pub message: String,
    /// Where; `None` when the finding is about the file as a whole.
    pub place: Option<Place>,
    /// The label under the marked text, such as `in Account.Wait__c`.
    pub label: String,
    /// A second place with its label, such as the first of two definitions.
    pub second: Option<(Place, String)>,
    /// The next thing to do.
    pub help: String,
}

/// All findings about one file, with its text, so that they can be shown with excerpts.
///
/// `Display` and `Debug` both give the rendered text: cargo prints a build script's error by `Debug`.
///
/// # Example
///
/// ```
/// use sf_outbound_wsdl::{ReadOptions, Report, read};
///
/// let report: Report = read("account.wsdl", b"<html></html>", &ReadOptions::default()).report;
/// assert!(report.has_errors());
/// assert!(report.to_string().starts_with("error[SFW0104]: this is a web page, not a WSDL\n --> account.wsdl\n"));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Report {
    /// The name under which the file is shown.
    pub file: String,
    /// The decoded text; empty when it could not be decoded.
    pub text: String,
    /// The findings, in the order of the file.
    pub diagnostics: Vec<Diagnostic>,
}

impl Report {
    /// Whether a finding is an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|d| d.severity == Severity::Error)
    }
}

impl std::error::Error for Report {}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, diagnostic) in self.diagnostics.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            self.show(f, diagnostic)?;
        }
        Ok(())
    }
}

impl Report {
    fn show(&self, f: &mut fmt::Formatter<'_>, diagnostic: &Diagnostic) -> fmt::Result {
        let severity = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        writeln!(f, "{severity}[{}]: {}", diagnostic.code.code, diagnostic.message)?;
        let second = diagnostic.second.as_ref().map(|(place, label)| (*place, label.as_str()));
        let first = diagnostic.place.map(|place| (place, diagnostic.label.as_str()));
        let is_in_file = |place: &Place| place.line > 0;
        let places: Vec<_> = first.into_iter().chain(second).filter(|row| is_in_file(&row.0)).collect();
        let width = places.iter().map(|(place, _)| place.line.to_string().len()).max().unwrap_or(1);
        if let Some((place, _)) = places.first() {
            writeln!(f, "{:width$}--> {}:{}:{}", "", self.file, place.line, place.column)?;
        } else {
            writeln!(f, "{:width$}--> {}", "", self.file)?;
        }
        for (place, label) in &places {
            self.excerpt(f, *place, label, width)?;
        }
        if !diagnostic.help.is_empty() {
            writeln!(f, "{:width$} = help: {}", "", diagnostic.help)?;
        }
        Ok(())
    }

    fn excerpt(&self, f: &mut fmt::Formatter<'_>, place: Place, label: &str, width: usize) -> fmt::Result {
        const SHOWN: usize = 160;
        // A place can be of another text, or made by hand: whatever its numbers are, nothing here overflows.
        let at = (place.line as usize).checked_sub(1);
        let Some(line) = at.and_then(|at| self.text.lines().nth(at)) else { return Ok(()) };
        let line: String = masked(line).chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let column = (place.column as usize).saturating_sub(1).min(line.chars().count());
        // A file can be one long line: show what stands around the place.
        let skip = if line.chars().count() > SHOWN { column.saturating_sub(SHOWN / 2) } else { 0 };
        let shown: String = line.chars().skip(skip).take(SHOWN).collect();
        let end = place.offset.saturating_add(place.len);
        let marked = self.text.get(place.offset..end).map_or(1, |text| text.chars().count());
        let marks = "^".repeat(marked.clamp(1, SHOWN / 2));
        writeln!(f, "{:width$} |", "")?;
        writeln!(f, "{:>width$} | {shown}", place.line)?;
        writeln!(f, "{:width$} | {:indent$}{marks} {label}", "", "", indent = column - skip)
    }
}

/// The line with what may be a secret of an address starred: user info, query and fragment.
fn masked(line: &str) -> String {
    let mut masked = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find("://") {
        let (before, address) = rest.split_at(at + 3);
        masked.push_str(before);
        let end = address.find(['"', '\'', '<', ' ']).unwrap_or(address.len());
        let path = address[..end].find(['/', '?', '#']).unwrap_or(end);
        let user = address[..path].rfind('@').unwrap_or(0);
        let query = address[..end].find(['?', '#']).map_or(end, |at| at + 1);
        masked.extend(
            address[..end].char_indices().map(|(at, c)| if at < user || at >= query { '*' } else { c }),
        );
        rest = &address[end..];
    }
    masked + rest
}

impl fmt::Debug for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codes;

    #[test]
    fn a_place_that_is_in_no_file_is_shown_without_an_excerpt() {
        let numbers = [0, 1, 2, 9, u32::MAX];
        let sizes = [0, 1, 4, usize::MAX];
        for (line, column) in numbers.iter().flat_map(|line| numbers.map(|column| (*line, column))) {
            for (offset, len) in sizes.iter().flat_map(|offset| sizes.map(|len| (*offset, len))) {
                let place = Place { line, column, offset, len };
                let finding = Diagnostic {
                    code: &codes::EMPTY,
                    severity: Severity::Error,
                    message: "the file is empty".into(),
                    place: Some(place),
                    label: "here".into(),
                    second: Some((Place::default(), "there".into())),
                    help: String::new(),
                };
                let report =
                    Report { file: "a.wsdl".into(), text: "<a/>\n".into(), diagnostics: vec![finding] };
                let shown = report.to_string();
                assert!(line > 0 || shown.ends_with("\n --> a.wsdl\n"), "{shown}");
            }
        }
    }
}
