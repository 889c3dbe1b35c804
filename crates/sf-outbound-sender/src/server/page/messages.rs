//! The outbound messages: what each sends and why, its WSDL, and how its attempts went.

use super::delivery::state;
use super::frame;
use super::view::{Page, Parameters, error_page};
use crate::delivery::{REPLY_BYTES, Sent};
use crate::error::{self, Error};
use crate::operator::Fare;
use crate::setup::MessageSetup;
use axum::extract::{Path, Query, State as Of};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use sf_outbound_page::text::{count, encoded, grouped, shown, time};
use sf_outbound_wsdl::public_address;

/// Attempts of a part of the list.
const ATTEMPTS: usize = 50;
/// Characters that are shown of a reply; the log keeps 4 KB.
const REPLY: usize = 4_096;

pub(super) async fn list(Of(page): Of<Page>) -> Response {
    page.show(|page| {
        let fares = page.state.operator.fares()?;
        let messages = page.state.setup().messages.iter().zip(&fares);
        let content = html! {
            @if fares.is_empty() {
                (frame::nothing(&html! { p { "None is defined. Add an " code { "[[outbound_message]]" } " to the organization's file." } }))
            }
            div id="messages" data-live="" {
                @for (message, fare) in messages { (card(page, message, fare)) }
            }
        };
        Ok(frame::page(page, "/messages", "Outbound messages", &content))
    })
    .await
}

fn card(page: &Page, message: &MessageSetup, fare: &Fare) -> Markup {
    let name = &message.message.name;
    html! {
        section class="card" {
            div class="title" {
                h2 { a href=(format!("/messages/{}", encoded(name))) { (name) } }
                (state(fare))
            }
            (about(page, message, fare))
        }
    }
}

/// What an outbound message is.
fn about(page: &Page, message: &MessageSetup, fare: &Fare) -> Markup {
    let setup = page.state.setup();
    let rules = setup.objects.get(message.object).map(|object| object.rules.as_slice()).unwrap_or_default();
    let name = &message.message.name;
    let sends = rules.iter().map(|(rule, _)| &rule.rule).filter(|rule| rule.messages.contains(name));
    let sends: Vec<_> = sends.map(|rule| (rule.name.as_str(), rule.active)).collect();
    let path = encoded(name);
    html! {
        (frame::facts(&[
            ("Object", html! { a href=(format!("/records/{}", encoded(&message.message.object))) { (message.message.object) } }),
            ("Endpoint", html! { code { (shown(&public_address(&message.message.endpoint), 300)) } }),
            ("Action id", html! { code { (message.message.action_id.to_18()) } }),
            ("Fields", html! { code { "Id" @for field in &message.message.fields { ", " (field) } } }),
            ("Sent by", html! {
                @if sends.is_empty() { "no rule: add one to the organization's file" }
                @for (place, (rule, active)) in sends.iter().enumerate() {
                    @if place > 0 { ", " } (rule) @if !active { " (inactive)" }
                }
            }),
            ("Queue", html! {
                (count(fare.count.waiting, "notification")) " waiting, " (grouped(fare.count.failed)) " failed "
                a href=(format!("/?message={path}")) { "List them" }
            }),
            ("WSDL", html! { a href=(format!("/messages/{path}/wsdl")) download=(format!("{name}.wsdl")) { "Download " (name) ".wsdl" } }),
        ]))
    }
}

pub(super) async fn show(
    Of(page): Of<Page>,
    Path(name): Path<String>,
    Query(query): Query<Parameters>,
) -> Response {
    page.show(move |page| {
        let operator = &page.state.operator;
        let place = operator.setup().message(&name)?;
        let message = &operator.setup().messages[place];
        let now = operator.now_millis();
        let only_failed = query.get("only").is_some_and(|only| only == "failed");
        let (fares, attempts) = (operator.fares()?, operator.attempts(&name, ATTEMPTS)?);
        let Some(fare) = fares.get(place) else { return Err(unknown()) };
        let path = format!("/messages/{}", encoded(&name));
        let wanted: Vec<_> =
            attempts.iter().filter(|attempt| !only_failed || attempt.reason.is_some()).collect();
        let content = html! {
            div id="about" data-live="" { (state(fare)) (about(page, message, fare)) }
            section aria-labelledby="attempts-title" id="attempts" data-live="" {
                div class="title" {
                    h2 id="attempts-title" { "The last " (ATTEMPTS) " attempts" }
                    (frame::choice("Which attempts", &[
                        ("All", &path, !only_failed),
                        ("Not acknowledged", &format!("{path}?only=failed"), only_failed),
                    ]))
                }
                @if wanted.is_empty() {
                    (frame::nothing(&html! { p { @if attempts.is_empty() { "None yet. A change of a record that fires a rule is the first." } @else { "All of them were acknowledged." } } }))
                } @else {
                    (table(&wanted, now))
                }
            }
        };
        Ok(frame::page(page, "/messages", &name, &content))
    })
    .await
}

fn table(attempts: &[&Sent], now: i64) -> Markup {
    const COLUMNS: [&str; 6] = ["At", "Result", "Notifications", "HTTP status", "Took", "Reply"];
    let rows: Vec<_> = attempts.iter().map(|attempt| {
        let contents = [
            time(attempt.at_millis, now),
            html! {
                @match &attempt.reason {
                    None => (frame::state(frame::Mark::Good, "Delivered")),
                    Some(reason) => { (frame::state(frame::Mark::Bad, "Not acknowledged")) span class="under reason" { (shown(reason, 500)) } }
                }
                @let rehearsed = &attempt.rehearsed;
                @if !rehearsed.is_empty() {
                    span class="under" { "rehearsed: " @for (place, fault) in rehearsed.iter().enumerate() { @if place > 0 { ", " } (fault.name()) } }
                }
            },
            html! { (grouped(attempt.notifications)) },
            html! { @match attempt.status { Some(status) => (status), None => span class="none" { "no reply" } } },
            html! { (grouped(attempt.took_millis)) " ms" },
            reply(attempt),
        ];
        html! { @for (column, content) in COLUMNS.iter().zip(&contents) { (frame::cell(column, content)) } }
    }).collect();
    frame::table("Attempts", &COLUMNS, &rows)
}

fn reply(attempt: &Sent) -> Markup {
    let text = String::from_utf8_lossy(&attempt.reply);
    let size = attempt.reply.len();
    html! {
        @if text.is_empty() {
            span class="none" { "empty" }
        } @else {
            details id=(format!("reply-{}", attempt.at_millis)) {
                summary {
                    @if size >= REPLY_BYTES { "its first " (count(size, "byte")) } @else { (count(size, "byte")) }
                }
                pre tabindex="0" aria-label="Reply" { (shown(&text, REPLY)) }
            }
        }
    }
}

/// The WSDL with the endpoint as it may be shown: listeners do not read it there.
pub(super) async fn wsdl(Of(page): Of<Page>, Path(name): Path<String>) -> Response {
    let definition = page.state.operator.definition();
    let Some(message) = definition.messages.iter().find(|message| message.name == name) else {
        return error_page(&unknown());
    };
    // Names are letters, digits and underscores.
    let headers = [
        (CONTENT_TYPE, "text/xml; charset=UTF-8".to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{}.wsdl\"", encoded(&name))),
    ];
    (headers, definition.public_wsdl(message)).into_response()
}

fn unknown() -> Error {
    Error::new(error::NOT_FOUND, "no outbound message has this name")
}
