//! How an inbox is opened: its handlers and settings.

use crate::address::Address;
use crate::clock::{Clock, System};
use crate::counts::Counters;
use crate::delivery::Delivery;
use crate::error::{HandlerError, OpenError};
use crate::handler::{Batch, Form, Generated, Handler, Inside, One, Tx};
use crate::handling::Handling;
use crate::inbox::Inbox;
use crate::mount::network;
use crate::outside::{HandlerWork, Outside, Run, run_in_thread};
use crate::retries::Retries;
use crate::store::prune::Retention;
use crate::store::{SCHEMA, settle};
use crate::worker::{Bell, Shared};
use rusqlite::Connection;
use rusqlite::limits::Limit;
use sf_outbound::{Id, Limits, RawReader, Record, SObject, Schema};
use sf_outbound_store::{Database, Synchronous, Trouble};
use std::fmt;
use std::fs::OpenOptions;
use std::io;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};
use std::thread;
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
///         .transaction_deadline(Duration::from_secs(5))
///         .accept_within(Duration::from_secs(30))
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
    accept_within: Duration,
    concurrency: usize,
    deadline: Duration,
    grace: Duration,
    run: Run,
    is_paused: bool,
    clock: Arc<dyn Clock>,
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
                ended_by: Mutex::default(),
                deadline: Duration::from_secs(10),
            },
            prepare: Vec::new(),
            bodies: days(7),
            keys: days(3),
            dead: days(30),
            accept_within: Duration::from_secs(50),
            concurrency: 8,
            deadline: Duration::from_secs(5 * 60),
            grace: Duration::from_secs(20),
            run: Box::new(run_in_thread),
            is_paused: false,
            clock: Arc::new(System),
        }
    }
}

impl Builder {
    /// Handles the notifications of a generated type within the inbox's own transaction: what the handler writes by
    /// [`Tx`] and that the notification is handled are committed together, so the effect happens exactly once.
    ///
    /// An error or a panic undoes what was written, and the handler is called again by the schedule of
    /// [`retries`](Builder::retries). Notifications of one record come in the order of its changes. A handler holds up the
    /// storing of messages, so what is slow or talks to others belongs [`outside`](Builder::outside).
    pub fn in_transaction<T: SObject + 'static>(
        self,
        handler: impl Fn(&Tx<'_>, Delivery<T>) -> Result<(), HandlerError> + Send + Sync + 'static,
    ) -> Self {
        self.inside(Generated::new(), handler)
    }

    /// How long a handler may be at work in the transaction: by default 10 seconds, for messages wait meanwhile, and
    /// Salesforce waits 60. Then its statement is interrupted and the try has failed; code that runs no statement can't be
    /// interrupted.
    pub fn transaction_deadline(mut self, time: Duration) -> Self {
        self.handling.deadline = time;
        self
    }

