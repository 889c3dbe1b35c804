//! The organization: what starts it, and its door.

use crate::codes;
use crate::definition::Definition;
use crate::delivery::clock::{Clock, SystemClock, Time};
use crate::delivery::{
    Bells, Client, Incoming, Lanes, Listener, Observer, Outgoing, Recorder, Schedule, Sent, Shared, Troubles,
    Trust, boxed, millis,
};
use crate::error::Error;
use crate::ids;
use crate::operator::{Departure, Failed, MessageStatus, Operator, Waiting};
use crate::records::{Done, Operation, Records, external_ids};
use crate::rehearsal::{Rehearsal, Stage};
#[cfg(feature = "server")]
use crate::server::{Rest, Server};
use crate::setup::Setup;
use crate::store::{Options, Store};
use crate::values::{Changes, Values};
use sf_outbound::{Id, OwnedValue};
use sf_outbound_store::Synchronous;
#[cfg(feature = "server")]
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// The settings of an organization, which [`Builder::start`] starts.
///
/// # Example
///
/// ```no_run
/// use sf_outbound_sender::{Builder, Definition, Org, Rest, Schedule, SystemClock};
/// use std::{fs, time::Duration};
///
/// # fn set_up(definition: Definition) -> Result<(), Box<dyn std::error::Error>> {
/// let builder: Builder = Org::builder(definition)
///     .file("org.db")
///     .clock(SystemClock::with_speed(1000.0))
///     .schedule(Schedule::default())
///     .keep_failed(false)
///     .coalesce(true)
///     .drop_queue_of("NotSentAnyMore")
///     .ids_from(1_000_000)
///     .host("acme.my.salesforce.com")
///     .timeout(Duration::from_secs(5))
///     .log_lifetime(Duration::from_secs(3600))
///     .root_certificates(fs::read("root.pem")?)
///     .client_certificate(fs::read("client.pem")?, fs::read("client.key")?)
///     .observer(|message, sent| println!("{message}: {} notifications", sent.notifications))
///     .on_trouble(|trouble| println!("{}", trouble.map_or("all is well again", |error| error.message())))
///     .rest(Rest::on("127.0.0.1:8099".parse()?).token("0123456789abcdef0123456789abcdef").tls(fs::read("org.pem")?, fs::read("org.key")?));
/// let org = builder.start()?;
/// println!("records change at {:?}", org.address());
/// org.stop();
/// # Ok(()) }
/// ```
#[must_use]
pub struct Builder {
    definition: Definition,
    file: Option<PathBuf>,
    clock: Box<dyn Clock>,
    schedule: Schedule,
    keep_failed: bool,
    coalesce: bool,
    drop_queue_of: Vec<String>,
    ids_from: u64,
    host: String,
    timeout: Duration,
    log_lifetime: Duration,
    trust: Trust,
    #[cfg(feature = "server")]
    rest: Option<Rest>,
    rehearsal: Rehearsal,
    recorder: Option<Recorder>,
    observer: Option<Observer>,
    on_trouble: Option<Listener>,
    synchronous: Synchronous,
}

impl Builder {
    /// Keeps records, queue and log in this file, and makes it if there is none. By default they are kept in memory.
    pub fn file(mut self, path: impl Into<PathBuf>) -> Self {
        self.file = Some(path.into());
        self
    }

