//! Several outbound messages on one endpoint: each message goes to the server that it is meant for.

use crate::ack::{Fault, Reply};
use crate::codes;
use crate::envelope::{Address, TypeName, address};
use crate::gate::{check_head, text, too_long};
use crate::id::Id;
use crate::limits::Limits;
use crate::object::SObject;
use crate::request::Head;
use crate::request::Request;
use crate::server::Server;
use crate::service::Call;
use bytes::Bytes;
use sf_outbound_field::is_api_name;
use std::borrow::Cow;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

/// Several outbound messages on one endpoint, each with its own server.
///
/// A message goes to the server that [`Router::route_action`] has for its action, or else to the one that
/// [`Router::route`] has for its sObject type. The first record that names a type decides. If no record does, because
/// all were deleted before delivery or a hand-made message has no `xsi:type`, the message goes to the server of
/// [`Router::route`], if there is only one.
/// A message that no server takes, or that several could take, is answered with the fault `SFR0604`, and Salesforce
/// sends it again.
/// Two servers that would claim the same messages are a [`RouteTaken`] when the second is added.
///
/// The message is read twice up to its first record, and once from there on. Organizations, limits and types are
/// checked by the chosen server, so a message that mixes types is refused by it. Reading the address is held to the
/// largest of each limit among the servers.
///
/// # Example
///
/// ```
/// use sf_outbound::{Id, RouteTaken, Router, SObject, Server};
///
/// /// Two outbound messages on opportunities, told apart by their actions, and one on accounts.
/// fn router<A: SObject, O: SObject, P: SObject>(
///     accounts: Server<A>, won: Server<O>, lost: Server<P>,
/// ) -> Result<Router, RouteTaken> {
///     Router::new()
///         .route(accounts)?
///         .route_action(Id::literal("04kx0000000001X"), won)?
///         .route_action(Id::literal("04kx0000000002X"), lost)
/// }
/// ```
#[derive(Clone, Default)]
pub struct Router {
    routes: Arc<Vec<Route>>,
    /// The largest of each limit among the servers.
    limits: Limits,
}

#[derive(Clone)]
struct Route {
    /// `None` claims messages by the server's sObject type.
    action: Option<Id>,
    endpoint: Arc<dyn Endpoint>,
}

/// The answer of a service, on its way.
type Answer = Pin<Box<dyn Future<Output = Reply> + Send>>;

/// A server whose sObject type and service are forgotten.
trait Endpoint: Send + Sync {
    fn object(&self) -> &'static str;
    /// Reads a message of that many bytes from its text and hands it to the service, or refuses it.
    fn answer(&self, bytes: usize, text: &str, request: Request) -> Result<Answer, Reply>;
}

impl<O: SObject> Endpoint for Server<O> {
    fn object(&self) -> &'static str {
        O::table().object()
    }

    fn answer(&self, bytes: usize, text: &str, request: Request) -> Result<Answer, Reply> {
        self.check_length(bytes)?;
        let call = Call { message: self.read(text)?, request };
        let server = self.clone();
        Ok(Box::pin(async move { server.call(call).await }))
    }
}

impl Router {
    /// A router that refuses every message, until servers are added.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Hands messages on the server's sObject type to it, unless their action has a server of its own.
    ///
    /// **Errors.** Where another server has messages on this type: neither would get one.
    pub fn route<O: SObject>(self, server: Server<O>) -> Result<Self, RouteTaken> {
        self.with(None, server)
    }

    /// Hands messages of this action to the server: one outbound message of one organization's set-up.
    ///
    /// Production and each sandbox have action ids of their own; one server can have many.
    ///
    /// **Errors.** Where the action has a server already: this one would never get a message.
    pub fn route_action<O: SObject>(self, action: Id, server: Server<O>) -> Result<Self, RouteTaken> {
        self.with(Some(action), server)
    }

    fn with<O: SObject>(mut self, action: Option<Id>, server: Server<O>) -> Result<Self, RouteTaken> {
        let object = O::table().object();
        let is_same =
            |route: &Route| route.action == action && (action.is_some() || route.endpoint.object() == object);
        if self.routes.iter().any(is_same) {
            return Err(RouteTaken { object, action });
        }
        let limits = *server.limits_in_force();
        self.limits = if self.routes.is_empty() { limits } else { self.limits.or_larger(limits) };
        Arc::make_mut(&mut self.routes).push(Route { action, endpoint: Arc::new(server) });
        Ok(self)
    }

