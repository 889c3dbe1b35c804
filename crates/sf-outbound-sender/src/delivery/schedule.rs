//! When a notification that was not acknowledged is sent again, and when it is given up.

use std::time::Duration;

/// Salesforce's schedule of retries: the interval doubles up to a longest, for a lifetime.
///
/// The default is Salesforce's: 30 s, doubled up to 2 h, for 24 h. An endpoint that always fails at once
/// sees 19 tries.
///
/// **Source.** SOAP API Developer Guide, *Understanding Outbound Messaging*, for the longest interval and the
/// lifetime; the first interval is reported, not documented.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    /// Between the first try and the second.
    pub first: Duration,
    /// No interval is longer.
    pub longest: Duration,
    /// A notification that has waited this long is not sent any more.
    pub lifetime: Duration,
}

impl Default for Schedule {
    fn default() -> Self {
        Self {
            first: Duration::from_secs(30),
            longest: Duration::from_secs(2 * 60 * 60),
            lifetime: Duration::from_secs(24 * 60 * 60),
        }
    }
}

impl Schedule {
    /// The interval after so many failed tries.
    ///
    /// # Example
    ///
    /// ```
    /// use sf_outbound_sender::Schedule;
    ///
    /// let seconds = [1, 2, 3, 8, 9, 10].map(|tries| Schedule::default().interval(tries).as_secs());
    /// assert_eq!(seconds, [30, 60, 120, 3840, 7200, 7200]);
    /// ```
    #[must_use]
    pub fn interval(&self, tries: u32) -> Duration {
        let doubled = 1_u32.checked_shl(tries.saturating_sub(1)).unwrap_or(u32::MAX);
        self.first.saturating_mul(doubled).min(self.longest)
    }

    /// When a notification is due that was queued at `born` and failed at `now` for the `tries`th time.
    ///
    /// Never later than its end, so that it is looked at then and given up.
    pub(crate) fn due_millis(&self, born: i64, now: i64, tries: u32) -> i64 {
        now.saturating_add(millis(self.interval(tries))).min(self.end_millis(born))
    }

    /// When a notification that was queued at `born` is given up.
    pub(crate) fn end_millis(&self, born: i64) -> i64 {
        born.saturating_add(millis(self.lifetime))
    }
}

/// Whole milliseconds, at most the largest.
pub(crate) fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = 1_000;
    const MINUTE: i64 = 60 * SECOND;

    #[test]
    fn an_endpoint_that_always_fails_sees_19_tries_in_24_hours() {
        let schedule = Schedule::default();
        let mut tries = vec![0];
        loop {
            let now = *tries.last().unwrap();
            let due = schedule.due_millis(0, now, u32::try_from(tries.len()).unwrap());
            if due >= schedule.end_millis(0) {
                assert_eq!(due, 24 * 60 * MINUTE, "it is looked at when it ends");
                break;
            }
            tries.push(due);
        }
        let first_nine = [0, 1, 3, 7, 15, 31, 63, 127, 255].map(|halves| halves * 30 * SECOND);
        let then = (1..=10).map(|step| first_nine[8] + step * 120 * MINUTE);
        assert_eq!(tries, first_nine.into_iter().chain(then).collect::<Vec<_>>());
        assert_eq!(tries.len(), 19);
    }

    #[test]
    fn no_number_overflows() {
        let schedule = Schedule { first: Duration::MAX, longest: Duration::MAX, lifetime: Duration::MAX };
        for tries in [0, 1, 31, 32, 33, u32::MAX] {
            assert_eq!(schedule.interval(tries), Duration::MAX);
            assert_eq!(Schedule::default().interval(tries).as_secs(), if tries < 2 { 30 } else { 7200 });
            assert_eq!(schedule.due_millis(1, i64::MAX, tries), i64::MAX);
        }
    }
}
