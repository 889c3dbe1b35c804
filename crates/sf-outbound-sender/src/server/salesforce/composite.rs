//! `/composite/sobjects`: up to 200 records in one transaction.

use super::sobjects::{Parameters, saved};
use crate::error::{self, Error};
use crate::records::BATCH;
use crate::records::{Done, Operation};
use crate::server::reply::{Body, Reply, id_in, read_fields, read_json};
use crate::server::state::{State, blocking};
use axum::extract::{Path, Query, State as Of};
use serde_json::{Value, json};

pub(super) async fn create(Of(state): Of<State>, body: Body) -> Reply {
    run(state, body, false, |object, record| Ok(Operation::Create { object, changes: read_fields(record)? }))
        .await
}

pub(super) async fn update(Of(state): Of<State>, body: Body) -> Reply {
    run(state, body, false, |object, mut record| {
        let id = id_in(key(&record, "Id").map(|key| &record[key]))?;
        if let (Some(key), Some(fields)) = (key(&record, "Id").map(str::to_owned), record.as_object_mut()) {
            fields.remove(&key);
        }
        Ok(Operation::Update { object, id, changes: read_fields(record)? })
    })
    .await
}

pub(super) async fn upsert(
    Of(state): Of<State>,
    Path((_, _, field)): Path<(String, String, String)>,
    body: Body,
) -> Reply {
    run(state, body, true, move |object, mut record| {
        let key = key(&record, &field).map(str::to_owned);
        let value = key.and_then(|key| record.as_object_mut()?.remove(&key));
        let value = match value {
            Some(Value::String(text)) => text,
            Some(Value::Null) | None => String::new(),
            Some(value) => value.to_string(),
        };
        if field.eq_ignore_ascii_case("Id") {
            let id = id_in(Some(&Value::String(value)))?;
            return Ok(Operation::Update { object, id, changes: read_fields(record)? });
        }
        let changes = read_fields(record)?;
        Ok(Operation::Upsert { object, field: field.clone(), value: value.into(), changes })
    })
    .await
}

/// The key of an object that names a field, whatever the case of its letters.
fn key<'r>(record: &'r Value, field: &str) -> Option<&'r str> {
    record.as_object()?.keys().find(|key| key.eq_ignore_ascii_case(field)).map(String::as_str)
}

pub(super) async fn delete(Of(state): Of<State>, Query(parameters): Parameters) -> Reply {
    let all_or_none = parameters.get("allOrNone").is_some_and(|value| value == "true");
    let ids = parameters.get("ids").map(String::as_str).unwrap_or_default();
    let ids = ids.split(',').map(str::trim).filter(|id| !id.is_empty());
    let operations = ids.map(|id| {
        let id = id_in(Some(&id.into()))?;
        let objects = &state.setup().objects;
        let found = objects.iter().find(|object| object.object.key_prefix == id.key_prefix());
        let object = found.ok_or_else(|| Error::new(error::MALFORMED_ID, "malformed id").of_field("Id"))?;
        Ok(Operation::Delete { object: object.object.name.clone(), id })
    });
    let operations = operations.collect();
    reply(state, operations, all_or_none, false).await.into()
}

async fn run(
    state: State,
    body: Body,
    is_upsert: bool,
    operation: impl Fn(String, Value) -> Result<Operation, Error>,
) -> Reply {
    let read = || {
        let mut body = read_json(body)?;
        let all_or_none = body["allOrNone"].as_bool().unwrap_or(false);
        let Value::Array(records) = body["records"].take() else {
            return Err(Error::new(error::UNREADABLE, "`records` is not a list"));
        };
        if records.len() > BATCH {
            let message =
                format!("record limit reached. cannot submit more than {BATCH} records in this request");
            return Err(Error::new(error::TOO_MANY, message));
        }
        let operations = records.into_iter().map(|record| match record["attributes"]["type"].as_str() {
            Some(object) => operation(object.to_owned(), record),
            None => Err(Error::new(error::INVALID_TYPE, "sObject type is not specified: attributes.type")),
        });
        Ok((operations.collect(), all_or_none))
    };
    match read() {
        Ok((operations, all_or_none)) => reply(state, operations, all_or_none, is_upsert).await.into(),
        Err(error) => error.into(),
    }
}

/// Runs what could be read, and answers for each record.
async fn reply(
    state: State,
    operations: Vec<Result<Operation, Error>>,
    all_or_none: bool,
    is_upsert: bool,
) -> Result<Reply, Error> {
    let unread = operations.iter().any(Result::is_err);
    let mut errors = Vec::with_capacity(operations.len());
    let mut good = Vec::with_capacity(operations.len());
    for operation in operations {
        match operation {
            Ok(operation) => {
                errors.push(None);
                good.push(operation);
            }
            Err(error) => errors.push(Some(error)),
        }
    }
    let done = if unread && all_or_none {
        good.iter().map(|_| Err(Error::rolled_back())).collect()
    } else {
        blocking(state, move |state| state.records.batch(good, all_or_none)).await?
    };
    let mut done = done.into_iter();
    let shown = errors.into_iter().map(|error| match error {
        Some(error) => result(Err(error), is_upsert),
        None => result(done.next().unwrap_or_else(|| Err(Error::rolled_back())), is_upsert),
    });
    Ok(Reply::ok(shown.collect()))
}

fn result(done: Result<Done, Error>, is_upsert: bool) -> Value {
    match done {
        Ok(done) => {
            let mut shown = saved(done);
            if is_upsert {
                shown["created"] = done.created.into();
            }
            shown
        }
        Err(error) => {
            let (code, message) = (error.code(), error.message());
            let error = json!({ "statusCode": code, "message": message, "fields": error.fields() });
            json!({ "success": false, "errors": [error] })
        }
    }
}
