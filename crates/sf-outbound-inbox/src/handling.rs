//! One step of the worker: what is due is handled in parts of one transaction, or leased to handlers outside it.

use crate::delivery::{Delivery, IdempotencyKey};
use crate::error::{HandlerError, Then};
use crate::handler::{Handle, Handler, Tx, Unhandled};
use crate::outside::{Finished, Outside, Taken, as_handler, words};
use crate::retries::Retries;
use crate::store::queue::{self, Body, Due};
use crate::store::settle;
use rusqlite::{Connection, ErrorCode};
use sf_outbound::jiff::Timestamp;
use sf_outbound::{Limits, RawRecord};
use sf_outbound_store::{Trouble, savepoint, within};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How many notifications are looked for at once.
const BATCH: usize = 100;
/// After so long a step gives way to messages that want to be stored.
const TURN: Duration = Duration::from_millis(10);
/// No handler is asked again sooner than this, in milliseconds, or one that asks for a moment of the past never gives way.
const SOONEST: i64 = 1_000;
/// How long a lease lasts that is not renewed.
const LEASE: i64 = 60_000;
/// Renewed so often, a lease outlasts a pause of the machine of more than half a minute.
pub(crate) const RENEWAL: Duration = Duration::from_secs(20);

/// How notifications are handled.
pub(crate) struct Handling {
    pub(crate) handlers: Vec<Handler>,
    pub(crate) retries: Retries,
    /// Whether one that a newer version overtook is settled without its handler.
    pub(crate) skip_superseded: bool,
    /// Whether a dead letter holds those of its record that come after it.
    pub(crate) hold: bool,
    /// The notifications whose handlers ended the transaction, which a later step counts as a failed try. The step in which
    /// it happened can't, for nothing of it is left. With the reason.
    pub(crate) ended_by: Mutex<BTreeMap<i64, String>>,
    /// How long a handler may be at work in the transaction.
    pub(crate) deadline: Duration,
}

impl Handling {
    pub(crate) fn ended_by(&self) -> MutexGuard<'_, BTreeMap<i64, String>> {
        self.ended_by.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a step did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counted {
    pub(crate) handled: u64,
    pub(crate) revisions: u64,
    pub(crate) skipped: u64,
    pub(crate) failed: u64,
    pub(crate) dead: u64,
    pub(crate) parked: u64,
}

/// A handler, and what it takes at once.
type Begun = (usize, Vec<(Taken, Delivery<RawRecord>)>);

/// A step of the worker within its transaction.
pub(crate) struct Step<'s> {
    pub(crate) handling: &'s Handling,
    pub(crate) connection: &'s Connection,
    pub(crate) now: i64,
    pub(crate) counted: Counted,
    /// For the handlers outside, whose work begins when this is committed.
    pub(crate) begun: Vec<Begun>,
    /// Of [`Handling::ended_by`], those that are counted.
    pub(crate) blamed: Vec<i64>,
    /// When the next notification is due; now, where more may be.
    pub(crate) next: Option<i64>,
}

impl<'s> Step<'s> {
    pub(crate) fn new(handling: &'s Handling, connection: &'s Connection, now: i64) -> Self {
        Self {
            handling,
            connection,
            now,
            counted: Counted::default(),
            begun: Vec::new(),
            blamed: Vec::new(),
            next: None,
        }
    }

    /// Stores what became of work outside the transaction. A result whose lease is over is dropped.
    pub(crate) fn settle(&mut self, finished: &[Arc<Finished>]) -> Result<(), Trouble> {
        for finished in finished {
            for (taken, result) in finished.taken.iter().zip(&finished.results) {
                if settle::is_held(self.connection, &taken.due, taken.token)? {
                    self.result(&taken.due, taken.revision, result.as_ref())?;
                }
            }
        }
        Ok(())
    }

