//! A program with a table of its own, and a folder for its file.

// Each test uses a part of it.
#![allow(dead_code)]

use sf_outbound_store::rusqlite::Connection;
use sf_outbound_store::{Database, Schema, Trouble};
use std::path::PathBuf;
use std::thread::JoinHandle;
use std::time::Duration;

/// Long enough for a machine that does much else.
pub(crate) const LONG: Duration = Duration::from_secs(60);

/// A list of words.
pub(crate) const WORDS: Schema = Schema {
    application_id: *b"word",
    what: "a list of words",
    tables: &["CREATE TABLE word(id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;"],
    upgrades: &[],
};

pub(crate) fn in_memory() -> Database {
    Database::in_memory(&WORDS).unwrap()
}

/// A file's name in a folder that goes when the test is over.
pub(crate) fn file() -> (PathBuf, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    (folder.path().join("words.db"), folder)
}

pub(crate) fn insert(connection: &Connection, text: &str) -> Result<(), Trouble> {
    Ok(connection.prepare_cached("INSERT INTO word(text) VALUES (?1)")?.execute([text]).map(drop)?)
}

pub(crate) fn count(connection: &Connection) -> Result<i64, Trouble> {
    Ok(connection.query_row("SELECT count(*) FROM word", [], |row| row.get(0))?)
}

/// Runs in a thread of its own.
pub(crate) fn beside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> JoinHandle<T> {
    std::thread::spawn(work)
}
