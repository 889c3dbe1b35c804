//! The inbox: stores messages before they are acknowledged, and has what was stored handled.

use crate::address::Address;
use crate::clock::{Clock, System};
use crate::counts::{Counters, Counts};
use crate::delivery::Delivery;
use crate::error::{HandlerError, OpenError};
use crate::handler::{BySchema, Handle, Tx, Typed};
use crate::handling::Handling;
use crate::retries::Retries;
use crate::store::arrival::{Arrivals, Stored};
use crate::store::prune::Retention;
use crate::store::{SCHEMA, queue};
use crate::worker::{Shared, work};
use futures_channel::oneshot;
use rusqlite::Connection;
use rusqlite::limits::Limit;
use sf_outbound::{Ack, Fault, Head, Id, Limits, RawReader, Record, Reply, SObject, Schema};
use sf_outbound_store::{Database, Synchronous, Trouble};
use std::fmt;
use std::fs::OpenOptions;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Condvar, Mutex, OnceLock, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Salesforce sends a notification again for 24 hours; and a clock may be wrong, a file restored.
const SHORTEST_KEYS: Duration = Duration::from_secs(48 * 60 * 60);

/// Runs once, when the inbox is opened.
type Prepare = Box<dyn FnOnce(&Tx<'_>) -> Result<(), HandlerError> + Send>;

/// How an inbox is opened: [`Inbox::at`] begins one.
///
/// # Example
///
/// ```no_run
/// use sf_outbound::{Id, Limits, SObject};
/// use sf_outbound_inbox::{Builder, Delivery, Inbox, OpenError, Retries};
/// use std::time::Duration;
///
/// fn inbox<Opportunity: SObject + 'static>(organization: Id) -> Result<Inbox, OpenError> {
///     let hours = |hours: u64| Duration::from_secs(hours * 60 * 60);
///     let builder: Builder = Inbox::at("sqlite:inbox.db?wait=60s")
///         .organization(organization)
///         .limits(Limits::default().notifications(100))
///         .retries(Retries::default().first(Duration::from_secs(1)).longest(hours(6)))
///         .skip_superseded(true)
///         .hold_behind_dead(true)
///         .keep_bodies(hours(24))
///         .keep_keys(hours(96))
///         .keep_dead(hours(24 * 90))
///         .paused(true);
///     builder
///         .in_transaction(|tx, delivery: Delivery<Opportunity>| {
///             tx.execute("INSERT INTO seen(key) VALUES (?1)", [delivery.key.as_str()])?;
///             Ok(())
///         })
///         .open()
/// }
/// ```
#[must_use = "nothing is opened before `open`"]
pub struct Builder {
    address: String,
    reader: RawReader,
    handling: Handling,
    prepare: Vec<Prepare>,
    bodies: Duration,
    keys: Duration,
    dead: Duration,
    is_paused: bool,
    clock: Arc<dyn Clock>,
}

impl Builder {
    /// Handles the notifications of a generated type within the inbox's own transaction: what the handler writes by
    /// [`Tx`] and that the notification is handled are committed together, so the effect happens exactly once.
    ///
    /// An error or a panic undoes what was written, and the handler is called again by the schedule of
    /// [`retries`](Builder::retries). Notifications of one record come in the order of its changes. A handler holds up the
    /// storing of messages, so what is slow or talks to others does not belong here.
    pub fn in_transaction<T: SObject + 'static>(
        self,
        handler: impl Fn(&Tx<'_>, Delivery<T>) -> Result<(), HandlerError> + Send + Sync + 'static,
    ) -> Self {
        self.handler(Typed::new(handler))
    }

    /// Handles the notifications of a schema that was read at run time, as [`in_transaction`](Builder::in_transaction)
    /// does those of a generated type.
    pub fn in_transaction_by(
        self,
        schema: Schema,
        handler: impl Fn(&Tx<'_>, Delivery<Record>) -> Result<(), HandlerError> + Send + Sync + 'static,
    ) -> Self {
        self.handler(BySchema { schema, handler })
    }

    fn handler(mut self, handler: impl Handle + 'static) -> Self {
        self.handling.handlers.push(Box::new(handler));
        self
    }

    /// Makes the program's own tables in the inbox's file; runs each time that the inbox is opened, in the transaction that
    /// makes the inbox's tables.
    pub fn prepare(
        mut self,
        prepare: impl FnOnce(&Tx<'_>) -> Result<(), HandlerError> + Send + 'static,
    ) -> Self {
        self.prepare.push(Box::new(prepare));
        self
    }

    /// Accepts this organization and refuses those that were not named so; can be repeated.
    pub fn organization(mut self, id: Id) -> Self {
        self.reader = self.reader.organization(id);
        self
    }

    /// Sets the limits of a message.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.reader = self.reader.limits(limits);
        self
    }

    /// Sets when a failed notification is tried again.
    pub fn retries(mut self, retries: Retries) -> Self {
        self.handling.retries = retries;
        self
    }

    /// Settles a notification without its handler where a newer version of its record was handled before, which else comes
    /// with [`Delivery::is_superseded`].
    pub fn skip_superseded(mut self, skip: bool) -> Self {
        self.handling.skip_superseded = skip;
        self
    }

    /// Holds the later notifications of a record that has a dead letter, instead of handling them without it.
    pub fn hold_behind_dead(mut self, hold: bool) -> Self {
        self.handling.hold = hold;
        self
    }

    /// How long a record's bytes are kept after it was handled: by default 7 days.
    pub fn keep_bodies(mut self, time: Duration) -> Self {
        self.bodies = time;
        self
    }

    /// How long a notification is remembered after it was received, so that it is known when it comes again: by default 72
    /// hours, at least 48, for Salesforce sends it again for 24. A key stays at least as long as its body.
    pub fn keep_keys(mut self, time: Duration) -> Self {
        self.keys = time;
        self
    }

    /// How long a dead letter is kept: by default 30 days.
    pub fn keep_dead(mut self, time: Duration) -> Self {
        self.dead = time;
        self
    }

    /// Opens the inbox paused: see [`Inbox::pause`].
    pub fn paused(mut self, paused: bool) -> Self {
        self.is_paused = paused;
        self
    }

    #[cfg(test)]
    pub(crate) fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Opens the inbox, and begins to handle what is due.
    ///
    /// **Errors.** See [`OpenError`].
    pub fn open(self) -> Result<Inbox, OpenError> {
        let address = Address::parse(&self.address)?;
        if self.keys < SHORTEST_KEYS {
            return Err(OpenError::Setting(
                "keys are kept for at least 48 hours: Salesforce sends again for 24",
            ));
        }
        let mut objects: Vec<_> = self.handling.handlers.iter().map(|handler| handler.object()).collect();
        objects.sort_unstable();
        if objects.windows(2).any(|two| two[0] == two[1]) {
            return Err(OpenError::Setting("two handlers are for one object"));
        }
        let millis = |time: Duration| i64::try_from(time.as_millis()).unwrap_or(i64::MAX / 4);
        let retention =
            Retention { bodies: millis(self.bodies), keys: millis(self.keys), dead: millis(self.dead) };
        let database = open(&address, self.clock.now(), self.prepare)?;
        let shared = Arc::new(Shared {
            database,
            handling: self.handling,
            retention,
            clock: self.clock,
            counters: Counters::default(),
            is_ending: AtomicBool::new(false),
            is_paused: AtomicBool::new(self.is_paused),
            handlers: OnceLock::new(),
            bell: (Mutex::new(false), Condvar::new()),
            trouble: Mutex::new(None),
        });
        let worker = thread::Builder::new().name("sf-outbound inbox".into()).spawn({
            let shared = Arc::clone(&shared);
            move || work(&shared)
        });
        let worker = worker.map_err(|error| Trouble::Failed(error.to_string()))?;
        let end = End { shared: Arc::clone(&shared), worker: Mutex::new(Some(worker)) };
        Ok(Inbox { reader: self.reader, shared, end: Arc::new(end) })
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder").field("address", &self.address).finish_non_exhaustive()
    }
}

/// Opens the file; where another process has it, waits as long as the address says.
fn open(address: &Address, now: i64, prepare: Vec<Prepare>) -> Result<Database, OpenError> {
    let until = Instant::now() + address.wait;
    if let Some(file) = &address.file {
        make(file).map_err(|error| Trouble::Failed(format!("{}: {error}", file.display())))?;
    }
    let mut prepare = Some(prepare);
    loop {
        let opened = Database::open_with(address.file.as_deref(), &SCHEMA, Synchronous::Full, |connection| {
            begin(connection, now, prepare.take().unwrap_or_default())
        });
        match opened {
            Err(OpenError::Store(Trouble::Taken(_))) if Instant::now() < until => {
                thread::sleep(Duration::from_millis(100));
            }
            opened => return opened.map(|(database, ())| database),
        }
    }
}

/// Makes the file where there is none, for its owner alone: it holds customers' data.
fn make(file: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file).map(drop)
}

fn begin(connection: &Connection, now: i64, prepare: Vec<Prepare>) -> Result<(), OpenError> {
    let set = connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0);
    set.map_err(Trouble::from)?;
    queue::unpark(connection, now)?;
    prepare.into_iter().try_for_each(|prepare| prepare(&Tx(connection))).map_err(OpenError::Prepare)
}

