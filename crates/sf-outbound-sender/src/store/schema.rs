//! The tables of the file.

use super::queue::Queue;
use super::rehearsed;
use super::tx::Tx;
use super::upgrade::UPGRADES;
use crate::codes;
use crate::error::Error;
use sf_outbound_store::rusqlite::params;
use sf_outbound_store::{Schema, Synchronous};

/// The file of an organization.
pub(super) const SCHEMA: Schema = Schema {
    application_id: *b"sfOb",
    what: "an organization's",
    tables: &[TABLES, rehearsed::TABLES],
    upgrades: &UPGRADES,
};

/// The tables of a new file; [`UPGRADES`] make the same of an older one.
///
/// - `organization` has one row. Records and notifications have numbers after its `first`.
/// - `record.seq` is the number in a record's id, `queue.qid` that in a notification's; neither is used twice.
/// - `external` holds the values of external ids, in lower case, and `indexed` says of which fields.
/// - `queue` has a row for each notification that waits (`failed` 0) or has failed for good (1): one for each firing of
///   a rule, so a record can wait several times. `object` is that of the record when the rule fired, 0 where an older
///   file did not say. `reason` is why its own last try failed, and `attempt` the message in which it was last sent,
///   which the log may have forgotten; both are null before the first try.
/// - `queue_due` never lists more than what waits, so that finding what is due takes the same time at any length.
/// - `attempt` has a row for each message that was sent, `gone` one for each row that left the queue.
/// - `tally` counts the rows of each outbound message, kept by triggers: no writer can forget it.
/// - `pulse` has a row for each outbound message and minute in which something was sent. `waiting` is what waited after
///   the last message of the minute, and `most` the most that waited before or after any of them.
const TABLES: &str = "
CREATE TABLE organization(id TEXT NOT NULL, first INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE object(number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE message(number INTEGER PRIMARY KEY, action TEXT NOT NULL UNIQUE, name TEXT NOT NULL) STRICT;
CREATE TABLE record(
  seq INTEGER PRIMARY KEY AUTOINCREMENT, object INTEGER NOT NULL, fields TEXT NOT NULL) STRICT;
CREATE INDEX record_object ON record(object);
CREATE TABLE external(
  object INTEGER NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL, seq INTEGER NOT NULL,
  PRIMARY KEY(object, field, value)) STRICT, WITHOUT ROWID;
CREATE TABLE indexed(object INTEGER NOT NULL, field TEXT NOT NULL, PRIMARY KEY(object, field)) STRICT, WITHOUT ROWID;
CREATE TABLE queue(
  qid INTEGER PRIMARY KEY AUTOINCREMENT, message INTEGER NOT NULL, record INTEGER NOT NULL,
  failed INTEGER NOT NULL DEFAULT 0, born INTEGER NOT NULL, due INTEGER NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0, reason TEXT, attempt INTEGER, object INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE INDEX queue_due ON queue(message, due) WHERE failed = 0;
CREATE INDEX queue_born ON queue(message, born) WHERE failed = 0;
CREATE INDEX queue_record ON queue(message, record) WHERE failed = 0;
CREATE INDEX queue_failed ON queue(message) WHERE failed = 1;
CREATE INDEX queue_failed_record ON queue(message, record) WHERE failed = 1;
CREATE TABLE attempt(
  aid INTEGER PRIMARY KEY, message INTEGER NOT NULL, at INTEGER NOT NULL, millis INTEGER NOT NULL,
  notifications INTEGER NOT NULL, status INTEGER, reason TEXT, reply BLOB NOT NULL,
  rehearsed INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE INDEX attempt_message ON attempt(message);
CREATE TABLE gone(
  qid INTEGER PRIMARY KEY, message INTEGER NOT NULL, record INTEGER NOT NULL, at INTEGER NOT NULL,
  how INTEGER NOT NULL, object INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE tally(
  message INTEGER PRIMARY KEY, waiting INTEGER NOT NULL, failed INTEGER NOT NULL) STRICT;
CREATE TRIGGER message_new AFTER INSERT ON message BEGIN
  INSERT INTO tally VALUES (new.number, 0, 0);
END;
CREATE TRIGGER queue_new AFTER INSERT ON queue BEGIN
  UPDATE tally SET waiting = waiting + 1 WHERE message = new.message;
END;
CREATE TRIGGER queue_end AFTER DELETE ON queue BEGIN
  UPDATE tally SET waiting = waiting - (old.failed = 0), failed = failed - (old.failed = 1)
  WHERE message = old.message;
END;
CREATE TRIGGER queue_turn AFTER UPDATE OF failed ON queue BEGIN
  UPDATE tally SET waiting = waiting + old.failed - new.failed, failed = failed + new.failed - old.failed
  WHERE message = new.message;
END;
CREATE TABLE pulse(
  minute INTEGER NOT NULL, message INTEGER NOT NULL, delivered INTEGER NOT NULL, refused INTEGER NOT NULL,
  waiting INTEGER NOT NULL, most INTEGER NOT NULL DEFAULT 0, PRIMARY KEY(minute, message)) STRICT, WITHOUT ROWID;
";

/// Whose file it is, and what has numbers in it.
#[derive(Debug, Clone)]
pub(crate) struct Names {
    /// Its id in 18 characters.
    pub(crate) organization: String,
    pub(crate) objects: Vec<String>,
    /// Action id in 18 characters, and name.
    pub(crate) messages: Vec<(String, String)>,
}

/// The numbers of what has names, in the same order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Numbers {
    pub(crate) objects: Vec<i64>,
    pub(crate) messages: Vec<i64>,
}

/// How a file is to be opened.
#[derive(Debug, Clone, Default)]
pub(crate) struct Options {
    /// How much the disk is waited for.
    pub(crate) synchronous: Synchronous,
    /// The number of the first record and notification, where there are none yet.
    pub(crate) ids_from: i64,
    /// Names of outbound messages that are gone, and whose notifications are to be dropped.
    pub(crate) drop_queue_of: Vec<String>,
    /// Whether changes are merged into notifications that were never sent.
    pub(crate) coalesce: bool,
    pub(crate) now_millis: i64,
}

/// What stands in a file.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// The latest moment that the file has seen.
    pub(crate) seen_millis: i64,
    /// The number of the newest row of the queue.
    pub(super) last_qid: i64,
    pub(crate) numbers: Numbers,
    /// Whether anything is remembered of a rehearsal.
    pub(super) has_marks: bool,
}

/// Numbers objects and outbound messages, where the tables are today's.
///
/// **Errors.** `SFD0403`, `SFD0405`.
pub(super) fn start(tx: &Tx<'_>, names: &Names, options: &Options) -> Result<Found, Error> {
    let organization = tx.first("SELECT id FROM organization", [], |row| row.get::<_, String>(0))?;
    if organization.is_none() {
        begin(tx, &names.organization, options.ids_from)?;
    }
    if let Some(organization) = organization.filter(|organization| *organization != names.organization) {
        return Err(foreign(format!("the file is that of the organization {organization}")));
    }
    let numbers = number(tx, names)?;
    let seen_millis = tx.seen_millis()?;
    keep_or_drop(tx, &numbers, &options.drop_queue_of, options.now_millis.max(seen_millis))?;
    Ok(Found { seen_millis, last_qid: tx.last_qid()?, numbers, has_marks: tx.has_marks()? })
}

/// A new organization: whose it is, and where its ids begin.
fn begin(tx: &Tx<'_>, organization: &str, ids_from: i64) -> Result<(), Error> {
    let first = ids_from.saturating_sub(1).max(0);
    tx.execute("INSERT INTO organization(id, first) VALUES (?1, ?2)", params![organization, first])?;
    if first > 0 {
        // What `AUTOINCREMENT` counts on from.
        let sql = "INSERT INTO sqlite_sequence(name, seq) VALUES ('record', ?1), ('queue', ?1)";
        tx.execute(sql, [first])?;
    }
    Ok(())
}

fn number(tx: &Tx<'_>, names: &Names) -> Result<Numbers, Error> {
    let mut numbers = Numbers::default();
    for name in &names.objects {
        tx.execute("INSERT INTO object(name) VALUES (?1) ON CONFLICT DO NOTHING", [name])?;
        let number = tx.first("SELECT number FROM object WHERE name = ?1", [name], |row| row.get(0))?;
        numbers.objects.push(number.unwrap_or_default());
    }
    for (action, name) in &names.messages {
        tx.execute(
            "INSERT INTO message(action, name) VALUES (?1, ?2) ON CONFLICT(action) DO UPDATE SET name = ?2",
            [action, name],
        )?;
        let number = tx.first("SELECT number FROM message WHERE action = ?1", [action], |row| row.get(0))?;
        numbers.messages.push(number.unwrap_or_default());
    }
    Ok(numbers)
}

/// What waits or has failed of an outbound message that the set-up has not any more is dropped only where that was
/// asked for.
///
/// **Errors.** `SFD0405`.
fn keep_or_drop(
    tx: &Tx<'_>,
    numbers: &Numbers,
    drop_queue_of: &[String],
    now_millis: i64,
) -> Result<(), Error> {
    let known = |number: i64| numbers.messages.contains(&number);
    let mut refused = Vec::new();
    for queue in tx.queues()?.into_iter().filter(|queue| !known(queue.message)) {
        if drop_queue_of.contains(&queue.name) {
            tx.drop_queue(queue.message, now_millis)?;
            continue;
        }
        let Queue { name, action, waiting, failed, .. } = queue;
        refused.push(format!(
            "the set-up has no outbound message `{name}` any more, of which {waiting} waiting and {failed} failed \
             notifications are in the organization's file; where it has another name now, give that one \
             `action_id = \"{action}\"`, and where it is gone, drop them by `--drop-queue-of {name}`"
        ));
    }
    if refused.is_empty() { Ok(()) } else { Err(Error::trouble(&codes::QUEUE_ORPHANED, refused.join("; "))) }
}

#[cold]
fn foreign(message: String) -> Error {
    Error::trouble(&codes::STORE_FOREIGN, message)
}
