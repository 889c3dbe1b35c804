//! The token, the sessions, and the count of wrong tokens: who gets in.

use super::brake::Brake;
use super::refusal::Refusal;
use super::session::{Session, Sessions};
use super::token::{Token, Unfit};
use axum::http::HeaderMap;
use axum::http::header::{COOKIE, HOST};
use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Instant;

/// Decides who gets in: it has the token, the sessions, and the counts of wrong tokens. A clone shares them.
///
/// # Example
///
/// ```
/// use axum::http::HeaderMap;
/// use axum::http::header::{COOKIE, HOST};
/// use sf_outbound_page::{Door, Refusal, Token, Unfit};
///
/// let peer = [192, 0, 2, 7].into();
/// let token = Token::new("0123456789abcdef").unwrap();
/// let door = Door::new("example", ([192, 0, 2, 1], 8099).into(), true, Some(token))?;
///
/// assert_eq!(door.judge(peer, "wrong", false), Err(Refusal::Token));
/// assert_eq!(door.judge(peer, "0123456789abcdef", false), Ok(()));
/// let cookie = door.begin_session()?;
/// assert!(cookie.starts_with("__Host-example_8099=") && cookie.contains("; HttpOnly; SameSite=Strict; Secure"));
///
/// let mut headers = HeaderMap::new();
/// headers.insert(COOKIE, cookie.split(';').next().unwrap().parse()?);
/// headers.insert(HOST, "queue.example:8099".parse()?);
/// assert!(door.session(&headers).is_some());
/// assert_eq!(door.base(&headers), "https://queue.example:8099");
///
/// assert!(door.end_session(&headers).ends_with("; Max-Age=0"));
/// assert!(door.session(&headers).is_none());
///
/// let open = Door::new("example", ([192, 0, 2, 1], 8099).into(), true, None).unwrap_err();
/// assert_eq!(open, Unfit::Missing);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Door(Arc<Inner>);

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
    /// The door of a server that listens on `address`. `name` begins the name of its cookie.
    ///
    /// Without a token, the door lets in everybody who reaches the address.
    ///
    /// **Errors.** [`Unfit::Missing`] if there is no token and other machines can reach the address.
    pub fn new(name: &str, address: SocketAddr, is_tls: bool, token: Option<Token>) -> Result<Self, Unfit> {
        if token.is_none() && !address.ip().is_loopback() {
            return Err(Unfit::Missing);
        }
        // Browsers take a cookie of this prefix by TLS and from its own host only.
        let prefix = if is_tls { "__Host-" } else { "" };
        let cookie = format!("{prefix}{name}_{}", address.port());
        let (sessions, brake) = (Sessions::default(), Brake::default());
        Ok(Self(Arc::new(Inner { address, is_tls, token, cookie, sessions, brake })))
    }

    /// The token that is asked for, if any.
    pub fn token(&self) -> Option<&str> {
        self.0.token.as_ref().map(Token::as_str)
    }

    /// Whether the server listens on an address of this machine's own.
    pub(super) fn is_local(&self) -> bool {
        self.0.address.ip().is_loopback()
    }

    /// The URL by which a client reached the server.
    pub fn base(&self, headers: &HeaderMap) -> String {
        let host = headers.get(HOST).and_then(|host| host.to_str().ok());
        let scheme = if self.0.is_tls { "https" } else { "http" };
        format!("{scheme}://{}", host.map_or_else(|| self.0.address.to_string(), str::to_owned))
    }

    /// Compares what a client shows with the token; with `is_password` it may end with the token, because Salesforce's
    /// clients append a token to the password. Without a token, everything is right.
    ///
    /// **Errors.** [`Refusal::Token`], [`Refusal::Guesses`].
    pub fn judge(&self, peer: IpAddr, given: &str, is_password: bool) -> Result<(), Refusal> {
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

    /// Begins a session, and returns the value of a `Set-Cookie`. A session lasts 12 hours. At most 64 are open; one more
    /// ends the oldest.
    ///
    /// **Errors.** The system gives no random bytes.
    pub fn begin_session(&self) -> io::Result<String> {
        Ok(self.set_cookie(&self.0.sessions.begin(Instant::now())?, ""))
    }

    /// Ends the session of a request, and returns the `Set-Cookie` that removes it from the browser.
    #[must_use]
    pub fn end_session(&self, headers: &HeaderMap) -> String {
        for key in self.cookies(headers) {
            self.0.sessions.end(key);
        }
        self.set_cookie("", "; Max-Age=0")
    }

    /// The session of a request, if it has one.
    #[must_use]
    pub fn session(&self, headers: &HeaderMap) -> Option<Session> {
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

impl fmt::Debug for Door {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let token = self.0.token.as_ref().map(|_| "<redacted>");
        f.debug_struct("Door")
            .field("address", &self.0.address)
            .field("token", &token)
            .finish_non_exhaustive()
    }
}
