//! What can go wrong with a database.

use rusqlite::{Error, ErrorCode};
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// How long another process may keep the file from being written or read, as a tool does that changes something in it.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

/// A problem of the database, not of an operation. Its text contains no value of a row, as long as operations bind their
/// values and do not write them into statements.
///
/// # Example
///
/// ```
/// use sf_outbound_store::Trouble;
/// use sf_outbound_store::rusqlite;
///
/// /// Why an operation of this program was refused.
/// enum Refused {
///     NoSuchRow,
///     Database(Trouble),
/// }
///
/// impl From<Trouble> for Refused {
///     fn from(trouble: Trouble) -> Self {
///         Self::Database(trouble)
///     }
/// }
///
/// // So that an operation can use `?` on statements.
/// impl From<rusqlite::Error> for Refused {
///     fn from(error: rusqlite::Error) -> Self {
///         Trouble::from(error).into()
///     }
/// }
///
/// let can_be_tried_again = |trouble: &Trouble| matches!(trouble, Trouble::Busy | Trouble::RolledBack);
/// # assert!(can_be_tried_again(&Trouble::Busy));
/// # drop((Refused::NoSuchRow, Refused::from(Trouble::Closed)));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// Another process has opened the file.
    Taken(PathBuf),
    /// Another process kept the file locked for more than 5 seconds.
    Busy,
    /// The file was written by another program, or is no SQLite database. With what it should be, [`Schema::what`].
    ///
    /// [`Schema::what`]: crate::Schema::what
    Foreign(&'static str),
    /// A later version of the program wrote the file.
    Later {
        /// Of the file.
        version: i32,
        /// The greatest that this program knows.
        known: i32,
    },
    /// The operation was undone, because its transaction could not be committed or was rolled back. That can be another
    /// operation's trouble, such as a full disk.
    RolledBack,
    /// The operation panicked; nothing of it is done.
    Panicked,
    /// The database was closed.
    Closed,
    /// Anything else, such as a full disk, in SQLite's words.
    Failed(String),
}

impl From<rusqlite::Error> for Trouble {
    #[cold]
    fn from(error: rusqlite::Error) -> Self {
        if matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked)) {
            return Self::Busy;
        }
        Self::Failed(match error {
            // The words of these show the value.
            Error::IntegralValueOutOfRange(column, _) | Error::FromSqlConversionFailure(column, ..) => {
                format!("the value of column {column} is not of the type that the program reads")
            }
            Error::ToSqlConversionFailure(_) => "a value of the program can't be stored".to_owned(),
            other => other.to_string(),
        })
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Taken(file) => write!(f, "another process has opened `{}`", file.display()),
            Self::Busy => write!(f, "another process kept the file locked for too long"),
            Self::Foreign(what) => write!(f, "the file is not {what}"),
            Self::Later { version, known } => write!(
                f,
                "the file has version {version}, and this program knows those up to {known}: a later one wrote it"
            ),
            Self::RolledBack => write!(f, "the transaction was rolled back"),
            Self::Panicked => write!(f, "the operation panicked"),
            Self::Closed => write!(f, "the database was closed"),
            Self::Failed(why) => write!(f, "{why}"),
        }
    }
}

impl std::error::Error for Trouble {}
