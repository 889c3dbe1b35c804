//! A lane: the delivery of one outbound message, one request in flight.
//!
//! Read what is due, send it, write how it went. Nothing is written before a send: a crash in between sends again.

use crate::codes;
use crate::compose::{self, ASTRAY};
use crate::definition::OutboundMessage;
use crate::error::Error;
use crate::plan::Plan;
use crate::recorder::{Incoming, Outgoing};
use crate::rehearsal::{Fault, Faults};
use crate::schedule::millis;
use crate::shared::Shared;
use crate::status::Sent;
use crate::store::{Attempt, Due, Tx};
use crate::trouble::Who;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Notifications of one SOAP message, by the WSDL's `maxOccurs`.
const NOTIFICATIONS: usize = 100;
/// What the log keeps of a reply.
pub(crate) const REPLY_BYTES: usize = 4 << 10;
/// How long a lane leaves a file alone that gave trouble.
const RECOVERY: Duration = Duration::from_secs(1);

/// Of each lane the rows that it has read and not yet settled. A change must not be merged into one of them: what is sent
/// was read before it.
///
/// Lanes set it in the thread that writes the file, in which changes look at it, so neither comes between.
pub(crate) struct InFlight {
    rows: Vec<Mutex<BTreeSet<i64>>>,
    /// The newest row at the start. None up to it takes a change in either: it may have been sent before a crash, and
    /// who knows its id would not look at it again.
    last_qid: i64,
}

impl InFlight {
    pub(crate) fn new(lanes: usize, last_qid: i64) -> Self {
        Self { rows: (0..lanes).map(|_| Mutex::default()).collect(), last_qid }
    }

    pub(crate) fn has(&self, lane: usize, qid: i64) -> bool {
        let is_read =
            |rows: &Mutex<BTreeSet<_>>| rows.lock().unwrap_or_else(PoisonError::into_inner).contains(&qid);
        qid <= self.last_qid || self.rows.get(lane).is_some_and(is_read)
    }

    fn set<'r>(&self, lane: usize, rows: impl Iterator<Item = &'r Due>) {
        if let Some(set) = self.rows.get(lane) {
            *set.lock().unwrap_or_else(PoisonError::into_inner) = rows.map(|row| row.qid).collect();
        }
    }
}

/// What a lane has found to do.
enum Found {
    /// Something was due, and is settled.
    Work,
    /// Nothing is due before this.
    Rest(Option<i64>),
}

/// A message that was sent, and what is to be written of it.
struct Outcome {
    plan: Plan,
    attempt: Attempt,
    /// When the reply was there.
    now: i64,
    /// Whether the retry is to have newer data.
    awaits_change: bool,
}

