//! Handlers outside the transaction: their work, the leases that it has, and its results.
//!
//! ```text
//!   worker                        here                        where the work runs
//!   ──────                        ────                        ───────────────────
//!   lease, commit ── begin ─────► going ──── Guarded ───────► polls the handler's future
//!   renew, each 20 s ───────────► going                         │
//!   settle, commit ◄── results ── finished ◄──────── Report ────┘  done, failed, panicked or dropped
//! ```
//!
//! A result counts only while its lease does. What comes later than the deadline finds no lease, and is dropped.

use crate::handler::{Unhandled, Work};
use crate::store::queue::Due;
use std::any::Any;
use std::cell::Cell;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

thread_local! {
    static IS_HANDLER: Cell<bool> = const { Cell::new(false) };
}

/// Whether a handler asks, of which nothing may wait for the end.
pub(crate) fn is_handler() -> bool {
    IS_HANDLER.get()
}

/// Runs a handler's code.
pub(crate) fn as_handler<T>(run: impl FnOnce() -> T) -> Result<T, Box<dyn Any + Send>> {
    let before = IS_HANDLER.replace(true);
    let result = catch_unwind(AssertUnwindSafe(run));
    IS_HANDLER.set(before);
    result
}

/// What a panic says, if it is text.
pub(crate) fn words(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without words")
}

/// The work on one or more notifications, to be run where the program wants it: see
/// [`Builder::run_on`](crate::Builder::run_on).
///
/// # Example
///
/// ```
/// use sf_outbound_inbox::{Builder, HandlerWork};
/// use tokio::runtime::Handle;
///
/// fn on_tokio(builder: Builder, tokio: Handle) -> Builder {
///     builder.run_on(move |work: HandlerWork| drop(tokio.spawn(work)))
/// }
/// ```
pub struct HandlerWork {
    /// `None` when it is over.
    work: Option<Work>,
    cancel: Arc<Cancel>,
    report: Report,
}

impl Future for HandlerWork {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        self.cancel.lock().waker = Some(context.waker().clone());
        if self.cancel.lock().is_cancelled {
            self.work = None;
        }
        let Some(work) = &mut self.work else { return Poll::Ready(()) };
        let results = match as_handler(|| work.as_mut().poll(context)) {
            Ok(Poll::Pending) => return Poll::Pending,
            Ok(Poll::Ready(results)) => Results::Each(results),
            Err(panic) => Results::Panicked(words(&*panic).to_owned()),
        };
        self.work = None;
        self.report.say(results);
        Poll::Ready(())
    }
}

impl fmt::Debug for HandlerWork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HandlerWork")
    }
}

/// Ends work whose result counts no longer, where it next gives way.
#[derive(Default)]
struct Cancel(Mutex<Cancelled>);

#[derive(Default)]
struct Cancelled {
    is_cancelled: bool,
    waker: Option<Waker>,
}

