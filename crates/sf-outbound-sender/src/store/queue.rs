//! The queue: what waits for delivery, and what has failed for good.

use super::log::How;
use super::{Gone, Tx};
use crate::error::Error;
use crate::rehearsal::{Fault, Faults};
use rusqlite::params;

/// A notification that is due.
#[derive(Debug, Clone)]
pub(crate) struct Due {
    pub(crate) qid: i64,
    /// Of the row; an ack is for this version of it.
    pub(crate) version: i64,
    pub(crate) born: i64,
    /// Failed ones.
    pub(crate) tries: u32,
    pub(crate) record: i64,
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

/// A notification that waits.
#[derive(Debug, Clone)]
pub(crate) struct Waiting {
    pub(crate) qid: i64,
    pub(crate) record: i64,
    pub(crate) born: i64,
    pub(crate) due: i64,
    pub(crate) tries: u32,
}

/// A notification that has failed for good.
#[derive(Debug, Clone)]
pub(crate) struct Failed {
    pub(crate) qid: i64,
    pub(crate) record: i64,
    pub(crate) born: i64,
    pub(crate) tries: u32,
    pub(crate) reason: Option<String>,
}

fn due(row: &rusqlite::Row<'_>) -> rusqlite::Result<Due> {
    Ok(Due {
        qid: row.get(0)?,
        version: row.get(1)?,
        born: row.get(2)?,
        tries: row.get(3)?,
        record: row.get(4)?,
        fields: row.get(5)?,
        drawn: row.get(6)?,
        marks: Faults(row.get(7)?),
    })
}

impl Tx<'_> {
    /// Queues a record for an outbound message; where it waits already, its row takes the change in.
    pub(crate) fn enqueue(&self, message: i64, record: i64, now: i64) -> Result<(), Error> {
        let sql = "INSERT INTO queue(message, record, born, due) VALUES (?1, ?2, ?3, ?3)
            ON CONFLICT(message, record) WHERE failed = 0 DO UPDATE SET version = version + 1,
                due = CASE WHEN marks & ?4 THEN min(due, ?3) ELSE due END,
                marks = CASE WHEN marks & ?4 THEN ?5 ELSE marks END";
        let (waits, newer) = (Faults::WAITS.0, Faults::of(Fault::NewerData).0);
        self.execute(sql, params![message, record, now, waits, newer]).map(drop)
    }

    /// What of an outbound message is due, the longest due first, with the records as they are now.
    pub(crate) fn due(&self, message: i64, now: i64, limit: usize) -> Result<Vec<Due>, Error> {
        let sql = "SELECT qid, version, born, tries, queue.record, record.fields, drawn, marks
            FROM queue LEFT JOIN record ON record.seq = queue.record
            WHERE message = ?1 AND failed = 0 AND due <= ?2 ORDER BY due, qid LIMIT ?3";
        self.all(sql, params![message, now, i64::try_from(limit).unwrap_or(i64::MAX)], due)
    }

    /// What of an outbound message is to be tried again later, the first due first, but for what a rehearsal lets wait.
    pub(crate) fn later(&self, message: i64, now: i64, limit: usize) -> Result<Vec<Due>, Error> {
        let sql = "SELECT qid, version, born, tries, queue.record, record.fields, drawn, marks
            FROM queue LEFT JOIN record ON record.seq = queue.record
            WHERE message = ?1 AND failed = 0 AND due > ?2 AND marks & ?4 = 0 ORDER BY due, qid LIMIT ?3";
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let waits = Faults::WAITS.0 | Faults::of(Fault::Hold).0;
        self.all(sql, params![message, now, limit, waits], due)
    }

    /// The earliest moment at which something of an outbound message is due.
    pub(crate) fn next_due(&self, message: i64) -> Result<Option<i64>, Error> {
        let sql = "SELECT due FROM queue WHERE message = ?1 AND failed = 0 ORDER BY due LIMIT 1";
        self.first(sql, [message], |row| row.get(0))
    }

    /// A row was acknowledged. What changed since it was read goes out again, as another notification.
    ///
    /// So does a record whose data an emptied notification had not.
    pub(crate) fn settle(&self, message: i64, row: &Due, emptied: bool, now: i64) -> Result<(), Error> {
        let sql = "DELETE FROM queue WHERE qid = ?1 RETURNING version";
        let Some(version) = self.first(sql, [row.qid], |row| row.get::<_, i64>(0))? else {
            // An operator took it away meanwhile, and left the line.
            return Ok(());
        };
        self.note_gone(&Gone {
            qid: row.qid,
            message,
            record: row.record,
            version: row.version,
            at: now,
            how: How::Delivered,
        })?;
        if version != row.version || emptied {
            self.enqueue(message, row.record, now)?;
        }
        if emptied {
            let sql = "UPDATE queue SET marks = marks | ?3 WHERE message = ?1 AND record = ?2 AND failed = 0";
            self.execute(sql, [message, row.record, Faults::FOLLOWS.0])?;
        }
        Ok(())
    }

    /// A row was not acknowledged in an attempt: it is due again then.
    pub(crate) fn put_off(&self, row: &Due, due: i64, attempt: i64) -> Result<(), Error> {
        let sql = "UPDATE queue SET tries = tries + 1, due = ?2, attempt = ?3, drawn = drawn + 1, marks = 0
            WHERE qid = ?1";
        self.execute(sql, [row.qid, due, attempt]).map(drop)
    }

