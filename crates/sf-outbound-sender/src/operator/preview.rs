//! One notification: what has become of it, and what would be sent of it now.

use super::desk::Operator;
use super::entry::Entry;
use super::status::Departure;
use crate::delivery::compose;
use crate::error::{self, Error};
use crate::ids::NOTIFICATION;
use sf_outbound::{Error as ReadError, Id, Limits, Notifications, Record};

/// What is known of a notification.
pub(crate) enum Found {
    /// It stands in the queue; with what would be sent now, or why nothing would.
    Here(Box<Entry>, Result<Preview, &'static str>),
    /// It has left the queue.
    Gone(Departure),
}

/// A message that would be sent.
pub(crate) struct Preview {
    /// As a listener would read it.
    pub(crate) read: Box<Result<Notifications<Record>, ReadError>>,
    pub(crate) bytes: Vec<u8>,
}

impl Operator {
    /// **Errors.** `NOT_FOUND` where no notification has this id, or none that the log remembers.
    pub(crate) fn find(&self, notification: Id) -> Result<Found, Error> {
        let qid = self.shared.setup.ids.number(NOTIFICATION, notification).ok_or_else(unknown)?;
        self.shared.read(move |shared, tx| {
            let setup = &shared.setup;
            let Some(due) = tx.due_one(qid)? else {
                let gone = tx.gone_one(qid)?.ok_or_else(unknown)?;
                return Ok(Found::Gone(Departure::new(setup, gone)));
            };
            let known = setup.messages.iter().position(|message| message.number == due.row.message);
            let lane = known.ok_or_else(unknown)?;
            let entry = Entry::new(setup, tx, due.row.clone())?;
            if compose::is_astray(setup, lane, &due.row) {
                return Ok(Found::Here(Box::new(entry), Err(compose::ASTRAY)));
            }
            let bytes = compose::message(setup, &shared.host, lane, &[due], None);
            let read = setup.messages[lane].schema.decode(&bytes, &Limits::default());
            Ok(Found::Here(Box::new(entry), Ok(Preview { read: Box::new(read), bytes })))
        })
    }
}

fn unknown() -> Error {
    Error::new(error::NOT_FOUND, "no notification with this id waits, has failed, or left the queue of late")
}
