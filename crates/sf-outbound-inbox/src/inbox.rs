//! The inbox: stores messages before they are acknowledged, and has what was stored handled.

use crate::counts::Counts;
use crate::outside::is_handler;
use crate::patience::Patience;
use crate::store::arrival::{Arrivals, Stored};
use crate::worker::{Shared, work};
use sf_outbound::{Ack, Fault, Head, RawReader, Reply};
use sf_outbound_store::Trouble;
use std::fmt;
use std::io;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// A durable inbox. A clone is the same inbox; the last one closes it.
///
/// [`Inbox::accept`] stores a message before it is acknowledged, and drops what was stored before. A thread of the inbox
/// hands each notification to the handler of its object.
///
/// As a tower service it answers `http` requests, so that it can be mounted where a plain server would be.
///
/// # Example
///
/// ```
/// use sf_outbound::{Head, Kind, Record, Schema};
/// use sf_outbound_inbox::{Delivery, Inbox};
///
/// let schema = Schema::new("Account", [("Name".to_owned(), Kind::Text)])?;
/// # let folder = tempfile::tempdir()?;
/// # let address = format!("sqlite:{}", folder.path().join("inbox.db").display());
/// let inbox = Inbox::at(&address) // such as `sqlite:inbox.db`
///     .prepare(|tx| Ok(tx.execute_batch("CREATE TABLE IF NOT EXISTS account(id TEXT PRIMARY KEY, name TEXT)")?))
///     .in_transaction_by(schema, |tx, delivery: Delivery<Record>| {
///         let Some(account) = delivery.record.filter(|_| !delivery.is_superseded) else { return Ok(()) };
///         let name = account.get("Name").map(|name| name.to_string());
///         tx.execute("REPLACE INTO account VALUES (?1, ?2)", (account.id().as_str(), name))?;
///         Ok(())
///     })
///     .open()?;
/// # let accept = inbox.accept(Head::post("text/xml"), b"<html/>");
/// # drop(accept);
/// inbox.close();
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Inbox {
    pub(crate) reader: RawReader,
    shared: Arc<Shared>,
    patience: Arc<Patience<Result<Stored, Trouble>>>,
    /// Dropped with the last clone.
    end: Arc<End>,
}

impl Inbox {
    /// Starts the worker.
    pub(crate) fn start(reader: RawReader, shared: Shared, patience: Duration) -> Result<Self, Trouble> {
        let shared = Arc::new(shared);
        let no_thread = |error: io::Error| Trouble::Failed(error.to_string());
        let late = || Err(Trouble::Failed("a message waited too long to be stored".to_owned()));
        let patience = Patience::start(patience, late).map_err(no_thread)?;
        let worker = thread::Builder::new().name("sf-outbound inbox".into()).spawn({
            let shared = Arc::clone(&shared);
            move || work(&shared)
        });
        let worker = Mutex::new(Some(worker.map_err(no_thread)?));
        let end = End { shared: Arc::clone(&shared), worker, patience: Arc::clone(&patience) };
        Ok(Self { reader, shared, patience, end: Arc::new(end) })
    }

    /// Stores the message of a request and gives the reply. It blocks no executor and needs none.
    ///
    /// The reply is an ack when all notifications of the message are on the disk, those that were there before included. It
    /// is a fault where the store fails, and Salesforce sends the message again.
    pub async fn accept(&self, head: Head<'_>, body: &[u8]) -> Reply {
        let message = match self.reader.read(head, body) {
            Ok(message) => Arrivals::of(message),
            Err(refusal) => {
                self.shared.counters.refused.fetch_add(1, Ordering::Relaxed);
                return refusal.into();
            }
        };
        let (answer, stored) = self.patience.answer();
        let now = self.shared.clock.now();
        let shared = Arc::clone(&self.shared);
        let submitted = self.shared.database.submit(
            move |connection| message.store(connection, now),
            move |stored| {
                // Also where nobody waits for it any more.
                if let Ok(stored) = stored {
                    shared.counters.stored(stored);
                    shared.bell.ring();
                }
                answer.give(stored);
            },
        );
        let stored = match submitted {
            Ok(()) => stored.await.unwrap_or(Err(Trouble::Closed)),
            Err(trouble) => Err(trouble),
        };
        self.answer(stored)
    }

