//! `/query`: as much of SOQL as finds records by their values.
//!
//! `SELECT Id, Name FROM Opportunity WHERE StageName = 'Won' AND Amount != null LIMIT 10`, and `SELECT count()`.

use super::reply::{Reply, record};
use super::sobjects::{Parameters, field_name};
use super::{State, blocking};
use crate::error::{self, Error};
use crate::json::of_kind;
use crate::setup::{ObjectSetup, Setup};
use crate::values::Values;
use axum::extract::{Path, Query as Parameter, State as Of};
use serde_json::json;
use sf_outbound::{Kind, OwnedValue};

/// Records that one query gives, as in Salesforce.
const RECORDS: usize = 50_000;

/// A query that was read.
#[derive(Debug, PartialEq)]
struct Query {
    /// Place of the object.
    object: String,
    /// API names; `None` for `count()`.
    fields: Option<Vec<String>>,
    conditions: Vec<Condition>,
    limit: usize,
}

#[derive(Debug, PartialEq)]
struct Condition {
    field: String,
    is_equal: bool,
    value: Option<OwnedValue>,
}

impl Condition {
    fn is_met(&self, values: &Values) -> bool {
        let is_same = match (values.get(&self.field), &self.value) {
            // As in Salesforce, whatever the case of the letters.
            (Some(OwnedValue::Text(one)), Some(OwnedValue::Text(other))) => {
                one.to_lowercase() == other.to_lowercase()
            }
            (one, other) => one == other.as_ref(),
        };
        is_same == self.is_equal
    }
}

pub(super) async fn query(
    Of(state): Of<State>,
    Path(version): Path<String>,
    Parameter(parameters): Parameters,
) -> Reply {
    let answering = state.clone();
    let found = async {
        let text = parameters.get("q").map(String::as_str).unwrap_or_default();
        let query = read(&state.shared.setup, text)?;
        let Query { object, fields, conditions, limit } = query;
        let name = object.clone();
        let found = blocking(state, move |shared| {
            // A record that is named needs no walk through all.
            let named = conditions.iter().find_map(|condition| match &condition.value {
                Some(OwnedValue::Id(id)) if condition.field == "Id" && condition.is_equal => Some(*id),
                _ => None,
            });
            match named.map(|id| shared.read(&name, id)) {
                Some(Ok(values)) => {
                    let is_met = limit > 0 && conditions.iter().all(|condition| condition.is_met(&values));
                    Ok(is_met.then_some(values).into_iter().collect())
                }
                Some(Err(error)) if error.status() == 404 => Ok(Vec::new()),
                Some(Err(error)) => Err(error),
                None => shared.select(&name, limit, move |values| {
                    conditions.iter().all(|condition| condition.is_met(values))
                }),
            }
        })
        .await?;
        let object = answering.shared.setup.object(&object)?;
        let records: Vec<_> = match &fields {
            Some(fields) => found.iter().map(|found| record(&version, object, found, Some(fields))).collect(),
            None => Vec::new(),
        };
        Ok(Reply::ok(json!({ "totalSize": found.len(), "done": true, "records": records })))
    };
    found.await.into()
}

/// **Errors.** `MALFORMED_QUERY`, `INVALID_TYPE`, `INVALID_FIELD`.
fn read(setup: &Setup, text: &str) -> Result<Query, Error> {
    let words = words(text)?;
    let mut words = words.iter().map(String::as_str).peekable();
    expect(words.next(), "SELECT")?;
    let mut names = Vec::new();
    loop {
        names.push(words.next().ok_or_else(|| malformed("unexpected end"))?);
        match words.next() {
            Some(",") => {}
            Some(word) if word.eq_ignore_ascii_case("FROM") => break,
            _ => return Err(malformed("expected `,` or FROM after a field")),
        }
    }
    let object = setup.object(words.next().ok_or_else(|| malformed("FROM names no object"))?)?;
    let fields = match names.as_slice() {
        [count] if count.eq_ignore_ascii_case("count()") => None,
        [all] if all.eq_ignore_ascii_case("FIELDS(ALL)") => {
            let fields = object.object.fields.iter().map(|field| field.name.clone());
            Some(std::iter::once("Id".to_owned()).chain(fields).collect())
        }
        names => Some(names.iter().map(|name| field_name(object, name)).collect::<Result<_, Error>>()?),
    };
    let mut query =
        Query { object: object.object.name.clone(), fields, conditions: Vec::new(), limit: RECORDS };
    if words.next_if(|word| word.eq_ignore_ascii_case("WHERE")).is_some() {
        loop {
            let parts = [words.next(), words.next(), words.next()];
            query.conditions.push(condition(object, parts)?);
            if words.next_if(|word| word.eq_ignore_ascii_case("AND")).is_none() {
                break;
            }
        }
    }
    if words.next_if(|word| word.eq_ignore_ascii_case("LIMIT")).is_some() {
        let limit = words.next().and_then(|limit| limit.parse::<usize>().ok());
        query.limit = limit.ok_or_else(|| malformed("LIMIT needs a number"))?.min(RECORDS);
    }
    match words.next() {
        None => Ok(query),
        Some(_) => Err(malformed("only SELECT, FROM, WHERE with = and != and AND, and LIMIT are known here")),
    }
}

