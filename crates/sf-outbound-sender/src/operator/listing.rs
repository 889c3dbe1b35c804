//! The queue as an operator lists and works it: by filter, a part at a time.

use super::desk::Operator;
use super::entry::Entry;
use crate::error::Error;
use crate::setup::Setup;
use crate::store::{How, Row, Tx};
use sf_outbound::Id;

/// Rows of one transaction: the deliveries go on in between.
const STEP: usize = 500;
/// Rows that one list looks at, where a reason is looked for.
const LOOKED: usize = 5_000;

/// Which rows are meant.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filter {
    /// Those that have failed for good, or those that wait.
    pub(crate) failed: bool,
    /// Name of the outbound message; empty is any.
    pub(crate) message: String,
    /// What the reason holds, whatever the case of its letters.
    pub(crate) reason: String,
    /// Id of the record, as it was typed; empty is any.
    pub(crate) record: String,
}

/// Where a list goes on: after a row's due time and number. Failed rows are in the order of their numbers.
pub(crate) type Place = (i64, i64);

/// The beginning of a list.
pub(crate) const START: Place = (i64::MIN, 0);

/// Part of a list.
#[derive(Debug, Default)]
pub(crate) struct Listed {
    pub(crate) entries: Vec<Entry>,
    /// Where the rest begins; `None` at the end.
    pub(crate) next: Option<Place>,
}

/// What to do with rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    Retry,
    Delete,
}

impl Filter {
    /// Whether it means every row of an outbound message, or of all.
    pub(crate) fn is_wide(&self) -> bool {
        self.reason.is_empty() && self.record.is_empty()
    }

    /// Numbers of the outbound messages that can have such rows.
    fn messages(&self, setup: &Setup) -> Vec<i64> {
        let is_meant = |name: &str| self.message.is_empty() || self.message == name;
        let messages = setup.messages.iter().filter(|message| is_meant(&message.message.name));
        messages.map(|message| message.number).collect()
    }

    /// Up to `limit` notifications after a place; fewer where many had to be looked at.
    pub(super) fn list(
        &self,
        setup: &Setup,
        tx: &Tx<'_>,
        after: Place,
        limit: usize,
    ) -> Result<Listed, Error> {
        let (rows, next) = self.find(setup, tx, after, limit)?;
        let entries = rows.into_iter().map(|row| Entry::new(setup, tx, row));
        Ok(Listed { entries: entries.collect::<Result<_, _>>()?, next })
    }

    /// The rows of a list, and where the rest begins.
    fn find(
        &self,
        setup: &Setup,
        tx: &Tx<'_>,
        after: Place,
        limit: usize,
    ) -> Result<(Vec<Row>, Option<Place>), Error> {
        let reason = self.reason.trim().to_lowercase();
        let mut found = Vec::new();
        let (mut after, mut looked) = (after, 0);
        loop {
            let step = if reason.is_empty() { limit + 1 } else { STEP };
            let rows = self.part(setup, tx, after, step)?;
            let is_last = rows.len() < step;
            looked += rows.len();
            for row in rows {
                let place = self.place(&row);
                if holds(&reason, &row) {
                    if found.len() == limit {
                        return Ok((found, Some(after)));
                    }
                    found.push(row);
                }
                after = place;
            }
            if is_last {
                return Ok((found, None));
            }
            if looked >= LOOKED {
                return Ok((found, Some(after)));
            }
        }
    }

    fn place(&self, row: &Row) -> Place {
        (if self.failed { 0 } else { row.due }, row.qid)
    }

    /// The next rows, whatever their reason.
    fn part(&self, setup: &Setup, tx: &Tx<'_>, after: Place, limit: usize) -> Result<Vec<Row>, Error> {
        let mut rows = Vec::new();
        for message in self.messages(setup) {
            rows.extend(if !self.record.trim().is_empty() {
                match self.record.trim().parse().ok().and_then(|id: Id| setup.numbers(id)) {
                    Some(record) => tx.rows_of(message, record, self.failed, after, limit)?,
                    None => Vec::new(),
                }
            } else if self.failed {
                tx.rows_failed(message, after.1, limit)?
            } else {
                tx.rows_waiting(message, after, limit)?
            });
        }
        rows.retain(|row| self.place(row) > after);
        rows.sort_by_key(|row| self.place(row));
        rows.truncate(limit);
        Ok(rows)
    }
}

/// Whether a row's reason holds a text in lower case.
fn holds(reason: &str, row: &Row) -> bool {
    reason.is_empty() || row.reason.as_ref().is_some_and(|text| text.to_lowercase().contains(reason))
}

impl Operator {
    /// Part of the list of what a filter means.
    pub(crate) fn list(&self, filter: &Filter, after: Place, limit: usize) -> Result<Listed, Error> {
        let filter = filter.clone();
        self.shared.read(move |shared, tx| filter.list(&shared.setup, tx, after, limit))
    }

    /// Retries or deletes every notification that a filter means when it is asked, and gives their number.
    pub(crate) fn work(&self, filter: &Filter, act: Act) -> Result<usize, Error> {
        // Found before any is touched: a retried row would stand elsewhere in the list, and be met again.
        let rows = self.meant(filter)?;
        let mut done = 0;
        for part in rows.chunks(STEP) {
            let part = part.to_vec();
            done += self.shared.write(move |shared, tx| {
                let now = shared.time.now_millis();
                let worked = part.into_iter().map(|qid| work_one(tx, qid, act, now));
                worked
                    .collect::<Result<Vec<_>, _>>()
                    .map(|worked| worked.into_iter().filter(|done| *done).count())
            })?;
            self.shared.bells.ring_all();
        }
        Ok(done)
    }

    /// The numbers of the rows that a filter means.
    fn meant(&self, filter: &Filter) -> Result<Vec<i64>, Error> {
        let (mut rows, mut after) = (Vec::new(), START);
        loop {
            let filter = filter.clone();
            let found = move |setup: &Setup, tx: &Tx<'_>| filter.find(setup, tx, after, STEP);
            let (found, next) = self.shared.read(move |shared, tx| found(&shared.setup, tx))?;
            rows.extend(found.iter().map(|row| row.qid));
            let Some(next) = next else { return Ok(rows) };
            after = next;
        }
    }
}

/// `false` where the row has left the queue meanwhile.
pub(super) fn work_one(tx: &Tx<'_>, qid: i64, act: Act, now: i64) -> Result<bool, Error> {
    let Some(row) = tx.row(qid)? else { return Ok(false) };
    match act {
        Act::Delete => tx.take_away(qid, How::Deleted, now).map(drop)?,
        Act::Retry if row.failed => tx.revive(qid, now)?,
        Act::Retry => tx.hurry(qid, now)?,
    }
    Ok(true)
}
