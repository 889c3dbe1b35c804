//! A value that stands for itself.

use super::borrowed::Value;
use super::number;
use crate::id::Id;
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use sf_outbound_field::Kind;

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
#[non_exhaustive]
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
