//! Who sees the page: whoever is at this machine, or has logged in with the token; and only its own forms are heard.

use super::{Page, error_page, frame};
use crate::error::{self, Error};
use crate::rest::is_same;
use axum::Form;
use axum::extract::{Request, State as Of};
use axum::http::header::{COOKIE, HOST, ORIGIN, SET_COOKIE};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use std::collections::HashMap;
use std::fmt::Write;
use std::sync::Arc;
use tokio_rustls::rustls::crypto::ring;

/// Of a session's key.
const KEY_BYTES: usize = 32;

/// The lock of the page, where a token is set.
#[derive(Clone)]
pub(super) struct Door {
    token: Option<Arc<str>>,
    /// What the cookie of those who have logged in holds; another one in each run.
    key: Arc<str>,
    /// Cookies know no ports: two organizations of one machine have two names.
    cookie: Arc<str>,
    is_tls: bool,
}

impl Door {
    /// **Errors.** `SFD0503` where the system gives no random bytes.
    pub(super) fn new(token: Option<Arc<str>>, port: u16, is_tls: bool) -> Result<Self, Error> {
        let mut bytes = [0; KEY_BYTES];
        ring::default_provider().secure_random.fill(&mut bytes).map_err(|_| {
            Error::trouble(&crate::codes::LISTEN, "the system gives no random bytes for the page's sessions")
        })?;
        let mut key = String::with_capacity(2 * KEY_BYTES);
        for byte in bytes {
            let _ = write!(key, "{byte:02x}");
        }
        let cookie = format!("sf_outbound_{port}");
        Ok(Self { token, key: key.into(), cookie: cookie.into(), is_tls })
    }

    /// Whether one has to log in.
    pub(super) fn is_locked(&self) -> bool {
        self.token.is_some()
    }

    fn is_open_to(&self, headers: &HeaderMap) -> bool {
        let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut given =
            cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
        !self.is_locked()
            || given.any(|(name, key)| name == &*self.cookie && is_same(self.key.as_bytes(), key.as_bytes()))
    }

    fn set_cookie(&self, key: &str, lifetime: &str) -> String {
        let secure = if self.is_tls { "; Secure" } else { "" };
        format!("{}={key}; Path=/; HttpOnly; SameSite=Strict{secure}{lifetime}", self.cookie)
    }
}

/// Refuses forms that are not the page's own. What changes something is a form, and each browser says where it stands.
pub(super) async fn own_forms(request: Request, next: Next) -> Response {
    if matches!(*request.method(), Method::GET | Method::HEAD) || is_own(request.headers()) {
        return next.run(request).await;
    }
    error_page(&Error::new(error::FORBIDDEN, "only forms of this page itself are heard"))
}

fn is_own(headers: &HeaderMap) -> bool {
    let header = |name| headers.get(name).and_then(|value: &axum::http::HeaderValue| value.to_str().ok());
    let origin = header(ORIGIN.as_str()).map(|origin| origin.split_once("://").map(|parts| parts.1));
    let is_here = origin.map(|authority| authority.is_some() && authority == header(HOST.as_str()));
    match (header("sec-fetch-site"), is_here) {
        (_, Some(false)) | (None, None) => false,
        (Some(site), _) => site == "same-origin",
        (None, Some(true)) => true,
    }
}

/// Sends whoever has not logged in to the door.
pub(super) async fn logged_in(Of(page): Of<Page>, request: Request, next: Next) -> Response {
    if page.door.is_open_to(request.headers()) {
        return next.run(request).await;
    }
    if request.method() == Method::GET && request.uri().path() != "/page/live" {
        return Redirect::to("/login").into_response();
    }
    (StatusCode::UNAUTHORIZED, door(false)).into_response()
}

pub(super) async fn form(Of(page): Of<Page>, headers: HeaderMap) -> Response {
    if page.door.is_open_to(&headers) {
        return Redirect::to("/").into_response();
    }
    door(false).into_response()
}

pub(super) async fn login(Of(page): Of<Page>, Form(form): Form<HashMap<String, String>>) -> Response {
    let given = form.get("token").map(String::as_str).unwrap_or_default();
    match &page.door.token {
        Some(token) if !is_same(token.as_bytes(), given.trim().as_bytes()) => {
            (StatusCode::UNAUTHORIZED, door(true)).into_response()
        }
        _ => ([(SET_COOKIE, page.door.set_cookie(&page.door.key, ""))], Redirect::to("/")).into_response(),
    }
}

pub(super) async fn logout(Of(page): Of<Page>) -> Response {
    ([(SET_COOKIE, page.door.set_cookie("", "; Max-Age=0"))], Redirect::to("/login")).into_response()
}

fn door(is_wrong: bool) -> Markup {
    let content = html! {
        @if is_wrong { p class="trouble" role="alert" { "That is not the token." } }
        form method="post" action="/login" class="fields" {
            label for="token" { "Token" }
            input id="token" name="token" type="password" autocomplete="current-password" required autofocus;
            p class="hint" { "The value of SF_OUTBOUND_TOKEN with which the organization was started." }
            button class="main" { "Log in" }
        }
    };
    frame::bare("Log in", &content)
}
