//! Dates of the crate time.

use super::{Foreign, Slot, Value, date};
use jiff::Timestamp;
use jiff::civil::{Date as CivilDate, Time as CivilTime};
use time::{Date, Month, OffsetDateTime, Time};

const RANGE: &str = "the value is outside of the range of the crate time";

impl Foreign for Option<Date> {
    fn put(&mut self, text: &str) -> Result<(), &'static str> {
        let date = date::date(text)?;
        let month = Month::try_from(date.month().unsigned_abs()).map_err(|_| RANGE)?;
        let read = Date::from_calendar_date(i32::from(date.year()), month, date.day().unsigned_abs());
        *self = Some(read.map_err(|_| RANGE)?);
        Ok(())
    }
}

impl Foreign for Option<OffsetDateTime> {
    fn put(&mut self, text: &str) -> Result<(), &'static str> {
        let nanosecond = date::date_time(text)?.as_nanosecond();
        *self = Some(OffsetDateTime::from_unix_timestamp_nanos(nanosecond).map_err(|_| RANGE)?);
        Ok(())
    }
}

impl Foreign for Option<Time> {
    fn put(&mut self, text: &str) -> Result<(), &'static str> {
        let time = date::time(text)?;
        let [hour, minute, second] = [time.hour(), time.minute(), time.second()].map(i8::unsigned_abs);
        let read = Time::from_hms_nano(hour, minute, second, time.subsec_nanosecond().unsigned_abs());
        *self = Some(read.map_err(|_| RANGE)?);
        Ok(())
    }
}

foreign_slots!(Date, OffsetDateTime, Time);

/// A year beyond 9999, which no message can hold, is null.
impl From<&Option<Date>> for Value<'_> {
    fn from(date: &Option<Date>) -> Self {
        let converted = date.and_then(|date| {
            let year = i16::try_from(date.year()).ok()?;
            let [month, day] =
                [u8::from(date.month()), date.day()].map(|part| i8::try_from(part).unwrap_or(0));
            CivilDate::new(year, month, day).ok()
        });
        converted.map_or(Self::Null, Self::Date)
    }
}

/// A year beyond 9999, which no message can hold, is null.
impl From<&Option<OffsetDateTime>> for Value<'_> {
    fn from(instant: &Option<OffsetDateTime>) -> Self {
        let converted =
            instant.and_then(|instant| Timestamp::from_nanosecond(instant.unix_timestamp_nanos()).ok());
        converted.map_or(Self::Null, Self::DateTime)
    }
}

impl From<&Option<Time>> for Value<'_> {
    fn from(time: &Option<Time>) -> Self {
        let converted = time.and_then(|time| {
            let (hour, minute, second, nanosecond) = time.as_hms_nano();
            let [hour, minute, second] = [hour, minute, second].map(|part| i8::try_from(part).unwrap_or(0));
            CivilTime::new(hour, minute, second, i32::try_from(nanosecond).ok()?).ok()
        });
        converted.map_or(Self::Null, Self::Time)
    }
}
