//! When a failed notification is tried again.

use std::time::Duration;

/// The schedule of tries: each wait is twice the one before, up to a longest one.
///
/// The default tries again after about 5 s, 10 s, 20 s and so on up to an hour, 30 times in all: for about 20 hours.
///
/// # Example
///
/// ```
/// use sf_outbound_inbox::Retries;
/// use std::time::Duration;
///
/// let impatient = Retries::default().first(Duration::from_millis(100)).tries(5);
/// # let _ = impatient;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retries {
    first: Duration,
    longest: Duration,
    tries: u32,
}

impl Default for Retries {
    fn default() -> Self {
        Self { first: Duration::from_secs(5), longest: Duration::from_secs(60 * 60), tries: 30 }
    }
}

impl Retries {
    /// The wait after the first failed try.
    #[must_use]
    pub fn first(self, first: Duration) -> Self {
        Self { first, ..self }
    }

    /// The longest wait.
    #[must_use]
    pub fn longest(self, longest: Duration) -> Self {
        Self { longest, ..self }
    }

    /// How many tries there are before a notification is a dead letter; at least 1.
    #[must_use]
    pub fn tries(self, tries: u32) -> Self {
        Self { tries: tries.max(1), ..self }
    }

    /// The wait in milliseconds after so many failed tries; `None` where that was the last one. It differs by up to a tenth
    /// from the schedule, so that what failed together is not tried together.
    pub(crate) fn wait(&self, failed: u32, random: &mut fastrand::Rng) -> Option<i64> {
        if failed >= self.tries {
            return None;
        }
        let doubled =
            self.first.saturating_mul(1_u32.checked_shl(failed.saturating_sub(1)).unwrap_or(u32::MAX));
        let millis = u64::try_from(doubled.min(self.longest).as_millis()).unwrap_or(u64::MAX / 4);
        let tenth = millis / 10;
        i64::try_from(millis - tenth / 2 + random.u64(..=tenth)).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest_and_end() {
        let mut random = fastrand::Rng::with_seed(1);
        let retries = Retries::default().tries(40);
        let mut near = |failed, seconds: i64| {
            let wait = retries.wait(failed, &mut random).unwrap();
            assert!((wait - seconds * 1_000).abs() <= seconds * 50, "{failed}: {wait}");
        };
        near(1, 5);
        near(2, 10);
        near(5, 80);
        near(11, 3_600);
        near(39, 3_600);
        assert_eq!(retries.wait(40, &mut random), None);
        assert_eq!(Retries::default().tries(0).wait(1, &mut random), None);
    }
}
