//! The lock that says that a process runs a file.
//!
//! It is SQLite's own lock of an empty file beside the other: the same on every system, and the system takes it away
//! from a process that ends, however it ends. The file stays, since to remove it would let two processes lock two files
//! of one name.

use crate::trouble::Trouble;
use rusqlite::{Connection, ErrorCode};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Long enough for a predecessor that is just closing the file.
const PATIENCE: Duration = Duration::from_millis(250);

/// Held as long as it lives.
pub(crate) struct Lock {
    _connection: Connection,
}

impl Lock {
    /// Takes the lock of a file that is there.
    ///
    /// **Errors.** [`Trouble::Taken`] where another process has it.
    pub(crate) fn take(file: &Path) -> Result<Self, Trouble> {
        // One file has one lock, by whatever link it is opened.
        let real = file.canonicalize().unwrap_or_else(|_| file.to_owned());
        let path = beside(&real);
        let of_sql = |error: rusqlite::Error| match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Trouble::Taken(file.to_owned()),
            _ => Trouble::Failed(format!("its lock `{}`: {error}", path.display())),
        };
        let connection = Connection::open(&path).map_err(of_sql)?;
        connection.busy_timeout(PATIENCE).map_err(of_sql)?;
        connection.execute_batch("BEGIN EXCLUSIVE").map_err(of_sql)?;
        Ok(Self { _connection: connection })
    }
}

fn beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".lock");
    name.into()
}
