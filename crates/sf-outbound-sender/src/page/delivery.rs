//! The first page: how each endpoint fares, what was sent of late, what waits and what has failed.

use super::text::{encoded, grouped, length, shown, time, time_or};
use super::{Page, Parameters, frame, plot, queue};
use crate::error::Error;
use crate::ids::NOTIFICATION;
use crate::listing::{Filter, Listed, Place};
use crate::setup::Setup;
use crate::store::{Beat, Health, QueueCount, Row};
use axum::extract::{Query, State as Of};
use axum::response::Response;
use maud::{Markup, html};
use sf_outbound::Id;
use sf_outbound_wsdl::public_address;
use std::sync::Arc;

/// Rows of a list.
const ROWS: usize = 25;
/// Messages by which an endpoint's health is judged.
const JUDGED: usize = 100;
/// What is shown of a reason in a list.
const REASON: usize = 200;

/// How an outbound message fares.
pub(super) struct Fare {
    pub(super) count: QueueCount,
    pub(super) health: Health,
    /// Why the last message was not delivered; `None` inside where it was.
    pub(super) last: Option<(i64, Option<String>)>,
}

struct View {
    fares: Vec<Fare>,
    beats: Vec<Beat>,
    waiting: Listed,
    failed: Listed,
}

/// How each outbound message fares, in the order of the set-up.
pub(super) fn fares(setup: &Setup, tx: &crate::store::Tx<'_>) -> Result<Vec<Fare>, Error> {
    let fare = |message: &crate::setup::MessageSetup| {
        let last = tx.attempts(message.number, 1)?.pop();
        Ok(Fare {
            count: tx.count(message.number)?,
            health: tx.health(message.number, JUDGED)?,
            last: last.map(|attempt| (attempt.at, attempt.reason)),
        })
    };
    setup.messages.iter().map(fare).collect()
}

pub(super) async fn show(Of(page): Of<Page>, Query(query): Query<Parameters>) -> Response {
    page.show(move |page| {
        let shared = &page.state.shared;
        let now = shared.time.now_millis();
        let window = plot::Window::of(query.get("window"));
        let (waiting, failed) = (Filter::of(&query, false), Filter::of(&query, true));
        let (from, failed_from) = (queue::place(query.get("after")), queue::place(query.get("failed_after")));
        let view = shared.store.read({
            let (shared, waiting, failed) = (Arc::clone(shared), waiting.clone(), failed.clone());
            move |tx| {
                Ok(View {
                    fares: fares(&shared.setup, tx)?,
                    beats: tx.beats(window.since(now))?,
                    waiting: waiting.list(&shared.setup, tx, from, ROWS)?,
                    failed: failed.list(&shared.setup, tx, failed_from, ROWS)?,
                })
            }
        })?;
        let content = html! {
            (frame::notice(&query))
            (troubles(page))
            div id="fares" data-live="" { (summary(&shared.setup, &view.fares, now)) }
            section aria-labelledby="lately" id="plots" data-live="" {
                (plot::plots(&view.beats, &view.fares, now, window, &waiting))
            }
            (filter_form(&shared.setup, &waiting))
            (list(page, &waiting, &view, now, from))
            (list(page, &failed, &view, now, failed_from))
        };
        Ok(frame::page(page, "/", "Delivery status", &content))
    })
    .await
}

fn troubles(page: &Page) -> Markup {
    let shared = &page.state.shared;
    let rehearsal = shared.rehearsal();
    html! {
        div id="troubles" data-live="" {
            @if let Some(trouble) = shared.trouble() {
                p class="trouble" role="alert" { (trouble.message()) " (" code { (trouble.code()) } ")" }
            }
            @if !rehearsal.is_nothing() {
                p class="notice" {
                    (frame::state("busy", "Rehearsing")) " " code { (rehearsal.to_string()) } " "
                    a href="/rehearsal" { "Change" }
                }
            }
        }
    }
}

