//! The guard: compares each request with what its route demands, and refuses it or lets it through.

use super::body;
use super::lock::Door;
use super::origin::{self, Origin};
use super::refusal::Refusal;
use super::serve::{Bounds, Connection};
use axum::Router;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::header::{
    AUTHORIZATION, CACHE_CONTROL, CONNECTION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName,
    REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::middleware::{Next, from_fn_with_state, map_request};
use axum::response::Response;
use axum::routing::MethodRouter;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

/// The demands of a route. Two of them apply to every request, also without a route: no other web page may have sent it,
/// and if the server listens on an address of this machine only, its `Host` must be this machine.
///
/// # Example
///
/// ```
/// use axum::routing::{get, post};
/// use sf_outbound_page::{Demand, Route};
///
/// let routes: [Route<()>; 3] = [
///     ("/status", Demand::Token, get(|| async { "fine" })),
///     ("/queue/clear", Demand::Session, post(|| async { "cleared" })),
///     ("/style.css", Demand::Nothing, get(|| async { "" })),
/// ];
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Demand {
    /// Nothing more.
    Nothing,
    /// A form of the server's own page, if the request changes something: for the login.
    OwnForm,
    /// The same, and a session if a token is set.
    Session,
    /// The token as a bearer, if one is set.
    Token,
    /// Any bearer token, and the right one if one is set.
    Bearer,
}

/// Answers a refusal. The method of the request tells forms from links.
///
/// # Example
///
/// ```
/// use axum::http::Method;
/// use axum::response::{IntoResponse, Redirect, Response};
/// use sf_outbound_page::{Refusal, Refuse};
/// use std::sync::Arc;
///
/// fn refuse(refusal: Refusal, method: &Method) -> Response {
///     match refusal {
///         Refusal::Session if method == Method::GET => Redirect::to("/login").into_response(),
///         refusal => (refusal.status(), refusal.to_string()).into_response(),
///     }
/// }
/// let refuse: Refuse = Arc::new(refuse);
/// ```
pub type Refuse = Arc<dyn Fn(Refusal, &Method) -> Response + Send + Sync>;

/// A path, what it demands, and its methods. [`Demand`] has an example.
pub type Route<S> = (&'static str, Demand, MethodRouter<S>);

/// All routes of a server, each with what it demands.
///
/// A handler gets only requests that have passed the guard, and their bodies within [`Bounds`]. Every answer, also a
/// refusal, has headers that forbid browsers to do anything with it; a handler that allows something sets the header
/// itself. The guard ignores a slash at the end of a path.
///
/// # Example
///
/// A route for programs and a page, which refuse in different ways:
///
/// ```
/// use axum::extract::State;
/// use axum::http::{HeaderMap, Method, StatusCode};
/// use axum::response::{Html, IntoResponse, Response};
/// use axum::routing::get;
/// use sf_outbound_page::{Bounds, Demand, Door, Refusal, Routes};
///
/// fn refuse(refusal: Refusal, _: &Method) -> Response {
///     (refusal.status(), format!("{{\"refused\":\"{refusal}\"}}")).into_response()
/// }
///
/// fn refuse_page(refusal: Refusal, _: &Method) -> Response {
///     (refusal.status(), Html(format!("<h1>That did not work: {refusal}</h1>"))).into_response()
/// }
///
/// fn missing(_: &HeaderMap) -> Response {
///     StatusCode::NOT_FOUND.into_response()
/// }
///
/// async fn queue(State(text): State<&'static str>) -> Html<&'static str> {
///     Html(text)
/// }
///
/// let state = "2 messages";
/// let routes = Routes::new(refuse)
///     .with(&state, refuse, [("/queue.json", Demand::Token, get(|| async { "[1, 2]" }))])
///     .pages(&state, refuse_page, [("/", Demand::Session, get(queue))]);
/// assert_eq!(routes.demands().len(), 2);
///
/// let door = Door::new("example", ([127, 0, 0, 1], 8099).into(), false, None)?;
/// let router = routes.finish(door, Bounds::default(), missing, missing);
/// # let _: axum::Router = router;
/// # Ok::<(), sf_outbound_page::Unfit>(())
/// ```
pub struct Routes {
    router: Router,
    rows: HashMap<&'static str, Row>,
    /// Of what is no route.
    refuse: Refuse,
}

#[derive(Clone)]
struct Row {
    demand: Demand,
    refuse: Refuse,
    /// What a browser may do with the answers.
    policy: &'static str,
}

struct Guard {
    door: Door,
    bounds: Bounds,
    rows: HashMap<&'static str, Row>,
    refuse: Refuse,
}

/// Nothing does anything in a browser.
const NOTHING: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// Nothing but the server's own stylesheet, script, icon and forms; no inline script or style, and no frame.
pub(crate) const PAGES: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
    connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// What every answer has unless it says another. Proxies and browsers keep nothing. `same-origin`, not less: without a
/// referrer, browsers hide the origin of forms too.
const HEADERS: [(HeaderName, &str); 4] = [
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "same-origin"),
    (CACHE_CONTROL, "no-store"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

impl Routes {
    /// No routes yet; `refuse` answers refused requests to paths that are no route.
    pub fn new(refuse: impl Fn(Refusal, &Method) -> Response + Send + Sync + 'static) -> Self {
        Self { router: Router::new(), rows: HashMap::new(), refuse: Arc::new(refuse) }
    }

    /// Adds routes with a shared state; `refuse` answers their refusals.
    ///
    /// # Panics
    ///
    /// As [`Router::route`]: if a path does not begin with a slash, or was added before.
    #[must_use]
    pub fn with<S: Clone + Send + Sync + 'static>(
        self,
        state: &S,
        refuse: impl Fn(Refusal, &Method) -> Response + Send + Sync + 'static,
        routes: impl IntoIterator<Item = Route<S>>,
    ) -> Self {
        self.rows(state, &(Arc::new(refuse) as Refuse), NOTHING, routes)
    }

    /// Adds routes of pages, as [`with`](Self::with). Their answers allow browsers to load stylesheets, scripts, images and
    /// events of this server, and to send forms to it.
    #[must_use]
    pub fn pages<S: Clone + Send + Sync + 'static>(
        self,
        state: &S,
        refuse: impl Fn(Refusal, &Method) -> Response + Send + Sync + 'static,
        routes: impl IntoIterator<Item = Route<S>>,
    ) -> Self {
        self.rows(state, &(Arc::new(refuse) as Refuse), PAGES, routes)
    }

    fn rows<S: Clone + Send + Sync + 'static>(
        mut self,
        state: &S,
        refuse: &Refuse,
        policy: &'static str,
        routes: impl IntoIterator<Item = Route<S>>,
    ) -> Self {
        for (path, demand, methods) in routes {
            self.rows.insert(path, Row { demand, refuse: Arc::clone(refuse), policy });
            self.router = self.router.route(path, methods.with_state(state.clone()));
        }
        self
    }

    /// The demands of each path, so that a test can try them all.
    #[must_use]
    pub fn demands(&self) -> Vec<(&'static str, Demand)> {
        self.rows.iter().map(|(path, row)| (*path, row.demand)).collect()
    }

    /// The router with its guard. `missing` answers paths that are no route, `no_method` methods that a route has not.
    pub fn finish(
        self,
        door: Door,
        bounds: Bounds,
        missing: impl Fn(&HeaderMap) -> Response + Clone + Send + Sync + 'static,
        no_method: impl Fn(&HeaderMap) -> Response + Clone + Send + Sync + 'static,
    ) -> Router {
        let guard = Arc::new(Guard { door, bounds, rows: self.rows, refuse: self.refuse });
        let guarded = self
            .router
            .fallback(move |headers: HeaderMap| async move { missing(&headers) })
            .method_not_allowed_fallback(move |headers: HeaderMap| async move { no_method(&headers) })
            .layer(DefaultBodyLimit::max(bounds.body_bytes))
            .layer(from_fn_with_state(guard, stand));
        // Around the routes, so that it comes before them.
        Router::new().fallback_service(guarded).layer(map_request(without_last_slash))
    }
}

