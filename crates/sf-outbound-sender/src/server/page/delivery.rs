//! The first page: how each endpoint fares, what was sent of late, what waits and what has failed.

use super::view::{Page, Parameters};
use super::{filter, frame, plot};
use crate::operator::{Entry, Fare, Filter, Listed, Overview, Place, START};
use crate::setup::Setup;
use crate::store::Health;
use axum::extract::{Query, State as Of};
use axum::response::Response;
use maud::{Markup, html};
use sf_outbound::Id;
use sf_outbound_page::text::{encoded, grouped, length, shown, time, time_or};
use sf_outbound_wsdl::public_address;

/// Rows of a list.
const ROWS: usize = 25;
/// What is shown of a reason in a list.
const REASON: usize = 200;

pub(super) async fn show(Of(page): Of<Page>, Query(query): Query<Parameters>) -> Response {
    page.show(move |page| {
        let (setup, now) = (page.state.setup(), page.state.operator.now_millis());
        let window = plot::Window::of(query.get("window"));
        let (waiting, failed) = (Filter::of(&query, false), Filter::of(&query, true));
        let place = |name: &str| filter::place(query.get(name));
        let (from, failed_from) = (place("after"), place("failed_after"));
        let filters = vec![(waiting.clone(), from), (failed.clone(), failed_from)];
        let view = page.state.operator.overview(window.since(now), filters, ROWS)?;
        let mut lists = [(&waiting, from), (&failed, failed_from)].into_iter().zip(&view.lists);
        let lists =
            lists.by_ref().map(|((filter, from), listed)| list(page, filter, listed, &view, now, from));
        let content = html! {
            (frame::notice(&query))
            (troubles(page))
            div id="fares" data-live="" { (summary(setup, &view.fares, now)) }
            section aria-labelledby="lately" id="plots" data-live="" {
                (plot::plots(&view.beats, &view.fares, now, window, &waiting))
            }
            (filter_form(setup, &waiting))
            @for list in lists { (list) }
        };
        Ok(frame::page(page, "/", "Delivery status", &content))
    })
    .await
}

fn troubles(page: &Page) -> Markup {
    let operator = &page.state.operator;
    let rehearsal = operator.rehearsal();
    html! {
        div id="troubles" data-live="" {
            @if let Some(trouble) = operator.trouble() {
                p class="trouble" role="alert" { (trouble.message()) " (" code { (trouble.code()) } ")" }
            }
            @if !rehearsal.is_nothing() {
                p class="notice" {
                    (frame::state(frame::Mark::Busy, "Rehearsing")) " " code { (rehearsal.to_string()) } " "
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
        Some((_, Some(_))) if fare.count.waiting > 0 => frame::state(frame::Mark::Busy, "Retrying"),
        Some((_, Some(_))) => frame::state(frame::Mark::Bad, "Failing"),
        _ if fare.count.waiting > 0 => frame::state(frame::Mark::Good, "Delivering"),
        Some(_) => frame::state(frame::Mark::Good, "All delivered"),
        None => frame::state(frame::Mark::Idle, "Idle"),
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
                label for="reason" { "Failure reason contains" }
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
fn list(page: &Page, filter: &Filter, listed: &Listed, view: &Overview, now: i64, from: Place) -> Markup {
    let setup = page.state.setup();
    let (id, title) = if filter.failed { ("failed", "Failed") } else { ("waiting", "Waiting for delivery") };
    let is_meant = |name: &String| filter.message.is_empty() || *name == filter.message;
    let fares = setup.messages.iter().zip(&view.fares).filter(|(message, _)| is_meant(&message.message.name));
    let all: u64 =
        fares.map(|(_, fare)| if filter.failed { fare.count.failed } else { fare.count.waiting }).sum();
    let is_first = from == START;
    html! {
        section id=(id) aria-labelledby=(format!("{id}-title")) data-live="" {
            div class="title" {
                h2 id=(format!("{id}-title")) {
                    (title)
                    @if filter.is_wide() { " " span class="number" { (grouped(all)) } }
                }
                @if !listed.entries.is_empty() {
                    div class="buttons" {
                        (frame::button(&format!("{id}-retry"), "/queue/retry", "Retry all", &format!("{id} that are listed"), &filter.fields()))
                        a class="button" id=(format!("{id}-delete")) href=(format!("/queue/delete{}", filter.query(&[("list", id)]))) {
                            "Delete all…" span class="unseen" { " " (id) " that are listed" }
                        }
                    }
                }
            }
            @if listed.entries.is_empty() { (empty(filter, listed, is_first)) } @else { (rows(filter, &listed.entries, now)) }
            (pages(filter, listed, is_first))
        }
    }
}

fn rows(filter: &Filter, entries: &[Entry], now: i64) -> Markup {
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
    let cells = |entry: &Entry| {
        let Entry { object, record, .. } = entry;
        let contents = [
            html! {
                span class="under first" { (object) }
                a class="id" href=(format!("/records/{}/{record}", encoded(object))) { (record) }
            },
            html! { (entry.message) },
            time(entry.queued_millis, now),
            html! { (entry.tries) },
            time_or(entry.sent_millis, now, "–"),
            html! { @if entry.failed { span class="none" { "none" } } @else { (time(entry.due_millis, now)) } },
            html! {
                @match &entry.reason {
                    Some(reason) => (shown(reason, REASON)),
                    None => span class="none" { "–" },
                }
            },
            actions(entry.id, filter),
        ];
        html! { @for (column, content) in COLUMNS.iter().zip(&contents) { (frame::cell(column, content)) } }
    };
    let rows: Vec<_> = entries.iter().map(cells).collect();
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

fn empty(filter: &Filter, listed: &Listed, is_first: bool) -> Markup {
    let what = html! {
        @if listed.next.is_some() {
            p { "No match among the notifications that were searched so far." }
        } @else if !is_first {
            p { "No more." }
        } @else if !filter.is_wide() {
            p { "No notification matches the filter." }
        } @else if filter.failed {
            p { "None. Notifications that are not acknowledged within 24 hours are listed here, to be retried or deleted." }
        } @else {
            p { "Nothing waits. Change a record: the notifications that its rules send are listed here until they are acknowledged. " a href="/records" { "records" } ", or" }
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
                        @if listed.entries.is_empty() { "Look further" } @else { "Next" }
                    }
                }
            }
        }
    }
}
