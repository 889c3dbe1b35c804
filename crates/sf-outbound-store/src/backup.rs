//! A copy of a database that is in use.

use crate::trouble::Trouble;
use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};
use std::fs::{self, OpenOptions};
use std::path::Path;

/// Copies what a connection sees at one moment into a new file, which its owner alone can read.
pub(crate) fn copy(from: &Connection, to: &Path) -> Result<(), Trouble> {
    let failed = |error: &dyn std::fmt::Display| Trouble::Failed(format!("{}: {error}", to.display()));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    drop(options.open(to).map_err(|error| failed(&error))?);
    fill(from, to).inspect_err(|_| {
        // A part of a copy is none.
        drop(fs::remove_file(to));
    })
}

fn fill(from: &Connection, to: &Path) -> Result<(), Trouble> {
    let mut copy = Connection::open(to)?;
    let backup = Backup::new(from, &mut copy)?;
    // All pages in one step, for between two steps others may write.
    match backup.step(-1)? {
        StepResult::Done => Ok(()),
        _ => Err(Trouble::Busy),
    }
}