    /// Handles the notifications of a schema that was read at run time, as [`in_transaction`](Builder::in_transaction)
    /// does those of a generated type.
    pub fn in_transaction_by(
        self,
        schema: Schema,
        handler: impl Fn(&Tx<'_>, Delivery<Record>) -> Result<(), HandlerError> + Send + Sync + 'static,
    ) -> Self {
        self.inside(schema, handler)
    }

    fn inside<F: Form>(
        self,
        form: F,
        handler: impl Fn(&Tx<'_>, Delivery<F::Record>) -> Result<(), HandlerError> + Send + Sync + 'static,
    ) -> Self {
        self.handler(Handler::Inside(Box::new(Inside { form, handler })))
    }

    /// Handles the notifications of a generated type outside the transaction, for what is slow or talks to others: another
    /// database, an HTTP service. The effect happens at least once, each time with the same [`Delivery::key`]: a crash
    /// between the effect and the note that it happened repeats it.
    ///
    /// The notification is leased for the time of the work. Up to [`concurrency`](Builder::concurrency) are handled at the
    /// same time, of one record never two, and in the order of its changes. An error, a panic, and more time than the
    /// [`deadline`](Builder::deadline) are failed tries.
    ///
    /// A handler runs in a thread of its own, where it may block; [`run_on`](Builder::run_on) names another place.
    ///
    /// # Example
    ///
    /// ```no_run
    /// # use sf_outbound::SObject;
    /// use sf_outbound_inbox::{Delivery, HandlerError, Inbox, OpenError};
    ///
    /// # fn post(_: &str, _: &str, _: &str) -> std::io::Result<()> { Ok(()) }
    /// fn inbox<Opportunity: SObject + 'static>() -> Result<Inbox, OpenError> {
    ///     Inbox::at("sqlite:inbox.db")
    ///         .outside(|delivery: Delivery<Opportunity>| async move {
    ///             let Some(deal) = delivery.record else { return Ok(()) };
    ///             Ok(post("https://erp.example/deals", delivery.key.as_str(), deal.id().as_str())?)
    ///         })
    ///         .open()
    /// }
    /// ```
    pub fn outside<T: SObject + 'static, W>(
        self,
        handler: impl Fn(Delivery<T>) -> W + Send + Sync + 'static,
    ) -> Self
    where
        W: Future<Output = Result<(), HandlerError>> + Send + 'static,
    {
        self.handler(Handler::Outside(Box::new(One::new(Generated::new(), handler))))
    }

    /// Handles the notifications of a schema that was read at run time, as [`outside`](Builder::outside) does those of a
    /// generated type.
    ///
    /// # Example
    ///
    /// ```no_run
    /// use sf_outbound::{Record, Schema};
    /// use sf_outbound_inbox::{Delivery, Inbox, OpenError};
    /// use std::time::Duration;
    ///
    /// # async fn post(_: &str, _: &Option<Record>) -> std::io::Result<()> { Ok(()) }
    /// fn inbox(accounts: Schema, contacts: Schema) -> Result<Inbox, OpenError> {
    ///     Inbox::at("sqlite:inbox.db")
    ///         .outside_by(accounts, |delivery: Delivery<Record>| async move {
    ///             Ok(post(delivery.key.as_str(), &delivery.record).await?)
    ///         })
    ///         .outside_in_batches_by(contacts, 50, |deliveries: Vec<Delivery<Record>>| async move {
    ///             deliveries.iter().map(|_| Ok(())).collect()
    ///         })
    ///         .concurrency(16)
    ///         .deadline(Duration::from_secs(30))
    ///         .grace(Duration::from_secs(10))
    ///         .open()
    /// }
    /// ```
    pub fn outside_by<W>(
        self,
        schema: Schema,
        handler: impl Fn(Delivery<Record>) -> W + Send + Sync + 'static,
    ) -> Self
    where
        W: Future<Output = Result<(), HandlerError>> + Send + 'static,
    {
        self.handler(Handler::Outside(Box::new(One::new(schema, handler))))
    }

    /// Handles up to so many notifications of a generated type at once, outside the transaction, each of another record. The
    /// results are in the order of the notifications; one without a result has failed.
    ///
    /// # Example
    ///
    /// ```no_run
    /// # use sf_outbound::SObject;
    /// use sf_outbound_inbox::{Delivery, Inbox, OpenError};
    ///
    /// # fn post(_: &[&str]) -> std::io::Result<Vec<std::io::Result<()>>> { Ok(Vec::new()) }
    /// fn inbox<Opportunity: SObject + 'static>() -> Result<Inbox, OpenError> {
    ///     Inbox::at("sqlite:inbox.db")
    ///         .outside_in_batches(50, |deliveries: Vec<Delivery<Opportunity>>| async move {
    ///             let keys: Vec<_> = deliveries.iter().map(|delivery| delivery.key.as_str()).collect();
    ///             match post(&keys) {
    ///                 Ok(results) => results.into_iter().map(|result| Ok(result?)).collect(),
    ///                 Err(error) => keys.iter().map(|_| Err(error.to_string().into())).collect(),
    ///             }
    ///         })
    ///         .open()
    /// }
    /// ```
    pub fn outside_in_batches<T: SObject + 'static, W>(
        self,
        most: usize,
        handler: impl Fn(Vec<Delivery<T>>) -> W + Send + Sync + 'static,
    ) -> Self
    where
        W: Future<Output = Vec<Result<(), HandlerError>>> + Send + 'static,
    {
        self.handler(Handler::Outside(Box::new(Batch::new(Generated::new(), most, handler))))
    }