    /// Sets the clock; the default is [`SystemClock`].
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Box::new(clock);
        self
    }

    /// Sets the schedule of retries; the default is Salesforce's.
    pub fn schedule(mut self, schedule: Schedule) -> Self {
        self.schedule = schedule;
        self
    }

    /// With `true`, which is the default, notifications that were not delivered in their lifetime are listed as failed,
    /// so that an operator can retry them. With `false` they are dropped.
    pub fn keep_failed(mut self, keep: bool) -> Self {
        self.keep_failed = keep;
        self
    }

    /// With `true`, a change of a record is merged into a notification of the same record that waits and was never
    /// sent. With `false`, which is the default, each change has a notification of its own: no source says that
    /// Salesforce merges them.
    pub fn coalesce(mut self, coalesce: bool) -> Self {
        self.coalesce = coalesce;
        self
    }

    /// Drops the waiting and failed notifications that the file has of an outbound message that is no longer in the
    /// definition. Can be called several times. Without it [`Builder::start`] refuses such a file.
    pub fn drop_queue_of(mut self, message: impl Into<String>) -> Self {
        self.drop_queue_of.push(message.into());
        self
    }

    /// The number in the ids of the first record and notification of an organization in memory or in a new file; the
    /// default is 1, so that each run of a test gives the same ids. A listener that remembers ids takes those of a
    /// second run for duplicates: begin each run at another number, such as the microseconds since 1970.
    pub fn ids_from(mut self, number: u64) -> Self {
        self.ids_from = number;
        self
    }

    /// The host in the URLs of messages; the default is `example.my.salesforce.com`.
    pub fn host(mut self, host: impl Into<String>) -> Self {
        self.host = host.into();
        self
    }

    /// How long an endpoint has to reply, in real time; the default is Salesforce's 60 s.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How long attempts and departures stay in the log; the default is 7 days.
    pub fn log_lifetime(mut self, lifetime: Duration) -> Self {
        self.log_lifetime = lifetime;
        self
    }

    /// Trusts the root certificates of a PEM text, and no others. Can be called several times. By default the roots of
    /// the web are trusted.
    pub fn root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.trust.roots.push(pem.into());
        self
    }

    /// Presents a client certificate to endpoints that ask for one: PEM texts of its chain and of its key.
    pub fn client_certificate(mut self, chain: impl Into<Vec<u8>>, key: impl Into<Vec<u8>>) -> Self {
        self.trust.identity = Some((chain.into(), key.into()));
        self
    }

    /// Serves the REST API.
    #[cfg(feature = "server")]
    pub fn rest(mut self, rest: Rest) -> Self {
        self.rest = Some(rest);
        self
    }

    /// Rehearses faults of networks and of Salesforce; the default is none.
    pub fn rehearsal(mut self, rehearsal: Rehearsal) -> Self {
        self.rehearsal = rehearsal;
        self
    }

    /// Calls a function with each message before it is sent. The function returns another one, which is called with the
    /// reply. Both run in the thread that delivers the message.
    ///
    /// # Example
    ///
    /// ```no_run
    /// # fn example(builder: sf_outbound_sender::Builder) -> sf_outbound_sender::Builder {
    /// builder.recorder(|outgoing| {
    ///     let sent = outgoing.body.len();
    ///     move |incoming| println!("{sent} bytes, {:?}", incoming.reply.map(|(status, _)| status))
    /// })
    /// # }
    /// ```
    pub fn recorder<A: FnOnce(&Incoming<'_>) + 'static>(
        mut self,
        recorder: impl Fn(&Outgoing<'_>) -> A + Send + Sync + 'static,
    ) -> Self {
        self.recorder = Some(boxed(recorder));
        self
    }

    /// Calls a function after each message that was sent, with the outbound message's name, in the thread that delivers
    /// it: what it does delays the next delivery.
    pub fn observer(mut self, observer: impl Fn(&str, &Sent) + Send + Sync + 'static) -> Self {
        self.observer = Some(Box::new(observer));
        self
    }

    /// Calls a function once for each trouble that stops deliveries, such as a full disk or a panic of the observer,
    /// and with `None` when all trouble is over. What was sent meanwhile is not sent again: its result is kept, and
    /// written as soon as that is possible.
    pub fn on_trouble(mut self, hear: impl Fn(Option<&Error>) + Send + Sync + 'static) -> Self {
        self.on_trouble = Some(Box::new(hear));
        self
    }

    /// Sets SQLite's `synchronous`, so that a test can see what a level below `FULL` loses.
    #[doc(hidden)]
    pub fn synchronous(mut self, level: Synchronous) -> Self {
        self.synchronous = level;
        self
    }

    /// Opens the file and starts the deliveries.
    ///
    /// **Errors.** `SFD0105` to `SFD0119` for a definition with a mistake, as in the report on a file; `SFD0401` to
    /// `SFD0403` for the file, `SFD0405` if it has notifications of an outbound message that the definition does not
    /// have; `SFD0502` for a certificate; `SFD0503` for the REST API's address, `SFD0504` for its token.
    pub fn start(self) -> Result<Org, Error> {
        let mut setup = Setup::new(self.definition.clone())?;
        let client = Client::new(self.timeout, &self.trust)?;
        let options = Options {
            synchronous: self.synchronous,
            ids_from: ids::first(self.ids_from),
            drop_queue_of: self.drop_queue_of,
            coalesce: self.coalesce,
            now_millis: self.clock.now_millis(),
        };
        let (store, found) = Store::open(self.file.as_deref(), &setup.names(), &options)?;
        setup.number(&found.numbers);
        let stage = Arc::new(Stage::new(self.rehearsal, &setup));
        let lanes = setup.messages.len();
        let shared = Arc::new(Shared {
            observer: self.observer,
            hooks: Arc::<Stage>::clone(&stage),
            recorder: self.recorder,
            setup,
            store,
            time: Time::new(self.clock, found.seen_millis),
            bells: Bells::new(lanes),
            client,
            schedule: self.schedule,
            keep_failed: self.keep_failed,
            host: self.host,
            log_millis: millis(self.log_lifetime),
            troubles: Troubles::new(self.on_trouble),
        });
        shared.write(|shared, tx| external_ids::index(&shared.setup, tx))?;
        let weak = Arc::downgrade(&shared);
        shared.time.on_set(Box::new(move || {
            if let Some(shared) = weak.upgrade() {
                shared.bells.ring_all();
            }
        }));
        let records = Records::new(&shared);
        let operator = Operator::new(&shared, stage, self.definition);
        let lanes = Lanes::start(&shared)?;
        #[cfg(feature = "server")]
        let server = self.rest.map(|rest| rest.serve(records.clone(), operator.clone())).transpose()?;
        Ok(Org {
            #[cfg(feature = "server")]
            server,
            lanes,
            shared,
            records,
            operator,
            patience: self.timeout,
        })
    }
}

/// A running organization.
///
/// Its operations block until the file is written, and can be called from any thread, also in an async test. When it is
/// dropped, it stops as by [`Org::stop`].
///
/// # Example
///
/// Records are changed, and an operator takes care of what was not delivered:
///
/// ```
/// use sf_outbound_sender::{Changes, Definition, Departure, Done, Error, Failed, MessageStatus, Operation};
/// use sf_outbound_sender::{Org, Outcome, Sent, Values, Waiting};
/// use std::time::Duration;
///
/// fn change(org: &Org) -> Result<(), Error> {
///     let id = org.create("Account", [("Name", "Acme")])?;
///     org.update("Account", id, Changes::default().set("Name", "Acme & Sons").null("Phone"))?;
///     let done: Done = org.upsert("Account", "Number__c", "A-1", [("Name", "Acme")])?;
///     assert!(done.created);
///     let values: Values = org.read("Account", done.id)?;
///     assert_eq!(values.id(), Some(done.id));
///     org.batch(vec![Operation::Delete { object: "Account".into(), id: done.id }])?;
///     org.settle()?;
///     org.delete("Account", id)?;
///     org.settle_within(Duration::from_secs(5))
/// }
///
/// fn look_after(org: &Org) -> Result<(), Error> {
///     let all: Vec<MessageStatus> = org.status()?;
///     for message in all {
///         let waiting: Vec<Waiting> = org.waiting(&message.name, 100)?;
///         println!("{}: {} of {} waiting", message.name, waiting.len(), message.waiting);
///         let last: Option<Sent> = org.attempts(&message.name, 1)?.pop();
///         println!("{:?}", last.and_then(|sent| sent.reason));
///         let failed: Vec<Failed> = org.failed(&message.name, None, 100)?;
///         for failed in failed {
///             if failed.tries < 30 { org.retry(failed.id)? } else { org.remove(failed.id)? }
///         }
///     }
///     let gone: Vec<Departure> = org.departures(None, 100)?;
///     println!("{} dropped", gone.iter().filter(|gone| gone.outcome == Outcome::Dropped).count());
///     Ok(())
/// }
/// ```
pub struct Org {
    #[cfg(feature = "server")]
    server: Option<Server>,
    lanes: Lanes,
    shared: Arc<Shared>,
    records: Records,
    operator: Operator,
    patience: Duration,
}

impl Org {
    /// Begins an organization with this definition.
    pub fn builder(definition: Definition) -> Builder {
        Builder {
            definition,
            file: None,
            clock: Box::new(SystemClock::default()),
            schedule: Schedule::default(),
            keep_failed: true,
            coalesce: false,
            drop_queue_of: Vec::new(),
            ids_from: 1,
            host: "example.my.salesforce.com".to_owned(),
            timeout: Duration::from_secs(60),
            log_lifetime: Duration::from_secs(7 * 24 * 60 * 60),
            trust: Trust::default(),
            #[cfg(feature = "server")]
            rest: None,
            rehearsal: Rehearsal::default(),
            recorder: None,
            observer: None,
            on_trouble: None,
            synchronous: Synchronous::Full,
        }
    }

    /// Makes a record and gives its id. When it returns, the record and what its rules queue are on the disk.
    ///
    /// **Errors.** `INVALID_TYPE`, `INVALID_FIELD`, `INVALID_FIELD_FOR_INSERT_UPDATE`, `JSON_PARSER_ERROR` for a value
    /// of another kind, `DUPLICATE_VALUE`; `SFD0401` and `SFD0404`, as each operation.
    pub fn create(&self, object: &str, changes: impl Into<Changes>) -> Result<Id, Error> {
        let operation = Operation::Create { object: object.to_owned(), changes: changes.into() };
        self.records.one(operation).map(|done| done.id)
    }

    /// The values of a record.
    ///
    /// **Errors.** `INVALID_TYPE`, `NOT_FOUND`, `ENTITY_IS_DELETED`.
    pub fn read(&self, object: &str, id: Id) -> Result<Values, Error> {
        self.records.read(object, id)
    }

    /// Gives a record new values.
    ///
    /// **Errors.** As [`Org::create`] and [`Org::read`].
    pub fn update(&self, object: &str, id: Id, changes: impl Into<Changes>) -> Result<(), Error> {
        let operation = Operation::Update { object: object.to_owned(), id, changes: changes.into() };
        self.records.one(operation).map(drop)
    }

    /// Gives new values to the record with this external id, or makes the record.
    ///
    /// **Errors.** As [`Org::create`]; `NOT_FOUND` if the field has no external ids.
    pub fn upsert(
        &self,
        object: &str,
        field: &str,
        value: impl Into<OwnedValue>,
        changes: impl Into<Changes>,
    ) -> Result<Done, Error> {
        self.records.one(Operation::Upsert {
            object: object.to_owned(),
            field: field.to_owned(),
            value: value.into(),
            changes: changes.into(),
        })
    }

    /// Deletes a record. A notification of the record that still waits will be sent without data.
    ///
    /// **Errors.** As [`Org::read`].
    pub fn delete(&self, object: &str, id: Id) -> Result<(), Error> {
        self.records.one(Operation::Delete { object: object.to_owned(), id }).map(drop)
    }

    /// Does up to 200 operations in one transaction, all or none.
    ///
    /// **Errors.** The first refusal; `EXCEEDED_ID_LIMIT` for more than 200.
    pub fn batch(&self, operations: Vec<Operation>) -> Result<Vec<Done>, Error> {
        let done = self.records.batch(operations, true)?;
        let refused =
            done.iter().find_map(|done| done.as_ref().err().filter(|error| !error.is_rolled_back()));
        match refused {
            Some(error) => Err(error.clone()),
            None => done.into_iter().collect(),
        }
    }

    /// Waits until no notification is due or being sent. Those that were not acknowledged are due later, and it does
    /// not wait for them.
    ///
    /// **Errors.** `SFD0501` when that takes longer than an endpoint may take to reply and 10 s more.
    pub fn settle(&self) -> Result<(), Error> {
        self.settle_within(self.patience.saturating_add(Duration::from_secs(10)))
    }

    /// [`Org::settle`] with another time limit, in real time.
    ///
    /// **Errors.** `SFD0501`.
    pub fn settle_within(&self, patience: Duration) -> Result<(), Error> {
        if self.shared.bells.rest(patience) {
            return Ok(());
        }
        let trouble = self.operator.trouble();
        Err(trouble
            .unwrap_or_else(|| Error::trouble(&codes::NOT_QUIET, "a notification is still due or in flight")))
    }

    /// The state of each outbound message.
    pub fn status(&self) -> Result<Vec<MessageStatus>, Error> {
        self.operator.status()
    }

    /// The waiting notifications of an outbound message, the one that is due first at the front.
    ///
    /// **Errors.** `NOT_FOUND`.
    pub fn waiting(&self, message: &str, limit: usize) -> Result<Vec<Waiting>, Error> {
        self.operator.waiting(message, limit)
    }

    /// The failed notifications of an outbound message: those after a given one, or from the first one on.
    ///
    /// **Errors.** `NOT_FOUND`.
    pub fn failed(&self, message: &str, after: Option<Id>, limit: usize) -> Result<Vec<Failed>, Error> {
        self.operator.failed(message, after, limit)
    }

    /// The sent messages of an outbound message, the last one first.
    ///
    /// **Errors.** `NOT_FOUND`.
    pub fn attempts(&self, message: &str, limit: usize) -> Result<Vec<Sent>, Error> {
        self.operator.attempts(message, limit)
    }

    /// The notifications that left the queue, in the order of their ids: those after a given one, or from the first one
    /// on.
    pub fn departures(&self, after: Option<Id>, limit: usize) -> Result<Vec<Departure>, Error> {
        self.operator.departures(after, limit)
    }

    /// Makes a waiting or failed notification due now.
    ///
    /// **Errors.** `NOT_FOUND`.
    pub fn retry(&self, notification: Id) -> Result<(), Error> {
        self.operator.retry(notification)
    }

    /// Removes a notification from the queue or from the list of failed ones.
    ///
    /// **Errors.** `NOT_FOUND`.
    pub fn remove(&self, notification: Id) -> Result<(), Error> {
        self.operator.remove(notification)
    }

    /// What is rehearsed.
    #[must_use]
    pub fn rehearsal(&self) -> Rehearsal {
        self.operator.rehearsal()
    }

    /// Rehearses other faults from the next message on. What a fault has begun, such as a delay, goes on.
    pub fn rehearse(&self, rehearsal: Rehearsal) {
        self.operator.rehearse(rehearsal);
    }

    /// Finishes the messages that are being sent, writes their results, and closes the file.
    pub fn stop(self) {
        drop(self);
    }

    /// Ends as in a crash: what is not committed is lost, and the results of messages that are being sent are not
    /// written.
    #[doc(hidden)]
    pub fn crash(self) {
        self.shared.store.kill();
    }

    /// Limits the file to this number of pages, as if the disk were full.
    #[doc(hidden)]
    pub fn limit_pages(&self, pages: u32) {
        drop(self.shared.store.run(move |tx| tx.limit_pages(pages)));
    }

    /// The address of the REST API; `None` if it is not served.
    #[cfg(feature = "server")]
    #[must_use]
    pub fn address(&self) -> Option<SocketAddr> {
        self.server.as_ref().map(Server::address)
    }

    #[cfg(all(test, feature = "server"))]
    pub(crate) fn server(&self) -> Option<&Server> {
        self.server.as_ref()
    }

    fn end(&mut self) {
        #[cfg(feature = "server")]
        drop(self.server.take());
        self.lanes.stop();
        self.shared.store.close();
    }
}

impl Drop for Org {
    fn drop(&mut self) {
        self.end();
    }
}
