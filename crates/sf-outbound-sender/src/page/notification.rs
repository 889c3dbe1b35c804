//! One notification: what has become of it, and what would be sent now, as bytes and decoded.

use super::delivery::names;
use super::text::{count, encoded, shown, time, time_or};
use super::{Page, error_page, frame};
use crate::compose::{self, ASTRAY};
use crate::error::{self, Error};
use crate::ids::NOTIFICATION;
use crate::plan::Plan;
use crate::store::{Gone, How, Row};
use axum::extract::{Path, State as Of};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use sf_outbound::{Id, Kind, Limits, Notifications, Record, Value};
use std::sync::Arc;

/// Characters that are shown of a message, and of a value in it.
const MESSAGE: usize = 20_000;
const VALUE: usize = 2_000;

/// What is known of a notification.
enum Found {
    /// It stands in the queue; with the message that would be sent now, if one would.
    Here(Row, Option<Vec<u8>>),
    /// It has left the queue.
    Gone(Gone),
}

pub(super) async fn show(Of(page): Of<Page>, Path(id): Path<String>) -> Response {
    page.show(move |page| {
        let id = parse(&id)?;
        let now = page.state.shared.time.now_millis();
        let content = match find(page, id)? {
            Found::Here(row, bytes) => here(page, id, &row, bytes.as_deref(), now),
            Found::Gone(gone) => departed(page, &gone, now),
        };
        Ok(frame::page(page, "/", &format!("Notification {id}"), &content))
    })
    .await
}

/// The exact bytes.
pub(super) async fn download(Of(page): Of<Page>, Path(id): Path<String>) -> Response {
    let found = page.blocking(move |page| {
        let id = parse(&id)?;
        Ok((id, find(page, id)?))
    });
    match found.await {
        Ok((id, Found::Here(_, Some(bytes)))) => {
            let headers = [
                (CONTENT_TYPE, "text/xml; charset=UTF-8".to_owned()),
                (CONTENT_DISPOSITION, format!("attachment; filename=\"{id}.xml\"")),
            ];
            (headers, bytes).into_response()
        }
        Ok(_) => error_page(&unknown()),
        Err(error) => error_page(&error),
    }
}

fn parse(id: &str) -> Result<Id, Error> {
    id.parse::<Id>().map(|id| id.to_18()).map_err(|_| unknown())
}

fn find(page: &Page, id: Id) -> Result<Found, Error> {
    let shared = Arc::clone(&page.state.shared);
    let qid = shared.setup.ids.number(NOTIFICATION, id).ok_or_else(unknown)?;
    page.state.shared.store.read(move |tx| {
        let Some(row) = tx.row_whole(qid)? else {
            return tx.gone_one(qid)?.map(Found::Gone).ok_or_else(unknown);
        };
        let known = shared.setup.messages.iter().position(|message| message.number == row.message);
        let lane = known.ok_or_else(unknown)?;
        let due = tx.due_one(qid)?.ok_or_else(unknown)?;
        let is_sent = !compose::is_astray(&shared.setup, lane, &due);
        let bytes = is_sent.then(|| compose::message(&shared, lane, &Plan::plain(vec![due])));
        Ok(Found::Here(row, bytes))
    })
}

fn here(page: &Page, id: Id, row: &Row, bytes: Option<&[u8]>, now: i64) -> Markup {
    let (message, object, record) = names(&page.state.shared.setup, row);
    html! {
        div id="notification" data-live="" {
            @if row.failed { (frame::state("bad", "Failed")) } @else { (frame::state("busy", "Waiting")) }
            (frame::facts(&[
                ("Record", html! { (object) " " a class="id" href=(format!("/records/{}/{record}", encoded(object))) { (record) } }),
                ("Outbound message", html! { a href=(format!("/messages/{}", encoded(message))) { (message) } }),
                ("Created", time(row.born, now)),
                ("Attempts", html! { (row.tries) }),
                ("Last attempt", time_or(row.last, now, "none yet")),
                ("Next attempt", html! { @if row.failed { "none, unless it is retried" } @else { (time(row.due, now)) } }),
                ("Failure reason", html! { @match &row.reason { Some(reason) => (shown(reason, VALUE)), None => "–" } }),
            ]))
            div class="buttons" {
                (frame::button("retry", &format!("/notifications/{id}/retry"), "Retry", "", &[]))
                (frame::button("delete", &format!("/notifications/{id}/delete"), "Delete", "", &[]))
            }
        }
        @match bytes {
            Some(bytes) => (sent_now(page, id, row, bytes)),
            None => p class="notice" id="fields" { "Nothing would be sent: " (ASTRAY) "." },
        }
    }
}

