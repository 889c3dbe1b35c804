//! What an operator asks of queue and log: each answer takes the same time at any length of both.

use super::queue::{Row, row, rows};
use super::tx::{Tx, at_most};
use crate::error::Error;
use sf_outbound_store::rusqlite::params;

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

/// Each in its own words, so that its partial index is found. The sign keeps SQLite from going through all that waits in
/// the order of `due`, to spare itself the sorting of a record's few.
const OF_RECORD_WAITING: &str = rows!(
    " FROM queue WHERE queue.message = ?1 AND record = ?2 AND object IN (?3, 0) AND failed = 0
    AND (+due, qid) > (?4, ?5) ORDER BY +due, qid LIMIT ?6"
);
const OF_RECORD_FAILED: &str = rows!(
    " FROM queue WHERE queue.message = ?1 AND record = ?2 AND object IN (?3, 0) AND failed = 1
    AND qid > ?4 ORDER BY qid LIMIT ?5"
);

impl Tx<'_> {
    /// What waits of an outbound message after a row (when it is due, and its number), in the order of the queue.
    pub(crate) fn rows_waiting(
        &self,
        message: i64,
        (due, qid): (i64, i64),
        limit: usize,
    ) -> Result<Vec<Row>, Error> {
        // In two steps: one condition over both columns would not be looked up by the index.
        let ties = rows!(
            " FROM queue WHERE queue.message = ?1 AND failed = 0 AND due = ?2 AND qid > ?3 ORDER BY qid LIMIT ?4"
        );
        let limit = at_most(limit);
        let mut found = self.all(ties, [message, due, qid, limit], row)?;
        let rest = limit - i64::try_from(found.len()).unwrap_or(limit);
        if rest > 0 {
            let later = rows!(
                " FROM queue WHERE queue.message = ?1 AND failed = 0 AND due > ?2 ORDER BY due, qid LIMIT ?3"
            );
            found.extend(self.all(later, [message, due, rest], row)?);
        }
        Ok(found)
    }

    /// What has failed of an outbound message after a row, in the order of the notifications' ids.
    pub(crate) fn rows_failed(&self, message: i64, after: i64, limit: usize) -> Result<Vec<Row>, Error> {
        let sql =
            rows!(" FROM queue WHERE queue.message = ?1 AND failed = 1 AND qid > ?2 ORDER BY qid LIMIT ?3");
        self.all(sql, [message, after, at_most(limit)], row)
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
        let limit = at_most(limit);
        if failed {
            return self.all(OF_RECORD_FAILED, [message, record, object, qid, limit], row);
        }
        self.all(OF_RECORD_WAITING, [message, record, object, due, qid, limit], row)
    }

    /// When a row was last sent in this life of it; `None` before that, and where the log has forgotten.
    pub(crate) fn sent_at(&self, row: &Row) -> Result<Option<i64>, Error> {
        let sql = "SELECT at FROM attempt WHERE aid = ?1 AND at >= ?2";
        self.first(sql, params![row.attempt, row.born], |row| row.get(0))
    }

    /// A row that left the queue.
    pub(crate) fn gone_one(&self, qid: i64) -> Result<Option<super::Gone>, Error> {
        Ok(self.gone(qid - 1, 1)?.pop().filter(|gone| gone.qid == qid))
    }

    /// How an outbound message has done in its last so many messages.
    pub(crate) fn health(&self, message: i64, last: usize) -> Result<Health, Error> {
        let sql = "SELECT count(*), coalesce(sum(reason IS NULL), 0) FROM
            (SELECT reason FROM attempt WHERE message = ?1 ORDER BY aid DESC LIMIT ?2)";
        let last = at_most(last);
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
    use super::{OF_RECORD_FAILED, OF_RECORD_WAITING};
    use crate::error::Error;
    use crate::store::{How, Names, Options, Store, Tx};
    use std::path::Path;

    fn open(path: &Path) -> Store {
        let names = Names {
            organization: "00D5w000000xyzAEAQ".into(),
            objects: vec!["A".into()],
            messages: vec![("04k5w0000000001AAA".into(), "M".into())],
        };
        Store::open(Some(path), &names, &Options::default()).unwrap().0
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
    fn the_rows_of_a_record_are_found_by_their_index_at_any_length() {
        let folder = tempfile::tempdir().unwrap();
        let store = open(&folder.path().join("org.db"));
        for (sql, parameters, index) in
            [(OF_RECORD_WAITING, 6, "queue_record "), (OF_RECORD_FAILED, 5, "queue_failed_record ")]
        {
            let plan = move |tx: &Tx<'_>| {
                let parameters = rusqlite::params_from_iter(vec![1_i64; parameters]);
                tx.all(&format!("EXPLAIN QUERY PLAN {sql}"), parameters, |row| row.get(3))
            };
            let plan: Vec<String> = store.read(plan).unwrap();
            assert!(plan.join("; ").contains(index), "{plan:?}");
        }
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
        let qid = |place: usize| due[place].row.qid;
        let (first, second, third, fourth) = (qid(0), qid(1), qid(2), qid(3));
        store.run(move |tx| tx.take_away(first, How::Delivered, 30)).unwrap();
        store.run(move |tx| tx.give_up(second, "why", true, 30)).unwrap();
        store.run(move |tx| tx.give_up(third, "why", false, 30)).unwrap();
        store.run(move |tx| tx.take_away(fourth, How::Deleted, 30)).unwrap();
        check((3, 1));
        let failed = second;
        store.run(move |tx| tx.revive(failed, 50)).unwrap();
        check((4, 0));
        let undone: Result<(), Error> = store.run(|tx| {
            tx.enqueue(1, 1, 9, 60)?;
            Err(Error::rolled_back())
        });
        assert!(undone.is_err());
        check((4, 0));
        let fifth = qid(4);
        store.run(move |tx| tx.refuse(fifth, "why", true, 30)).unwrap();
        check((3, 1));
        drop(store);
        let store = open(&path);
        assert_eq!(store.run(counts).unwrap(), [(3, 1); 2]);
        assert_eq!(store.run(|tx| tx.health(1, 9)).unwrap().oldest, Some(10));
    }
}
