//! The running organization, as the door, the lanes and the REST server share it.

use crate::bells::Bells;
use crate::change::{self, Change, Done, Operation};
use crate::client::Client;
use crate::clock::Time;
use crate::definition::Definition;
use crate::error::{self, Error};
use crate::ids::NOTIFICATION;
use crate::lane::InFlight;
use crate::recorder::Recorder;
use crate::rehearsal::Rehearsal;
use crate::schedule::Schedule;
use crate::setup::Setup;
use crate::status::{Departure, Failed, MessageStatus, Sent, Waiting};
use crate::store::{How, Store, Tx};
use crate::trouble::Troubles;
use crate::values::Values;
use sf_outbound::Id;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};

/// Records that one operation of many may hold, as in Salesforce.
pub(crate) const BATCH: usize = 200;

/// Is told the name of the outbound message, and how it went.
pub(crate) type Observer = Box<dyn Fn(&str, &Sent) + Send + Sync>;

pub(crate) struct Shared {
    pub(crate) definition: Definition,
    pub(crate) setup: Setup,
    pub(crate) store: Store,
    pub(crate) time: Time,
    pub(crate) bells: Bells,
    pub(crate) client: Client,
    pub(crate) schedule: Schedule,
    /// Whether what was not delivered in its lifetime is kept as failed.
    pub(crate) keep_failed: bool,
    /// Of the URLs in messages.
    pub(crate) host: String,
    /// What is older is taken out of the log.
    pub(crate) log_millis: i64,
    /// What is rehearsed from the next message on.
    pub(crate) rehearsal: Mutex<Rehearsal>,
    /// Hears of each message before it goes, and of its reply.
    pub(crate) recorder: Option<Recorder>,
    /// Hears of each message that was sent.
    pub(crate) observer: Option<Observer>,
    /// What keeps lanes from their work.
    pub(crate) troubles: Troubles,
    /// What the lanes are sending; `None` where each firing of a rule has a notification of its own.
    pub(crate) in_flight: Option<InFlight>,
}

impl Shared {
    /// Runs operations in one transaction, each wholly or not at all; with `all_or_none` none where one is refused.
    ///
    /// **Errors.** `EXCEEDED_ID_LIMIT` for more than 200 operations; trouble with the file.
    pub(crate) fn batch(
        self: &Arc<Self>,
        operations: Vec<Operation>,
        all_or_none: bool,
    ) -> Result<Vec<Result<Done, Error>>, Error> {
        if operations.len() > BATCH {
            let message =
                format!("record limit reached. cannot submit more than {BATCH} records in this request");
            return Err(Error::new(error::TOO_MANY, message));
        }
        let shared = Arc::clone(self);
        let (done, queued) = self.store.run(move |tx| {
            let now_millis = shared.time.now_millis();
            let coalesce = shared.in_flight.as_ref();
            let mut change = Change { setup: &shared.setup, tx, now_millis, queued: [].into(), coalesce };
            if all_or_none {
                // Without a savepoint for each, as long as none is refused.
                let all = tx.whole(|_| operations.iter().cloned().map(|one| change.apply(one)).collect());
                if let Ok::<Vec<_>, Error>(all) = all {
                    return Ok((all.into_iter().map(Ok).collect(), change.queued));
                }
                change.queued.clear();
            }
            let mut done = Vec::with_capacity(operations.len());
            let kept = tx.whole(|tx| {
                for operation in operations {
                    done.push(tx.whole(|_| change.apply(operation)));
                }
                match done.iter().find_map(|done| done.as_ref().err()) {
                    Some(error) if all_or_none => Err(error.clone()),
                    _ => Ok(()),
                }
            });
            if kept.is_err() {
                change.queued.clear();
                for done in done.iter_mut().filter(|done| done.is_ok()) {
                    *done = Err(Error::rolled_back());
                }
            }
            Ok((done, change.queued))
        })?;
        for place in queued {
            self.bells.ring(place);
        }
        Ok(done)
    }

    pub(crate) fn one(self: &Arc<Self>, operation: Operation) -> Result<Done, Error> {
        let done = self.batch(vec![operation], true)?;
        // One operation has one result.
        done.into_iter().next().unwrap_or_else(|| Err(Error::new(error::NOT_FOUND, "")))
    }

