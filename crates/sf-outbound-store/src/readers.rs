//! Connections that only read.

use crate::trouble::{PATIENCE, Trouble};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use std::path::PathBuf;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Reads at the same time; the next one waits.
const READERS: usize = 16;
/// Connections that are kept open while nobody reads.
const IDLE: usize = 4;

/// Connections of a file, opened when they are needed.
pub(crate) struct Readers {
    path: PathBuf,
    state: Mutex<State>,
    freed: Condvar,
}

#[derive(Default)]
struct State {
    idle: Vec<Connection>,
    /// Among them those that read.
    open: usize,
    closed: bool,
}

/// A connection that reads; it goes back however the reading ends.
struct Reading<'r> {
    readers: &'r Readers,
    connection: Option<Connection>,
}

impl Drop for Reading<'_> {
    fn drop(&mut self) {
        let connection = self.connection.take();
        let back = connection.filter(|connection| {
            // After a panic it may be within a transaction.
            connection.is_autocommit() || connection.execute_batch("ROLLBACK").is_ok()
        });
        let mut state = self.readers.state();
        let unused = match back {
            Some(back) if !state.closed && state.idle.len() < IDLE => {
                state.idle.push(back);
                None
            }
            back => {
                state.open -= 1;
                back
            }
        };
        drop(state);
        self.readers.freed.notify_one();
        drop(unused);
    }
}

impl Readers {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self { path, state: Mutex::default(), freed: Condvar::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs what reads, in a transaction and so at one moment of the file.
    pub(crate) fn run<T, E: From<Trouble>>(
        &self,
        operation: impl FnOnce(&Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        let reading = self.take()?;
        let Some(connection) = &reading.connection else { return Err(Trouble::Closed.into()) };
        connection.execute_batch("BEGIN").map_err(Trouble::from)?;
        operation(connection)
    }

    fn take(&self) -> Result<Reading<'_>, Trouble> {
        let state = self.state();
        let is_full = |state: &mut State| !state.closed && state.idle.is_empty() && state.open >= READERS;
        let mut state = self.freed.wait_while(state, is_full).unwrap_or_else(PoisonError::into_inner);
        if state.closed {
            return Err(Trouble::Closed);
        }
        if let Some(connection) = state.idle.pop() {
            return Ok(Reading { readers: self, connection: Some(connection) });
        }
        state.open += 1;
        drop(state);
        // Given back as none where it can't be opened.
        let mut reading = Reading { readers: self, connection: None };
        reading.connection = Some(self.open()?);
        Ok(reading)
    }

    fn open(&self) -> Result<Connection, Trouble> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.path, flags)?;
        connection.busy_timeout(PATIENCE)?;
        connection.set_prepared_statement_cache_capacity(64);
        connection.pragma_update(None, "cache_size", -8_192)?;
        connection.pragma_update(None, "temp_store", "MEMORY")?;
        // The writer alone folds the write-ahead log into the file.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        Ok(connection)
    }

    /// Reads that have begun end; no other begins.
    pub(crate) fn close(&self) {
        let mut state = self.state();
        state.closed = true;
        state.open -= state.idle.len();
        let idle = std::mem::take(&mut state.idle);
        drop(state);
        self.freed.notify_all();
        drop(idle);
    }
}
