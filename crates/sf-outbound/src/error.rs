//! Why a message was refused, and where.

use crate::codes::{self, Code};
use std::borrow::Cow;
use std::fmt;

/// Why a message was refused: a code, a place and a path; never a value of a record.
///
/// # Example
///
/// ```
/// use sf_outbound::{Limits, check_well_formed};
///
/// let error = check_well_formed(b"<a>\n <b></a>", None, &Limits::default()).unwrap_err();
/// assert_eq!((error.line(), error.column(), error.path()), (2, 5, "a/b"));
/// assert_eq!((error.code(), error.offset()), ("SFR0102", 8));
/// assert_eq!(error.message(), "end tag of another element than the open one");
/// assert!(!error.is_limit() && !error.is_version_mismatch() && !error.is_must_understand());
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Error(Box<Inner>);

#[derive(Clone, PartialEq, Eq)]
struct Inner {
    code: &'static Code,
    message: Cow<'static, str>,
    offset: usize,
    line: usize,
    column: usize,
    path: String,
}

impl Error {
    #[cold]
    pub(crate) fn new(
        code: &'static Code,
        message: impl Into<Cow<'static, str>>,
        text: &str,
        offset: usize,
    ) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Self(Box::new(Inner {
            code,
            message: message.into(),
            offset,
            line: before.bytes().filter(|byte| *byte == b'\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            path: String::new(),
        }))
    }

    pub(crate) fn with_path(mut self, path: String) -> Self {
        self.0.path = path;
        self
    }

    /// The error of an element that is closed already, whose name then ends the path.
    #[cold]
    pub(crate) fn inside(self, name: &str) -> Self {
        let path = format!("{}/{name}", self.path());
        self.with_path(path)
    }

    /// The stable code, such as `SFR0203`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.0.code.code
    }

    /// What is wrong, without the place.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Bytes from the start of the text (of its UTF-8 form, without a byte order mark).
    #[must_use]
    pub fn offset(&self) -> usize {
        self.0.offset
    }

    /// Line, from 1.
    #[must_use]
    pub fn line(&self) -> usize {
        self.0.line
    }

    /// Column in characters, from 1.
    #[must_use]
    pub fn column(&self) -> usize {
        self.0.column
    }

    /// The elements that were open, such as `Envelope/Body/notifications/Notification[3]/sObject/Amount`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// Whether a limit was exceeded.
    #[must_use]
    pub fn is_limit(&self) -> bool {
        self.code().starts_with("SFR05")
    }

    /// Whether the envelope is not one of SOAP 1.1.
    #[must_use]
    pub fn is_version_mismatch(&self) -> bool {
        self.0.code == &codes::VERSION_MISMATCH
    }

    /// Whether a header that must be understood is not known.
    #[must_use]
    pub fn is_must_understand(&self) -> bool {
        self.0.code == &codes::MUST_UNDERSTAND
    }
}

impl std::error::Error for Error {}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { code, message, line, column, path, .. } = &*self.0;
        write!(f, "{}: {message}, at {line}:{column}", code.code)?;
        if path.is_empty() { Ok(()) } else { write!(f, " in {path}") }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