/// A durable inbox. A clone is the same inbox; the last one closes it.
///
/// [`Inbox::accept`] stores a message before it is acknowledged, and drops what was stored before. A thread of the inbox
/// hands each notification to the handler of its object.
///
/// As a tower service it answers `http` requests, so that it can be mounted where a plain server would be.
///
/// # Example
///
/// ```
/// use sf_outbound::{Head, Kind, Record, Schema};
/// use sf_outbound_inbox::{Delivery, Inbox};
///
/// let schema = Schema::new("Account", [("Name".to_owned(), Kind::Text)])?;
/// # let folder = tempfile::tempdir()?;
/// # let address = format!("sqlite:{}", folder.path().join("inbox.db").display());
/// let inbox = Inbox::at(&address) // such as `sqlite:inbox.db`
///     .prepare(|tx| Ok(tx.execute_batch("CREATE TABLE IF NOT EXISTS account(id TEXT PRIMARY KEY, name TEXT)")?))
///     .in_transaction_by(schema, |tx, delivery: Delivery<Record>| {
///         let Some(account) = delivery.record.filter(|_| !delivery.is_superseded) else { return Ok(()) };
///         let name = account.get("Name").map(|name| name.to_string());
///         tx.execute("REPLACE INTO account VALUES (?1, ?2)", (account.id().as_str(), name))?;
///         Ok(())
///     })
///     .open()?;
/// # let accept = inbox.accept(Head::post("text/xml"), b"<html/>");
/// # drop(accept);
/// inbox.close();
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Inbox {
    pub(crate) reader: RawReader,
    shared: Arc<Shared>,
    /// Dropped with the last clone.
    end: Arc<End>,
}

