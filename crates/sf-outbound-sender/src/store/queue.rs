//! The queue: what waits for delivery, and what has failed for good.

use super::Tx;
use super::log::How;
use crate::error::Error;
use crate::rehearsal::{Fault, Faults};
use rusqlite::params;

/// A notification that is due, with its record as it is now.
#[derive(Debug, Clone)]
pub(crate) struct Due {
    pub(crate) qid: i64,
    /// Number of the record's object; 0 where an older file did not say.
    pub(crate) object: i64,
    pub(crate) record: i64,
    pub(crate) born: i64,
    /// Failed ones.
    pub(crate) tries: u32,
    /// The kept text of the record; `None` where it was deleted.
    pub(crate) fields: Option<String>,
    /// How often a rehearsal has chosen about it.
    pub(crate) drawn: i64,
    /// What a rehearsal has put it through since it was last tried.
    pub(crate) marks: Faults,
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

/// The columns of a [`Due`].
macro_rules! dues {
    ($rest:literal) => {
        concat!(
            "SELECT qid, queue.object, queue.record, born, tries, record.fields, drawn, marks FROM queue
            LEFT JOIN record ON record.seq = queue.record AND record.object = queue.object ",
            $rest
        )
    };
}

fn due(row: &rusqlite::Row<'_>) -> rusqlite::Result<Due> {
    Ok(Due {
        qid: row.get(0)?,
        object: row.get(1)?,
        record: row.get(2)?,
        born: row.get(3)?,
        tries: row.get(4)?,
        fields: row.get(5)?,
        drawn: row.get(6)?,
        marks: Faults(row.get(7)?),
    })
}

impl Tx<'_> {
    /// Queues a notification of a record, due now.
    pub(crate) fn enqueue(&self, message: i64, object: i64, record: i64, now: i64) -> Result<(), Error> {
        self.enqueue_marked(message, (object, record), Faults::default(), now)
    }

    fn enqueue_marked(
        &self,
        message: i64,
        (object, record): (i64, i64),
        marks: Faults,
        now: i64,
    ) -> Result<(), Error> {
        let sql =
            "INSERT INTO queue(message, object, record, born, due, marks) VALUES (?1, ?2, ?3, ?4, ?4, ?5)";
        self.execute(sql, [message, object, record, now, marks.0]).map(drop)
    }

    /// The newest notification of a record that waits and was never sent.
    pub(crate) fn never_sent(&self, message: i64, object: i64, record: i64) -> Result<Option<i64>, Error> {
        let sql = "SELECT qid FROM queue WHERE message = ?1 AND record = ?2 AND object = ?3 AND failed = 0
            AND tries = 0 AND attempt IS NULL ORDER BY qid DESC LIMIT 1";
        self.first(sql, [message, record, object], |row| row.get(0))
    }

    /// A row that was never sent has taken a change in: its time begins anew.
    pub(crate) fn renew(&self, qid: i64, now: i64) -> Result<(), Error> {
        self.execute("UPDATE queue SET born = ?2 WHERE qid = ?1", [qid, now]).map(drop)
    }

    /// A record has changed: what waits for that is due now, with newer data. Gives the outbound messages.
    pub(crate) fn wake(&self, record: i64, now: i64) -> Result<Vec<i64>, Error> {
        // The number is `Faults::WAITS`, written out so that the index is found.
        let sql = "UPDATE queue SET due = min(due, ?2), marks = ?3 | (marks & ?4)
            WHERE record = ?1 AND failed = 0 AND marks >= 4611686018427387904 RETURNING message";
        self.all(sql, [record, now, Faults::of(Fault::NewerData).0, Faults::FOLLOWS.0], |row| row.get(0))
    }

    /// What of an outbound message is due, the longest due first.
    pub(crate) fn due(&self, message: i64, now: i64, limit: usize) -> Result<Vec<Due>, Error> {
        let sql = dues!("WHERE message = ?1 AND failed = 0 AND due <= ?2 ORDER BY due, qid LIMIT ?3");
        self.all(sql, params![message, now, i64::try_from(limit).unwrap_or(i64::MAX)], due)
    }

