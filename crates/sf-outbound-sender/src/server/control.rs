//! `/sf-outbound`: the queue, its log, and what an operator does with it.

use crate::delivery::Sent;
use crate::error::Error;
use crate::operator::{Departure, Failed, MessageStatus, Operator, Outcome, Waiting};
use crate::server::reply::{Reply, not_found};
use crate::server::state::{State, blocking};
use axum::extract::{Path, Query, State as Of};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use serde_json::{Value, json};
use sf_outbound::Id;
use sf_outbound::jiff::Timestamp;
use sf_outbound_page::{Demand, Route};
use sf_outbound_wsdl::public_address;
use std::collections::HashMap;

/// Entries of a list, where a request names no number, and at most.
const LISTED: usize = 200;
const LISTED_MOST: usize = 10_000;

pub(super) fn routes() -> [Route<State>; 9] {
    [
        ("/sf-outbound/status", Demand::Token, get(status)),
        ("/sf-outbound/departures", Demand::Token, get(departures)),
        ("/sf-outbound/messages/{name}/waiting", Demand::Token, get(waiting)),
        ("/sf-outbound/messages/{name}/failed", Demand::Token, get(failed)),
        ("/sf-outbound/messages/{name}/attempts", Demand::Token, get(attempts)),
        ("/sf-outbound/messages/{name}/wsdl", Demand::Token, get(wsdl)),
        ("/sf-outbound/messages/{name}/retry", Demand::Token, post(retry_failed)),
        ("/sf-outbound/notifications/{id}/retry", Demand::Token, post(retry)),
        ("/sf-outbound/notifications/{id}", Demand::Token, delete(remove)),
    ]
}

async fn status(Of(state): Of<State>) -> Reply {
    let trouble = state.operator.trouble().map(|error| error.to_string());
    let now = time(state.operator.now_millis());
    let organization = state.setup().organization_id.to_18();
    let rehearsal = Some(state.operator.rehearsal()).filter(|rehearsal| !rehearsal.is_nothing());
    let rehearsal = rehearsal.map(|rehearsal| rehearsal.to_string());
    let answering = state.clone();
    let status = blocking(state, |state| state.operator.status()).await;
    let shown = status.map(|messages| {
        let messages: Vec<_> = messages.iter().map(|message| of_message(&answering, message)).collect();
        let organization = organization.as_str();
        Reply::ok(json!({
            "organizationId": organization, "now": now, "trouble": trouble, "rehearsal": rehearsal,
            "messages": messages,
        }))
    });
    shown.into()
}

fn of_message(state: &State, status: &MessageStatus) -> Value {
    let setup = state.setup();
    let message = setup.messages.iter().find(|message| message.message.name == status.name);
    json!({
        "name": status.name,
        "object": message.map(|message| &message.message.object),
        "actionId": message.map(|message| message.message.action_id.to_18().to_string()),
        "endpoint": message.map(|message| public_address(&message.message.endpoint)),
        "waiting": status.waiting, "failed": status.failed, "due": status.due_millis.map(time),
        "last": status.last.as_ref().map(of_sent),
    })
}

async fn waiting(
    Of(state): Of<State>,
    Path(name): Path<String>,
    Query(parameters): Query<HashMap<String, String>>,
) -> Reply {
    let limit = limit(&parameters);
    let rows = blocking(state, move |state| state.operator.waiting(&name, limit)).await;
    rows.map(|rows| Reply::ok(rows.iter().map(of_waiting).collect())).into()
}

fn of_waiting(row: &Waiting) -> Value {
    json!({
        "id": row.id.as_str(), "message": row.message, "record": row.record.as_str(),
        "queued": time(row.queued_millis), "due": time(row.due_millis), "tries": row.tries,
    })
}

async fn failed(
    Of(state): Of<State>,
    Path(name): Path<String>,
    Query(parameters): Query<HashMap<String, String>>,
) -> Reply {
    let limit = limit(&parameters);
    let listed = async {
        let after = after(&parameters)?;
        let rows = blocking(state, move |state| state.operator.failed(&name, after, limit)).await?;
        Ok(Reply::ok(rows.iter().map(of_failed).collect()))
    };
    listed.await.into()
}

