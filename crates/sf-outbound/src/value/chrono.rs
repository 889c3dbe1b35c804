//! Dates of the crate chrono.

use super::borrowed::Value;
use super::date;
use super::lexical::Reason;
use super::slot::{Slot, slots};
use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Timelike, Utc};
use jiff::civil::{Date, Time};

pub(super) fn date(text: &str) -> Result<NaiveDate, Reason> {
    date_of(date::date(text)?).ok_or("the date is outside of chrono's range")
}

pub(super) fn date_time(text: &str) -> Result<DateTime<Utc>, Reason> {
    let utc = date::utc(text)?;
    let parts = date_of(utc.date()).zip(time_of(utc.time()));
    let (date, time) = parts.ok_or("the dateTime is outside of chrono's range")?;
    Ok(date.and_time(time).and_utc())
}

pub(super) fn time(text: &str) -> Result<NaiveTime, Reason> {
    time_of(date::time(text)?).ok_or("the time is outside of chrono's range")
}

fn date_of(date: Date) -> Option<NaiveDate> {
    let (month, day) = (u32::from(date.month().unsigned_abs()), u32::from(date.day().unsigned_abs()));
    NaiveDate::from_ymd_opt(i32::from(date.year()), month, day)
}

fn time_of(time: Time) -> Option<NaiveTime> {
    let [hour, minute, second] =
        [time.hour(), time.minute(), time.second()].map(|part| u32::from(part.unsigned_abs()));
    NaiveTime::from_hms_nano_opt(hour, minute, second, time.subsec_nanosecond().unsigned_abs())
}

fn civil_date(date: NaiveDate) -> Option<Date> {
    let year = i16::try_from(date.year()).ok()?;
    let [month, day] = [date.month(), date.day()].map(|part| i8::try_from(part).unwrap_or(0));
    Date::new(year, month, day).ok()
}

/// XML Schema has no leap second: one becomes the last nanosecond of the second before, so that its minute and the order
/// of instants stay as they are.
fn civil_time(time: NaiveTime) -> Option<Time> {
    const LAST: u32 = 999_999_999;
    let [hour, minute, second] =
        [time.hour(), time.minute(), time.second()].map(|part| i8::try_from(part).unwrap_or(0));
    Time::new(hour, minute, second, i32::try_from(time.nanosecond().min(LAST)).ok()?).ok()
}

slots!(ChronoDate: NaiveDate, ChronoDateTime: DateTime<Utc>, ChronoTime: NaiveTime);

/// A year beyond 9999, which no message can hold, is null.
impl From<&Option<NaiveDate>> for Value<'_> {
    fn from(date: &Option<NaiveDate>) -> Self {
        date.and_then(civil_date).map_or(Self::Null, Self::Date)
    }
}

/// A year beyond 9999, which no message can hold, is null; a leap second, which XML Schema does not have, becomes the
/// last nanosecond of the second before.
impl From<&Option<DateTime<Utc>>> for Value<'_> {
    fn from(instant: &Option<DateTime<Utc>>) -> Self {
        let utc = instant.map(|instant| instant.naive_utc());
        let utc = utc.and_then(|utc| civil_date(utc.date()).zip(civil_time(utc.time())));
        utc.map_or(Self::Null, |(date, time)| Self::from_utc(date.to_datetime(time)))
    }
}

/// A leap second, which XML Schema does not have, becomes the last nanosecond of the second before.
impl From<&Option<NaiveTime>> for Value<'_> {
    fn from(time: &Option<NaiveTime>) -> Self {
        time.and_then(civil_time).map_or(Self::Null, Self::Time)
    }
}