fn summary(setup: &Setup, fares: &[Fare], now: i64) -> Markup {
    const COLUMNS: [&str; 8] = [
        "Outbound message",
        "State",
        "Delivered",
        "Waiting",
        "Failed",
        "Oldest waiting",
        "Next attempt",
        "Last attempt",
    ];
    let rows: Vec<_> = setup.messages.iter().zip(fares).map(|(message, fare)| {
        let Fare { count, health, last } = fare;
        let name = &message.message.name;
        let contents = [
            html! {
                a href=(format!("/messages/{}", encoded(name))) { (name) }
                span class="under" { (shown(&public_address(&message.message.endpoint), 120)) }
            },
            state(fare),
            ratio(health),
            number(count.waiting),
            number(count.failed),
            html! {
                @match health.oldest {
                    Some(born) => (length(now.saturating_sub(born).max(0))),
                    None => span class="none" { "–" },
                }
            },
            time_or(count.due, now, "–"),
            html! {
                @match last {
                    Some((at, reason)) => {
                        (time(*at, now))
                        @if let Some(reason) = reason { span class="under reason" { (shown(reason, REASON)) } }
                    }
                    None => span class="none" { "none yet" },
                }
            },
        ];
        html! { @for (column, content) in COLUMNS.iter().zip(&contents) { (frame::cell(column, content)) } }
    }).collect();
    html! {
        section aria-labelledby="endpoints" {
            h2 id="endpoints" { "Endpoints" }
            @if rows.is_empty() {
                (frame::nothing(&html! { p { "No outbound message is defined. Add an " code { "[[outbound_message]]" } " to the organization's file." } }))
            } @else {
                (frame::table("Health by endpoint", &COLUMNS, &rows))
            }
        }
    }
}

/// How an outbound message fares in one word.
pub(super) fn state(fare: &Fare) -> Markup {
    match &fare.last {
        Some((_, Some(_))) if fare.count.waiting > 0 => frame::state("busy", "Retrying"),
        Some((_, Some(_))) => frame::state("bad", "Failing"),
        _ if fare.count.waiting > 0 => frame::state("good", "Delivering"),
        Some(_) => frame::state("good", "All delivered"),
        None => frame::state("idle", "Idle"),
    }
}

fn ratio(health: &Health) -> Markup {
    html! {
        @if health.sent == 0 {
            span class="none" { "–" }
        } @else {
            (health.delivered * 100 / health.sent) " %"
            span class="under" { "of the last\u{a0}" (grouped(health.sent)) }
        }
    }
}

fn number(number: u64) -> Markup {
    html! { span class=[(number == 0).then_some("none")] { (grouped(number)) } }
}

fn filter_form(setup: &Setup, filter: &Filter) -> Markup {
    html! {
        form class="filter" method="get" action="/" role="search" aria-label="Filter notifications" {
            div {
                label for="message" { "Outbound message" }
                select id="message" name="message" {
                    option value="" { "All" }
                    @for message in &setup.messages {
                        option selected[message.message.name == filter.message] { (message.message.name) }
                    }
                }
            }
            div {
                label for="reason" { "Failure reason holds" }
                input id="reason" name="reason" value=(filter.reason) autocomplete="off";
            }
            div {
                label for="record" { "Record id" }
                input id="record" name="record" value=(filter.record) autocomplete="off" spellcheck="false";
            }
            div class="buttons" {
                button { "Filter" }
                @if !filter.is_wide() || !filter.message.is_empty() { a href="/" { "Show all" } }
            }
        }
    }
}

/// One of both lists.
fn list(page: &Page, filter: &Filter, view: &View, now: i64, from: Place) -> Markup {
    let setup = &page.state.shared.setup;
    let (listed, id, title) = if filter.failed {
        (&view.failed, "failed", "Failed")
    } else {
        (&view.waiting, "waiting", "Waiting for delivery")
    };
    let is_meant = |name: &String| filter.message.is_empty() || *name == filter.message;
    let fares = setup.messages.iter().zip(&view.fares).filter(|(message, _)| is_meant(&message.message.name));
    let all: u64 =
        fares.map(|(_, fare)| if filter.failed { fare.count.failed } else { fare.count.waiting }).sum();
    let is_first = from == (i64::MIN, 0);
    html! {
        section id=(id) aria-labelledby=(format!("{id}-title")) data-live="" {
            div class="title" {
                h2 id=(format!("{id}-title")) {
                    (title)
                    @if filter.is_wide() { " " span class="number" { (grouped(all)) } }
                }
                @if !listed.rows.is_empty() {
                    div class="buttons" {
                        (frame::button(&format!("{id}-retry"), "/queue/retry", "Retry all", &format!("{id} that are listed"), &filter.fields()))
                        a class="button" id=(format!("{id}-delete")) href=(format!("/queue/delete{}", filter.query(&[("list", id)]))) {
                            "Delete all…" span class="unseen" { " " (id) " that are listed" }
                        }
                    }
                }
            }
            @if listed.rows.is_empty() { (empty(filter, listed, is_first)) } @else { (rows(setup, filter, &listed.rows, now)) }
            (pages(filter, listed, is_first))
        }
    }
}

