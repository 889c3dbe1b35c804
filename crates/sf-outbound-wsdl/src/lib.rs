//! Reads the WSDL of a Salesforce outbound message into a [`Model`] with places, and writes one.
//!
//! In goes a file's bytes, out come a model and every finding, each with code, place and help.
//! [`diff`] compares two of them, and [`read_workflow`] reads the same from a project's own metadata.
//! Nothing here knows Rust code, and no bytes make it panic.

mod address;
mod codes;
mod diagnostic;
mod diff;
mod document;
mod encoding;
mod findings;
mod metadata;
mod model;
mod read;
mod read_as;
mod write;

pub use address::public_address;
pub use codes::CODES;
pub use diagnostic::{Code, Diagnostic, Report, Severity};
pub use diff::{Change, ChangeKind, Fact, Side, diff};
pub use metadata::{
    Switch, WorkflowOutboundMessage, WorkflowReading, choose, is_workflow_file, read_workflow,
};
pub use model::{Field, HeaderElement, Model, Name, Place};
pub use read::read;
pub use read_as::ReadAs;
pub use sf_outbound_field::Kind;
pub use write::write;

/// What the reader must be told because the WSDL can't say it.
///
/// # Example
///
/// ```
/// use sf_outbound_wsdl::{ReadAs, ReadOptions, Kind};
///
/// let types = [("xsd:duration", ReadAs::Value(Kind::Text)), ("ent:address", ReadAs::Skip)];
/// let options = ReadOptions { types: types.map(|(name, read_as)| (name.to_owned(), read_as)).into() };
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// Types that we do not know, as canonical names (`xsd:duration`), and what to read them as.
    pub types: Vec<(String, ReadAs)>,
}

/// The result of reading: all findings, and a model if no finding is an error.
///
/// # Example
///
/// ```
/// # let wsdl = include_bytes!("../../../tests/wsdl/opportunity.wsdl");
/// use sf_outbound_wsdl::{ReadOptions, Reading, read};
///
/// let reading: Reading = read("opportunity.wsdl", wsdl, &ReadOptions::default());
/// assert!(reading.model.is_some() && reading.report.diagnostics.is_empty());
/// ```
#[derive(Debug, Clone)]
pub struct Reading {
    /// The outbound message.
    pub model: Option<Model>,
    /// Every finding, warnings among them.
    pub report: Report,
}
