//! The REST API: Salesforce's own for records, and ours for the queue, on a thread of its own.
//!
//! Nothing here knows SQL or a rule: each handler reads a request, calls [`Shared`], and writes a reply.

mod composite;
mod control;
mod describe;
mod guard;
mod login;
mod query;
mod reply;
mod sobjects;
mod tls;

use crate::codes;
use crate::error::{self, Error};
use crate::page;
use crate::shared::Shared;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::middleware::{from_fn_with_state, map_request};
use axum::routing::{get, post};
use axum::serve::Listener;
use guard::Guard;
pub(crate) use guard::is_same;
use reply::Reply;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;
use tls::TlsListener;
use tokio::sync::{oneshot, watch};
use tokio_rustls::TlsAcceptor;

/// Of a request, as in Salesforce.
const BODY_BYTES: usize = 6 << 20;
/// How long requests that are being answered may take at the end.
const END: Duration = Duration::from_secs(2);

/// Where and how the REST API is served.
///
/// On an address of this machine's own (`127.0.0.1`), any bearer token is good, and only requests that name this machine
/// as their host are answered. Elsewhere a token must be set.
///
/// # Example
///
/// ```
/// use sf_outbound_sender::{Definition, Org, Rest};
/// use sf_outbound_wsdl::{ReadOptions, XsdType, read, write};
///
/// let wsdl = write("Account", &[("Name", XsdType::Text)], "https://listener.example.com/");
/// let model = read("account.wsdl", wsdl.as_bytes(), &ReadOptions::default()).model.unwrap();
/// let definition = Definition::of_wsdl(&model, "http://localhost:8080/salesforce");
/// let org = Org::builder(definition).rest(Rest::on(([127, 0, 0, 1], 0).into())).start()?;
/// let address = org.address().unwrap();
/// println!("curl -H 'Authorization: Bearer x' http://{address}/services/data/v61.0/sobjects");
/// # Ok::<(), sf_outbound_sender::Error>(())
/// ```
#[derive(Clone)]
#[must_use]
pub struct Rest {
    address: SocketAddr,
    token: Option<String>,
    tls: Option<(Vec<u8>, Vec<u8>)>,
}

impl Rest {
    /// Listens on an address; with port 0, on any free port.
    pub fn on(address: SocketAddr) -> Self {
        Self { address, token: None, tls: None }
    }

    /// Accepts only requests with this bearer token.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// Speaks TLS: PEM texts of the certificate chain and of its key.
    pub fn tls(mut self, chain: impl Into<Vec<u8>>, key: impl Into<Vec<u8>>) -> Self {
        self.tls = Some((chain.into(), key.into()));
        self
    }

    /// **Errors.** `SFD0502`, `SFD0503`.
    pub(crate) fn serve(self, shared: &Arc<Shared>) -> Result<Server, Error> {
        if !self.address.ip().is_loopback() && self.token.is_none() {
            let message = format!("{} can be reached from elsewhere, and no token is set", self.address);
            return Err(Error::trouble(&codes::LISTEN, message));
        }
        let acceptor = self.tls.as_ref().map(|(chain, key)| tls::acceptor(chain, key)).transpose()?;
        let cannot = |error: std::io::Error| {
            Error::trouble(&codes::LISTEN, format!("can't listen on {}: {error}", self.address))
        };
        let socket = TcpListener::bind(self.address).map_err(cannot)?;
        socket.set_nonblocking(true).map_err(cannot)?;
        let address = socket.local_addr().map_err(cannot)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(cannot)?;
        let scheme = if acceptor.is_some() { "https" } else { "http" };
        let (stop, stopped) = watch::channel(());
        let guard = Guard { scheme, address, token: self.token.map(Arc::from) };
        let router = router(shared, guard, stopped.clone())?;
        let thread = std::thread::Builder::new().name("sf-outbound rest".into()).spawn(move || {
            // Only a socket that the runtime can't take would end this early.
            drop(runtime.block_on(serve(socket, acceptor, router, stopped)));
            runtime.shutdown_timeout(END);
        });
        Ok(Server { address, stop: Some(stop), thread: Some(thread.map_err(cannot)?) })
    }
}

