//! The time by which everything happens: the machine's, or a test's.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Rings when a clock's time was set: whoever sleeps looks at it again.
pub type Alarm = Box<dyn Fn() + Send + Sync>;

/// A source of time.
///
/// **Units.** Moments are milliseconds since 1970 in UTC.
///
/// # Example
///
/// ```
/// use sf_outbound_sender::{Alarm, Clock, ManualClock};
/// use std::time::Duration;
///
/// let clock = ManualClock::at_millis(1_000);
/// let alarm: Alarm = Box::new(|| println!("the time was set"));
/// clock.on_set(alarm);
/// clock.advance(Duration::from_secs(1));
/// assert_eq!((clock.now_millis(), clock.until(3_000)), (2_000, None));
/// ```
pub trait Clock: Send + Sync + 'static {
    /// The present moment.
    fn now_millis(&self) -> i64;

    /// How long to sleep until a moment; `None` when only [`Clock::on_set`]'s alarm brings it.
    fn until(&self, moment_millis: i64) -> Option<Duration>;

    /// Takes an alarm to be rung whenever the time is set rather than passes.
    fn on_set(&self, alarm: Alarm) {
        drop(alarm);
    }
}

/// The machine's clock, perhaps sped up. It never goes back while the process runs, whatever is done to the machine's
/// time. While the machine sleeps, time passes as it does for everyone, whatever the speed: an hour of sleep is an hour.
/// A clone is the same clock.
///
/// # Example
///
/// ```
/// use sf_outbound_sender::{Clock, SystemClock};
///
/// let day_in_86_seconds = SystemClock::with_speed(1_000.0);
/// let tomorrow = day_in_86_seconds.now_millis() + 24 * 60 * 60 * 1_000;
/// assert!(day_in_86_seconds.until(tomorrow).is_some_and(|real| real.as_secs() <= 86));
/// ```
#[derive(Debug, Clone)]
pub struct SystemClock {
    started: Instant,
    speed: f64,
    reading: Arc<Mutex<Reading>>,
}

/// What was last read. All are milliseconds: since 1970, since the start, and since 1970.
#[derive(Debug, Clone, Copy)]
struct Reading {
    wall: f64,
    passed: f64,
    now: f64,
}

/// By how many milliseconds the machine's time must have gone further than what has passed for it to be sleep; less is
/// the time between the two readings, or a correction of the machine's time.
const SLEEP: f64 = 1_000.0;

impl Reading {
    /// Goes on by what has passed since the last reading, sped up, and by what the machine slept, as it was: only the
    /// machine's time counts that.
    fn go_on(&mut self, wall: f64, passed: f64, speed: f64) {
        let awake = (passed - self.passed).max(0.0);
        let ahead = wall - self.wall - awake;
        let asleep = if ahead >= SLEEP { ahead } else { 0.0 };
        *self = Self { wall, passed, now: self.now + awake * speed + asleep };
    }
}

fn wall_millis() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64() * 1_000.0
}

impl SystemClock {
    /// A clock that begins at the machine's time and goes so many times as fast.
    ///
    /// A speed that is no positive number is 1.
    #[must_use]
    pub fn with_speed(speed: f64) -> Self {
        let speed = if speed.is_finite() && speed > 0.0 { speed } else { 1.0 };
        let wall = wall_millis();
        let reading = Reading { wall, passed: 0.0, now: wall };
        Self { started: Instant::now(), speed, reading: Arc::new(Mutex::new(reading)) }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::with_speed(1.0)
    }
}

impl Clock for SystemClock {
    fn now_millis(&self) -> i64 {
        let mut reading = self.reading.lock().unwrap_or_else(PoisonError::into_inner);
        reading.go_on(wall_millis(), self.started.elapsed().as_secs_f64() * 1_000.0, self.speed);
        // `as` ends at the largest number.
        #[allow(clippy::cast_possible_truncation)]
        let now = reading.now as i64;
        now
    }

    fn until(&self, moment_millis: i64) -> Option<Duration> {
        let left = u64::try_from(moment_millis.saturating_sub(self.now_millis())).unwrap_or(0);
        // A millisecond more: rounding would wake a sleeper just before its moment.
        #[allow(clippy::cast_precision_loss)]
        let seconds = (left as f64 / self.speed + 1.0) / 1_000.0;
        Some(Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX))
    }
}

/// A clock that stands still until a test sets it; a clone is the same clock.
///
/// # Example
///
/// ```
/// use sf_outbound_sender::{Clock, ManualClock};
/// use std::time::Duration;
///
/// let clock = ManualClock::default();
/// let before = clock.now_millis();
/// clock.advance(Duration::from_secs(24 * 60 * 60));
/// assert_eq!(clock.now_millis() - before, 86_400_000);
/// ```
#[derive(Clone)]
pub struct ManualClock(Arc<Manual>);

