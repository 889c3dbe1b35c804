//! The open file: who writes, who reads, and how it is opened and closed.

use crate::backup::copy;
use crate::commit::Commits;
use crate::deadline::watch;
use crate::lock::Lock;
use crate::readers::Readers;
use crate::savepoint::{execute, is_lost};
use crate::schema::Schema;
use crate::trouble::{PATIENCE, Trouble};
use crate::writer::Writer;
use rusqlite::Connection;
use std::fmt;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// What a finished operation survives: SQLite's `synchronous`.
///
/// Each level survives the end of the process, however it ends.
///
/// # Example
///
/// See [`Database::open_with`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Synchronous {
    /// A power cut too: each commit waits for the disk.
    #[default]
    Full,
    /// A power cut can take away what was answered last; the file stays sound.
    Normal,
}

/// An open file, or a database in memory, with one thread that writes and connections that read.
///
/// It is shared by reference or in an [`Arc`](std::sync::Arc). Its functions block, so an async program calls them where
/// it may block, such as tokio's `spawn_blocking`. When it is dropped, it is closed.
///
/// An operation is a closure that gets a [`rusqlite::Connection`] within a transaction. It can run any statement but
/// those that end the transaction, and gives any result or error of yours. It asks for no other operation of the same
/// database.
///
/// # Example
///
/// ```
/// use sf_outbound_store::{Database, Schema, Trouble};
/// use std::ops::ControlFlow;
///
/// const SCHEMA: Schema = Schema {
///     application_id: *b"note",
///     what: "a notebook",
///     tables: &["CREATE TABLE note(id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;"],
///     upgrades: &[],
/// };
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = folder.path().join("notes.db");
///
/// let database = Database::open(&path, &SCHEMA)?;
/// let before = database.changes();
/// let id = database.write(|connection| {
///     connection.execute("INSERT INTO note(text) VALUES (?1)", ["buy milk"])?;
///     Ok::<_, Trouble>(connection.last_insert_rowid())
/// })?;
/// assert_ne!(database.changes(), before);
///
/// let text: String = database.read(move |connection| {
///     let text = connection.query_row("SELECT text FROM note WHERE id = ?1", [id], |row| row.get(0));
///     text.map_err(Trouble::from)
/// })?;
/// assert_eq!(text, "buy milk");
///
/// // A long read, a hundred rows a step.
/// let (mut last, mut letters) = (0, 0);
/// let letters = database.scan(move |connection| {
///     let sql = "SELECT id, length(text) FROM note WHERE id > ?1 ORDER BY id LIMIT 100";
///     let mut statement = connection.prepare_cached(sql)?;
///     let mut rows = statement.query([last])?;
///     let mut seen = 0;
///     while let Some(row) = rows.next()? {
///         last = row.get(0)?;
///         letters += row.get::<_, i64>(1)?;
///         seen += 1;
///     }
///     Ok::<_, Trouble>(if seen < 100 { ControlFlow::Break(letters) } else { ControlFlow::Continue(()) })
/// })?;
/// assert_eq!(letters, 8);
///
/// database.close();
/// assert_eq!(database.write(|_| Ok(())), Err(Trouble::Closed));
/// # Ok::<(), Trouble>(())
/// ```
pub struct Database {
    writer: Writer,
    /// `None` in memory.
    readers: Option<Readers>,
    /// Given back when the file is closed.
    lock: Mutex<Option<Lock>>,
}

impl Database {
    /// Opens a file, or creates it. Its tables are created or brought up to date.
    ///
    /// **Errors.** [`Trouble::Taken`], [`Trouble::Foreign`], [`Trouble::Later`]; otherwise the message of SQLite. The file is not
    /// changed then.
    pub fn open(path: impl AsRef<Path>, schema: &Schema) -> Result<Self, Trouble> {
        let opened = Self::open_with(Some(path.as_ref()), schema, Synchronous::Full, |_| Ok(()));
        opened.map(|(database, ())| database)
    }

    /// Makes a database in memory, as for a test. It has one connection, so what reads waits for what writes.
    ///
    /// **Errors.** SQLite's message about the statements of the schema.
    pub fn in_memory(schema: &Schema) -> Result<Self, Trouble> {
        Self::open_with(None, schema, Synchronous::Full, |_| Ok(())).map(|(database, ())| database)
    }

