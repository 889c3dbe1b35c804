//! The one thread that writes.

use crate::commit::Commits;
use crate::savepoint::{execute, is_lost, savepoint};
use crate::trouble::Trouble;
use rusqlite::Connection;
use rusqlite::config::DbConfig;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread::{self, JoinHandle, ThreadId};

/// Operations that share a commit; more gain nothing.
const GROUP: usize = 16;
/// Tells whoever asked how it went; `Err` when the commit failed.
type Answer = Box<dyn FnOnce(Result<(), Trouble>) + Send>;
/// Runs in the transaction, or hears why there is none.
type Job = Box<dyn FnOnce(Result<&Connection, Trouble>) -> Answer + Send>;

pub(crate) struct Writer {
    jobs: Mutex<Option<mpsc::Sender<Job>>>,
    shared: Arc<Shared>,
    thread: Mutex<Option<JoinHandle<()>>>,
    id: ThreadId,
}

#[derive(Default)]
struct Shared {
    is_killed: AtomicBool,
    changes: AtomicU64,
}

impl Writer {
    pub(crate) fn start(connection: Connection, commits: Commits) -> Result<Self, Trouble> {
        let (sender, jobs) = mpsc::channel();
        let shared = Arc::<Shared>::default();
        let thread = thread::Builder::new().name("sf-outbound store".into()).spawn({
            let shared = Arc::clone(&shared);
            move || work(&connection, &commits, &jobs, &shared)
        });
        let thread = thread.map_err(|error| Trouble::Failed(error.to_string()))?;
        let id = thread.thread().id();
        Ok(Self { jobs: Mutex::new(Some(sender)), shared, thread: Mutex::new(Some(thread)), id })
    }

    pub(crate) fn run<T: Send + 'static, E: From<Trouble> + Send + 'static>(
        &self,
        operation: impl FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E> {
        if self.is_here() {
            let why = "an operation can't wait for another one of the same database";
            return Err(Trouble::Failed(why.to_owned()).into());
        }
        let (sender, answer) = mpsc::sync_channel(1);
        // Whoever asked may be gone.
        self.send(operation, move |result| drop(sender.send(result)))?;
        answer.recv().map_err(|_| Trouble::Closed)?.unwrap_or_else(|panic| resume_unwind(panic))
    }

    /// Hands an operation over, and calls `answer` in the writing thread with its result or its panic.
    pub(crate) fn send<T: Send + 'static, E: From<Trouble> + Send + 'static>(
        &self,
        operation: impl FnOnce(&Connection) -> Result<T, E> + Send + 'static,
        answer: impl FnOnce(thread::Result<Result<T, E>>) + Send + 'static,
    ) -> Result<(), Trouble> {
        let job: Job = Box::new(move |connection| {
            // A panic is the business of whoever asked, and not that of all others.
            let result = catch_unwind(AssertUnwindSafe(|| match connection {
                Ok(connection) => savepoint(connection, || operation(connection)),
                Err(trouble) => Err(trouble.into()),
            }));
            // The operation's own reason says more than that of the commit.
            Box::new(move |committed| {
                let commit = |done| committed.map(|()| done).map_err(E::from);
                answer(result.map(|result| result.and_then(commit)));
            })
        });
        // Whoever waits is bounded: by threads, or by the requests that a server takes.
        let jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner).clone();
        jobs.and_then(|jobs| jobs.send(job).ok()).ok_or(Trouble::Closed)
    }

    pub(crate) fn changes(&self) -> u64 {
        self.shared.changes.load(Ordering::Relaxed)
    }

    /// Finishes what waits.
    pub(crate) fn close(&self) {
        drop(self.jobs.lock().unwrap_or_else(PoisonError::into_inner).take());
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        // An operation that drops the database ends the thread only by its own end.
        if let Some(thread) = thread.filter(|_| !self.is_here()) {
            // A thread that panicked has nothing left to say.
            drop(thread.join());
        }
    }

    /// From now on nothing is committed.
    pub(crate) fn kill(&self) {
        self.shared.is_killed.store(true, Ordering::SeqCst);
    }

    /// Whether an operation asks.
    fn is_here(&self) -> bool {
        thread::current().id() == self.id
    }
}

fn work(connection: &Connection, commits: &Commits, jobs: &mpsc::Receiver<Job>, shared: &Shared) {
    let is_killed = || shared.is_killed.load(Ordering::SeqCst);
    let mut answers = Vec::with_capacity(GROUP);
    while let Ok(first) = jobs.recv() {
        // At once for writing: another process may be writing too, and a transaction that has read can't wait for it.
        if let Err(trouble) = execute(connection, "BEGIN IMMEDIATE") {
            first(Err(trouble.clone()))(Err(trouble));
            continue;
        }
        answers.push(first(Ok(connection)));
        while answers.len() < GROUP
            && !is_lost(connection)
            && let Ok(job) = jobs.try_recv()
        {
            answers.push(job(Ok(connection)));
        }
        if is_killed() {
            // The answers are dropped with what they are about.
            break;
        }
        let committed =
            if is_lost(connection) { Err(Trouble::RolledBack) } else { commits.commit(connection) };
        shared.changes.store(connection.total_changes(), Ordering::Relaxed);
        for answer in answers.drain(..) {
            answer(committed.clone());
        }
    }
    if is_killed() {
        // A crash would not fold the write-ahead log into the file either.
        drop(connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true));
    }
}
