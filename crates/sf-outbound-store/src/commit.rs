//! Who may commit.

use crate::savepoint::{execute, or_roll_back};
use crate::trouble::Trouble;
use rusqlite::Connection;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The right to commit on a connection, which nobody else has: SQLite rolls back what an operation would commit, be it
/// by a `COMMIT` of its own or by going on when the transaction was rolled back for a full disk. So others of the same
/// transaction are never told of a failure while their rows are there.
pub(crate) struct Commits(Arc<AtomicBool>);

impl Commits {
    /// From now on the connection commits by [`Commits::commit`] only.
    // Newer versions of rusqlite want it mutable.
    #[allow(clippy::needless_pass_by_ref_mut)]
    pub(crate) fn of(connection: &mut Connection) -> Result<Self, Trouble> {
        let allowed = Arc::<AtomicBool>::default();
        let asked = Arc::clone(&allowed);
        connection.commit_hook(Some(move || !asked.load(Ordering::Relaxed)))?;
        Ok(Self(allowed))
    }

    /// Commits, or rolls back where that fails.
    pub(crate) fn commit(&self, connection: &Connection) -> Result<(), Trouble> {
        self.0.store(true, Ordering::Relaxed);
        let done = execute(connection, "COMMIT");
        self.0.store(false, Ordering::Relaxed);
        or_roll_back(connection, done)
    }
}