    /// Opens a file, or with `None` a database in memory, and runs the program's own start in the transaction that makes
    /// the tables or brings them up to date. If the start fails, the file is not changed.
    ///
    /// **Errors.** As [`Database::open`], and the start's own.
    ///
    /// # Example
    ///
    /// A start that refuses the file of another owner:
    ///
    /// ```
    /// use sf_outbound_store::rusqlite::Connection;
    /// use sf_outbound_store::{Database, Schema, Synchronous, Trouble};
    /// use std::path::Path;
    ///
    /// const SCHEMA: Schema = Schema {
    ///     application_id: *b"note",
    ///     what: "a notebook",
    ///     tables: &["CREATE TABLE owner(name TEXT NOT NULL) STRICT;"],
    ///     upgrades: &[],
    /// };
    ///
    /// fn open(path: Option<&Path>, name: &str) -> Result<Database, Trouble> {
    ///     let start = |connection: &Connection| {
    ///         let sql = "INSERT INTO owner SELECT ?1 WHERE NOT EXISTS (SELECT 1 FROM owner)";
    ///         let is_new = connection.execute(sql, [name])? > 0;
    ///         let owner: String = connection.query_row("SELECT name FROM owner", [], |row| row.get(0))?;
    ///         if owner == name { Ok(is_new) } else { Err(Trouble::Foreign("yours")) }
    ///     };
    ///     // Faster, where the last notes may be lost with the power.
    ///     let (database, is_new) = Database::open_with(path, &SCHEMA, Synchronous::Normal, start)?;
    ///     println!("{} notebook", if is_new { "a new" } else { "an old" });
    ///     Ok(database)
    /// }
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("notes.db");
    /// # assert_eq!(Synchronous::default(), Synchronous::Full);
    ///
    /// open(Some(&path), "Ann")?.close();
    /// assert_eq!(open(Some(&path), "Bob").err(), Some(Trouble::Foreign("yours")));
    /// # Ok::<(), Trouble>(())
    /// ```
    pub fn open_with<T, E: From<Trouble>>(
        path: Option<&Path>,
        schema: &Schema,
        synchronous: Synchronous,
        start: impl FnOnce(&Connection) -> Result<T, E>,
    ) -> Result<(Self, T), E> {
        // Connections that read are opened later, when the program may work in another folder. And to SQLite some relative
        // names are none of a file, such as `:memory:`.
        let real = path.map(std::path::absolute).transpose();
        let real = real.map_err(|error| Trouble::Failed(error.to_string()))?;
        let connection = match &real {
            Some(path) => Connection::open(path),
            None => Connection::open_in_memory(),
        };
        let mut connection = connection.map_err(Trouble::from)?;
        connection.busy_timeout(PATIENCE).map_err(Trouble::from)?;
        // Before anything of the file is changed, as it may be somebody else's.
        schema.version_of(&connection)?;
        let lock = path.map(Lock::take).transpose()?;
        settings(&connection, synchronous)?;
        let commits = Commits::of(&mut connection)?;
        watch(&mut connection)?;
        let started = begin(&connection, &commits, schema, start)?;
        let readers = real.map(Readers::new);
        let writer = Writer::start(connection, commits)?;
        Ok((Self { writer, readers, lock: Mutex::new(lock) }, started))
    }

