//! What may come between a lane and its endpoint: the places at which a rehearsal does.
//!
//! Each hook of one message does nothing by default. Where nothing is rehearsed no [`Handling`] is made, and the queue's
//! own way costs a look at an `Option`.
//!
//! ```text
//!  due rows ─► choose ─► compose ─► way ─► endpoint ─► answered ─► acknowledged │ due_again ─► written
//!                │          └ record                                   of each row
//!  a record has changed ─► changed
//! ```

use super::client::{Delivery, Way};
use super::schedule::Schedule;
use crate::error::Error;
use crate::store::{Due, How, Tx};
use sf_outbound::{Id, Record, Schema};
use std::time::Duration;

/// Of the organization.
pub(crate) trait Hooks: Send + Sync {
    /// Whether nothing is to come between, so that nothing else is asked.
    fn is_idle(&self, tx: &Tx<'_>) -> bool;

    /// What of the rows that are due goes in the next message, in the transaction in which they were read.
    fn choose(&self, tx: &Tx<'_>, lane: usize, due: Vec<Due>, times: &Times<'_>) -> Result<Choice, Error>;

    /// A record has changed, in this transaction: the outbound messages of which something is due for it.
    fn changed(&self, tx: &Tx<'_>, record: i64, now: i64) -> Result<Vec<i64>, Error>;
}

/// What goes in a message, and what comes between.
pub(crate) struct Choice {
    /// Nothing goes where there are none.
    pub(crate) rows: Vec<Due>,
    pub(crate) handling: Option<Box<dyn Handling>>,
}

/// When a message is sent, or its reply was there, and the schedule that counts from then.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Times<'s> {
    pub(crate) now: i64,
    pub(crate) schedule: &'s Schedule,
}

/// Of one message.
pub(crate) trait Handling: Send + Sync {
    /// A record of the message, before its values are set.
    fn record(&self, schema: &Schema, id: Id) -> Record {
        schema.record(id)
    }

    /// How the bytes go, where it is not at once; `timeout` is what the endpoint has for all of it.
    fn way<'b>(&self, message: &'b [u8], timeout: Duration) -> Option<Box<dyn Way + 'b>> {
        let _ = (message, timeout);
        None
    }

    /// The endpoint has answered, or has not.
    fn answered(&mut self, delivery: &mut Delivery) {
        let _ = delivery;
    }

    /// A row was acknowledged in an attempt.
    fn acknowledged(&self, tx: &Tx<'_>, due: &Due, attempt: i64, now: i64) -> Result<(), Error> {
        let _ = attempt;
        tx.take_away(due.row.qid, How::Delivered, now).map(drop)
    }

    /// A row was not acknowledged: when it is due again, instead of the usual time.
    fn due_again(&self, tx: &Tx<'_>, due: &Due, usual: i64, times: &Times<'_>) -> Result<i64, Error> {
        let _ = (tx, due, times);
        Ok(usual)
    }

    /// All rows are written.
    fn written(&self, tx: &Tx<'_>) -> Result<(), Error> {
        let _ = tx;
        Ok(())
    }
}
