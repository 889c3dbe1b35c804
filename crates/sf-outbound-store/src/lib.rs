//! A SQLite file with one thread that writes and connections that read. It knows no table: those are a [`Schema`].
//!
//! - Operations are closures over a [`rusqlite::Connection`]. [`Database::write`] runs one in a transaction, and returns
//!   when it is committed.
//! - Writes that wait at the same time share a commit and so an fsync, each within a savepoint of its own.
//! - [`Database::read`] and [`Database::scan`] run where they are called, on a connection that only reads. A read holds up
//!   no write, sees one moment of the file, and each write that was answered before it began.
//! - One process at a time opens a file: a lock file beside it says so. Other programs may read the file, back it up, and
//!   write to it, while it is open.
//! - [`Database::open`] makes the tables of a new file, and brings those of an older version up to date, all or nothing.

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

mod backup;
mod commit;
mod database;
mod deadline;
mod lock;
mod readers;
mod savepoint;
mod schema;
mod trouble;
mod writer;

pub use database::{Database, Synchronous};
pub use deadline::within;
pub use rusqlite;
pub use savepoint::savepoint;
pub use schema::Schema;
pub use trouble::Trouble;
