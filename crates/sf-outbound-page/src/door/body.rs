//! Bodies of requests: how long they may take, and what becomes of what an answer did not wait for.

use axum::body::{Body, Bytes};
use axum::http::header::{CONNECTION, EXPECT};
use axum::http::{HeaderValue, Request};
use axum::response::Response;
use http_body::{Body as _, Frame, SizeHint};
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::time::{Sleep, sleep, timeout};

/// What is read of a body that nobody wants, so that the connection goes on; and how long that may take.
const UNWANTED_BYTES: u64 = 16 << 20;
const UNWANTED: Duration = Duration::from_secs(5);

/// A body while somebody reads it.
struct Lent {
    /// Until it is at its end.
    inner: Option<Body>,
    until: Pin<Box<Sleep>>,
    back: Arc<Back>,
}

/// Where it comes back.
#[derive(Default)]
struct Back {
    rest: Mutex<Option<Body>>,
    is_begun: AtomicBool,
    is_late: AtomicBool,
    is_broken: AtomicBool,
}

/// What an answer leaves of a request's body.
pub(super) struct Rest {
    back: Arc<Back>,
    /// The client waits for a word before it sends the body.
    waits: bool,
}

/// Lends the body of a request out for so long; `None` where it has none.
pub(super) fn lend(request: Request<Body>, patience: Duration) -> (Request<Body>, Option<Rest>) {
    if request.body().is_end_stream() {
        return (request, None);
    }
    let back = Arc::new(Back::default());
    let rest = Rest { back: Arc::clone(&back), waits: request.headers().contains_key(EXPECT) };
    let lend = |body| Body::new(Lent { inner: Some(body), until: Box::pin(sleep(patience)), back });
    (request.map(lend), Some(rest))
}

impl Rest {
    /// Whether the body's time was over before its end.
    pub(super) fn is_late(&self) -> bool {
        self.back.is_late.load(Ordering::Relaxed)
    }

    /// Reads on to the body's end, or says that the connection ends with this answer: what would be left of a body
    /// would be taken for the next request.
    pub(super) async fn end(self, response: &mut Response) {
        let rest = self.back.rest.lock().unwrap_or_else(PoisonError::into_inner).take();
        if self.back.is_broken.load(Ordering::Relaxed) {
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        let Some(rest) = rest else { return };
        let is_unsent = self.waits && !self.back.is_begun.load(Ordering::Relaxed);
        let is_long = rest.size_hint().lower() > UNWANTED_BYTES;
        let is_drained =
            !is_unsent && !is_long && !self.is_late() && timeout(UNWANTED, drain(rest)).await == Ok(true);
        if !is_drained {
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
    }
}

/// Whether a body was read to its end.
async fn drain(mut body: Body) -> bool {
    let mut read = 0;
    loop {
        match poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
            None => return true,
            Some(Err(_)) => return false,
            Some(Ok(frame)) => {
                read += frame.data_ref().map_or(0, |data| data.len() as u64);
                if read > UNWANTED_BYTES {
                    return false;
                }
            }
        }
    }
}

impl http_body::Body for Lent {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let Some(inner) = &mut self.inner else { return Poll::Ready(None) };
        let frame = Pin::new(inner).poll_frame(context);
        self.back.is_begun.store(true, Ordering::Relaxed);
        if frame.is_pending() {
            ready!(self.until.as_mut().poll(context));
            self.back.is_late.store(true, Ordering::Relaxed);
            return Poll::Ready(Some(Err(axum::Error::new("the body took too long"))));
        }
        match &frame {
            Poll::Ready(None) => self.inner = None,
            Poll::Ready(Some(Err(_))) => self.back.is_broken.store(true, Ordering::Relaxed),
            _ => {}
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.inner.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.as_ref().map_or_else(|| SizeHint::with_exact(0), http_body::Body::size_hint)
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(inner) = self.inner.take().filter(|inner| !inner.is_end_stream()) {
            *self.back.rest.lock().unwrap_or_else(PoisonError::into_inner) = Some(inner);
        }
    }
}
