//! How long the statements of a part of an operation may take.

use crate::trouble::Trouble;
use rusqlite::Connection;
use std::cell::Cell;
use std::time::{Duration, Instant};

/// Steps of SQLite's machine between two looks at the clock: less than a millisecond.
const STEPS: i32 = 10_000;

thread_local! {
    static UNTIL: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// Interrupts the statements of the connection that are [`within`] a time and go on behind it.
// Newer versions of rusqlite want it mutable.
#[allow(clippy::needless_pass_by_ref_mut)]
pub(crate) fn watch(connection: &mut Connection) -> Result<(), Trouble> {
    let is_over = || UNTIL.get().is_some_and(|until| Instant::now() >= until);
    Ok(connection.progress_handler(STEPS, Some(is_over))?)
}

/// Runs a part of an operation of [`Database::write`](crate::Database::write), whose statements are interrupted when it takes
/// longer than this. Code that runs no statement can't be interrupted.
///
/// SQLite may roll back the whole transaction for it: see [`Trouble::RolledBack`].
///
/// # Example
///
/// ```
/// use sf_outbound_store::rusqlite::ErrorCode;
/// use sf_outbound_store::{Database, Schema, Trouble, within};
/// use std::time::Duration;
///
/// # const SCHEMA: Schema = Schema { application_id: *b"note", what: "a notebook", tables: &[], upgrades: &[] };
/// let database = Database::in_memory(&SCHEMA)?;
/// database.write(|connection| {
///     let for_ever = "WITH RECURSIVE n(i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
///     let count = within(Duration::from_millis(1), || connection.query_row(for_ever, [], |row| row.get::<_, i64>(0)));
///     assert_eq!(count.unwrap_err().sqlite_error_code(), Some(ErrorCode::OperationInterrupted));
///     Ok::<_, Trouble>(())
/// })?;
/// # Ok::<(), Trouble>(())
/// ```
pub fn within<T>(time: Duration, part: impl FnOnce() -> T) -> T {
    /// Also where the part panics.
    struct Before(Option<Instant>);
    impl Drop for Before {
        fn drop(&mut self) {
            UNTIL.set(self.0);
        }
    }
    // A time that has no end is none.
    let _before = Before(UNTIL.replace(Instant::now().checked_add(time)));
    part()
}
