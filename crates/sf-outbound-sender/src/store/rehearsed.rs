//! What a rehearsal remembers of rows of the queue, in a table of its own: without a rehearsal it is empty.

use super::queue::{Due, due, dues};
use super::tx::{Tx, at_most};
use crate::error::Error;
use sf_outbound_store::rusqlite::params;
use std::sync::atomic::Ordering;

/// - `drawn` counts the choices that were made about a row. `faults` are those that it was put through since it was last
///   tried, a bit each. `follows` says that it was made for the data that another notification had not.
/// - `waits` is the record whose change a row waits for; `rehearsed_waits` lists those rows, mostly none.
/// - What leaves the queue is forgotten; of what fails for good, only the choices are counted on.
pub(super) const TABLES: &str = "
CREATE TABLE rehearsed(
  qid INTEGER PRIMARY KEY, drawn INTEGER NOT NULL DEFAULT 0, faults INTEGER NOT NULL DEFAULT 0,
  follows INTEGER NOT NULL DEFAULT 0, waits INTEGER) STRICT;
CREATE INDEX rehearsed_waits ON rehearsed(waits) WHERE waits IS NOT NULL;
";

/// What is remembered of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Mark {
    /// How often a rehearsal has chosen about it.
    pub(crate) drawn: i64,
    /// What it was put through since it was last tried, a bit each.
    pub(crate) faults: i64,
    /// Whether it was made for the data that another notification had not.
    pub(crate) follows: bool,
    /// The record whose change it waits for.
    pub(crate) waits: Option<i64>,
}

impl Tx<'_> {
    /// Whether anything is remembered of any row.
    pub(super) fn has_marks(&self) -> Result<bool, Error> {
        Ok(self.first("SELECT 1 FROM rehearsed LIMIT 1", [], |_| Ok(()))?.is_some())
    }

    /// Whether anything may be remembered, by what is known beside the file: no statement is run.
    pub(crate) fn may_have_marks(&self) -> bool {
        self.beside.has_marks.load(Ordering::SeqCst)
    }

    /// What is remembered of a row; nothing of most.
    pub(crate) fn mark(&self, qid: i64) -> Result<Mark, Error> {
        let sql = "SELECT drawn, faults, follows, waits FROM rehearsed WHERE qid = ?1";
        let mark = self.first(sql, [qid], |row| {
            Ok(Mark { drawn: row.get(0)?, faults: row.get(1)?, follows: row.get(2)?, waits: row.get(3)? })
        })?;
        Ok(mark.unwrap_or_default())
    }

    /// Remembers this of a row that is in the queue.
    pub(crate) fn set_mark(&self, qid: i64, mark: Mark) -> Result<(), Error> {
        self.beside.has_marks.store(true, Ordering::SeqCst);
        let sql = "INSERT INTO rehearsed SELECT qid, ?2, ?3, ?4, ?5 FROM queue WHERE qid = ?1
            ON CONFLICT DO UPDATE SET drawn = ?2, faults = ?3, follows = ?4, waits = ?5";
        self.execute(sql, params![qid, mark.drawn, mark.faults, mark.follows, mark.waits]).map(drop)
    }

    /// A row has failed for good: what it was put through is over.
    pub(super) fn end_marks(&self, qid: i64) -> Result<(), Error> {
        if self.may_have_marks() {
            let sql = "UPDATE rehearsed SET faults = 0, follows = 0, waits = NULL WHERE qid = ?1";
            self.execute(sql, [qid])?;
        }
        Ok(())
    }

    /// A row has left the queue.
    pub(super) fn forget(&self, qid: i64) -> Result<(), Error> {
        if self.may_have_marks() {
            self.execute("DELETE FROM rehearsed WHERE qid = ?1", [qid])?;
        }
        Ok(())
    }

    /// A record has changed: rows that wait for that are due now, and remember these faults. Gives their outbound messages.
    pub(crate) fn wake(&self, record: i64, faults: i64, now: i64) -> Result<Vec<i64>, Error> {
        let mut messages = Vec::new();
        if !self.may_have_marks() {
            return Ok(messages);
        }
        let sql = "UPDATE rehearsed SET faults = ?2, waits = NULL WHERE waits = ?1 RETURNING qid";
        for qid in self.all(sql, [record, faults], |row| row.get::<_, i64>(0))? {
            let sql = "UPDATE queue SET due = min(due, ?2) WHERE qid = ?1 AND failed = 0 RETURNING message";
            messages.extend(self.first(sql, [qid, now], |row| row.get::<_, i64>(0))?);
        }
        Ok(messages)
    }

    /// What of an outbound message is to be tried again later, the first due first, but for what waits for a change and
    /// what remembers one of these faults. It is on its way from now on.
    pub(crate) fn later(&self, message: i64, but: i64, now: i64, limit: usize) -> Result<Vec<Due>, Error> {
        let sql = dues!(
            "WHERE message = ?1 AND failed = 0 AND due > ?2 AND NOT EXISTS (SELECT 1 FROM rehearsed
                WHERE rehearsed.qid = queue.qid AND (waits IS NOT NULL OR faults & ?4 <> 0))
            ORDER BY due, qid LIMIT ?3"
        );
        let found = self.all(sql, [message, now, at_most(limit), but], due)?;
        if let Some(flight) = &self.beside.flight {
            flight.join(message, found.iter().map(|due| due.row.qid));
        }
        Ok(found)
    }
}
