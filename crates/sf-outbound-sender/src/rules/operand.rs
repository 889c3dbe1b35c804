//! The value of a row, read as the kind of its field, and its tests.

use super::decimal;
use crate::definition::Operator;
use crate::values::digits;
use sf_outbound::jiff::Timestamp;
use sf_outbound::jiff::civil::{Date, Time};
use sf_outbound::jiff::tz::Offset;
use sf_outbound::{Id, Kind, OwnedValue};
use sf_outbound_field::Family;
use std::cmp::Ordering;

/// One alternative of a row's value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Operand {
    /// No value.
    Null,
    /// In lower case.
    Text(String),
    /// Of a multi-select picklist, in lower case: all of these.
    Selected(Vec<String>),
    Id(Id),
    /// The beginning of an id.
    IdPart(String),
    Boolean(bool),
    /// A decimal number as text.
    Number(String),
    Date(Date),
    DateTime(Timestamp),
    Time(Time),
}

/// What an operator asks of one alternative.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Test {
    Equals,
    Below,
    Above,
    Contains,
    StartsWith,
    Includes,
}

/// The operators that Salesforce offers for fields of a kind.
pub(crate) fn operators(kind: Kind) -> &'static [Operator] {
    use Operator::{
        Changed, Contains, DoesNotContain, Equals, Excludes, GreaterOrEqual, GreaterThan, Includes,
        LessOrEqual, LessThan, NotEqualTo, StartsWith,
    };
    match kind.family() {
        Family::Text => &[
            Equals,
            NotEqualTo,
            LessThan,
            GreaterThan,
            LessOrEqual,
            GreaterOrEqual,
            Contains,
            DoesNotContain,
            StartsWith,
            Includes,
            Excludes,
            Changed,
        ],
        Family::Id => &[Equals, NotEqualTo, StartsWith, Changed],
        Family::Boolean => &[Equals, NotEqualTo, Changed],
        Family::Binary => &[Changed],
        Family::Whole | Family::Fraction | Family::Date | Family::DateTime | Family::Time => {
            &[Equals, NotEqualTo, LessThan, GreaterThan, LessOrEqual, GreaterOrEqual, Changed]
        }
    }
}

/// Why a row's value can't be read.
#[derive(Debug, PartialEq)]
pub(crate) struct Refused {
    /// It is a list, and the operator takes one value.
    pub(crate) is_list: bool,
    /// What a value of the kind looks like.
    pub(crate) help: String,
}

/// Whether an operator takes several values, of which any will do; the others compare with one.
fn takes_lists(operator: Operator) -> bool {
    match operator {
        Operator::Equals
        | Operator::NotEqualTo
        | Operator::Contains
        | Operator::DoesNotContain
        | Operator::StartsWith
        | Operator::Includes
        | Operator::Excludes => true,
        Operator::LessThan
        | Operator::GreaterThan
        | Operator::LessOrEqual
        | Operator::GreaterOrEqual
        | Operator::Changed => false,
    }
}

/// Reads a row's value for an operator on a kind of field, as alternatives.
pub(crate) fn read(kind: Kind, operator: Operator, value: &str) -> Result<Vec<Operand>, Refused> {
    if operator == Operator::Changed {
        return Ok(vec![]);
    }
    let alternatives = alternatives(value);
    if alternatives.len() > 1 && !takes_lists(operator) {
        return Err(Refused { is_list: true, help: one_instead(kind, value) });
    }
    if let Some(number) = kind.is_number().then(|| ungrouped(value)).flatten()
        && alternatives.iter().skip(1).any(|group| group.starts_with('0'))
    {
        // Nobody means 1 or 0 by it.
        return Err(Refused {
            is_list: false,
            help: format!("a number is written without commas: {number}"),
        });
    }
    let read = |text| {
        read_one(kind, operator, text).map_err(|help| Refused { is_list: false, help: help.to_owned() })
    };
    alternatives.into_iter().map(read).collect()
}

