//! An inbox by what it promises, with messages made by the runtime and a clock of the test's own.

mod accepting;
mod faults;
mod handling;
mod life;
mod model;
mod outside;

use crate::builder::Builder;
use crate::clock::Clock;
use crate::delivery::Delivery;
use crate::error::HandlerError;
use crate::handler::Tx;
use crate::inbox::Inbox;
use crate::outside::block_on;
use sf_outbound::jiff::Timestamp;
use sf_outbound::{Head, Id, Kind, Notifications, OwnedValue, Record, Reply, Schema};
use sf_outbound_store::Trouble;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

const START: i64 = 1_700_000_000_000;

/// A clock that stands still until it is set.
#[derive(Default)]
struct Still(AtomicI64);

impl Still {
    fn new() -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(START)))
    }

    fn pass(&self, time: Duration) {
        self.0.fetch_add(i64::try_from(time.as_millis()).unwrap(), Ordering::SeqCst);
    }
}

impl Clock for Still {
    fn now(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}

fn account() -> Schema {
    let fields = [("Name", Kind::Text), ("SystemModstamp", Kind::DateTime)];
    Schema::new("Account", fields.map(|(name, kind)| (name.to_owned(), kind))).unwrap()
}

/// An id with a number in it.
fn id(prefix: &str, number: u32) -> Id {
    Id::new(&format!("{prefix}5w{number:010}")).unwrap().to_18()
}

/// A notification of one record in one state; a name of `None` is of a record that was deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Sent {
    notification: u32,
    record: u32,
    name: Option<u32>,
    /// Seconds.
    modified: i64,
}

fn message(sent: &[Sent]) -> Vec<u8> {
    let schema = account();
    let message =
        sent.iter().fold(Notifications::<Record>::new(id("00D", 1), id("04k", 1)), |message, sent| {
            let record = sent.name.map(|name| {
                let mut record = schema.record(id("001", sent.record));
                record.set("Name", Some(format!("name {name}").into()));
                let at = Timestamp::from_second(sent.modified).unwrap();
                record.set("SystemModstamp", Some(OwnedValue::DateTime(at)));
                record
            });
            message.with(id("04l", sent.notification), record)
        });
    let mut bytes = Vec::new();
    message.encode(&mut bytes);
    bytes
}

fn send(inbox: &Inbox, sent: &[Sent]) -> Reply {
    block_on(inbox.accept(Head::post("text/xml"), &message(sent)))
}

fn is_ack(reply: &Reply) -> bool {
    let body = String::from_utf8_lossy(&reply.body);
    reply.status == 200 && body.contains("<Ack>true</Ack>")
}

fn accepted(inbox: &Inbox, sent: &[Sent]) {
    let reply = send(inbox, sent);
    assert!(is_ack(&reply), "{}", String::from_utf8_lossy(&reply.body));
}

/// What handlers saw, in its order.
type Seen = Arc<Mutex<Vec<Delivery<Record>>>>;

/// A folder of a test, and inboxes in it.
struct Place {
    folder: tempfile::TempDir,
    clock: Arc<Still>,
}

impl Place {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), clock: Still::new() }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("inbox.db")
    }

    fn at(&self) -> Builder {
        Inbox::at(&format!("sqlite:{}?wait=10s", self.file().display())).clock(self.clock.clone())
    }

    /// An inbox whose handler writes a row for each notification, and calls `judge` in between.
    fn with(
        &self,
        judge: impl Fn(&Tx<'_>, &Delivery<Record>) -> Result<(), HandlerError> + Send + Sync + 'static,
    ) -> Builder {
        self.at().prepare(effects).in_transaction_by(account(), move |tx, delivery| {
            let name = delivery.record.as_ref().map_or("deleted".to_owned(), |record| {
                record.get("Name").map(|name| name.to_string()).unwrap_or_default()
            });
            tx.execute("INSERT INTO effect(key, name) VALUES (?1, ?2)", (delivery.key.as_str(), name))?;
            judge(tx, &delivery)
        })
    }

    fn seeing(&self) -> (Inbox, Seen) {
        let seen = Seen::default();
        let inbox = self.with({
            let seen = Arc::clone(&seen);
            move |_, delivery| {
                seen.lock().unwrap().push(delivery.clone());
                Ok(())
            }
        });
        (inbox.open().unwrap(), seen)
    }
}

/// A key can stand twice, so that a test sees an effect that happened twice.
fn effects(tx: &Tx<'_>) -> Result<(), HandlerError> {
    Ok(tx.execute_batch(
        "CREATE TABLE IF NOT EXISTS effect(seq INTEGER PRIMARY KEY, key TEXT, name TEXT) STRICT",
    )?)
}

fn texts(inbox: &Inbox, sql: &'static str) -> Vec<String> {
    let rows = inbox.database().read(move |connection| {
        let mut statement = connection.prepare(sql)?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok::<_, Trouble>(rows.collect::<Result<_, _>>()?)
    });
    rows.unwrap()
}

fn number(inbox: &Inbox, sql: &'static str) -> i64 {
    inbox
        .database()
        .read(move |connection| Ok::<_, Trouble>(connection.query_row(sql, [], |row| row.get(0))?))
        .unwrap()
}

/// Waits until a query gives a number.
fn until(inbox: &Inbox, sql: &'static str, wanted: i64) {
    let started = Instant::now();
    while number(inbox, sql) != wanted {
        assert!(
            started.elapsed() < Duration::from_secs(20),
            "{sql}: {} and not {wanted}",
            number(inbox, sql)
        );
        thread::sleep(Duration::from_millis(5));
    }
}

const WAITING: &str = "SELECT count(*) FROM notification WHERE state = 0";

/// The names that were handled, in their order.
fn names(inbox: &Inbox) -> Vec<String> {
    texts(inbox, "SELECT name FROM effect ORDER BY seq")
}

fn mode(file: &Path) -> u32 {
    #[cfg(unix)]
    return std::os::unix::fs::PermissionsExt::mode(&file.metadata().unwrap().permissions()) & 0o777;
    #[cfg(not(unix))]
    0o600
}
