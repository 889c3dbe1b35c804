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

pub(crate) const ARGUMENT: Refusal = Refusal("MISSING_ARGUMENT", 400);
pub(crate) const BUSY: Refusal = Refusal("SERVER_UNAVAILABLE", 503);
pub(crate) const CANNOT_WRITE: Refusal = Refusal("INVALID_FIELD_FOR_INSERT_UPDATE", 400);
pub(crate) const DELETED: Refusal = Refusal("ENTITY_IS_DELETED", 404);
pub(crate) const DUPLICATE: Refusal = Refusal("DUPLICATE_VALUE", 400);
pub(crate) const INVALID_FIELD: Refusal = Refusal("INVALID_FIELD", 400);
pub(crate) const INVALID_TYPE: Refusal = Refusal("INVALID_TYPE", 400);
pub(crate) const GUESSES: Refusal = Refusal("REQUEST_LIMIT_EXCEEDED", 429);
pub(crate) const LATE: Refusal = Refusal("REQUEST_TIMEOUT", 408);
pub(crate) const MALFORMED: Refusal = Refusal("BAD_REQUEST", 400);
pub(crate) const MALFORMED_ID: Refusal = Refusal("MALFORMED_ID", 400);
pub(crate) const MEDIA_TYPE: Refusal = Refusal("UNSUPPORTED_MEDIA_TYPE", 415);
pub(crate) const NOT_FOUND: Refusal = Refusal("NOT_FOUND", 404);
pub(crate) const REQUIRED: Refusal = Refusal("REQUIRED_FIELD_MISSING", 400);
const ROLLED_BACK: Refusal = Refusal("ALL_OR_NONE_OPERATION_ROLLED_BACK", 400);
pub(crate) const SESSION: Refusal = Refusal("INVALID_SESSION_ID", 401);
pub(crate) const FORBIDDEN: Refusal = Refusal("FORBIDDEN", 403);
pub(crate) const QUERY: Refusal = Refusal("MALFORMED_QUERY", 400);
pub(crate) const LOCATOR: Refusal = Refusal("INVALID_QUERY_LOCATOR", 400);
pub(crate) const METHOD: Refusal = Refusal("METHOD_NOT_ALLOWED", 405);
pub(crate) const TOO_LARGE: Refusal = Refusal("REQUEST_LIMIT_EXCEEDED", 413);
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

    /// What is said of an operation that another one's refusal undid.
    pub(crate) fn rolled_back() -> Self {
        let message = "Record rolled back because not all records were valid and the request was using AllOrNone \
                       header";
        Self::new(ROLLED_BACK, message)
    }

    /// Whether it says that another operation's refusal undid this one.
    pub(crate) fn is_rolled_back(&self) -> bool {
        self.0.code == ROLLED_BACK.0
    }

    pub(crate) fn of_field(mut self, field: &str) -> Self {
        self.0.fields.push(field.to_owned());
        self
    }

    /// Salesforce's error code, such as `INVALID_FIELD`, or ours, such as `SFD0301`.
    ///
    /// # Example
    ///
    /// ```
    /// use sf_outbound_sender::Error;
    ///
    /// fn is_refusal(error: &Error) -> bool {
    ///     error.status() < 500 && !error.code().starts_with("SFD")
    /// }
    /// ```
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
