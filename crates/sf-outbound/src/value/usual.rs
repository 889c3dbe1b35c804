//! Values in the form in which Salesforce itself writes them, read from where they stand in a message.
//!
//! Each function reads the longest such form at the start of the bytes and gives the value with its length.
//! `None` is no verdict: the reading that knows every form decides. What both read, they read alike.

use crate::id::Id;
use jiff::Timestamp;
use jiff::civil::{Date, Time};

/// The value, where it is the whole text.
pub(super) fn whole<T>(text: &str, read: fn(&[u8]) -> Option<(T, usize)>) -> Option<T> {
    let (value, length) = read(text.as_bytes())?;
    (length == text.len()).then_some(value)
}

pub(super) fn id(bytes: &[u8]) -> Option<(Id, usize)> {
    let letters = bytes.first_chunk::<18>()?;
    Some((Id::of_18(letters)?, 18))
}

pub(super) fn boolean(bytes: &[u8]) -> Option<(bool, usize)> {
    match bytes {
        [b't', b'r', b'u', b'e', ..] => Some((true, 4)),
        [b'f', b'a', b'l', b's', b'e', ..] => Some((false, 5)),
        _ => None,
    }
}

/// At most nine digits, which cannot overflow.
pub(super) fn int(bytes: &[u8]) -> Option<(i32, usize)> {
    let sign = usize::from(bytes.first() == Some(&b'-'));
    let mut number = 0;
    let mut at = sign;
    while let Some(digit) = digit(bytes.get(at)) {
        if at == sign + 9 {
            return None;
        }
        number = number * 10 + i32::from(digit);
        at += 1;
    }
    (at > sign).then_some((if sign == 1 { -number } else { number }, at))
}

/// The powers of ten that are doubles without rounding.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19, 1e20, 1e21, 1e22,
];

/// Digits, a point, digits, perhaps an exponent. Where digits and power of ten are both exact doubles, one
/// multiplication or division rounds correctly (Clinger 1990); anything else is left to `std`.
pub(super) fn double(bytes: &[u8]) -> Option<(f64, usize)> {
    const EXACT: u64 = 1 << 53;
    let sign = usize::from(bytes.first() == Some(&b'-'));
    let mut mantissa = 0_u64;
    let mut at = sign;
    while let Some(digit) = digit(bytes.get(at)) {
        mantissa = mantissa.wrapping_mul(10).wrapping_add(u64::from(digit));
        at += 1;
    }
    let mut digits = at - sign;
    let mut scale = 0;
    if digits > 0 && bytes.get(at) == Some(&b'.') {
        at += 1;
        let fraction = at;
        while let Some(digit) = digit(bytes.get(at)) {
            mantissa = mantissa.wrapping_mul(10).wrapping_add(u64::from(digit));
            at += 1;
        }
        scale = at - fraction;
        digits += scale;
        if scale == 0 {
            return None;
        }
    }
    // Nineteen digits fit into 64 bits without wrapping.
    if digits == 0 || digits > 19 || mantissa > EXACT {
        return None;
    }
    let mut power = 0;
    if bytes.get(at) == Some(&b'E') {
        let (exponent, length) = int(&bytes[at + 1..])?;
        power = exponent;
        at += 1 + length;
    }
    power -= i32::try_from(scale).ok()?;
    let factor = *POWERS.get(usize::try_from(power.unsigned_abs()).ok()?)?;
    // Up to 2^53 the conversion is exact.
    #[allow(clippy::cast_precision_loss)]
    let mantissa = mantissa as f64;
    let value = if power < 0 { mantissa / factor } else { mantissa * factor };
    Some((if sign == 1 { -value } else { value }, at))
}

/// `2026-01-31`.
pub(super) fn date(bytes: &[u8]) -> Option<(Date, usize)> {
    let (year, month, day) = calendar_day(bytes.first_chunk()?)?;
    Some((Date::new(year, month, day).ok()?, 10))
}