    pub(crate) fn read(self: &Arc<Self>, object: &str, id: Id) -> Result<Values, Error> {
        let object = object.to_owned();
        self.look(move |shared, tx| {
            let queued = [].into();
            let change = Change { setup: &shared.setup, tx, now_millis: 0, queued, coalesce: None };
            change.read(shared.setup.object(&object)?, id).map(|(_, values)| values)
        })
    }

    /// The id of the record with an external id.
    pub(crate) fn find(
        self: &Arc<Self>,
        object: &str,
        field: &str,
        value: sf_outbound::OwnedValue,
    ) -> Result<Option<Id>, Error> {
        let (object, field) = (object.to_owned(), field.to_owned());
        self.look(move |shared, tx| {
            let object = shared.setup.object(&object)?;
            let (field, key) = change::external_id(object, &field, value)?;
            let seq = tx.find_external(object.number, &field.name, &key)?;
            Ok(seq.map(|seq| shared.setup.ids.id(&object.object.key_prefix, seq)))
        })
    }

    /// Up to `limit` records of an object that are wanted, in the order of their ids, after a number.
    pub(crate) fn select(
        self: &Arc<Self>,
        object: &str,
        after: i64,
        limit: usize,
        wanted: impl Fn(&Values) -> bool + Send + 'static,
    ) -> Result<Vec<Values>, Error> {
        let mut found = Vec::new();
        self.walk(object, after, move |values| {
            let Some(values) = values else { return ControlFlow::Break(std::mem::take(&mut found)) };
            if found.len() < limit && wanted(&values) {
                found.push(values);
            }
            if found.len() < limit {
                return ControlFlow::Continue(());
            }
            ControlFlow::Break(std::mem::take(&mut found))
        })
    }

    /// The number of an object's records that are wanted, at most `limit`.
    pub(crate) fn count(
        self: &Arc<Self>,
        object: &str,
        limit: usize,
        wanted: impl Fn(&Values) -> bool + Send + 'static,
    ) -> Result<usize, Error> {
        let mut count = 0;
        self.walk(object, 0, move |values| {
            let Some(values) = values else { return ControlFlow::Break(count) };
            count += usize::from(count < limit && wanted(&values));
            if count < limit { ControlFlow::Continue(()) } else { ControlFlow::Break(count) }
        })
    }

    /// The number of an object's records.
    pub(crate) fn count_all(self: &Arc<Self>, object: &str) -> Result<usize, Error> {
        let place = self.setup.object_place(object)?;
        self.look(move |shared, tx| tx.count_records(shared.setup.objects[place].number))
    }