    /// Runs an operation in a transaction and gives its result when that is committed.
    ///
    /// Operations that wait at the same time share a commit, each within a [savepoint](crate::savepoint()) of its own.
    ///
    /// **Errors.** The operation's own, after which nothing of it is done. [`Trouble::Busy`], [`Trouble::RolledBack`] and
    /// [`Trouble::Failed`] of the transaction: nothing is done either. [`Trouble::Closed`].
    ///
    /// **Panics.** If the operation panics. It is undone, and others go on.
    pub fn write<T: Send + 'static, E: From<Trouble> + Send + 'static>(
        &self,
        operation: impl FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E> {
        self.writer.run(operation)
    }

    /// Hands an operation over and returns at once; `answer` is called with its result in the thread that writes, when it is
    /// committed or has failed. For code that must not block, such as a future.
    ///
    /// `answer` should only pass the result on: others wait for their own meanwhile. It is not called where the database is
    /// closed or the process ends before.
    ///
    /// **Errors.** [`Trouble::Closed`]. The answer's are those of [`Database::write`]; an operation that panics is
    /// [`Trouble::Panicked`].
    ///
    /// # Example
    ///
    /// ```
    /// use sf_outbound_store::{Database, Schema, Trouble};
    /// use std::sync::mpsc;
    ///
    /// const SCHEMA: Schema = Schema {
    ///     application_id: *b"logs",
    ///     what: "a log",
    ///     tables: &["CREATE TABLE line(text TEXT NOT NULL) STRICT;"],
    ///     upgrades: &[],
    /// };
    /// let log = Database::in_memory(&SCHEMA)?;
    /// let (sender, answers) = mpsc::channel();
    /// let insert = "INSERT INTO line VALUES ('started')";
    /// log.submit(|connection| Ok::<_, Trouble>(connection.execute(insert, [])?), move |rows| drop(sender.send(rows)))?;
    /// assert_eq!(answers.recv(), Ok(Ok(1)));
    /// # Ok::<(), Trouble>(())
    /// ```
    pub fn submit<T: Send + 'static, E: From<Trouble> + Send + 'static>(
        &self,
        operation: impl FnOnce(&Connection) -> Result<T, E> + Send + 'static,
        answer: impl FnOnce(Result<T, E>) + Send + 'static,
    ) -> Result<(), Trouble> {
        self.writer.send(operation, |result| answer(result.unwrap_or_else(|_| Err(Trouble::Panicked.into()))))
    }

    /// Runs what only reads. It sees one moment of the file, that of its first statement, and each write that was answered
    /// before; it holds up no write. Up to 16 read at the same time, the next one waits.
    ///
    /// **Errors.** The operation's own; [`Trouble::Closed`], and what SQLite says of the file.
    ///
    /// **Panics.** If the operation panics.
    pub fn read<T: Send + 'static, E: From<Trouble> + Send + 'static>(
        &self,
        operation: impl FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E> {
        match &self.readers {
            Some(readers) => readers.run(operation),
            None => self.writer.run(|connection| only_reads(connection, || operation(connection))),
        }
    }

    /// Reads in steps until one gives a result. Of a file all steps see one moment; in memory others write between two
    /// steps.
    ///
    /// **Errors.** As [`Database::read`].
    ///
    /// **Panics.** If a step panics.
    pub fn scan<T: Send + 'static, E: From<Trouble> + Send + 'static>(
        &self,
        mut step: impl FnMut(&Connection) -> Result<ControlFlow<T>, E> + Send + 'static,
    ) -> Result<T, E> {
        if let Some(readers) = &self.readers {
            return readers.run(move |connection| {
                loop {
                    if let ControlFlow::Break(result) = step(connection)? {
                        return Ok(result);
                    }
                }
            });
        }
        loop {
            let flow;
            (step, flow) = self.writer.run(move |connection| {
                let flow = only_reads(connection, || step(connection))?;
                Ok::<_, E>((step, flow))
            })?;
            if let ControlFlow::Break(result) = flow {
                return Ok(result);
            }
        }
    }

    /// Copies the database into a new file, as it is at one moment, while others read and write. The copy is a database of
    /// its own, readable by its owner alone.
    ///
    /// **Errors.** If the file exists already or can't be written. No part of a copy is left.
    ///
    /// # Example
    ///
    /// ```
    /// # use sf_outbound_store::{Database, Schema, Trouble};
    /// # const SCHEMA: Schema = Schema {
    /// #     application_id: *b"note",
    /// #     what: "a notebook",
    /// #     tables: &["CREATE TABLE note(text TEXT NOT NULL) STRICT;"],
    /// #     upgrades: &[],
    /// # };
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let (path, copy) = (folder.path().join("notes.db"), folder.path().join("notes-2026-11-26.db"));
    /// let database = Database::open(&path, &SCHEMA)?;
    /// database.backup(&copy)?;
    /// assert!(database.backup(&copy).is_err(), "it is there already");
    /// Database::open(&copy, &SCHEMA)?.close();
    /// # Ok::<(), Trouble>(())
    /// ```
    pub fn backup(&self, to: impl AsRef<Path>) -> Result<(), Trouble> {
        let to = to.as_ref().to_owned();
        match &self.readers {
            Some(readers) => readers.run(|connection| copy(connection, &to)),
            None => self.writer.run(move |connection| copy(connection, &to)),
        }
    }

    /// A number that changes with each commit that has changed something.
    pub fn changes(&self) -> u64 {
        self.writer.changes()
    }

    /// Finishes what waits, folds the write-ahead log into the file and closes it. Every later operation is
    /// [`Trouble::Closed`].
    pub fn close(&self) {
        // First, so that the writer is the last one and folds the write-ahead log into the file.
        if let Some(readers) = &self.readers {
            readers.close();
        }
        self.writer.close();
        drop(self.lock.lock().unwrap_or_else(PoisonError::into_inner).take());
    }

    /// Closes the file as a crash would, for tests: uncommitted operations are lost, and their callers get
    /// [`Trouble::Closed`].
    ///
    /// # Example
    ///
    /// ```
    /// # use sf_outbound_store::{Database, Schema, Trouble};
    /// # const SCHEMA: Schema = Schema {
    /// #     application_id: *b"note",
    /// #     what: "a notebook",
    /// #     tables: &["CREATE TABLE note(text TEXT NOT NULL) STRICT;"],
    /// #     upgrades: &[],
    /// # };
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("notes.db");
    /// let database = Database::open(&path, &SCHEMA)?;
    /// database.write(|connection| {
    ///     connection.execute("INSERT INTO note VALUES ('buy milk')", []).map_err(Trouble::from)
    /// })?;
    /// database.crash();
    /// let database = Database::open(&path, &SCHEMA)?;
    /// let kept = database.read(|connection| {
    ///     let kept = connection.query_row("SELECT count(*) FROM note", [], |row| row.get::<_, i64>(0));
    ///     kept.map_err(Trouble::from)
    /// })?;
    /// assert_eq!(kept, 1);
    /// # Ok::<(), Trouble>(())
    /// ```
    pub fn crash(&self) {
        self.writer.kill();
        self.close();
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        self.close();
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database").field("changes", &self.changes()).finish_non_exhaustive()
    }
}

/// In memory what reads has a connection that could write; a program hears of it there already, and not only with a file.
fn only_reads<T, E: From<Trouble>>(
    connection: &Connection,
    operation: impl FnOnce() -> Result<T, E>,
) -> Result<T, E> {
    let before = connection.total_changes();
    let result = operation()?;
    // In SQLite's words, as of a file. The savepoint is undone for it.
    let wrote = || Trouble::Failed("attempt to write a readonly database".to_owned());
    if connection.total_changes() == before { Ok(result) } else { Err(wrote().into()) }
}

/// Makes the tables or brings them up to date, and runs the program's start, all or nothing.
fn begin<T, E: From<Trouble>>(
    connection: &Connection,
    commits: &Commits,
    schema: &Schema,
    start: impl FnOnce(&Connection) -> Result<T, E>,
) -> Result<T, E> {
    // At once for writing: another program may be writing, and what has read can't wait for it.
    execute(connection, "BEGIN IMMEDIATE")?;
    schema.migrate(connection)?;
    let started = start(connection)?;
    // Where one of these fails, the connection is closed within the transaction, and so rolls it back.
    if is_lost(connection) {
        return Err(Trouble::RolledBack.into());
    }
    commits.commit(connection)?;
    Ok(started)
}

fn settings(connection: &Connection, synchronous: Synchronous) -> Result<(), Trouble> {
    connection.set_prepared_statement_cache_capacity(64);
    let mode: String = connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))?;
    if mode != "wal" && mode != "memory" {
        return Err(Trouble::Failed("it needs a file system that can share memory: a local one".to_owned()));
    }
    let level = match synchronous {
        Synchronous::Full => "FULL",
        Synchronous::Normal => "NORMAL",
    };
    connection.pragma_update(None, "synchronous", level)?;
    // Without it macOS leaves what was synced in the disk's own memory.
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update(None, "checkpoint_fullfsync", true)?;
    connection.pragma_update(None, "cache_size", -65_536)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    // The write-ahead log is folded into the file at 4 MB, and is not left longer than this.
    Ok(connection.pragma_update(None, "journal_size_limit", 16 << 20)?)
}
