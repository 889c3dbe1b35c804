//! Tables of a TOML file as typed values with places. The only file that knows the TOML library.

use super::findings::{Findings, Span, Text};
use crate::codes;
use crate::definition::names::did_you_mean;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A parsed file.
pub(super) struct Document<'t>(Spanned<DeTable<'t>>);

/// A table: what stands under a header, or between braces.
pub(super) struct Table<'d> {
    /// What it is called in findings, such as `rule`.
    what: &'static str,
    /// Where it begins.
    pub(super) at: Span,
    entries: Vec<Entry<'d>>,
}

/// What the library says of a key that stands twice.
const DUPLICATE: &str = "duplicate key";

/// How a list of tables is written.
const TABLES: &str = "a list of tables: `[{ … }]`, or `[[ … ]]` above each";

/// A key with its value.
struct Entry<'d> {
    key: &'d str,
    at: Span,
    value: &'d Spanned<DeValue<'d>>,
}

impl<'t> Document<'t> {
    /// The document, and whether it is TOML but for keys that stand twice: of other mistakes follow findings
    /// that nobody made.
    pub(super) fn parse(text: &'t str, findings: &mut Findings<'_>) -> (Self, bool) {
        let (document, errors) = DeTable::parse_recoverable(text);
        let is_toml = errors.iter().all(|error| error.message() == DUPLICATE);
        for error in errors {
            let at = error.span().unwrap_or(0..0);
            match error.message() {
                DUPLICATE => duplicate(text, &document, &at, findings),
                message => findings.error(
                    &codes::NOT_TOML,
                    format!("the file is not TOML: {message}"),
                    &at,
                    "here",
                    "see https://toml.io for how TOML is written",
                ),
            }
        }
        (Self(document), is_toml)
    }

    pub(super) fn root(&self) -> Table<'_> {
        Table::new("file", 0..0, self.0.get_ref())
    }

    /// Where the values of a key stand, in whatever table.
    pub(super) fn places_of(&self, key: &str) -> Vec<Span> {
        let mut places = Vec::new();
        each_key(self.0.get_ref(), &mut |found, _, value| {
            if found == key {
                places.push(value.span());
            }
        });
        places
    }
}

/// A key that stands twice in one table; the first is the nearest before it.
fn duplicate(text: &str, document: &Spanned<DeTable<'_>>, at: &Span, findings: &mut Findings<'_>) {
    let key = text.get(at.clone()).unwrap_or_default();
    let mut first: Option<Span> = None;
    each_key(document.get_ref(), &mut |found, place, _| {
        let is_nearer = first.as_ref().is_none_or(|first| first.start < place.start);
        if found == key.trim_matches(['"', '\'']) && place.start < at.start && is_nearer {
            first = Some(place);
        }
    });
    let message = format!("the key `{key}` stands twice");
    findings.error(&codes::DUPLICATE, message, at, "second", "drop one of the two");
    if let Some(first) = first {
        findings.second(&first, "first");
    }
}

fn each_key(table: &DeTable<'_>, see: &mut dyn FnMut(&str, Span, &Spanned<DeValue<'_>>)) {
    fn each_value(value: &DeValue<'_>, see: &mut dyn FnMut(&str, Span, &Spanned<DeValue<'_>>)) {
        match value {
            DeValue::Table(table) => each_key(table, see),
            DeValue::Array(array) => array.iter().for_each(|value| each_value(value.get_ref(), see)),
            _ => {}
        }
    }
    for (key, value) in table {
        see(key.get_ref(), key.span(), value);
        each_value(value.get_ref(), see);
    }
}

impl<'d> Table<'d> {
    fn new(what: &'static str, at: Span, table: &'d DeTable<'d>) -> Self {
        let entry = |(key, value): (&'d Spanned<_>, _)| {
            let text: &std::borrow::Cow<'d, str> = key.get_ref();
            Entry { key: text, at: key.span(), value }
        };
        let mut entries: Vec<_> = table.iter().map(entry).collect();
        entries.sort_by_key(|entry| entry.at.start);
        Self { what, at, entries }
    }

    /// Finds the keys that are none of these.
    pub(super) fn only(&self, known: &[&str], findings: &mut Findings<'_>) {
        for entry in self.entries.iter().filter(|entry| !known.contains(&entry.key)) {
            let message = format!("unknown key `{}`", entry.key);
            let label = format!("in this {}", self.what);
            let help = did_you_mean(entry.key, &format!("the keys of this {}", self.what), known);
            findings.error(&codes::UNKNOWN_KEY, message, &entry.at, &label, help);
        }
    }

