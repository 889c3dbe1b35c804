//! Server-sent events: that something has changed. What, a page reads anew.

use super::Page;
use axum::body::Body;
use axum::extract::State as Of;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http_body::Frame;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::mpsc;

/// Between two looks at whether something has changed: at most so often a page is drawn anew.
const LOOK: Duration = Duration::from_millis(700);
/// Looks without a change after which a line is sent all the same: whether anybody listens shows in writing only.
const SILENT: u32 = 20;

struct Events(mpsc::Receiver<Bytes>);

impl http_body::Body for Events {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.poll_recv(context).map(|bytes| bytes.map(|bytes| Ok(Frame::data(bytes))))
    }
}

pub(super) async fn live(Of(page): Of<Page>) -> Response {
    let (sender, receiver) = mpsc::channel(1);
    tokio::spawn(watch(page, sender));
    ([(CONTENT_TYPE, "text/event-stream")], Body::new(Events(receiver))).into_response()
}

/// Until the listener or the server ends.
async fn watch(mut page: Page, sender: mpsc::Sender<Bytes>) {
    let mut seen = page.state.shared.store.changes();
    let mut silent = 0;
    let mut line = Bytes::from_static(b"retry: 2000\n\n");
    loop {
        if !line.is_empty() && sender.send(std::mem::take(&mut line)).await.is_err() {
            return;
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            () = sender.closed() => return,
            // The server's end is that the other side is dropped.
            _ = page.end.changed() => return,
        }
        let now = page.state.shared.store.changes();
        silent = if now == seen { silent + 1 } else { 0 };
        if now != seen {
            seen = now;
            line = Bytes::from_static(b"event: change\ndata: \n\n");
        } else if silent % SILENT == 0 {
            line = Bytes::from_static(b": still here\n\n");
        }
    }
}
