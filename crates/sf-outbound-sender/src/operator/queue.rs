//! The queue and its log as the library and the control API ask for them, and what is done with one notification.

use super::desk::Operator;
use super::entry::Entry;
use super::listing::{Act, START, work_one};
use super::status::{Departure, Failed, MessageStatus, Waiting};
use crate::delivery::Sent;
use crate::error::{self, Error};
use crate::ids::NOTIFICATION;
use crate::setup::MessageSetup;
use sf_outbound::Id;

impl Operator {
    pub(crate) fn status(&self) -> Result<Vec<MessageStatus>, Error> {
        self.shared.read(|shared, tx| {
            let of_message = |message: &MessageSetup| {
                let count = tx.count(message.number)?;
                let last = tx.attempts(message.number, 1)?.pop();
                Ok(MessageStatus {
                    name: message.message.name.clone(),
                    waiting: count.waiting,
                    failed: count.failed,
                    due_millis: count.due,
                    last: last.map(Sent::from),
                })
            };
            shared.setup.messages.iter().map(of_message).collect()
        })
    }

    pub(crate) fn waiting(&self, message: &str, limit: usize) -> Result<Vec<Waiting>, Error> {
        let place = self.shared.setup.message(message)?;
        self.shared.read(move |shared, tx| {
            let rows = tx.rows_waiting(shared.setup.messages[place].number, START, limit)?;
            rows.into_iter().map(|row| Entry::new(&shared.setup, tx, row).map(Waiting::from)).collect()
        })
    }

    pub(crate) fn failed(
        &self,
        message: &str,
        after: Option<Id>,
        limit: usize,
    ) -> Result<Vec<Failed>, Error> {
        let place = self.shared.setup.message(message)?;
        let after = after.and_then(|id| self.shared.setup.ids.number(NOTIFICATION, id)).unwrap_or(0);
        self.shared.read(move |shared, tx| {
            let rows = tx.rows_failed(shared.setup.messages[place].number, after, limit)?;
            rows.into_iter().map(|row| Entry::new(&shared.setup, tx, row).map(Failed::from)).collect()
        })
    }

    pub(crate) fn attempts(&self, message: &str, limit: usize) -> Result<Vec<Sent>, Error> {
        let place = self.shared.setup.message(message)?;
        self.shared.read(move |shared, tx| {
            let attempts = tx.attempts(shared.setup.messages[place].number, limit)?;
            Ok(attempts.into_iter().map(Sent::from).collect())
        })
    }

    pub(crate) fn departures(&self, after: Option<Id>, limit: usize) -> Result<Vec<Departure>, Error> {
        let after = after.and_then(|id| self.shared.setup.ids.number(NOTIFICATION, id)).unwrap_or(0);
        self.shared.read(move |shared, tx| {
            let gone = tx.gone(after, limit)?;
            Ok(gone.into_iter().map(|gone| Departure::new(&shared.setup, gone)).collect())
        })
    }

    /// Makes a notification due now, one that has failed for good too.
    ///
    /// **Errors.** `NOT_FOUND` where none with this id waits or has failed.
    pub(crate) fn retry(&self, notification: Id) -> Result<(), Error> {
        self.work_on(notification, Act::Retry)
    }

    /// Removes a notification from the queue or from the list of failed ones.
    ///
    /// **Errors.** As [`Operator::retry`].
    pub(crate) fn remove(&self, notification: Id) -> Result<(), Error> {
        self.work_on(notification, Act::Delete)
    }

    /// Makes every failed notification of an outbound message due now, and gives their number.
    ///
    /// **Errors.** `NOT_FOUND` where no outbound message has this name.
    pub(crate) fn retry_failed(&self, message: &str) -> Result<usize, Error> {
        const STEP: usize = 1_000;
        let place = self.shared.setup.message(message)?;
        let (mut retried, mut after) = (0, 0);
        loop {
            let (count, last) = self.shared.write(move |shared, tx| {
                let number = shared.setup.messages[place].number;
                let rows = tx.rows_failed(number, after, STEP)?;
                for row in &rows {
                    tx.revive(row.qid, shared.time.now_millis())?;
                }
                Ok((rows.len(), rows.last().map(|row| row.qid)))
            })?;
            self.shared.bells.ring(place);
            retried += count;
            let Some(last) = last else { return Ok(retried) };
            after = last;
        }
    }

    fn work_on(&self, notification: Id, act: Act) -> Result<(), Error> {
        let qid = self.shared.setup.ids.number(NOTIFICATION, notification).unwrap_or(0);
        let message = self.shared.write(move |shared, tx| {
            let row = tx.row(qid)?.ok_or_else(|| {
                let message = format!("no notification {notification} waits or has failed");
                Error::new(error::NOT_FOUND, message)
            })?;
            work_one(tx, qid, act, shared.time.now_millis())?;
            Ok(row.message)
        })?;
        if let Some(place) = self.shared.setup.messages.iter().position(|known| known.number == message) {
            self.shared.bells.ring(place);
        }
        Ok(())
    }
}
