//! A field that is written to while a message is read.

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
