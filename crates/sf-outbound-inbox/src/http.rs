//! The inbox as a tower service.

use crate::inbox::Inbox;
use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use http_body_util::Full;
use sf_outbound::{Head, Reply};
use std::convert::Infallible;
use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use tower_service::Service;

/// The reply to one request.
///
/// # Example
///
/// ```
/// use sf_outbound_inbox::ResponseFuture;
///
/// async fn status(future: ResponseFuture) -> u16 {
///     let Ok(response) = future.await;
///     response.status().as_u16()
/// }
/// ```
pub struct ResponseFuture(Pin<Box<dyn Future<Output = Reply> + Send>>);

impl Future for ResponseFuture {
    type Output = Result<Response<Full<Bytes>>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.as_mut().poll(context).map(|reply| Ok(reply.into()))
    }
}

impl fmt::Debug for ResponseFuture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ResponseFuture")
    }
}

/// Reads the body within its limit, stores the message, and replies.
impl<B> Service<Request<B>> for Inbox
where
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = ResponseFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> ResponseFuture {
        let inbox = self.clone();
        ResponseFuture(Box::pin(async move {
            let (parts, body) = request.into_parts();
            let head = Head::from(&parts);
            match inbox.reader.body(head, body).await {
                Ok(body) => inbox.accept(head, &body).await,
                Err(refusal) => refusal.into(),
            }
        }))
    }
}
