//! Who is answered: no web page, and nobody without a session.

use super::State;
use super::reply::Reply;
use crate::error::{self, Error};
use axum::extract::{self, Request};
use axum::http::header::{AUTHORIZATION, HOST};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::net::SocketAddr;
use std::sync::Arc;

/// What a request must show.
#[derive(Clone)]
pub(crate) struct Guard {
    pub(crate) scheme: &'static str,
    pub(crate) address: SocketAddr,
    pub(crate) token: Option<Arc<str>>,
}

impl Guard {
    fn lets_in(&self, given: Option<&str>) -> bool {
        given.is_some_and(|given| match &self.token {
            Some(token) => is_same(token.as_bytes(), given.as_bytes()),
            None => true,
        })
    }

    fn answers(&self, headers: &HeaderMap) -> bool {
        let header = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
        let is_foreign = self.address.ip().is_loopback() && !is_local(header("host").unwrap_or_default());
        // Browsers say so of each request; nothing else sends it.
        let is_of_another_page =
            header("sec-fetch-site").is_some_and(|site| !matches!(site, "same-origin" | "none"));
        !is_foreign && !is_of_another_page
    }

    /// The URL at which a client has reached the server.
    pub(super) fn base(&self, headers: &HeaderMap) -> String {
        let host = headers.get(HOST).and_then(|host| host.to_str().ok());
        format!("{}://{}", self.scheme, host.map_or_else(|| self.address.to_string(), str::to_owned))
    }
}

/// Refuses requests of web pages and, on an address of this machine's own, those for another host.
pub(super) async fn host(
    extract::State(state): extract::State<State>,
    request: Request,
    next: Next,
) -> Response {
    if !state.guard.answers(request.headers()) {
        let message = "requests of web pages, and those for another host than this machine, are not answered";
        return Reply::from(Error::new(error::FORBIDDEN, message)).into_response();
    }
    next.run(request).await
}

/// Whether a request names this machine as its host: a web page whose name was made to lead here does not.
fn is_local(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    name.eq_ignore_ascii_case("localhost")
        || name.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Refuses requests without a bearer token, as Salesforce does, or with another one than was set.
pub(super) async fn session(
    extract::State(state): extract::State<State>,
    request: Request,
    next: Next,
) -> Response {
    if state.guard.lets_in(bearer(request.headers())) {
        return next.run(request).await;
    }
    Reply::from(Error::new(error::SESSION, "Session expired or invalid")).into_response()
}

/// Where a token was set, refuses requests without it.
pub(super) async fn token(
    extract::State(state): extract::State<State>,
    request: Request,
    next: Next,
) -> Response {
    if state.guard.token.is_none() || state.guard.lets_in(bearer(request.headers())) {
        return next.run(request).await;
    }
    Reply::from(Error::new(error::SESSION, "Session expired or invalid")).into_response()
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    // Older clients say `OAuth`.
    let is_bearer = scheme.eq_ignore_ascii_case("Bearer") || scheme.eq_ignore_ascii_case("OAuth");
    is_bearer.then_some(token.trim())
}

/// Takes the same time wherever the first difference is.
pub(crate) fn is_same(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len() && one.iter().zip(other).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_local() {
        for host in ["localhost", "LOCALHOST:8099", "127.0.0.1:1", "127.8.8.8", "[::1]:8099", "[::1]"] {
            assert!(is_local(host), "{host}");
        }
        for host in ["", "evil.example:8099", "localhost.evil.example", "10.0.0.1", "[::2]:1", "0x7f.1"] {
            assert!(!is_local(host), "{host}");
        }
    }
}
