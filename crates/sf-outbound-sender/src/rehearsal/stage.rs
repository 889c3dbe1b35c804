//! The rehearsal of a running organization: its hooks in the deliveries.

use super::plan::{Marked, Plan};
use super::play::{Drifted, Play};
use super::rates::Rehearsal;
use crate::delivery::hooks::{Choice, Hooks, Times};
use crate::delivery::{NOTIFICATIONS, millis};
use crate::error::Error;
use crate::fault::{Fault, Faults};
use crate::setup::Setup;
use crate::store::{Due, Mark, Tx};
use sf_outbound::Id;
use std::sync::{Arc, Mutex, PoisonError};

/// What is rehearsed from the next message on.
pub(crate) struct Stage {
    rehearsal: Mutex<Rehearsal>,
    lanes: Vec<Lane>,
}

/// An outbound message.
struct Lane {
    number: i64,
    /// Number of its object.
    object: i64,
    action_id: Id,
    drifted: Arc<Drifted>,
}

impl Stage {
    pub(crate) fn new(rehearsal: Rehearsal, setup: &Setup) -> Self {
        let lanes = setup.messages.iter().map(|message| Lane {
            number: message.number,
            object: setup.objects[message.object].number,
            action_id: message.message.action_id,
            drifted: Arc::new(Drifted::of(&message.schema)),
        });
        Self { rehearsal: Mutex::new(rehearsal), lanes: lanes.collect() }
    }

    pub(crate) fn rehearsal(&self) -> Rehearsal {
        *self.rehearsal.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Rehearses something else from the next message on.
    pub(crate) fn rehearse(&self, rehearsal: Rehearsal) {
        *self.rehearsal.lock().unwrap_or_else(PoisonError::into_inner) = rehearsal;
    }
}

/// What a file remembers of rows.
fn marked(tx: &Tx<'_>, due: Vec<Due>) -> Result<Vec<Marked>, Error> {
    due.into_iter().map(|due| Ok(Marked { mark: tx.mark(due.row.qid)?, due })).collect()
}

impl Hooks for Stage {
    fn is_idle(&self, tx: &Tx<'_>) -> bool {
        // What was begun goes on though the rehearsal has ended.
        self.rehearsal().is_nothing() && !tx.may_have_marks()
    }

    fn choose(&self, tx: &Tx<'_>, lane: usize, due: Vec<Due>, times: &Times<'_>) -> Result<Choice, Error> {
        let rehearsal = self.rehearsal();
        let lane = &self.lanes[lane];
        let room = NOTIFICATIONS - due.len();
        let is_merged = !due.is_empty() && rehearsal.rate(Fault::Merges) > 0.0;
        let later = if is_merged {
            tx.later(lane.number, Faults::of(Fault::Hold).0, times.now, room)?
        } else {
            Vec::new()
        };
        // What has gone astray is not sent before it is due either.
        let is_own = |due: &Due| due.row.object == 0 || due.row.object == lane.object;
        let later = later.into_iter().filter(is_own).collect();
        let (due, later) = (marked(tx, due)?, marked(tx, later)?);
        let plan = if rehearsal.is_nothing() {
            Plan::plain(due)
        } else {
            Plan::new(&rehearsal, lane.action_id, due, later)
        };
        for (held, intervals) in &plan.held {
            hold(tx, held, *intervals, times)?;
        }
        let rows = plan.rows.iter().zip(&plan.emptied).map(|(row, emptied)| {
            let fields = if *emptied { None } else { row.due.fields.clone() };
            Due { row: row.due.row.clone(), fields }
        });
        let rows = rows.collect();
        Ok(Choice { rows, handling: Some(Box::new(Play::new(plan, Arc::clone(&lane.drifted)))) })
    }

    fn changed(&self, tx: &Tx<'_>, record: i64, now: i64) -> Result<Vec<i64>, Error> {
        tx.wake(record, Faults::of(Fault::NewerData).0, now)
    }
}

/// What is held is due later, but not after its end.
fn hold(tx: &Tx<'_>, held: &Marked, intervals: u32, times: &Times<'_>) -> Result<(), Error> {
    let row = &held.due.row;
    let due = times.now.saturating_add(millis(times.schedule.first.saturating_mul(intervals)));
    tx.postpone(row.qid, due.min(times.schedule.end_millis(row.born) - 1))?;
    let faults = held.mark.faults | Faults::of(Fault::Hold).0;
    tx.set_mark(row.qid, Mark { faults, ..held.mark.drawn_once() })
}
