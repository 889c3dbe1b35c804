//! HTTP head and body to reply, without any framework.

use crate::ack::{Ack, Fault, Reply};
use crate::codes;
use crate::decode::decode_with;
use crate::drift::Drift;
use crate::error::Error;
use crate::id::Id;
use crate::limits::Limits;
use crate::message::{Notifications, Unknown};
use crate::object::SObject;
use crate::scan::knows_charset;
use bytes::Bytes;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

/// Hands a message to a service; generated code implements it for each sObject type.
#[diagnostic::on_unimplemented(
    message = "`{S}` does not implement the `NotificationService` of `{Self}`'s module",
    label = "the server needs that trait to hand messages over"
)]
pub trait Dispatch<S>: SObject {
    /// Calls the service's `notifications`.
    fn dispatch(service: &S, message: Notifications<Self>)
    -> impl Future<Output = Result<Ack, Fault>> + Send;
}

/// What a listener needs to know of a request's head.
///
/// # Example
///
/// ```
/// use sf_outbound::{Bytes, Dispatch, Head, Reply, Server};
///
/// /// Of a function host that hands over method, headers and body.
/// async fn answer<O: Dispatch<S>, S>(server: &Server<O, S>, content_type: &str, body: Bytes) -> Reply {
///     server.handle(Head { method: "POST", content_type: Some(content_type) }, body).await
/// }
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct Head<'h> {
    /// The method, such as `POST`.
    pub method: &'h str,
    /// The value of `Content-Type`.
    pub content_type: Option<&'h str>,
}

/// The server of one outbound message: refuses what is wrong, hands the rest to a service.
///
/// Generated code calls it `NotificationServer<S>`. A clone shares the service.
///
/// # Example
///
/// ```
/// use sf_outbound::{Dispatch, Id, Limits, Server};
///
/// fn server<O: Dispatch<S>, S>(service: S) -> Server<O, S> {
///     let server = Server::new(service)
///         .organization(Id::literal("00Dx0000000001g"))
///         .limits(Limits { body_bytes: 1 << 20, ..Limits::default() });
///     assert_eq!(server.unknown().elements, 0);
///     server
/// }
/// ```
pub struct Server<O, S> {
    shared: Arc<Shared<S>>,
    object: PhantomData<fn() -> O>,
}

struct Shared<S> {
    service: Arc<S>,
    limits: Limits,
    organizations: Vec<Id>,
    drift: Drift,
}

impl<O: Dispatch<S>, S> Server<O, S> {
    /// A server with the default limits that accepts every organization.
    #[must_use]
    pub fn new(service: S) -> Self {
        Self::with(Shared {
            service: Arc::new(service),
            limits: Limits::default(),
            organizations: Vec::new(),
            drift: Drift::default(),
        })
    }

    /// Accepts this organization and refuses those that were not named so; can be repeated.
    #[must_use]
    pub fn organization(self, id: Id) -> Self {
        let mut organizations = self.shared.organizations.clone();
        organizations.push(id);
        Self::with(Shared { organizations, ..self.shared.copy() })
    }

    /// Sets the limits.
    #[must_use]
    pub fn limits(self, limits: Limits) -> Self {
        Self::with(Shared { limits, ..self.shared.copy() })
    }

    /// Calls this with the name of each element that the WSDL does not know, once a name over the server's life.
    ///
    /// Without it the server writes a line to standard error, because nothing else shows that a field was added in
    /// Salesforce: no message fails for it. Both end after 64 names, so no sender can fill a log. A name has at most
    /// 80 characters and no control characters; a value is never handed over.
    ///
    /// # Example
    ///
    /// With the crate `tracing` it is `server.on_unknown(|name| tracing::warn!(name, "not in the WSDL"))`; a closure
    /// that does nothing makes the server silent.
    ///
    /// ```
    /// use sf_outbound::{Dispatch, Server};
    /// use std::sync::mpsc::Sender;
    ///
    /// fn reported<O: Dispatch<S>, S>(server: Server<O, S>, to: Sender<String>) -> Server<O, S> {
    ///     server.on_unknown(move |name| drop(to.send(format!("not in the WSDL: {name}"))))
    /// }
    /// ```
    #[must_use]
    pub fn on_unknown(self, hook: impl Fn(&str) + Send + Sync + 'static) -> Self {
        let drift = self.shared.drift.with_hook(Arc::new(hook));
        Self::with(Shared { drift, ..self.shared.copy() })
    }

    /// The elements that the WSDL does not know, of all messages that this server and its clones have accepted.
    ///
    /// A message that is sent again counts again. The names are the first 64.
    #[must_use]
    pub fn unknown(&self) -> Unknown {
        self.shared.drift.seen()
    }

