//! The queue: what waits for delivery, and what has failed for good.

use super::log::How;
use super::tx::{Tx, at_most};
use crate::error::Error;
use sf_outbound_store::rusqlite::{self, params};

/// A row of the queue: a notification that waits, or has failed for good.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) qid: i64,
    pub(crate) message: i64,
    /// Number of the record's object; 0 where an older file did not say.
    pub(crate) object: i64,
    pub(crate) record: i64,
    pub(crate) born: i64,
    pub(crate) due: i64,
    /// Failed ones.
    pub(crate) tries: u32,
    pub(crate) failed: bool,
    /// Why the last try failed.
    pub(crate) reason: Option<String>,
    /// The message in which it was last sent, which the log may have forgotten.
    pub(crate) attempt: Option<i64>,
}

/// A row that is to be sent, with its record as it is now.
#[derive(Debug, Clone)]
pub(crate) struct Due {
    pub(crate) row: Row,
    /// The kept text of the record; `None` where it was deleted.
    pub(crate) fields: Option<String>,
}

/// How much of an outbound message waits.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct QueueCount {
    pub(crate) waiting: u64,
    pub(crate) failed: u64,
    /// The earliest moment at which something is due.
    pub(crate) due: Option<i64>,
}

/// The rows of an outbound message that has some.
#[derive(Debug)]
pub(super) struct Queue {
    pub(super) message: i64,
    pub(super) name: String,
    pub(super) action: String,
    pub(super) waiting: i64,
    pub(super) failed: i64,
}

/// A query of rows: what it asks beside their columns, and from where.
macro_rules! rows {
    ($($rest:literal),*) => {
        concat!(
            "SELECT qid, queue.message, queue.object, queue.record, born, due, tries, failed, queue.reason, attempt",
            $($rest),*
        )
    };
}
pub(super) use rows;

/// A query of rows with their records.
macro_rules! dues {
    ($rest:literal) => {
        $crate::store::queue::rows!(
            ", record.fields FROM queue
            LEFT JOIN record ON record.seq = queue.record AND record.object = queue.object ",
            $rest
        )
    };
}
pub(super) use dues;

pub(super) fn row(row: &rusqlite::Row<'_>) -> rusqlite::Result<Row> {
    Ok(Row {
        qid: row.get(0)?,
        message: row.get(1)?,
        object: row.get(2)?,
        record: row.get(3)?,
        born: row.get(4)?,
        due: row.get(5)?,
        tries: row.get(6)?,
        failed: row.get(7)?,
        reason: row.get(8)?,
        attempt: row.get(9)?,
    })
}

pub(super) fn due(columns: &rusqlite::Row<'_>) -> rusqlite::Result<Due> {
    Ok(Due { row: row(columns)?, fields: columns.get(10)? })
}