impl Inbox {
    /// Begins an inbox at an address: `sqlite:` and the path of a file.
    ///
    /// With `?wait=60s` it waits so long for another process that works on the file, as the one before does during a
    /// rolling restart; without, it is refused.
    pub fn at(address: &str) -> Builder {
        let days = |days: u64| Duration::from_secs(days * 24 * 60 * 60);
        Builder {
            address: address.to_owned(),
            reader: RawReader::new(),
            handling: Handling {
                handlers: Vec::new(),
                retries: Retries::default(),
                skip_superseded: false,
                hold: false,
                ended_by: AtomicI64::new(0),
            },
            prepare: Vec::new(),
            bodies: days(7),
            keys: days(3),
            dead: days(30),
            is_paused: false,
            clock: Arc::new(System),
        }
    }

    /// Stores the message of a request and gives the reply. It blocks no executor and needs none.
    ///
    /// The reply is an ack when all notifications of the message are on the disk, those that were there before included. It
    /// is a fault where the store fails, and Salesforce sends the message again.
    pub async fn accept(&self, head: Head<'_>, body: &[u8]) -> Reply {
        let message = match self.reader.read(head, body) {
            Ok(message) => Arrivals::of(message),
            Err(refusal) => {
                self.shared.counters.refused.fetch_add(1, Ordering::Relaxed);
                return refusal.into();
            }
        };
        let (sender, answer) = oneshot::channel();
        let now = self.shared.clock.now();
        let submitted = self.shared.database.submit(
            move |connection| message.store(connection, now),
            // Whoever asked may be gone.
            move |stored| drop(sender.send(stored)),
        );
        let stored = match submitted {
            Ok(()) => answer.await.unwrap_or(Err(Trouble::Closed)),
            Err(trouble) => Err(trouble),
        };
        self.answer(stored)
    }

