//! What the API says of itself and of the objects.

use crate::definition::Field;
use crate::server::reply::{Reply, object_of};
use crate::server::state::State;
use crate::setup::ObjectSetup;
use axum::extract::{Path, State as Of};
use serde_json::{Value, json};
use sf_outbound::Kind;
use sf_outbound_field::Family;

pub(super) async fn versions(Of(state): Of<State>) -> Reply {
    let version = format!("{}.0", state.setup().api_version);
    let url = format!("/services/data/v{version}");
    Reply::ok(json!([{ "label": "sf-outbound", "url": url, "version": version }]))
}

pub(super) async fn resources(Path(version): Path<String>) -> Reply {
    let url = |name: &str| format!("/services/data/{version}/{name}");
    Reply::ok(json!({
        "composite": url("composite"), "query": url("query"), "sobjects": url("sobjects"),
    }))
}

pub(super) async fn objects(Of(state): Of<State>, Path(version): Path<String>) -> Reply {
    let objects: Vec<_> = state.setup().objects.iter().map(|object| summary(&version, object)).collect();
    Reply::ok(json!({ "encoding": "UTF-8", "maxBatchSize": 200, "sobjects": objects }))
}

pub(super) async fn object(Of(state): Of<State>, Path((version, object)): Path<(String, String)>) -> Reply {
    match object_of(&state, &object) {
        Ok(object) => Reply::ok(json!({ "objectDescribe": summary(&version, object), "recentItems": [] })),
        Err(error) => error.into(),
    }
}

pub(super) async fn fields(Of(state): Of<State>, Path((version, object)): Path<(String, String)>) -> Reply {
    match object_of(&state, &object) {
        Ok(object) => {
            let mut described = summary(&version, object);
            let id = Field { name: "Id".to_owned(), kind: Kind::Id, external_id: false };
            let fields = std::iter::once(&id).chain(&object.object.fields);
            described["fields"] = fields.map(field).collect();
            Reply::ok(described)
        }
        Err(error) => error.into(),
    }
}

fn summary(version: &str, object: &ObjectSetup) -> Value {
    let name = &object.object.name;
    let url = format!("/services/data/{version}/sobjects/{name}");
    json!({
        "name": name, "label": name, "labelPlural": name, "keyPrefix": object.object.key_prefix,
        "custom": name.ends_with("__c"), "createable": true, "updateable": true, "deletable": true,
        "queryable": true, "retrieveable": true, "undeletable": false, "triggerable": true,
        "urls": { "sobject": url, "describe": format!("{url}/describe"), "rowTemplate": format!("{url}/{{ID}}") },
    })
}

fn field(field: &Field) -> Value {
    // Names of Salesforce's field types.
    let name = match field.kind.family() {
        Family::Id if field.name == "Id" => "id",
        Family::Id => "reference",
        Family::Text => "string",
        Family::Boolean => "boolean",
        Family::Whole if Kind::Int.reads(field.kind) => "int",
        Family::Whole => "long",
        Family::Fraction => "double",
        Family::Date => "date",
        Family::DateTime => "datetime",
        Family::Time => "time",
        Family::Binary => "base64",
    };
    let soap = field.kind.xsd_name().replace("ent:", "tns:");
    let is_id = field.name == "Id";
    let is_kept = is_id || crate::records::fields::is_kept(field);
    json!({
        "name": field.name, "label": field.name, "type": name, "soapType": soap,
        "custom": field.name.ends_with("__c"), "nillable": !is_kept && field.kind != Kind::Boolean,
        "createable": !is_kept, "updateable": !is_kept, "externalId": field.external_id,
        "unique": field.external_id, "idLookup": is_id || field.external_id, "filterable": true,
    })
}
