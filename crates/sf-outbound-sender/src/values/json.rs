//! Values from and to JSON: as Salesforce's REST API spells them, and as the file keeps them.

use super::{Changes, Values, digits};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use sf_outbound::{Kind, OwnedValue};

/// A record's fields without `Id`, which the file keeps as the record's number.
struct Kept<'v>(&'v Values);

impl Serialize for Kept<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (field, value) in self.0.iter().filter(|(field, _)| *field != "Id") {
            map.serialize_entry(field, value)?;
        }
        map.end()
    }
}

/// The text that the file keeps of a record.
pub(crate) fn kept(values: &Values) -> String {
    // Neither the keys nor the values can fail to be written.
    serde_json::to_string(&Kept(values)).unwrap_or_default()
}

/// The values of a kept text. What does not fit its field's kind any more is null, as are fields that are gone.
pub(crate) fn values(kept: &str, kind: impl Fn(&str) -> Option<Kind>) -> Values {
    let mut values = Values::default();
    let fields: serde_json::Map<String, serde_json::Value> = serde_json::from_str(kept).unwrap_or_default();
    for (field, value) in fields {
        let Some(kind) = kind(&field) else { continue };
        let value = untyped(value).and_then(|value| of_kind(kind, value).ok().flatten());
        values.set(&field, value);
    }
    values
}

/// The changes that a JSON object asks for; `attributes` is passed over.
///
/// **Errors.** The name of a field whose value is an object or an array.
pub(crate) fn changes(fields: serde_json::Map<String, serde_json::Value>) -> Result<Changes, String> {
    let fields = fields.into_iter().filter(|(field, _)| field != "attributes");
    fields
        .map(|(field, value)| match value {
            serde_json::Value::Null => Ok((field, None)),
            value => untyped(value).map(|value| (field.clone(), Some(value))).ok_or(field),
        })
        .collect()
}

fn untyped(value: serde_json::Value) -> Option<OwnedValue> {
    match value {
        serde_json::Value::Bool(value) => Some(OwnedValue::Boolean(value)),
        serde_json::Value::String(text) => Some(OwnedValue::Text(text)),
        serde_json::Value::Number(number) => {
            number.as_i64().map(OwnedValue::Long).or_else(|| number.as_f64().map(OwnedValue::Double))
        }
        _ => None,
    }
}

/// A value as one of the field's own kind; `None` for an empty text, which Salesforce keeps as null.
///
/// **Errors.** What is expected.
pub(crate) fn of_kind(kind: Kind, value: OwnedValue) -> Result<Option<OwnedValue>, &'static str> {
    let text = match value {
        OwnedValue::Text(text) if text.is_empty() => return Ok(None),
        value if value.kind() == kind => return Ok(Some(value)),
        OwnedValue::Text(text) if kind == Kind::DateTime => with_colon(&text),
        OwnedValue::Text(text) => text,
        value if kind.is_number() => digits(&value).ok_or(NO_FIT)?,
        _ => return Err(NO_FIT),
    };
    OwnedValue::parse(kind, &text).map(Some)
}

const NO_FIT: &str = "the value is of another kind than the field";

/// Salesforce's REST API writes zones as `+0000`, XML as `+00:00`.
fn with_colon(text: &str) -> String {
    let zone = text.len().checked_sub(5).and_then(|at| text.split_at_checked(at));
    match zone {
        Some((time, zone))
            if zone.starts_with(['+', '-']) && zone[1..].bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            format!("{time}{}:{}", &zone[..3], &zone[3..])
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_record_comes_back_exactly() {
        let id = sf_outbound::Id::literal("0065w0000000001");
        let mut all = Values::default();
        let texts = [
            (Kind::Id, "0065w0000000001AAA"),
            (Kind::Text, " \u{1}\"\u{2028}é 12.0"),
            (Kind::Boolean, "true"),
            (Kind::Int, "-2147483648"),
            (Kind::Long, "9223372036854775807"),
            (Kind::Double, "0.1"),
            (Kind::Decimal, "00012345678901234567890.10"),
            (Kind::Date, "2026-02-28"),
            (Kind::DateTime, "2026-09-09T00:41:57.000Z"),
            (Kind::Time, "09:30:00.000Z"),
            (Kind::Binary, "AAEC"),
        ];
        for (kind, text) in texts {
            all.set(kind.xsd_name(), Some(OwnedValue::parse(kind, text).unwrap()));
        }
        for number in [5e-324, 1e300, 12.0, -0.0, 123_456_789.123_456_79, f64::INFINITY] {
            all.set(&format!("{number:?}"), Some(number.into()));
        }
        let kind = |field: &str| Some(Kind::from_xsd_name(field).unwrap_or(Kind::Double));
        let text = kept(&all);
        assert_eq!(values(&text, kind), all, "{text}");
        all.set("Id", Some(id.into()));
        assert_eq!(kept(&all), text);
    }

    #[test]
    fn values_become_the_fields_kind_or_are_refused() {
        use OwnedValue::{Decimal, Double, Int, Long, Text};
        let text = |text: &str| Text(text.to_owned());
        for (kind, value, expected) in [
            (Kind::Text, text(""), Ok(None)),
            (Kind::Date, text(""), Ok(None)),
            (Kind::Text, Long(1), Err(())),
            (Kind::Double, text("1e3"), Ok(Some(Double(1000.0)))),
            (Kind::Double, Long(3), Ok(Some(Double(3.0)))),
            (Kind::Int, Long(2_147_483_648), Err(())),
            (Kind::Int, Double(7.0), Ok(Some(Int(7)))),
            (Kind::Int, Double(7.5), Err(())),
            (Kind::Long, Double(1e300), Err(())),
            (Kind::Int, Double(f64::NAN), Err(())),
            (Kind::Decimal, Double(1e22), Ok(Some(Decimal("10000000000000000000000".into())))),
            (Kind::Decimal, Double(f64::NAN), Err(())),
            (Kind::Boolean, text("yes"), Err(())),
            (Kind::Boolean, Long(1), Err(())),
        ] {
            assert_eq!(of_kind(kind, value.clone()).map_err(|_| ()), expected, "{kind:?} {value:?}");
        }
        let zoned = of_kind(Kind::DateTime, text("2026-09-09T02:41:57.000+0200"));
        assert_eq!(zoned, OwnedValue::parse(Kind::DateTime, "2026-09-09T00:41:57Z").map(Some));
    }
}
