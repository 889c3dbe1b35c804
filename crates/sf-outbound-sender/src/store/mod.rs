//! The organization's file: records, queue and log in one SQLite database.
//!
//! Operations come as closures over [`Tx`]: [`Store::run`] writes, [`Store::read`] and [`Store::scan`] only read.

mod flight;
mod log;
mod look;
mod queue;
mod records;
mod rehearsed;
mod schema;
mod tx;
mod upgrade;

pub(crate) use log::{Attempt, Gone, How};
pub(crate) use look::{Beat, Health};
pub(crate) use queue::{Due, QueueCount, Row};
pub(crate) use rehearsed::Mark;
pub(crate) use schema::{Found, Names, Numbers, Options};
pub(crate) use tx::Tx;

use crate::error::Error;
use flight::Flight;
use sf_outbound_store::Database;
use sf_outbound_store::rusqlite::Connection;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use tx::Beside;

/// The open file.
pub(crate) struct Store {
    database: Database,
    beside: Arc<Beside>,
}

impl Store {
    /// Opens or makes the file, or a database in memory, and numbers objects and outbound messages.
    ///
    /// **Errors.** `SFD0401`, `SFD0402`, `SFD0403`, `SFD0405`.
    pub(crate) fn open(
        path: Option<&Path>,
        names: &Names,
        options: &Options,
    ) -> Result<(Self, Found), Error> {
        let all = Beside { has_marks: true.into(), ..Beside::default() };
        let start = |connection: &Connection| schema::start(&Tx { connection, beside: &all }, names, options);
        let (database, found) = Database::open_with(path, &schema::SCHEMA, options.synchronous, start)?;
        let flight = options.coalesce.then(|| Flight::new(found.last_qid));
        let beside = Arc::new(Beside { flight, has_marks: found.has_marks.into() });
        Ok((Self { database, beside }, found))
    }

    /// Runs an operation in a transaction and gives its result when it is on the disk.
    ///
    /// **Errors.** The operation's own, after which nothing of it is done; `SFD0401`; `SFD0402` where another process
    /// keeps writing; `SFD0404` after the stop.
    pub(crate) fn run<T: Send + 'static>(
        &self,
        operation: impl FnOnce(&Tx<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let beside = Arc::clone(&self.beside);
        self.database.write(move |connection| operation(&Tx { connection, beside: &beside }))
    }

    /// Runs what only reads: it holds up no write, and sees each that was answered before.
    ///
    /// **Errors.** As [`Store::run`].
    pub(crate) fn read<T: Send + 'static>(
        &self,
        operation: impl FnOnce(&Tx<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let beside = Arc::clone(&self.beside);
        self.database.read(move |connection| operation(&Tx { connection, beside: &beside }))
    }

    /// Reads in steps of a few milliseconds each, until one gives a result.
    ///
    /// **Errors.** As [`Store::run`].
    pub(crate) fn scan<T: Send + 'static>(
        &self,
        mut step: impl FnMut(&Tx<'_>) -> Result<ControlFlow<T>, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let beside = Arc::clone(&self.beside);
        self.database.scan(move |connection| step(&Tx { connection, beside: &beside }))
    }

    /// A number that is another after each commit that has changed something.
    pub(crate) fn changes(&self) -> u64 {
        self.database.changes()
    }

    /// Finishes what waits and closes the file.
    pub(crate) fn close(&self) {
        self.database.close();
    }

    /// Closes the file as a crash would: what is not committed is lost.
    pub(crate) fn kill(&self) {
        self.database.crash();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sf_outbound_store::rusqlite;

    fn open() -> Store {
        let organization = "00D5w000000xyzAEAQ".to_owned();
        let names = Names { organization, objects: Vec::new(), messages: Vec::new() };
        Store::open(None, &names, &Options::default()).unwrap().0
    }

    #[test]
    fn trouble_with_the_file_has_a_code_of_ours() {
        let store = open();
        let insert = || store.run(|tx| tx.insert_record(1, &"x".repeat(3_000)));
        store.run(|tx| tx.limit_pages(40)).unwrap();
        let full = (0..50).find_map(|_| insert().err()).unwrap();
        assert_eq!(
            full.to_string(),
            "SFD0401: the organization's file can't be used: database or disk is full"
        );
        store.close();
        assert_eq!(insert().unwrap_err().to_string(), "SFD0404: the organization was stopped");
        assert_eq!(store.read(|tx| tx.count_records(1)).unwrap_err().code(), "SFD0404");
    }

    #[test]
    fn what_is_due_is_found_by_its_index_at_any_length() {
        let store = open();
        let plan = |sql: &'static str| {
            let explain = move |tx: &Tx<'_>| {
                let sql = format!("EXPLAIN QUERY PLAN {sql}");
                let mut statement = tx.connection.prepare(&sql)?;
                let lines = statement.query_map([], |row| row.get::<_, String>(3))?;
                Ok(lines.collect::<rusqlite::Result<Vec<_>>>()?.join("; "))
            };
            store.run(explain).unwrap()
        };
        let due = plan(
            "SELECT qid FROM queue LEFT JOIN record ON record.seq = queue.record AND record.object = queue.object
             WHERE message = 1 AND failed = 0 AND due <= 2 ORDER BY due, qid LIMIT 100",
        );
        assert!(due.contains("queue_due") && !due.contains("TEMP B-TREE"), "{due}");
        // With each change of a record, where something was rehearsed.
        let waits = plan("UPDATE rehearsed SET faults = 1, waits = NULL WHERE waits = 1 RETURNING qid");
        assert!(waits.contains("rehearsed_waits"), "{waits}");
        let untried = plan(
            "SELECT qid FROM queue WHERE message = 1 AND record = 1 AND object = 1 AND failed = 0
             AND tries = 0 AND attempt IS NULL ORDER BY qid DESC LIMIT 1",
        );
        assert!(untried.contains("queue_record"), "{untried}");
    }
}