fn of_failed(row: &Failed) -> Value {
    json!({
        "id": row.id.as_str(), "message": row.message, "record": row.record.as_str(),
        "queued": time(row.queued_millis), "tries": row.tries, "reason": row.reason,
    })
}

async fn attempts(
    Of(state): Of<State>,
    Path(name): Path<String>,
    Query(parameters): Query<HashMap<String, String>>,
) -> Reply {
    let limit = limit(&parameters);
    let rows = blocking(state, move |state| state.operator.attempts(&name, limit)).await;
    let shown = rows.map(|rows| {
        let with_reply = |sent: &Sent| {
            let mut shown = of_sent(sent);
            shown["reply"] = String::from_utf8_lossy(&sent.reply).into();
            shown
        };
        Reply::ok(rows.iter().map(with_reply).collect())
    });
    shown.into()
}

fn of_sent(sent: &Sent) -> Value {
    json!({
        "at": time(sent.at_millis), "millis": sent.took_millis, "notifications": sent.notifications,
        "status": sent.status, "delivered": sent.reason.is_none(), "reason": sent.reason,
        "rehearsed": sent.rehearsed.iter().map(|fault| fault.name()).collect::<Vec<_>>(),
    })
}

async fn departures(Of(state): Of<State>, Query(parameters): Query<HashMap<String, String>>) -> Reply {
    let limit = limit(&parameters);
    let listed = async {
        let after = after(&parameters)?;
        let rows = blocking(state, move |state| state.operator.departures(after, limit)).await?;
        Ok(Reply::ok(rows.iter().map(of_departure).collect()))
    };
    listed.await.into()
}

fn of_departure(row: &Departure) -> Value {
    let outcome = match row.outcome {
        Outcome::Delivered => "delivered",
        Outcome::Dropped => "dropped",
        Outcome::Deleted => "deleted",
    };
    json!({
        "id": row.id.as_str(), "message": row.message, "record": row.record.as_str(),
        "at": time(row.at_millis), "outcome": outcome,
    })
}

/// The WSDL with the endpoint as it may be shown: listeners do not read it there.
async fn wsdl(Of(state): Of<State>, Path(name): Path<String>) -> Response {
    let definition = state.operator.definition();
    match definition.messages.iter().find(|message| message.name == name) {
        Some(message) => {
            ([(CONTENT_TYPE, "text/xml; charset=UTF-8")], definition.public_wsdl(message)).into_response()
        }
        None => Reply::from(not_found()).into_response(),
    }
}

async fn retry_failed(Of(state): Of<State>, Path(name): Path<String>) -> Reply {
    let retried = blocking(state, move |state| state.operator.retry_failed(&name)).await;
    retried.map(|retried| Reply::ok(json!({ "retried": retried }))).into()
}

async fn retry(Of(state): Of<State>, Path(id): Path<String>) -> Reply {
    act(state, &id, Operator::retry).await
}

async fn remove(Of(state): Of<State>, Path(id): Path<String>) -> Reply {
    act(state, &id, Operator::remove).await
}

async fn act(
    state: State,
    id: &str,
    act: impl FnOnce(&Operator, Id) -> Result<(), Error> + Send + 'static,
) -> Reply {
    let Ok(id) = id.parse() else { return malformed().into() };
    blocking(state, move |state| act(&state.operator, id)).await.map(|()| Reply::empty()).into()
}

fn limit(parameters: &HashMap<String, String>) -> usize {
    let limit = parameters.get("limit").and_then(|limit| limit.parse().ok());
    limit.unwrap_or(LISTED).min(LISTED_MOST)
}

fn after(parameters: &HashMap<String, String>) -> Result<Option<Id>, Error> {
    parameters.get("after").map(|id| id.parse().map_err(|_| malformed())).transpose()
}

fn malformed() -> Error {
    Error::new(crate::error::MALFORMED_ID, "malformed id")
}

fn time(millis: i64) -> String {
    Timestamp::from_millisecond(millis).map(|time| format!("{time:.3}")).unwrap_or_default()
}