const NUMBER: &str = "a number has digits and a point, such as 1000.5";

/// What to write in place of a list.
fn one_instead(kind: Kind, value: &str) -> String {
    match kind {
        Kind::Text => {
            format!("quotes keep the commas of one text: \"{}\"", value.trim().replace('"', "\"\""))
        }
        kind if kind.is_number() => match ungrouped(value) {
            Some(number) => format!("a number is written without commas: {number}"),
            None => NUMBER.to_owned(),
        },
        Kind::Date => "write one date, such as 2026-01-31".to_owned(),
        _ => "write one value".to_owned(),
    }
}

/// A number whose thousands are parted by commas, without them.
fn ungrouped(value: &str) -> Option<String> {
    let (whole, fraction) = value.trim().split_once('.').unwrap_or((value.trim(), ""));
    let digits = whole.strip_prefix(['-', '+']).unwrap_or(whole);
    let mut groups = digits.split(',');
    let is_digits = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
    let is_grouped = groups.next().is_some_and(|first| (1..=3).contains(&first.len()) && is_digits(first))
        && groups.clone().count() > 0
        && groups.all(|group| group.len() == 3 && is_digits(group));
    (is_grouped && is_digits(fraction)).then(|| value.trim().replace(',', ""))
}

fn read_one(kind: Kind, operator: Operator, text: String) -> Result<Operand, &'static str> {
    if text.is_empty() && kind != Kind::Boolean {
        return Ok(Operand::Null);
    }
    Ok(match kind.family() {
        Family::Text if matches!(operator, Operator::Includes | Operator::Excludes) => {
            Operand::Selected(selected(&text))
        }
        Family::Text => Operand::Text(text.to_lowercase()),
        Family::Id if operator == Operator::StartsWith => Operand::IdPart(text),
        Family::Id => Operand::Id(Id::new(&text).map_err(|_| "an id has 15 or 18 letters and digits")?),
        Family::Boolean if text.eq_ignore_ascii_case("true") => Operand::Boolean(true),
        Family::Boolean if text.eq_ignore_ascii_case("false") => Operand::Boolean(false),
        Family::Boolean => return Err("a boolean is true or false"),
        Family::Whole | Family::Fraction if decimal::is_decimal(&text) => Operand::Number(text),
        Family::Whole | Family::Fraction => return Err(NUMBER),
        Family::Date => Operand::Date(date(&text).ok_or("a date is written as 2026-01-31")?),
        Family::DateTime => match date(&text) {
            Some(day) => Operand::Date(day),
            None => Operand::DateTime(
                text.parse()
                    .map_err(|_| "a date and time is written as 2026-01-31T12:00:00Z, or as a date")?,
            ),
        },
        Family::Time => Operand::Time(text.parse().map_err(|_| "a time is written as 12:00:00")?),
        Family::Binary => return Err("bytes can only be looked at for a change"),
    })
}

/// A date alone: the library reads one from the text of an instant as well.
fn date(text: &str) -> Option<Date> {
    text.parse().ok().filter(|_| text.len() == "2026-01-31".len())
}

/// What stands between commas, trimmed; quotes around an alternative keep its commas, and two of them are one.
fn alternatives(value: &str) -> Vec<String> {
    let mut alternatives = Vec::new();
    let mut rest = value.trim_start();
    loop {
        let quoted = rest.strip_prefix('"').and_then(quoted);
        let (alternative, after) = quoted.unwrap_or_else(|| {
            let end = rest.find(',').unwrap_or(rest.len());
            (rest[..end].trim_end().to_owned(), &rest[end..])
        });
        alternatives.push(alternative);
        match after.strip_prefix(',') {
            Some(next) => rest = next.trim_start(),
            None => return alternatives,
        }
    }
}