fn condition(object: &ObjectSetup, parts: [Option<&str>; 3]) -> Result<Condition, Error> {
    let [Some(field), Some(operator), Some(literal)] = parts else {
        return Err(malformed("a condition is FIELD = VALUE or FIELD != VALUE"));
    };
    let field = field_name(object, field)?;
    let is_equal = match operator {
        "=" => true,
        "!=" | "<>" => false,
        _ => return Err(malformed("only = and != are known here")),
    };
    let kind = object.kind(&field).unwrap_or(Kind::Id);
    let text = match literal.strip_prefix('\'') {
        Some(text) => Some(text.to_owned()),
        None if literal.eq_ignore_ascii_case("null") => None,
        None if kind == Kind::Text => return Err(malformed("a text stands between apostrophes")),
        None if kind == Kind::Boolean => Some(literal.to_lowercase()),
        None => Some(literal.to_owned()),
    };
    let value = text.map(|text| of_kind(kind, OwnedValue::Text(text)));
    let value = value.transpose().map_err(|reason| malformed(&format!("{field}: {reason}")))?.flatten();
    Ok(Condition { field, is_equal, value })
}

/// Words, commas, operators, and texts, which keep their opening apostrophe.
fn words(text: &str) -> Result<Vec<String>, Error> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let end = match first {
            '\'' => {
                let (word, end) = quoted(rest)?;
                words.push(word);
                rest = rest[end..].trim_start();
                continue;
            }
            ',' => 1,
            '=' | '!' | '<' | '>' => rest.find(|c| !matches!(c, '=' | '!' | '<' | '>')).unwrap_or(rest.len()),
            _ => {
                let is_end = |c: char| c.is_whitespace() || matches!(c, ',' | '=' | '!' | '<' | '>' | '\'');
                rest.find(is_end).unwrap_or(rest.len())
            }
        };
        words.push(rest[..end].to_owned());
        rest = rest[end..].trim_start();
    }
    Ok(words)
}

/// A text at the start of a query, with its opening apostrophe and without escapes, and where it ends.
fn quoted(text: &str) -> Result<(String, usize), Error> {
    let mut word = "'".to_owned();
    let mut characters = text.char_indices().skip(1);
    while let Some((at, character)) = characters.next() {
        match character {
            '\'' => return Ok((word, at + 1)),
            '\\' => match characters.next() {
                Some((_, 'n')) => word.push('\n'),
                Some((_, 'r')) => word.push('\r'),
                Some((_, 't')) => word.push('\t'),
                Some((_, escaped)) => word.push(escaped),
                None => break,
            },
            character => word.push(character),
        }
    }
    Err(malformed("a text does not end"))
}

fn expect(word: Option<&str>, expected: &str) -> Result<(), Error> {
    match word {
        Some(word) if word.eq_ignore_ascii_case(expected) => Ok(()),
        _ => Err(malformed(&format!("expected {expected}"))),
    }
}

#[cold]
fn malformed(what: &str) -> Error {
    Error::new(error::QUERY, what)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::{Definition, Field, Object};
    use proptest::prelude::*;

    fn setup() -> Setup {
        let field = |(name, kind): (&str, Kind)| Field { name: name.to_owned(), kind, external_id: false };
        let fields = [("Name", Kind::Text), ("Closed__c", Kind::DateTime), ("IsWon", Kind::Boolean)];
        let object = Object {
            name: "Deal__c".to_owned(),
            key_prefix: "a00".to_owned(),
            fields: fields.map(field).to_vec(),
        };
        let organization_id = sf_outbound::Id::literal("00D5w000000xyzA");
        let (objects, rules, messages) = (vec![object], Vec::new(), Vec::new());
        Setup::new(Definition { organization_id, api_version: 61, objects, rules, messages }).unwrap()
    }

    #[test]
    fn what_is_not_known_is_refused_and_not_passed_over() {
        let setup = setup();
        let good = "SELECT Id FROM Deal__c WHERE Closed__c = 2026-01-01T00:00:00Z AND IsWon != true";
        assert_eq!(read(&setup, good).unwrap().conditions.len(), 2);
        for wrong in [
            "",
            "SELECT",
            "SELECT Id FROM",
            "SELECT Id Name FROM Deal__c",
            "SELECT Id FROM Deal__c ORDER BY Name",
            "SELECT Id FROM Deal__c WHERE",
            "SELECT Id FROM Deal__c WHERE Name",
            "SELECT Id FROM Deal__c WHERE Name = x",
            "SELECT Id FROM Deal__c WHERE Name = 'x",
            "SELECT Id FROM Deal__c WHERE Name = 'x\\",
            "SELECT Id FROM Deal__c WHERE Name LIKE 'x%'",
            "SELECT Id FROM Deal__c WHERE Name = 'x' OR Name = 'y'",
            "SELECT Id FROM Deal__c WHERE IsWon = 'maybe'",
            "SELECT Id FROM Deal__c LIMIT x",
            "DELETE FROM Deal__c",
        ] {
            assert_eq!(read(&setup, wrong).unwrap_err().code(), "MALFORMED_QUERY", "{wrong}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_query_makes_reading_panic(text in "(SELECT |FROM |WHERE |Id|Name|Deal__c|[ ,=!<>'\\\\é0]|AND |LIMIT ){0,24}") {
            drop(read(&setup(), &text));
        }
    }
}
