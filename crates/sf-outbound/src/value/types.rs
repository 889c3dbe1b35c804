//! The Rust types that hold the values of the kinds.

use super::borrowed::Value;
use super::owned::OwnedValue;
use super::slot::Slot;
use crate::id::Id;
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use sf_outbound_field::EveryKind;

/// The type of each kind, and how its value is lent.
macro_rules! types {
    ($($kind:ident: $type:ty, |$value:ident| $lent:expr;)*) => {
        $(
            impl<'s> From<&'s mut Option<$type>> for Slot<'s> {
                fn from(slot: &'s mut Option<$type>) -> Self {
                    Self::$kind(slot)
                }
            }

            impl<'v> From<&'v Option<$type>> for Value<'v> {
                fn from(value: &'v Option<$type>) -> Self {
                    value.as_ref().map_or(Self::Null, |$value| Self::$kind($lent))
                }
            }

            impl From<$type> for OwnedValue {
                fn from(value: $type) -> Self {
                    Self::$kind(value)
                }
            }
        )*

        // A kind that has no row does not compile.
        const _: fn(EveryKind) = |kind| match kind {
            $(EveryKind::$kind => {})*
            // Its type is that of a text.
            EveryKind::Decimal => {}
        };
    };
}

types! {
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

impl From<&str> for OwnedValue {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}
