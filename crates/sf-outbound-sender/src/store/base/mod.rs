//! A SQLite file with one thread that writes and connections that read; nothing here knows a table.
//!
//! - Operations that write come as closures. Those that wait at the same time share a commit and so an fsync, each within
//!   a savepoint of its own. Whoever asked is answered after the commit, never before.
//! - What reads has a connection of its own and runs where it is asked for: it holds up no write, sees one moment of the
//!   file, and each write that was answered before it began.
//! - One process runs a file: a lock beside it says so. Others may read it, and back it up, while it runs.
//! - A database in memory has one connection; a long read of it goes in steps, between which the others have their turn.

mod lock;
mod readers;
mod trouble;
mod writer;

pub(crate) use trouble::Trouble;

use lock::Lock;
use readers::Readers;
use rusqlite::Connection;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use writer::Writer;

/// How long another process may keep the file from being written or read, as a tool does that changes something in it.
const PATIENCE: Duration = Duration::from_secs(5);

/// The open file, or database in memory.
pub(crate) struct Base {
    writer: Writer,
    /// `None` in memory.
    readers: Option<Readers>,
    /// Given back when the file is closed.
    lock: Mutex<Option<Lock>>,
}

impl Base {
    /// Opens or makes the file, or a database in memory.
    ///
    /// `check` looks at the file before anything of it is changed, as it may be somebody else's; `prepare` makes the
    /// tables, when nobody else can.
    pub(crate) fn open<T, E: From<Trouble>>(
        path: Option<&Path>,
        synchronous: &str,
        check: impl FnOnce(&Connection) -> Result<(), E>,
        prepare: impl FnOnce(&mut Connection) -> Result<T, E>,
    ) -> Result<(Self, T), E> {
        let of_sql = |error: rusqlite::Error| E::from(Trouble::from(error));
        let connection = match path {
            Some(path) => Connection::open(path),
            None => Connection::open_in_memory(),
        };
        let mut connection = connection.map_err(of_sql)?;
        connection.busy_timeout(PATIENCE).map_err(of_sql)?;
        check(&connection)?;
        let lock = path.map(Lock::take).transpose()?;
        settings(&connection, synchronous)?;
        let prepared = prepare(&mut connection)?;
        let readers = path.map(Readers::new);
        Ok((Self { writer: Writer::start(connection)?, readers, lock: Mutex::new(lock) }, prepared))
    }

    /// Runs an operation in a transaction and gives its result when it is on the disk.
    ///
    /// **Errors.** The operation's own, after which nothing of it is done; trouble with the file.
    pub(crate) fn write<T: Send + 'static, E: From<Trouble> + Send + 'static>(
        &self,
        operation: impl FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E> {
        self.writer.run(operation)
    }

    /// Runs what only reads, at one moment of the file.
    ///
    /// **Errors.** Its own; trouble with the file.
    pub(crate) fn read<T: Send + 'static, E: From<Trouble> + Send + 'static>(
        &self,
        operation: impl FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E> {
        match &self.readers {
            Some(readers) => readers.run(operation),
            None => self.writer.run(operation),
        }
    }

    /// Reads in steps until one gives a result: of a file all at one moment; in memory others write between two steps.
    ///
    /// **Errors.** A step's own; trouble with the file.
    pub(crate) fn scan<T: Send + 'static, E: From<Trouble> + Send + 'static>(
        &self,
        mut step: impl FnMut(&Connection) -> Result<ControlFlow<T>, E> + Send + 'static,
    ) -> Result<T, E> {
        if let Some(readers) = &self.readers {
            return readers.run(move |connection| {
                loop {
                    if let ControlFlow::Break(result) = step(connection)? {
                        return Ok(result);
                    }
                }
            });
        }
        loop {
            let flow;
            (step, flow) = self.writer.run(move |connection| {
                let flow = step(connection)?;
                Ok::<_, E>((step, flow))
            })?;
            if let ControlFlow::Break(result) = flow {
                return Ok(result);
            }
        }
    }

    /// A number that is another after each commit that has changed something.
    pub(crate) fn changes(&self) -> u64 {
        self.writer.changes()
    }

    /// Finishes what waits and closes the file.
    pub(crate) fn close(&self) {
        // First, so that the writer is the last one and folds the write-ahead log into the file.
        if let Some(readers) = &self.readers {
            readers.close();
        }
        self.writer.close();
        drop(self.lock.lock().unwrap_or_else(PoisonError::into_inner).take());
    }

    /// Closes the file as a crash would: what is not committed is lost.
    pub(crate) fn kill(&self) {
        self.writer.kill();
        self.close();
    }
}

impl Drop for Base {
    fn drop(&mut self) {
        self.close();
    }
}

fn settings(connection: &Connection, synchronous: &str) -> Result<(), Trouble> {
    connection.set_prepared_statement_cache_capacity(64);
    let mode: String = connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))?;
    if mode != "wal" && mode != "memory" {
        return Err(Trouble::Failed("it needs a file system that can share memory: a local one".to_owned()));
    }
    connection.pragma_update(None, "synchronous", synchronous)?;
    // Without it macOS leaves what was synced in the disk's own memory.
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update(None, "checkpoint_fullfsync", true)?;
    connection.pragma_update(None, "cache_size", -65_536)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    // The write-ahead log is folded into the file at 4 MB, and is not left longer than this.
    Ok(connection.pragma_update(None, "journal_size_limit", 16 << 20)?)
}

/// Runs an operation in an open transaction, wholly or not at all; where it panics, not at all.
pub(crate) fn whole<T, E: From<Trouble>>(
    connection: &Connection,
    operation: impl FnOnce() -> Result<T, E>,
) -> Result<T, E> {
    let execute = |sql: &str| {
        let done = connection.prepare_cached(sql).and_then(|mut statement| statement.execute([]));
        done.map(drop).map_err(Trouble::from)
    };
    if is_lost(connection) {
        return Err(Trouble::RolledBack.into());
    }
    execute("SAVEPOINT operation")?;
    let result = match catch_unwind(AssertUnwindSafe(operation)) {
        Ok(result) => result,
        Err(panic) => {
            // What can't be undone is left to the transaction, which can't be committed then either.
            let undone = execute("ROLLBACK TO operation").and_then(|()| execute("RELEASE operation"));
            if undone.is_err() && !is_lost(connection) {
                drop(execute("ROLLBACK"));
            }
            resume_unwind(panic);
        }
    };
    if is_lost(connection) {
        // With the savepoint; the operation's own reason says more.
        return result.and(Err(Trouble::RolledBack.into()));
    }
    if result.is_err() {
        execute("ROLLBACK TO operation")?;
    }
    execute("RELEASE operation")?;
    result
}

/// Whether SQLite has rolled the transaction back itself, as it does when the disk is full: what came now would be
/// written alone.
fn is_lost(connection: &Connection) -> bool {
    connection.is_autocommit()
}
