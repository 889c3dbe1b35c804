//! Tables, buttons, states and the like, as the stylesheet knows them.
//!
//! The script replaces each part of a page that is marked `data-live` and has an `id` when something has changed.
//! The stylesheet also knows these classes:
//!
//! | class | for |
//! |---|---|
//! | `card`, `title` | a framed section; a heading with buttons at its right |
//! | `buttons`, `actions`, `pages` | buttons in a row; the buttons of a table's row; links to other parts of a list |
//! | `filter`, `fields`, `switches` | a form in a row; in a column; as a grid |
//! | `hint`, `under`, `none`, `number` | an explanation; a second line; a missing value; a count beside a heading |
//! | `id`, `value`, `reason`, `unseen` | an id; a value as it is; running text in a table; text for screen readers only |

use super::text;
use maud::{Markup, html};

/// How wide a column may become.
///
/// # Example
///
/// ```
/// use maud::html;
/// use sf_outbound_page::parts::{Width, cell};
///
/// let cell = cell("Reason", Width::Wide, &html! { "refused" }).into_string();
/// assert!(cell.contains("class=\"wide\""), "{cell}");
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Width {
    /// As much as its words need.
    #[default]
    Usual,
    /// Names that may be long and can break anywhere.
    Name,
    /// Running text.
    Wide,
}

/// A table. On a narrow screen each row folds into a card. [`cell`] makes the cells of a row.
///
/// # Example
///
/// ```
/// use maud::html;
/// use sf_outbound_page::parts::{Mark, Width, cell, state, table};
///
/// let columns = ["Message", "State"];
/// let rows = [("Won", Mark::Good, "Delivered"), ("Lost", Mark::Bad, "Failed")].map(|(name, mark, word)| {
///     let contents = [html! { (name) }, state(mark, word)];
///     html! { @for (column, content) in columns.iter().zip(&contents) { (cell(column, Width::Usual, content)) } }
/// });
/// let table = table("Messages", &columns, &rows).into_string();
/// assert_eq!(table.matches("<td").count(), 4);
/// ```
#[must_use]
pub fn table(name: &str, columns: &[&str], rows: &[Markup]) -> Markup {
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

/// A cell. A folded table shows the name of its column beside it. [`table`] has an example.
#[must_use]
pub fn cell(column: &str, width: Width, content: &Markup) -> Markup {
    let class = match width {
        Width::Usual => None,
        Width::Name => Some("name"),
        Width::Wide => Some("wide"),
    };
    html! { td role="cell" data-column=(column) class=[class] { div { (content) } } }
}

/// A list of names and values.
///
/// # Example
///
/// ```
/// use maud::html;
///
/// let facts = sf_outbound_page::parts::facts(&[("Attempts", html! { (3) })]).into_string();
/// assert!(facts.contains("<dt>Attempts</dt><dd>3</dd>"), "{facts}");
/// ```
#[must_use]
pub fn facts(rows: &[(&str, Markup)]) -> Markup {
    html! {
        dl class="facts" {
            @for (name, value) in rows { div { dt { (name) } dd { (value) } } }
        }
    }
}

/// The kind of a state.
///
/// # Example
///
/// ```
/// use sf_outbound_page::parts::{Mark, state};
///
/// assert!(state(Mark::Busy, "Retrying").into_string().contains("↻"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// As it should be.
    Good,
    /// It failed.
    Bad,
    /// It goes on.
    Busy,
    /// Nothing happens.
    Idle,
}

/// A state as a sign and a word, so that nobody needs its colour. [`Mark`] has an example.
#[must_use]
pub fn state(mark: Mark, word: &str) -> Markup {
    let (class, sign) = match mark {
        Mark::Good => ("state good", "✓"),
        Mark::Bad => ("state bad", "✕"),
        Mark::Busy => ("state busy", "↻"),
        Mark::Idle => ("state idle", "○"),
    };
    html! { span class=(class) { span aria-hidden="true" { (sign) } " " (word) } }
}

/// A button in its own form, with hidden fields. A screen reader says `about` after the button's word; it distinguishes
/// buttons that have the same word.
///
/// # Example
///
/// ```
/// use sf_outbound_page::parts::button;
///
/// let button = button("retry-7", "/messages/7/retry", "Retry", "message 7", &[("list", "failed")]);
/// assert!(button.into_string().starts_with("<form method=\"post\" action=\"/messages/7/retry\">"));
/// ```
#[must_use]
pub fn button(id: &str, action: &str, word: &str, about: &str, fields: &[(&str, &str)]) -> Markup {
    html! {
        form method="post" action=(action) {
            @for (name, value) in fields { input type="hidden" name=(name) value=(value); }
            button id=(id) { (word) @if !about.is_empty() { span class="unseen" { " " (about) } } }
        }
    }
}

/// Tells a user what an action has done. A handler redirects to `/?done=deleted&count=2`, and the page makes a notice of
/// it. The script removes the parameters `done` and `count` from the address, so that a reload shows no notice.
///
/// # Example
///
/// ```
/// let notice = sf_outbound_page::parts::notice("2 messages deleted.").into_string();
/// assert_eq!(notice, "<p class=\"notice\" role=\"status\">2 messages deleted.</p>");
/// ```
#[must_use]
pub fn notice(said: &str) -> Markup {
    html! { p class="notice" role="status" { (said) } }
}

/// A placeholder for an empty list, which says what to do next.
///
/// # Example
///
/// ```
/// use maud::html;
///
/// let nothing = sf_outbound_page::parts::nothing(&html! { p { "None yet." } });
/// assert_eq!(nothing.into_string(), "<div class=\"nothing\"><p>None yet.</p></div>");
/// ```
#[must_use]
pub fn nothing(what: &Markup) -> Markup {
    html! { div class="nothing" { (what) } }
}

/// A command to type.
///
/// # Example
///
/// ```
/// let command = sf_outbound_page::parts::command("sf-outbound org").into_string();
/// assert_eq!(command, "<pre class=\"command\"><code>sf-outbound org</code></pre>");
/// ```
#[must_use]
pub fn command(text: &str) -> Markup {
    html! { pre class="command" { code { (text::shown(text, 1_000)) } } }
}

/// Links of which one is chosen, such as the time that a plot covers. A screen reader calls them `label`. Each link is its
/// word, its address, and whether it is the chosen one.
///
/// # Example
///
/// ```
/// use sf_outbound_page::parts::choice;
///
/// let choice = choice("Time of the plots", &[("Hour", "/", true), ("Day", "/?window=day", false)]);
/// assert_eq!(choice.into_string().matches("aria-current").count(), 1);
/// ```
#[must_use]
pub fn choice(label: &str, links: &[(&str, &str, bool)]) -> Markup {
    html! {
        nav class="windows" aria-label=(label) {
            @for (word, address, is_it) in links {
                a href=(address) aria-current=[is_it.then_some("true")] { (word) }
            }
        }
    }
}
