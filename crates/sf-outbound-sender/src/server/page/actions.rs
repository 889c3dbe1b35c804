//! What an operator does with notifications: retry and delete, one or by filter.

use super::frame;
use super::view::{Page, Parameters, error_page};
use crate::error::{self, Error};
use crate::operator::{Act, Filter, Operator, START};
use axum::Form;
use axum::extract::{Path, Query, State as Of};
use axum::response::Response;
use maud::html;
use sf_outbound::Id;
use sf_outbound_page::text::count;

/// Rows that a confirmation counts before it says that there are more.
const COUNTED: usize = 1_000;

fn back(filter: &Filter, done: &str, count: usize) -> String {
    format!("/{}", filter.query(&[("done", done), ("count", &count.to_string())]))
}

/// Whether all that a filter means is to be deleted.
pub(super) async fn confirm(Of(page): Of<Page>, Query(query): Query<Parameters>) -> Response {
    page.show(move |page| {
        let filter = Filter::of_form(&query);
        let listed = page.state.operator.list(&filter, START, COUNTED)?;
        let found = listed.entries.len();
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
    page.act(move |state| by_filter(&state.operator, &form, Act::Delete, "deleted")).await
}

pub(super) async fn retry(Of(page): Of<Page>, Form(form): Form<Parameters>) -> Response {
    page.act(move |state| by_filter(&state.operator, &form, Act::Retry, "retried")).await
}

fn by_filter(operator: &Operator, form: &Parameters, act: Act, done: &str) -> Result<String, Error> {
    let filter = Filter::of_form(form);
    let count = operator.work(&filter, act)?;
    Ok(back(&filter, done, count))
}

pub(super) async fn retry_one(
    Of(page): Of<Page>,
    Path(id): Path<String>,
    Form(form): Form<Parameters>,
) -> Response {
    one(page, &id, form, Operator::retry, "retried").await
}

pub(super) async fn delete_one(
    Of(page): Of<Page>,
    Path(id): Path<String>,
    Form(form): Form<Parameters>,
) -> Response {
    one(page, &id, form, Operator::remove, "deleted").await
}

async fn one(
    page: Page,
    id: &str,
    form: Parameters,
    act: impl FnOnce(&Operator, Id) -> Result<(), Error> + Send + 'static,
    done: &'static str,
) -> Response {
    let Ok(id) = id.parse() else {
        return error_page(&Error::new(error::MALFORMED_ID, "that is no id of a notification"));
    };
    page.act(move |state| act(&state.operator, id).map(|()| back(&Filter::of_form(&form), done, 1))).await
}
