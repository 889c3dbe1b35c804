//! The server as a tower `Service` for `http` requests.

use crate::ack::Reply;
use crate::server::{Dispatch, Head, Server, check_head};
use bytes::Bytes;
use http::header::{ALLOW, CONTENT_TYPE, HeaderValue};
use http::{Request, Response, StatusCode};
use http_body::Body;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use std::convert::Infallible;
use std::error::Error;
use std::pin::Pin;
use std::task::{Context, Poll};

impl<O, S, B> tower_service::Service<Request<B>> for Server<O, S>
where
    O: Dispatch<S>,
    S: Send + Sync + 'static,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let server = self.clone();
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let content_type = parts.headers.get(CONTENT_TYPE).map(|value| value.to_str().unwrap_or("?"));
            let head = Head { method: parts.method.as_str(), content_type };
            Ok(respond(server.answer(head, body).await))
        })
    }
}

impl<O: Dispatch<S>, S: Send + Sync + 'static> Server<O, S> {
    /// Nothing of the body is read where head or announced length are refused.
    async fn answer<B>(&self, head: Head<'_>, body: B) -> Reply
    where
        B: Body,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        if let Err(reply) = check_head(head) {
            return reply;
        }
        if body.size_hint().lower() > self.body_bytes() as u64 {
            return self.too_long();
        }
        match Limited::new(body, self.body_bytes()).collect().await {
            Ok(body) => self.handle(head, body.to_bytes()).await,
            Err(error) if error.is::<LengthLimitError>() => self.too_long(),
            Err(_) => Reply::plain(400, "the body could not be read to its end\n".into()),
        }
    }
}

fn respond(reply: Reply) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(reply.body));
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(reply.content_type));
    if let Some(allow) = reply.allow {
        headers.insert(ALLOW, HeaderValue::from_static(allow));
    }
    response
}
