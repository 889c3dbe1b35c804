//! Server-sent events: that something has changed. What, a page reads anew.

use super::view::{Page, error_page};
use crate::error::{self, Error};
use axum::Extension;
use axum::body::Body;
use axum::extract::State as Of;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http_body::Frame;
use sf_outbound_page::Session;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
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

pub(super) async fn live(Of(page): Of<Page>, session: Option<Extension<Session>>) -> Response {
    let Ok(place) = Arc::clone(&page.listeners).try_acquire_owned() else {
        let error = Error::new(error::BUSY, "too many pages are open: this one is not kept up to date");
        return ([(RETRY_AFTER, "10")], error_page(&error)).into_response();
    };
    let (sender, receiver) = mpsc::channel(1);
    tokio::spawn(async move {
        let mut end = page.end.clone();
        let logged_out = async {
            match session {
                Some(Extension(session)) => session.ended().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = tell(&page, &sender) => {}
            () = sender.closed() => {}
            () = logged_out => {}
            // The server's end is that the other side is dropped.
            _ = end.changed() => {}
        }
        drop(place);
    });
    ([(CONTENT_TYPE, "text/event-stream")], Body::new(Events(receiver))).into_response()
}

/// Until the listener has gone.
async fn tell(page: &Page, sender: &mpsc::Sender<Bytes>) {
    let mut seen = page.state.operator.changes();
    let mut silent = 0;
    let mut line = Bytes::from_static(b"retry: 2000\n\n");
    loop {
        if !line.is_empty() && sender.send(std::mem::take(&mut line)).await.is_err() {
            return;
        }
        tokio::time::sleep(LOOK).await;
        let now = page.state.operator.changes();
        silent = if now == seen { silent + 1 } else { 0 };
        if now != seen {
            seen = now;
            line = Bytes::from_static(b"event: change\ndata: \n\n");
        } else if silent % SILENT == 0 {
            line = Bytes::from_static(b": still here\n\n");
        }
    }
}
