//! The thread that handles what is due.

use crate::clock::Clock;
use crate::counts::Counters;
use crate::handling::Handling;
use crate::store::prune::{self, Retention};
use crate::store::queue;
use sf_outbound_store::{Database, Trouble};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, OnceLock, PoisonError};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

/// What the worker does not hear of it finds within this time.
const POLL: Duration = Duration::from_secs(1);
/// Between two walks through all keys for what is no longer needed.
const PRUNE: Duration = Duration::from_secs(600);
/// Between two steps of such a walk, that whoever stores is not held up.
const PAUSE: Duration = Duration::from_millis(50);

/// What an inbox, its clones and its worker share.
pub(crate) struct Shared {
    pub(crate) database: Database,
    pub(crate) handling: Handling,
    pub(crate) retention: Retention,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) counters: Counters,
    pub(crate) is_ending: AtomicBool,
    pub(crate) is_paused: AtomicBool,
    /// The thread in which handlers run: that which writes to the file.
    pub(crate) handlers: OnceLock<ThreadId>,
    /// Whether something was stored since the worker looked.
    pub(crate) bell: (Mutex<bool>, Condvar),
    /// What went wrong with the file last, until it works again.
    pub(crate) trouble: Mutex<Option<Trouble>>,
}

impl Shared {
    pub(crate) fn ring(&self) {
        *self.bell.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.bell.1.notify_one();
    }

    fn is_ending(&self) -> bool {
        self.is_ending.load(Ordering::SeqCst)
    }

    fn wait(&self, time: Duration) {
        let rung = self.bell.0.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.bell.1.wait_timeout_while(rung, time, |rung| !*rung);
        *waited.unwrap_or_else(PoisonError::into_inner).0 = false;
    }

    pub(crate) fn tell(&self, trouble: Option<Trouble>) {
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = trouble;
    }
}

/// Handles what is due until the inbox is closed.
pub(crate) fn work(shared: &Arc<Shared>) {
    let mut walk = Walk { cursor: Some(0), at: Instant::now() };
    while !shared.is_ending() {
        let step = if shared.is_paused.load(Ordering::SeqCst) { Ok(POLL) } else { handle(shared) };
        match step {
            Ok(wait) => {
                let wait = walk.go_on(shared).map_or(wait, |pause| wait.min(pause));
                if !wait.is_zero() {
                    shared.wait(wait);
                }
            }
            Err(Trouble::Closed) => return,
            Err(trouble) => {
                shared.tell(Some(trouble));
                shared.wait(POLL);
            }
        }
    }
}

/// One step, and how long to wait before the next one.
fn handle(shared: &Arc<Shared>) -> Result<Duration, Trouble> {
    let (step, next) = shared.database.write({
        let shared = Arc::clone(shared);
        move |connection| {
            shared.handlers.get_or_init(|| thread::current().id());
            let step = shared.handling.step(connection, shared.clock.now(), &|| shared.is_ending())?;
            Ok::<_, Trouble>((step, if step.has_more { None } else { queue::next(connection)? }))
        }
    })?;
    shared.counters.step(step);
    shared.tell(None);
    if step.has_more {
        return Ok(Duration::ZERO);
    }
    let millis = next.map(|next| u64::try_from(next - shared.clock.now()).unwrap_or(0));
    // At least a little: what is due may wait behind a dead letter.
    Ok(millis.map_or(POLL, |millis| Duration::from_millis(millis.max(10)).min(POLL)))
}

/// A walk through all keys for what is no longer needed.
struct Walk {
    /// `None` between two walks.
    cursor: Option<i64>,
    at: Instant,
}

impl Walk {
    /// Does a step where it is time for one; gives the time to the next one within a walk.
    fn go_on(&mut self, shared: &Arc<Shared>) -> Option<Duration> {
        if self.at > Instant::now() {
            return self.cursor.map(|_| PAUSE);
        }
        let cursor = self.cursor.unwrap_or(0);
        let step = shared.database.write({
            let shared = Arc::clone(shared);
            move |connection| prune::step(connection, shared.clock.now(), &shared.retention, cursor)
        });
        // What goes wrong here the next step of the worker tells too.
        self.cursor = step.unwrap_or(None);
        self.at = Instant::now() + if self.cursor.is_some() { PAUSE } else { PRUNE };
        self.cursor.map(|_| PAUSE)
    }
}
