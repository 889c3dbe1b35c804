//! A notification of the queue as its operator sees it.

use super::status::{Failed, Waiting};
use crate::error::Error;
use crate::ids::NOTIFICATION;
use crate::setup::Setup;
use crate::store::{Row, Tx};
use sf_outbound::Id;

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
    /// Whether it is no longer tried.
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
