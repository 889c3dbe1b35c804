//! Names in a file: what is no name, and what is there twice.

use super::findings::{Findings, Span, Text};
use crate::codes;
use crate::definition::names::{is_api_name, no_api_name};
use std::collections::HashMap;

/// Finds what is no API name.
pub(super) fn check_api_name(name: &Text, what: &str, findings: &mut Findings<'_>) {
    if !is_api_name(&name.text) {
        let (message, help) = no_api_name(&name.text, what);
        findings.error(&codes::NAME, message, &name.at, "here", help);
    }
}

/// What has to be unique, with the place of each.
pub(super) struct Unique {
    what: String,
    seen: HashMap<String, Span>,
    is_twin: bool,
}

impl Unique {
    /// `what` is what a twin is called, such as `the rule`.
    pub(super) fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), seen: HashMap::new(), is_twin: false }
    }

    /// Finds what was there before under this key.
    pub(super) fn check(&mut self, key: &str, shown: &str, at: &Span, findings: &mut Findings<'_>) {
        self.is_twin = self.seen.contains_key(key);
        if let Some(first) = self.seen.get(key) {
            let message = format!("{} `{shown}` stands twice", self.what);
            findings.error(&codes::DUPLICATE, message, at, "second", "give one of the two another");
            findings.second(first, "first");
        } else {
            self.seen.insert(key.to_owned(), at.clone());
        }
    }

    /// Whether the last that was checked was there before.
    pub(super) fn is_twin(&self) -> bool {
        self.is_twin
    }

    /// The same for a name, in which upper and lower case are not told apart.
    pub(super) fn check_name(&mut self, name: &Text, findings: &mut Findings<'_>) {
        self.check(&name.text.to_lowercase(), &name.text, &name.at, findings);
    }
}
