//! One step of the worker: notifications that are due, each handled in a part of one transaction.

use crate::delivery::{Delivery, IdempotencyKey};
use crate::error::{HandlerError, Then};
use crate::handler::{Handle, Tx, Unhandled};
use crate::retries::Retries;
use crate::store::queue::{self, Body, Due};
use rusqlite::{Connection, ErrorCode};
use sf_outbound::jiff::Timestamp;
use sf_outbound::{Limits, RawRecord};
use sf_outbound_store::{Trouble, savepoint};
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

/// How many notifications share a transaction at most.
const BATCH: usize = 100;
/// After so long a step gives way to messages that want to be stored.
const TURN: Duration = Duration::from_millis(20);

/// How notifications are handled.
pub(crate) struct Handling {
    pub(crate) handlers: Vec<Box<dyn Handle>>,
    pub(crate) retries: Retries,
    /// Whether one that a newer version overtook is settled without its handler.
    pub(crate) skip_superseded: bool,
    /// Whether a dead letter holds those of its record that come after it.
    pub(crate) hold: bool,
    /// The notification whose handler ended the transaction, which the next step counts as a failed try; 0 for none. The
    /// step in which it happened can't, for nothing of it is left.
    pub(crate) ended_by: AtomicI64,
}

/// What a step did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) handled: u64,
    pub(crate) revisions: u64,
    pub(crate) skipped: u64,
    pub(crate) failed: u64,
    pub(crate) dead: u64,
    pub(crate) parked: u64,
    /// Whether more may be due already.
    pub(crate) has_more: bool,
}

impl Handling {
    pub(crate) fn step(
        &self,
        connection: &Connection,
        now: i64,
        is_ending: &dyn Fn() -> bool,
    ) -> Result<Step, Trouble> {
        let (started, mut step) = (Instant::now(), Step::default());
        let due = queue::due(connection, now, self.hold, BATCH)?;
        step.has_more = due.len() == BATCH;
        for due in due {
            if started.elapsed() > TURN || is_ending() {
                step.has_more = true;
                break;
            }
            if due.seq == self.ended_by.swap(0, Ordering::SeqCst) {
                let reason = "the handler ended the transaction, so all that it wrote is undone: leave COMMIT and ROLLBACK to \
                              the inbox";
                self.failed(connection, &due, now, Then::Retry, reason, &mut step)?;
                continue;
            }
            self.one(connection, &due, now, &mut step)?;
        }
        // What waited behind these may be due now.
        step.has_more |= step.handled + step.skipped + step.dead + step.parked > 0;
        Ok(step)
    }

    fn one(&self, connection: &Connection, due: &Due, now: i64, step: &mut Step) -> Result<(), Trouble> {
        let handler = due.object.as_ref().and_then(|object| self.handler(object));
        let Some(handler) = handler.or_else(|| self.only_handler(due)) else {
            step.parked += 1;
            let object = due.object.as_deref().unwrap_or("an object that is not known yet");
            return queue::park(connection, due, now, &format!("there is no handler for {object}"));
        };
        let is_superseded = queue::is_superseded(connection, due)?;
        if is_superseded && self.skip_superseded {
            step.skipped += 1;
            return queue::done(connection, due, now);
        }
        let body = queue::body(connection, due.seq)?;
        let revision = queue::revision(connection, due)?;
        let tried = catch_unwind(AssertUnwindSafe(|| {
            savepoint(connection, || {
                let delivery = delivery(due, body, revision, is_superseded)?;
                handler.handle(&Tx(connection), delivery)
            })
        }));
        if connection.is_autocommit() {
            // A full disk ends it too, which is nobody's fault here.
            if !matches!(&tried, Ok(Err(Unhandled::Failed(error))) if is_of_the_disk(error)) {
                self.ended_by.store(due.seq, Ordering::SeqCst);
            }
            return Err(Trouble::RolledBack);
        }
        let (then, reason) = match tried {
            Ok(Ok(())) => {
                step.handled += 1;
                step.revisions += u64::from(revision > 0);
                return queue::done(connection, due, now);
            }
            Ok(Err(Unhandled::Store(trouble))) => return Err(trouble),
            Ok(Err(Unhandled::Unreadable(error))) => {
                step.parked += 1;
                return queue::park(connection, due, now, &error.to_string());
            }
            Ok(Err(Unhandled::Failed(error))) => (error.then, error.to_string()),
            Err(panic) => (Then::Retry, format!("the handler panicked: {}", words(&*panic))),
        };
        self.failed(connection, due, now, then, &reason, step)
    }

    fn failed(
        &self,
        connection: &Connection,
        due: &Due,
        now: i64,
        then: Then,
        reason: &str,
        step: &mut Step,
    ) -> Result<(), Trouble> {
        let again = match then {
            Then::Retry => self.retries.wait(due.tries + 1, &mut fastrand::Rng::new()).map(|wait| now + wait),
            Then::At(moment) => Some(moment.as_millisecond()),
            Then::Dead => None,
        };
        step.failed += 1;
        step.dead += u64::from(again.is_none());
        queue::failed(connection, due, now, again, reason)
    }

    fn handler(&self, object: &str) -> Option<&dyn Handle> {
        self.handlers.iter().map(|handler| &**handler).find(|handler| handler.object() == object)
    }

    /// Where there is one object only, what comes without a record is about it.
    fn only_handler(&self, due: &Due) -> Option<&dyn Handle> {
        match &*self.handlers {
            [only] if due.object.is_none() => Some(&**only),
            _ => None,
        }
    }
}

fn delivery(
    due: &Due,
    body: Body,
    revision: u32,
    is_superseded: bool,
) -> Result<Delivery<RawRecord>, Unhandled> {
    let record = body.xml.map(|xml| {
        RawRecord::from_parts(&xml, body.scope.as_deref().unwrap_or_default(), &Limits::default())
    });
    Ok(Delivery {
        record: record.transpose().map_err(Unhandled::Unreadable)?,
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

/// Whether an error is that of a disk that is full or broken.
fn is_of_the_disk(error: &HandlerError) -> bool {
    let code = error.error.downcast_ref::<rusqlite::Error>().and_then(rusqlite::Error::sqlite_error_code);
    matches!(code, Some(ErrorCode::DiskFull | ErrorCode::SystemIoFailure | ErrorCode::OutOfMemory))
}

/// What a panic says, where it is text.
fn words(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without words")
}
