//! The transaction in which an operation runs, and how trouble with the file is told.

use super::flight::Flight;
use crate::codes;
use crate::error::Error;
use sf_outbound_store::rusqlite::{self, Connection};
use sf_outbound_store::{Trouble, savepoint};
use std::sync::atomic::AtomicBool;

/// The transaction in which an operation runs.
pub(crate) struct Tx<'c> {
    pub(super) connection: &'c Connection,
    pub(super) beside: &'c Beside,
}

/// What is known beside the file while it is open. The thread that writes sets it and asks for it.
#[derive(Default)]
pub(super) struct Beside {
    /// `None` where each firing of a rule has a notification of its own.
    pub(super) flight: Option<Flight>,
    /// Whether anything of a rehearsal may be remembered, so that it is not looked for where it can't be.
    pub(super) has_marks: AtomicBool,
}

impl Tx<'_> {
    /// Runs an operation wholly or not at all.
    pub(crate) fn whole<T>(&self, operation: impl FnOnce(&Self) -> Result<T, Error>) -> Result<T, Error> {
        savepoint(self.connection, || operation(self))
    }

    /// Lets the file grow no longer than so many pages, so that a test can fill the disk.
    pub(crate) fn limit_pages(&self, pages: u32) -> Result<(), Error> {
        Ok(self.connection.pragma_update(None, "max_page_count", pages)?)
    }

    /// Runs a statement and gives the number of rows that it touched.
    pub(super) fn execute(&self, sql: &str, parameters: impl rusqlite::Params) -> Result<usize, Error> {
        Ok(self.connection.prepare_cached(sql)?.execute(parameters)?)
    }

    /// The first row, if there is one.
    pub(super) fn first<T>(
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
    pub(super) fn all<T>(
        &self,
        sql: &str,
        parameters: impl rusqlite::Params,
        read: impl FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, Error> {
        let mut statement = self.connection.prepare_cached(sql)?;
        Ok(statement.query_map(parameters, read)?.collect::<rusqlite::Result<_>>()?)
    }
}

/// A number of rows as SQL takes it.
pub(super) fn at_most(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

impl From<Trouble> for Error {
    #[cold]
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Taken(file) => {
                let message = format!("another process runs the organization of `{}`", file.display());
                Self::trouble(&codes::STORE_LOCKED, message)
            }
            Trouble::Busy => {
                Self::trouble(&codes::STORE_LOCKED, "another process holds the organization's file")
            }
            Trouble::Foreign(_) | Trouble::Later { .. } => {
                Self::trouble(&codes::STORE_FOREIGN, trouble.to_string())
            }
            Trouble::Closed => Self::trouble(&codes::STOPPED, "the organization was stopped"),
            Trouble::RolledBack | Trouble::Panicked | Trouble::Failed(_) => {
                let message = format!("the organization's file can't be used: {trouble}");
                Self::trouble(&codes::STORE_FAILED, message)
            }
        }
    }
}

impl From<rusqlite::Error> for Error {
    #[cold]
    fn from(error: rusqlite::Error) -> Self {
        Trouble::from(error).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_trouble_is_told_as_one_of_an_organization() {
        let told = |trouble| Error::from(trouble).to_string();
        for (trouble, expected) in [
            (Trouble::Taken("org.db".into()), "SFD0402: another process runs the organization of `org.db`"),
            (Trouble::Busy, "SFD0402: another process holds the organization's file"),
            (Trouble::Foreign("an organization's"), "SFD0403: the file is not an organization's"),
            (
                Trouble::Later { version: 9, known: 5 },
                "SFD0403: the file has version 9, and this program knows those up to 5: a later one wrote it",
            ),
            (
                Trouble::RolledBack,
                "SFD0401: the organization's file can't be used: the transaction was rolled back",
            ),
            (Trouble::Closed, "SFD0404: the organization was stopped"),
            (Trouble::Failed("so".to_owned()), "SFD0401: the organization's file can't be used: so"),
        ] {
            assert_eq!(told(trouble), expected);
        }
    }
}