    /// Answers one request, as [`Server::handle`] does.
    pub async fn handle(&self, head: Head<'_>, body: Bytes) -> Reply {
        match check_head(head) {
            Err(refusal) => refusal.into(),
            Ok(charset) => self.handle_body(charset.as_deref(), body, head.into()).await,
        }
    }

    /// [`Router::handle`] after the head was checked.
    pub(crate) async fn handle_body(&self, charset: Option<&str>, body: Bytes, request: Request) -> Reply {
        match self.answer(charset, body, request) {
            Ok(answer) => answer.await,
            Err(reply) => reply,
        }
    }

    /// The body, which can be large, is let go as soon as nothing needs it.
    fn answer(&self, charset: Option<&str>, body: Bytes, request: Request) -> Result<Answer, Reply> {
        if body.len() > self.limits.body_bytes {
            return Err(too_long(self.limits.body_bytes).into());
        }
        let bytes = body.len();
        match text(charset, &body)? {
            Cow::Borrowed(text) => self.answer_text(bytes, text, request),
            Cow::Owned(text) => {
                drop(body);
                self.answer_text(bytes, &text, request)
            }
        }
    }

    fn answer_text(&self, bytes: usize, text: &str, request: Request) -> Result<Answer, Reply> {
        let has_actions = self.routes.iter().any(|route| route.action.is_some());
        let address = address(text, &self.limits, has_actions).map_err(|error| Fault::from(&error))?;
        self.choose(&address)?.answer(bytes, text, request)
    }

    /// The server that claims a message.
    fn choose(&self, address: &Address) -> Result<&dyn Endpoint, Fault> {
        let by_action =
            self.routes.iter().find(|route| route.action.is_some() && route.action == address.action_id);
        if let Some(route) = by_action {
            return Ok(&*route.endpoint);
        }
        let mut claims = self.routes.iter().filter(|route| {
            let object = route.endpoint.object();
            route.action.is_none()
                && match &address.type_name {
                    Some(TypeName::SObject(name)) => name == object,
                    Some(TypeName::Other) => false,
                    None => true,
                }
        });
        match (claims.next(), claims.next()) {
            (Some(route), None) => Ok(&*route.endpoint),
            (None, _) => Err(refusal(address, "no server here takes it")),
            (Some(_), Some(_)) => Err(refusal(address, "two servers could take it: route it by its action")),
        }
    }

    #[cfg(feature = "http")]
    pub(crate) fn body_bytes(&self) -> usize {
        self.limits.body_bytes
    }
}

/// Two servers of a [`Router`] would take the same messages.
///
/// # Example
///
/// ```
/// use sf_outbound::{RouteTaken, Router, SObject, Server};
///
/// fn twice<O: SObject>(server: Server<O>) -> Result<Router, RouteTaken> {
///     Router::new().route(server.clone())?.route(server)
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RouteTaken {
    object: &'static str,
    action: Option<Id>,
}

impl std::error::Error for RouteTaken {}

impl fmt::Display for RouteTaken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { object, action } = self;
        match action {
            Some(action) => {
                write!(f, "two servers would take messages of the action {action}: keep one of them")
            }
            None => write!(
                f,
                "two servers would take messages on `{object}`: keep one, or name the action of each with \
                 `route_action`"
            ),
        }
    }
}

/// The fault of a message that no server claims.
fn refusal(address: &Address, reason: &str) -> Fault {
    let code = codes::NO_ROUTE.code;
    let object = match &address.type_name {
        // What is no API name is a stranger's text, and stays out of the reply.
        Some(TypeName::SObject(name)) if is_shown(name) => format!("sObjects `{name}`"),
        Some(_) => "what is no sObject of an enterprise WSDL".to_owned(),
        None => "sObjects whose type is not told".to_owned(),
    };
    let action = address.action_id.map(|id| format!(" of action {id}")).unwrap_or_default();
    Fault::client(format!("{code}: the message is on {object}{action}, and {reason}"))
}

/// Salesforce's own names have 40 characters at most, and 15 of a namespace and two suffixes around them.
fn is_shown(name: &str) -> bool {
    name.len() <= 80 && is_api_name(name)
}

impl fmt::Debug for Router {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let routes = self.routes.iter().map(|route| (route.endpoint.object(), route.action));
        f.debug_struct("Router")
            .field("routes", &routes.collect::<Vec<_>>())
            .field("limits", &self.limits)
            .finish()
    }
}
