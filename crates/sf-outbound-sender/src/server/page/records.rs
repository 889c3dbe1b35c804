//! The records: listed, made, changed and deleted by the operations of the REST API.

use super::frame;
use super::notification::value;
use super::view::{Page, Parameters, error_page};
use crate::definition::Field;
use crate::error::{self, Error};
use crate::records::{Operation, fields};
use crate::server::state::State;
use crate::setup::ObjectSetup;
use crate::values::{Changes, Values};
use axum::Form;
use axum::extract::{Path, Query, State as Of};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use sf_outbound::{Id, Kind};
use sf_outbound_field::Family;
use sf_outbound_page::text::{count, encoded, shown};

/// Records of a part of a list, and the fields that are shown of each.
const ROWS: usize = 50;
const FIELDS: usize = 4;
/// Characters of a value in a list, and of one that can be edited.
const CELL: usize = 80;
const EDITED: usize = 100_000;

pub(super) async fn objects(Of(page): Of<Page>, Query(query): Query<Parameters>) -> Response {
    let setup = page.state.setup();
    if let Some(id) = query.get("id").and_then(|id| id.trim().parse::<Id>().ok()) {
        let object = setup.objects.iter().find(|object| object.object.key_prefix == id.key_prefix());
        return match object {
            Some(object) => {
                Redirect::to(&format!("/records/{}/{id}", encoded(&object.object.name))).into_response()
            }
            None => error_page(&Error::new(error::NOT_FOUND, "no object has records with such an id")),
        };
    }
    page.show(|page| {
        let objects = &page.state.setup().objects;
        let content = html! {
            form class="filter" method="get" action="/records" role="search" aria-label="Find a record" {
                div {
                    label for="id" { "Record id" }
                    input id="id" name="id" autocomplete="off" spellcheck="false" required;
                }
                div class="buttons" { button { "Open" } }
            }
            @if objects.is_empty() {
                (frame::nothing(&html! { p { "No object is defined. Add an " code { "[[object]]" } " to the organization's file." } }))
            }
            ul class="objects" {
                @for object in objects {
                    @let path = format!("/records/{}", encoded(&object.object.name));
                    li {
                        a href=(path) { (object.object.name) } " "
                        span class="under" { (count(object.object.fields.len() + 1, "field")) ", ids begin with " (object.object.key_prefix) }
                        a class="button" href=(format!("{path}/new")) { "New" span class="unseen" { " " (object.object.name) } }
                    }
                }
            }
        };
        Ok(frame::page(page, "/records", "Records", &content))
    })
    .await
}

pub(super) async fn list(
    Of(page): Of<Page>,
    Path(object): Path<String>,
    Query(query): Query<Parameters>,
) -> Response {
    page.show(move |page| {
        let State { records, .. } = &page.state;
        let object = page.state.setup().object(&object)?;
        let after = query.get("after").and_then(|after| after.parse().ok()).unwrap_or(0);
        let mut values = records.select(&object.object.name, after, ROWS + 1, |_| true)?;
        let is_more = values.len() > ROWS;
        values.truncate(ROWS);
        let last = values.last().and_then(Values::id);
        let last = last.and_then(|id| page.state.setup().record_number(object, id));
        let name = &object.object.name;
        let path = format!("/records/{}", encoded(name));
        let content = html! {
            (frame::notice(&query))
            div class="buttons" { a class="button main" href=(format!("{path}/new")) { "New " (name) } }
            div id="records" data-live="" {
                @if values.is_empty() {
                    (frame::nothing(&html! {
                        p { @if after > 0 { "No more." } @else { "None yet. Create one here, with Salesforce's REST API, or with" } }
                        @if after == 0 { (frame::command(&format!("sf-outbound org change create {name} FIELD=VALUE"))) }
                    }))
                } @else {
                    (rows(object, &path, &values))
                }
                @if after > 0 || is_more {
                    nav class="pages" aria-label="Parts of the list" {
                        @if after > 0 { a href=(path) { "First" } }
                        @if let (true, Some(last)) = (is_more, last) { a rel="next" href=(format!("{path}?after={last}")) { "Next" } }
                    }
                }
            }
        };
        Ok(frame::page(page, "/records", name, &content))
    })
    .await
}

