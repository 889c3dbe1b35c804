//! What a listener does with messages.

use crate::ack::Ack;
use crate::failure::Failure;
use crate::message::Notifications;
use crate::object::SObject;
use crate::request::Request;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

/// One `notifications()` call: the message, and the request that brought it.
///
/// # Example
///
/// ```
/// use sf_outbound::{Call, SObject};
///
/// /// For a log.
/// fn line<O: SObject>(call: &Call<O>) -> String {
///     format!("{} notifications from {:?}", call.message.notifications.len(), call.request.peer())
/// }
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Call<O> {
    /// Who sent the message, and its notifications.
    pub message: Notifications<O>,
    /// The HTTP request that carried the message.
    pub request: Request,
}

impl<O> Call<O> {
    /// A call, for tests of a handler without a server.
    ///
    /// # Example
    ///
    /// ```
    /// use sf_outbound::{Call, Head, Id, Notifications, SObject};
    ///
    /// fn deleted<O: SObject>() -> Call<O> {
    ///     let message = Notifications::new(Id::literal("00Dx0000000001g"), Id::literal("04kx0000000001X"))
    ///         .with(Id::literal("04lx0000000001X"), None);
    ///     Call::new(message, Head::post("text/xml"))
    /// }
    /// ```
    #[must_use]
    pub fn new(message: Notifications<O>, request: impl Into<Request>) -> Self {
        Self { message, request: request.into() }
    }
}

/// What a listener does with messages on one sObject type; a [`Server`](crate::Server) calls it.
///
/// One ack covers all notifications of a message, messages come in any order, and a message can come again.
///
/// `Arc<S>` and `&'static S` are services where `S` is one; [`service_fn`] makes one of a closure, and [`BoxService`]
/// forgets a service's type. One service can implement the trait for several sObject types.
///
/// # Example
///
/// ```
/// use sf_outbound::{Ack, Call, Failure, NotificationService, SObject};
/// use std::sync::mpsc::SyncSender;
///
/// /// Hands records to another thread.
/// struct Queue<O>(SyncSender<O>);
///
/// impl<O: SObject> NotificationService<O> for Queue<O> {
///     async fn notifications(&self, call: Call<O>) -> Result<Ack, Failure> {
///         for notification in call.message.notifications {
///             if let Some(record) = notification.sobject {
///                 self.0.try_send(record).map_err(|_| "the queue is full")?;
///             }
///         }
///         Ok(Ack::Accepted)
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not implement `NotificationService<{O}>`",
    label = "the server hands its messages to that trait",
    note = "write `impl NotificationService<{O}> for …`, or make a service of a closure with `sf_outbound::service_fn`"
)]
pub trait NotificationService<O: SObject>: Send + Sync + 'static {
    /// Takes one message.
    ///
    /// **Errors.** If the handler could not store or process every notification. Salesforce then sends the message again.
    fn notifications(&self, call: Call<O>) -> impl Future<Output = Result<Ack, Failure>> + Send;
}

impl<O: SObject, S: NotificationService<O>> NotificationService<O> for Arc<S> {
    fn notifications(&self, call: Call<O>) -> impl Future<Output = Result<Ack, Failure>> + Send {
        (**self).notifications(call)
    }
}

impl<O: SObject, S: NotificationService<O>> NotificationService<O> for &'static S {
    fn notifications(&self, call: Call<O>) -> impl Future<Output = Result<Ack, Failure>> + Send {
        (**self).notifications(call)
    }
}

/// A service that calls a closure for each message.
///
/// # Example
///
/// ```
/// use sf_outbound::{Ack, Call, Fault, SObject, Server, service_fn};
///
/// fn closed<O: SObject>() -> Server<O> {
///     Server::new(service_fn(|_: Call<O>| async { Err::<Ack, _>(Fault::new("closed for stock-taking")) }))
/// }
/// ```
#[must_use]
pub fn service_fn<O, F, A, E>(function: F) -> ServiceFn<F>
where
    O: SObject,
    F: Fn(Call<O>) -> A + Send + Sync + 'static,
    A: Future<Output = Result<Ack, E>> + Send,
    E: Into<Failure>,
{
    ServiceFn(function)
}

/// The service that [`service_fn`] makes.
///
/// # Example
///
/// ```
/// use sf_outbound::{ServiceFn, service_fn, Ack, Call, Failure, Notifications, SObject};
///
/// fn nack<O: SObject>() -> ServiceFn<impl Fn(Call<O>) -> std::future::Ready<Result<Ack, Failure>>> {
///     service_fn(|_| std::future::ready(Ok(Ack::Retry)))
/// }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct ServiceFn<F>(F);

impl<O, F, A, E> NotificationService<O> for ServiceFn<F>
where
    O: SObject,
    F: Fn(Call<O>) -> A + Send + Sync + 'static,
    A: Future<Output = Result<Ack, E>> + Send,
    E: Into<Failure>,
{
    fn notifications(&self, call: Call<O>) -> impl Future<Output = Result<Ack, Failure>> + Send {
        let answer = (self.0)(call);
        async move { answer.await.map_err(Into::into) }
    }
}

/// A type-erased service. Clones share it.
///
/// # Example
///
/// The handler of a program, or a mock of its tests:
///
/// ```
/// use sf_outbound::{Ack, BoxService, Call, Fault, SObject, service_fn};
///
/// fn handler<O: SObject>(is_test: bool) -> BoxService<O> {
///     if is_test {
///         return BoxService::new(service_fn(|_| async { Ok::<_, Fault>(Ack::Retry) }));
///     }
///     BoxService::new(service_fn(|_| async { Ok::<_, Fault>(Ack::Accepted) }))
/// }
/// ```
pub struct BoxService<O>(Arc<dyn Handler<O>>);

/// The answer of a service, on its way.
pub(crate) type Answer<'s> = Pin<Box<dyn Future<Output = Result<Ack, Failure>> + Send + 's>>;

/// A [`NotificationService`] behind a pointer, which needs its future in a box.
trait Handler<O>: Send + Sync {
    fn handle(&self, call: Call<O>) -> Answer<'_>;
}

impl<O: SObject, S: NotificationService<O>> Handler<O> for S {
    fn handle(&self, call: Call<O>) -> Answer<'_> {
        Box::pin(self.notifications(call))
    }
}

impl<O: SObject> BoxService<O> {
    /// Forgets the type of a service.
    #[must_use]
    pub fn new(service: impl NotificationService<O>) -> Self {
        Self(Arc::new(service))
    }

    /// Hands a message to the service; its future is in a box already.
    pub(crate) fn begin(&self, call: Call<O>) -> Answer<'_> {
        self.0.handle(call)
    }
}

impl<O: SObject> NotificationService<O> for BoxService<O> {
    fn notifications(&self, call: Call<O>) -> impl Future<Output = Result<Ack, Failure>> + Send {
        self.begin(call)
    }
}

impl<O> Clone for BoxService<O> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<O> fmt::Debug for BoxService<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BoxService").finish_non_exhaustive()
    }
}
