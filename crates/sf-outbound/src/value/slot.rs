//! A field that is written to while a message is read.

use super::borrowed::Value;
use super::owned::OwnedValue;
use crate::id::Id;
use jiff::Timestamp;
use jiff::civil::{Date, Time};

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

/// What a field of a type is to write to and to read: variant, type, and how the value is lent.
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