/// The fields that a list shows: a name first, and what the organization keeps last.
fn columns(object: &ObjectSetup) -> Vec<&str> {
    let mut fields: Vec<_> = object.object.fields.iter().collect();
    fields.sort_by_key(|field| (field.name != "Name", fields::is_kept(field)));
    fields.iter().take(FIELDS).map(|field| field.name.as_str()).collect()
}

fn rows(object: &ObjectSetup, path: &str, records: &[Values]) -> Markup {
    let fields = columns(object);
    let columns: Vec<_> = std::iter::once("Id").chain(fields.iter().copied()).chain(["Actions"]).collect();
    let row = |values: &Values| {
        let id = values.id().map_or_else(String::new, |id| id.to_string());
        html! {
            (frame::cell("Id", &html! { a class="id" href=(format!("{path}/{id}")) { (id) } }))
            @for field in &fields {
                (frame::cell(field, &html! {
                    @match values.get(field) {
                        Some(value) => (shown(&value.as_value().to_string(), CELL)),
                        None => span class="none" { "null" },
                    }
                }))
            }
            (frame::cell("Actions", &html! {
                div class="actions" {
                    a href=(format!("{path}/{id}")) { "Edit" span class="unseen" { " " (id) } }
                    (frame::button(&format!("delete-{id}"), &format!("{path}/{id}/delete"), "Delete", id.as_str(), &[]))
                }
            }))
        }
    };
    let rows: Vec<_> = records.iter().map(row).collect();
    frame::table(&object.object.name, &columns, &rows)
}

pub(super) async fn new(Of(page): Of<Page>, Path(object): Path<String>) -> Response {
    page.show(move |page| {
        let object = page.state.setup().object(&object)?;
        let name = &object.object.name;
        let path = format!("/records/{}", encoded(name));
        let content = form(object, &path, &Values::default(), "Create");
        Ok(frame::page(page, "/records", &format!("New {name}"), &content))
    })
    .await
}

pub(super) async fn show(
    Of(page): Of<Page>,
    Path((object, id)): Path<(String, String)>,
    Query(query): Query<Parameters>,
) -> Response {
    page.show(move |page| {
        let object = page.state.setup().object(&object)?;
        let name = &object.object.name;
        let id = parse(&id)?;
        let values = page.state.records.read(name, id)?;
        let path = format!("/records/{}/{id}", encoded(name));
        let content = html! {
            (frame::notice(&query))
            p { a href=(format!("/?record={id}")) { "Its notifications" } }
            (form(object, &path, &values, "Save"))
            section aria-labelledby="end" {
                h2 id="end" { "Delete" }
                p class="hint" { "Its waiting notifications will be sent without data." }
                (frame::button("delete", &format!("{path}/delete"), "Delete the record", "", &[]))
            }
        };
        Ok(frame::page(page, "/records", &format!("{name} {id}"), &content))
    })
    .await
}

/// The text of a field as a form has it.
fn text(values: &Values, field: &Field) -> String {
    values.get(&field.name).map(|value| value.as_value().to_string()).unwrap_or_default()
}

/// Whether a form gives a value back as it was: no browser does with control characters and very long texts.
fn is_editable(text: &str) -> bool {
    text.len() <= EDITED && !text.chars().any(|character| character.is_control() && character != '\n')
}

fn form(object: &ObjectSetup, path: &str, values: &Values, verb: &str) -> Markup {
    html! {
        form class="fields" method="post" action=(path) {
            @for field in &object.object.fields {
                @let text = text(values, field);
                @let id = format!("field-{}", field.name);
                @let is_kept = fields::is_kept(field);
                @if is_kept || !is_editable(&text) {
                    @if values.id().is_some() {
                        div class="kept" {
                            b { (field.name) } " " span class="kind" { (field.kind.xsd_name()) }
                            div { (value(values.get(&field.name).map(|value| value.as_value()))) }
                            p class="hint" {
                                @if is_kept { "Kept by the organization." } @else { "A form can't hold this value unchanged: use the REST API to change it." }
                            }
                        }
                    }
                } @else {
                    div {
                        label for=(id) { (field.name) " " span class="kind" { (field.kind.xsd_name()) @if field.external_id { ", external id" } } }
                        (input(field, &id, &text))
                    }
                }
            }
            p class="hint" { "An empty field is null." }
            button class="main" id="save" { (verb) }
        }
    }
}

