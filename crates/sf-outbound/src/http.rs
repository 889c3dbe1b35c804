//! Server and router as tower `Service`s for `http` requests.

use crate::ack::{Reply, XML};
use crate::codes;
use crate::gate::{Charset, Refusal, check_head, too_long};
use crate::object::SObject;
use crate::reader::{RawReader, RecordReader};
use crate::request::{Head, PeerAddr, Request as Received};
use crate::router::Router;
use crate::server::Server;
use bytes::{Buf, BufMut, Bytes};
use http::header::{ALLOW, CONTENT_ENCODING, CONTENT_TYPE, HeaderValue};
use http::request::Parts;
use http::{Request, Response, StatusCode};
use http_body::Body;
use http_body_util::{BodyExt, Full};
use jiff::Timestamp;
use std::convert::Infallible;
use std::error::Error;
use std::fmt;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

/// The response of a [`Server`] or [`Router`], on its way; it never fails.
///
/// # Example
///
/// ```
/// use http::Request;
/// use http_body_util::Full;
/// use sf_outbound::{Bytes, ResponseFuture, Router};
/// use tower_service::Service;
///
/// let mut router = Router::new();
/// let response: ResponseFuture = router.call(Request::get("/").body(Full::<Bytes>::default())?);
/// # let runtime = tokio::runtime::Builder::new_current_thread().build()?;
/// assert_eq!(runtime.block_on(response)?.status(), 405);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "a future does nothing unless it is awaited"]
pub struct ResponseFuture(Pin<Box<dyn Future<Output = Reply> + Send>>);

impl ResponseFuture {
    fn new(reply: impl Future<Output = Reply> + Send + 'static) -> Self {
        Self(Box::pin(reply))
    }
}

impl Future for ResponseFuture {
    type Output = Result<Response<Full<Bytes>>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.as_mut().poll(context).map(|reply| Ok(reply.into()))
    }
}

impl fmt::Debug for ResponseFuture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}

impl<O, B> tower_service::Service<Request<B>> for Server<O>
where
    O: SObject,
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

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let server = self.clone();
        let limit = server.limits_in_force().body_bytes;
        respond(request, limit, move |charset: Option<Charset>, body, request| async move {
            server.handle_body(charset.as_deref(), body, request).await
        })
    }
}

impl<B> tower_service::Service<Request<B>> for Router
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

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let router = self.clone();
        let limit = router.body_bytes();
        respond(request, limit, move |charset: Option<Charset>, body, request| async move {
            router.handle_body(charset.as_deref(), body, request).await
        })
    }
}

impl RecordReader {
    /// The bytes of a request's body, for [`RecordReader::read`]; nothing of it is read where head or announced
    /// length are refused, and never more than the limit.
    ///
    /// **Errors.** Why head or length are refused, or that the body does not come to its end.
    ///
    /// # Example
    ///
    /// ```
    /// use http_body_util::Full;
    /// use sf_outbound::{Bytes, Head, Limits, RecordReader, Schema};
    ///
    /// # let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    /// # runtime.block_on(async {
    /// let limits = Limits::default().body_bytes(4);
    /// let reader = RecordReader::new(Schema::new("Account", [])?).limits(limits);
    /// let post = Head::post("text/xml");
    /// let body = |text: &'static str| Full::new(Bytes::from(text));
    /// assert_eq!(reader.body(post, body("<a/>")).await?, "<a/>");
    /// assert_eq!(reader.body(post, body("<ab/>")).await.unwrap_err().code(), "SFR0501");
    /// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub async fn body<B>(&self, head: Head<'_>, body: B) -> Result<Bytes, Refusal>
    where
        B: Body,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        check_head(head)?;
        whole(body, self.limits_in_force().body_bytes).await
    }
}

impl RawReader {
    /// The bytes of a request's body, for [`RawReader::read`], as [`RecordReader::body`] gives them.
    ///
    /// **Errors.** Why head or length are refused, or that the body does not come to its end.
    pub async fn body<B>(&self, head: Head<'_>, body: B) -> Result<Bytes, Refusal>
    where
        B: Body,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        check_head(head)?;
        whole(body, self.limits_in_force().body_bytes).await
    }
}

