//! What every page has around it, and the parts that pages are made of.

use super::site::SITE;
use super::view::{Page, Parameters};
use maud::{Markup, html};
use sf_outbound_page::Head;
use sf_outbound_page::parts::{self, Width};
pub(super) use sf_outbound_page::parts::{Mark, button, choice, command, facts, nothing, state, table};
use sf_outbound_page::text;

/// A page: its place in the navigation, its title, and what stands in it.
pub(super) fn page(page: &Page, place: &str, title: &str, content: &Markup) -> Markup {
    let organization = page.state.setup().organization_id.to_18();
    let head = Head {
        place,
        title,
        about: organization.as_str(),
        now: page.state.operator.now_millis(),
        has_logout: page.state.door.token().is_some(),
    };
    SITE.page(&head, content)
}

/// Columns of running text, and of names that may be long.
const WIDE: [&str; 3] = ["Failure reason", "Result", "Value"];
const NAME: [&str; 1] = ["Outbound message"];

/// A cell, with the name of its column for where the table is folded.
pub(super) fn cell(column: &str, content: &Markup) -> Markup {
    let width = match column {
        _ if WIDE.contains(&column) => Width::Wide,
        _ if NAME.contains(&column) => Width::Name,
        _ => Width::Usual,
    };
    parts::cell(column, width, content)
}

/// What an operator hears of what he has just done, by the words in the address.
pub(super) fn notice(parameters: &Parameters) -> Markup {
    let count = parameters.get("count").and_then(|count| count.parse::<u32>().ok());
    let notifications = text::count(count.unwrap_or(1), "notification");
    let said = match parameters.get("done").map(String::as_str) {
        Some("retried") => format!("{notifications} due now."),
        Some("deleted") => format!("{notifications} deleted."),
        Some("created") => "The record was created.".to_owned(),
        Some("saved") => "The record was saved.".to_owned(),
        Some("unchanged") => "Nothing was changed, so nothing was saved.".to_owned(),
        Some("removed") => "The record was deleted.".to_owned(),
        Some("rehearsing") => "These faults are rehearsed from the next message on.".to_owned(),
        _ => return html! {},
    };
    parts::notice(&said)
}
