//! HTTP head and body to reply, without any framework.

use crate::ack::{Ack, Fault, Reply};
use crate::codes;
use crate::decode::decode_from;
use crate::gate::{Gate, Head, Refusal, check_head};
use crate::id::Id;
use crate::limits::Limits;
use crate::message::{Notifications, Unknown};
use crate::object::SObject;
use bytes::Bytes;
use std::borrow::Cow;
use std::fmt;
use std::future::poll_fn;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Poll;

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
    gate: Gate,
    /// Of the service, over the server's life.
    panics: Arc<AtomicU64>,
}

impl<O: Dispatch<S>, S> Server<O, S> {
    /// A server with the default limits that accepts every organization.
    #[must_use]
    pub fn new(service: S) -> Self {
        Self::with(Shared { service: Arc::new(service), gate: Gate::default(), panics: Arc::default() })
    }

    /// Accepts this organization and refuses those that were not named so; can be repeated.
    #[must_use]
    pub fn organization(self, id: Id) -> Self {
        let mut gate = self.shared.gate.clone();
        gate.organizations.push(id);
        self.with_gate(gate)
    }

    /// Sets the limits.
    #[must_use]
    pub fn limits(self, limits: Limits) -> Self {
        let gate = self.shared.gate.clone();
        self.with_gate(Gate { limits, ..gate })
    }

    /// Reads an empty element as null where an empty text is no value of the field's type: `<sf:Amount/>`.
    ///
    /// Salesforce leaves null fields out. Middleware that copies a message often writes such elements instead; without
    /// this option they refuse the message, because XML Schema says null with `xsi:nil="true"` only. An empty text
    /// of a string stays a text.
    ///
    /// # Example
    ///
    /// ```
    /// use sf_outbound::{Dispatch, Server};
    ///
    /// fn behind_middleware<O: Dispatch<S>, S>(service: S) -> Server<O, S> {
    ///     Server::new(service).empty_is_null(true)
    /// }
    /// ```
    #[must_use]
    pub fn empty_is_null(self, empty_is_null: bool) -> Self {
        let gate = self.shared.gate.clone();
        self.with_gate(Gate { empty_is_null, ..gate })
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
        let gate = self.shared.gate.clone();
        let drift = gate.drift.with_hook(Arc::new(hook));
        self.with_gate(Gate { drift, ..gate })
    }

    /// The elements that the WSDL does not know, of all messages that this server and its clones have accepted.
    ///
    /// A message that is sent again counts again. The names are the first 64.
    #[must_use]
    pub fn unknown(&self) -> Unknown {
        self.shared.gate.drift.seen()
    }

    /// How often the service has panicked under this server and its clones. Each was answered with the fault `SFR0606`,
    /// and Salesforce sends the message again.
    ///
    /// # Example
    ///
    /// ```
    /// use sf_outbound::{Dispatch, Server};
    ///
    /// fn is_well<O: Dispatch<S>, S>(server: &Server<O, S>) -> bool {
    ///     server.panics() == 0
    /// }
    /// ```
    #[must_use]
    pub fn panics(&self) -> u64 {
        self.shared.panics.load(Ordering::Relaxed)
    }

    fn with(shared: Shared<S>) -> Self {
        Self { shared: Arc::new(shared), object: PhantomData }
    }

    fn with_gate(&self, gate: Gate) -> Self {
        let Shared { service, panics, .. } = &*self.shared;
        Self::with(Shared { service: Arc::clone(service), gate, panics: Arc::clone(panics) })
    }

    /// Answers one request. It fits any HTTP stack, a function host, or a test.
    pub async fn handle(&self, head: Head<'_>, body: Bytes) -> Reply {
        match check_head(head) {
            Err(refusal) => refusal.into(),
            Ok(charset) => self.handle_body(charset, body).await,
        }
    }

    /// [`Server::handle`] after the head was checked.
    pub(crate) async fn handle_body(&self, charset: Option<&str>, body: Bytes) -> Reply {
        match self.message(charset, body) {
            Err(refusal) => refusal.into(),
            Ok(message) => self.dispatch(message).await,
        }
    }

    pub(crate) async fn dispatch(&self, message: Notifications<O>) -> Reply {
        let Shared { service, panics, .. } = &*self.shared;
        match caught(async { O::dispatch(service, message).await }).await {
            Ok(Ok(ack)) => ack.into(),
            Ok(Err(fault)) => fault.into(),
            Err(Panicked) => {
                panics.fetch_add(1, Ordering::Relaxed);
                Fault::new(format!("{}: the listener failed on this message", codes::PANIC.code)).into()
            }
        }
    }

    /// The body, which can be large, is let go as soon as nothing needs it.
    fn message(&self, charset: Option<&str>, body: Bytes) -> Result<Notifications<O>, Refusal> {
        match self.shared.gate.text(charset, &body)? {
            Cow::Borrowed(text) => self.read(text),
            Cow::Owned(text) => {
                drop(body);
                self.read(&text)
            }
        }
    }

    pub(crate) fn check_length(&self, bytes: usize) -> Result<(), Refusal> {
        self.shared.gate.check_length(bytes)
    }

    /// The message of a text, if it may be handed to the service.
    pub(crate) fn read(&self, text: &str) -> Result<Notifications<O>, Refusal> {
        let gate = &self.shared.gate;
        gate.judge(O::table().object(), decode_from(text, gate.terms()))
    }

    pub(crate) fn limits_in_force(&self) -> &Limits {
        &self.shared.gate.limits
    }
}

/// A panic, of which its hook has told already.
struct Panicked;

/// What work gives, or that it panicked.
async fn caught<T>(work: impl Future<Output = T>) -> Result<T, Panicked> {
    let mut work = pin!(work);
    poll_fn(|context| {
        // Work that panicked is not looked at again, so nobody sees what it left half done but the service's own state.
        match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context))) {
            Ok(poll) => poll.map(Ok),
            Err(_) => Poll::Ready(Err(Panicked)),
        }
    })
    .await
}

impl<O, S> Clone for Server<O, S> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared), object: PhantomData }
    }
}

impl<O, S> fmt::Debug for Server<O, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("limits", &self.shared.gate.limits)
            .field("organizations", &self.shared.gate.organizations)
            .field("unknown", &self.shared.gate.drift)
            .finish_non_exhaustive()
    }
}