/// Lets a request through or not, and takes care of what its answer has to have.
async fn stand(State(guard): State<Arc<Guard>>, request: Request, next: Next) -> Response {
    let path = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    let row = path.map(|path| guard.rows.get(path));
    let method = request.method().clone();
    let connection = request.extensions().get::<Connection>().cloned();
    let (mut request, rest) = body::lend(request, guard.bounds.body);
    let refuse = row.flatten().map_or(&guard.refuse, |row| &row.refuse);
    let admitted = match row {
        // What is no route is nobody's; a route that is not listed would be everybody's.
        None => admit(&guard.door, Demand::Nothing, &mut request),
        Some(None) => Err(Refusal::Malformed(StatusCode::NOT_FOUND)),
        Some(Some(row)) => admit(&guard.door, row.demand, &mut request),
    };
    let mut response = match admitted {
        Ok(()) => said(next.run(request).await, refuse, &method),
        Err(refusal) => {
            drop(request);
            refusal.mark(refuse(refusal, &method))
        }
    };
    if let Some(rest) = rest {
        if rest.is_late() {
            response = Refusal::Late.mark(refuse(Refusal::Late, &method));
        }
        rest.end(&mut response).await;
    }
    if let Some(connection) = connection.filter(|_| response.headers().contains_key(CONNECTION)) {
        connection.linger();
    }
    let policy = row.flatten().map_or(NOTHING, |row| row.policy);
    for (name, value) in HEADERS.into_iter().chain([(CONTENT_SECURITY_POLICY, policy)]) {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

/// The framework's own refusals are plain texts: they are said as the route's others are.
fn said(response: Response, refuse: &Refuse, method: &Method) -> Response {
    let status = response.status();
    let kind = response.headers().get(CONTENT_TYPE);
    let is_plain = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"));
    if status.is_client_error() && is_plain {
        return refuse(Refusal::Malformed(status), method);
    }
    response
}

/// **Errors.** What a request does not have of what is demanded.
fn admit(door: &Door, demand: Demand, request: &mut Request) -> Result<(), Refusal> {
    let headers = request.headers();
    let host = origin::host(request.uri(), headers).map_err(|()| Refusal::Host)?;
    if door.is_local() && !host.as_ref().is_some_and(origin::is_local) {
        return Err(Refusal::Host);
    }
    let origin = origin::origin(headers);
    if origin == Origin::Foreign {
        return Err(Refusal::Origin);
    }
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD);
    match demand {
        Demand::OwnForm | Demand::Session if changes && origin != Origin::Own => Err(Refusal::Form),
        Demand::Session if door.token().is_some() => {
            let session = door.session(headers).ok_or(Refusal::Session)?;
            request.extensions_mut().insert(session);
            Ok(())
        }
        Demand::Nothing | Demand::OwnForm | Demand::Session => Ok(()),
        Demand::Token if door.token().is_none() => Ok(()),
        Demand::Token | Demand::Bearer => {
            let given = bearer(headers).ok_or(Refusal::Token)?;
            door.judge(peer(request), given, false)
        }
    }
}

fn peer(request: &Request) -> IpAddr {
    let connection = request.extensions().get::<Connection>();
    connection.map_or(Ipv4Addr::UNSPECIFIED.into(), |connection| connection.peer)
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    // Older clients say `OAuth`.
    let is_bearer = scheme.eq_ignore_ascii_case("Bearer") || scheme.eq_ignore_ascii_case("OAuth");
    is_bearer.then_some(token.trim())
}

/// Some clients end their paths with a slash.
async fn without_last_slash(mut request: Request) -> Request {
    let path = request.uri().path().trim_end_matches('/');
    if path.len() == request.uri().path().len() {
        return request;
    }
    let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
    let path = format!("{}{query}", if path.is_empty() { "/" } else { path });
    let mut parts = request.uri().clone().into_parts();
    parts.path_and_query = path.parse().ok().or(parts.path_and_query);
    if let Ok(uri) = Uri::from_parts(parts) {
        *request.uri_mut() = uri;
    }
    request
}
