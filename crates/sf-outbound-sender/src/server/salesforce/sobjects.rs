//! `/sobjects/<Object>`: one record at a time.

use crate::error::{self, Error};
use crate::records::{Done, Operation};
use crate::server::reply::{Body, Reply, id_of, not_found, object_of, read_fields, read_json, record};
use crate::server::state::{State, blocking};
use axum::extract::{Path, Query, State as Of};
use serde_json::{Value, json};
use std::collections::HashMap;

/// From this version on, an upsert that updates has a body.
const UPSERT_WITH_BODY: u16 = 46;

pub(super) type Parameters = Query<HashMap<String, String>>;

pub(super) fn saved(done: Done) -> Value {
    json!({ "id": done.id.as_str(), "success": true, "errors": [] })
}

pub(super) async fn create(
    Of(state): Of<State>,
    Path((_, object)): Path<(String, String)>,
    body: Body,
) -> Reply {
    let created = async {
        object_of(&state, &object)?;
        let changes = read_fields(read_json(body)?)?;
        let done = blocking(state, |state| state.records.one(Operation::Create { object, changes })).await?;
        Ok(Reply(201, saved(done)))
    };
    created.await.into()
}

pub(super) async fn read(
    Of(state): Of<State>,
    Path((version, object, id)): Path<(String, String, String)>,
    Query(parameters): Parameters,
) -> Reply {
    show(state, version, object, parameters, move |_, _| id_of(&id)).await.into()
}

pub(super) async fn read_external(
    Of(state): Of<State>,
    Path((version, object, field, value)): Path<(String, String, String, String)>,
    Query(parameters): Parameters,
) -> Reply {
    let find = move |state: &State, object: &str| find(state, object, &field, &value);
    show(state, version, object, parameters, find).await.into()
}

async fn show(
    state: State,
    version: String,
    object: String,
    parameters: HashMap<String, String>,
    find: impl FnOnce(&State, &str) -> Result<sf_outbound::Id, Error> + Send + 'static,
) -> Result<Reply, Error> {
    object_of(&state, &object)?;
    let finding = state.clone();
    let (values, state) = blocking(state.clone(), move |state| {
        let id = find(&finding, &object)?;
        // A deleted record can't be told from one that never was by reading.
        let values = state.records.read(&object, id).map_err(|error| match error.status() {
            404 => not_found(),
            _ => error,
        })?;
        Ok(((object, values), finding))
    })
    .await?;
    let (object, values) = values;
    let object = object_of(&state, &object)?;
    let fields = parameters.get("fields").map(|fields| {
        let wanted = fields.split(',').map(str::trim).filter(|field| !field.is_empty());
        wanted.map(|field| field_name(object, field)).collect::<Result<Vec<_>, Error>>()
    });
    Ok(Reply::ok(record(&version, object, &values, fields.transpose()?.as_deref())))
}

/// A field's name as the object spells it.
///
/// **Errors.** `INVALID_FIELD`.
pub(super) fn field_name(object: &crate::setup::ObjectSetup, name: &str) -> Result<String, Error> {
    if name.eq_ignore_ascii_case("Id") {
        return Ok("Id".to_owned());
    }
    object.field(name).map(|field| field.name.clone()).ok_or_else(|| {
        let message = format!("No such column '{name}' on entity '{}'.", object.object.name);
        Error::new(error::INVALID_FIELD, message)
    })
}

pub(super) async fn update(
    Of(state): Of<State>,
    Path((_, object, id)): Path<(String, String, String)>,
    body: Body,
) -> Reply {
    let updated = async {
        object_of(&state, &object)?;
        let id = id_of(&id)?;
        let changes = read_fields(read_json(body)?)?;
        blocking(state, move |state| state.records.one(Operation::Update { object, id, changes })).await?;
        Ok(Reply::empty())
    };
    updated.await.into()
}

pub(super) async fn delete(
    Of(state): Of<State>,
    Path((_, object, id)): Path<(String, String, String)>,
) -> Reply {
    let deleted = async {
        object_of(&state, &object)?;
        let id = id_of(&id)?;
        blocking(state, move |state| state.records.one(Operation::Delete { object, id })).await?;
        Ok(Reply::empty())
    };
    deleted.await.into()
}

pub(super) async fn delete_external(
    Of(state): Of<State>,
    Path((_, object, field, value)): Path<(String, String, String, String)>,
) -> Reply {
    let deleted = async {
        object_of(&state, &object)?;
        let finding = state.clone();
        blocking(state, move |state| {
            let id = find(&finding, &object, &field, &value)?;
            state.records.one(Operation::Delete { object, id })
        })
        .await?;
        Ok(Reply::empty())
    };
    deleted.await.into()
}

pub(super) async fn upsert(
    Of(state): Of<State>,
    Path((version, object, field, value)): Path<(String, String, String, String)>,
    body: Body,
) -> Reply {
    let upserted = async {
        object_of(&state, &object)?;
        let changes = read_fields(read_json(body)?)?;
        let done = blocking(state, move |state| {
            if field.eq_ignore_ascii_case("Id") {
                return state.records.one(Operation::Update { object, id: id_of(&value)?, changes });
            }
            state.records.one(Operation::Upsert { object, field, value: value.into(), changes })
        })
        .await?;
        let mut body = saved(done);
        body["created"] = done.created.into();
        let number = version.trim_start_matches('v').split('.').next().and_then(|number| number.parse().ok());
        Ok(match number {
            _ if done.created => Reply(201, body),
            Some(0..UPSERT_WITH_BODY) => Reply::empty(),
            _ => Reply::ok(body),
        })
    };
    upserted.await.into()
}

/// The record with an external id, or with an id where the field is `Id`.
fn find(state: &State, object: &str, field: &str, value: &str) -> Result<sf_outbound::Id, Error> {
    if field.eq_ignore_ascii_case("Id") {
        return id_of(value);
    }
    state.records.find(object, field, value.into())?.ok_or_else(not_found)
}
