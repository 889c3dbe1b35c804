//! What an operator asks of queue and log: each answer takes the same time at any length of both.

use super::Tx;
use crate::error::Error;
use rusqlite::params;

/// A row of the queue as an operator sees it.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) qid: i64,
    pub(crate) message: i64,
    /// Number of the record's object; 0 where an older file did not say.
    pub(crate) object: i64,
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
    /// The most that waited before or after any message of the minute.
    pub(crate) most: i64,
}

/// The columns of a [`Row`]; an attempt is the row's own only where it is not older than the row.
macro_rules! rows {
    ($rest:literal) => {
        concat!(
            "SELECT qid, queue.message, object, record, born, due, tries, failed, attempt.at, queue.reason
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
                object: row.get(2)?,
                record: row.get(3)?,
                born: row.get(4)?,
                due: row.get(5)?,
                tries: row.get(6)?,
                failed: row.get(7)?,
                last: row.get(8)?,
                reason: row.get(9)?,
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

    /// The rows of a record after a row, those that wait in the order of the queue, or those that have failed.
    pub(crate) fn rows_of(
        &self,
        message: i64,
        (object, record): (i64, i64),
        failed: bool,
        (due, qid): (i64, i64),
        limit: usize,
    ) -> Result<Vec<Row>, Error> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        // Each in its own words, so that the partial index is found.
        if failed {
            let sql = rows!(
                "WHERE queue.message = ?1 AND record = ?2 AND object IN (?3, 0) AND failed = 1
                AND qid > ?4 ORDER BY qid LIMIT ?5"
            );
            return self.rows(sql, [message, record, object, qid, limit]);
        }
        let sql = rows!(
            "WHERE queue.message = ?1 AND record = ?2 AND object IN (?3, 0) AND failed = 0
            AND (due, qid) > (?4, ?5) ORDER BY due, qid LIMIT ?6"
        );
        self.rows(sql, [message, record, object, due, qid, limit])
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
        let sql = "SELECT minute, message, delivered, refused, waiting, most FROM pulse
            WHERE minute >= ?1 ORDER BY minute, message";
        self.all(sql, [since], |row| {
            Ok(Beat {
                minute: row.get(0)?,
                message: row.get(1)?,
                delivered: row.get(2)?,
                refused: row.get(3)?,
                waiting: row.get(4)?,
                most: row.get(5)?,
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::definition::{Definition, Evaluate, Field, Object, OutboundMessage, Rule};
    use crate::store::{How, Opened, Store, Tx};
    use crate::{error::Error, setup::Setup};
    use sf_outbound::{Id, Kind};
    use std::path::Path;

    fn open(path: &Path) -> Store {
        let field = Field { name: "Name".into(), kind: Kind::Text, external_id: false };
        let mut setup = Setup::new(Definition {
            organization_id: Id::literal("00D5w000000xyzA"),
            api_version: 61,
            objects: vec![Object { name: "A".into(), key_prefix: "a01".into(), fields: vec![field] }],
            rules: vec![Rule {
                name: "all".into(),
                object: "A".into(),
                active: true,
                evaluate: Evaluate::Created,
                criteria: vec![],
                logic: None,
                messages: vec!["M".into()],
            }],
            messages: vec![OutboundMessage {
                name: "M".into(),
                action_id: Id::literal("04k5w0000000001"),
                object: "A".into(),
                fields: vec!["Name".into()],
                endpoint: "http://localhost/".into(),
                protected: false,
                user: None,
            }],
        })
        .unwrap();
        let Opened { store, .. } = Store::open(Some(path), &mut setup, 0, "OFF").unwrap();
        store
    }

    /// What is counted, and what stands there.
    fn counts(tx: &Tx<'_>) -> Result<[(u64, u64); 2], Error> {
        let count = tx.count(1)?;
        let rows = |failed| {
            let sql = "SELECT count(*) FROM queue WHERE message = 1 AND failed = ?1";
            let count = tx.first(sql, [failed], |row| row.get::<_, i64>(0))?;
            Ok::<_, Error>(count.unwrap_or_default().unsigned_abs())
        };
        Ok([(count.waiting, count.failed), (rows(0)?, rows(1)?)])
    }

    #[test]
    fn counts_are_those_of_the_rows_whatever_becomes_of_them() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("org.db");
        let store = open(&path);
        let check = |expected| assert_eq!(store.run(counts).unwrap(), [expected; 2]);
        store.run(|tx| (1..=6).try_for_each(|record| tx.enqueue(1, 1, record, 10))).unwrap();
        store.run(|tx| tx.enqueue(1, 1, 1, 20)).unwrap();
        check((7, 0));
        let due = store.run(|tx| tx.due(1, 10, 9)).unwrap();
        let row = |place: usize| due[place].clone();
        let (first, second, third, fourth) = (row(0), row(1), row(2), row(3));
        store.run(move |tx| tx.settle(1, &first, false, 30)).unwrap();
        store.run(move |tx| tx.give_up(&second, "why", true, 30)).unwrap();
        store.run(move |tx| tx.give_up(&third, "why", false, 30)).unwrap();
        store.run(move |tx| tx.take_away(fourth.qid, How::Deleted, 30)).unwrap();
        check((3, 1));
        let failed = due[1].qid;
        store.run(move |tx| tx.revive(failed, 50)).unwrap();
        check((4, 0));
        let undone: Result<(), Error> = store.run(|tx| {
            tx.enqueue(1, 1, 9, 60)?;
            Err(Error::rolled_back())
        });
        assert!(undone.is_err());
        check((4, 0));
        let fifth = row(4);
        store.run(move |tx| tx.refuse(&fifth, "why", true, 30)).unwrap();
        check((3, 1));
        drop(store);
        let store = open(&path);
        assert_eq!(store.run(counts).unwrap(), [(3, 1); 2]);
        assert_eq!(store.run(|tx| tx.health(1, 9)).unwrap().oldest, Some(10));
    }
}
