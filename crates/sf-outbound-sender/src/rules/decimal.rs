//! Decimal numbers as text: exact, whatever their number of digits.

use std::cmp::Ordering;

/// Whether a text is a sign, digits and a point, with a digit at least.
pub(crate) fn is_decimal(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    is_digits(whole) && is_digits(fraction) && !(whole.is_empty() && fraction.is_empty())
}

/// The order of two decimals, or `None` where one is none.
pub(crate) fn order(left: &str, right: &str) -> Option<Ordering> {
    if !is_decimal(left) || !is_decimal(right) {
        return None;
    }
    let (left, right) = (parts(left), parts(right));
    Some(match (left.is_negative, right.is_negative) {
        (false, false) => left.size(&right),
        (true, true) => right.size(&left),
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
    })
}

struct Parts<'t> {
    is_negative: bool,
    whole: &'t str,
    fraction: &'t str,
}

/// Without the zeros that say nothing, and no zero is negative.
fn parts(text: &str) -> Parts<'_> {
    let digits = text.trim_start_matches(['-', '+']);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
    let is_zero = whole.is_empty() && fraction.is_empty();
    Parts { is_negative: text.starts_with('-') && !is_zero, whole, fraction }
}

impl Parts<'_> {
    fn size(&self, other: &Self) -> Ordering {
        let key = |parts: &Self| (parts.whole.len(), parts.whole.to_owned(), parts.fraction.to_owned());
        key(self).cmp(&key(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ascending_texts_are_in_order() {
        let ascending = [
            "-100",
            "-99.91",
            "-99.9",
            "-.5",
            "-0",
            "0.0000000000000000001",
            "0.05",
            "0.5",
            "1",
            "9.99",
            "10",
        ];
        for (at, left) in ascending.iter().enumerate() {
            for (other, right) in ascending.iter().enumerate() {
                assert_eq!(order(left, right), Some(at.cmp(&other)), "{left} and {right}");
            }
        }
        assert_eq!(order("+007.500", "7.5"), Some(Ordering::Equal));
    }

    #[test]
    fn what_is_no_decimal_has_no_order() {
        for text in ["", ".", "-", "1e5", "0x1", "1 000", "NaN", "inf", "1.2.3", "--1", "١"] {
            assert!(!is_decimal(text), "{text}");
            assert_eq!(order(text, "1"), None, "{text}");
        }
    }
}
