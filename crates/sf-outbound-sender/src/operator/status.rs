//! What an operator sees of queue and log.

use crate::delivery::Sent;
use crate::ids::NOTIFICATION;
use crate::setup::Setup;
use crate::store::{Gone, How};
use sf_outbound::Id;

/// The state of an outbound message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageStatus {
    /// The outbound message's name.
    pub name: String,
    /// Notifications that wait for delivery.
    pub waiting: u64,
    /// Notifications that failed: they are no longer tried.
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
#[non_exhaustive]
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
