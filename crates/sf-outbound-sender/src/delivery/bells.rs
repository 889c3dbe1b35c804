//! What wakes the lanes, and what says that all of them are at rest.

use super::clock::Time;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The longest sleep: the machine may sleep too, and this one does not count it.
const NAP: Duration = Duration::from_secs(60);

/// One bell for each lane.
pub(crate) struct Bells {
    state: Mutex<State>,
    /// One for each lane.
    rung: Vec<Condvar>,
    rested: Condvar,
}

struct State {
    lanes: Vec<Bell>,
    stopping: bool,
}

#[derive(Clone, Default)]
struct Bell {
    rings: u64,
    /// The rings that the lane had heard when it last found nothing due and lay down; `None` while it works.
    rests_at: Option<u64>,
}

impl Bells {
    pub(crate) fn new(lanes: usize) -> Self {
        let state = State { lanes: vec![Bell::default(); lanes], stopping: false };
        let rung = (0..lanes).map(|_| Condvar::new()).collect();
        Self { state: Mutex::new(state), rung, rested: Condvar::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something is due in a lane, or its time was set.
    pub(crate) fn ring(&self, lane: usize) {
        if let Some(bell) = self.state().lanes.get_mut(lane) {
            bell.rings += 1;
        }
        if let Some(rung) = self.rung.get(lane) {
            rung.notify_one();
        }
    }

    pub(crate) fn ring_all(&self) {
        for lane in 0..self.rung.len() {
            self.ring(lane);
        }
    }

    /// Lanes end after what they have in flight.
    pub(crate) fn stop(&self) {
        self.state().stopping = true;
        self.ring_all();
        self.rested.notify_all();
    }

    /// The rings so far, to be asked before a lane looks for what is due; `None` when it is to end.
    pub(crate) fn heard(&self, lane: usize) -> Option<u64> {
        let state = self.state();
        if state.stopping { None } else { state.lanes.get(lane).map(|bell| bell.rings) }
    }

    /// Sleeps until the bell rings that had rung `heard` times, or until a moment.
    pub(crate) fn sleep(&self, lane: usize, heard: u64, until_millis: Option<i64>, time: &Time) {
        let Some(rung) = self.rung.get(lane) else { return };
        let mut state = self.state();
        if let Some(bell) = state.lanes.get_mut(lane) {
            bell.rests_at = Some(heard);
        }
        self.rested.notify_all();
        while !state.stopping && state.lanes.get(lane).is_some_and(|bell| bell.rings == heard) {
            state = match until_millis.and_then(|moment| time.until(moment)) {
                Some(left) if left.is_zero() => break,
                Some(left) => {
                    let woken =
                        rung.wait_timeout(state, left.min(NAP)).unwrap_or_else(PoisonError::into_inner);
                    if woken.1.timed_out() {
                        state = woken.0;
                        break;
                    }
                    woken.0
                }
                None => rung.wait(state).unwrap_or_else(PoisonError::into_inner),
            };
        }
        if let Some(bell) = state.lanes.get_mut(lane) {
            bell.rests_at = None;
        }
    }

    /// Waits for a while, or for the stop.
    pub(crate) fn pause(&self, lane: usize, length: Duration) {
        let Some(rung) = self.rung.get(lane) else { return };
        let state = self.state();
        drop(rung.wait_timeout_while(state, length, |state| !state.stopping));
    }

    /// Waits until every lane rests and has heard each ring; `false` when it took too long.
    pub(crate) fn rest(&self, patience: Duration) -> bool {
        // A moment that can't be said is never reached.
        let end = Instant::now().checked_add(patience);
        let mut state = self.state();
        while !state.lanes.iter().all(|bell| bell.rests_at == Some(bell.rings)) {
            let left = end.map_or(NAP, |end| end.saturating_duration_since(Instant::now()));
            if left.is_zero() || state.stopping {
                return false;
            }
            (state, _) = self.rested.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner);
        }
        true
    }
}