/// Delivers until the organization stops.
pub(crate) fn run(shared: &Arc<Shared>, lane: usize) {
    while let Some(heard) = shared.bells.heard(lane) {
        // Such as one of the program's clock, which is also asked how long to sleep.
        let done = catch_unwind(AssertUnwindSafe(|| {
            if let Found::Rest(until) = step(shared, lane)? {
                shared.troubles.end(Who::Lane(lane));
                shared.bells.sleep(lane, heard, until, &shared.time);
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

fn step(shared: &Arc<Shared>, lane: usize) -> Result<Found, Error> {
    let now = shared.time.now_millis();
    let rehearsal = shared.rehearsal();
    let (due, later, next) = shared.store.run({
        let shared = Arc::clone(shared);
        move |tx| {
            let number = shared.setup.messages[lane].number;
            let due = tx.due(number, now, NOTIFICATIONS)?;
            let next = if due.is_empty() { tx.next_due(number)? } else { None };
            let room = NOTIFICATIONS - due.len();
            let is_merged = !due.is_empty() && rehearsal.rate(Fault::Merges) > 0.0;
            let later = if is_merged { tx.later(number, now, room)? } else { Vec::new() };
            if let Some(in_flight) = &shared.in_flight {
                in_flight.set(lane, due.iter().chain(&later));
            }
            Ok((due, later, next))
        }
    })?;
    if due.is_empty() {
        return Ok(Found::Rest(next));
    }
    let is_ended = |row: &Due| shared.schedule.end_millis(row.born) <= now;
    let (ended, due): (Vec<_>, Vec<_>) = due.into_iter().partition(is_ended);
    let is_astray = |row: &Due| compose::is_astray(&shared.setup, lane, row);
    let (astray, due): (Vec<_>, Vec<_>) = due.into_iter().partition(is_astray);
    let later = later.into_iter().filter(|row| !is_astray(row)).collect();
    if !ended.is_empty() || !astray.is_empty() {
        give_up(shared, ended, astray, now)?;
    }
    let mut plan = if rehearsal.is_nothing() {
        Plan::plain(due)
    } else {
        Plan::new(&rehearsal, shared.setup.messages[lane].message.action_id, due, later)
    };
    if !plan.held.is_empty() {
        hold(shared, std::mem::take(&mut plan.held), now)?;
    }
    if !plan.rows.is_empty() {
        deliver(shared, lane, plan)?;
    }
    Ok(Found::Work)
}

/// Runs a function of the program, whose panic is a trouble and ends nothing.
fn guarded<T>(shared: &Shared, who: Who, name: &str, call: impl FnOnce() -> T) -> Option<T> {
    let done = catch_unwind(AssertUnwindSafe(call));
    if done.is_err() {
        shared.troubles.begin(who, &panicked(name));
    }
    done.ok()
}

fn send(shared: &Shared, lane: usize, plan: Plan) -> Outcome {
    const RECORDER: &str = "the program's recorder";
    let message = &shared.setup.messages[lane];
    let OutboundMessage { name, endpoint, .. } = &message.message;
    let body = compose::message(shared, lane, &plan);
    let outgoing = Outgoing { message: name, endpoint, body: &body };
    let who = Who::Recorder(lane);
    let hear = shared.recorder.as_ref();
    let recorded = hear.and_then(|hear| guarded(shared, who, RECORDER, || hear(&outgoing)));
    let at = shared.time.now_millis();
    let mut delivery = shared.client.deliver(endpoint, &body, plan.ahead);
    // How it went is written all the same: else it would be sent again.
    let after = || shared.time.now_millis();
    let now = guarded(shared, Who::Lane(lane), "the program's clock", after).unwrap_or(at);
    let mut faults = plan.faults;
    faults.add(delivery.faults);
    let mut lost = plan.ahead.only(Fault::LostReplies);
    lost.add(plan.ahead.only(Fault::NewerData));
    let is_lost = lost != Faults::default() && delivery.lose_reply();
    if is_lost {
        faults.add(lost);
    }
    if let Some(recorded) = recorded {
        let reply = delivery.status.map(|status| (status, &delivery.reply[..]));
        let incoming = Incoming { reply, took: delivery.took, rehearsed: &faults.to_vec() };
        if guarded(shared, who, RECORDER, || recorded(&incoming)).is_some() {
            shared.troubles.end(who);
        }
    }
    delivery.reply.truncate(REPLY_BYTES);
    let attempt = Attempt {
        message: message.number,
        at,
        millis: millis(delivery.took),
        notifications: plan.rows.len(),
        status: delivery.status,
        reason: delivery.reason,
        reply: delivery.reply,
        rehearsed: faults.faults(),
    };
    Outcome { plan, attempt, now, awaits_change: is_lost && lost.has(Faults::of(Fault::NewerData)) }
}

/// What a rehearsal holds is due later, but not after its end.
fn hold(shared: &Arc<Shared>, held: Vec<(Due, u32)>, now: i64) -> Result<(), Error> {
    let shared = Arc::clone(shared);
    let store = Arc::clone(&shared);
    store.store.run(move |tx| {
        for (row, intervals) in held {
            let due = now.saturating_add(millis(shared.schedule.first.saturating_mul(intervals)));
            tx.hold(&row, due.min(shared.schedule.end_millis(row.born) - 1))?;
        }
        Ok(())
    })
}

fn deliver(shared: &Arc<Shared>, lane: usize, plan: Plan) -> Result<(), Error> {
    let outcome = Arc::new(send(shared, lane, plan));
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
        let Outcome { plan, attempt, now, .. } = &*outcome;
        let number = tx.note_attempt(attempt)?;
        let duplicates = Faults::of(Fault::Duplicates);
        for (row, emptied) in plan.rows.iter().zip(&plan.emptied) {
            if let Some(reason) = &attempt.reason {
                put_off(&writing, tx, row, &outcome, (number, reason))?;
            } else if plan.ahead.has(duplicates) && !row.marks.has(duplicates) {
                // As if the ack had been forgotten.
                tx.repeat(row, *now, number)?;
            } else {
                tx.settle(attempt.message, row, *emptied, *now)?;
            }
        }
        if let Some(row) = &plan.left {
            tx.draw(row)?;
        }
        tx.beat(attempt)?;
        tx.prune(now.saturating_sub(writing.log_millis))
    })
}

/// A row was not acknowledged in an attempt, for a reason.
fn put_off(
    shared: &Shared,
    tx: &Tx<'_>,
    row: &Due,
    outcome: &Outcome,
    (attempt, reason): (i64, &str),
) -> Result<(), Error> {
    let (now, end) = (outcome.now, shared.schedule.end_millis(row.born));
    let due = shared.schedule.due_millis(row.born, now, row.tries + 1);
    let latest = now.saturating_add(millis(shared.schedule.longest));
    // Not twice in a row, and not so late that it would not be sent any more.
    if outcome.awaits_change && !row.marks.has(Faults::AWAITED) && latest < end {
        return tx.await_change(row, (latest, due), attempt, reason);
    }
    tx.put_off(row, due, attempt, reason)
}

/// Some rows have had their time, others have gone astray.
fn give_up(shared: &Arc<Shared>, ended: Vec<Due>, astray: Vec<Due>, now: i64) -> Result<(), Error> {
    let store = Arc::clone(shared);
    let (keep, lifetime) = (shared.keep_failed, millis(shared.schedule.lifetime) / 1_000);
    store.store.run(move |tx| {
        let lifetime = if lifetime % 3_600 == 0 {
            format!("{} hours", lifetime / 3_600)
        } else {
            format!("{lifetime} s")
        };
        for row in &ended {
            let verb = if row.tries == 0 { "sent" } else { "delivered" };
            tx.give_up(row, &format!("it was not {verb} within {lifetime}"), keep, now)?;
        }
        astray.iter().try_for_each(|row| tx.refuse(row, ASTRAY, keep, now))
    })
}
