//! The time by which tries are due.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

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

/// A step of the clock that is none of time, in milliseconds: much more than a machine stands still.
const JUMP: i64 = 60 * 60 * 1_000;
/// So long Salesforce sends a notification again.
const RETRIED: Duration = Duration::from_secs(24 * 60 * 60);

/// Whether the clock goes as time does. It is set by hand, and by programs that are wrong at times.
///
/// When it is set back, what is due would wait for the time to come again. When it is set forward, keys seem old that are
/// not.
pub(crate) struct Steady {
    /// A moment, by the clock and by the machine.
    seen: (i64, Instant),
    /// When the clock was set forward.
    forward: Option<Instant>,
}

impl Steady {
    pub(crate) fn new(now: i64, at: Instant) -> Self {
        Self { seen: (now, at), forward: None }
    }

    /// Looks at the clock, and says whether it was set back since the last look.
    pub(crate) fn was_set_back(&mut self, now: i64, at: Instant) -> bool {
        let elapsed = i64::try_from((at - self.seen.1).as_millis()).unwrap_or(i64::MAX);
        let jump = now.saturating_sub(self.seen.0).saturating_sub(elapsed);
        if jump > JUMP {
            self.forward = Some(at);
        }
        self.seen = (now, at);
        jump < -JUMP
    }

    /// Whether the clock says how old a key is: not for a day after it was set forward.
    pub(crate) fn tells_age(&self, at: Instant) -> bool {
        self.forward.is_none_or(|forward| at - forward > RETRIED)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_set_is_no_measure_of_age() {
        let hour = Duration::from_secs(3_600);
        let start = Instant::now();
        let mut steady = Steady::new(0, start);
        // Ten quiet hours, and a small step.
        assert!(!steady.was_set_back(10 * JUMP, start + 10 * hour));
        assert!(!steady.was_set_back(10 * JUMP - 5_000, start + 10 * hour));
        assert!(steady.tells_age(start + 10 * hour));
        // Forward by a year, and back again.
        assert!(!steady.was_set_back(9_000 * JUMP, start + 11 * hour));
        assert!(!steady.tells_age(start + 11 * hour));
        assert!(steady.was_set_back(12 * JUMP, start + 12 * hour));
        assert!(!steady.tells_age(start + 34 * hour));
        assert!(steady.tells_age(start + 36 * hour));
    }
}