    fn answer(&self, stored: Result<Stored, Trouble>) -> Reply {
        match stored {
            Ok(stored) => {
                self.shared.counters.stored(stored);
                self.shared.ring();
                Ack::Accepted.into()
            }
            Err(trouble) => {
                self.shared.counters.unstored.fetch_add(1, Ordering::Relaxed);
                self.shared.tell(Some(trouble));
                Fault::new("the message could not be stored; it is wanted again").into()
            }
        }
    }

    /// What the inbox has done since it was opened.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.shared.counters.read()
    }

    /// What is wrong with the file, such as a full disk; `None` where it works. For a readiness check.
    ///
    /// ```
    /// use sf_outbound_inbox::Inbox;
    ///
    /// fn status_of_readiness(inbox: &Inbox) -> u16 {
    ///     if inbox.trouble().is_none() { 200 } else { 503 }
    /// }
    /// ```
    #[must_use]
    pub fn trouble(&self) -> Option<Trouble> {
        self.shared.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Handles nothing more until [`Inbox::resume`], and goes on storing: while what handlers write to is out of service,
    /// for example. It is not remembered when the program starts again.
    ///
    /// ```
    /// use sf_outbound_inbox::Inbox;
    ///
    /// fn while_it_is_paused(inbox: &Inbox, work: impl FnOnce()) {
    ///     inbox.pause();
    ///     work();
    ///     inbox.resume();
    /// }
    /// ```
    pub fn pause(&self) {
        self.shared.is_paused.store(true, Ordering::SeqCst);
    }

    /// Handles again what is due.
    pub fn resume(&self) {
        self.shared.is_paused.store(false, Ordering::SeqCst);
        self.shared.ring();
    }

    /// Finishes the notification that is being handled, and closes the file. What is not handled waits for the next start;
    /// a message that comes now is answered with a fault.
    pub fn close(&self) {
        self.end.now();
    }

    /// For tests: the file, as a handler does not see it.
    #[cfg(test)]
    pub(crate) fn database(&self) -> &Database {
        &self.shared.database
    }
}

impl fmt::Debug for Inbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inbox").field("counts", &self.counts()).finish_non_exhaustive()
    }
}

/// Ends the worker and closes the file.
struct End {
    shared: Arc<Shared>,
    worker: Mutex<Option<JoinHandle<()>>>,
}

impl End {
    fn now(&self) {
        self.shared.is_ending.store(true, Ordering::SeqCst);
        self.shared.ring();
        let worker = self.worker.lock().unwrap_or_else(PoisonError::into_inner).take();
        let here = thread::current().id();
        // A handler that ends the inbox can't wait for its own end, nor can the worker.
        let waits = self.shared.handlers.get() != Some(&here);
        if let Some(worker) = worker.filter(|worker| waits && worker.thread().id() != here) {
            // A thread that panicked has nothing left to say.
            drop(worker.join());
        }
        self.shared.database.close();
    }
}

impl Drop for End {
    fn drop(&mut self) {
        self.now();
    }
}