    /// Handles up to so many notifications of a schema that was read at run time at once, as
    /// [`outside_in_batches`](Builder::outside_in_batches) does those of a generated type.
    pub fn outside_in_batches_by<W>(
        self,
        schema: Schema,
        most: usize,
        handler: impl Fn(Vec<Delivery<Record>>) -> W + Send + Sync + 'static,
    ) -> Self
    where
        W: Future<Output = Vec<Result<(), HandlerError>>> + Send + 'static,
    {
        self.handler(Handler::Outside(Box::new(Batch::new(schema, most, handler))))
    }

    fn handler(mut self, handler: Handler) -> Self {
        self.handling.handlers.push(handler);
        self
    }

    /// How many notifications, or batches of them, each handler outside the transaction has at the same time: by default 8.
    pub fn concurrency(mut self, most: usize) -> Self {
        self.concurrency = most.max(1);
        self
    }

    /// How long a handler outside the transaction may take: by default 5 minutes. After it the try has failed; a future is
    /// dropped where it next gives way, and what a thread does then counts no longer.
    pub fn deadline(mut self, time: Duration) -> Self {
        self.deadline = time;
        self
    }

    /// How long [`Inbox::close`] waits for handlers outside the transaction that are at work: by default 20 seconds. What
    /// is not over then is given back, and no try of it is counted.
    pub fn grace(mut self, time: Duration) -> Self {
        self.grace = time;
        self
    }

    /// Runs the handlers outside the transaction where the program wants it, such as on a tokio runtime, which libraries
    /// for tokio need: see [`HandlerWork`].
    pub fn run_on(mut self, run: impl Fn(HandlerWork) + Send + Sync + 'static) -> Self {
        self.run = Box::new(run);
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

    /// How long a message may wait to be stored, before it is answered with a fault: by default 50 seconds, as Salesforce
    /// waits 60. What is stored later is a duplicate when it comes again.
    pub fn accept_within(mut self, time: Duration) -> Self {
        self.accept_within = time;
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
        let mut objects: Vec<_> = self.handling.handlers.iter().map(Handler::object).collect();
        objects.sort_unstable();
        if objects.windows(2).any(|two| two[0] == two[1]) {
            return Err(OpenError::Setting("two handlers are for one object"));
        }
        let millis = |time: Duration| i64::try_from(time.as_millis()).unwrap_or(i64::MAX / 4);
        let retention =
            Retention { bodies: millis(self.bodies), keys: millis(self.keys), dead: millis(self.dead) };
        let database = open(&address, self.clock.now(), self.prepare)?;
        let bell = Arc::<Bell>::default();
        let ring = Arc::clone(&bell);
        let outside = Outside::new(self.concurrency, self.deadline, self.run, move || ring.ring());
        let shared = Shared {
            database,
            handling: self.handling,
            retention,
            clock: self.clock,
            counters: Counters::default(),
            is_ending: AtomicBool::new(false),
            is_paused: AtomicBool::new(self.is_paused),
            outside,
            grace: self.grace,
            bell,
            trouble: Mutex::new(None),
        };
        Ok(Inbox::start(self.reader, shared, self.accept_within)?)
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
        if let Some(kind) = network(file) {
            return Err(OpenError::Network(kind));
        }
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
    settle::unpark(connection, now)?;
    settle::expire(connection, now)?;
    settle::wake_heads(connection, now)?;
    prepare.into_iter().try_for_each(|prepare| prepare(&Tx(connection))).map_err(OpenError::Prepare)
}
