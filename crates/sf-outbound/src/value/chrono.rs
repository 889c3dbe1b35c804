//! Dates of the crate chrono.

use super::{Reason, Slot, Value, date};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use jiff::Timestamp;
use jiff::civil::{Date, Time};

pub(super) fn date(text: &str) -> Result<NaiveDate, Reason> {
    let date = date::date(text)?;
    let (month, day) = (u32::from(date.month().unsigned_abs()), u32::from(date.day().unsigned_abs()));
    let read = NaiveDate::from_ymd_opt(i32::from(date.year()), month, day);
    read.ok_or("the date is outside of chrono's range")
}

pub(super) fn date_time(text: &str) -> Result<DateTime<Utc>, Reason> {
    let instant = date::date_time(text)?;
    let nanoseconds = instant.subsec_nanosecond();
    // Before 1970 jiff counts the fraction down from the second above.
    let (second, nanosecond) = match u32::try_from(nanoseconds) {
        Ok(nanosecond) => (instant.as_second(), nanosecond),
        Err(_) => (instant.as_second() - 1, 1_000_000_000 - nanoseconds.unsigned_abs()),
    };
    DateTime::from_timestamp(second, nanosecond).ok_or("the dateTime is outside of chrono's range")
}

pub(super) fn time(text: &str) -> Result<NaiveTime, Reason> {
    let time = date::time(text)?;
    let [hour, minute, second] =
        [time.hour(), time.minute(), time.second()].map(|part| u32::from(part.unsigned_abs()));
    let read = NaiveTime::from_hms_nano_opt(hour, minute, second, time.subsec_nanosecond().unsigned_abs());
    read.ok_or("the time is outside of chrono's range")
}

slots!(ChronoDate: NaiveDate, ChronoDateTime: DateTime<Utc>, ChronoTime: NaiveTime);

/// A year beyond 9999, which no message can hold, is null.
impl From<&Option<NaiveDate>> for Value<'_> {
    fn from(date: &Option<NaiveDate>) -> Self {
        use chrono::Datelike;
        let converted = date.and_then(|date| {
            let year = i16::try_from(date.year()).ok()?;
            let [month, day] = [date.month(), date.day()].map(|part| i8::try_from(part).unwrap_or(0));
            Date::new(year, month, day).ok()
        });
        converted.map_or(Self::Null, Self::Date)
    }
}

/// A year beyond 9999, which no message can hold, is null.
impl From<&Option<DateTime<Utc>>> for Value<'_> {
    fn from(instant: &Option<DateTime<Utc>>) -> Self {
        let converted = instant.and_then(|instant| {
            let nanosecond = i32::try_from(instant.timestamp_subsec_nanos()).ok()?;
            Timestamp::new(instant.timestamp(), nanosecond).ok()
        });
        converted.map_or(Self::Null, Self::DateTime)
    }
}

impl From<&Option<NaiveTime>> for Value<'_> {
    fn from(time: &Option<NaiveTime>) -> Self {
        use chrono::Timelike;
        let converted = time.and_then(|time| {
            let [hour, minute, second] =
                [time.hour(), time.minute(), time.second()].map(|part| i8::try_from(part).unwrap_or(0));
            Time::new(hour, minute, second, i32::try_from(time.nanosecond()).ok()?).ok()
        });
        converted.map_or(Self::Null, Self::Time)
    }
}
