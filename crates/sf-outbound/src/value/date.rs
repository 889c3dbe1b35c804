//! `xsd:date`, `xsd:dateTime`, `xsd:time`: the lexical range is read here, the calendar is jiff's.

use super::{Reason, collapse, plain};
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;
use jiff::{Span, Timestamp};
use std::fmt;

const DATE: Reason = "a date looks like 2026-01-31";
const DATE_TIME: Reason = "a dateTime looks like 2026-01-31T09:30:00.000Z";
const TIME: Reason = "a time looks like 09:30:00.000Z";
const YEAR: Reason = "the year is outside -9999..=9999";
const ZONE: Reason = "a zone is Z or an offset of at most 14 hours, such as +02:00";

/// A date; its zone, if it has one, is checked and dropped.
pub(super) fn date(text: &str) -> Result<Date, Reason> {
    if let Some(date) = plain::whole(text, plain::date) {
        return Ok(date);
    }
    let text = collapse(text);
    let (date, rest) = split_date(text).ok_or(DATE)?;
    offset_seconds(rest)?;
    date
}

/// An instant. Without a zone it is read as UTC.
pub(super) fn date_time(text: &str) -> Result<Timestamp, Reason> {
    if let Some(instant) = plain::whole(text, plain::date_time) {
        return Ok(instant);
    }
    let text = collapse(text);
    let (date, rest) = split_date(text).ok_or(DATE_TIME)?;
    let (time, next_day, rest) = rest.strip_prefix('T').and_then(split_time).ok_or(DATE_TIME)?;
    let offset = offset_seconds(rest)?;
    let local = DateTime::from_parts(date?, time);
    let shift = i64::from(next_day) * 86_400 - i64::from(offset.unwrap_or(0));
    let instant = Offset::UTC.to_timestamp(local).map_err(|_| YEAR)?;
    instant.checked_add(Span::new().seconds(shift)).map_err(|_| YEAR)
}

/// A time of day; its zone, if it has one, is checked and dropped.
pub(super) fn time(text: &str) -> Result<Time, Reason> {
    if let Some(time) = plain::whole(text, plain::time) {
        return Ok(time);
    }
    let text = collapse(text);
    let (time, _, rest) = split_time(text).ok_or(TIME)?;
    offset_seconds(rest)?;
    Ok(time)
}

/// `-?YYYY+-MM-DD` and what follows. A year of the right form can still be outside the calendar's range.
fn split_date(text: &str) -> Option<(Result<Date, Reason>, &str)> {
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let digits = unsigned.bytes().take_while(u8::is_ascii_digit).count();
    if digits < 4 || (digits > 4 && unsigned.starts_with('0')) {
        return None;
    }
    let (year, rest) = unsigned.split_at(digits);
    let (month, rest) = two_digits(rest.strip_prefix('-')?)?;
    let (day, rest) = two_digits(rest.strip_prefix('-')?)?;
    let Ok(year) = year.parse::<i16>() else { return Some((Err(YEAR), rest)) };
    if year > 9999 {
        return Some((Err(YEAR), rest));
    }
    let year = if negative { -year } else { year };
    match Date::new(year, month, day) {
        Ok(date) => Some((Ok(date), rest)),
        Err(_) => None,
    }
}

/// `hh:mm:ss(.s+)?`, whether it is midnight at the end of the day, and what follows.
///
/// Digits beyond nanoseconds are dropped.
fn split_time(text: &str) -> Option<(Time, bool, &str)> {
    let (hour, rest) = two_digits(text)?;
    let (minute, rest) = two_digits(rest.strip_prefix(':')?)?;
    let (second, rest) = two_digits(rest.strip_prefix(':')?)?;
    let (nanosecond, rest) = match rest.strip_prefix('.') {
        Some(fraction) => {
            let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
            let kept: String = fraction[..digits].chars().chain("00000000".chars()).take(9).collect();
            (kept.parse().ok().filter(|_| digits > 0)?, &fraction[digits..])
        }
        None => (0, rest),
    };
    if hour == 24 && (minute, second, nanosecond) == (0, 0, 0) {
        return Some((Time::midnight(), true, rest));
    }
    Time::new(hour, minute, second, nanosecond).ok().map(|time| (time, false, rest))
}

/// Seconds east of UTC; `None` where there is no zone.
fn offset_seconds(zone: &str) -> Result<Option<i32>, Reason> {
    let sign = match zone.as_bytes().first() {
        None => return Ok(None),
        Some(b'Z') if zone.len() == 1 => return Ok(Some(0)),
        Some(b'+') => 1,
        Some(b'-') => -1,
        Some(_) => return Err(ZONE),
    };
    let (hour, rest) = two_digits(&zone[1..]).ok_or(ZONE)?;
    let (minute, rest) = rest.strip_prefix(':').and_then(two_digits).ok_or(ZONE)?;
    let minutes = i32::from(hour) * 60 + i32::from(minute);
    if !rest.is_empty() || minute > 59 || minutes > 14 * 60 {
        return Err(ZONE);
    }
    Ok(Some(sign * minutes * 60))
}

fn two_digits(text: &str) -> Option<(i8, &str)> {
    let digits = text.get(..2).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
    Some((digits.parse().ok()?, &text[2..]))
}

/// `2026-01-31`.
pub(super) struct DateText(pub(super) Date);

/// `2026-01-31T09:30:00.000Z`.
pub(super) struct DateTimeText(pub(super) Timestamp);

/// `09:30:00.000Z`.
pub(super) struct TimeText(pub(super) Time);

impl fmt::Display for DateText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0.year() < 0 { "-" } else { "" };
        write!(f, "{sign}{:04}-{:02}-{:02}", self.0.year().unsigned_abs(), self.0.month(), self.0.day())
    }
}

impl fmt::Display for DateTimeText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let utc = Offset::UTC.to_datetime(self.0);
        write!(f, "{}T{}", DateText(utc.date()), TimeText(utc.time()))
    }
}

impl fmt::Display for TimeText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = self.0;
        write!(f, "{:02}:{:02}:{:02}.", time.hour(), time.minute(), time.second())?;
        match time.subsec_nanosecond() {
            nanos if nanos % 1_000_000 == 0 => write!(f, "{:03}Z", nanos / 1_000_000),
            nanos if nanos % 1_000 == 0 => write!(f, "{:06}Z", nanos / 1_000),
            nanos => write!(f, "{nanos:09}Z"),
        }
    }
}
