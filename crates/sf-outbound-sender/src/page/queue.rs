//! What an operator does with notifications: retry and delete, one or by filter.

use super::text::{count, encoded, shown};
use super::{Page, Parameters, error_page, frame};
use crate::error::{self, Error};
use crate::listing::{Act, Filter, Place};
use crate::shared::Shared;
use axum::Form;
use axum::extract::{Path, Query, State as Of};
use axum::response::Response;
use maud::{Markup, html};
use sf_outbound::Id;
use std::sync::Arc;

/// Rows that a confirmation counts before it says that there are more.
const COUNTED: usize = 1_000;

impl Filter {
    /// The filter that a query or form holds.
    pub(super) fn of(parameters: &Parameters, failed: bool) -> Self {
        let text = |name: &str| parameters.get(name).map(|text| text.trim().to_owned()).unwrap_or_default();
        Self { failed, message: text("message"), reason: text("reason"), record: text("record") }
    }

    fn of_form(form: &Parameters) -> Self {
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
    fn words(&self) -> Markup {
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
    parts.and_then(|(due, qid)| Some((due.parse().ok()?, qid.parse().ok()?))).unwrap_or((i64::MIN, 0))
}

fn back(filter: &Filter, done: &str, count: usize) -> String {
    format!("/{}", filter.query(&[("done", done), ("count", &count.to_string())]))
}

/// Whether all that a filter means is to be deleted.
pub(super) async fn confirm(Of(page): Of<Page>, Query(query): Query<Parameters>) -> Response {
    page.show(move |page| {
        let filter = Filter::of_form(&query);
        let (shared, listing) = (Arc::clone(&page.state.shared), filter.clone());
        let listed = page
            .state
            .shared
            .store
            .read(move |tx| listing.list(&shared.setup, tx, (i64::MIN, 0), COUNTED))?;
        let found = listed.rows.len();
        let more = if listed.next.is_some() { " and more" } else { "" };
        let content = html! {
            p { (count(found, "notification")) (more) ": " (filter.words()) "." }
            p { "A deleted notification is not sent any more. Its record stays." }
            div class="buttons" {
                (frame::button("delete-all", "/queue/delete", "Delete them", "", &filter.fields()))
                a href=(format!("/{}", filter.query(&[]))) { "Keep them" }
            }
        };
        Ok(frame::page(page, "", "Delete notifications", &content))
    })
    .await
}

pub(super) async fn delete(Of(page): Of<Page>, Form(form): Form<Parameters>) -> Response {
    page.act(move |shared| by_filter(shared, &form, Act::Delete, "deleted")).await
}

pub(super) async fn retry(Of(page): Of<Page>, Form(form): Form<Parameters>) -> Response {
    page.act(move |shared| by_filter(shared, &form, Act::Retry, "retried")).await
}

fn by_filter(shared: &Arc<Shared>, form: &Parameters, act: Act, done: &str) -> Result<String, Error> {
    let filter = Filter::of_form(form);
    let count = shared.work(&filter, act)?;
    Ok(back(&filter, done, count))
}

pub(super) async fn retry_one(
    Of(page): Of<Page>,
    Path(id): Path<String>,
    Form(form): Form<Parameters>,
) -> Response {
    one(page, &id, form, Shared::retry, "retried").await
}

pub(super) async fn delete_one(
    Of(page): Of<Page>,
    Path(id): Path<String>,
    Form(form): Form<Parameters>,
) -> Response {
    one(page, &id, form, Shared::remove, "deleted").await
}

async fn one(
    page: Page,
    id: &str,
    form: Parameters,
    act: impl FnOnce(&Arc<Shared>, Id) -> Result<(), Error> + Send + 'static,
    done: &'static str,
) -> Response {
    let Ok(id) = id.parse() else {
        return error_page(&Error::new(error::MALFORMED_ID, "that is no id of a notification"));
    };
    page.act(move |shared| act(shared, id).map(|()| back(&Filter::of_form(&form), done, 1))).await
}
