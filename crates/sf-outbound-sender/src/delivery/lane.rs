//! A lane: the delivery of one outbound message, one request in flight.
//!
//! Read what is due, send it, write how it went. Nothing of a message is written before it is sent: a crash in between
//! sends it again.

use super::compose::{self, ASTRAY};
use super::hooks::{Choice, Handling, Times};
use super::millis;
use super::recorder::{Incoming, Outgoing};
use super::sent::Sent;
use super::shared::Shared;
use super::trouble::Who;
use crate::codes;
use crate::definition::OutboundMessage;
use crate::error::Error;
use crate::store::{Attempt, Due, How, Tx};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

/// Notifications of one SOAP message, by the WSDL's `maxOccurs`.
pub(crate) const NOTIFICATIONS: usize = 100;
/// What the log keeps of a reply.
pub(crate) const REPLY_BYTES: usize = 4 << 10;
/// How long a lane leaves a file alone that gave trouble.
const RECOVERY: Duration = Duration::from_secs(1);

/// The threads of all lanes; they end, after what they have in flight, when this is dropped.
pub(crate) struct Lanes {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

impl Lanes {
    /// **Errors.** `SFD0401` where the system gives no thread.
    pub(crate) fn start(shared: &Arc<Shared>) -> Result<Self, Error> {
        let mut lanes = Self { shared: Arc::clone(shared), threads: Vec::new() };
        for lane in 0..shared.setup.messages.len() {
            let shared = Arc::clone(shared);
            let thread = std::thread::Builder::new().name(format!("sf-outbound lane {lane}"));
            let thread = thread.spawn(move || run(&shared, lane)).map_err(|error| {
                Error::trouble(&codes::STORE_FAILED, format!("a thread can't be started: {error}"))
            })?;
            lanes.threads.push(thread);
        }
        Ok(lanes)
    }
}

impl Lanes {
    /// Waits until each lane has ended, after what it has in flight.
    pub(crate) fn stop(&mut self) {
        self.shared.bells.stop();
        for thread in self.threads.drain(..) {
            // A thread that panicked has nothing left to say.
            drop(thread.join());
        }
    }
}

impl Drop for Lanes {
    fn drop(&mut self) {
        self.stop();
    }
}

/// What a lane has found to do.
enum Found {
    /// This message is to be sent.
    Message(Choice),
    /// Rows were settled without one.
    Work,
    /// Nothing is due before this.
    Rest(Option<i64>),
}

/// A message that was sent, and what is to be written of it.
struct Outcome {
    rows: Vec<Due>,
    handling: Option<Box<dyn Handling>>,
    attempt: Attempt,
    /// When the reply was there.
    now: i64,
}

/// Delivers until the organization stops.
fn run(shared: &Arc<Shared>, lane: usize) {
    while let Some(heard) = shared.bells.heard(lane) {
        // Such as one of the program's clock, which is also asked how long to sleep.
        let done = catch_unwind(AssertUnwindSafe(|| {
            match find(shared, lane)? {
                Found::Message(choice) => deliver(shared, lane, choice)?,
                Found::Work => {}
                Found::Rest(until) => {
                    shared.troubles.end(Who::Lane(lane));
                    shared.bells.sleep(lane, heard, until, &shared.time);
                }
            }
            Ok(())
        }));
        match done.unwrap_or_else(|_| Err(panicked("a delivery"))) {
            Ok(()) => shared.troubles.end(Who::Lane(lane)),
            Err(error) => {
                note(shared, lane, &error);
                shared.bells.pause(lane, RECOVERY);
            }
        }
    }
}

/// Tells of a lane's trouble, unless it is that the organization stops.
fn note(shared: &Shared, lane: usize, error: &Error) {
    if error.code() != codes::STOPPED.code {
        shared.troubles.begin(Who::Lane(lane), error);
    }
}

#[cold]
fn panicked(what: &str) -> Error {
    Error::trouble(&codes::PANIC, format!("{what} panicked; the deliveries go on"))
}

/// Reads what is due, and gives up what has had its time or has gone astray.
fn find(shared: &Arc<Shared>, lane: usize) -> Result<Found, Error> {
    let now = shared.time.now_millis();
    let finding = Arc::clone(shared);
    shared.store.run(move |tx| {
        let shared = finding;
        let message = &shared.setup.messages[lane];
        let due = tx.due(message.number, now, NOTIFICATIONS)?;
        if due.is_empty() {
            return Ok(Found::Rest(tx.next_due(message.number)?));
        }
        let mut rows = Vec::with_capacity(due.len());
        for due in due {
            if shared.schedule.end_millis(due.row.born) <= now {
                give_up(&shared, tx, &due, now)?;
            } else if compose::is_astray(&shared.setup, lane, &due.row) {
                tx.refuse(due.row.qid, ASTRAY, shared.keep_failed, now)?;
            } else {
                rows.push(due);
            }
        }
        let choice = if shared.hooks.is_idle(tx) {
            Choice { rows, handling: None }
        } else {
            let times = Times { now, schedule: &shared.schedule };
            shared.hooks.choose(tx, lane, rows, &times)?
        };
        Ok(if choice.rows.is_empty() { Found::Work } else { Found::Message(choice) })
    })
}

/// A row has had its time.
fn give_up(shared: &Shared, tx: &Tx<'_>, due: &Due, now: i64) -> Result<(), Error> {
    let lifetime = millis(shared.schedule.lifetime) / 1_000;
    let lifetime =
        if lifetime % 3_600 == 0 { format!("{} hours", lifetime / 3_600) } else { format!("{lifetime} s") };
    let verb = if due.row.tries == 0 { "sent" } else { "delivered" };
    tx.give_up(due.row.qid, &format!("it was not {verb} within {lifetime}"), shared.keep_failed, now)
}

/// Runs a function of the program, whose panic is a trouble and ends nothing.
fn guarded<T>(shared: &Shared, who: Who, name: &str, call: impl FnOnce() -> T) -> Option<T> {
    let done = catch_unwind(AssertUnwindSafe(call));
    if done.is_err() {
        shared.troubles.begin(who, &panicked(name));
    }
    done.ok()
}

fn send(shared: &Shared, lane: usize, choice: Choice) -> Outcome {
    const RECORDER: &str = "the program's recorder";
    let Choice { rows, mut handling } = choice;
    let message = &shared.setup.messages[lane];
    let OutboundMessage { name, endpoint, .. } = &message.message;
    let body = compose::message(&shared.setup, &shared.host, lane, &rows, handling.as_deref());
    let outgoing = Outgoing { message: name, endpoint, body: &body };
    let who = Who::Recorder(lane);
    let hear = shared.recorder.as_ref();
    let recorded = hear.and_then(|hear| guarded(shared, who, RECORDER, || hear(&outgoing)));
    let at = shared.time.now_millis();
    let way = handling.as_ref().and_then(|handling| handling.way(&body, shared.client.timeout()));
    let mut delivery = shared.client.deliver(endpoint, &body, way);
    // How it went is written all the same: else it would be sent again.
    let after = || shared.time.now_millis();
    let now = guarded(shared, Who::Lane(lane), "the program's clock", after).unwrap_or(at);
    if let Some(handling) = &mut handling {
        handling.answered(&mut delivery);
    }
    if let Some(recorded) = recorded {
        let reply = delivery.status.map(|status| (status, &delivery.reply[..]));
        let incoming = Incoming { reply, took: delivery.took, rehearsed: &delivery.faults.to_vec() };
        if guarded(shared, who, RECORDER, || recorded(&incoming)).is_some() {
            shared.troubles.end(who);
        }
    }
    delivery.reply.truncate(REPLY_BYTES);
    let attempt = Attempt {
        message: message.number,
        at,
        millis: millis(delivery.took),
        notifications: rows.len(),
        status: delivery.status,
        reason: delivery.reason,
        reply: delivery.reply,
        rehearsed: delivery.faults,
    };
    Outcome { rows, handling, attempt, now }
}

fn deliver(shared: &Arc<Shared>, lane: usize, choice: Choice) -> Result<(), Error> {
    let outcome = Arc::new(send(shared, lane, choice));
    // Not sent again for trouble with the file: what the endpoint has acknowledged, it need not see twice.
    while let Err(error) = write(shared, &outcome) {
        if error.code() == codes::STOPPED.code || shared.bells.heard(lane).is_none() {
            return Err(error);
        }
        note(shared, lane, &error);
        shared.bells.pause(lane, RECOVERY);
    }
    if let Some(observer) = &shared.observer {
        let (name, sent) = (&shared.setup.messages[lane].message.name, Sent::from(outcome.attempt.clone()));
        let who = Who::Observer(lane);
        if guarded(shared, who, "the program's observer", || observer(name, &sent)).is_some() {
            shared.troubles.end(who);
        }
    }
    Ok(())
}

/// Writes how a message went.
fn write(shared: &Arc<Shared>, outcome: &Arc<Outcome>) -> Result<(), Error> {
    let (writing, outcome) = (Arc::clone(shared), Arc::clone(outcome));
    shared.store.run(move |tx| {
        let Outcome { rows, handling, attempt, now } = &*outcome;
        let number = tx.note_attempt(attempt)?;
        for due in rows {
            match (&attempt.reason, handling) {
                (None, None) => tx.take_away(due.row.qid, How::Delivered, *now).map(drop)?,
                (None, Some(handling)) => handling.acknowledged(tx, due, number, *now)?,
                (Some(reason), _) => put_off(&writing, tx, due, &outcome, (number, reason))?,
            }
        }
        if let Some(handling) = handling {
            handling.written(tx)?;
        }
        tx.beat(attempt)?;
        tx.prune(now.saturating_sub(writing.log_millis))
    })
}

/// A row was not acknowledged in an attempt, for a reason.
fn put_off(
    shared: &Shared,
    tx: &Tx<'_>,
    due: &Due,
    outcome: &Outcome,
    (attempt, reason): (i64, &str),
) -> Result<(), Error> {
    let times = Times { now: outcome.now, schedule: &shared.schedule };
    let usual = shared.schedule.due_millis(due.row.born, times.now, due.row.tries + 1);
    let again = match &outcome.handling {
        Some(handling) => handling.due_again(tx, due, usual, &times)?,
        None => usual,
    };
    tx.put_off(due.row.qid, again, attempt, reason)
}
