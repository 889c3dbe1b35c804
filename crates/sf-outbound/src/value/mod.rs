//! The values of a record's fields: reading from text, writing as Salesforce does.

mod binary;
mod borrowed;
#[cfg(feature = "chrono")]
mod chrono;
mod date;
#[cfg(feature = "rust_decimal")]
mod decimal;
mod lexical;
mod number;
mod owned;
mod slot;
#[cfg(test)]
mod tests;
#[cfg(feature = "time")]
mod time;
mod types;
mod usual;

pub use borrowed::Value;
pub use owned::OwnedValue;
pub use sf_outbound_field::Kind;
pub use slot::Slot;

use crate::id::Id;
use crate::scan::text_end;
use jiff::Timestamp;
use jiff::tz::Offset;
use lexical::{Reason, collapse};
use sf_outbound_field::EveryKind;
use std::borrow::Cow;
use std::fmt;
use std::io::Write;

/// Reads a text into its place. An empty text is a value for strings only.
pub(crate) fn put(slot: Slot<'_>, kind: Kind, text: Cow<'_, str>) -> Result<(), Reason> {
    match slot {
        Slot::Text(slot) => *slot = Some(checked(kind, text)?),
        Slot::Id(slot) => *slot = Some(id(&text)?),
        Slot::Boolean(slot) => *slot = Some(boolean(&text)?),
        Slot::Int(slot) => *slot = Some(number::int(&text)?),
        Slot::Long(slot) => *slot = Some(number::long(&text)?),
        Slot::Double(slot) => *slot = Some(number::double(&text)?),
        Slot::Date(slot) => *slot = Some(date::date(&text)?),
        Slot::DateTime(slot) => *slot = Some(date::date_time(&text)?),
        Slot::Time(slot) => *slot = Some(date::time(&text)?),
        Slot::Binary(slot) => *slot = Some(binary::base64(&text)?),
        Slot::Dynamic(slot) => *slot = Some(owned(kind, text)?),
        #[cfg(feature = "chrono")]
        Slot::ChronoDate(slot) => *slot = Some(chrono::date(&text)?),
        #[cfg(feature = "chrono")]
        Slot::ChronoDateTime(slot) => *slot = Some(chrono::date_time(&text)?),
        #[cfg(feature = "chrono")]
        Slot::ChronoTime(slot) => *slot = Some(chrono::time(&text)?),
        #[cfg(feature = "rust_decimal")]
        Slot::Exact(slot) => *slot = Some(decimal::exact(&text)?),
        #[cfg(feature = "time")]
        Slot::TimeDate(slot) => *slot = Some(time::date(&text)?),
        #[cfg(feature = "time")]
        Slot::TimeDateTime(slot) => *slot = Some(time::date_time(&text)?),
        #[cfg(feature = "time")]
        Slot::TimeOfDay(slot) => *slot = Some(time::time(&text)?),
        Slot::Unknown => {}
    }
    Ok(())
}

/// The text of a value that is kept as text.
fn checked(kind: Kind, text: Cow<'_, str>) -> Result<String, Reason> {
    match kind {
        Kind::Decimal => return Ok(number::decimal(&text)?.to_owned()),
        Kind::Date => drop(date::date(&text)?),
        Kind::DateTime => drop(date::date_time(&text)?),
        Kind::Time => drop(date::time(&text)?),
        _ => return Ok(text.into_owned()),
    }
    Ok(collapse(&text).to_owned())
}

/// Reads a value that stands at a place of a message in the form in which Salesforce writes it.
///
/// Gives the place of the `<` after it. `None` is no verdict, and what the slot then holds has no meaning:
/// the element is to be read anew.
#[inline]
pub(crate) fn put_usual(slot: Slot<'_>, kind: Kind, text: &str, at: usize) -> Option<usize> {
    fn keep<T>(slot: &mut Option<T>, read: Option<(T, usize)>) -> Option<usize> {
        let (value, length) = read?;
        *slot = Some(value);
        Some(length)
    }
    let bytes = text.as_bytes().get(at..)?;
    let length = match slot {
        Slot::Text(slot) if kind == Kind::Text => {
            let end = text_end(bytes)?;
            *slot = Some(text.get(at..at + end)?.to_owned());
            Some(end)
        }
        Slot::Id(slot) => keep(slot, usual::id(bytes)),
        Slot::Boolean(slot) => keep(slot, usual::boolean(bytes)),
        Slot::Int(slot) => keep(slot, usual::int(bytes)),
        Slot::Double(slot) => keep(slot, usual::double(bytes)),
        Slot::Date(slot) => keep(slot, usual::date(bytes)),
        Slot::DateTime(slot) => keep(slot, usual::date_time(bytes)),
        Slot::Time(slot) => keep(slot, usual::time(bytes)),
        slot => {
            let end = text_end(bytes)?;
            put(slot, kind, Cow::Borrowed(text.get(at..at + end)?)).ok()?;
            Some(end)
        }
    }?;
    Some(at + length)
}

/// The id in 18 characters that stands at a place of a message, and its end.
pub(crate) fn usual_id(text: &str, at: usize) -> Option<(Id, usize)> {
    let (id, length) = usual::id(text.as_bytes().get(at..)?)?;
    Some((id, at + length))
}

