//! The organization's file: records, queue and log in one SQLite database, and the one thread that writes it.
//!
//! Operations come as closures over [`Tx`]. Those that wait at the same time share a commit and so an fsync, each
//! within a savepoint of its own. Whoever asked is answered after the commit, never before.

mod log;
mod look;
mod queue;
mod records;
mod schema;

pub(crate) use log::{Attempt, Gone, How};
pub(crate) use look::{Beat, Health, Row};
pub(crate) use queue::{Due, Failed, QueueCount, Waiting};

use crate::codes;
use crate::error::Error;
use crate::setup::Setup;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread::JoinHandle;

/// Operations that share a commit; more gain nothing.
const GROUP: usize = 16;
/// Operations that wait for the thread; the next one waits to wait.
const WAITING: usize = 64;

/// Tells whoever asked how it went; `Err` when the commit failed.
type Answer = Box<dyn FnOnce(Result<(), Error>) + Send>;
/// Runs in the transaction, or hears why there is none.
type Job = Box<dyn FnOnce(Result<&Tx<'_>, Error>) -> Answer + Send>;

/// The open file.
pub(crate) struct Store {
    jobs: Mutex<Option<mpsc::SyncSender<Job>>>,
    killed: Arc<AtomicBool>,
    changes: Arc<AtomicU64>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// The transaction in which an operation runs.
pub(crate) struct Tx<'c> {
    connection: &'c Connection,
}

/// What opening a file has found in it.
pub(crate) struct Opened {
    pub(crate) store: Store,
    /// The latest moment that the file has seen.
    pub(crate) seen_millis: i64,
}

impl Store {
    /// Opens or makes the file, or a database in memory, and numbers the objects and outbound messages of the set-up.
    ///
    /// **Errors.** `SFD0401`, `SFD0402`, `SFD0403`.
    pub(crate) fn open(
        path: Option<&Path>,
        setup: &mut Setup,
        now_millis: i64,
        synchronous: &str,
    ) -> Result<Opened, Error> {
        let mut connection = schema::open(path, synchronous)?;
        let seen_millis = schema::prepare(&mut connection, setup, now_millis)?;
        let (sender, jobs) = mpsc::sync_channel(WAITING);
        let killed = Arc::new(AtomicBool::new(false));
        let changes = Arc::new(AtomicU64::new(0));
        let thread = std::thread::Builder::new().name("sf-outbound store".into()).spawn({
            let (killed, changes) = (Arc::clone(&killed), Arc::clone(&changes));
            move || work(&connection, &jobs, &killed, &changes)
        });
        let thread = thread.map_err(|error| trouble(&error))?;
        let store =
            Store { jobs: Mutex::new(Some(sender)), killed, changes, thread: Mutex::new(Some(thread)) };
        Ok(Opened { store, seen_millis })
    }

    /// Runs an operation in a transaction and gives its result when it is on the disk.
    ///
    /// **Errors.** The operation's own, after which nothing of it is done; `SFD0401`; `SFD0404` after the stop.
    pub(crate) fn run<T: Send + 'static>(
        &self,
        operation: impl FnOnce(&Tx<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (sender, answer) = mpsc::sync_channel(1);
        let job: Job = Box::new(move |tx| {
            let result = tx.and_then(|tx| tx.whole(operation));
            // Whoever asked may be gone.
            Box::new(move |committed| drop(sender.send(committed.and(result))))
        });
        let jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner).clone();
        jobs.and_then(|jobs| jobs.send(job).ok()).ok_or_else(stopped)?;
        answer.recv().map_err(|_| stopped())?
    }

    /// A number that is another after each commit that has changed something.
    pub(crate) fn changes(&self) -> u64 {
        self.changes.load(Ordering::Relaxed)
    }

    /// Finishes what waits and closes the file.
    pub(crate) fn close(&self) {
        drop(self.jobs.lock().unwrap_or_else(PoisonError::into_inner).take());
        if let Some(thread) = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take() {
            // A thread that panicked has nothing left to say.
            drop(thread.join());
        }
    }

    /// Closes the file as a crash would: what is not committed is lost.
    pub(crate) fn kill(&self) {
        self.killed.store(true, Ordering::SeqCst);
        self.close();
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        self.close();
    }
}

fn work(connection: &Connection, jobs: &mpsc::Receiver<Job>, killed: &AtomicBool, changes: &AtomicU64) {
    let tx = Tx { connection };
    let mut answers = Vec::with_capacity(GROUP);
    while let Ok(first) = jobs.recv() {
        if let Err(error) = tx.execute("BEGIN", []) {
            first(Err(error.clone()))(Err(error));
            continue;
        }
        answers.push(first(Ok(&tx)));
        while answers.len() < GROUP
            && !tx.is_lost()
            && let Ok(job) = jobs.try_recv()
        {
            answers.push(job(Ok(&tx)));
        }
        if killed.load(Ordering::SeqCst) {
            // The answers are dropped with what they are about.
            break;
        }
        let committed = if tx.is_lost() { Err(lost()) } else { tx.execute("COMMIT", []).map(drop) };
        if committed.is_err() && !tx.is_lost() {
            drop(tx.execute("ROLLBACK", []));
        }
        changes.store(connection.total_changes(), Ordering::Relaxed);
        for answer in answers.drain(..) {
            answer(committed.clone());
        }
    }
    if killed.load(Ordering::SeqCst) {
        // A crash would not fold the write-ahead log into the file either.
        drop(connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true));
    }
}

