//! What an operator asks of queue and log: each answer takes the same time at any length of both.

use super::Tx;
use crate::error::Error;
use rusqlite::params;

/// A row of the queue as an operator sees it.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) qid: i64,
    pub(crate) message: i64,
    pub(crate) record: i64,
    pub(crate) born: i64,
    pub(crate) due: i64,
    pub(crate) tries: u32,
    pub(crate) failed: bool,
    /// When it was last sent; `None` before that, and where the log has forgotten.
    pub(crate) last: Option<i64>,
    /// Why the last try failed.
    pub(crate) reason: Option<String>,
}

/// How an endpoint has done of late.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Health {
    /// The messages that are looked at.
    pub(crate) sent: i64,
    /// Those of them that were acknowledged.
    pub(crate) delivered: i64,
    /// When the oldest of the waiting rows was queued.
    pub(crate) oldest: Option<i64>,
}

/// What was sent in a minute.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Beat {
    /// Since 1970.
    pub(crate) minute: i64,
    pub(crate) message: i64,
    pub(crate) delivered: i64,
    pub(crate) refused: i64,
    /// What waited at the last message of the minute.
    pub(crate) waiting: i64,
}

/// The columns of a [`Row`]; an attempt is the row's own only where it is not older than the row.
macro_rules! rows {
    ($rest:literal) => {
        concat!(
            "SELECT qid, queue.message, record, born, due, tries, failed, attempt.at,
            coalesce(queue.reason, attempt.reason)
            FROM queue LEFT JOIN attempt ON attempt.aid = queue.attempt AND attempt.at >= queue.born ",
            $rest
        )
    };
}

impl Tx<'_> {
    fn rows(&self, sql: &str, parameters: impl rusqlite::Params) -> Result<Vec<Row>, Error> {
        self.all(sql, parameters, |row| {
            Ok(Row {
                qid: row.get(0)?,
                message: row.get(1)?,
                record: row.get(2)?,
                born: row.get(3)?,
                due: row.get(4)?,
                tries: row.get(5)?,
                failed: row.get(6)?,
                last: row.get(7)?,
                reason: row.get(8)?,
            })
        })
    }

    /// What waits of an outbound message after a row (when it is due, and its number), in the order of the queue.
    pub(crate) fn rows_waiting(
        &self,
        message: i64,
        (due, qid): (i64, i64),
        limit: usize,
    ) -> Result<Vec<Row>, Error> {
        // In two steps: one condition over both columns would not be looked up by the index.
        let ties =
            rows!("WHERE queue.message = ?1 AND failed = 0 AND due = ?2 AND qid > ?3 ORDER BY qid LIMIT ?4");
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut found = self.rows(ties, [message, due, qid, limit])?;
        let rest = limit - i64::try_from(found.len()).unwrap_or(limit);
        if rest > 0 {
            let later =
                rows!("WHERE queue.message = ?1 AND failed = 0 AND due > ?2 ORDER BY due, qid LIMIT ?3");
            found.extend(self.rows(later, [message, due, rest])?);
        }
        Ok(found)
    }

    /// What has failed of an outbound message after a row, in the order of the notifications' ids.
    pub(crate) fn rows_failed(&self, message: i64, after: i64, limit: usize) -> Result<Vec<Row>, Error> {
        let sql = rows!("WHERE queue.message = ?1 AND failed = 1 AND qid > ?2 ORDER BY qid LIMIT ?3");
        self.rows(sql, [message, after, i64::try_from(limit).unwrap_or(i64::MAX)])
    }

    /// The rows of a record, those that wait or those that have failed.
    pub(crate) fn rows_of(&self, message: i64, record: i64, failed: bool) -> Result<Vec<Row>, Error> {
        // Each in its own words, so that the partial index is found; there is one row for each failure in its life.
        let sql = if failed {
            rows!("WHERE queue.message = ?1 AND record = ?2 AND failed = 1 ORDER BY qid LIMIT 1000")
        } else {
            rows!("WHERE queue.message = ?1 AND record = ?2 AND failed = 0")
        };
        self.rows(sql, [message, record])
    }

    /// One row.
    pub(crate) fn row_whole(&self, qid: i64) -> Result<Option<Row>, Error> {
        Ok(self.rows(rows!("WHERE qid = ?1"), [qid])?.pop())
    }

    /// A row that left the queue.
    pub(crate) fn gone_one(&self, qid: i64) -> Result<Option<super::Gone>, Error> {
        Ok(self.gone(qid - 1, 1)?.pop().filter(|gone| gone.qid == qid))
    }

    /// How an outbound message has done in its last so many messages.
    pub(crate) fn health(&self, message: i64, last: usize) -> Result<Health, Error> {
        let sql = "SELECT count(*), coalesce(sum(reason IS NULL), 0) FROM
            (SELECT reason FROM attempt WHERE message = ?1 ORDER BY aid DESC LIMIT ?2)";
        let last = i64::try_from(last).unwrap_or(i64::MAX);
        let counts = self.first(sql, params![message, last], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let (sent, delivered) = counts.unwrap_or_default();
        let sql = "SELECT born FROM queue WHERE message = ?1 AND failed = 0 ORDER BY born LIMIT 1";
        Ok(Health { sent, delivered, oldest: self.first(sql, [message], |row| row.get(0))? })
    }

    /// What was sent since a minute, in order.
    pub(crate) fn beats(&self, since: i64) -> Result<Vec<Beat>, Error> {
        let sql = "SELECT minute, message, delivered, refused, waiting FROM pulse
            WHERE minute >= ?1 ORDER BY minute, message";
        self.all(sql, [since], |row| {
            Ok(Beat {
                minute: row.get(0)?,
                message: row.get(1)?,
                delivered: row.get(2)?,
                refused: row.get(3)?,
                waiting: row.get(4)?,
            })
        })
    }
}
