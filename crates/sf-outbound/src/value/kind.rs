//! The kinds of values, and the ways to hand one over.

use super::number;
use crate::id::Id;
use jiff::Timestamp;
use jiff::civil::{Date, Time};

/// What a field's text stands for.
///
/// # Example
///
/// ```
/// use sf_outbound::Kind;
///
/// assert_eq!(Kind::from_xsd_name("xsd:double"), Some(Kind::Double));
/// assert_eq!(Kind::Id.xsd_name(), "ent:ID");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `ent:ID`: [`Id`].
    Id,
    /// `xsd:string`: `String`.
    Text,
    /// `xsd:boolean`: `bool`.
    Boolean,
    /// `xsd:int`: `i32`.
    Int,
    /// `xsd:long`: `i64`.
    Long,
    /// `xsd:double`: `f64`.
    Double,
    /// `xsd:decimal`: checked, and kept as text, because no number type of `std` holds every decimal.
    Decimal,
    /// `xsd:date`: a date; a zone is accepted and dropped.
    Date,
    /// `xsd:dateTime`: an instant; without a zone it is read as UTC.
    DateTime,
    /// `xsd:time`: a time of day in UTC; without a zone it is read as UTC.
    Time,
    /// `xsd:base64Binary`: bytes.
    Binary,
}

const NAMES: [(Kind, &str); 11] = [
    (Kind::Id, "ent:ID"),
    (Kind::Text, "xsd:string"),
    (Kind::Boolean, "xsd:boolean"),
    (Kind::Int, "xsd:int"),
    (Kind::Long, "xsd:long"),
    (Kind::Double, "xsd:double"),
    (Kind::Decimal, "xsd:decimal"),
    (Kind::Date, "xsd:date"),
    (Kind::DateTime, "xsd:dateTime"),
    (Kind::Time, "xsd:time"),
    (Kind::Binary, "xsd:base64Binary"),
];

impl Kind {
    /// The kind of an XML Schema type, written with Salesforce's prefixes.
    #[must_use]
    pub fn from_xsd_name(name: &str) -> Option<Self> {
        NAMES.iter().find(|row| row.1 == name).map(|row| row.0)
    }

    /// The type's name in a WSDL.
    #[must_use]
    pub fn xsd_name(self) -> &'static str {
        NAMES[self as usize].1
    }
}

