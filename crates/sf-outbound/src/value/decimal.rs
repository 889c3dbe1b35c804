//! Doubles that are kept as decimal numbers, of the crate `rust_decimal`.

use super::{Reason, Slot, Value, collapse};
use rust_decimal::Decimal;
use std::io::Write;

const REASON: Reason = "a decimal has at most 28 digits; an exponent is read, INF and NaN are not";

pub(super) fn exact(text: &str) -> Result<Decimal, Reason> {
    let text = collapse(text);
    // The crate would also read `1_000`.
    let is_number = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'));
    let read = if text.contains(['e', 'E']) {
        Decimal::from_scientific(text)
    } else {
        Decimal::from_str_exact(text)
    };
    read.ok().filter(|_| is_number).ok_or(REASON)
}

slots!(Exact: Decimal);

impl From<&Option<Decimal>> for Value<'_> {
    fn from(number: &Option<Decimal>) -> Self {
        number.map_or(Self::Null, Self::Exact)
    }
}

/// Always with a point, as Salesforce spells a double, and with all digits.
pub(super) fn write(number: Decimal, out: &mut Vec<u8>) {
    let start = out.len();
    // Writing to a `Vec` can't fail.
    let _ = write!(out, "{number}");
    if !out[start..].contains(&b'.') {
        out.extend_from_slice(b".0");
    }
}
