//! A lane: the delivery of one outbound message, one request in flight.
//!
//! Read what is due, send it, write how it went. Nothing is written before a send: a crash in between sends again.

use crate::change;
use crate::error::Error;
use crate::ids::NOTIFICATION;
use crate::schedule::millis;
use crate::shared::Shared;
use crate::status::Sent;
use crate::store::{Attempt, Due};
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
    let (due, next) = shared.store.run({
        let shared = Arc::clone(shared);
        move |tx| {
            let number = shared.setup.messages[lane].number;
            let due = tx.due(number, now, NOTIFICATIONS)?;
            let next = if due.is_empty() { tx.next_due(number)? } else { None };
            Ok((due, next))
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
    if !due.is_empty() {
        deliver(shared, lane, due)?;
    }
    Ok(Found::Work)
}

fn deliver(shared: &Arc<Shared>, lane: usize, due: Vec<Due>) -> Result<(), Error> {
    let message = &shared.setup.messages[lane];
    let mut bytes = Vec::with_capacity(1 << 10);
    notifications(shared, lane, &due).encode(&mut bytes);
    let at = shared.time.now_millis();
    let mut delivery = shared.client.deliver(&message.message.endpoint, &bytes);
    delivery.reply.truncate(REPLY_BYTES);
    let attempt = Attempt {
        message: message.number,
        at,
        millis: delivery.millis,
        notifications: due.len(),
        status: delivery.status,
        reason: delivery.reason,
        reply: delivery.reply,
    };
    let settling = Arc::clone(shared);
    let sent = shared.store.run(move |tx| {
        let shared = settling;
        let now = shared.time.now_millis();
        let number = tx.note_attempt(&attempt)?;
        for row in &due {
            if attempt.reason.is_none() {
                tx.settle(attempt.message, row, now)?;
            } else {
                let due = shared.schedule.due_millis(row.born, now, row.tries + 1);
                tx.put_off(row.qid, due, number)?;
            }
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
pub(crate) fn notifications(shared: &Shared, lane: usize, due: &[Due]) -> Notifications<Record> {
    let setup = &shared.setup;
    let message = &setup.messages[lane];
    let object = &setup.objects[message.object];
    let organization_id = setup.organization_id.to_18();
    let organization_15 = organization_id.as_str().get(..15).unwrap_or_default().to_owned();
    let url = |flavour: char| {
        let (host, version) = (&shared.host, setup.api_version);
        Some(format!("https://{host}/services/Soap/{flavour}/{version}.0/{organization_15}"))
    };
    let record = |row: &Due| {
        let values = change::values(setup, object, row.record, row.fields.as_ref()?);
        let mut record = message.schema.record(values.id()?);
        for field in &message.message.fields {
            record.set(field, values.get(field).cloned());
        }
        Some(record)
    };
    Notifications {
        organization_id,
        action_id: message.message.action_id.to_18(),
        session_id: None,
        enterprise_url: url('c'),
        partner_url: url('u'),
        notifications: due
            .iter()
            .map(|row| Notification { id: setup.ids.id(NOTIFICATION, row.qid), sobject: record(row) })
            .collect(),
        unknown: Unknown::default(),
    }
}
