//! Dates of the crate time.

use super::{Reason, Slot, Value, date};
use jiff::Timestamp;
use jiff::civil::{Date as CivilDate, Time as CivilTime};
use time::{Date, Month, OffsetDateTime, Time};

const RANGE: Reason = "the value is outside of the range of the crate time";

pub(super) fn date(text: &str) -> Result<Date, Reason> {
    let date = date::date(text)?;
    let month = Month::try_from(date.month().unsigned_abs()).map_err(|_| RANGE)?;
    Date::from_calendar_date(i32::from(date.year()), month, date.day().unsigned_abs()).map_err(|_| RANGE)
}

pub(super) fn date_time(text: &str) -> Result<OffsetDateTime, Reason> {
    let nanosecond = date::date_time(text)?.as_nanosecond();
    OffsetDateTime::from_unix_timestamp_nanos(nanosecond).map_err(|_| RANGE)
}

pub(super) fn time(text: &str) -> Result<Time, Reason> {
    let time = date::time(text)?;
    let [hour, minute, second] = [time.hour(), time.minute(), time.second()].map(i8::unsigned_abs);
    let nanosecond = time.subsec_nanosecond().unsigned_abs();
    Time::from_hms_nano(hour, minute, second, nanosecond).map_err(|_| RANGE)
}

slots!(TimeDate: Date, TimeDateTime: OffsetDateTime, TimeOfDay: Time);

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
