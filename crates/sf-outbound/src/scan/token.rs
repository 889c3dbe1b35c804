//! What the scanner gives.

use super::name::Name;
use std::borrow::Cow;

/// What stands next in the document; comments and processing instructions are passed over.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Token<'a> {
    Start(Name<'a>),
    /// Also after the start of an empty element.
    End,
    Text(Cow<'a, str>),
    /// The root is closed, and nothing but white space, comments and processing instructions followed.
    Eof,
}

/// One attribute, its value normalised as XML 1.0, 3.3.3 says for CDATA.
pub(crate) struct Attribute<'a> {
    pub(crate) name: Name<'a>,
    pub(crate) value: Cow<'a, str>,
    pub(crate) offset: usize,
    pub(super) prefix: &'a str,
}
