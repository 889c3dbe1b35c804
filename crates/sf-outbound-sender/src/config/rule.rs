//! The workflow rules of a file.

use super::findings::{Findings, Text};
use super::message::{Placed, check_field};
use super::names::Unique;
use super::object::Objects;
use super::table::Table;
use crate::codes;
use crate::definition::names::did_you_mean;
use crate::definition::{Criterion, Evaluate, Logic, Object, Operator, Rule};
use crate::rules::criteria::{self, Flaw, Part, Row};
use sf_outbound::Kind;

/// The words of Salesforce's Metadata API.
const EVALUATE: [(&str, Evaluate); 3] = [
    ("onCreateOnly", Evaluate::Created),
    ("onAllChanges", Evaluate::CreatedAndEveryEdit),
    ("onCreateOrTriggeringUpdate", Evaluate::CreatedAndEditsToMeetCriteria),
];

const KEYS: &[&str] = &["name", "object", "active", "evaluate", "criteria", "logic", "outbound_messages"];
const ROW_KEYS: &[&str] = &["field", "operator", "value"];

pub(super) fn read(
    root: &Table<'_>,
    objects: &Objects,
    messages: &[Placed],
    findings: &mut Findings<'_>,
) -> Vec<Rule> {
    let mut names = Unique::new("the rule");
    let mut rules = Vec::new();
    for table in root.tables("rule", "rule", findings) {
        table.only(KEYS, findings);
        let name = table.required("name", "\"Deal won\"", findings);
        if let Some(name) = &name {
            names.check_name(name, findings);
        }
        let sent = sent(&table, messages, findings);
        let object = object(&table, objects, &sent, findings);
        let evaluate = evaluate(&table, findings);
        let criteria = criteria(&table, object, evaluate, findings);
        let logic = logic(&table, criteria.len(), findings);
        rules.push(Rule {
            name: name.map(|name| name.text).unwrap_or_default(),
            object: object.map(|object| object.name.clone()).unwrap_or_default(),
            active: table.boolean("active", true, findings),
            evaluate,
            criteria,
            logic,
            messages: sent.into_iter().map(|(text, _)| text.text).collect(),
        });
    }
    rules
}

/// The outbound messages that a rule names, each with what it is.
fn sent<'m>(
    table: &Table<'_>,
    messages: &'m [Placed],
    findings: &mut Findings<'_>,
) -> Vec<(Text, Option<&'m Placed>)> {
    table.missing("outbound_messages", "[\"DealWon\"]", findings);
    let names = table.texts("outbound_messages", findings).unwrap_or_default();
    let mut unique = Unique::new("the outbound message");
    let mut sent = Vec::new();
    for name in names {
        unique.check_name(&name, findings);
        let found = messages.iter().find(|placed| placed.message.name == name.text);
        if found.is_none() {
            let known: Vec<_> = messages.iter().map(|placed| placed.message.name.as_str()).collect();
            let message = format!("unknown outbound message `{}`", name.text);
            let help = did_you_mean(&name.text, "the outbound messages of this file", &known);
            findings.error(&codes::UNKNOWN_MESSAGE, message, &name.at, "here", help);
        }
        sent.push((name, found));
    }
    sent
}

/// The rule's object: that of its outbound messages, which have to have one.
fn object<'o>(
    table: &Table<'_>,
    objects: &'o Objects,
    sent: &[(Text, Option<&Placed>)],
    findings: &mut Findings<'_>,
) -> Option<&'o Object> {
    let named = table.text("object", findings);
    let object = match &named {
        Some(name) => objects.known(name, findings)?,
        None => objects.find(&sent.iter().find_map(|(_, found)| *found)?.message.object)?,
    };
    for (name, found) in sent {
        let Some(found) = found.filter(|found| found.message.object != object.name) else { continue };
        let of = &found.message.object;
        let message = format!("the outbound message `{}` is of {of}, the rule of {}", name.text, object.name);
        let help = "a rule can send outbound messages of its own object only";
        findings.error(&codes::OTHER_OBJECT, message, &name.at, "sent here", help);
        findings.second(&found.at, "defined here");
    }
    Some(object)
}

