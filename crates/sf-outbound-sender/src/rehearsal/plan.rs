//! The plan of one message under rehearsal: which rows go in it, in which order, and what goes wrong with it.
//!
//! Pure: the same rehearsal, outbound message and rows give the same plan.

use super::rates::{PARTS, Rehearsal};
use crate::fault::{Fault, Faults};
use crate::store::{Due, Mark};
use sf_outbound::Id;

/// The longest delay of [`Fault::Hold`], in first intervals of the schedule.
const HELD: u64 = 4;

/// Whether a fault is one of a message that shows only when it goes.
fn is_ahead(fault: Fault) -> bool {
    match fault {
        Fault::Duplicates
        | Fault::LostReplies
        | Fault::SlowBytes
        | Fault::Resets
        | Fault::UnknownFields
        | Fault::NewerData => true,
        Fault::Reorder | Fault::Hold | Fault::Splits | Fault::Merges | Fault::DeletedRecords => false,
    }
}

/// A row that is to be sent, with what is remembered of it.
#[derive(Debug, Clone)]
pub(super) struct Marked {
    pub(super) due: Due,
    pub(super) mark: Mark,
}

impl Marked {
    fn qid(&self) -> i64 {
        self.due.row.qid
    }

    fn has(&self, fault: Fault) -> bool {
        Faults(self.mark.faults).has(Faults::of(fault))
    }

    /// Whether it waits for a change of its record, or has done so.
    pub(super) fn has_awaited(&self) -> bool {
        self.mark.waits.is_some() || self.has(Fault::NewerData)
    }
}

impl Mark {
    /// The same after one more choice.
    pub(super) fn drawn_once(self) -> Self {
        Self { drawn: self.drawn + 1, ..self }
    }
}

/// What becomes of what is due.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// What goes in the message.
    pub(super) rows: Vec<Marked>,
    /// Of each row whether it goes without data.
    pub(super) emptied: Vec<bool>,
    /// The row that the choices were about, where it does not go.
    pub(super) left: Option<Marked>,
    /// What waits longer, and for how many first intervals.
    pub(super) held: Vec<(Marked, u32)>,
    /// What has happened when the message goes.
    pub(super) faults: Faults,
    /// What is to happen to it on its way.
    pub(super) ahead: Faults,
    /// Whether nothing is rehearsed.
    pub(super) is_plain: bool,
}

/// Chooses: each choice is a number that depends on what it is about alone.
struct Chance<'r> {
    rehearsal: &'r Rehearsal,
    message: u64,
}

impl Chance<'_> {
    /// The number of a choice about a row; `nth` tells choices of one fault apart.
    fn roll(&self, row: &Marked, fault: Fault, nth: u64) -> u64 {
        let about =
            [self.rehearsal.seed(), self.message, row.qid().unsigned_abs(), row.mark.drawn.unsigned_abs()];
        about.into_iter().chain([fault as u64, nth]).fold(0, |state, part| mix(state ^ mix(part)))
    }

    fn happens(&self, row: &Marked, fault: Fault) -> bool {
        self.roll(row, fault, 0) % u64::from(PARTS) < self.rehearsal.parts(fault)
    }

    /// One of `0..below`, which is not 0.
    fn pick(&self, row: &Marked, fault: Fault, nth: u64, below: usize) -> usize {
        let below = u64::try_from(below).unwrap_or(u64::MAX);
        usize::try_from(self.roll(row, fault, nth) % below).unwrap_or_default()
    }
}