    fn with(shared: Shared<S>) -> Self {
        Self { shared: Arc::new(shared), object: PhantomData }
    }

    /// Answers one request. It fits any HTTP stack, a function host, or a test.
    pub async fn handle(&self, head: Head<'_>, body: Bytes) -> Reply {
        match check_head(head) {
            Err(reply) => reply,
            Ok(charset) => self.handle_body(charset, body).await,
        }
    }

    /// [`Server::handle`] after the head was checked.
    pub(crate) async fn handle_body(&self, charset: Option<&str>, body: Bytes) -> Reply {
        match self.message(charset, &body) {
            Err(reply) => reply,
            Ok(message) => {
                // The body can be large, and the service may take its time.
                drop(body);
                self.dispatch(message).await
            }
        }
    }

    pub(crate) async fn dispatch(&self, message: Notifications<O>) -> Reply {
        match O::dispatch(&self.shared.service, message).await {
            Ok(ack) => ack.into(),
            Err(fault) => fault.into(),
        }
    }

    fn message(&self, charset: Option<&str>, body: &Bytes) -> Result<Notifications<O>, Reply> {
        self.check_length(body.len())?;
        self.judge(decode_with(body, charset, &self.shared.limits))
    }

    pub(crate) fn check_length(&self, bytes: usize) -> Result<(), Reply> {
        let limit = self.shared.limits.body_bytes;
        if bytes > limit { Err(too_long(limit)) } else { Ok(()) }
    }

    /// What was read, if it may be handed to the service.
    pub(crate) fn judge(&self, message: Result<Notifications<O>, Error>) -> Result<Notifications<O>, Reply> {
        let message = message.map_err(|error| Reply::from(Fault::from(&error)))?;
        let accepted = &self.shared.organizations;
        if accepted.is_empty() || accepted.contains(&message.organization_id) {
            self.shared.drift.note(O::table().object(), &message.unknown);
            return Ok(message);
        }
        let code = codes::ORGANIZATION.code;
        Err(Fault::client(format!("{code}: the organization of this message is not accepted here")).into())
    }

    pub(crate) fn limits_in_force(&self) -> &Limits {
        &self.shared.limits
    }
}

pub(crate) fn too_long(limit: usize) -> Reply {
    let code = codes::BODY_BYTES.code;
    Reply::plain(413, format!("{code}: the body is longer than {limit} bytes\n"))
}

/// The charset, where the head is a listener's business; a reply where it is not.
pub(crate) fn check_head(head: Head<'_>) -> Result<Option<&str>, Reply> {
    if head.method != "POST" {
        let code = codes::METHOD.code;
        let line = format!(
            "{code}: this is the endpoint of a Salesforce outbound message; Salesforce posts to it\n"
        );
        return Err(Reply { allow: Some("POST"), ..Reply::plain(405, line) });
    }
    let code = codes::CONTENT_TYPE.code;
    let Some(content_type) = head.content_type else { return Ok(None) };
    if matches!(content_type, "text/xml; charset=UTF-8" | "text/xml; charset=utf-8") {
        return Ok(Some("utf-8"));
    }
    let mut parts = content_type.split(';').map(str::trim);
    let media = parts.next().unwrap_or_default();
    if media.eq_ignore_ascii_case("application/soap+xml") {
        let line =
            format!("{code}: application/soap+xml is SOAP 1.2; outbound messages are SOAP 1.1, text/xml\n");
        return Err(Reply::plain(415, line));
    }
    if !["", "text/xml", "application/xml"].iter().any(|known| known.eq_ignore_ascii_case(media)) {
        return Err(Reply::plain(
            415,
            format!("{code}: the content type has to be text/xml or application/xml\n"),
        ));
    }
    let charset = parts
        .filter_map(|part| part.split_once('='))
        .find(|part| part.0.trim().eq_ignore_ascii_case("charset"));
    let charset = charset.map(|part| part.1.trim().trim_matches('"'));
    match charset {
        Some(charset) if !knows_charset(charset) => {
            Err(Reply::plain(415, format!("{code}: this charset is not supported; Salesforce sends UTF-8\n")))
        }
        charset => Ok(charset),
    }
}

impl<S> Shared<S> {
    fn copy(&self) -> Self {
        Self {
            service: Arc::clone(&self.service),
            limits: self.limits,
            organizations: self.organizations.clone(),
            drift: self.drift.clone(),
        }
    }
}

impl<O, S> Clone for Server<O, S> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared), object: PhantomData }
    }
}

impl<O, S> fmt::Debug for Server<O, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("limits", &self.shared.limits)
            .field("organizations", &self.shared.organizations)
            .field("unknown", &self.shared.drift)
            .finish_non_exhaustive()
    }
}