fn evaluate(table: &Table<'_>, findings: &mut Findings<'_>) -> Evaluate {
    let Some(text) = table.text("evaluate", findings) else { return Evaluate::CreatedAndEveryEdit };
    word(&text, "evaluations", &EVALUATE, findings).unwrap_or(Evaluate::CreatedAndEveryEdit)
}

fn word<T: Copy>(
    text: &Text,
    known_are: &str,
    known: &[(&str, T)],
    findings: &mut Findings<'_>,
) -> Option<T> {
    let found = known.iter().find(|(word, _)| *word == text.text);
    if found.is_none() {
        let words: Vec<_> = known.iter().map(|(word, _)| *word).collect();
        let message = format!("`{}` is none of the {known_are}", text.text);
        let help = did_you_mean(&text.text, &format!("the {known_are}"), &words);
        findings.error(&codes::UNKNOWN_WORD, message, &text.at, "here", help);
    }
    found.map(|(_, value)| *value)
}

fn criteria(
    table: &Table<'_>,
    object: Option<&Object>,
    evaluate: Evaluate,
    findings: &mut Findings<'_>,
) -> Vec<Criterion> {
    let mut rows = Vec::new();
    for table in table.tables("criteria", "row", findings) {
        table.only(ROW_KEYS, findings);
        let field = table.required("field", "\"StageName\"", findings);
        let operator = table.required("operator", "\"equals\"", findings);
        let known = operator.as_ref().and_then(|text| word(text, "operators", Operator::WORDS, findings));
        if known != Some(Operator::Changed) {
            table.missing("value", "\"Closed Won\"", findings);
        }
        let value = table.scalar("value", findings);
        let row = Criterion {
            field: field.as_ref().map(|text| text.text.clone()).unwrap_or_default(),
            operator: known.unwrap_or(Operator::Equals),
            value: value.as_ref().map(|text| text.text.clone()).unwrap_or_default(),
        };
        if let (Some(field), Some(object)) = (&field, object) {
            check_field(field, object, findings);
            if let (Some(_), Some(operator)) = (known, &operator)
                && let Err(flaw) = Row::read(&row, object)
            {
                tell(flaw, field, operator, value.as_ref(), object, findings);
            }
        }
        if let (Some(known), Some(operator)) = (known, &operator)
            && let Err(Flaw { code, message, help, .. }) = criteria::check_evaluation(known, evaluate)
        {
            findings.error(code, message, &operator.at, "here", help);
        }
        rows.push(row);
    }
    rows
}

/// A flaw of a row, at its place; that of the field is told already, and that of a value that is missing too.
fn tell(
    flaw: Flaw,
    field: &Text,
    operator: &Text,
    value: Option<&Text>,
    object: &Object,
    findings: &mut Findings<'_>,
) {
    let Flaw { code, part, message, help } = flaw;
    let at = match (part, value) {
        (Part::Field, _) | (Part::Value, None) => return,
        (Part::Operator, _) => &operator.at,
        (Part::Value, Some(value)) => &value.at,
    };
    let kind = criteria::kind(object, &field.text).map(Kind::xsd_name).unwrap_or_default();
    findings.error(code, message, at, &format!("of {}.{}, which is `{kind}`", object.name, field.text), help);
}

fn logic(table: &Table<'_>, rows: usize, findings: &mut Findings<'_>) -> Option<Logic> {
    let text = table.text("logic", findings)?;
    let logic = match Logic::parse(&text.text) {
        Ok(logic) => logic,
        Err(error) => {
            let at = findings.within(&text, error.offset, 1);
            let message = format!("the filter logic can't be read: {error}");
            findings.error(&codes::LOGIC, message, &at, "here", "such as `1 AND (2 OR 3)`");
            return None;
        }
    };
    for Flaw { code, message, help, .. } in criteria::check_logic(&logic, rows) {
        findings.error(code, message, &text.at, "here", help);
    }
    Some(logic)
}
