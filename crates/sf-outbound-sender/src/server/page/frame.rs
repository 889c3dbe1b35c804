//! What every page has around it, and the parts that pages are made of.

use super::text::shown;
use super::view::Page;
use maud::{DOCTYPE, Markup, html};
use sf_outbound::jiff::Timestamp;

/// The places of the navigation.
const PLACES: [(&str, &str); 4] = [
    ("/", "Delivery"),
    ("/messages", "Outbound messages"),
    ("/records", "Records"),
    ("/rehearsal", "Rehearsal"),
];

/// A page: its place in the navigation, its title, and what stands in it.
pub(super) fn page(page: &Page, place: &str, title: &str, content: &Markup) -> Markup {
    let organization = page.state.setup().organization_id.to_18();
    html! {
        (head(title))
        body {
            a class="skip" href="#main" { "Skip to content" }
            header class="top" {
                p class="brand" { a href="/" { "sf-outbound" } " " span class="id" { (organization) } }
                nav aria-label="Pages" {
                    ul {
                        @for (path, name) in PLACES {
                            li { a href=(path) aria-current=[(path == place).then_some("page")] { (name) } }
                        }
                    }
                }
                div class="live" {
                    span id="live" { "As of " (clock(page)) }
                    a id="refresh" href="" { "Refresh" }
                    @if page.state.door.token().is_some() {
                        form method="post" action="/logout" { button { "Log out" } }
                    }
                }
            }
            main id="main" {
                h1 { (title) }
                (content)
            }
            footer { p { "Times are UTC, by the organization's clock." } }
        }
    }
}

/// A page without navigation: the door, and what went wrong.
pub(super) fn bare(title: &str, content: &Markup) -> Markup {
    html! {
        (head(title))
        body class="bare" {
            main id="main" {
                h1 { (title) }
                (content)
            }
        }
    }
}

fn head(title: &str) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en";
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            title { (title) " · sf-outbound" }
            link rel="icon" href="/page/icon.svg" type="image/svg+xml";
            link rel="stylesheet" href="/page/page.css";
            script src="/page/page.js" defer {}
        }
    }
}

fn clock(page: &Page) -> Markup {
    let moment = Timestamp::from_millisecond(page.state.operator.now_millis()).unwrap_or_default();
    html! { time datetime=(format!("{moment:.3}")) { (moment.strftime("%Y-%m-%d %H:%M:%S")) } }
}

/// A table that folds into cards where there is no room; each row is made by [`cell`].
pub(super) fn table(name: &str, columns: &[&str], rows: &[Markup]) -> Markup {
    // Without their roles, folded tables would be none to a screen reader.
    html! {
        table role="table" {
            caption class="unseen" { (name) }
            thead role="rowgroup" {
                tr role="row" { @for column in columns { th scope="col" role="columnheader" { (column) } } }
            }
            tbody role="rowgroup" { @for row in rows { tr role="row" { (row) } } }
        }
    }
}

/// Columns of running text, and of names that may be long.
const WIDE: [&str; 3] = ["Failure reason", "Result", "Value"];
const NAME: [&str; 1] = ["Outbound message"];

/// A cell, with the name of its column for where the table is folded.
pub(super) fn cell(column: &str, content: &Markup) -> Markup {
    let class = if WIDE.contains(&column) { Some("wide") } else { NAME.contains(&column).then_some("name") };
    html! { td role="cell" data-column=(column) class=[class] { div { (content) } } }
}

/// Facts by name.
pub(super) fn facts(rows: &[(&str, Markup)]) -> Markup {
    html! {
        dl class="facts" {
            @for (name, value) in rows { div { dt { (name) } dd { (value) } } }
        }
    }
}

/// A state: its sign and its word, so that it needs no colour.
pub(super) fn state(kind: &str, word: &str) -> Markup {
    let sign = match kind {
        "good" => "✓",
        "bad" => "✕",
        "busy" => "↻",
        _ => "○",
    };
    html! { span class=(format!("state {kind}")) { span aria-hidden="true" { (sign) } " " (word) } }
}

/// A button of a form of its own, with hidden fields.
pub(super) fn button(id: &str, action: &str, word: &str, about: &str, fields: &[(&str, &str)]) -> Markup {
    html! {
        form method="post" action=(action) {
            @for (name, value) in fields { input type="hidden" name=(name) value=(value); }
            button id=(id) { (word) @if !about.is_empty() { span class="unseen" { " " (about) } } }
        }
    }
}

/// What an operator hears of what he has just done, by the words in the address.
pub(super) fn notice(parameters: &std::collections::HashMap<String, String>) -> Markup {
    let count = parameters.get("count").and_then(|count| count.parse::<u32>().ok());
    let notifications = super::text::count(count.unwrap_or(1), "notification");
    let said = match parameters.get("done").map(String::as_str) {
        Some("retried") => format!("{notifications} due now."),
        Some("deleted") => format!("{notifications} deleted."),
        Some("created") => "The record was created.".to_owned(),
        Some("saved") => "The record was saved.".to_owned(),
        Some("unchanged") => "Nothing was changed, so nothing was saved.".to_owned(),
        Some("removed") => "The record was deleted.".to_owned(),
        Some("rehearsing") => "The next messages are rehearsed like this.".to_owned(),
        _ => return html! {},
    };
    html! { p class="notice" role="status" { (said) } }
}

/// Where there is nothing: what to do next.
pub(super) fn nothing(what: &Markup) -> Markup {
    html! { div class="nothing" { (what) } }
}

/// A command to type.
pub(super) fn command(text: &str) -> Markup {
    html! { pre class="command" { code { (shown(text, 1_000)) } } }
}
