//! The error of a build script.

use sf_outbound_wsdl::Severity;
use std::fmt;

/// Why a build script failed: the findings of each file, and how to have their codes explained.
///
/// `Display` and `Debug` both give the rendered text: cargo prints a build script's error by `Debug`.
///
/// # Example
///
/// ```
/// use sf_outbound_build::{Report, compile};
///
/// let report: Report = compile("no/such.wsdl").expect_err("there is no such file");
/// assert_eq!(report.files.len(), 1);
/// assert!(report.to_string().ends_with("\nmore: sf-outbound explain SFG0301\n"));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Report {
    /// The findings of each file, in the order in which the files were given.
    pub files: Vec<sf_outbound_wsdl::Report>,
}

impl From<sf_outbound_wsdl::Report> for Report {
    fn from(report: sf_outbound_wsdl::Report) -> Self {
        Self { files: vec![report] }
    }
}

impl std::error::Error for Report {}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut codes: Vec<&str> = Vec::new();
        for (index, report) in self.files.iter().enumerate() {
            write!(f, "{}{report}", if index > 0 { "\n" } else { "" })?;
            let errors = report.diagnostics.iter().filter(|finding| finding.severity == Severity::Error);
            for code in errors.map(|finding| finding.code.code) {
                if !codes.contains(&code) {
                    codes.push(code);
                }
            }
        }
        if codes.is_empty() { Ok(()) } else { writeln!(f, "\nmore: sf-outbound explain {}", codes.join(" ")) }
    }
}

impl fmt::Debug for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
