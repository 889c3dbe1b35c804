//! What an operator sees of queue and log.

use crate::delivery::Sent;
use crate::error::Error;
use crate::ids::NOTIFICATION;
use crate::setup::Setup;
use crate::store::{Gone, How, Row, Tx};
use sf_outbound::Id;

/// How an outbound message fares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageStatus {
    /// The outbound message's name.
    pub name: String,
    /// Notifications that wait for delivery.
    pub waiting: u64,
    /// Notifications that have failed for good.
    pub failed: u64,
    /// When the first of the waiting ones is due, in milliseconds since 1970.
    pub due_millis: Option<i64>,
    /// The last message that was sent.
    pub last: Option<Sent>,
}

/// A notification that waits for delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The notification.
    pub id: Id,
    /// Name of the outbound message.
    pub message: String,
    /// The record.
    pub record: Id,
    /// When it was queued, in milliseconds since 1970.
    pub queued_millis: i64,
    /// When it is due, in milliseconds since 1970.
    pub due_millis: i64,
    /// Failed tries.
    pub tries: u32,
}

/// A notification that was not delivered in its lifetime: Salesforce's *failed outbound messages*.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failed {
    /// The notification.
    pub id: Id,
    /// Name of the outbound message.
    pub message: String,
    /// The record.
    pub record: Id,
    /// When it was queued, in milliseconds since 1970.
    pub queued_millis: i64,
    /// Failed tries.
    pub tries: u32,
    /// Why the last try failed.
    pub reason: String,
}

/// How a notification left the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The endpoint acknowledged it.
    Delivered,
    /// Its lifetime ended, and failed ones are not kept.
    Dropped,
    /// An operator deleted it, alone or with the queue of an outbound message that is gone.
    Deleted,
}

/// A notification that left the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Departure {
    /// The notification.
    pub id: Id,
    /// Name of the outbound message.
    pub message: String,
    /// The record.
    pub record: Id,
    /// When, in milliseconds since 1970.
    pub at_millis: i64,
    /// How.
    pub outcome: Outcome,
}

/// A notification in the queue, with all that is known of it.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) id: Id,
    /// Name of the outbound message.
    pub(crate) message: String,
    /// Name of the record's object; empty where it is not defined any more.
    pub(crate) object: String,
    pub(crate) record: Id,
    pub(crate) queued_millis: i64,
    pub(crate) due_millis: i64,
    /// Failed ones.
    pub(crate) tries: u32,
    /// Whether it has failed for good.
    pub(crate) failed: bool,
    /// When it was last sent; `None` before that, and where the log has forgotten.
    pub(crate) sent_millis: Option<i64>,
    /// Why the last try failed.
    pub(crate) reason: Option<String>,
}

impl Entry {
    pub(super) fn new(setup: &Setup, tx: &Tx<'_>, row: Row) -> Result<Self, Error> {
        let message = setup.messages.iter().find(|message| message.number == row.message);
        let (object, record) = setup.record(row.message, row.object, row.record);
        Ok(Self {
            id: setup.ids.id(NOTIFICATION, row.qid),
            message: message.map(|message| message.message.name.clone()).unwrap_or_default(),
            object: object.to_owned(),
            record,
            queued_millis: row.born,
            due_millis: row.due,
            tries: row.tries,
            failed: row.failed,
            sent_millis: tx.sent_at(&row)?,
            reason: row.reason,
        })
    }
}

impl From<Entry> for Waiting {
    fn from(entry: Entry) -> Self {
        let Entry { id, message, record, queued_millis, due_millis, tries, .. } = entry;
        Self { id, message, record, queued_millis, due_millis, tries }
    }
}

impl From<Entry> for Failed {
    fn from(entry: Entry) -> Self {
        let Entry { id, message, record, queued_millis, tries, reason, .. } = entry;
        Self { id, message, record, queued_millis, tries, reason: reason.unwrap_or_default() }
    }
}

impl Departure {
    pub(super) fn new(setup: &Setup, gone: Gone) -> Self {
        Self {
            id: setup.ids.id(NOTIFICATION, gone.qid),
            record: setup.record(gone.message, gone.object, gone.record).1,
            message: gone.name,
            at_millis: gone.at,
            outcome: match gone.how {
                How::Delivered => Outcome::Delivered,
                How::Dropped => Outcome::Dropped,
                How::Deleted => Outcome::Deleted,
            },
        }
    }
}
