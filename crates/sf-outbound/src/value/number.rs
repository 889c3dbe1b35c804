//! `xsd:int`, `xsd:long`, `xsd:double`, `xsd:decimal`.

use super::lexical::{Reason, collapse};
use super::usual;
use std::io::Write;
use std::num::{IntErrorKind, ParseIntError};
use std::str::FromStr;

pub(super) fn int(text: &str) -> Result<i32, Reason> {
    match usual::whole(text, usual::int) {
        Some(number) => Ok(number),
        None => {
            whole(text, "an int is a whole number of 32 bits", "an int is between -2147483648 and 2147483647")
        }
    }
}

pub(super) fn long(text: &str) -> Result<i64, Reason> {
    whole(
        text,
        "a long is a whole number of 64 bits",
        "a long is between -9223372036854775808 and 9223372036854775807",
    )
}

/// A whole number, or the reason for what is none or for one out of range.
fn whole<T: FromStr<Err = ParseIntError>>(text: &str, form: Reason, range: Reason) -> Result<T, Reason> {
    collapse(text).parse().map_err(|error: ParseIntError| match error.kind() {
        IntErrorKind::PosOverflow | IntErrorKind::NegOverflow => range,
        _ => form,
    })
}

/// `12.0`, `-1.5E7`, `.5`, `INF`, `+INF`, `-INF`, `NaN`.
pub(super) fn double(text: &str) -> Result<f64, Reason> {
    const REASON: Reason = "a double is a decimal number, perhaps with an exponent, or INF, -INF or NaN";
    if let Some(number) = usual::whole(text, usual::double) {
        return Ok(number);
    }
    let text = collapse(text);
    match text {
        "INF" | "+INF" => Ok(f64::INFINITY),
        "-INF" => Ok(f64::NEG_INFINITY),
        "NaN" => Ok(f64::NAN),
        // Rust would also read `inf`, `infinity` and `nan`.
        number
            if number.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E')) =>
        {
            number.parse().map_err(|_| REASON)
        }
        _ => Err(REASON),
    }
}

/// The decimal without white space around; its digits are kept as they are.
pub(super) fn decimal(text: &str) -> Result<&str, Reason> {
    let number = collapse(text);
    let unsigned = number.strip_prefix(['+', '-']).unwrap_or(number);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if digits(whole) && digits(fraction) && !(whole.is_empty() && fraction.is_empty()) {
        return Ok(number);
    }
    Err("a decimal is digits with at most one point")
}

/// A double as Java's `Double.toString` and so Salesforce spells it: always with a point, with an
/// exponent from 10,000,000 up and below 0.001.
pub(super) fn write_double(value: f64, out: &mut Vec<u8>) {
    if value.is_nan() {
        out.extend_from_slice(b"NaN");
    } else if value.is_infinite() {
        out.extend_from_slice(if value > 0.0 { b"INF" } else { b"-INF" });
    } else {
        let start = out.len();
        // Writing to a `Vec` can't fail.
        let _ = if value == 0.0 || (1e-3..1e7).contains(&value.abs()) {
            write!(out, "{value}")
        } else {
            write!(out, "{value:E}")
        };
        if !out[start..].contains(&b'.') {
            let digits =
                out[start..].iter().position(|byte| *byte == b'E').map_or(out.len(), |at| start + at);
            out.splice(digits..digits, *b".0");
        }
    }
}
