//! A part of a transaction that is done wholly or not at all.

use crate::trouble::Trouble;
use rusqlite::Connection;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

// Of a name that no operation gives a savepoint of its own.
const BEGIN: &str = "SAVEPOINT \"sf-outbound-store\"";
const UNDO: &str = "ROLLBACK TO \"sf-outbound-store\"";
const END: &str = "RELEASE \"sf-outbound-store\"";

/// Runs a part of an operation wholly or not at all: where it gives an error or panics, nothing of it is done, and the
/// operation can go on.
///
/// Savepoints can be nested. [`Database::write`](crate::Database::write) runs each operation in one.
///
/// **Errors.** The part's own; [`Trouble::RolledBack`] where SQLite has rolled the whole transaction back, as it does
/// when the disk is full.
///
/// # Example
///
/// ```
/// use sf_outbound_store::{Database, Schema, Trouble, savepoint};
///
/// const SCHEMA: Schema = Schema {
///     application_id: *b"tags",
///     what: "a list of tags",
///     tables: &["CREATE TABLE tag(name TEXT PRIMARY KEY) STRICT;"],
///     upgrades: &[],
/// };
/// let database = Database::in_memory(&SCHEMA)?;
/// let added = database.write(|connection| {
///     let add = |name| connection.execute("INSERT INTO tag VALUES (?1)", [name]);
///     add("red")?;
///     // The second line fails, so the first of the two is undone.
///     let both = savepoint(connection, || {
///         add("blue")?;
///         add("red").map_err(Trouble::from)
///     });
///     assert!(both.is_err());
///     Ok::<_, Trouble>(connection.query_row("SELECT count(*) FROM tag", [], |row| row.get::<_, i64>(0))?)
/// })?;
/// assert_eq!(added, 1);
/// # Ok::<(), Trouble>(())
/// ```
pub fn savepoint<T, E: From<Trouble>>(
    connection: &Connection,
    operation: impl FnOnce() -> Result<T, E>,
) -> Result<T, E> {
    if is_lost(connection) {
        return Err(Trouble::RolledBack.into());
    }
    execute(connection, BEGIN)?;
    let result = match catch_unwind(AssertUnwindSafe(operation)) {
        Ok(result) => result,
        Err(panic) => {
            // What can't be undone is left to the transaction, which can't be committed then either.
            drop(undo(connection));
            resume_unwind(panic);
        }
    };
    if is_lost(connection) {
        // With the savepoint; the operation's own reason says more.
        return result.and(Err(Trouble::RolledBack.into()));
    }
    if result.is_err() {
        undo(connection)?;
    } else {
        or_roll_back(connection, execute(connection, END))?;
    }
    result
}

/// Runs a statement that gives no rows.
pub(crate) fn execute(connection: &Connection, sql: &str) -> Result<(), Trouble> {
    let done = connection.prepare_cached(sql).and_then(|mut statement| statement.execute([]));
    done.map(drop).map_err(Trouble::from)
}

/// Rolls back everything where a part of it could not be ended.
pub(crate) fn or_roll_back(connection: &Connection, done: Result<(), Trouble>) -> Result<(), Trouble> {
    if done.is_err() && !is_lost(connection) {
        drop(execute(connection, "ROLLBACK"));
    }
    done
}

fn undo(connection: &Connection) -> Result<(), Trouble> {
    or_roll_back(connection, execute(connection, UNDO).and_then(|()| execute(connection, END)))
}

/// Whether the transaction is over before its end: SQLite rolls it back itself when the disk is full. What came now would
/// be written alone.
pub(crate) fn is_lost(connection: &Connection) -> bool {
    connection.is_autocommit()
}