    /// What of an outbound message is to be tried again later, the first due first, but for what a rehearsal lets wait.
    pub(crate) fn later(&self, message: i64, now: i64, limit: usize) -> Result<Vec<Due>, Error> {
        let sql = dues!(
            "WHERE message = ?1 AND failed = 0 AND due > ?2 AND marks & ?4 = 0 ORDER BY due, qid LIMIT ?3"
        );
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let waits = Faults::WAITS.0 | Faults::of(Fault::Hold).0;
        self.all(sql, params![message, now, limit, waits], due)
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

    /// A row was acknowledged. The data that an emptied one had not go out in another notification.
    pub(crate) fn settle(&self, message: i64, row: &Due, emptied: bool, now: i64) -> Result<(), Error> {
        // Where there is no row, an operator took it away meanwhile, and left the line.
        if self.take_away(row.qid, How::Delivered, now)? && emptied {
            self.enqueue_marked(message, (row.object, row.record), Faults::FOLLOWS, now)?;
        }
        Ok(())
    }

    /// A row was not acknowledged in an attempt: it is due again then.
    pub(crate) fn put_off(&self, row: &Due, due: i64, attempt: i64, reason: &str) -> Result<(), Error> {
        self.put_off_marked(row, due, attempt, reason, Faults::default())
    }

    /// A row was not acknowledged: it is due again when its record has changed, and then at the latest; where the record
    /// has changed meanwhile, at its usual time.
    pub(crate) fn await_change(
        &self,
        row: &Due,
        (latest, due): (i64, i64),
        attempt: i64,
        reason: &str,
    ) -> Result<(), Error> {
        let now = self.record(row.object, row.record)?;
        let (due, marks) =
            if now == row.fields { (latest, Faults::WAITS) } else { (due, Faults::of(Fault::NewerData)) };
        self.put_off_marked(row, due, attempt, reason, marks)
    }

    fn put_off_marked(
        &self,
        row: &Due,
        due: i64,
        attempt: i64,
        reason: &str,
        marks: Faults,
    ) -> Result<(), Error> {
        // What was made for the data goes with them each time: without, it could be acknowledged for ever.
        let sql =
            "UPDATE queue SET tries = tries + 1, due = ?2, attempt = ?3, reason = ?4, drawn = drawn + 1,
            marks = ?5 | (marks & ?6) WHERE qid = ?1";
        self.execute(sql, params![row.qid, due, attempt, reason, marks.0, Faults::FOLLOWS.0]).map(drop)
    }

    /// A row goes later than it was due, for a fault that its message is to show; it is no try.
    pub(crate) fn hold(&self, row: &Due, due: i64) -> Result<(), Error> {
        let sql = "UPDATE queue SET due = ?2, drawn = drawn + 1, marks = marks | ?3 WHERE qid = ?1";
        self.execute(sql, [row.qid, due, Faults::of(Fault::Hold).0]).map(drop)
    }

    /// A row that was acknowledged in an attempt goes once more.
    pub(crate) fn repeat(&self, row: &Due, due: i64, attempt: i64) -> Result<(), Error> {
        let sql =
            "UPDATE queue SET due = ?2, drawn = drawn + 1, marks = marks | ?3, attempt = ?4 WHERE qid = ?1";
        self.execute(sql, [row.qid, due, Faults::of(Fault::Duplicates).0, attempt]).map(drop)
    }

    /// A rehearsal has chosen about a row that stays as it was.
    pub(crate) fn draw(&self, row: &Due) -> Result<(), Error> {
        self.execute("UPDATE queue SET drawn = drawn + 1 WHERE qid = ?1", [row.qid]).map(drop)
    }

    /// A row is not sent any more: it is kept as failed, or dropped. It has failed for what it failed for last, or where
    /// that is not known for this.
    pub(crate) fn give_up(&self, row: &Due, reason: &str, keep: bool, now: i64) -> Result<(), Error> {
        if keep {
            let sql = "UPDATE queue SET failed = 1, marks = 0, reason = coalesce(reason, ?2) WHERE qid = ?1";
            return self.execute(sql, params![row.qid, reason]).map(drop);
        }
        self.take_away(row.qid, How::Dropped, now).map(drop)
    }

    /// A row can't be sent, whatever its last try failed for: it is kept as failed, or dropped.
    pub(crate) fn refuse(&self, row: &Due, reason: &str, keep: bool, now: i64) -> Result<(), Error> {
        self.execute("UPDATE queue SET reason = NULL WHERE qid = ?1", [row.qid])?;
        self.give_up(row, reason, keep, now)
    }

    /// Takes a row out of the queue and leaves its line in the log; `false` where there is none.
    pub(crate) fn take_away(&self, qid: i64, how: How, now: i64) -> Result<bool, Error> {
        let sql = "DELETE FROM queue WHERE qid = ?1 RETURNING message, object, record";
        let row = self.first(sql, [qid], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let Some((message, object, record)) = row else { return Ok(false) };
        self.note_gone(qid, message, (object, record), how, now)?;
        Ok(true)
    }

    /// The outbound message of a row, and whether it has failed for good.
    pub(crate) fn row(&self, qid: i64) -> Result<Option<(i64, bool)>, Error> {
        self.first("SELECT message, failed FROM queue WHERE qid = ?1", [qid], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
    }

    /// Makes a waiting row due now.
    pub(crate) fn hurry(&self, qid: i64, now: i64) -> Result<(), Error> {
        self.execute("UPDATE queue SET due = ?2 WHERE qid = ?1 AND failed = 0", [qid, now]).map(drop)
    }

    /// Gives a failed row a new life, due now.
    pub(crate) fn revive(&self, qid: i64, now: i64) -> Result<(), Error> {
        let sql = "UPDATE queue SET failed = 0, born = ?2, due = ?2, tries = 0, reason = NULL, marks = 0
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