    /// Shows each record of an object, in the order of their ids after a number, and then the end.
    fn walk<T: Send + 'static>(
        self: &Arc<Self>,
        object: &str,
        mut after: i64,
        mut see: impl FnMut(Option<Values>) -> ControlFlow<T> + Send + 'static,
    ) -> Result<T, Error> {
        /// Some milliseconds of reading.
        const STEP: usize = 1_000;
        let place = self.setup.object_place(object)?;
        let shared = Arc::clone(self);
        self.store.scan(move |tx| {
            let object = &shared.setup.objects[place];
            let records = tx.records_after(object.number, after, STEP)?;
            for (seq, kept) in &records {
                after = *seq;
                let values = change::values(&shared.setup, object, *seq, kept);
                if let ControlFlow::Break(result) = see(Some(values)) {
                    return Ok(ControlFlow::Break(result));
                }
            }
            Ok(if records.is_empty() { see(None) } else { ControlFlow::Continue(()) })
        })
    }

    pub(crate) fn status(self: &Arc<Self>) -> Result<Vec<MessageStatus>, Error> {
        self.look(|shared, tx| {
            let of_message = |message: &crate::setup::MessageSetup| {
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

    pub(crate) fn waiting(self: &Arc<Self>, message: &str, limit: usize) -> Result<Vec<Waiting>, Error> {
        let place = self.setup.message(message)?;
        self.look(move |shared, tx| {
            let rows = tx.rows_waiting(shared.setup.messages[place].number, (i64::MIN, 0), limit)?;
            Ok(rows.into_iter().map(|row| Waiting::new(shared, place, &row)).collect())
        })
    }

    pub(crate) fn failed(
        self: &Arc<Self>,
        message: &str,
        after: Option<Id>,
        limit: usize,
    ) -> Result<Vec<Failed>, Error> {
        let place = self.setup.message(message)?;
        let after = after.and_then(|id| self.setup.ids.number(NOTIFICATION, id)).unwrap_or(0);
        self.look(move |shared, tx| {
            let rows = tx.rows_failed(shared.setup.messages[place].number, after, limit)?;
            Ok(rows.into_iter().map(|row| Failed::new(shared, place, row)).collect())
        })
    }

    pub(crate) fn attempts(self: &Arc<Self>, message: &str, limit: usize) -> Result<Vec<Sent>, Error> {
        let place = self.setup.message(message)?;
        self.look(move |shared, tx| {
            let attempts = tx.attempts(shared.setup.messages[place].number, limit)?;
            Ok(attempts.into_iter().map(Sent::from).collect())
        })
    }

    pub(crate) fn departures(
        self: &Arc<Self>,
        after: Option<Id>,
        limit: usize,
    ) -> Result<Vec<Departure>, Error> {
        let after = after.and_then(|id| self.setup.ids.number(NOTIFICATION, id)).unwrap_or(0);
        self.look(move |shared, tx| {
            let gone = tx.gone(after, limit)?;
            Ok(gone.into_iter().map(|gone| Departure::new(shared, gone)).collect())
        })
    }

    /// Makes a notification due now, one that has failed for good too.
    ///
    /// **Errors.** `NOT_FOUND` where none with this id waits or has failed.
    pub(crate) fn retry(self: &Arc<Self>, notification: Id) -> Result<(), Error> {
        self.on_row(
            notification,
            |tx, qid, failed, now| if failed { tx.revive(qid, now) } else { tx.hurry(qid, now) },
        )
    }

    /// Takes a notification out of the queue, or off the list of failed ones.
    ///
    /// **Errors.** As [`Shared::retry`].
    pub(crate) fn remove(self: &Arc<Self>, notification: Id) -> Result<(), Error> {
        self.on_row(notification, |tx, qid, _, now| tx.take_away(qid, How::Deleted, now).map(drop))
    }

    /// Makes every failed notification of an outbound message due now, and gives their number.
    ///
    /// **Errors.** `NOT_FOUND` where no outbound message has this name.
    pub(crate) fn retry_failed(self: &Arc<Self>, message: &str) -> Result<usize, Error> {
        const STEP: usize = 1_000;
        let place = self.setup.message(message)?;
        let (mut retried, mut after) = (0, 0);
        loop {
            let (count, last) = self.with(move |shared, tx| {
                let number = shared.setup.messages[place].number;
                let rows = tx.rows_failed(number, after, STEP)?;
                for row in &rows {
                    tx.revive(row.qid, shared.time.now_millis())?;
                }
                Ok((rows.len(), rows.last().map(|row| row.qid)))
            })?;
            self.bells.ring(place);
            retried += count;
            let Some(last) = last else { return Ok(retried) };
            after = last;
        }
    }

    fn on_row(
        self: &Arc<Self>,
        notification: Id,
        act: impl FnOnce(&Tx<'_>, i64, bool, i64) -> Result<(), Error> + Send + 'static,
    ) -> Result<(), Error> {
        let qid = self.setup.ids.number(NOTIFICATION, notification).unwrap_or(0);
        let message = self.with(move |shared, tx| {
            let (message, failed) = tx.row(qid)?.ok_or_else(|| {
                let message = format!("no notification {notification} waits or has failed");
                Error::new(error::NOT_FOUND, message)
            })?;
            act(tx, qid, failed, shared.time.now_millis())?;
            Ok(message)
        })?;
        if let Some(place) = self.setup.messages.iter().position(|known| known.number == message) {
            self.bells.ring(place);
        }
        Ok(())
    }

    /// What is rehearsed.
    pub(crate) fn rehearsal(&self) -> Rehearsal {
        *self.rehearsal.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Rehearses something else from the next message on.
    pub(crate) fn rehearse(&self, rehearsal: Rehearsal) {
        *self.rehearsal.lock().unwrap_or_else(PoisonError::into_inner) = rehearsal;
    }

    fn with<T: Send + 'static>(
        self: &Arc<Self>,
        operation: impl FnOnce(&Self, &Tx<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let shared = Arc::clone(self);
        self.store.run(move |tx| operation(&shared, tx))
    }

    /// As `with`, for what only reads.
    fn look<T: Send + 'static>(
        self: &Arc<Self>,
        operation: impl FnOnce(&Self, &Tx<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let shared = Arc::clone(self);
        self.store.read(move |tx| operation(&shared, tx))
    }

    /// What keeps a lane from its work, while it lasts.
    pub(crate) fn trouble(&self) -> Option<Error> {
        self.troubles.first()
    }
}