/// `2026-01-31T09:30:00.000Z`.
pub(super) fn date_time(bytes: &[u8]) -> Option<(Timestamp, usize)> {
    let bytes = bytes.first_chunk::<24>()?;
    let (day, rest) = bytes.split_first_chunk::<10>()?;
    let (year, month, day) = calendar_day(day)?;
    let (hour, minute, second, milli) = time_of_day(rest.last_chunk()?)?;
    if bytes[10] != b'T' || day > days_in(year, month) {
        return None;
    }
    let seconds = days_since_1970(year, month, day) * 86_400
        + i64::from(hour) * 3600
        + i64::from(minute) * 60
        + i64::from(second);
    Some((Timestamp::new(seconds, i32::from(milli) * 1_000_000).ok()?, 24))
}

/// `09:30:00.000Z`.
pub(super) fn time(bytes: &[u8]) -> Option<(Time, usize)> {
    let (hour, minute, second, milli) = time_of_day(bytes.first_chunk()?)?;
    Some((Time::new(hour, minute, second, i32::from(milli) * 1_000_000).ok()?, 13))
}

/// Year, month and day; the day may be one that the month does not have.
fn calendar_day(bytes: &[u8; 10]) -> Option<(i16, i8, i8)> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *bytes else { return None };
    let [century, year, month, day] = pairs([y1, y2, y3, y4, m1, m2, d1, d2])?;
    let known = month.wrapping_sub(1) < 12 && day.wrapping_sub(1) < 31;
    known.then_some((i16::from(century) * 100 + i16::from(year), month.cast_signed(), day.cast_signed()))
}

/// Hour, minute, second and millisecond.
fn time_of_day(bytes: &[u8; 13]) -> Option<(i8, i8, i8, i16)> {
    let [h1, h2, b':', m1, m2, b':', s1, s2, b'.', f1, f2, f3, b'Z'] = *bytes else { return None };
    let [hour, minute, second, centi] = pairs([h1, h2, m1, m2, s1, s2, f1, f2])?;
    let milli = f3.wrapping_sub(b'0');
    (hour < 24 && minute < 60 && second < 60 && milli < 10).then_some((
        hour.cast_signed(),
        minute.cast_signed(),
        second.cast_signed(),
        i16::from(centi) * 10 + i16::from(milli),
    ))
}

/// The numbers that four pairs of digits make, by arithmetic on all eight at once.
fn pairs(digits: [u8; 8]) -> Option<[u8; 4]> {
    const ZEROS: u64 = 0x3030_3030_3030_3030;
    const SIXES: u64 = 0x0606_0606_0606_0606;
    const HIGH_HALVES: u64 = 0xF0F0_F0F0_F0F0_F0F0;
    // Of a digit, only the lower half is left, and 6 more does not overflow that.
    let values = u64::from_le_bytes(digits) ^ ZEROS;
    if (values | values.wrapping_add(SIXES)) & HIGH_HALVES != 0 {
        return None;
    }
    // At most 9 * 10 + 9, so that no byte overflows into the next.
    let [a, _, b, _, c, _, d, _] = (values * 10 + (values >> 8)).to_le_bytes();
    Some([a, b, c, d])
}

fn days_in(year: i16, month: i8) -> i8 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 in the Gregorian calendar; years are counted from March, so that the leap day ends one.
fn days_since_1970(year: i16, month: i8, day: i8) -> i64 {
    let (months, year) = if month > 2 {
        (i64::from(month) - 3, i64::from(year))
    } else {
        (i64::from(month) + 9, i64::from(year) - 1)
    };
    // The year that is counted is -1 at least.
    let leap_days = (year + 400) / 4 - (year + 400) / 100 + (year + 400) / 400 - 97;
    year * 365 + leap_days + (153 * months + 2) / 5 + i64::from(day) - 1 - 719_468
}

