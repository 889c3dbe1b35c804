//! What can go wrong with a file.

use rusqlite::ErrorCode;
use std::path::PathBuf;

/// Trouble with the file. No word of it is a value of a row: all values are bound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// Another process runs the file.
    Taken(PathBuf),
    /// Another process holds a lock of the file for too long.
    Busy,
    /// The file is no database.
    Foreign,
    /// The transaction was rolled back for another operation's trouble.
    RolledBack,
    /// It was closed.
    Stopped,
    /// Anything else, in words.
    Failed(String),
}

impl From<rusqlite::Error> for Trouble {
    #[cold]
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::NotADatabase) => Self::Foreign,
            _ => Self::Failed(error.to_string()),
        }
    }
}
