//! One notification: what has become of it, and what would be sent now, as bytes and decoded.

use super::frame;
use super::view::{Page, error_page};
use crate::error::{self, Error};
use crate::operator::{Departure, Entry, Found, Outcome, Preview};
use axum::extract::{Path, State as Of};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use sf_outbound::{Error as ReadError, Id, Kind, Notifications, Record, Value};
use sf_outbound_page::text::{count, encoded, shown, time, time_or};

/// Characters that are shown of a message, and of a value in it.
const MESSAGE: usize = 20_000;
const VALUE: usize = 2_000;

pub(super) async fn show(Of(page): Of<Page>, Path(id): Path<String>) -> Response {
    page.show(move |page| {
        let id = parse(&id)?;
        let now = page.state.operator.now_millis();
        let content = match page.state.operator.find(id)? {
            Found::Here(entry, preview) => here(&entry, &preview, now),
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
        Ok((id, page.state.operator.find(id)?))
    });
    match found.await {
        Ok((id, Found::Here(_, Ok(Preview { bytes, .. })))) => {
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

fn here(entry: &Entry, preview: &Result<Preview, &str>, now: i64) -> Markup {
    let Entry { id, message, object, record, .. } = entry;
    html! {
        div id="notification" data-live="" {
            @if entry.failed { (frame::state(frame::Mark::Bad, "Failed")) } @else { (frame::state(frame::Mark::Busy, "Waiting")) }
            (frame::facts(&[
                ("Record", html! { (object) " " a class="id" href=(format!("/records/{}/{record}", encoded(object))) { (record) } }),
                ("Outbound message", html! { a href=(format!("/messages/{}", encoded(message))) { (message) } }),
                ("Created", time(entry.queued_millis, now)),
                ("Attempts", html! { (entry.tries) }),
                ("Last attempt", time_or(entry.sent_millis, now, "none yet")),
                ("Next attempt", html! { @if entry.failed { "none, unless it is retried" } @else { (time(entry.due_millis, now)) } }),
                ("Failure reason", html! { @match &entry.reason { Some(reason) => (shown(reason, VALUE)), None => "–" } }),
            ]))
            div class="buttons" {
                (frame::button("retry", &format!("/notifications/{id}/retry"), "Retry", "", &[]))
                (frame::button("delete", &format!("/notifications/{id}/delete"), "Delete", "", &[]))
            }
        }
        @match preview {
            Ok(preview) => (sent_now(*id, preview)),
            Err(why) => p class="notice" id="fields" { "Nothing would be sent: " (why) "." },
        }
    }
}

/// What would be sent now, decoded and as bytes.
fn sent_now(id: Id, Preview { read, bytes }: &Preview) -> Markup {
    let text = String::from_utf8_lossy(bytes);
    html! {
        section aria-labelledby="fields-title" id="fields" data-live="" {
            h2 id="fields-title" { "What would be sent now" }
            p class="hint" { "The record's values now, as they would be sent. Up to 99 other notifications share a message." }
            (decoded(read))
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
fn decoded(read: &Result<Notifications<Record>, ReadError>) -> Markup {
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

fn departed(page: &Page, gone: &Departure, now: i64) -> Markup {
    let (kind, word) = match gone.outcome {
        Outcome::Delivered => (frame::Mark::Good, "Delivered"),
        Outcome::Dropped => (frame::Mark::Bad, "Dropped after 24 hours"),
        Outcome::Deleted => (frame::Mark::Idle, "Deleted by an operator"),
    };
    html! {
        (frame::state(kind, word))
        (frame::facts(&[
            ("Outbound message", html! {
                @match page.state.setup().message(&gone.message) {
                    Ok(_) => a href=(format!("/messages/{}", encoded(&gone.message))) { (gone.message) },
                    Err(_) => "not defined any more",
                }
            }),
            ("Left the queue", time(gone.at_millis, now)),
        ]))
        p class="hint" { "Sent messages are not kept. Their replies are shown with the outbound message." }
    }
}

fn unknown() -> Error {
    Error::new(error::NOT_FOUND, "no notification with this id waits, has failed, or left the queue of late")
}
