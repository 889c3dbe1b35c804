//! Replies, and records and errors as JSON.

use crate::error::{self, Error};
use crate::server::state::State;
use crate::setup::ObjectSetup;
use crate::values::{Changes, Values};
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};
use sf_outbound::{Id, Kind, OwnedValue};

/// A status with JSON, or with nothing.
pub(super) struct Reply(pub(super) u16, pub(super) Value);

impl Reply {
    pub(super) fn ok(value: Value) -> Self {
        Self(200, value)
    }

    /// `204`.
    pub(super) fn empty() -> Self {
        Self(204, Value::Null)
    }
}

impl From<Error> for Reply {
    fn from(error: Error) -> Self {
        let mut shown = json!({ "message": error.message(), "errorCode": error.code() });
        if !error.fields().is_empty() {
            shown["fields"] = json!(error.fields());
        }
        Self(error.status(), json!([shown]))
    }
}

impl From<Result<Self, Error>> for Reply {
    fn from(result: Result<Self, Error>) -> Self {
        result.unwrap_or_else(Self::from)
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        if self.0 == 204 {
            return status.into_response();
        }
        (status, [(CONTENT_TYPE, "application/json;charset=UTF-8")], self.1.to_string()).into_response()
    }
}

/// The body of a request.
pub(super) type Body = Result<Bytes, BytesRejection>;

/// A body as JSON.
///
/// **Errors.** `JSON_PARSER_ERROR`, and one for a body that is too large.
pub(super) fn read_json(body: Body) -> Result<Value, Error> {
    let bytes = body.map_err(|refused| match refused.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Error::new(error::TOO_LARGE, "the request is too large"),
        _ => Error::new(error::UNREADABLE, "the request's body breaks off, or its chunks can't be read"),
    })?;
    serde_json::from_slice(&bytes).map_err(|error| {
        // The parser's own words could repeat what it has read.
        let message = format!("Unexpected content at [line:{}, column:{}]", error.line(), error.column());
        Error::new(error::UNREADABLE, message)
    })
}

/// The fields of a JSON object.
///
/// **Errors.** `JSON_PARSER_ERROR`.
pub(super) fn read_fields(value: Value) -> Result<Changes, Error> {
    let Value::Object(fields) = value else {
        return Err(Error::new(error::UNREADABLE, "the request is not a JSON object"));
    };
    crate::values::json::changes(fields).map_err(|field| {
        Error::new(error::UNREADABLE, format!("the value of {field} is an object or a list")).of_field(&field)
    })
}

const NOT_FOUND: &str = "The requested resource does not exist";

/// **Errors.** `NOT_FOUND`: the path leads to no object; Salesforce does not say which there are.
pub(super) fn object_of<'s>(state: &'s State, name: &str) -> Result<&'s ObjectSetup, Error> {
    let setup = state.setup();
    setup.object(name).map_err(|_| {
        let names: Vec<_> = setup.objects.iter().map(|one| one.object.name.as_str()).collect();
        let message = format!("{NOT_FOUND}: there is no object of this name, but {}", names.join(", "));
        Error::new(error::NOT_FOUND, message)
    })
}

pub(super) fn not_found() -> Error {
    Error::new(error::NOT_FOUND, NOT_FOUND)
}

/// The id in a path.
///
/// **Errors.** `NOT_FOUND`, as Salesforce says of what is no id of the object.
pub(super) fn id_of(text: &str) -> Result<Id, Error> {
    text.parse().map_err(|_| {
        let message = "Provided external ID field does not exist or is not accessible: Id";
        Error::new(error::NOT_FOUND, message)
    })
}

/// The id in a body.
///
/// **Errors.** `MALFORMED_ID`, `MISSING_ARGUMENT`.
pub(super) fn id_in(value: Option<&Value>) -> Result<Id, Error> {
    let Some(text) = value.and_then(Value::as_str) else {
        return Err(Error::new(error::ARGUMENT, "Id not specified in an update call").of_field("Id"));
    };
    text.parse().map_err(|_| Error::new(error::MALFORMED_ID, "malformed id").of_field("Id"))
}

/// A record with its attributes and these fields, or with all.
pub(super) fn record(
    version: &str,
    object: &ObjectSetup,
    values: &Values,
    fields: Option<&[String]>,
) -> Value {
    let name = &object.object.name;
    let id = values.id().map_or_else(String::new, |id| id.to_string());
    let url = format!("/services/data/{version}/sobjects/{name}/{id}");
    let mut shown = Map::new();
    shown.insert("attributes".to_owned(), json!({ "type": name, "url": url }));
    let all = || std::iter::once("Id").chain(object.object.fields.iter().map(|field| field.name.as_str()));
    let mut show = |field: &str| {
        shown.insert(field.to_owned(), values.get(field).map_or(Value::Null, value));
    };
    match fields {
        Some(fields) => fields.iter().for_each(|field| show(field)),
        None => all().for_each(&mut show),
    }
    Value::Object(shown)
}

/// A value as Salesforce's REST API spells it.
fn value(value: &OwnedValue) -> Value {
    if value.kind() == Kind::DateTime {
        return value.as_value().to_string().replace('Z', "+0000").into();
    }
    serde_json::to_value(value).unwrap_or_default()
}
