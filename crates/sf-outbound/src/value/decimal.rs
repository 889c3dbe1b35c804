//! Doubles that are kept as decimal numbers, of the crate `rust_decimal`.

use super::borrowed::Value;
use super::lexical::{Reason, collapse};
use super::slot::{Slot, slots};
use rust_decimal::Decimal;
use std::io::Write;

const FORM: Reason = "a decimal is a number such as -12.50 or 1.5E3; INF and NaN are not";
const RANGE: Reason = "a decimal is below 2^96 without its point, with at most 28 digits behind the point: no other is held without rounding";

/// Digits that the type can hold at most, with and without the point.
const DIGITS: usize = 29;
const SCALE: i64 = 28;

/// The crate's own reading rounds what has an exponent, and reads `1_000`.
pub(super) fn exact(text: &str) -> Result<Decimal, Reason> {
    let text = collapse(text);
    if text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'-' | b'.'))
        && let Ok(read) = Decimal::from_str_exact(text)
    {
        return Ok(read);
    }
    let (negative, mut digits, mut scale) = parts(text).ok_or(FORM)?;
    // A zero at the end of the fraction is no loss.
    while scale > 0 && (scale > SCALE || digits.len() > DIGITS || whole(&digits).is_none()) {
        match digits.pop() {
            Some(b'0') => scale -= 1,
            // All digits were zeros.
            None => scale = scale.min(SCALE),
            Some(_) => return Err(RANGE),
        }
    }
    if digits.is_empty() {
        scale = scale.max(0);
    }
    while scale < 0 && digits.len() <= DIGITS {
        digits.push(b'0');
        scale += 1;
    }
    let number = whole(&digits).and_then(|number| i128::try_from(number).ok()).ok_or(RANGE)?;
    let scale = u32::try_from(scale).map_err(|_| RANGE)?;
    let mut read = Decimal::try_from_i128_with_scale(number, scale).map_err(|_| RANGE)?;
    read.set_sign_negative(negative);
    Ok(read)
}

/// Whether a number is negative, its digits from the first that is not zero, and how many of them stand behind the
/// point: fewer than none where it ends with zeros that are not written.
fn parts(text: &str) -> Option<(bool, Vec<u8>, i64)> {
    let (number, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let unsigned = number.strip_prefix(['+', '-']).unwrap_or(number);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let digits = whole.bytes().chain(fraction.bytes());
    let exponent_digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    if !digits.clone().chain(exponent_digits.bytes()).all(|byte| byte.is_ascii_digit())
        || (whole.len(), fraction.len()) == (0, 0)
        || exponent_digits.is_empty()
    {
        return None;
    }
    // An exponent that is too long for 32 bits is far beyond every number but zero.
    let far = if exponent.starts_with('-') { i32::MIN } else { i32::MAX };
    let exponent = i64::from(exponent.parse().unwrap_or(far));
    let scale = i64::try_from(fraction.len()).ok()? - exponent;
    Some((number.starts_with('-'), digits.skip_while(|digit| *digit == b'0').collect(), scale))
}

/// The number that the digits make, if the type can hold it.
fn whole(digits: &[u8]) -> Option<u128> {
    let mut number = 0_u128;
    for digit in digits {
        number = number.checked_mul(10)?.checked_add(u128::from(digit - b'0'))?;
    }
    (number < 1 << 96).then_some(number)
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
