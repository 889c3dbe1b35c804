//! Server-sent events that say that something has changed. The page then loads its parts again.

use crate::door::{Refusal, Session};
use axum::http::header::CACHE_CONTROL;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{StreamExt, unfold};
use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, watch};
use tokio::time::sleep;

/// The pause between two looks for a change: no page is drawn again more often.
const LOOK: Duration = Duration::from_millis(700);
/// The time after which a line is sent without a change: only by writing can the server notice that nobody listens.
const SILENT: Duration = Duration::from_secs(14);
/// The pause before a browser that lost the connection tries again.
const RETRY: Duration = Duration::from_secs(2);
/// The most pages that listen at once: each uses a connection.
const LISTENERS: usize = 32;

/// Tells pages that something has changed: at most 32 at once, at most every 0.7 seconds.
///
/// `changes` returns a number that differs after each change, such as a count of commits. The server calls it every 0.7
/// seconds for each page that listens, on its own thread, so it must not block.
///
/// # Example
///
/// ```
/// use sf_outbound_page::Live;
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicU64, Ordering};
/// use tokio::sync::watch;
///
/// let changes = Arc::new(AtomicU64::new(0));
/// let counted = Arc::clone(&changes);
/// // The same channel that ends the server.
/// let (stop, stopped) = watch::channel(());
/// let live = Live::new(move || counted.load(Ordering::Relaxed), stopped);
/// changes.fetch_add(1, Ordering::Relaxed);
/// ```
#[derive(Clone)]
pub struct Live {
    changes: Arc<dyn Fn() -> u64 + Send + Sync>,
    /// Ends together with the server.
    end: watch::Receiver<()>,
    listeners: Arc<Semaphore>,
}

impl Live {
    /// Tells pages of changes until the sender of `end` is dropped.
    pub fn new(changes: impl Fn() -> u64 + Send + Sync + 'static, end: watch::Receiver<()>) -> Self {
        Self { changes: Arc::new(changes), end, listeners: Arc::new(Semaphore::new(LISTENERS)) }
    }

    /// Sends events until the listener leaves or logs out, or the server ends.
    pub(crate) fn answer(&self, session: Option<Session>) -> Result<Response, Refusal> {
        let place = Arc::clone(&self.listeners).try_acquire_owned().map_err(|_| Refusal::Listeners)?;
        let (mut end, changes) = (self.end.clone(), Arc::clone(&self.changes));
        let ended = async move {
            let logged_out = async {
                match session {
                    Some(session) => session.ended().await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = logged_out => {}
                // The server's end is that the other side is dropped.
                _ = end.changed() => {}
            }
        };
        let first = Event::default().retry(RETRY);
        let events = unfold(
            (changes(), Some(first), changes, place),
            |(mut seen, first, changes, place)| async move {
                if let Some(first) = first {
                    return Some((Ok::<_, Infallible>(first), (seen, None, changes, place)));
                }
                loop {
                    sleep(LOOK).await;
                    let now = changes();
                    if now != seen {
                        seen = now;
                        return Some((
                            Ok(Event::default().event("change").data("now")),
                            (seen, None, changes, place),
                        ));
                    }
                }
            },
        );
        let silent = KeepAlive::new().interval(SILENT).text("still here");
        let mut response = Sse::new(events.take_until(ended)).keep_alive(silent).into_response();
        // The guard says that nothing is kept at all.
        response.headers_mut().remove(CACHE_CONTROL);
        Ok(response)
    }
}

impl fmt::Debug for Live {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Live").field("free", &self.listeners.available_permits()).finish_non_exhaustive()
    }
}