fn input(field: &Field, id: &str, text: &str) -> Markup {
    let name = format!("field.{}", field.name);
    let (mode, example) = match field.kind.family() {
        Family::Whole => ("numeric", "42"),
        Family::Fraction => ("decimal", "1200.5"),
        Family::Date => ("text", "2026-12-31"),
        Family::DateTime => ("text", "2026-12-31T09:30:00.000Z"),
        Family::Time => ("text", "09:30:00.000Z"),
        Family::Id | Family::Text | Family::Boolean | Family::Binary => ("text", ""),
    };
    html! {
        @if field.kind == Kind::Boolean {
            select id=(id) name=(name) {
                @for value in ["false", "true"] { option selected[value == text] { (value) } }
            }
        } @else if field.kind == Kind::Text && (text.contains('\n') || text.len() > 80) {
            // The first line break of the element's text is not the value's.
            textarea id=(id) name=(name) rows="5" { "\n" (text) }
        } @else {
            input id=(id) name=(name) value=(text) inputmode=(mode) autocomplete="off"
                placeholder=[(!example.is_empty()).then_some(example)];
        }
    }
}

/// What a form asks for: the fields whose text is another than it was.
fn changes(object: &ObjectSetup, before: &Values, form: &Parameters) -> Changes {
    let fields = object.object.fields.iter().filter(|field| !fields::is_kept(field));
    fields.fold(Changes::default(), |changes, field| {
        let was = text(before, field);
        // Browsers send line ends of their own.
        let given = form.get(&format!("field.{}", field.name)).map(|text| text.replace("\r\n", "\n"));
        match given {
            Some(given) if is_editable(&was) && given != was => changes.set(field.name.as_str(), given),
            _ => changes,
        }
    })
}

pub(super) async fn create(
    Of(page): Of<Page>,
    Path(object): Path<String>,
    Form(form): Form<Parameters>,
) -> Response {
    page.act(move |state| {
        let object = state.setup().object(&object)?;
        let name = object.object.name.clone();
        let changes = changes(object, &Values::default(), &form);
        let done = state.records.one(Operation::Create { object: name.clone(), changes })?;
        Ok(format!("/records/{}/{}?done=created", encoded(&name), done.id))
    })
    .await
}

pub(super) async fn save(
    Of(page): Of<Page>,
    Path((object, id)): Path<(String, String)>,
    Form(form): Form<Parameters>,
) -> Response {
    page.act(move |state| {
        let object = state.setup().object(&object)?;
        let (name, id) = (object.object.name.clone(), parse(&id)?);
        let changes = changes(object, &state.records.read(&name, id)?, &form);
        let path = format!("/records/{}/{id}", encoded(&name));
        if changes.iter().next().is_none() {
            return Ok(format!("{path}?done=unchanged"));
        }
        state.records.one(Operation::Update { object: name, id, changes })?;
        Ok(format!("{path}?done=saved"))
    })
    .await
}

pub(super) async fn delete(Of(page): Of<Page>, Path((object, id)): Path<(String, String)>) -> Response {
    page.act(move |state| {
        let object = state.setup().object(&object)?;
        let (name, id) = (object.object.name.clone(), parse(&id)?);
        let path = format!("/records/{}?done=removed", encoded(&name));
        state.records.one(Operation::Delete { object: name, id })?;
        Ok(path)
    })
    .await
}

fn parse(id: &str) -> Result<Id, Error> {
    id.parse::<Id>().map(|id| id.to_18()).map_err(|_| Error::new(error::MALFORMED_ID, "malformed id"))
}
