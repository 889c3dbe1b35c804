//! HTTP head and body to reply, without any framework.

use crate::ack::{Ack, Fault, Reply};
use crate::codes::{self, Code};
use crate::decode::decode_from;
use crate::failure::Failure;
use crate::gate::{Gate, Refusal, check_head};
use crate::id::Id;
use crate::limits::Limits;
use crate::message::{Notifications, Unknown};
use crate::object::SObject;
use crate::request::Head;
use crate::request::Request;
use crate::service::{BoxService, Call, NotificationService};
use bytes::Bytes;
use std::borrow::Cow;
use std::fmt;
use std::future::poll_fn;
use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Poll;

/// The server of one outbound message: refuses what is wrong, hands the rest to a service.
///
/// Generated code calls it `NotificationServer`. A clone shares the service.
///
/// # Example
///
/// ```
/// use sf_outbound::{Id, Limits, NotificationService, SObject, Server};
///
/// fn server<O: SObject>(service: impl NotificationService<O>) -> Server<O> {
///     let server = Server::new(service)
///         .organization(Id::literal("00Dx0000000001g"))
///         .limits(Limits::default().body_bytes(1 << 20));
///     assert_eq!(server.unknown().elements, 0);
///     server
/// }
/// ```
pub struct Server<O>(Arc<Shared<O>>);

/// Called with each error of the service that Salesforce does not see.
type Hook = Arc<dyn Fn(&Failure) + Send + Sync>;

#[derive(Clone)]
struct Shared<O> {
    service: BoxService<O>,
    gate: Gate,
    on_failure: Option<Hook>,
    counts: Arc<Counts>,
}

/// Of the service, over the server's life.
#[derive(Default)]
struct Counts {
    failures: AtomicU64,
    panics: AtomicU64,
}

impl<O: SObject> Server<O> {
    /// A server with the default limits that accepts every organization.
    #[must_use]
    pub fn new(service: impl NotificationService<O>) -> Self {
        Self(Arc::new(Shared {
            service: BoxService::new(service),
            gate: Gate::default(),
            on_failure: None,
            counts: Arc::default(),
        }))
    }

    /// Accepts messages of this organization, and of no other than those that are named by this method. Can be called
    /// several times.
    #[must_use]
    pub fn organization(self, id: Id) -> Self {
        self.with(|shared| shared.gate.organizations.push(id))
    }

    /// Sets the limits.
    #[must_use]
    pub fn limits(self, limits: Limits) -> Self {
        self.with(|shared| shared.gate.limits = limits)
    }

    /// Reads an empty element such as `<sf:Amount/>` as null, if its field's type has no empty value.
    ///
    /// Salesforce leaves null fields out. Middleware that copies a message often writes such elements instead; without
    /// this option they refuse the message, because XML Schema says null with `xsi:nil="true"` only. An empty text
    /// of a string stays a text.
    ///
    /// # Example
    ///
    /// ```
    /// use sf_outbound::{NotificationService, SObject, Server};
    ///
    /// fn behind_middleware<O: SObject>(service: impl NotificationService<O>) -> Server<O> {
    ///     Server::new(service).empty_is_null(true)
    /// }
    /// ```
    #[must_use]
    pub fn empty_is_null(self, empty_is_null: bool) -> Self {
        self.with(|shared| shared.gate.empty_is_null = empty_is_null)
    }

    /// Calls this hook with the name of each element that the WSDL does not know, once for each name.
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
    /// use sf_outbound::{SObject, Server};
    /// use std::sync::mpsc::Sender;
    ///
    /// fn reported<O: SObject>(server: Server<O>, to: Sender<String>) -> Server<O> {
    ///     server.on_unknown(move |name| drop(to.send(format!("not in the WSDL: {name}"))))
    /// }
    /// ```
    #[must_use]
    pub fn on_unknown(self, hook: impl Fn(&str) + Send + Sync + 'static) -> Self {
        self.with(|shared| shared.gate.drift = shared.gate.drift.with_hook(Arc::new(hook)))
    }

    /// Calls this hook with each error of the service that Salesforce does not see: any but a [`Fault`].
    ///
    /// Without it the server writes a line to standard error: the error with its causes.
    ///
    /// # Example
    ///
    /// With the crate `tracing` it is `server.on_failure(|failure| tracing::error!(%failure))`.
    ///
    /// ```
    /// use sf_outbound::{SObject, Server};
    /// use std::sync::mpsc::Sender;
    ///
    /// fn reported<O: SObject>(server: Server<O>, to: Sender<String>) -> Server<O> {
    ///     server.on_failure(move |failure| drop(to.send(failure.to_string())))
    /// }
    /// ```
    #[must_use]
    pub fn on_failure(self, hook: impl Fn(&Failure) + Send + Sync + 'static) -> Self {
        self.with(|shared| shared.on_failure = Some(Arc::new(hook)))
    }

    /// The elements that the WSDL does not know, of all messages that this server and its clones have accepted.
    ///
    /// A message that is sent again counts again. The names are the first 64.
    #[must_use]
    pub fn unknown(&self) -> Unknown {
        self.0.gate.drift.seen()
    }

