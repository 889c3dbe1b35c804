//! The time by which tries are due.

use std::time::{SystemTime, UNIX_EPOCH};

/// A source of time; a test has one of its own.
///
/// **Units.** Milliseconds since 1970 in UTC.
pub(crate) trait Clock: Send + Sync {
    fn now(&self) -> i64;
}

/// The machine's.
pub(crate) struct System;

impl Clock for System {
    fn now(&self) -> i64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    }
}
