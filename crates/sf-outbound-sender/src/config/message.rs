//! The outbound messages of a file.

use super::findings::{Findings, Span, Text};
use super::id;
use super::names::{Unique, check_api_name};
use super::object::Objects;
use super::table::Table;
use super::wsdl::Folder;
use crate::codes;
use crate::definition::names::unknown_field;
use crate::definition::{Object, OutboundMessage, endpoint, ids};
use sf_outbound_wsdl::Model;

const KEYS: &[&str] = &["name", "object", "fields", "wsdl", "endpoint", "action_id", "protected", "user"];

/// An outbound message, and where its name stands.
pub(super) struct Placed {
    pub(super) message: OutboundMessage,
    pub(super) at: Span,
}

pub(super) fn read(
    root: &Table<'_>,
    objects: &mut Objects,
    folder: &Folder,
    findings: &mut Findings<'_>,
) -> Vec<Placed> {
    let (mut names, mut action_ids) = (Unique::new("the outbound message"), Unique::new("the action id"));
    let mut messages = Vec::new();
    for table in root.tables("outbound_message", "outbound message", findings) {
        table.only(KEYS, findings);
        let name = table.required("name", "\"DealWon\"", findings);
        let name = name.unwrap_or_else(|| Text { text: String::new(), at: table.at.clone() });
        if !name.text.is_empty() {
            check_api_name(&name, "an outbound message", findings);
            names.check_name(&name, findings);
        }
        let (action_id, at) = match table.text("action_id", findings) {
            Some(text) => (id::read(&text, ids::ACTION_ID, findings), text.at),
            None => (ids::action_id(&name.text), name.at.clone()),
        };
        if action_id != id::NONE && !names.is_twin() {
            action_ids.check(action_id.as_str(), action_id.as_str(), &at, findings);
        }
        let user = table.text("user", findings).map(|text| id::read(&text, ids::USER_ID, findings));
        let (object, fields) = object_and_fields(&table, objects, folder, findings);
        let endpoint = table.required("endpoint", "\"http://localhost:8080/salesforce\"", findings);
        if let Some(endpoint) = &endpoint
            && let Some((message, help)) = endpoint::refused(&endpoint.text)
        {
            findings.error(&codes::ENDPOINT, message.to_owned(), &endpoint.at, "here", help);
        }
        let message = OutboundMessage {
            name: name.text,
            action_id,
            object,
            fields,
            endpoint: endpoint.map(|text| text.text).unwrap_or_default(),
            protected: table.boolean("protected", false, findings),
            user,
        };
        messages.push(Placed { message, at: name.at });
    }
    messages
}

/// From the WSDL or from the file, or both, in which case they have to agree.
fn object_and_fields(
    table: &Table<'_>,
    objects: &mut Objects,
    folder: &Folder,
    findings: &mut Findings<'_>,
) -> (String, Vec<String>) {
    let path = table.text("wsdl", findings);
    let model = path.as_ref().and_then(|path| folder.model(path, findings));
    let object = match &path {
        Some(_) => table.text("object", findings),
        None => table.required("object", "\"Opportunity\"", findings),
    };
    if let (Some(path), Some(model)) = (&path, &model) {
        if let Some(object) = object.as_ref().filter(|object| object.text != model.object.text) {
            let message = format!("the WSDL is of {}, not of {}", model.object.text, object.text);
            findings.error(&codes::WSDL, message, &path.at, "this file", "drop `object`");
            findings.second(&object.at, "the object");
        }
        objects.add(model, &path.at, findings);
    }
    let known = match (&model, &object) {
        (Some(model), _) => objects.find(&model.object.text),
        (None, Some(object)) => objects.known(object, findings),
        (None, None) => None,
    };
    let listed = table.texts("fields", findings);
    match known {
        Some(known) => (known.name.clone(), chosen(listed, known, model.as_ref(), findings)),
        None => (object.map(|text| text.text).unwrap_or_default(), Vec::new()),
    }
}

/// The fields that are sent, in ASCII order: those listed, else those of the WSDL, else all.
fn chosen(
    listed: Option<Vec<Text>>,
    object: &Object,
    model: Option<&Model>,
    findings: &mut Findings<'_>,
) -> Vec<String> {
    let mut fields: Vec<String> = match (listed, model) {
        (Some(listed), _) => {
            let mut unique = Unique::new("the field");
            for field in &listed {
                unique.check_name(field, findings);
                check_field(field, object, findings);
            }
            listed.into_iter().map(|field| field.text).filter(|field| field != "Id").collect()
        }
        (None, Some(model)) => model.fields.iter().map(|field| field.name.clone()).collect(),
        (None, None) => object.fields.iter().map(|field| field.name.clone()).collect(),
    };
    fields.sort_unstable();
    fields.dedup();
    fields
}

/// Finds a field that the object does not have.
pub(super) fn check_field(field: &Text, object: &Object, findings: &mut Findings<'_>) {
    if field.text == "Id" || object.fields.iter().any(|known| known.name == field.text) {
        return;
    }
    let (message, help) = unknown_field(&field.text, object);
    findings.error(&codes::UNKNOWN_FIELD, message, &field.at, "here", help);
}
