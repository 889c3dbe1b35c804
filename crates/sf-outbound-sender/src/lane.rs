//! A lane: the delivery of one outbound message, one request in flight.
//!
//! Read what is due, send it, write how it went. Nothing is written before a send: a crash in between sends again.

use crate::change;
use crate::definition::OutboundMessage;
use crate::error::Error;
use crate::ids::NOTIFICATION;
use crate::plan::Plan;
use crate::recorder::{Incoming, Outgoing};
use crate::rehearsal::{Fault, Faults};
use crate::schedule::millis;
use crate::shared::Shared;
use crate::status::Sent;
use crate::store::{Attempt, Due, Tx};
use sf_outbound::{Notification, Notifications, Record, Unknown};
use std::sync::Arc;
use std::time::Duration;

/// Notifications of one SOAP message, by the WSDL's `maxOccurs`.
const NOTIFICATIONS: usize = 100;
/// What the log keeps of a reply.
pub(crate) const REPLY_BYTES: usize = 4 << 10;
/// How long a lane leaves a file alone that gave trouble.
const RECOVERY: Duration = Duration::from_secs(1);

/// What a lane has found to do.
enum Found {
    /// Something was due, and is settled.
    Work,
    /// Nothing is due before this.
    Rest(Option<i64>),
}

/// Delivers until the organization stops.
pub(crate) fn run(shared: &Arc<Shared>, lane: usize) {
    while let Some(heard) = shared.bells.heard(lane) {
        match step(shared, lane) {
            Ok(Found::Work) => {}
            Ok(Found::Rest(until)) => shared.bells.sleep(lane, heard, until, &shared.time),
            Err(error) => {
                shared.note_trouble(Some(error));
                shared.bells.pause(lane, RECOVERY);
            }
        }
    }
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
            Ok((due, later, next))
        }
    })?;
    if due.is_empty() {
        return Ok(Found::Rest(next));
    }
    let (ended, due): (Vec<_>, Vec<_>) =
        due.into_iter().partition(|row| shared.schedule.end_millis(row.born) <= now);
    if !ended.is_empty() {
        give_up(shared, lane, ended, now)?;
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

/// Sends a message; says how it went, and whether its retry is to have newer data.
fn send(shared: &Shared, lane: usize, plan: &Plan) -> (Attempt, bool) {
    let message = &shared.setup.messages[lane];
    let OutboundMessage { name, endpoint, .. } = &message.message;
    let mut body = Vec::with_capacity(1 << 10);
    notifications(shared, lane, plan).encode(&mut body);
    let outgoing = Outgoing { message: name, endpoint, body: &body };
    let recorded = shared.recorder.as_ref().map(|recorder| recorder(&outgoing));
    let at = shared.time.now_millis();
    let mut delivery = shared.client.deliver(endpoint, &body, plan.ahead);
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
        recorded(&Incoming { reply, took: delivery.took, rehearsed: &faults.to_vec() });
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
    (attempt, is_lost && lost.has(Faults::of(Fault::NewerData)))
}

/// What a rehearsal holds is due later, but not after its end.
fn hold(shared: &Arc<Shared>, held: Vec<(Due, u32)>, now: i64) -> Result<(), Error> {
    let shared = Arc::clone(shared);
    let store = Arc::clone(&shared);
    store.store.run(move |tx| {
        for (row, intervals) in held {
            let due = now.saturating_add(millis(shared.schedule.first.saturating_mul(intervals)));
            tx.rehearse(&row, due.min(shared.schedule.end_millis(row.born) - 1), Fault::Hold)?;
        }
        Ok(())
    })
}

fn deliver(shared: &Arc<Shared>, lane: usize, plan: Plan) -> Result<(), Error> {
    let message = &shared.setup.messages[lane];
    let (attempt, awaits_change) = send(shared, lane, &plan);
    let settling = Arc::clone(shared);
    let sent = shared.store.run(move |tx| {
        let shared = settling;
        let now = shared.time.now_millis();
        let number = tx.note_attempt(&attempt)?;
        for (row, emptied) in plan.rows.iter().zip(&plan.emptied) {
            if attempt.reason.is_some() {
                put_off(&shared, tx, (row, number), awaits_change, now)?;
            } else if plan.ahead.has(Faults::of(Fault::Duplicates))
                && !row.marks.has(Faults::of(Fault::Duplicates))
            {
                // As if the ack had been forgotten.
                tx.rehearse(row, now, Fault::Duplicates)?;
            } else {
                tx.settle(attempt.message, row, *emptied, now)?;
            }
        }
        if let Some(row) = &plan.left {
            tx.draw(row)?;
        }
        tx.beat(&attempt)?;
        tx.prune(now.saturating_sub(shared.log_millis))?;
        Ok(Sent::from(attempt))
    })?;
    shared.note_trouble(None);
    if let Some(observer) = &shared.observer {
        observer(&message.message.name, &sent);
    }
    Ok(())
}

/// A row was not acknowledged in an attempt; `awaits_change` where the retry is to have newer data.
fn put_off(
    shared: &Shared,
    tx: &Tx<'_>,
    (row, attempt): (&Due, i64),
    awaits_change: bool,
    now: i64,
) -> Result<(), Error> {
    let due = shared.schedule.due_millis(row.born, now, row.tries + 1);
    let latest = now.saturating_add(millis(shared.schedule.longest));
    // Not twice in a row, and not so late that it would not be sent any more.
    if awaits_change && !row.marks.has(Faults::AWAITED) && latest < shared.schedule.end_millis(row.born) {
        return tx.await_change(row, latest, due, attempt);
    }
    tx.put_off(row, due, attempt)
}

fn give_up(shared: &Arc<Shared>, lane: usize, ended: Vec<Due>, now: i64) -> Result<(), Error> {
    let shared = Arc::clone(shared);
    let store = Arc::clone(&shared);
    store.store.run(move |tx| {
        let number = shared.setup.messages[lane].number;
        let last = tx.attempts(number, 1)?.pop().and_then(|attempt| attempt.reason);
        let lifetime = millis(shared.schedule.lifetime) / 3_600_000;
        let never = format!("it was not sent within {lifetime} hours");
        for row in &ended {
            let reason = if row.tries == 0 { Some(&never) } else { last.as_ref() };
            tx.give_up(number, row, reason.unwrap_or(&never), shared.keep_failed, now)?;
        }
        Ok(())
    })
}

/// The message with the records as they are now; a record that was deleted has no data.
pub(crate) fn notifications(shared: &Shared, lane: usize, plan: &Plan) -> Notifications<Record> {
    let setup = &shared.setup;
    let message = &setup.messages[lane];
    let object = &setup.objects[message.object];
    let organization_id = setup.organization_id.to_18();
    let organization_15 = organization_id.as_str().get(..15).unwrap_or_default().to_owned();
    let url = |flavour: char| {
        let (host, version) = (&shared.host, setup.api_version);
        Some(format!("https://{host}/services/Soap/{flavour}/{version}.0/{organization_15}"))
    };
    let is_drifted = plan.ahead.has(Faults::of(Fault::UnknownFields));
    let record = |(row, emptied): (&Due, &bool)| {
        let fields = row.fields.as_ref().filter(|_| !emptied)?;
        let values = change::values(setup, object, row.record, fields);
        let (schema, unknown) = &message.drifted;
        let mut record = if is_drifted { schema } else { &message.schema }.record(values.id()?);
        for field in &message.message.fields {
            record.set(field, values.get(field).cloned());
        }
        if is_drifted {
            record.set(unknown, Some("rehearsed".into()));
        }
        Some(record)
    };
    let notification = |(row, emptied): (&Due, &bool)| Notification {
        id: setup.ids.id(NOTIFICATION, row.qid),
        sobject: record((row, emptied)),
    };
    Notifications {
        organization_id,
        action_id: message.message.action_id.to_18(),
        session_id: None,
        enterprise_url: url('c'),
        partner_url: url('u'),
        notifications: plan.rows.iter().zip(&plan.emptied).map(notification).collect(),
        unknown: Unknown::default(),
    }
}
