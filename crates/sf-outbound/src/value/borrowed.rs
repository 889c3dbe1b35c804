//! A value that is read where it stands.

use crate::id::Id;
use jiff::Timestamp;
use jiff::civil::{Date, Time};

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