    /// How often the service has failed with an error under this server and its clones; a [`Fault`] does not count.
    ///
    /// # Example
    ///
    /// ```
    /// use sf_outbound::{SObject, Server};
    ///
    /// fn is_well<O: SObject>(server: &Server<O>) -> bool {
    ///     server.failures() + server.panics() == 0
    /// }
    /// ```
    #[must_use]
    pub fn failures(&self) -> u64 {
        self.0.counts.failures.load(Ordering::Relaxed)
    }

    /// How often the service has panicked under this server and its clones. Each was answered with the fault `SFR0606`,
    /// and Salesforce sends the message again.
    #[must_use]
    pub fn panics(&self) -> u64 {
        self.0.counts.panics.load(Ordering::Relaxed)
    }

    /// The same server with a change, which clones that were made before do not have.
    fn with(self, change: impl FnOnce(&mut Shared<O>)) -> Self {
        let mut shared = Shared::clone(&self.0);
        change(&mut shared);
        Self(Arc::new(shared))
    }

    /// Answers one request, for any HTTP stack, a function host, or a test.
    pub async fn handle(&self, head: Head<'_>, body: Bytes) -> Reply {
        match check_head(head) {
            Err(refusal) => refusal.into(),
            Ok(charset) => self.handle_body(charset.as_deref(), body, head.into()).await,
        }
    }

    /// [`Server::handle`] after the head was checked.
    ///
    /// What comes before the service's own future is done at once, so that this future need not keep it.
    pub(crate) fn handle_body(
        &self,
        charset: Option<&str>,
        body: Bytes,
        request: Request,
    ) -> impl Future<Output = Reply> + Send + use<'_, O> {
        let answer = self.message(charset, body).map(|message| self.call(Call { message, request }));
        async move {
            match answer {
                Ok(answer) => answer.await,
                Err(refusal) => refusal.into(),
            }
        }
    }

    /// What the service says to a message.
    pub(crate) fn call(&self, call: Call<O>) -> impl Future<Output = Reply> + Send + use<'_, O> {
        let answer = caught(|| self.0.service.begin(call));
        async move {
            let outcome = match answer {
                Ok(mut answer) => {
                    poll_fn(|context| match caught(|| answer.as_mut().poll(context)) {
                        Ok(poll) => poll.map(Ok),
                        Err(panicked) => Poll::Ready(Err(panicked)),
                    })
                    .await
                }
                Err(panicked) => Err(panicked),
            };
            self.reply(outcome)
        }
    }

    /// What Salesforce sees of the service's answer.
    fn reply(&self, outcome: Result<Result<Ack, Failure>, Panicked>) -> Reply {
        let Shared { on_failure, counts, .. } = &*self.0;
        let failure = match outcome {
            Ok(Ok(ack)) => return ack.into(),
            Ok(Err(failure)) => failure,
            Err(Panicked) => {
                counts.panics.fetch_add(1, Ordering::Relaxed);
                return failed(&codes::PANIC).into();
            }
        };
        match failure.into_fault() {
            Ok(fault) => fault.into(),
            Err(failure) => {
                counts.failures.fetch_add(1, Ordering::Relaxed);
                match on_failure {
                    Some(hook) => hook(&failure),
                    None => tell(O::table().object(), &failure),
                }
                failed(&codes::FAILURE).into()
            }
        }
    }

    /// The body, which can be large, is let go as soon as nothing needs it.
    fn message(&self, charset: Option<&str>, body: Bytes) -> Result<Notifications<O>, Refusal> {
        match self.0.gate.text(charset, &body)? {
            Cow::Borrowed(text) => self.read(text),
            Cow::Owned(text) => {
                drop(body);
                self.read(&text)
            }
        }
    }

    pub(crate) fn check_length(&self, bytes: usize) -> Result<(), Refusal> {
        self.0.gate.check_length(bytes)
    }

    /// The message of a text, if it may be handed to the service.
    pub(crate) fn read(&self, text: &str) -> Result<Notifications<O>, Refusal> {
        let gate = &self.0.gate;
        gate.judge(O::table().object(), decode_from(text, gate.terms()))
    }

    pub(crate) fn limits_in_force(&self) -> &Limits {
        &self.0.gate.limits
    }
}

/// A panic, of which its hook has told already.
struct Panicked;

/// What work gives, or that it panicked.
fn caught<T>(work: impl FnOnce() -> T) -> Result<T, Panicked> {
    // Work that panicked is not looked at again, so nobody sees what it left half done but the service's own state.
    catch_unwind(AssertUnwindSafe(work)).map_err(|_| Panicked)
}

/// What Salesforce sees of an error that is the listener's own: its code and nothing else.
fn failed(code: &Code) -> Fault {
    Fault::new(format!("{}: the listener failed on this message", code.code))
}

/// One line on standard error. When that is gone, nobody is left to tell.
fn tell(object: &str, failure: &Failure) {
    let _ = writeln!(std::io::stderr(), "sf-outbound: the handler of {object} failed: {failure}");
}

impl<O> Clone for Server<O> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<O> fmt::Debug for Server<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("limits", &self.0.gate.limits)
            .field("organizations", &self.0.gate.organizations)
            .field("unknown", &self.0.gate.drift)
            .finish_non_exhaustive()
    }
}