/// A step of the generator `SplitMix64`, which makes near numbers far.
fn mix(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// The outbound message's own number, whatever its place in the file.
fn number(action_id: Id) -> u64 {
    action_id.to_18().as_str().bytes().fold(0, |state, byte| mix(state ^ u64::from(byte)))
}

impl Plan {
    /// All of it, as it is.
    pub(super) fn plain(rows: Vec<Marked>) -> Self {
        // What was begun before a rehearsal ended is told all the same.
        Self {
            emptied: vec![false; rows.len()],
            faults: marks(&rows),
            rows,
            is_plain: true,
            ..Self::default()
        }
    }

    /// Plans the message of what is due; `later` are rows that could go with it, at most so many that all go in one.
    pub(super) fn new(rehearsal: &Rehearsal, action_id: Id, due: Vec<Marked>, later: Vec<Marked>) -> Self {
        let chance = Chance { rehearsal, message: number(action_id) };
        let (held, mut rows): (Vec<_>, Vec<_>) =
            due.into_iter().partition(|row| !row.has(Fault::Hold) && chance.happens(row, Fault::Hold));
        let length = |row: &Marked| u32::try_from(chance.roll(row, Fault::Hold, 1) % HELD).unwrap_or(0) + 1;
        let held = held.into_iter().map(|row| (row.clone(), length(&row))).collect();
        let Some(first) = rows.first().cloned() else { return Self { held, ..Self::default() } };
        let mut faults = Faults::default();
        if rows.len() > 1 && chance.happens(&first, Fault::Reorder) {
            faults.add(Faults::of(Fault::Reorder));
            shuffle(&mut rows, &chance, &first);
        }
        if rows.len() > 1 && chance.happens(&first, Fault::Splits) {
            faults.add(Faults::of(Fault::Splits));
            rows.truncate(chance.pick(&first, Fault::Splits, 1, rows.len() - 1) + 1);
        }
        let left = rows.iter().all(|row| row.qid() != first.qid()).then(|| first.clone());
        // Last, so that in each message something goes that is due: else it could go on for ever.
        if !later.is_empty() && chance.happens(&first, Fault::Merges) {
            faults.add(Faults::of(Fault::Merges));
            rows.extend(later);
        }
        let emptied = rows.iter().map(|row| {
            let can_be = row.due.fields.is_some() && !row.mark.follows;
            can_be && chance.happens(row, Fault::DeletedRecords)
        });
        let emptied: Vec<_> = emptied.collect();
        if emptied.contains(&true) {
            faults.add(Faults::of(Fault::DeletedRecords));
        }
        faults.add(marks(&rows));
        let mut ahead = Faults::default();
        let ahead_of_it = Fault::ALL.iter().filter(|fault| is_ahead(**fault));
        for fault in ahead_of_it.filter(|fault| chance.happens(&first, **fault)) {
            ahead.add(Faults::of(*fault));
        }
        if first.has_awaited() {
            ahead.remove(Faults::of(Fault::NewerData));
        }
        let mut filled = rows.iter().zip(&emptied).map(|(row, emptied)| row.due.fields.is_some() && !emptied);
        if filled.any(|is_filled| is_filled) {
            faults.add(ahead.only(Fault::UnknownFields));
        }
        Self { rows, emptied, left, held, faults, ahead, is_plain: false }
    }
}

/// What the rows have been through together.
fn marks(rows: &[Marked]) -> Faults {
    Faults(rows.iter().fold(0, |marks, row| marks | row.mark.faults))
}

/// Puts the rows in another order, in which the first one goes later, and leaves half of them for the next message.
fn shuffle(rows: &mut Vec<Marked>, chance: &Chance<'_>, first: &Marked) {
    for place in (1..rows.len()).rev() {
        let nth = u64::try_from(place).unwrap_or(u64::MAX);
        rows.swap(place, chance.pick(first, Fault::Reorder, nth, place + 1));
    }
    if rows[0].qid() == first.qid() {
        rows.rotate_left(1);
    }
    rows.truncate(rows.len().div_ceil(2));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Row;

    const ACTION: Id = Id::literal("04k5w0000000001");

    fn rows(numbers: std::ops::Range<i64>) -> Vec<Marked> {
        let row = |qid| Row {
            qid,
            message: 1,
            object: 1,
            record: qid,
            born: 0,
            due: 0,
            tries: 0,
            failed: false,
            reason: None,
            attempt: None,
        };
        let due = |qid| Due { row: row(qid), fields: Some(String::new()) };
        numbers.map(|qid| Marked { due: due(qid), mark: Mark::default() }).collect()
    }

    fn qids(plan: &Plan) -> Vec<i64> {
        plan.rows.iter().map(Marked::qid).collect()
    }

    #[test]
    fn nothing_happens_to_a_message_when_nothing_is_rehearsed() {
        let plan = Plan::new(&Rehearsal::default(), ACTION, rows(1..101), rows(101..150));
        assert_eq!(qids(&plan), qids(&Plan::plain(rows(1..101))));
        assert!(plan.held.is_empty() && !plan.emptied.contains(&true));
        assert_eq!((plan.faults, plan.ahead), (Faults::default(), Faults::default()));
    }

    #[test]
    fn a_fault_happens_as_often_as_it_is_to_and_whether_or_not_another_does() {
        for (number, fault) in Fault::ALL.iter().enumerate() {
            let happened = |rehearsal: &Rehearsal| -> Vec<bool> {
                let each = rows(0..10_000)
                    .into_iter()
                    .map(|row| Chance { rehearsal, message: number as u64 }.happens(&row, *fault));
                each.collect()
            };
            let alone = Rehearsal::default().with_seed(11).with(*fault, 0.1);
            let many = happened(&alone);
            let count = many.iter().filter(|happened| **happened).count();
            assert!((850..1_150).contains(&count), "{fault}: {count} of 10000");
            let all = Fault::ALL.iter().fold(alone, |all, other| all.with(*other, 0.9)).with(*fault, 0.1);
            assert_eq!(happened(&all), many, "{fault}");
            assert_ne!(happened(&alone.with_seed(12)), many, "{fault}");
        }
    }

    #[test]
    fn a_message_in_another_order_never_begins_as_the_queue() {
        for seed in 0..200 {
            let rehearsal = Rehearsal::default().with_seed(seed).with(Fault::Reorder, 1.0);
            for length in 2..12 {
                let due = rows(1..length + 1);
                let half = due.len().div_ceil(2);
                let qids = qids(&Plan::new(&rehearsal, ACTION, due, Vec::new()));
                assert_eq!(qids.len(), half);
                assert_ne!(qids[0], 1, "{qids:?}");
            }
            assert_eq!(Plan::new(&rehearsal, ACTION, rows(1..2), Vec::new()).faults, Faults::default());
        }
    }

    #[test]
    fn what_is_held_once_is_not_held_again_and_what_is_split_goes_on() {
        let always = |fault| Rehearsal::default().with(fault, 1.0);
        let plan = Plan::new(&always(Fault::Hold), ACTION, rows(1..101), Vec::new());
        assert!(plan.rows.is_empty() && plan.held.len() == 100);
        let lengths: std::collections::BTreeSet<_> = plan.held.iter().map(|held| held.1).collect();
        assert_eq!(lengths.into_iter().collect::<Vec<_>>(), [1, 2, 3, 4]);
        let held = plan.held.into_iter().map(|(mut row, _)| {
            row.mark.faults |= Faults::of(Fault::Hold).0;
            row
        });
        let plan = Plan::new(&always(Fault::Hold), ACTION, held.collect(), Vec::new());
        assert_eq!((plan.rows.len(), plan.faults), (100, Faults::of(Fault::Hold)));
        for length in 2..102 {
            let due = rows(1..length);
            let whole = due.len();
            let plan = Plan::new(&always(Fault::Splits), ACTION, due, Vec::new());
            let is_split = plan.faults == Faults::of(Fault::Splits);
            assert!(is_split == (whole > 1) && !plan.rows.is_empty());
            assert_eq!(is_split, plan.rows.len() < whole);
        }
    }
}
