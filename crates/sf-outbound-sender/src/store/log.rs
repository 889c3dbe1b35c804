//! The log: each message that was sent, and each row that left the queue.

use super::tx::{Tx, at_most};
use crate::error::Error;
use crate::fault::Faults;
use sf_outbound_store::rusqlite::types::{
    FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef,
};
use sf_outbound_store::rusqlite::{self, params};

/// Lines that one message may take away: more than it adds, so that the log shrinks to its bound.
const PRUNED: i64 = 200;

const MINUTE: i64 = 60_000;
/// What is kept of the pulse: a day, and an hour of what came before.
const PULSE_MINUTES: i64 = 25 * 60;

/// A message that was sent.
#[derive(Debug, Clone)]
pub(crate) struct Attempt {
    pub(crate) message: i64,
    pub(crate) at: i64,
    pub(crate) millis: i64,
    pub(crate) notifications: usize,
    pub(crate) status: Option<u16>,
    /// `None` when it was delivered.
    pub(crate) reason: Option<String>,
    /// How the reply begins.
    pub(crate) reply: Vec<u8>,
    /// What was rehearsed.
    pub(crate) rehearsed: Faults,
}

/// A row that left the queue.
#[derive(Debug, Clone)]
pub(crate) struct Gone {
    pub(crate) qid: i64,
    pub(crate) message: i64,
    /// Name of the outbound message, which the set-up may not have any more.
    pub(crate) name: String,
    /// Number of the record's object; 0 where an older file did not say.
    pub(crate) object: i64,
    pub(crate) record: i64,
    pub(crate) at: i64,
    pub(crate) how: How,
}

/// How a row left the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    Delivered,
    Dropped,
    Deleted,
}

impl ToSql for How {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(*self as i64))
    }
}

impl FromSql for How {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        match value.as_i64()? {
            0 => Ok(Self::Delivered),
            1 => Ok(Self::Dropped),
            2 => Ok(Self::Deleted),
            other => Err(FromSqlError::OutOfRange(other)),
        }
    }
}

impl Tx<'_> {
    /// Adds a message to the log and gives its number there. Its notifications are still counted as waiting.
    pub(crate) fn note_attempt(&self, attempt: &Attempt) -> Result<i64, Error> {
        let sql = "INSERT INTO attempt(message, at, millis, notifications, status, reason, reply, rehearsed)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
        let notifications = i64::try_from(attempt.notifications).unwrap_or(i64::MAX);
        let Attempt { message, at, millis, status, reason, reply, rehearsed, .. } = attempt;
        let row = params![message, at, millis, notifications, status, reason, reply, rehearsed.0];
        self.execute(sql, row)?;
        let number = self.connection.last_insert_rowid();
        let sql = "INSERT INTO pulse(minute, message, delivered, refused, waiting, most)
            SELECT ?1, message, 0, 0, waiting, waiting FROM tally WHERE message = ?2
            ON CONFLICT(minute, message) DO UPDATE SET most = max(most, excluded.most)";
        self.execute(sql, [at.div_euclid(MINUTE), *message])?;
        Ok(number)
    }

    /// Adds a message's notifications to its minute, which [`Tx::note_attempt`] began, with what waits after it.
    pub(crate) fn beat(&self, attempt: &Attempt) -> Result<(), Error> {
        let sql = "UPDATE pulse SET delivered = delivered + ?3, refused = refused + ?4,
            waiting = tally.waiting, most = max(most, tally.waiting) FROM tally
            WHERE minute = ?1 AND pulse.message = ?2 AND tally.message = ?2";
        let all = i64::try_from(attempt.notifications).unwrap_or(i64::MAX);
        let (delivered, refused) = if attempt.reason.is_none() { (all, 0) } else { (0, all) };
        let minute = attempt.at.div_euclid(MINUTE);
        self.execute(sql, params![minute, attempt.message, delivered, refused])?;
        self.execute("DELETE FROM pulse WHERE minute < ?1", [minute - PULSE_MINUTES]).map(drop)
    }

    /// Adds a row that left the queue.
    pub(super) fn note_gone(
        &self,
        qid: i64,
        message: i64,
        (object, record): (i64, i64),
        how: How,
        at: i64,
    ) -> Result<(), Error> {
        let sql = "INSERT INTO gone(qid, message, object, record, at, how) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        self.execute(sql, params![qid, message, object, record, at, how]).map(drop)
    }

    /// Takes away some of what is older than a moment.
    pub(crate) fn prune(&self, before: i64) -> Result<(), Error> {
        for sql in [
            "DELETE FROM attempt WHERE aid IN
                (SELECT aid FROM (SELECT aid, at FROM attempt ORDER BY aid LIMIT ?2) WHERE at < ?1)",
            "DELETE FROM gone WHERE qid IN
                (SELECT qid FROM (SELECT qid, at FROM gone ORDER BY qid LIMIT ?2) WHERE at < ?1)",
        ] {
            self.execute(sql, [before, PRUNED])?;
        }
        Ok(())
    }

    /// The sent messages of an outbound message, the last one first.
    pub(crate) fn attempts(&self, message: i64, limit: usize) -> Result<Vec<Attempt>, Error> {
        let sql = "SELECT at, millis, notifications, status, reason, reply, rehearsed FROM attempt
            WHERE message = ?1 ORDER BY aid DESC LIMIT ?2";
        self.all(sql, params![message, at_most(limit)], |row| {
            Ok(Attempt {
                message,
                at: row.get(0)?,
                millis: row.get(1)?,
                notifications: usize::try_from(row.get::<_, i64>(2)?).unwrap_or_default(),
                status: row.get(3)?,
                reason: row.get(4)?,
                reply: row.get(5)?,
                rehearsed: Faults(row.get(6)?),
            })
        })
    }

    /// The rows that left the queue after one, in the order of the notifications' ids.
    pub(crate) fn gone(&self, after: i64, limit: usize) -> Result<Vec<Gone>, Error> {
        let sql = "SELECT qid, message, coalesce(name, ''), object, record, at, how
            FROM gone LEFT JOIN message ON number = message WHERE qid > ?1 ORDER BY qid LIMIT ?2";
        self.all(sql, [after, at_most(limit)], |row| {
            Ok(Gone {
                qid: row.get(0)?,
                message: row.get(1)?,
                name: row.get(2)?,
                object: row.get(3)?,
                record: row.get(4)?,
                at: row.get(5)?,
                how: row.get(6)?,
            })
        })
    }

    /// The latest moment in the file.
    pub(super) fn seen_millis(&self) -> Result<i64, Error> {
        let sql = "SELECT coalesce(max(at), 0) FROM (
            SELECT at FROM (SELECT at FROM attempt ORDER BY aid DESC LIMIT 1)
            UNION ALL SELECT at FROM (SELECT at FROM gone ORDER BY qid DESC LIMIT 1)
            UNION ALL SELECT born FROM (SELECT born FROM queue ORDER BY qid DESC LIMIT 1)
            UNION ALL SELECT (SELECT max(born) FROM queue WHERE message = number AND failed = 0) FROM message)";
        self.first(sql, [], |row| row.get(0)).map(Option::unwrap_or_default)
    }
}
