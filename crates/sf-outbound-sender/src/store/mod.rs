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
    use sf_outbound_store::{Trouble, rusqlite};
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::{Arc, mpsc};
    use std::time::{Duration, Instant};

    fn open() -> Store {
        open_at(None)
    }

    fn open_at(path: Option<&Path>) -> Store {
        let organization = "00D5w000000xyzAEAQ".to_owned();
        let names = Names { organization, objects: Vec::new(), messages: Vec::new() };
        Store::open(path, &names, &Options::default()).unwrap().0
    }

    fn count(store: &Store) -> usize {
        let records = |tx: &Tx<'_>| tx.records_after(1, 0, usize::MAX);
        store.run(records).unwrap().len()
    }

    #[test]
    fn what_a_full_disk_refuses_is_not_done_and_the_rest_goes_on() {
        let store = open();
        let limit = |pages: u32| {
            store.run(move |tx| tx.limit_pages(pages)).unwrap();
        };
        limit(40);
        let insert = || store.run(|tx| tx.insert_record(1, &"x".repeat(3_000)));
        let (mut done, mut refused) = (0, 0);
        std::thread::scope(|scope| {
            let work = || (0..50).map(|_| insert()).partition::<Vec<_>, _>(Result::is_ok);
            for worker in [scope.spawn(work), scope.spawn(work), scope.spawn(work)] {
                let (ok, err) = worker.join().unwrap();
                (done, refused) = (done + ok.len(), refused + err.len());
                for error in err {
                    assert_eq!(error.unwrap_err().code(), "SFD0401");
                }
            }
        });
        assert!(done > 5 && refused > 50, "{done} done and {refused} refused");
        assert_eq!(count(&store), done);
        limit(1_000_000);
        insert().unwrap();
        assert_eq!(count(&store), done + 1);
    }

    #[test]
    fn an_operation_that_is_refused_leaves_nothing_and_its_neighbours_stay() {
        let store = open();
        let good = || store.run(|tx| tx.insert_record(1, "{}"));
        good().unwrap();
        let bad: Result<(), _> = store.run(|tx| {
            tx.insert_record(1, "{}")?;
            let inner: Result<(), _> =
                tx.whole(|tx| tx.insert_record(1, "{}").and(Err(Trouble::RolledBack.into())));
            inner
        });
        assert!(bad.is_err());
        good().unwrap();
        assert_eq!(count(&store), 2);
        store.close();
        assert_eq!(good().unwrap_err().code(), "SFD0404");
    }

    /// Runs in a thread of its own.
    fn beside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> std::thread::JoinHandle<T> {
        std::thread::spawn(work)
    }

    fn file() -> (Arc<Store>, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        (Arc::new(open_at(Some(&folder.path().join("org.db")))), folder)
    }

    #[test]
    fn a_long_read_holds_up_no_write_and_the_next_one_sees_it() {
        let (store, _folder) = file();
        let count = |tx: &Tx<'_>| tx.records_after(1, 0, usize::MAX).map(|records| records.len());
        let (begun, begins) = mpsc::channel();
        let (answered, answers) = mpsc::channel();
        let reading = Arc::clone(&store);
        let long = beside(move || {
            reading.read(move |tx| {
                let before = count(tx)?;
                begun.send(()).unwrap();
                // Only after the write was answered does it go on.
                answers.recv_timeout(Duration::from_secs(60)).unwrap();
                Ok((before, count(tx)?))
            })
        });
        begins.recv().unwrap();
        store.run(|tx| tx.insert_record(1, "{}")).unwrap();
        assert_eq!(store.read(count).unwrap(), 1);
        answered.send(()).unwrap();
        // It saw one moment of the file.
        assert_eq!(long.join().unwrap().unwrap(), (0, 0));
    }

    #[test]
    fn in_memory_others_write_between_two_steps_of_a_long_read() {
        let store = Arc::new(open());
        let is_answered = Arc::new(AtomicBool::new(false));
        let (begun, begins) = mpsc::channel();
        let (reading, seen) = (Arc::clone(&store), Arc::clone(&is_answered));
        let end = Instant::now() + Duration::from_secs(60);
        let long = beside(move || {
            reading.scan(move |_| {
                begun.send(()).ok();
                let is_over = seen.load(Ordering::SeqCst) || Instant::now() > end;
                Ok(if is_over {
                    ControlFlow::Break(seen.load(Ordering::SeqCst))
                } else {
                    ControlFlow::Continue(())
                })
            })
        });
        begins.recv().unwrap();
        store.run(|tx| tx.insert_record(1, "{}")).unwrap();
        is_answered.store(true, Ordering::SeqCst);
        assert!(long.join().unwrap().unwrap(), "no write was answered while it read");
    }

    #[test]
    fn more_read_than_there_are_connections_and_none_after_the_end() {
        let (store, _folder) = file();
        let readers: Vec<_> = (0..64)
            .map(|number| {
                let store = Arc::clone(&store);
                beside(move || {
                    let read = store.read(move |tx| {
                        if number % 7 == 0 { Err(Trouble::Closed.into()) } else { tx.count_records(1) }
                    });
                    read.is_ok()
                })
            })
            .collect();
        let read = readers.into_iter().map(|reader| reader.join().unwrap());
        assert_eq!(read.filter(|is_ok| *is_ok).count(), 64 - 10);
        store.close();
        assert_eq!(store.read(|tx| tx.count_records(1)).unwrap_err().code(), "SFD0404");
    }

    #[test]
    fn what_reads_cannot_write() {
        let (store, _folder) = file();
        assert!(store.read(|tx| tx.insert_record(1, "{}")).is_err());
        assert_eq!(store.read(|tx| tx.count_records(1)).unwrap(), 0);
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