    /// Lengthens the leases of work that goes on.
    pub(crate) fn renew(&self, going: &[Arc<Vec<Taken>>]) -> Result<(), Trouble> {
        for taken in going.iter().flat_map(|taken| taken.iter()) {
            settle::renew(self.connection, &taken.due, taken.token, self.now, self.now + LEASE)?;
        }
        Ok(())
    }

    /// Handles what is due, or hands it to handlers outside, until there is nothing more or others wait for too long.
    pub(crate) fn handle(&mut self, outside: &Outside, is_ending: &dyn Fn() -> bool) -> Result<(), Trouble> {
        let started = Instant::now();
        let has_time = || started.elapsed() <= TURN && !is_ending();
        for (object, name) in queue::objects(self.connection)? {
            let place = self.handler_of(object, &name);
            loop {
                let room = match place.map(|place| (place, &self.handling.handlers[place])) {
                    Some((place, Handler::Outside(handler))) => {
                        let begun = self.begun.iter().filter(|begun| begun.0 == place).count();
                        outside.room(place).saturating_sub(begun).saturating_mul(handler.most()).min(BATCH)
                    }
                    _ => BATCH,
                };
                if room == 0 {
                    // A result makes room, and wakes the worker.
                    break;
                }
                let due = queue::due(self.connection, object, self.now, self.handling.hold, room)?;
                if due.is_empty() {
                    let next = queue::next(self.connection, object, self.now)?;
                    self.next = [self.next, next].into_iter().flatten().min();
                    break;
                }
                for due in due {
                    if !has_time() {
                        self.next = Some(self.now);
                        return Ok(());
                    }
                    self.one(due, place, &name)?;
                }
            }
        }
        Ok(())
    }

    /// The handler of an object. Where there is one object only, what comes without a record is about it.
    fn handler_of(&self, object: Option<i64>, name: &str) -> Option<usize> {
        let handlers = &self.handling.handlers;
        match object {
            Some(_) => handlers.iter().position(|handler| handler.object() == name),
            None => (handlers.len() == 1).then_some(0),
        }
    }

    fn one(&mut self, due: Due, place: Option<usize>, object: &str) -> Result<(), Trouble> {
        let connection = self.connection;
        let ended = self.handling.ended_by().get(&due.seq).cloned();
        if let Some(reason) = ended {
            self.blamed.push(due.seq);
            return self.failed(&due, Then::Retry, &reason);
        }
        if due.expired.is_some() {
            let reason = "the handler did not end: its process did, or stood still for a minute";
            return self.failed(&due, Then::Retry, reason);
        }
        let Some(place) = place else {
            self.counted.parked += 1;
            let object = if object.is_empty() { "an object that is not known yet" } else { object };
            return settle::park(connection, &due, self.now, &format!("there is no handler for {object}"));
        };
        let is_superseded = queue::is_superseded(connection, &due)?;
        if is_superseded && self.handling.skip_superseded {
            self.counted.skipped += 1;
            return settle::done(connection, &due, self.now);
        }
        let body = queue::body(connection, due.seq)?;
        let revision = queue::revision(connection, &due)?;
        let delivery = match delivery(&due, body, revision, is_superseded) {
            Ok(delivery) => delivery,
            Err(error) => return self.result(&due, revision, Err(&Unhandled::Unreadable(error))),
        };
        match &self.handling.handlers[place] {
            Handler::Inside(handler) => {
                let result = self.inside(&**handler, &due, delivery)?;
                self.result(&due, revision, result.as_ref())
            }
            Handler::Outside(handler) => {
                let token = fastrand::i64(..);
                settle::take(connection, &due, token, self.now + LEASE)?;
                let leased = (Taken { due, token, revision }, delivery);
                match self.begun.last_mut().filter(|(of, many)| *of == place && many.len() < handler.most()) {
                    Some((_, many)) => many.push(leased),
                    None => self.begun.push((place, vec![leased])),
                }
                Ok(())
            }
        }
    }