fn owned(kind: Kind, text: Cow<'_, str>) -> Result<OwnedValue, Reason> {
    Ok(match kind.every() {
        EveryKind::Id => OwnedValue::Id(id(&text)?),
        EveryKind::Text => OwnedValue::Text(text.into_owned()),
        EveryKind::Boolean => OwnedValue::Boolean(boolean(&text)?),
        EveryKind::Int => OwnedValue::Int(number::int(&text)?),
        EveryKind::Long => OwnedValue::Long(number::long(&text)?),
        EveryKind::Double => OwnedValue::Double(number::double(&text)?),
        EveryKind::Decimal => OwnedValue::Decimal(number::decimal(&text)?.to_owned()),
        EveryKind::Date => OwnedValue::Date(date::date(&text)?),
        EveryKind::DateTime => OwnedValue::DateTime(date::date_time(&text)?),
        EveryKind::Time => OwnedValue::Time(date::time(&text)?),
        EveryKind::Binary => OwnedValue::Binary(binary::base64(&text)?),
    })
}

impl OwnedValue {
    /// The value of this kind for which a text on the wire stands.
    ///
    /// **Errors.** What a text of the kind looks like; the text itself is not shown.
    ///
    /// # Example
    ///
    /// ```
    /// use sf_outbound::{Kind, OwnedValue};
    ///
    /// assert_eq!(OwnedValue::parse(Kind::Double, "12.50"), Ok(OwnedValue::Double(12.5)));
    /// assert_eq!(OwnedValue::parse(Kind::Boolean, "yes"), Err("a boolean is true, false, 1 or 0"));
    /// ```
    pub fn parse(kind: Kind, text: &str) -> Result<Self, &'static str> {
        owned(kind, Cow::Borrowed(text))
    }
}

#[cfg(any(feature = "chrono", feature = "time"))]
impl Value<'_> {
    /// An instant of another crate's type, from its date and time of day in UTC.
    fn from_utc(utc: jiff::civil::DateTime) -> Self {
        Offset::UTC.to_timestamp(utc).map_or(Self::FarDateTime(utc), Self::DateTime)
    }
}

/// Ids are strings to XML Schema: white space around one is not dropped.
pub(crate) fn id(text: &str) -> Result<Id, Reason> {
    let read = usual::whole(text, usual::id).or_else(|| Id::new(text).ok());
    read.ok_or("an id has 15 or 18 letters and digits")
}

/// The instant that the text of a dateTime stands for.
pub(crate) fn instant(text: &str) -> Option<Timestamp> {
    date::date_time(text).ok()
}

/// `true`, `1`, `false`, `0`, with white space around.
pub(crate) fn boolean(text: &str) -> Result<bool, Reason> {
    if let Some(value) = usual::whole(text, usual::boolean) {
        return Ok(value);
    }
    match collapse(text) {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err("a boolean is true, false, 1 or 0"),
    }
}

/// Writes a value as Salesforce does; a null writes nothing.
pub(crate) fn write(value: &Value<'_>, out: &mut Vec<u8>) {
    // Writing to a `Vec` can't fail.
    let _ = match value {
        Value::Boolean(value) => write!(out, "{value}"),
        Value::Int(value) => write!(out, "{value}"),
        Value::Long(value) => write!(out, "{value}"),
        Value::Date(value) => write!(out, "{}", date::DateText(*value)),
        Value::DateTime(value) => write!(out, "{}", date::DateTimeText(Offset::UTC.to_datetime(*value))),
        #[cfg(any(feature = "chrono", feature = "time"))]
        Value::FarDateTime(value) => write!(out, "{}", date::DateTimeText(*value)),
        Value::Time(value) => write!(out, "{}", date::TimeText(*value)),
        Value::Double(value) => return number::write_double(*value, out),
        #[cfg(feature = "rust_decimal")]
        Value::Exact(value) => return decimal::write(*value, out),
        Value::Binary(bytes) => return binary::write(bytes, out),
        // A decimal that did not come from a message can be any text.
        Value::Text(text) | Value::Decimal(text) => return escape(text, out),
        Value::Id(id) => return out.extend_from_slice(id.as_str().as_bytes()),
        Value::Null => return,
    };
}

/// `<`, `>`, `&` and `"` as Salesforce escapes them in text; a carriage return would not survive reading.
///
/// What XML does not allow becomes U+FFFD.
pub(crate) fn escape(text: &str, out: &mut Vec<u8>) {
    let bytes = text.as_bytes();
    let mut done = 0;
    for (at, byte) in bytes.iter().enumerate() {
        if !ESCAPED[usize::from(*byte)] {
            continue;
        }
        let (length, replacement): (_, &[u8]) = match &bytes[at..] {
            [b'<', ..] => (1, b"&lt;"),
            [b'>', ..] => (1, b"&gt;"),
            [b'&', ..] => (1, b"&amp;"),
            [b'"', ..] => (1, b"&quot;"),
            [b'\r', ..] => (1, b"&#xD;"),
            [0xEF, 0xBF, 0xBE | 0xBF, ..] => (3, REPLACEMENT),
            // Of another character.
            [0xEF, ..] => continue,
            _ => (1, REPLACEMENT),
        };
        out.extend_from_slice(&bytes[done..at]);
        out.extend_from_slice(replacement);
        done = at + length;
    }
    out.extend_from_slice(&bytes[done..]);
}

const REPLACEMENT: &[u8] = "\u{FFFD}".as_bytes();

/// The bytes that [`escape`] looks at: what it replaces, and the first of U+FFFE and U+FFFF.
const ESCAPED: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 0x20 {
        table[byte] = byte != b'\t' as usize && byte != b'\n' as usize;
        byte += 1;
    }
    table[b'<' as usize] = true;
    table[b'>' as usize] = true;
    table[b'&' as usize] = true;
    table[b'"' as usize] = true;
    table[0xEF] = true;
    table
};

/// The value as it stands on the wire, without escapes; a null is nothing.
impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Value::Text(text) | Value::Decimal(text) = self {
            return f.write_str(text);
        }
        let mut bytes = Vec::new();
        write(self, &mut bytes);
        f.write_str(&String::from_utf8_lossy(&bytes))
    }
}