struct Manual {
    now_millis: Mutex<i64>,
    alarms: Mutex<Vec<Alarm>>,
}

impl Default for ManualClock {
    /// Stands at 2026-01-01T00:00:00Z.
    fn default() -> Self {
        Self::at_millis(1_767_225_600_000)
    }
}

impl ManualClock {
    /// A clock that stands at a moment.
    #[must_use]
    pub fn at_millis(now_millis: i64) -> Self {
        Self(Arc::new(Manual { now_millis: Mutex::new(now_millis), alarms: Mutex::default() }))
    }

    /// Lets time pass.
    pub fn advance(&self, by: Duration) {
        {
            let mut now = self.0.now_millis.lock().unwrap_or_else(PoisonError::into_inner);
            *now = now.saturating_add(crate::delivery::millis(by));
        }
        for alarm in self.0.alarms.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            alarm();
        }
    }
}

impl Clock for ManualClock {
    fn now_millis(&self) -> i64 {
        *self.0.now_millis.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn until(&self, moment_millis: i64) -> Option<Duration> {
        (moment_millis <= self.now_millis()).then_some(Duration::ZERO)
    }

    fn on_set(&self, alarm: Alarm) {
        self.0.alarms.lock().unwrap_or_else(PoisonError::into_inner).push(alarm);
    }
}

/// The time of one organization: a clock's, but never before what its file has seen.
///
/// A clock that was sped up leaves moments of the future in the file; when the machine's own time follows,
/// what is due then would wait for it.
pub(crate) struct Time {
    clock: Box<dyn Clock>,
    ahead_millis: i64,
}

impl Time {
    pub(crate) fn new(clock: Box<dyn Clock>, seen_millis: i64) -> Self {
        let ahead_millis = seen_millis.saturating_sub(clock.now_millis()).max(0);
        Self { clock, ahead_millis }
    }

    pub(crate) fn now_millis(&self) -> i64 {
        self.clock.now_millis().saturating_add(self.ahead_millis)
    }

    pub(crate) fn until(&self, moment_millis: i64) -> Option<Duration> {
        self.clock.until(moment_millis.saturating_sub(self.ahead_millis))
    }

    pub(crate) fn on_set(&self, alarm: Alarm) {
        self.clock.on_set(alarm);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_goes_on_where_the_file_ended() {
        let clock = ManualClock::at_millis(1_000);
        let time = Time::new(Box::new(clock.clone()), 5_000);
        assert_eq!(time.now_millis(), 5_000);
        assert_eq!(time.until(5_001), None);
        clock.advance(Duration::from_millis(1));
        assert_eq!(time.until(5_001), Some(Duration::ZERO));
        assert_eq!(Time::new(Box::new(clock), 10).now_millis(), 1_001);
    }

    /// Each row: the machine's time, what has passed, and what the clock says.
    fn readings(speed: f64, rows: &[(f64, f64, f64)]) {
        let mut reading = Reading { wall: 10_000.0, passed: 0.0, now: 10_000.0 };
        for (wall, passed, now) in rows {
            reading.go_on(*wall, *passed, speed);
            assert!((reading.now - now).abs() < 1e-6, "{speed}: {reading:?}, not {now}");
        }
    }

    #[test]
    fn a_machine_that_sleeps_or_whose_time_is_set_back_does_not_turn_the_clock() {
        readings(
            1.0,
            &[
                (10_010.0, 10.0, 10_010.0),
                // It slept for 5 s, which only the machine's time knows.
                (15_030.0, 30.0, 15_030.0),
                // Its time was set back by a second, and 10 ms passed.
                (14_040.0, 40.0, 15_040.0),
                (14_050.0, 50.0, 15_050.0),
            ],
        );
    }

    #[test]
    fn sleep_passes_as_it_is_whatever_the_speed() {
        readings(
            1_000.0,
            &[
                (10_001.0, 1.0, 11_000.0),
                // An hour of sleep is an hour, not 41 days.
                (3_610_002.0, 2.0, 3_612_000.0),
                // Read not quite at once, and corrected a little: neither is time that has passed.
                (3_610_004.5, 3.0, 3_613_000.0),
                (3_610_004.0, 4.0, 3_614_000.0),
                (3_610_905.0, 5.0, 3_615_000.0),
            ],
        );
    }

    #[test]
    fn a_speed_that_is_none_is_one() {
        for speed in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!((SystemClock::with_speed(speed).speed - 1.0).abs() < f64::EPSILON);
        }
    }
}
