//! The thread that handles what is due.

use crate::clock::{Clock, Steady};
use crate::counts::Counters;
use crate::handler::Handler;
use crate::handling::{Handling, RENEWAL, Step};
use crate::outside::Outside;
use crate::store::prune::{self, Retention};
use crate::store::settle;
use sf_outbound_store::{Database, Trouble};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
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
    pub(crate) outside: Arc<Outside>,
    pub(crate) retention: Retention,
    /// How long an inbox that is closed waits for the handlers outside.
    pub(crate) grace: Duration,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) counters: Counters,
    pub(crate) is_ending: AtomicBool,
    pub(crate) is_paused: AtomicBool,
    pub(crate) bell: Arc<Bell>,
    /// What went wrong with the file last, until it works again.
    pub(crate) trouble: Mutex<Option<Trouble>>,
}

/// Tells the worker that there is something to do.
#[derive(Default)]
pub(crate) struct Bell {
    is_rung: Mutex<bool>,
    changed: Condvar,
}

impl Bell {
    pub(crate) fn ring(&self) {
        *self.is_rung.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.changed.notify_one();
    }

    /// Waits until it is rung, or that time.
    fn wait(&self, time: Duration) {
        let rung = self.is_rung.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.changed.wait_timeout_while(rung, time, |rung| !*rung);
        *waited.unwrap_or_else(PoisonError::into_inner).0 = false;
    }
}

impl Shared {
    fn is_ending(&self) -> bool {
        self.is_ending.load(Ordering::SeqCst)
    }

    fn is_paused(&self) -> bool {
        self.is_paused.load(Ordering::SeqCst)
    }

    pub(crate) fn tell(&self, trouble: Option<Trouble>) {
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = trouble;
    }
}

/// Handles what is due until the inbox is closed, and then closes the file.
pub(crate) fn work(shared: &Arc<Shared>) {
    let mut walk = Walk { cursor: Some(0), at: Instant::now() };
    let mut steady = Steady::new(shared.clock.now(), Instant::now());
    let mut renewed = Instant::now();
    let mut ends = None;
    loop {
        if shared.is_ending() {
            let ends = *ends.get_or_insert_with(|| Instant::now() + shared.grace);
            if shared.outside.is_idle() || Instant::now() >= ends {
                break;
            }
        }
        shared.outside.end_late();
        let blamed = shared.handling.ended_by().len();
        match follow(shared, &mut steady).and_then(|()| step(shared, &mut renewed)) {
            Ok(wait) => {
                let pause = if steady.tells_age(Instant::now()) { walk.go_on(shared) } else { None };
                let wait = pause.map_or(wait, |pause| wait.min(pause));
                if !wait.is_zero() {
                    shared.bell.wait(wait);
                }
            }
            Err(Trouble::Closed) => return,
            // A handler ended the transaction, and is passed over in the next one.
            Err(Trouble::RolledBack) if shared.handling.ended_by().len() > blamed => {}
            Err(trouble) => {
                shared.tell(Some(trouble));
                shared.bell.wait(POLL);
            }
        }
    }
    give_back(shared);
    shared.database.close();
}

/// What waits for a moment of a clock that was set back is due at once.
fn follow(shared: &Arc<Shared>, steady: &mut Steady) -> Result<(), Trouble> {
    let now = shared.clock.now();
    if steady.was_set_back(now, Instant::now()) {
        shared.database.write(move |connection| settle::due_at_once(connection, now))?;
    }
    Ok(())
}

/// One step, and how long to wait before the next one.
fn step(shared: &Arc<Shared>, renewed: &mut Instant) -> Result<Duration, Trouble> {
    let finished = shared.outside.finished();
    let going = if renewed.elapsed() >= RENEWAL { shared.outside.going() } else { Vec::new() };
    let settled = finished.len();
    let stepped = shared.database.write({
        let shared = Arc::clone(shared);
        move |connection| {
            let mut step = Step::new(&shared.handling, connection, shared.clock.now());
            step.settle(&finished)?;
            step.renew(&going)?;
            if !shared.is_ending() && !shared.is_paused() {
                step.handle(&shared.outside, &|| shared.is_ending())?;
            }
            let Step { counted, begun, blamed, next, .. } = step;
            Ok::<_, Trouble>((counted, begun, blamed, next))
        }
    });
    let (counted, begun, blamed, next) = stepped?;
    shared.outside.stored(settled);
    if renewed.elapsed() >= RENEWAL {
        *renewed = Instant::now();
    }
    shared.handling.ended_by().retain(|seq, _| !blamed.contains(seq));
    shared.counters.counted(counted);
    shared.tell(None);
    for (place, many) in begun {
        let (taken, deliveries) = many.into_iter().unzip();
        if let Handler::Outside(handler) = &shared.handling.handlers[place] {
            shared.outside.begin(place, taken, handler.begin(deliveries));
        }
    }
    let wait = next.map(|next| u64::try_from(next - shared.clock.now()).unwrap_or(0));
    Ok(wait.map_or(POLL, Duration::from_millis).min(POLL))
}

/// Work that goes on behind the end of the inbox has no result that counts: the next start hands it out again.
fn give_back(shared: &Arc<Shared>) {
    let going = shared.outside.going();
    // Where it fails, the leases expire.
    drop(shared.database.write({
        let shared = Arc::clone(shared);
        move |connection| {
            going.iter().flat_map(|taken| taken.iter()).try_for_each(|taken| {
                settle::give_back(connection, &taken.due, taken.token, shared.clock.now())
            })
        }
    }));
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
