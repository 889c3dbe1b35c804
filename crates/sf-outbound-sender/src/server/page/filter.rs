//! A filter of notifications as queries and forms hold it.

use super::view::Parameters;
use crate::operator::{Filter, Place, START};
use maud::{Markup, html};
use sf_outbound_page::text::{encoded, shown};

impl Filter {
    /// The filter that a query or form holds.
    pub(super) fn of(parameters: &Parameters, failed: bool) -> Self {
        let text = |name: &str| parameters.get(name).map(|text| text.trim().to_owned()).unwrap_or_default();
        Self { failed, message: text("message"), reason: text("reason"), record: text("record") }
    }

    pub(super) fn of_form(form: &Parameters) -> Self {
        Self::of(form, form.get("list").is_some_and(|list| list == "failed"))
    }

    /// The hidden fields of a form, and the parts of a query, that hold it.
    pub(super) fn fields(&self) -> [(&'static str, &str); 4] {
        [
            ("list", if self.failed { "failed" } else { "waiting" }),
            ("message", &self.message),
            ("reason", &self.reason),
            ("record", &self.record),
        ]
    }

    /// The query of the list with this filter, and more.
    pub(super) fn query(&self, more: &[(&str, &str)]) -> String {
        let fields = self.fields();
        let parts = fields.iter().skip(1).chain(more).filter(|(_, value)| !value.is_empty());
        let parts: Vec<_> = parts.map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        if parts.is_empty() { String::new() } else { format!("?{}", parts.join("&")) }
    }

    /// What it means, in words.
    pub(super) fn words(&self) -> Markup {
        html! {
            @if self.failed { "failed for good" } @else { "waiting" }
            @if !self.message.is_empty() { ", of " b { (shown(&self.message, 100)) } }
            @if !self.record.is_empty() { ", of the record " b { (shown(&self.record, 100)) } }
            @if !self.reason.is_empty() { ", whose failure reason holds " b { (shown(&self.reason, 100)) } }
        }
    }
}

/// A place in a list as a query holds it.
pub(super) fn place(text: Option<&String>) -> Place {
    let parts = text.and_then(|text| text.split_once('.'));
    parts.and_then(|(due, qid)| Some((due.parse().ok()?, qid.parse().ok()?))).unwrap_or(START)
}