impl Tx<'_> {
    /// Runs an operation wholly or not at all.
    pub(crate) fn whole<T>(&self, operation: impl FnOnce(&Self) -> Result<T, Error>) -> Result<T, Error> {
        if self.is_lost() {
            return Err(lost());
        }
        self.execute("SAVEPOINT operation", [])?;
        let result = operation(self);
        if result.is_err() {
            self.execute("ROLLBACK TO operation", [])?;
        }
        self.execute("RELEASE operation", [])?;
        result
    }

    /// Whether SQLite has rolled the transaction back itself, as it does when the disk is full: what came now would be
    /// written alone.
    fn is_lost(&self) -> bool {
        self.connection.is_autocommit()
    }

    /// Runs a statement and gives the number of rows that it touched.
    fn execute(&self, sql: &str, parameters: impl rusqlite::Params) -> Result<usize, Error> {
        Ok(self.connection.prepare_cached(sql)?.execute(parameters)?)
    }

    /// The first row, if there is one.
    fn first<T>(
        &self,
        sql: &str,
        parameters: impl rusqlite::Params,
        read: impl FnOnce(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, Error> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(parameters)?;
        Ok(rows.next()?.map(read).transpose()?)
    }

    /// All rows.
    fn all<T>(
        &self,
        sql: &str,
        parameters: impl rusqlite::Params,
        read: impl FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, Error> {
        let mut statement = self.connection.prepare_cached(sql)?;
        Ok(statement.query_map(parameters, read)?.collect::<rusqlite::Result<_>>()?)
    }
}

/// SQLite's words name no value of a record: all values are bound.
impl From<rusqlite::Error> for Error {
    #[cold]
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                Self::trouble(&codes::STORE_LOCKED, "another process holds the organization's file")
            }
            Some(ErrorCode::NotADatabase) => {
                Self::trouble(&codes::STORE_FOREIGN, "the file is not an organization's")
            }
            _ => trouble(&error),
        }
    }
}

#[cold]
fn trouble(error: &dyn std::error::Error) -> Error {
    Error::trouble(&codes::STORE_FAILED, format!("the organization's file can't be used: {error}"))
}

#[cold]
fn lost() -> Error {
    Error::trouble(
        &codes::STORE_FAILED,
        "the organization's file can't be used: the transaction was rolled back",
    )
}

#[cold]
fn stopped() -> Error {
    Error::trouble(&codes::STOPPED, "the organization was stopped")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::Definition;

    fn open() -> Store {
        let organization_id = sf_outbound::Id::literal("00D5w000000xyzA");
        let (objects, rules, messages) = (Vec::new(), Vec::new(), Vec::new());
        let mut setup =
            Setup::new(Definition { organization_id, api_version: 61, objects, rules, messages }).unwrap();
        Store::open(None, &mut setup, 0, "FULL").unwrap().store
    }

    fn count(store: &Store) -> usize {
        let records = |tx: &Tx<'_>| tx.records_after(1, 0, usize::MAX);
        store.run(records).unwrap().len()
    }

    #[test]
    fn what_a_full_disk_refuses_is_not_done_and_the_rest_goes_on() {
        let store = open();
        let limit = |pages: i64| {
            store.run(move |tx| Ok(tx.connection.pragma_update(None, "max_page_count", pages)?)).unwrap();
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
            let inner: Result<(), _> = tx.whole(|tx| tx.insert_record(1, "{}").and(Err(lost())));
            inner
        });
        assert!(bad.is_err());
        good().unwrap();
        assert_eq!(count(&store), 2);
        store.close();
        assert_eq!(good().unwrap_err().code(), "SFD0404");
    }

    #[test]
    fn a_file_of_version_1_is_read_and_written() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("org.db");
        let open = || {
            let organization_id = sf_outbound::Id::literal("00D5w000000xyzA");
            let (objects, rules, messages) = (Vec::new(), Vec::new(), Vec::new());
            let definition = Definition { organization_id, api_version: 61, objects, rules, messages };
            Store::open(Some(&file), &mut Setup::new(definition).unwrap(), 0, "FULL").unwrap().store
        };
        let store = open();
        store.run(|tx| tx.enqueue(1, 1, 5)).unwrap();
        let back = "DROP TRIGGER message_new; DROP TRIGGER queue_new; DROP TRIGGER queue_end; DROP TRIGGER queue_turn;
            DROP TABLE tally; DROP TABLE pulse; DROP INDEX queue_born; DROP INDEX queue_failed_record;
            ALTER TABLE queue DROP COLUMN attempt; ALTER TABLE queue DROP COLUMN drawn;
            ALTER TABLE queue DROP COLUMN marks;
            ALTER TABLE attempt DROP COLUMN rehearsed; PRAGMA user_version = 1;";
        store.run(move |tx| Ok(tx.connection.execute_batch(back)?)).unwrap();
        store.close();
        let store = open();
        assert_eq!(store.run(|tx| tx.due(1, 10, 10)).unwrap().len(), 1);
        store.run(|tx| tx.enqueue(1, 2, 5)).unwrap();
        let rows = store.run(|tx| tx.due(1, 10, 10)).unwrap();
        assert!(rows.iter().map(|row| (row.drawn, row.marks.0)).eq([(0, 0), (0, 0)]));
        let version = |tx: &Tx<'_>| tx.first("PRAGMA user_version", [], |row| row.get::<_, i32>(0));
        assert_eq!(store.run(version).unwrap(), Some(3));
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
        let plan = plan(
            "SELECT qid FROM queue LEFT JOIN record ON record.seq = queue.record
             WHERE message = 1 AND failed = 0 AND due <= 2 ORDER BY due, qid LIMIT 100",
        );
        assert!(plan.contains("queue_due") && !plan.contains("TEMP B-TREE"), "{plan}");
    }
}