fn rows(setup: &Setup, filter: &Filter, rows: &[Row], now: i64) -> Markup {
    const COLUMNS: [&str; 8] = [
        "Record",
        "Outbound message",
        "Created",
        "Attempts",
        "Last attempt",
        "Next attempt",
        "Failure reason",
        "Actions",
    ];
    let cells = |row: &Row| {
        let id = setup.ids.id(NOTIFICATION, row.qid);
        let (message, object, record) = names(setup, row);
        let contents = [
            html! {
                span class="under first" { (object) }
                a class="id" href=(format!("/records/{}/{record}", encoded(object))) { (record) }
            },
            html! { (message) },
            time(row.born, now),
            html! { (row.tries) },
            time_or(row.last, now, "–"),
            html! { @if row.failed { span class="none" { "none" } } @else { (time(row.due, now)) } },
            html! {
                @match &row.reason {
                    Some(reason) => (shown(reason, REASON)),
                    None => span class="none" { "–" },
                }
            },
            actions(id, filter),
        ];
        html! { @for (column, content) in COLUMNS.iter().zip(&contents) { (frame::cell(column, content)) } }
    };
    let rows: Vec<_> = rows.iter().map(cells).collect();
    frame::table(
        if filter.failed { "Failed notifications" } else { "Waiting notifications" },
        &COLUMNS,
        &rows,
    )
}

fn actions(id: Id, filter: &Filter) -> Markup {
    let path = |verb: &str| format!("/notifications/{id}/{verb}");
    let fields = filter.fields();
    html! {
        div class="actions" {
            a id=(format!("view-{id}")) href=(format!("/notifications/{id}")) { "View" span class="unseen" { " " (id) } }
            (frame::button(&format!("retry-{id}"), &path("retry"), "Retry", id.as_str(), &fields))
            (frame::button(&format!("delete-{id}"), &path("delete"), "Delete", id.as_str(), &fields))
        }
    }
}

/// Names of a row's outbound message and object, and the record's id.
pub(super) fn names<'s>(setup: &'s Setup, row: &Row) -> (&'s str, &'s str, Id) {
    let message = setup.messages.iter().find(|message| message.number == row.message);
    let name = message.map(|message| message.message.name.as_str()).unwrap_or_default();
    let (object, record) = setup.record(row.message, row.object, row.record);
    (name, object, record)
}

fn empty(filter: &Filter, listed: &Listed, is_first: bool) -> Markup {
    let what = html! {
        @if listed.next.is_some() {
            p { "None among those that were looked at so far." }
        } @else if !is_first {
            p { "No more." }
        } @else if !filter.is_wide() {
            p { "None that the filter means." }
        } @else if filter.failed {
            p { "None. A notification that is not acknowledged within 24 hours stands here, to be retried or deleted." }
        } @else {
            p { "Nothing waits. Change a record, and what its rules send stands here until it is acknowledged: " a href="/records" { "records" } ", or" }
            (frame::command("sf-outbound org change create OBJECT FIELD=VALUE"))
        }
    };
    frame::nothing(&what)
}

fn pages(filter: &Filter, listed: &Listed, is_first: bool) -> Markup {
    let (after, title) = if filter.failed { ("failed_after", "Failed") } else { ("after", "Waiting") };
    html! {
        @if !is_first || listed.next.is_some() {
            nav class="pages" aria-label=(format!("{title}: parts of the list")) {
                @if !is_first { a href=(format!("/{}#{}", filter.query(&[]), filter.fields()[0].1)) { "First" } }
                @if let Some((due, qid)) = listed.next {
                    a rel="next" href=(format!("/{}#{}", filter.query(&[(after, &format!("{due}.{qid}"))]), filter.fields()[0].1)) {
                        @if listed.rows.is_empty() { "Look further" } @else { "Next" }
                    }
                }
            }
        }
    }
}
