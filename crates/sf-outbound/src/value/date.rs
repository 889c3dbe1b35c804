//! `xsd:date`, `xsd:dateTime`, `xsd:time`: the lexical range is read here, the calendar is jiff's.
//!
//! The edition is XML Schema 1.1: year 0000 is the one before 0001, and no minute has a second 60.

use super::lexical::{Reason, collapse};
use super::usual;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use std::fmt;

const DATE: Reason = "a date looks like 2026-01-31";
const DATE_TIME: Reason = "a dateTime looks like 2026-01-31T09:30:00.000Z";
const TIME: Reason = "a time looks like 09:30:00.000Z";
const DAY: Reason = "no such day in the calendar; a date looks like 2026-01-31";
const DAY_OF_INSTANT: Reason = "no such day in the calendar; a dateTime looks like 2026-01-31T09:30:00.000Z";
const CLOCK: Reason = "no such time of day: at most 23:59:59 and a fraction, or 24:00:00";
const YEAR: Reason = "the year is outside -9999..=9999";
const UTC_YEAR: Reason = "in UTC the instant is outside the years -9999..=9999";
/// The range of [`Timestamp`], which leaves room for every offset.
const INSTANT: Reason = "the instant is outside -9999-01-02T01:59:59Z..=9999-12-30T22:00:00.999999999Z, which is what the field's type holds";
const ZONE: Reason = "a zone is Z or an offset of at most 14 hours, such as +02:00";

/// A date; its zone, if it has one, is checked and dropped.
pub(super) fn date(text: &str) -> Result<Date, Reason> {
    if let Some(date) = usual::whole(text, usual::date) {
        return Ok(date);
    }
    let (date, rest) = split_date(collapse(text), DATE, DAY)?;
    if rest.starts_with('T') {
        return Err(DATE);
    }
    offset(rest)?;
    date
}

/// An instant. Without a zone it is read as UTC.
pub(super) fn date_time(text: &str) -> Result<Timestamp, Reason> {
    if let Some(instant) = usual::whole(text, usual::date_time) {
        return Ok(instant);
    }
    Offset::UTC.to_timestamp(utc(text)?).map_err(|_| INSTANT)
}

/// An instant as date and time of day in UTC: types of other crates hold some that [`Timestamp`] does not.
pub(super) fn utc(text: &str) -> Result<DateTime, Reason> {
    let (date, rest) = split_date(collapse(text), DATE_TIME, DAY_OF_INSTANT)?;
    let (time, next_day, rest) = split_time(rest.strip_prefix('T').ok_or(DATE_TIME)?, DATE_TIME)?;
    let offset = offset(rest)?;
    let shift = if next_day { SignedDuration::from_hours(24) } else { SignedDuration::ZERO };
    DateTime::from_parts(date?, time).checked_add(shift - offset).map_err(|_| UTC_YEAR)
}

/// A time of day in UTC. Without a zone it is read as UTC.
pub(super) fn time(text: &str) -> Result<Time, Reason> {
    if let Some(time) = usual::whole(text, usual::time) {
        return Ok(time);
    }
    let (time, _, rest) = split_time(collapse(text), TIME)?;
    Ok(time.wrapping_sub(offset(rest)?))
}

/// `-?YYYY+-MM-DD` and what follows. A year of the right form can still be outside the calendar's range.
///
/// `form` and `day` are the reasons for what has another form, and for a day that there is not.
fn split_date(text: &str, form: Reason, day: Reason) -> Result<(Result<Date, Reason>, &str), Reason> {
    let (year, month, day_of_month, rest) = date_parts(text).ok_or(form)?;
    let date = match year.parse::<i16>() {
        Ok(year @ -9999..=9999) => Date::new(year, month, day_of_month).map_err(|_| day)?,
        _ => return Ok((Err(YEAR), rest)),
    };
    Ok((Ok(date), rest))
}

/// Year with its sign, month and day as they stand there, and what follows.
fn date_parts(text: &str) -> Option<(&str, i8, i8, &str)> {
    let sign = usize::from(text.starts_with('-'));
    let digits = text.bytes().skip(sign).take_while(u8::is_ascii_digit).count();
    if digits < 4 || (digits > 4 && text.as_bytes()[sign] == b'0') {
        return None;
    }
    let (year, rest) = text.split_at(sign + digits);
    let (month, rest) = two_digits(rest.strip_prefix('-')?)?;
    let (day, rest) = two_digits(rest.strip_prefix('-')?)?;
    Some((year, month, day, rest))
}

/// `hh:mm:ss(.s+)?`, whether it is midnight at the end of the day, and what follows.
///
/// Digits beyond nanoseconds are dropped. `form` is the reason for what has another form.
fn split_time(text: &str, form: Reason) -> Result<(Time, bool, &str), Reason> {
    let (hour, minute, second, fraction, rest) = time_parts(text).ok_or(form)?;
    if (hour, minute, second) == (24, 0, 0) && fraction.bytes().all(|digit| digit == b'0') {
        return Ok((Time::midnight(), true, rest));
    }
    let nanosecond = fraction.bytes().chain(std::iter::repeat(b'0')).take(9);
    let nanosecond = nanosecond.fold(0, |number, digit| number * 10 + i32::from(digit - b'0'));
    let time = Time::new(hour, minute, second, nanosecond).map_err(|_| CLOCK)?;
    Ok((time, false, rest))
}

/// Hour, minute, second and the digits of the fraction as they stand there, and what follows.
fn time_parts(text: &str) -> Option<(i8, i8, i8, &str, &str)> {
    let (hour, rest) = two_digits(text)?;
    let (minute, rest) = two_digits(rest.strip_prefix(':')?)?;
    let (second, rest) = two_digits(rest.strip_prefix(':')?)?;
    let Some(fraction) = rest.strip_prefix('.') else { return Some((hour, minute, second, "", rest)) };
    let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
    let (fraction, rest) = fraction.split_at(digits);
    (digits > 0).then_some((hour, minute, second, fraction, rest))
}

/// How far a zone is east of UTC; no zone is UTC.
fn offset(zone: &str) -> Result<SignedDuration, Reason> {
    let (sign, rest) = match zone.split_at_checked(1) {
        None if zone.is_empty() => return Ok(SignedDuration::ZERO),
        Some(("Z", "")) => return Ok(SignedDuration::ZERO),
        Some(("+", rest)) => (1, rest),
        Some(("-", rest)) => (-1, rest),
        _ => return Err(ZONE),
    };
    let (hour, rest) = two_digits(rest).ok_or(ZONE)?;
    let (minute, rest) = rest.strip_prefix(':').and_then(two_digits).ok_or(ZONE)?;
    let minutes = i64::from(hour) * 60 + i64::from(minute);
    if !rest.is_empty() || minute > 59 || minutes > 14 * 60 {
        return Err(ZONE);
    }
    Ok(SignedDuration::from_mins(sign * minutes))
}

fn two_digits(text: &str) -> Option<(i8, &str)> {
    let (digits, rest) = text.split_at_checked(2)?;
    let [tens, ones] = *digits.as_bytes() else { return None };
    let is_number = tens.is_ascii_digit() && ones.is_ascii_digit();
    is_number.then(|| ((10 * (tens - b'0') + ones - b'0').cast_signed(), rest))
}

/// `2026-01-31`.
pub(super) struct DateText(pub(super) Date);

/// `2026-01-31T09:30:00.000Z`.
pub(super) struct DateTimeText(pub(super) DateTime);

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
        write!(f, "{}T{}", DateText(self.0.date()), TimeText(self.0.time()))
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
