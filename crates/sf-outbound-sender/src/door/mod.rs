//! The way in: one guard before every route, which knows none of them, and the server that it stands in.
//!
//! Whoever has routes lists each with what it [`Demand`]s; [`Routes`] makes a router of them that answers nothing else.

mod body;
mod brake;
mod guard;
mod line;
mod origin;
mod serve;
mod session;
mod tls;
mod token;

pub(crate) use guard::{Demand, Refusal, Route, Routes};
pub(crate) use serve::{Bounds, Connection, serve};
pub(crate) use session::Session;
pub(crate) use tls::acceptor;
pub(crate) use token::Token;

use axum::http::HeaderMap;
use axum::http::header::{COOKIE, HOST};
use brake::Brake;
use session::Sessions;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Instant;

/// A server's lock, and who is inside.
#[derive(Clone)]
pub(crate) struct Door(Arc<Inner>);

struct Inner {
    address: SocketAddr,
    is_tls: bool,
    token: Option<Token>,
    /// Cookies know no ports: two servers of one machine have two names.
    cookie: String,
    sessions: Sessions,
    brake: Brake,
}

impl Door {
    /// `name` begins the name of the cookie.
    pub(crate) fn new(name: &str, address: SocketAddr, is_tls: bool, token: Option<Token>) -> Self {
        // Browsers take a cookie of this prefix by TLS and from its own host only.
        let prefix = if is_tls { "__Host-" } else { "" };
        let cookie = format!("{prefix}{name}_{}", address.port());
        let (sessions, brake) = (Sessions::default(), Brake::default());
        Self(Arc::new(Inner { address, is_tls, token, cookie, sessions, brake }))
    }

    /// The token that is asked for, if any.
    pub(crate) fn token(&self) -> Option<&str> {
        self.0.token.as_ref().map(Token::as_str)
    }

    /// The URL at which a client has reached the server.
    pub(crate) fn base(&self, headers: &HeaderMap) -> String {
        let host = headers.get(HOST).and_then(|host| host.to_str().ok());
        let scheme = if self.0.is_tls { "https" } else { "http" };
        format!("{scheme}://{}", host.map_or_else(|| self.0.address.to_string(), str::to_owned))
    }

    /// Whether what a client shows is the token, or ends with it where `is_password`: Salesforce's own tokens are
    /// appended to passwords. Whatever it shows is good where no token is set.
    ///
    /// **Errors.** [`Refusal::Token`], [`Refusal::Guesses`].
    pub(crate) fn judge(&self, peer: IpAddr, given: &str, is_password: bool) -> Result<(), Refusal> {
        let Some(token) = &self.0.token else { return Ok(()) };
        let now = Instant::now();
        self.0.brake.check(peer, now).map_err(|seconds| Refusal::Guesses { seconds })?;
        let start = if is_password { given.len().saturating_sub(token.as_str().len()) } else { 0 };
        if token.is(&given.as_bytes()[start..]) {
            return Ok(());
        }
        self.0.brake.note(peer, given, now);
        Err(Refusal::Token)
    }

    /// A new session, as the value of a `Set-Cookie`.
    ///
    /// **Errors.** The system gives no random bytes.
    pub(crate) fn begin_session(&self) -> io::Result<String> {
        Ok(self.set_cookie(&self.0.sessions.begin(Instant::now())?, ""))
    }

    /// Forgets the session of a request; the `Set-Cookie` with which the browser forgets it too.
    pub(crate) fn end_session(&self, headers: &HeaderMap) -> String {
        for key in self.cookies(headers) {
            self.0.sessions.end(key);
        }
        self.set_cookie("", "; Max-Age=0")
    }

    /// The session of a request.
    pub(crate) fn session(&self, headers: &HeaderMap) -> Option<Session> {
        let now = Instant::now();
        self.cookies(headers).find_map(|key| self.0.sessions.find(key, now))
    }

    fn cookies<'h>(&'h self, headers: &'h HeaderMap) -> impl Iterator<Item = &'h str> {
        let lines = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.filter(|(name, _)| *name == self.0.cookie).map(|(_, key)| key)
    }

    fn set_cookie(&self, key: &str, lifetime: &str) -> String {
        let secure = if self.0.is_tls { "; Secure" } else { "" };
        format!("{}={key}; Path=/; HttpOnly; SameSite=Strict{secure}{lifetime}", self.0.cookie)
    }
}