/// The text up to the closing quote, and what follows: a comma or nothing, or else it is not quoted.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut content = String::new();
    let mut rest = text;
    loop {
        let at = rest.find('"')?;
        content.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        match rest.strip_prefix('"') {
            Some(next) => {
                content.push('"');
                rest = next;
            }
            None => break,
        }
    }
    let rest = rest.trim_start();
    (rest.is_empty() || rest.starts_with(',')).then_some((content, rest))
}

fn selected(text: &str) -> Vec<String> {
    text.split(';').map(|value| value.trim().to_lowercase()).filter(|value| !value.is_empty()).collect()
}

impl Operand {
    /// Whether a field's value, `None` where it is null, is like this one.
    pub(crate) fn is_like(&self, asked: Test, value: Option<&OwnedValue>) -> bool {
        let Some(value) = value else {
            return *self == Self::Null && asked == Test::Equals;
        };
        match asked {
            Test::Equals => self.order(value) == Some(Ordering::Equal),
            Test::Below => self.order(value) == Some(Ordering::Less),
            Test::Above => self.order(value) == Some(Ordering::Greater),
            Test::Contains => self.is_part(value, |text, part| text.contains(part)),
            Test::StartsWith => match (self, value) {
                // The case of an id tells ids apart.
                (Self::IdPart(part), OwnedValue::Id(id)) => id.to_18().as_str().starts_with(part),
                _ => self.is_part(value, |text, part| text.starts_with(part)),
            },
            Test::Includes => match (self, value) {
                (Self::Selected(wanted), OwnedValue::Text(text)) => {
                    let has = selected(text);
                    wanted.iter().all(|value| has.contains(value))
                }
                _ => false,
            },
        }
    }

    /// Whether this is a text that a value's text, in lower case, has as a part.
    fn is_part(&self, value: &OwnedValue, has: impl FnOnce(&str, &str) -> bool) -> bool {
        match (self, value) {
            (Self::Text(part), OwnedValue::Text(text)) => has(&text.to_lowercase(), part),
            _ => false,
        }
    }

    /// Where the value stands: below, at or above this one.
    fn order(&self, value: &OwnedValue) -> Option<Ordering> {
        match (self, value) {
            (Self::Text(this), OwnedValue::Text(text)) => Some(text.to_lowercase().cmp(this)),
            (Self::Id(this), OwnedValue::Id(id)) => Some(id.cmp(this)),
            (Self::Boolean(this), OwnedValue::Boolean(value)) => Some(value.cmp(this)),
            (Self::Number(this), value) => decimal::order(&digits(value)?, this),
            (Self::Date(this), OwnedValue::Date(date)) => Some(date.cmp(this)),
            (Self::Date(this), OwnedValue::DateTime(at)) => {
                Some(Offset::UTC.to_datetime(*at).date().cmp(this))
            }
            (Self::DateTime(this), OwnedValue::DateTime(at)) => Some(at.cmp(this)),
            (Self::Time(this), OwnedValue::Time(time)) => Some(time.cmp(this)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_box_has_no_null() {
        for kind in [Kind::Id, Kind::Text, Kind::Int, Kind::Double, Kind::Date, Kind::DateTime, Kind::Time] {
            assert_eq!(read(kind, Operator::Equals, " "), Ok(vec![Operand::Null]), "{kind:?}");
        }
        let refused = read(Kind::Boolean, Operator::Equals, "").unwrap_err();
        assert_eq!(refused, Refused { is_list: false, help: "a boolean is true or false".to_owned() });
    }

    #[test]
    fn each_operator_fits_a_field() {
        for (word, operator) in Operator::WORDS {
            assert!(operators(Kind::Text).contains(operator), "{word} fits not even a text");
            assert_eq!(operator.word(), *word);
        }
    }

    #[test]
    fn what_is_compared_with_before_needs_no_value() {
        assert_eq!(read(Kind::Binary, Operator::Changed, "x"), Ok(vec![]));
        assert!(read(Kind::Binary, Operator::Equals, "x").is_err());
    }
}