impl Cancel {
    fn lock(&self) -> MutexGuard<'_, Cancelled> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) {
        let waker = {
            let mut cancelled = self.lock();
            cancelled.is_cancelled = true;
            cancelled.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

/// Tells once what became of work, also when it is dropped.
struct Report {
    number: u64,
    outside: Arc<Outside>,
    is_said: bool,
}

impl Report {
    fn say(&mut self, results: Results) {
        if !std::mem::replace(&mut self.is_said, true) {
            self.outside.finish(self.number, results);
        }
    }
}

impl Drop for Report {
    fn drop(&mut self) {
        self.say(Results::Dropped);
    }
}

/// What became of work.
enum Results {
    /// In the order of its notifications.
    Each(Vec<Result<(), Unhandled>>),
    Panicked(String),
    Dropped,
    /// It is not over after this time.
    Late(Duration),
}

impl Results {
    /// Of each of so many notifications.
    fn of_each(self, count: usize) -> Vec<Result<(), Unhandled>> {
        let all = |unhandled: &dyn Fn() -> Unhandled| (0..count).map(|_| Err(unhandled())).collect();
        match self {
            Self::Each(results) => results,
            Self::Panicked(words) => all(&|| Unhandled::Panicked(words.clone())),
            Self::Dropped => {
                all(&|| Unhandled::Unfinished("the handler was dropped before its end".to_owned()))
            }
            Self::Late(time) => {
                all(&|| Unhandled::Unfinished(format!("the handler did not end within {} s", time.as_secs())))
            }
        }
    }
}

/// A notification and its lease.
pub(crate) struct Taken {
    pub(crate) due: Due,
    pub(crate) token: i64,
    pub(crate) revision: u32,
}

/// Work whose results are not stored yet.
pub(crate) struct Finished {
    pub(crate) taken: Arc<Vec<Taken>>,
    pub(crate) results: Vec<Result<(), Unhandled>>,
}

/// Work that goes on.
struct Going {
    number: u64,
    /// Its handler.
    handler: usize,
    taken: Arc<Vec<Taken>>,
    since: Instant,
    cancel: Arc<Cancel>,
}

/// Where work runs.
pub(crate) type Run = Box<dyn Fn(HandlerWork) + Send + Sync>;

/// All work outside the transaction.
pub(crate) struct Outside {
    /// How many notifications, or batches of them, a handler has at once.
    pub(crate) concurrency: usize,
    pub(crate) deadline: Duration,
    pub(crate) run: Run,
    /// Called when there are results.
    pub(crate) ring: Box<dyn Fn() + Send + Sync>,
    works: Mutex<Works>,
}

#[derive(Default)]
struct Works {
    last: u64,
    going: Vec<Going>,
    finished: Vec<Arc<Finished>>,
}

impl Outside {
    pub(crate) fn new(
        concurrency: usize,
        deadline: Duration,
        run: Run,
        ring: impl Fn() + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self { concurrency, deadline, run, ring: Box::new(ring), works: Mutex::default() })
    }

    fn lock(&self) -> MutexGuard<'_, Works> {
        self.works.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How much more work a handler can have.
    pub(crate) fn room(&self, handler: usize) -> usize {
        let works = self.lock();
        let has = works.going.iter().filter(|going| going.handler == handler).count();
        self.concurrency.saturating_sub(has)
    }

    /// Begins work on what is leased.
    pub(crate) fn begin(self: &Arc<Self>, handler: usize, taken: Vec<Taken>, work: Work) {
        let cancel = Arc::<Cancel>::default();
        let number = {
            let mut works = self.lock();
            works.last += 1;
            let number = works.last;
            works.going.push(Going {
                number,
                handler,
                taken: Arc::new(taken),
                since: Instant::now(),
                cancel: Arc::clone(&cancel),
            });
            number
        };
        let report = Report { number, outside: Arc::clone(self), is_said: false };
        let work = HandlerWork { work: Some(work), cancel, report };
        // The program's own code. Work that it loses is dropped, which is told.
        drop(catch_unwind(AssertUnwindSafe(|| (self.run)(work))));
    }

    fn finish(&self, number: u64, results: Results) {
        {
            let mut works = self.lock();
            // What is late has been given up.
            let Some(at) = works.going.iter().position(|going| going.number == number) else { return };
            let going = works.going.swap_remove(at);
            let results = results.of_each(going.taken.len());
            works.finished.push(Arc::new(Finished { taken: going.taken, results }));
        }
        (self.ring)();
    }

    /// Gives up the work that has had its time.
    pub(crate) fn end_late(&self) {
        let late: Vec<_> = self
            .lock()
            .going
            .iter()
            .filter(|going| going.since.elapsed() >= self.deadline)
            .map(|going| (going.number, Arc::clone(&going.cancel)))
            .collect();
        for (number, cancel) in late {
            self.finish(number, Results::Late(self.deadline));
            cancel.now();
        }
    }

    /// What has results; it stays until [`Outside::stored`].
    pub(crate) fn finished(&self) -> Vec<Arc<Finished>> {
        self.lock().finished.clone()
    }

    /// The first results are committed.
    pub(crate) fn stored(&self, count: usize) {
        drop(self.lock().finished.drain(..count));
    }

    /// The notifications on which work goes on.
    pub(crate) fn going(&self) -> Vec<Arc<Vec<Taken>>> {
        self.lock().going.iter().map(|going| Arc::clone(&going.taken)).collect()
    }

    /// Whether no work goes on and all results are stored.
    pub(crate) fn is_idle(&self) -> bool {
        let works = self.lock();
        works.going.is_empty() && works.finished.is_empty()
    }
}

/// Runs work in a thread of its own, which waits between its polls.
pub(crate) fn run_in_thread(work: HandlerWork) {
    let thread = thread::Builder::new().name("sf-outbound handler".into());
    // Where there is no thread, the work is dropped, which is told.
    drop(thread.spawn(move || block_on(work)));
}

/// Runs a future whose answer comes from another thread.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(result) => return result,
            Poll::Pending => thread::park(),
        }
    }
}
