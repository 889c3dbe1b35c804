//! What an operator sees of queue and log.

use crate::ids::NOTIFICATION;
use crate::rehearsal::Fault;
use crate::shared::Shared;
use crate::store;
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

/// A SOAP message that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// When, in milliseconds since 1970.
    pub at_millis: i64,
    /// How long the reply took, in real milliseconds.
    pub took_millis: i64,
    /// How many notifications stood in it.
    pub notifications: usize,
    /// The HTTP status; `None` where there was no reply.
    pub status: Option<u16>,
    /// Why it was not delivered, in Salesforce's words where they are known; `None` when it was.
    pub reason: Option<String>,
    /// The first 4 KB of the reply.
    pub reply: Vec<u8>,
    /// What was rehearsed with it.
    pub rehearsed: Vec<Fault>,
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

impl From<store::Attempt> for Sent {
    fn from(attempt: store::Attempt) -> Self {
        Self {
            at_millis: attempt.at,
            took_millis: attempt.millis,
            notifications: attempt.notifications,
            status: attempt.status,
            reason: attempt.reason,
            reply: attempt.reply,
            rehearsed: attempt.rehearsed.to_vec(),
        }
    }
}

impl Waiting {
    pub(crate) fn new(shared: &Shared, place: usize, row: &store::Row) -> Self {
        Self {
            id: shared.setup.ids.id(NOTIFICATION, row.qid),
            message: named(shared, place),
            record: shared.setup.record(row.message, row.object, row.record).1,
            queued_millis: row.born,
            due_millis: row.due,
            tries: row.tries,
        }
    }
}

impl Failed {
    pub(crate) fn new(shared: &Shared, place: usize, row: store::Row) -> Self {
        Self {
            id: shared.setup.ids.id(NOTIFICATION, row.qid),
            message: named(shared, place),
            record: shared.setup.record(row.message, row.object, row.record).1,
            queued_millis: row.born,
            tries: row.tries,
            reason: row.reason.unwrap_or_default(),
        }
    }
}

fn named(shared: &Shared, place: usize) -> String {
    shared.setup.messages.get(place).map(|message| message.message.name.clone()).unwrap_or_default()
}

impl Departure {
    pub(crate) fn new(shared: &Shared, gone: store::Gone) -> Self {
        Self {
            id: shared.setup.ids.id(NOTIFICATION, gone.qid),
            record: shared.setup.record(gone.message, gone.object, gone.record).1,
            message: gone.name,
            at_millis: gone.at,
            outcome: match gone.how {
                store::How::Delivered => Outcome::Delivered,
                store::How::Dropped => Outcome::Dropped,
                store::How::Deleted => Outcome::Deleted,
            },
        }
    }
}
