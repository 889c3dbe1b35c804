//! `/query`: as much of SOQL as finds records by their values.
//!
//! `SELECT Id, Name FROM Opportunity WHERE StageName = 'Won' AND Amount != null LIMIT 10`, and `SELECT count()`.

use super::sobjects::{Parameters, field_name};
use crate::error::{self, Error};
use crate::server::reply::{Reply, record};
use crate::server::state::{State, blocking};
use crate::setup::{ObjectSetup, Setup};
use crate::values::Values;
use crate::values::json::of_kind;
use axum::extract::{Path, Query as Parameter, State as Of};
use serde_json::json;
use sf_outbound::{Kind, OwnedValue};
use std::fmt::Write;
use std::sync::Arc;

/// Records that one reply has, as in Salesforce; it says where the rest is.
const BATCH: usize = 2_000;

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

/// Where the rest of a query begins, as a part of a path: nothing is kept here.
#[derive(Debug, Default, PartialEq)]
struct Cursor {
    /// Records that the whole query has; not known at its beginning.
    total: usize,
    /// Those that were given.
    given: usize,
    /// Number of the last of them.
    after: i64,
    /// The query, byte for byte.
    text: String,
}

impl Cursor {
    fn locator(&self) -> String {
        let Self { total, given, after, text } = self;
        let mut locator = format!("{total}-{given}-{after}-");
        for byte in text.bytes() {
            // Writing to a text does not fail.
            write!(locator, "{byte:02x}").ok();
        }
        locator
    }

    fn of(locator: &str) -> Option<Self> {
        let mut parts = locator.splitn(4, '-');
        let mut number = || parts.next()?.parse::<u32>().ok();
        let (total, given, after) = (number()?, number()?, number()?);
        let digits = parts.next()?.as_bytes();
        let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
        let bytes = digits.chunks(2).map(byte).collect::<Option<Vec<_>>>()?;
        let (total, given) = (usize::try_from(total).ok()?, usize::try_from(given).ok()?);
        Some(Self { total, given, after: after.into(), text: String::from_utf8(bytes).ok()? })
    }
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
    let text = parameters.get("q").cloned().unwrap_or_default();
    part(state, &version, Cursor { text, ..Cursor::default() }).await.into()
}

/// The rest of a query, by the locator that its reply gave.
pub(super) async fn more(Of(state): Of<State>, Path((version, locator)): Path<(String, String)>) -> Reply {
    match Cursor::of(&locator) {
        Some(cursor) => part(state, &version, cursor).await.into(),
        None => Error::new(error::LOCATOR, "invalid query locator").into(),
    }
}

async fn part(state: State, version: &str, cursor: Cursor) -> Result<Reply, Error> {
    let query = read(state.setup(), &cursor.text)?;
    let (name, fields) = (query.object.clone(), query.fields.clone());
    let answering = state.clone();
    let (found, rest) = blocking(state, move |state| find(state, query, cursor)).await?;
    let object = answering.setup().object(&name)?;
    let records: Vec<_> =
        found.iter().map(|found| record(version, object, found, fields.as_deref())).collect();
    let mut reply = json!({ "totalSize": rest.total, "done": true, "records": records });
    if fields.is_some() && rest.given < rest.total {
        reply["done"] = json!(false);
        reply["nextRecordsUrl"] = json!(format!("/services/data/{version}/query/{}", rest.locator()));
    }
    Ok(Reply::ok(reply))
}

/// The records of a part of a query, and where the rest begins.
fn find(state: &State, query: Query, cursor: Cursor) -> Result<(Vec<Values>, Cursor), Error> {
    let Query { object, fields, conditions, limit } = query;
    let conditions = Arc::new(conditions);
    let is_wanted = || {
        let conditions = Arc::clone(&conditions);
        move |values: &Values| conditions.iter().all(|condition| condition.is_met(values))
    };
    // A record that is named needs no walk through all.
    let named = conditions.iter().find_map(|condition| match &condition.value {
        Some(OwnedValue::Id(id)) if condition.field == "Id" && condition.is_equal => Some(*id),
        _ => None,
    });
    if let Some(id) = named {
        let found = match state.records.read(&object, id) {
            Ok(values) if limit > 0 && is_wanted()(&values) => vec![values],
            Err(error) if error.status() != 404 => return Err(error),
            _ => Vec::new(),
        };
        let total = found.len();
        let found = if fields.is_some() { found } else { Vec::new() };
        return Ok((found, Cursor { total, given: total, ..cursor }));
    }
    let count = || {
        if conditions.is_empty() {
            return state.records.count_all(&object).map(|count| count.min(limit));
        }
        state.records.count(&object, limit, is_wanted())
    };
    if fields.is_none() {
        return Ok((Vec::new(), Cursor { total: count()?, ..cursor }));
    }
    let batch = BATCH.min(limit.saturating_sub(cursor.given));
    let found = state.records.select(&object, cursor.after, batch, is_wanted())?;
    let given = cursor.given + found.len();
    let total = match cursor.given {
        _ if found.len() < batch => given,
        0 => count()?.max(given),
        _ => cursor.total,
    };
    let last = found.last().and_then(Values::id);
    let object = state.setup().object(&object)?;
    let after = last.and_then(|id| state.setup().record_number(object, id)).unwrap_or(cursor.after);
    Ok((found, Cursor { total, given, after, ..cursor }))
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
        Query { object: object.object.name.clone(), fields, conditions: Vec::new(), limit: usize::MAX };
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
        query.limit = limit.ok_or_else(|| malformed("LIMIT needs a number"))?;
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

    #[test]
    fn a_locator_says_where_the_rest_begins_and_no_other_text_is_one() {
        let cursor = Cursor { total: 4_001, given: 2_000, after: 2_017, text: "SELECT Id -é".to_owned() };
        assert_eq!(Cursor::of(&cursor.locator()), Some(cursor));
        for wrong in ["", "1", "1-2-3", "1-2-3-x", "1-2--3-41", "1-2-3-ff", "1-2-3-4é", "a-2-3-41"] {
            assert_eq!(Cursor::of(wrong), None, "{wrong}");
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
