//! The server of an organization, on a thread of its own: Salesforce's REST API for records, ours for the queue, and the
//! status page.
//!
//! Nothing here knows SQL or a rule: each handler reads a request, asks [`Records`] or [`Operator`], and writes a reply.

mod control;
mod page;
mod refusal;
mod reply;
mod salesforce;
mod state;
#[cfg(test)]
mod tests;

use crate::codes;
use crate::error::{self, Error};
use crate::operator::Operator;
use crate::records::Records;
use axum::http::HeaderMap;
use axum::http::header::ACCEPT;
use axum::response::{IntoResponse, Response};
use refusal::refuse;
use reply::Reply;
#[cfg(test)]
use sf_outbound_page::Demand;
use sf_outbound_page::{Bounds, Door, Routes, Token, acceptor, serve};
use state::State;
use std::net::{SocketAddr, TcpListener};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::watch;

/// Bodies have the size that Salesforce grants them.
const BOUNDS: Bounds = Bounds {
    connections: 256,
    head: Duration::from_secs(30),
    body_bytes: 6 << 20,
    body: Duration::from_secs(30),
    end: Duration::from_secs(2),
};

/// Where and how the REST API is served.
///
/// On an address of this machine's own (`127.0.0.1`), any bearer token is good, and only requests that name this machine
/// as their host are answered. Elsewhere a token must be set. Web pages of others are answered nowhere.
///
/// # Example
///
/// ```
/// use sf_outbound_sender::{Definition, Org, Rest};
/// use sf_outbound_wsdl::{ReadOptions, Kind, read, write};
///
/// let wsdl = write("Account", &[("Name", Kind::Text)], "https://listener.example.com/");
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

    /// Accepts only requests with this bearer token: at least 16 characters of ASCII, such as `openssl rand -hex 16`
    /// gives. Ten wrong ones within a minute, and those of that address are not looked at for the rest of it.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// Speaks TLS: PEM texts of the certificate chain and of its key.
    pub fn tls(mut self, chain: impl Into<Vec<u8>>, key: impl Into<Vec<u8>>) -> Self {
        self.tls = Some((chain.into(), key.into()));
        self
    }

    /// **Errors.** `SFD0502` to `SFD0504`.
    pub(crate) fn serve(self, records: Records, operator: Operator) -> Result<Server, Error> {
        let token = self.token.map(Token::new).transpose().map_err(|why| {
            let help = "such as `openssl rand -hex 16` makes";
            Error::trouble(&codes::TOKEN, format!("{why}: take 16 or more letters and digits, {help}"))
        })?;
        let acceptor = self.tls.as_ref().map(|(chain, key)| acceptor(chain, key)).transpose();
        let acceptor = acceptor.map_err(|what| {
            Error::trouble(&codes::CERTIFICATE, format!("{what} of the REST server can't be used"))
        })?;
        let cannot = |error: std::io::Error| {
            Error::trouble(&codes::LISTEN, format!("can't listen on {}: {error}", self.address))
        };
        let socket = TcpListener::bind(self.address).map_err(cannot)?;
        socket.set_nonblocking(true).map_err(cannot)?;
        let address = socket.local_addr().map_err(cannot)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(cannot)?;
        let (stop, stopped) = watch::channel(());
        let door = Door::new("sf_outbound", address, acceptor.is_some(), token).map_err(|_| {
            let message = format!("{} can be reached from elsewhere, and no token is set", self.address);
            Error::trouble(&codes::TOKEN, message)
        })?;
        let state = State { records, operator, door: door.clone() };
        let routes = routes(&state, stopped.clone());
        #[cfg(test)]
        let demands = routes.demands();
        let guarded = routes.finish(door, BOUNDS, missing, no_method);
        let thread = std::thread::Builder::new().name("sf-outbound rest".into()).spawn(move || {
            runtime.block_on(async {
                // Only a socket that the runtime can't take would end this early.
                if let Ok(socket) = tokio::net::TcpListener::from_std(socket) {
                    serve(socket, acceptor, guarded, BOUNDS, stopped).await;
                }
            });
            runtime.shutdown_timeout(BOUNDS.end);
        });
        Ok(Server {
            address,
            stop: Some(stop),
            thread: Some(thread.map_err(cannot)?),
            #[cfg(test)]
            demands,
        })
    }
}

/// The running server; it stops when dropped.
pub(crate) struct Server {
    address: SocketAddr,
    stop: Option<watch::Sender<()>>,
    thread: Option<JoinHandle<()>>,
    #[cfg(test)]
    demands: Vec<(&'static str, Demand)>,
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

/// Every route of the server, with what it demands.
fn routes(state: &State, stopped: watch::Receiver<()>) -> Routes {
    let routes = Routes::new(refuse);
    let routes = routes.with(state, refuse, salesforce::routes()).with(state, refuse, control::routes());
    page::routes(routes, state, stopped)
}

fn missing(headers: &HeaderMap) -> Response {
    shown_to(headers, &Error::new(error::NOT_FOUND, "The requested resource does not exist"))
}

fn no_method(headers: &HeaderMap) -> Response {
    shown_to(headers, &Error::new(error::METHOD, "HTTP method not allowed on this resource"))
}

/// An error as a page, where a browser asks; nothing else wants HTML.
fn shown_to(headers: &HeaderMap, error: &Error) -> Response {
    let accepts = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    if accepts.contains("text/html") {
        return page::error_page(error);
    }
    Reply::from(error.clone()).into_response()
}