impl Tx<'_> {
    /// Queues a notification of a record, due now. Where changes are merged, one that waits and was never sent takes the
    /// change in.
    pub(crate) fn enqueue(&self, message: i64, object: i64, record: i64, now: i64) -> Result<(), Error> {
        if let Some(flight) = &self.beside.flight {
            let waiting = self.never_sent(message, object, record)?;
            if let Some(qid) = waiting.filter(|qid| !flight.has(message, *qid)) {
                // The change has 24 hours of its own all the same.
                return self.execute("UPDATE queue SET born = ?2 WHERE qid = ?1", [qid, now]).map(drop);
            }
        }
        self.append(message, object, record, now).map(drop)
    }

    /// Adds a row of its own, due now, and gives its number.
    pub(crate) fn append(&self, message: i64, object: i64, record: i64, now: i64) -> Result<i64, Error> {
        let sql = "INSERT INTO queue(message, object, record, born, due) VALUES (?1, ?2, ?3, ?4, ?4)";
        self.execute(sql, [message, object, record, now])?;
        Ok(self.connection.last_insert_rowid())
    }

    /// The newest notification of a record that waits and was never sent.
    fn never_sent(&self, message: i64, object: i64, record: i64) -> Result<Option<i64>, Error> {
        let sql = "SELECT qid FROM queue WHERE message = ?1 AND record = ?2 AND object = ?3 AND failed = 0
            AND tries = 0 AND attempt IS NULL ORDER BY qid DESC LIMIT 1";
        self.first(sql, [message, record, object], |row| row.get(0))
    }

    /// What of an outbound message is due, the longest due first: it is on its way from now on.
    pub(crate) fn due(&self, message: i64, now: i64, limit: usize) -> Result<Vec<Due>, Error> {
        let sql = dues!("WHERE message = ?1 AND failed = 0 AND due <= ?2 ORDER BY due, qid LIMIT ?3");
        let found = self.all(sql, [message, now, at_most(limit)], due)?;
        if let Some(flight) = &self.beside.flight {
            flight.begin(message, found.iter().map(|due| due.row.qid));
        }
        Ok(found)
    }

    /// One row, as if it were due.
    pub(crate) fn due_one(&self, qid: i64) -> Result<Option<Due>, Error> {
        self.first(dues!("WHERE qid = ?1"), [qid], due)
    }

    /// The earliest moment at which something of an outbound message is due.
    pub(crate) fn next_due(&self, message: i64) -> Result<Option<i64>, Error> {
        let sql = "SELECT due FROM queue WHERE message = ?1 AND failed = 0 ORDER BY due LIMIT 1";
        self.first(sql, [message], |row| row.get(0))
    }

    /// A row was not acknowledged in an attempt: it is due again then.
    pub(crate) fn put_off(&self, qid: i64, due: i64, attempt: i64, reason: &str) -> Result<(), Error> {
        let sql = "UPDATE queue SET tries = tries + 1, due = ?2, attempt = ?3, reason = ?4 WHERE qid = ?1";
        self.execute(sql, params![qid, due, attempt, reason]).map(drop)
    }

    /// A row goes later than it was due, without a try.
    pub(crate) fn postpone(&self, qid: i64, due: i64) -> Result<(), Error> {
        self.execute("UPDATE queue SET due = ?2 WHERE qid = ?1", [qid, due]).map(drop)
    }

    /// A row that was acknowledged in an attempt stays, and is due then.
    pub(crate) fn again(&self, qid: i64, due: i64, attempt: i64) -> Result<(), Error> {
        self.execute("UPDATE queue SET due = ?2, attempt = ?3 WHERE qid = ?1", [qid, due, attempt]).map(drop)
    }

    /// A row is not sent any more: it is kept as failed, or dropped. It has failed for what it failed for last, or where
    /// that is not known for this.
    pub(crate) fn give_up(&self, qid: i64, reason: &str, keep: bool, now: i64) -> Result<(), Error> {
        if keep {
            let sql = "UPDATE queue SET failed = 1, reason = coalesce(reason, ?2) WHERE qid = ?1";
            self.execute(sql, params![qid, reason])?;
            return self.end_marks(qid);
        }
        self.take_away(qid, How::Dropped, now).map(drop)
    }

    /// A row can't be sent, whatever its last try failed for: it is kept as failed, or dropped.
    pub(crate) fn refuse(&self, qid: i64, reason: &str, keep: bool, now: i64) -> Result<(), Error> {
        self.execute("UPDATE queue SET reason = NULL WHERE qid = ?1", [qid])?;
        self.give_up(qid, reason, keep, now)
    }

    /// Takes a row out of the queue and leaves its line in the log; `false` where there is none.
    pub(crate) fn take_away(&self, qid: i64, how: How, now: i64) -> Result<bool, Error> {
        let sql = "DELETE FROM queue WHERE qid = ?1 RETURNING message, object, record";
        let row = self.first(sql, [qid], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let Some((message, object, record)) = row else { return Ok(false) };
        self.note_gone(qid, message, (object, record), how, now)?;
        self.forget(qid)?;
        Ok(true)
    }

    /// One row.
    pub(crate) fn row(&self, qid: i64) -> Result<Option<Row>, Error> {
        self.first(rows!(" FROM queue WHERE qid = ?1"), [qid], row)
    }

    /// Makes a waiting row due now.
    pub(crate) fn hurry(&self, qid: i64, now: i64) -> Result<(), Error> {
        self.execute("UPDATE queue SET due = ?2 WHERE qid = ?1 AND failed = 0", [qid, now]).map(drop)
    }

    /// Gives a failed row a new life, due now.
    pub(crate) fn revive(&self, qid: i64, now: i64) -> Result<(), Error> {
        let sql = "UPDATE queue SET failed = 0, born = ?2, due = ?2, tries = 0, reason = NULL
            WHERE qid = ?1 AND failed = 1";
        self.execute(sql, [qid, now]).map(drop)
    }

    /// How much of an outbound message waits and has failed.
    pub(crate) fn count(&self, message: i64) -> Result<QueueCount, Error> {
        let tally = self.first("SELECT waiting, failed FROM tally WHERE message = ?1", [message], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?))
        })?;
        let (waiting, failed) = tally.unwrap_or_default();
        Ok(QueueCount {
            waiting: u64::try_from(waiting).unwrap_or_default(),
            failed: u64::try_from(failed).unwrap_or_default(),
            due: self.next_due(message)?,
        })
    }

    /// The number of the newest row that there ever was.
    pub(super) fn last_qid(&self) -> Result<i64, Error> {
        let sql = "SELECT seq FROM sqlite_sequence WHERE name = 'queue'";
        self.first(sql, [], |row| row.get(0)).map(Option::unwrap_or_default)
    }

    /// The outbound messages that have rows.
    pub(super) fn queues(&self) -> Result<Vec<Queue>, Error> {
        let sql = "SELECT number, name, action, waiting, failed FROM message JOIN tally ON message = number
            WHERE waiting + failed > 0 ORDER BY number";
        self.all(sql, [], |row| {
            Ok(Queue {
                message: row.get(0)?,
                name: row.get(1)?,
                action: row.get(2)?,
                waiting: row.get(3)?,
                failed: row.get(4)?,
            })
        })
    }

    /// Takes all rows of an outbound message out of the queue.
    pub(super) fn drop_queue(&self, message: i64, now: i64) -> Result<(), Error> {
        let rows = self.all("SELECT qid FROM queue WHERE message = ?1", [message], |row| row.get(0))?;
        rows.into_iter().try_for_each(|qid| self.take_away(qid, How::Deleted, now).map(drop))
    }
}