    /// A row was not acknowledged: it is due again when its record has changed, and then at the latest; where the record
    /// has changed meanwhile, at its usual time.
    pub(crate) fn await_change(&self, row: &Due, latest: i64, due: i64, attempt: i64) -> Result<(), Error> {
        let sql = "UPDATE queue SET tries = tries + 1, attempt = ?7, drawn = drawn + 1,
                due = CASE WHEN version = ?2 THEN ?3 ELSE ?4 END,
                marks = CASE WHEN version = ?2 THEN ?5 ELSE ?6 END
            WHERE qid = ?1";
        let (waits, newer) = (Faults::WAITS.0, Faults::of(Fault::NewerData).0);
        self.execute(sql, [row.qid, row.version, latest, due, waits, newer, attempt]).map(drop)
    }

    /// A row is due then, for a fault that the message in which it goes is to show; it is no try.
    pub(crate) fn rehearse(&self, row: &Due, due: i64, fault: Fault) -> Result<(), Error> {
        let sql = "UPDATE queue SET due = ?2, drawn = drawn + 1, marks = marks | ?3 WHERE qid = ?1";
        self.execute(sql, [row.qid, due, Faults::of(fault).0]).map(drop)
    }

    /// A rehearsal has chosen about a row that stays as it was.
    pub(crate) fn draw(&self, row: &Due) -> Result<(), Error> {
        self.execute("UPDATE queue SET drawn = drawn + 1 WHERE qid = ?1", [row.qid]).map(drop)
    }

    /// A row has had its time: it is kept as failed, or dropped.
    pub(crate) fn give_up(
        &self,
        message: i64,
        row: &Due,
        reason: &str,
        keep: bool,
        now: i64,
    ) -> Result<(), Error> {
        if keep {
            let sql = "UPDATE queue SET failed = 1, reason = ?2 WHERE qid = ?1";
            return self.execute(sql, params![row.qid, reason]).map(drop);
        }
        self.take_away(message, row.qid, How::Dropped, now).map(drop)
    }

    /// Takes a row out of the queue and leaves its line in the log; `false` where there is none.
    pub(crate) fn take_away(&self, message: i64, qid: i64, how: How, now: i64) -> Result<bool, Error> {
        let sql = "DELETE FROM queue WHERE qid = ?1 AND message = ?2 RETURNING record, version";
        let row = self.first(sql, [qid, message], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let Some((record, version)) = row else { return Ok(false) };
        self.note_gone(&Gone { qid, message, record, version, at: now, how })?;
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

    /// Gives a failed row a new life, due now. Where its record waits again already, the failed row goes instead.
    pub(crate) fn revive(&self, message: i64, qid: i64, now: i64) -> Result<(), Error> {
        let sql = "UPDATE OR IGNORE queue SET failed = 0, born = ?2, due = ?2, tries = 0, reason = NULL,
                marks = 0, attempt = NULL
            WHERE qid = ?1 AND failed = 1";
        if self.execute(sql, [qid, now])? == 0 {
            self.take_away(message, qid, How::Merged, now)?;
        }
        Ok(())
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

    /// What waits of an outbound message, in the order of the queue.
    pub(crate) fn waiting(&self, message: i64, limit: usize) -> Result<Vec<Waiting>, Error> {
        let sql = "SELECT qid, record, born, due, tries FROM queue
            WHERE message = ?1 AND failed = 0 ORDER BY due, qid LIMIT ?2";
        self.all(sql, params![message, i64::try_from(limit).unwrap_or(i64::MAX)], |row| {
            Ok(Waiting {
                qid: row.get(0)?,
                record: row.get(1)?,
                born: row.get(2)?,
                due: row.get(3)?,
                tries: row.get(4)?,
            })
        })
    }

    /// What has failed of an outbound message after a row, in the order of the notifications' ids.
    pub(crate) fn failed(&self, message: i64, after: i64, limit: usize) -> Result<Vec<Failed>, Error> {
        let sql = "SELECT qid, record, born, tries, reason FROM queue
            WHERE message = ?1 AND failed = 1 AND qid > ?2 ORDER BY qid LIMIT ?3";
        self.all(sql, params![message, after, i64::try_from(limit).unwrap_or(i64::MAX)], |row| {
            Ok(Failed {
                qid: row.get(0)?,
                record: row.get(1)?,
                born: row.get(2)?,
                tries: row.get(3)?,
                reason: row.get(4)?,
            })
        })
    }

    /// Settles the rows of all outbound messages but these.
    pub(super) fn forget_messages_but(&self, known: &[i64], now: i64) -> Result<(), Error> {
        let messages = self.all("SELECT number FROM message", [], |row| row.get::<_, i64>(0))?;
        for message in messages.into_iter().filter(|message| !known.contains(message)) {
            let sql = "SELECT qid FROM queue WHERE message = ?1";
            for qid in self.all(sql, [message], |row| row.get::<_, i64>(0))? {
                self.take_away(message, qid, How::Deleted, now)?;
            }
        }
        Ok(())
    }
}