    fn answer(&self, stored: Result<Stored, Trouble>) -> Reply {
        match stored {
            Ok(_) => Ack::Accepted.into(),
            Err(trouble) => {
                self.shared.counters.unstored.fetch_add(1, Ordering::Relaxed);
                self.shared.tell(Some(trouble));
                Fault::new("the message could not be stored; it is wanted again").into()
            }
        }
    }

    /// What the inbox has done since it was opened.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.shared.counters.read()
    }

    /// What is wrong with the file, such as a full disk; `None` where it works. For a readiness check.
    ///
    /// ```
    /// use sf_outbound_inbox::Inbox;
    ///
    /// fn status_of_readiness(inbox: &Inbox) -> u16 {
    ///     if inbox.trouble().is_none() { 200 } else { 503 }
    /// }
    /// ```
    #[must_use]
    pub fn trouble(&self) -> Option<Trouble> {
        self.shared.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Copies the inbox into a new file, as it is at one moment, while it goes on storing and handling.
    ///
    /// Whoever restores such a copy loses what came since, though it was acknowledged, and what was handled since is handled
    /// again when Salesforce sends it again: docs/GUIDE.md says what to do.
    ///
    /// **Errors.** Where there is such a file already, and where it can't be written.
    ///
    /// ```
    /// use sf_outbound_inbox::{Inbox, Trouble};
    ///
    /// fn each_night(inbox: &Inbox, date: &str) -> Result<(), Trouble> {
    ///     inbox.backup(format!("/backup/inbox-{date}.db"))
    /// }
    /// ```
    pub fn backup(&self, file: impl AsRef<Path>) -> Result<(), Trouble> {
        self.shared.database.backup(file)
    }

    /// Handles nothing more until [`Inbox::resume`], and goes on storing: while what handlers write to is out of service,
    /// for example. It is not remembered when the program starts again.
    ///
    /// ```
    /// use sf_outbound_inbox::Inbox;
    ///
    /// fn while_it_is_paused(inbox: &Inbox, work: impl FnOnce()) {
    ///     inbox.pause();
    ///     work();
    ///     inbox.resume();
    /// }
    /// ```
    pub fn pause(&self) {
        self.shared.is_paused.store(true, Ordering::SeqCst);
    }

    /// Handles again what is due.
    pub fn resume(&self) {
        self.shared.is_paused.store(false, Ordering::SeqCst);
        self.shared.bell.ring();
    }

    /// Waits for the handlers that are at work, and closes the file. For those outside the transaction it waits no longer
    /// than [`Builder::grace`](crate::Builder::grace).
    ///
    /// What is not handled waits for the next start, and no try of it is counted. A message that comes now is answered with
    /// a fault.
    pub fn close(&self) {
        self.end.now();
    }

    /// For tests: the file, as a handler does not see it.
    #[cfg(test)]
    pub(crate) fn database(&self) -> &sf_outbound_store::Database {
        &self.shared.database
    }
}

impl fmt::Debug for Inbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inbox").field("counts", &self.counts()).finish_non_exhaustive()
    }
}

/// Ends the worker and closes the file.
struct End {
    shared: Arc<Shared>,
    worker: Mutex<Option<JoinHandle<()>>>,
    patience: Arc<Patience<Result<Stored, Trouble>>>,
}

impl End {
    fn now(&self) {
        self.shared.is_ending.store(true, Ordering::SeqCst);
        self.shared.bell.ring();
        // A handler that ends the inbox can't wait for its own end, nor can the worker, which closes the file then.
        if is_handler() {
            return;
        }
        let worker = self.worker.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(worker) = worker.filter(|worker| worker.thread().id() != thread::current().id()) {
            // A thread that panicked has nothing left to say.
            drop(worker.join());
        }
        self.shared.database.close();
    }
}

impl Drop for End {
    fn drop(&mut self) {
        self.now();
        self.patience.end();
    }
}
