//! Dates of the crate time.

use super::borrowed::Value;
use super::date;
use super::lexical::Reason;
use super::slot::{Slot, slots};
use jiff::civil::{Date as CivilDate, Time as CivilTime};
use time::{Date, Month, OffsetDateTime, Time, UtcOffset};

const RANGE: Reason = "the value is outside of the range of the crate time";

pub(super) fn date(text: &str) -> Result<Date, Reason> {
    date_of(date::date(text)?).ok_or(RANGE)
}

pub(super) fn date_time(text: &str) -> Result<OffsetDateTime, Reason> {
    let utc = date::utc(text)?;
    let (date, time) = date_of(utc.date()).zip(time_of(utc.time())).ok_or(RANGE)?;
    Ok(OffsetDateTime::new_utc(date, time))
}

pub(super) fn time(text: &str) -> Result<Time, Reason> {
    time_of(date::time(text)?).ok_or(RANGE)
}

fn date_of(date: CivilDate) -> Option<Date> {
    let month = Month::try_from(date.month().unsigned_abs()).ok()?;
    Date::from_calendar_date(i32::from(date.year()), month, date.day().unsigned_abs()).ok()
}

fn time_of(time: CivilTime) -> Option<Time> {
    let [hour, minute, second] = [time.hour(), time.minute(), time.second()].map(i8::unsigned_abs);
    Time::from_hms_nano(hour, minute, second, time.subsec_nanosecond().unsigned_abs()).ok()
}

fn civil_date(date: Date) -> Option<CivilDate> {
    let year = i16::try_from(date.year()).ok()?;
    let [month, day] = [u8::from(date.month()), date.day()].map(|part| i8::try_from(part).unwrap_or(0));
    CivilDate::new(year, month, day).ok()
}

fn civil_time(time: Time) -> Option<CivilTime> {
    let (hour, minute, second, nanosecond) = time.as_hms_nano();
    let [hour, minute, second] = [hour, minute, second].map(|part| i8::try_from(part).unwrap_or(0));
    CivilTime::new(hour, minute, second, i32::try_from(nanosecond).ok()?).ok()
}

slots!(TimeDate: Date, TimeDateTime: OffsetDateTime, TimeOfDay: Time);

/// A year beyond 9999, which no message can hold, is null.
impl From<&Option<Date>> for Value<'_> {
    fn from(date: &Option<Date>) -> Self {
        date.and_then(civil_date).map_or(Self::Null, Self::Date)
    }
}

/// A year that is beyond 9999 in UTC, which no message can hold, is null.
impl From<&Option<OffsetDateTime>> for Value<'_> {
    fn from(instant: &Option<OffsetDateTime>) -> Self {
        let utc = instant.and_then(|instant| instant.checked_to_offset(UtcOffset::UTC));
        let utc = utc.and_then(|utc| civil_date(utc.date()).zip(civil_time(utc.time())));
        utc.map_or(Self::Null, |(date, time)| Self::from_utc(date.to_datetime(time)))
    }
}

impl From<&Option<Time>> for Value<'_> {
    fn from(time: &Option<Time>) -> Self {
        time.and_then(civil_time).map_or(Self::Null, Self::Time)
    }
}
