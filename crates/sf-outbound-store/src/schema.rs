//! The tables of a file, and those of older ones.

use crate::trouble::Trouble;
use rusqlite::{Connection, ErrorCode};

/// Whose the file is, its tables, and how the tables of older files become today's.
///
/// A file says its version in SQLite's `user_version`. The first version is 1, and each upgrade makes one more, so a
/// program's version is [`Schema::version`]: upgrades are added at the end and never changed.
///
/// # Example
///
/// The second version of this program added a column:
///
/// ```
/// use sf_outbound_store::Schema;
///
/// const NOTES: Schema = Schema {
///     application_id: *b"note",
///     what: "a notebook",
///     tables: &["
///         CREATE TABLE note(id INTEGER PRIMARY KEY, text TEXT NOT NULL, read INTEGER NOT NULL DEFAULT 0) STRICT;
///     "],
///     upgrades: &[
///         // From 1 to 2.
///         "ALTER TABLE note ADD COLUMN read INTEGER NOT NULL DEFAULT 0;",
///     ],
/// };
/// assert_eq!(NOTES.version(), 2);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Schema {
    /// Marks the file as this program's: SQLite's `application_id`, of which `file` and others tell it. Not all zero,
    /// as that is what every file has that says nothing.
    pub application_id: [u8; 4],
    /// A name for the file. It ends the sentence "the file is not …".
    pub what: &'static str,
    /// Statements that make the tables of a new file, such as a text from each module that has tables.
    pub tables: &'static [&'static str],
    /// Statements that make the tables of the version 2 of those of version 1, of 3 of those of 2, and so on. The result
    /// should be what `tables` makes; a test of the program can compare `sqlite_schema`.
    pub upgrades: &'static [&'static str],
}

impl Schema {
    /// The version of the tables that this program knows.
    #[must_use]
    pub const fn version(&self) -> i32 {
        // Nobody writes two thousand million upgrades.
        #[allow(clippy::cast_possible_truncation, clippy::cast_possible_wrap)]
        let upgrades = self.upgrades.len() as i32;
        1 + upgrades
    }

    /// The version of a file; `None` where there are no tables yet.
    ///
    /// **Errors.** [`Trouble::Foreign`], [`Trouble::Later`].
    pub(crate) fn version_of(&self, connection: &Connection) -> Result<Option<i32>, Trouble> {
        let number = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i32>(0));
        let is_empty = connection.query_row("SELECT count(*) = 0 FROM sqlite_schema", [], |row| row.get(0));
        let is_empty = is_empty.map_err(|error| match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => Trouble::Foreign(self.what),
            _ => error.into(),
        })?;
        let (ours, id) = (i32::from_be_bytes(self.application_id), number("application_id")?);
        if ours == 0 {
            let why = "the schema has no application id: give it four bytes of your own";
            return Err(Trouble::Failed(why.to_owned()));
        }
        if is_empty && (id == 0 || id == ours) {
            return Ok(None);
        }
        let (version, known) = (number("user_version")?, self.version());
        match version {
            _ if id != ours => Err(Trouble::Foreign(self.what)),
            ..1 => Err(Trouble::Foreign(self.what)),
            _ if version > known => Err(Trouble::Later { version, known }),
            _ => Ok(Some(version)),
        }
    }

    /// Makes the tables where there are none, or brings older ones up to date. Runs in a transaction.
    pub(crate) fn migrate(&self, connection: &Connection) -> Result<(), Trouble> {
        let Some(version) = self.version_of(connection)? else {
            for statements in self.tables {
                connection.execute_batch(statements)?;
            }
            connection.pragma_update(None, "application_id", i32::from_be_bytes(self.application_id))?;
            return Ok(connection.pragma_update(None, "user_version", self.version())?);
        };
        let done = usize::try_from(version - 1).unwrap_or_default();
        let Some(missing) = self.upgrades.get(done..).filter(|missing| !missing.is_empty()) else {
            return Ok(());
        };
        for statements in missing {
            connection.execute_batch(statements)?;
        }
        Ok(connection.pragma_update(None, "user_version", self.version())?)
    }
}