/// Method, `Content-Type` and `Content-Encoding` of a request, and who sent it where the stack says so.
///
/// # Example
///
/// ```
/// use sf_outbound::{Head, RawReader, Refusal};
///
/// fn read(parts: &http::request::Parts, body: &[u8]) -> Result<usize, Refusal> {
///     Ok(RawReader::new().read(Head::from(parts), body)?.notifications.len())
/// }
/// ```
impl<'h> From<&'h Parts> for Head<'h> {
    fn from(parts: &'h Parts) -> Self {
        let one = |name| {
            let mut values = parts.headers.get_all(name).iter();
            let first = values.next();
            // Two that differ are as good as none that can be read.
            first.map(|first| {
                first.to_str().ok().filter(|_| values.all(|value| value == first)).unwrap_or("?")
            })
        };
        Head::new(parts.method.as_str())
            .content_type(one(CONTENT_TYPE))
            .content_encoding(one(CONTENT_ENCODING))
            .peer(parts.extensions.get::<PeerAddr>().map(|peer| peer.0))
            .client_certificate(parts.extensions.get())
    }
}

/// What a server or router answers to a request whose head is accepted and whose body is within the limit.
fn respond<B, A>(
    request: Request<B>,
    limit: usize,
    answer: impl FnOnce(Option<Charset>, Bytes, Received) -> A + Send + 'static,
) -> ResponseFuture
where
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
    A: Future<Output = Reply> + Send,
{
    // What has to be known of the head is known at once, so that the future is small.
    let received_at = Timestamp::now();
    let (parts, body) = request.into_parts();
    let charset = check_head(Head::from(&parts));
    let received = Received::new(received_at, parts);
    ResponseFuture::new(async move {
        let charset = match charset {
            Ok(charset) => charset,
            Err(refusal) => return refusal.into(),
        };
        match whole(body, limit).await {
            Ok(body) => answer(charset, body, received).await,
            Err(refusal) => refusal.into(),
        }
    })
}

/// The body's bytes. Each part is copied and let go as it comes, so that the stack below can read into the same
/// memory again; a body that comes in one part is not copied. A sender that announces much and sends little holds
/// twice what it has sent, and not what it announced.
async fn whole<B: Body>(body: B, limit: usize) -> Result<Bytes, Refusal> {
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if announced > limit {
        return Err(too_long(limit));
    }
    let mut body = pin!(body);
    let (mut first, mut whole) = (Bytes::new(), Vec::new());
    while let Some(frame) = body.frame().await {
        let cut = |_| Refusal::http(&codes::TRUNCATED, 400, "the body could not be read to its end");
        let Ok(mut part) = frame.map_err(cut)?.into_data() else { continue };
        let (before, length) = (first.len() + whole.len(), part.remaining());
        if length > limit - before {
            return Err(too_long(limit));
        }
        if before == 0 && length >= announced {
            first = part.copy_to_bytes(length);
            continue;
        }
        if before + length > whole.capacity() {
            whole.reserve_exact(room(announced, before + length) - whole.len());
        }
        if whole.is_empty() {
            whole.extend_from_slice(&std::mem::take(&mut first));
        }
        whole.put(part);
    }
    Ok(if whole.is_empty() { first } else { whole.into() })
}

/// Bytes to make room for when so many are there: twice as many, or a few records', and no more than were announced.
fn room(announced: usize, there: usize) -> usize {
    const FIRST: usize = 1 << 16;
    let twice = there.saturating_mul(2);
    twice.max(FIRST).min(if announced > there { announced } else { twice })
}

/// Checked at compile time, not for each reply.
const XML_VALUE: HeaderValue = HeaderValue::from_static(XML);

/// For those who answer without a tower service.
///
/// # Example
///
/// ```
/// use http::Response;
/// use http_body_util::Full;
/// use sf_outbound::{Ack, Bytes, Reply};
///
/// let response = Response::<Full<Bytes>>::from(Reply::from(Ack::Accepted));
/// assert_eq!(response.status(), 200);
/// assert_eq!(response.headers()["content-type"], "text/xml; charset=utf-8");
/// ```
impl From<Reply> for Response<Full<Bytes>> {
    fn from(reply: Reply) -> Self {
        let mut response = Response::new(Full::new(reply.body));
        *response.status_mut() =
            StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        let content_type =
            if reply.content_type == XML { XML_VALUE } else { HeaderValue::from_static(reply.content_type) };
        headers.insert(CONTENT_TYPE, content_type);
        if let Some(allow) = reply.allow {
            headers.insert(ALLOW, HeaderValue::from_static(allow));
        }
        response
    }
}