    /// Runs a handler in a part of the transaction.
    fn inside(
        &self,
        handler: &dyn Handle,
        due: &Due,
        delivery: Delivery<RawRecord>,
    ) -> Result<Result<(), Unhandled>, Trouble> {
        let tx = Tx(self.connection);
        let deadline = self.handling.deadline;
        let tried =
            as_handler(|| within(deadline, || savepoint(self.connection, || handler.handle(&tx, delivery))));
        let code = match &tried {
            Ok(Err(Unhandled::Failed(error))) => error_code(error),
            _ => None,
        };
        let late = || format!("the handler took longer than {} s in the transaction", deadline.as_secs_f32());
        let is_late = code == Some(ErrorCode::OperationInterrupted);
        if self.connection.is_autocommit() {
            // A full disk ends it too, which is nobody's fault here.
            if !matches!(
                code,
                Some(ErrorCode::DiskFull | ErrorCode::SystemIoFailure | ErrorCode::OutOfMemory)
            ) {
                let ended = "the handler ended the transaction, so all that it wrote is undone: leave COMMIT and ROLLBACK to the \
                             inbox";
                let reason = if is_late { late() } else { ended.to_owned() };
                self.handling.ended_by().insert(due.seq, reason);
            }
            return Err(Trouble::RolledBack);
        }
        if is_late {
            return Ok(Err(Unhandled::Unfinished(late())));
        }
        Ok(tried.unwrap_or_else(|panic| Err(Unhandled::Panicked(words(&*panic).to_owned()))))
    }

    /// Stores what became of a try.
    fn result(&mut self, due: &Due, revision: u32, result: Result<&(), &Unhandled>) -> Result<(), Trouble> {
        match result {
            Ok(()) => {
                self.counted.handled += 1;
                self.counted.revisions += u64::from(revision > 0);
                settle::done(self.connection, due, self.now)
            }
            Err(Unhandled::Unreadable(error)) => {
                self.counted.parked += 1;
                settle::park(self.connection, due, self.now, &error.to_string())
            }
            Err(Unhandled::Store(trouble)) => Err(trouble.clone()),
            Err(Unhandled::Failed(error)) => self.failed(due, error.then, &error.to_string()),
            Err(Unhandled::Panicked(words)) => {
                self.failed(due, Then::Retry, &format!("the handler panicked: {words}"))
            }
            Err(Unhandled::Unfinished(reason)) => self.failed(due, Then::Retry, reason),
        }
    }

    fn failed(&mut self, due: &Due, then: Then, reason: &str) -> Result<(), Trouble> {
        let again = match then {
            Then::Retry => {
                let wait = self.handling.retries.wait(due.tries + 1, &mut fastrand::Rng::new());
                wait.map(|wait| self.now + wait)
            }
            Then::At(moment) => Some(moment.as_millisecond().max(self.now + SOONEST)),
            Then::Dead => None,
        };
        self.counted.failed += 1;
        self.counted.dead += u64::from(again.is_none());
        settle::failed(self.connection, due, self.now, again, reason)
    }
}

fn delivery(
    due: &Due,
    body: Body,
    revision: u32,
    is_superseded: bool,
) -> Result<Delivery<RawRecord>, sf_outbound::Error> {
    let record = body.xml.map(|xml| {
        RawRecord::from_parts(&xml, body.scope.as_deref().unwrap_or_default(), &Limits::default())
    });
    Ok(Delivery {
        record: record.transpose()?,
        id: due.id,
        organization_id: due.organization,
        action_id: due.action,
        enterprise_url: body.enterprise_url,
        partner_url: body.partner_url,
        received_at: Timestamp::from_millisecond(due.received).unwrap_or_default(),
        attempt: due.tries + 1,
        revision,
        is_superseded,
        key: IdempotencyKey::new(due.organization, due.id, due.digest),
    })
}

/// What SQLite says of a handler's error, if it is SQLite's.
fn error_code(error: &HandlerError) -> Option<ErrorCode> {
    error.error.downcast_ref::<rusqlite::Error>().and_then(rusqlite::Error::sqlite_error_code)
}
