//! How long a message waits to be stored.
//!
//! A handler in the transaction, or a slow disk, holds up the thread that writes, and no executor's timer is at hand: so a
//! thread of its own answers those that have waited long enough.

use futures_channel::oneshot;
use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// An answer that is given once: by whoever has the result, or when there was enough waiting.
pub(crate) struct Answer<T>(Arc<Mutex<Option<oneshot::Sender<T>>>>);

impl<T> Answer<T> {
    pub(crate) fn give(&self, result: T) {
        let sender = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        // Whoever asked may be gone.
        drop(sender.map(|sender| sender.send(result)));
    }

    fn is_given(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_none()
    }
}

impl<T> Clone for Answer<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

/// The answers that are waited for, each for the same time.
pub(crate) struct Patience<T> {
    time: Duration,
    late: fn() -> T,
    waiting: Mutex<Waiting<T>>,
    changed: Condvar,
}

struct Waiting<T> {
    /// In the order of their ends.
    answers: VecDeque<(Instant, Answer<T>)>,
    is_over: bool,
}

impl<T: Send + 'static> Patience<T> {
    /// Begins to wait; `late` is the answer of those that have waited so long.
    pub(crate) fn start(time: Duration, late: fn() -> T) -> io::Result<Arc<Self>> {
        let waiting = Mutex::new(Waiting { answers: VecDeque::new(), is_over: false });
        let this = Arc::new(Self { time, late, waiting, changed: Condvar::new() });
        let watching = Arc::clone(&this);
        thread::Builder::new().name("sf-outbound patience".into()).spawn(move || watching.watch())?;
        Ok(this)
    }

    fn lock(&self) -> MutexGuard<'_, Waiting<T>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An answer, and where it arrives.
    pub(crate) fn answer(&self) -> (Answer<T>, oneshot::Receiver<T>) {
        let (sender, receiver) = oneshot::channel();
        let answer = Answer(Arc::new(Mutex::new(Some(sender))));
        // A time that has no end is waited for without one.
        if let Some(until) = Instant::now().checked_add(self.time) {
            let mut waiting = self.lock();
            // Those that are given need no watching, so that few are kept.
            while waiting.answers.front().is_some_and(|(_, first)| first.is_given()) {
                waiting.answers.pop_front();
            }
            waiting.answers.push_back((until, answer.clone()));
            if waiting.answers.len() == 1 {
                self.changed.notify_one();
            }
        }
        (answer, receiver)
    }

    pub(crate) fn end(&self) {
        self.lock().is_over = true;
        self.changed.notify_one();
    }

    fn watch(&self) {
        let mut waiting = self.lock();
        while !waiting.is_over {
            let first = waiting.answers.front().map(|(until, _)| *until);
            let left = first.map(|until| until.saturating_duration_since(Instant::now()));
            waiting = match left {
                Some(Duration::ZERO) => {
                    let late = waiting.answers.pop_front();
                    drop(waiting);
                    if let Some((_, answer)) = late {
                        answer.give((self.late)());
                    }
                    self.lock()
                }
                Some(left) => {
                    let waited = self.changed.wait_timeout(waiting, left);
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
                None => self.changed.wait(waiting).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }
}
