//! One message under rehearsal, from the plan to what is remembered of it.

use super::plan::{Marked, Plan};
use super::trickle::Trickle;
use crate::delivery::hooks::{Handling, Times};
use crate::delivery::{Delivery, Way, millis};
use crate::error::Error;
use crate::fault::{Fault, Faults};
use crate::store::{Due, How, Mark, Tx};
use sf_outbound::{Id, Kind, Record, Schema};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// Said of a reply that was taken away.
const LOST: &str = "the reply was lost, as rehearsed";

/// A message as it is played.
pub(super) struct Play {
    /// By number: what was remembered of each row, its record's text, and whether it goes without.
    rows: BTreeMap<i64, (Marked, bool)>,
    /// A row that was chosen about, and stays as it was.
    left: Option<Marked>,
    /// What has happened to the message already, and what is to happen to it when it goes.
    faults: Faults,
    ahead: Faults,
    /// Whether nothing is rehearsed, and only what was remembered goes on.
    is_plain: bool,
    /// Whether the reply was taken away for [`Fault::NewerData`].
    awaits_change: bool,
    drifted: Arc<Drifted>,
}

impl Play {
    pub(super) fn new(plan: Plan, drifted: Arc<Drifted>) -> Self {
        let rows = plan.rows.into_iter().zip(plan.emptied);
        Self {
            rows: rows.map(|(row, emptied)| (row.due.row.qid, (row, emptied))).collect(),
            left: plan.left,
            faults: plan.faults,
            ahead: plan.ahead,
            is_plain: plan.is_plain,
            awaits_change: false,
            drifted,
        }
    }

    fn is_ahead(&self, fault: Fault) -> bool {
        self.ahead.has(Faults::of(fault))
    }
}

impl Handling for Play {
    fn record(&self, schema: &Schema, id: Id) -> Record {
        let drifted = self.is_ahead(Fault::UnknownFields).then(|| self.drifted.record(id)).flatten();
        drifted.unwrap_or_else(|| schema.record(id))
    }

    fn way<'b>(&self, message: &'b [u8], timeout: Duration) -> Option<Box<dyn Way + 'b>> {
        let is_plain = !self.is_ahead(Fault::SlowBytes) && !self.is_ahead(Fault::Resets);
        if is_plain { None } else { Some(Box::new(Trickle::new(message, self.ahead, timeout))) }
    }

    fn answered(&mut self, delivery: &mut Delivery) {
        let mut lost = self.ahead.only(Fault::LostReplies);
        lost.add(self.ahead.only(Fault::NewerData));
        delivery.faults.add(self.faults);
        if lost != Faults::default() && delivery.lose_reply(LOST) {
            delivery.faults.add(lost);
            self.awaits_change = lost.has(Faults::of(Fault::NewerData));
        }
    }

    fn acknowledged(&self, tx: &Tx<'_>, due: &Due, attempt: i64, now: i64) -> Result<(), Error> {
        let row = &due.row;
        let Some((Marked { mark, .. }, emptied)) = self.rows.get(&row.qid) else { return Ok(()) };
        let duplicates = Faults::of(Fault::Duplicates);
        if self.ahead.has(duplicates) && !Faults(mark.faults).has(duplicates) {
            // As if the ack had been forgotten.
            tx.again(row.qid, now, attempt)?;
            let faults = mark.faults | duplicates.0;
            return tx.set_mark(row.qid, Mark { faults, ..mark.drawn_once() });
        }
        // Where there is no row, an operator took it away meanwhile, and left the line. The data that an emptied one had
        // not go out in another notification.
        if tx.take_away(row.qid, How::Delivered, now)? && *emptied {
            let follower = tx.append(row.message, row.object, row.record, now)?;
            tx.set_mark(follower, Mark { follows: true, ..Mark::default() })?;
        }
        Ok(())
    }

    fn due_again(&self, tx: &Tx<'_>, due: &Due, usual: i64, times: &Times<'_>) -> Result<i64, Error> {
        let row = &due.row;
        let Some((before, _)) = self.rows.get(&row.qid) else { return Ok(usual) };
        if self.is_plain && before.mark == Mark::default() {
            return Ok(usual);
        }
        // What was made for the data goes with them each time: without, it could be acknowledged for ever.
        let mark = Mark { faults: 0, waits: None, ..before.mark.drawn_once() };
        let latest = times.now.saturating_add(millis(times.schedule.longest));
        // Not twice in a row, and not so late that it would not be sent any more.
        if !self.awaits_change || before.has_awaited() || latest >= times.schedule.end_millis(row.born) {
            tx.set_mark(row.qid, mark)?;
            return Ok(usual);
        }
        // Where the record has changed meanwhile, the retry has newer data at its usual time.
        let has_changed = tx.record(row.object, row.record)? != before.due.fields;
        if has_changed {
            tx.set_mark(row.qid, Mark { faults: Faults::of(Fault::NewerData).0, ..mark })?;
            return Ok(usual);
        }
        tx.set_mark(row.qid, Mark { waits: Some(row.record), ..mark })?;
        Ok(latest)
    }

    fn written(&self, tx: &Tx<'_>) -> Result<(), Error> {
        match &self.left {
            Some(left) => tx.set_mark(left.due.row.qid, left.mark.drawn_once()),
            None => Ok(()),
        }
    }
}

/// An outbound message's fields and one more, as if somebody had added it in Setup after the WSDL was downloaded.
pub(super) struct Drifted(Option<(Schema, String)>);

impl Drifted {
    pub(super) fn of(schema: &Schema) -> Self {
        let table = schema.table();
        let field = |index| Some((table.name(index).to_owned(), table.kind(index)?));
        let mut rows: Vec<_> = (0..table.len()).filter_map(field).collect();
        let names = (0..).map(|number| format!("Rehearsed{}__c", "_x".repeat(number)));
        let is_new = |name: &String| rows.iter().all(|(known, _)| !known.eq_ignore_ascii_case(name));
        let Some(name) = names.take(rows.len() + 1).find(is_new) else { return Self(None) };
        rows.push((name.clone(), Kind::Text));
        // As in each message of Salesforce.
        rows.sort_by(|one, other| one.0.cmp(&other.0));
        Self(Schema::new(table.object(), rows).ok().map(|schema| (schema, name)))
    }

    fn record(&self, id: Id) -> Option<Record> {
        let (schema, unknown) = self.0.as_ref()?;
        let mut record = schema.record(id);
        record.set(unknown, Some("rehearsed".into()));
        Some(record)
    }
}