fn digit(byte: Option<&u8>) -> Option<u8> {
    byte.map(|byte| byte.wrapping_sub(b'0')).filter(|digit| *digit < 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Deterministic numbers for the properties below.
    fn random(state: &mut u64) -> u64 {
        *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        *state >> 20
    }

    #[test]
    fn each_day_of_ten_thousand_years_is_the_calendars() {
        let mut date = Date::new(0, 1, 1).unwrap();
        for _ in 0..3_652_424 {
            let days = days_since_1970(date.year(), date.month(), date.day());
            let text = format!("{date}T00:00:00.000Z");
            if date.day() == 1 || date.day() > 27 {
                let read = date_time(text.as_bytes());
                assert_eq!(read.map(|(instant, _)| instant.as_second()), Some(days * 86_400), "{text}");
                assert_eq!(read.map(|(instant, _)| instant), text.parse().ok(), "{text}");
            }
            date = date.tomorrow().unwrap();
        }
    }

    #[test]
    fn doubles_are_those_of_std() {
        let mut state = 11;
        let mut read = 0;
        for _ in 0..200_000 {
            let whole = random(&mut state) >> (random(&mut state) % 44);
            let fraction = random(&mut state) % 10_u64.pow(u32::try_from(random(&mut state) % 12).unwrap());
            let exponent = random(&mut state) % 50;
            let sign = if whole.is_multiple_of(2) { "-" } else { "" };
            for text in [
                format!("{sign}{whole}.{fraction}"),
                format!("{whole}"),
                format!("{sign}{whole}.{fraction}E{exponent}"),
                format!("{whole}.{fraction}E-{exponent}"),
            ] {
                if let Some((value, length)) = double(text.as_bytes()) {
                    assert_eq!(length, text.len());
                    assert_eq!(value.to_bits(), text.parse::<f64>().unwrap().to_bits(), "{text}");
                    read += 1;
                }
            }
        }
        assert!(read > 200_000, "only {read} were read the short way");
    }

    #[test]
    fn what_salesforce_writes_is_read_up_to_the_tag_behind_it() {
        let day = Date::constant(2026, 1, 31);
        let clock = Time::constant(9, 30, 59, 120_000_000);
        assert_eq!(boolean(b"true<"), Some((true, 4)));
        assert_eq!(int(b"123456789<"), Some((123_456_789, 9)));
        assert_eq!(double(b"-12.5E1<"), Some((-125.0, 7)));
        assert_eq!(date(b"2026-01-31<"), Some((day, 10)));
        assert_eq!(time(b"09:30:59.120Z<"), Some((clock, 13)));
        let instant = jiff::tz::Offset::UTC.to_timestamp(day.to_datetime(clock)).unwrap();
        assert_eq!(date_time(b"2026-01-31T09:30:59.120Z<"), Some((instant, 24)));
        assert_eq!(id(b"00Dx0000000001gEAA<"), Some((Id::literal("00Dx0000000001gEAA"), 18)));
    }

    #[test]
    fn what_is_in_another_form_is_left_to_the_exact_reading() {
        for text in
            ["", "-", ".5", "5.", "-.5", "1e5", "1E", "9007199254740993", "1E23", "12345678901234567890"]
        {
            let read = double(text.as_bytes());
            assert!(read.is_none_or(|(_, length)| length < text.len()), "{text}: {read:?}");
        }
        for text in [
            "2026-02-30T00:00:00.000Z",
            "2026-01-01T24:00:00.000Z",
            "2026-01-01T00:00:60.000Z",
            "20x6-01-01T00:00:00.000Z",
        ] {
            assert_eq!(date_time(text.as_bytes()), None, "{text}");
        }
        for text in ["2026-13-01", "2026-00-01", "2026-02-29", "2026-1-011", "-026-01-01"] {
            assert_eq!(date(text.as_bytes()), None, "{text}");
        }
        assert_eq!(time(b"09:30:00.5Z  "), None);
        assert_eq!((int(b"1234567890"), int(b"-"), int(b"-12<")), (None, None, Some((-12, 3))));
        assert_eq!((boolean(b"TRUE"), boolean(b"false</")), (None, Some((false, 5))));
        assert_eq!(id(b"00Dx0000000001g</sf:Id>"), None);
    }
}