/// What would be sent now, decoded and as bytes.
fn sent_now(page: &Page, id: Id, row: &Row, bytes: &[u8]) -> Markup {
    let text = String::from_utf8_lossy(bytes);
    html! {
        section aria-labelledby="fields-title" id="fields" data-live="" {
            h2 id="fields-title" { "What would be sent now" }
            p class="hint" { "The record's values at this moment, as at delivery. Up to 99 others go in the same message." }
            (decoded(page, row, bytes))
        }
        section aria-labelledby="bytes-title" id="bytes" data-live="" {
            div class="title" {
                h2 id="bytes-title" { "The message, " (count(bytes.len(), "byte")) }
                a class="button" href=(format!("/notifications/{id}/message.xml")) download { "Download" }
            }
            pre class="message" tabindex="0" aria-labelledby="bytes-title" { (shown(&text, MESSAGE)) }
        }
    }
}

/// The message as a listener would read it.
fn decoded(page: &Page, row: &Row, bytes: &[u8]) -> Markup {
    let setup = &page.state.shared.setup;
    let Some(message) = setup.messages.iter().find(|message| message.number == row.message) else {
        return html! {};
    };
    let read: Result<Notifications<Record>, _> = message.schema.decode(bytes, &Limits::default());
    html! {
        @match read {
            Err(error) => p class="trouble" { "A listener would refuse it: " (error.to_string()) }
            Ok(read) => {
                @match read.notifications.first().and_then(|notification| notification.sobject.as_ref()) {
                    Some(record) => (fields(record)),
                    None => p class="notice" { "The record was deleted, so the notification has no data: " code { "sobject" } " is " code { "None" } "." }
                }
            }
        }
    }
}

fn fields(record: &Record) -> Markup {
    const COLUMNS: [&str; 3] = ["Field", "Type", "Value"];
    let id = html! {
        (frame::cell(COLUMNS[0], &html! { code { "Id" } }))
        (frame::cell(COLUMNS[1], &html! { code { "ent:ID" } }))
        (frame::cell(COLUMNS[2], &html! { span class="value" { (record.id()) } }))
    };
    let row = |(name, kind, found): (&str, Kind, Value<'_>)| {
        html! {
            (frame::cell(COLUMNS[0], &html! { code { (name) } }))
            (frame::cell(COLUMNS[1], &html! { code { (kind.xsd_name()) } }))
            (frame::cell(COLUMNS[2], &value(Some(found))))
        }
    };
    let rows: Vec<_> = std::iter::once(id).chain(record.fields().map(row)).collect();
    frame::table("Decoded fields", &COLUMNS, &rows)
}

/// A value, or that there is none.
pub(super) fn value(value: Option<Value<'_>>) -> Markup {
    html! {
        @match value {
            None | Some(Value::Null) => span class="none" { "null" },
            Some(value) => span class="value" { (shown(&value.to_string(), VALUE)) },
        }
    }
}

fn departed(page: &Page, gone: &Gone, now: i64) -> Markup {
    let (kind, word) = match gone.how {
        How::Delivered => ("good", "Delivered"),
        How::Dropped => ("bad", "Dropped after 24 hours"),
        How::Deleted => ("idle", "Deleted by an operator"),
    };
    let setup = &page.state.shared.setup;
    let message = setup.messages.iter().find(|message| message.number == gone.message);
    html! {
        (frame::state(kind, word))
        (frame::facts(&[
            ("Outbound message", html! {
                @match message {
                    Some(message) => a href=(format!("/messages/{}", encoded(&message.message.name))) { (message.message.name) },
                    None => "not defined any more",
                }
            }),
            ("Left the queue", time(gone.at, now)),
        ]))
        p class="hint" { "What was sent is not kept; replies stand at the outbound message." }
    }
}

fn unknown() -> Error {
    Error::new(error::NOT_FOUND, "no notification with this id waits, has failed, or left the queue of late")
}