    /// The keys with their places and, where it is a text or a table, the value.
    pub(super) fn texts_or_tables(
        &self,
        what: &'static str,
        findings: &mut Findings<'_>,
    ) -> Vec<(Text, Option<Text>, Option<Table<'d>>)> {
        let mut found = Vec::new();
        for entry in &self.entries {
            let key = Text { text: entry.key.to_owned(), at: entry.at.clone() };
            let (text, table) = match entry.value.get_ref() {
                DeValue::String(text) => (Some(entry.text(text)), None),
                DeValue::Table(table) => (None, Some(Table::new(what, entry.at.clone(), table))),
                _ => {
                    entry.wrong_type("a text or a table", findings);
                    (None, None)
                }
            };
            found.push((key, text, table));
        }
        found
    }

    fn entry(&self, key: &str) -> Option<&Entry<'d>> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    pub(super) fn text(&self, key: &str, findings: &mut Findings<'_>) -> Option<Text> {
        let entry = self.entry(key)?;
        if let DeValue::String(text) = entry.value.get_ref() {
            return Some(entry.text(text));
        }
        entry.wrong_type("a text", findings);
        None
    }

    /// A text that has to be there; `example` is what it may look like.
    pub(super) fn required(&self, key: &str, example: &str, findings: &mut Findings<'_>) -> Option<Text> {
        self.missing(key, example, findings);
        self.text(key, findings)
    }

    /// Finds that a key is not there.
    pub(super) fn missing(&self, key: &str, example: &str, findings: &mut Findings<'_>) {
        if !self.has(key) {
            let message = format!("the {} has no `{key}`", self.what);
            let help = format!("add `{key} = {example}`");
            findings.error(&codes::MISSING, message, &self.at, "here", help);
        }
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.entry(key).is_some()
    }

    /// A text, or the text of another value that is not a list or a table.
    pub(super) fn scalar(&self, key: &str, findings: &mut Findings<'_>) -> Option<Text> {
        let entry = self.entry(key)?;
        let text = match entry.value.get_ref() {
            DeValue::String(text) => text.to_string(),
            DeValue::Integer(number) if number.radix() == 10 => number.as_str().to_owned(),
            DeValue::Float(number) => number.as_str().to_owned(),
            DeValue::Boolean(value) => value.to_string(),
            DeValue::Datetime(value) => value.to_string(),
            _ => {
                entry.wrong_type("a text, a number, a date or a boolean", findings);
                return None;
            }
        };
        Some(Text { text, at: entry.value.span() })
    }

    pub(super) fn boolean(&self, key: &str, default: bool, findings: &mut Findings<'_>) -> bool {
        let Some(entry) = self.entry(key) else { return default };
        if let DeValue::Boolean(value) = entry.value.get_ref() {
            return *value;
        }
        entry.wrong_type("`true` or `false`", findings);
        default
    }

    pub(super) fn texts(&self, key: &str, findings: &mut Findings<'_>) -> Option<Vec<Text>> {
        let entry = self.entry(key)?;
        let DeValue::Array(array) = entry.value.get_ref() else {
            entry.wrong_type("a list of texts", findings);
            return None;
        };
        let mut texts = Vec::new();
        for value in array {
            match value.get_ref() {
                DeValue::String(text) => texts.push(Text { text: text.to_string(), at: value.span() }),
                _ => Entry { key, at: value.span(), value }.wrong_type("a list of texts", findings),
            }
        }
        Some(texts)
    }

    /// A table between braces or under a header of its own.
    pub(super) fn table(
        &self,
        key: &str,
        what: &'static str,
        findings: &mut Findings<'_>,
    ) -> Option<Table<'d>> {
        let entry = self.entry(key)?;
        if let DeValue::Table(table) = entry.value.get_ref() {
            return Some(Table::new(what, entry.at.clone(), table));
        }
        entry.wrong_type("a table", findings);
        None
    }

    /// The tables of a list: under `[[key]]`, or between braces.
    pub(super) fn tables(
        &self,
        key: &str,
        what: &'static str,
        findings: &mut Findings<'_>,
    ) -> Vec<Table<'d>> {
        let Some(entry) = self.entry(key) else { return Vec::new() };
        let DeValue::Array(array) = entry.value.get_ref() else {
            entry.wrong_type(TABLES, findings);
            return Vec::new();
        };
        let mut tables = Vec::new();
        for value in array {
            match value.get_ref() {
                DeValue::Table(table) => tables.push(Table::new(what, value.span(), table)),
                _ => Entry { key, at: value.span(), value }.wrong_type(TABLES, findings),
            }
        }
        tables
    }
}

impl Entry<'_> {
    fn text(&self, text: &str) -> Text {
        Text { text: text.to_owned(), at: self.value.span() }
    }

    fn wrong_type(&self, expected: &str, findings: &mut Findings<'_>) {
        let found = match self.value.get_ref() {
            DeValue::String(_) => "a text",
            DeValue::Integer(_) | DeValue::Float(_) => "a number",
            DeValue::Boolean(_) => "a boolean",
            DeValue::Datetime(_) => "a date or time",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        let message = format!("`{}` is {found}", self.key);
        let help = format!("write {expected}");
        findings.error(&codes::VALUE_TYPE, message, &self.value.span(), "here", help);
    }
}