async fn serve(
    socket: TcpListener,
    acceptor: Option<TlsAcceptor>,
    router: Router,
    stopped: watch::Receiver<()>,
) -> std::io::Result<()> {
    let socket = tokio::net::TcpListener::from_std(socket)?;
    if let Some(acceptor) = acceptor {
        return answer(TlsListener::new(socket, acceptor)?, router, stopped).await;
    }
    answer(socket, router, stopped).await
}

/// Answers until it is stopped, and a little longer where a client is slow.
async fn answer<L: Listener<Addr: std::fmt::Debug>>(
    socket: L,
    router: Router,
    mut stopped: watch::Receiver<()>,
) -> std::io::Result<()> {
    let (closing, closed) = oneshot::channel::<()>();
    let stopping = async move {
        // The stop is that the other end is dropped.
        drop(stopped.changed().await);
        drop(closing);
    };
    let late = async move {
        drop(closed.await);
        tokio::time::sleep(END).await;
    };
    let serve = axum::serve(socket, router).with_graceful_shutdown(stopping);
    tokio::select! {
        end = serve => end,
        () = late => Ok(()),
    }
}

/// The running server; it stops when dropped.
pub(crate) struct Server {
    address: SocketAddr,
    stop: Option<watch::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has nothing left to say.
            drop(thread.join());
        }
    }
}

/// The organization, and what the replies say of the server itself.
#[derive(Clone)]
pub(crate) struct State {
    pub(crate) shared: Arc<Shared>,
    pub(crate) guard: Guard,
}

fn router(shared: &Arc<Shared>, guard: Guard, stopped: watch::Receiver<()>) -> Result<Router, Error> {
    let state = State { shared: Arc::clone(shared), guard };
    let data = Router::new()
        .route("/", get(describe::resources))
        .route("/sobjects", get(describe::objects))
        .route("/sobjects/{object}", get(describe::object).post(sobjects::create))
        .route("/sobjects/{object}/describe", get(describe::fields))
        .route(
            "/sobjects/{object}/{id}",
            get(sobjects::read).patch(sobjects::update).delete(sobjects::delete),
        )
        .route(
            "/sobjects/{object}/{field}/{value}",
            get(sobjects::read_external).patch(sobjects::upsert).delete(sobjects::delete_external),
        )
        .route(
            "/composite/sobjects",
            post(composite::create).patch(composite::update).delete(composite::delete),
        )
        .route("/composite/sobjects/{object}/{field}", axum::routing::patch(composite::upsert))
        .route("/query", get(query::query))
        .layer(from_fn_with_state(state.clone(), guard::session));
    let all = Router::new()
        .route("/services/data", get(describe::versions))
        .nest("/services/data/{version}", data)
        .route("/services/oauth2/token", post(login::token))
        .route("/services/oauth2/userinfo", get(login::identity))
        .route("/id/{organization}/{user}", get(login::identity))
        .route("/services/Soap/{flavour}/{version}", post(login::soap))
        .nest("/sf-outbound", control::router(&state))
        .merge(page::router(&state, stopped)?)
        .fallback(|| async {
            Reply::from(Error::new(error::NOT_FOUND, "The requested resource does not exist"))
        })
        .method_not_allowed_fallback(|| async {
            Reply::from(Error::new(error::METHOD, "HTTP method not allowed on this resource"))
        })
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        .layer(from_fn_with_state(state.clone(), guard::host))
        .with_state(state);
    // Around the routes, so that it comes before them.
    Ok(Router::new().fallback_service(all).layer(map_request(without_last_slash)))
}

/// Some clients end their paths with a slash.
async fn without_last_slash(mut request: Request) -> Request {
    let uri = request.uri();
    let path = uri.path().trim_end_matches('/');
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    if path.len() < uri.path().len()
        && let Ok(uri) = format!("{}{query}", if path.is_empty() { "/" } else { path }).parse()
    {
        *request.uri_mut() = uri;
    }
    request
}

/// Runs what waits for the disk outside of the server's thread.
async fn blocking<T: Send + 'static>(
    state: State,
    work: impl FnOnce(&Arc<Shared>) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let done = tokio::task::spawn_blocking(move || work(&state.shared)).await;
    done.unwrap_or_else(|_| Err(Error::trouble(&codes::STOPPED, "the organization was stopped")))
}