/// One field of a record, to write to.
///
/// It fits into two registers, so that handing one over costs nothing.
///
/// # Example
///
/// ```
/// use sf_outbound::contract_3::Slot;
///
/// let mut name: Option<String> = None;
/// if let Slot::Text(slot) = Slot::from(&mut name) {
///     *slot = Some("Acme".to_owned());
/// }
/// assert_eq!(name.as_deref(), Some("Acme"));
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum Slot<'s> {
    /// An id.
    Id(&'s mut Option<Id>),
    /// A string, or the text of a decimal.
    Text(&'s mut Option<String>),
    /// A boolean.
    Boolean(&'s mut Option<bool>),
    /// A 32-bit integer.
    Int(&'s mut Option<i32>),
    /// A 64-bit integer.
    Long(&'s mut Option<i64>),
    /// A double.
    Double(&'s mut Option<f64>),
    /// A date.
    Date(&'s mut Option<Date>),
    /// An instant.
    DateTime(&'s mut Option<Timestamp>),
    /// A time of day.
    Time(&'s mut Option<Time>),
    /// Bytes.
    Binary(&'s mut Option<Vec<u8>>),
    /// A value of the field's kind.
    Dynamic(&'s mut Option<OwnedValue>),
    /// A date of chrono.
    #[cfg(feature = "chrono")]
    ChronoDate(&'s mut Option<chrono::NaiveDate>),
    /// An instant of chrono.
    #[cfg(feature = "chrono")]
    ChronoDateTime(&'s mut Option<chrono::DateTime<chrono::Utc>>),
    /// A time of day of chrono.
    #[cfg(feature = "chrono")]
    ChronoTime(&'s mut Option<chrono::NaiveTime>),
    /// A double as a decimal number.
    #[cfg(feature = "rust_decimal")]
    Exact(&'s mut Option<rust_decimal::Decimal>),
    /// A date of the crate time.
    #[cfg(feature = "time")]
    TimeDate(&'s mut Option<time::Date>),
    /// An instant of the crate time.
    #[cfg(feature = "time")]
    TimeDateTime(&'s mut Option<time::OffsetDateTime>),
    /// A time of day of the crate time.
    #[cfg(feature = "time")]
    TimeOfDay(&'s mut Option<time::Time>),
    /// No field of the type has this index: what is sent for it is passed over.
    Unknown,
}

/// One field of a record, to read.
///
/// # Example
///
/// ```
/// use sf_outbound::Value;
///
/// assert_eq!(Value::from(&Some(12.0)).to_string(), "12.0");
/// assert_eq!(Value::from(&None::<bool>), Value::Null);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Value<'v> {
    /// Not sent, or nil.
    Null,
    /// An id.
    Id(Id),
    /// A string, which can be empty.
    Text(&'v str),
    /// A boolean.
    Boolean(bool),
    /// A 32-bit integer.
    Int(i32),
    /// A 64-bit integer.
    Long(i64),
    /// A double.
    Double(f64),
    /// The text of a decimal.
    Decimal(&'v str),
    /// A date.
    Date(Date),
    /// An instant.
    DateTime(Timestamp),
    /// An instant of another crate's type that `Timestamp` does not hold, as date and time of day in UTC: of the first
    /// or the last days of the years -9999 to 9999.
    #[cfg(any(feature = "chrono", feature = "time"))]
    FarDateTime(jiff::civil::DateTime),
    /// A time of day.
    Time(Time),
    /// Bytes.
    Binary(&'v [u8]),
    /// A double that is kept as a decimal number.
    #[cfg(feature = "rust_decimal")]
    Exact(rust_decimal::Decimal),
}

/// A value that stands for itself, as a [`Record`](crate::Record) holds it.
///
/// # Example
///
/// ```
/// use sf_outbound::{Kind, OwnedValue, Value};
///
/// let value = OwnedValue::Int(7);
/// assert_eq!((value.as_value(), value.kind()), (Value::Int(7), Kind::Int));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum OwnedValue {
    /// An id.
    Id(Id),
    /// A string.
    Text(String),
    /// A boolean.
    Boolean(bool),
    /// A 32-bit integer.
    Int(i32),
    /// A 64-bit integer.
    Long(i64),
    /// A double.
    Double(f64),
    /// The text of a decimal.
    Decimal(String),
    /// A date.
    Date(Date),
    /// An instant.
    DateTime(Timestamp),
    /// A time of day.
    Time(Time),
    /// Bytes.
    Binary(Vec<u8>),
}

impl OwnedValue {
    /// The value, borrowed.
    #[must_use]
    pub fn as_value(&self) -> Value<'_> {
        match self {
            Self::Id(value) => Value::Id(*value),
            Self::Text(value) => Value::Text(value),
            Self::Boolean(value) => Value::Boolean(*value),
            Self::Int(value) => Value::Int(*value),
            Self::Long(value) => Value::Long(*value),
            Self::Double(value) => Value::Double(*value),
            Self::Decimal(value) => Value::Decimal(value),
            Self::Date(value) => Value::Date(*value),
            Self::DateTime(value) => Value::DateTime(*value),
            Self::Time(value) => Value::Time(*value),
            Self::Binary(value) => Value::Binary(value),
        }
    }

    /// Whether the text of a decimal is one.
    pub(crate) fn is_sound(&self) -> bool {
        match self {
            Self::Decimal(text) => number::decimal(text) == Ok(text),
            _ => true,
        }
    }

    /// The kind that the value is of.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Id(_) => Kind::Id,
            Self::Text(_) => Kind::Text,
            Self::Boolean(_) => Kind::Boolean,
            Self::Int(_) => Kind::Int,
            Self::Long(_) => Kind::Long,
            Self::Double(_) => Kind::Double,
            Self::Decimal(_) => Kind::Decimal,
            Self::Date(_) => Kind::Date,
            Self::DateTime(_) => Kind::DateTime,
            Self::Time(_) => Kind::Time,
            Self::Binary(_) => Kind::Binary,
        }
    }
}

macro_rules! field_types {
    ($($variant:ident: $type:ty, |$value:ident| $read:expr;)*) => {$(
        impl<'s> From<&'s mut Option<$type>> for Slot<'s> {
            fn from(slot: &'s mut Option<$type>) -> Self {
                Self::$variant(slot)
            }
        }

        impl<'v> From<&'v Option<$type>> for Value<'v> {
            fn from(value: &'v Option<$type>) -> Self {
                value.as_ref().map_or(Self::Null, |$value| Self::$variant($read))
            }
        }
    )*};
}

field_types! {
    Id: Id, |value| *value;
    Text: String, |value| value;
    Boolean: bool, |value| *value;
    Int: i32, |value| *value;
    Long: i64, |value| *value;
    Double: f64, |value| *value;
    Date: Date, |value| *value;
    DateTime: Timestamp, |value| *value;
    Time: Time, |value| *value;
    Binary: Vec<u8>, |value| value;
}

macro_rules! owned_types {
    ($($variant:ident: $type:ty, |$value:ident| $own:expr;)*) => {$(
        impl From<$type> for OwnedValue {
            fn from($value: $type) -> Self {
                Self::$variant($own)
            }
        }
    )*};
}

owned_types! {
    Id: Id, |value| value;
    Text: String, |value| value;
    Text: &str, |value| value.to_owned();
    Boolean: bool, |value| value;
    Int: i32, |value| value;
    Long: i64, |value| value;
    Double: f64, |value| value;
    Date: Date, |value| value;
    DateTime: Timestamp, |value| value;
    Time: Time, |value| value;
    Binary: Vec<u8>, |value| value;
}

/// Slots of the types of another crate: variant and type.
#[cfg(any(feature = "chrono", feature = "rust_decimal", feature = "time"))]
macro_rules! slots {
    ($($variant:ident: $type:ty),*) => {$(
        impl<'s> From<&'s mut Option<$type>> for Slot<'s> {
            fn from(slot: &'s mut Option<$type>) -> Self {
                Self::$variant(slot)
            }
        }
    )*};
}
#[cfg(any(feature = "chrono", feature = "rust_decimal", feature = "time"))]
pub(super) use slots;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_stands_at_its_kinds_place() {
        for (kind, name) in NAMES {
            assert_eq!(kind.xsd_name(), name);
            assert_eq!(Kind::from_xsd_name(name), Some(kind));
        }
    }
}
