//! Why an operation was refused.

use sf_outbound_wsdl::Code;
use std::fmt;

/// Why an operation was refused: Salesforce's error code, or one of ours (`SFD…`) for what Salesforce has no word
/// for; never a value of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error(Box<Inner>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Inner {
    code: &'static str,
    status: u16,
    message: String,
    fields: Vec<String>,
}

/// A word of Salesforce's REST API for a refusal, and the HTTP status that goes with it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Refusal(&'static str, u16);

pub(crate) const CANNOT_WRITE: Refusal = Refusal("INVALID_FIELD_FOR_INSERT_UPDATE", 400);
pub(crate) const DELETED: Refusal = Refusal("ENTITY_IS_DELETED", 404);
pub(crate) const DUPLICATE: Refusal = Refusal("DUPLICATE_VALUE", 400);
pub(crate) const INVALID_FIELD: Refusal = Refusal("INVALID_FIELD", 400);
pub(crate) const INVALID_TYPE: Refusal = Refusal("INVALID_TYPE", 400);
pub(crate) const MALFORMED_ID: Refusal = Refusal("MALFORMED_ID", 400);
pub(crate) const NOT_FOUND: Refusal = Refusal("NOT_FOUND", 404);
pub(crate) const REQUIRED: Refusal = Refusal("REQUIRED_FIELD_MISSING", 400);
pub(crate) const TOO_MANY: Refusal = Refusal("EXCEEDED_ID_LIMIT", 400);
pub(crate) const UNREADABLE: Refusal = Refusal("JSON_PARSER_ERROR", 400);

impl Error {
    #[cold]
    pub(crate) fn new(refusal: Refusal, message: impl Into<String>) -> Self {
        let Refusal(code, status) = refusal;
        Self(Box::new(Inner { code, status, message: message.into(), fields: Vec::new() }))
    }

    /// Trouble of our own: Salesforce would answer `503`.
    #[cold]
    pub(crate) fn trouble(code: &'static Code, message: impl Into<String>) -> Self {
        Self(Box::new(Inner { code: code.code, status: 503, message: message.into(), fields: Vec::new() }))
    }

    pub(crate) fn of_field(mut self, field: &str) -> Self {
        self.0.fields.push(field.to_owned());
        self
    }

    /// Salesforce's error code, such as `INVALID_FIELD`, or ours, such as `SFD0301`.
    #[must_use]
    pub fn code(&self) -> &str {
        self.0.code
    }

    /// What is wrong.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// API names of the fields that it is about.
    #[must_use]
    pub fn fields(&self) -> &[String] {
        &self.0.fields
    }

    /// The HTTP status that Salesforce's REST API gives it.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.0.status
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.code, self.0.message)
    }
}

impl std::error::Error for Error {}
