//! The status page: what an administrator has in Setup, as pages that need no script.
//!
//! Markup is made by `maud`, which escapes each value where it stands; nothing here goes around that. Pages ask
//! [`Shared`] and the store, and know neither SQL nor a rule.

mod delivery;
mod door;
mod frame;
mod live;
mod messages;
mod notification;
mod plot;
mod queue;
mod records;
mod rehearsal;
mod text;

use crate::codes;
use crate::error::Error;
use crate::rest::State;
use crate::shared::Shared;
use axum::Router;
use axum::extract::Request;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use door::Door;
use maud::{Markup, html};
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::watch;

/// Nothing but our own stylesheet, script, icon and forms; no inline script or style, and no frame.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// `same-origin`, not less: without a referrer, browsers hide the origin of forms too.
const HEADERS: [(HeaderName, &str); 5] = [
    (CONTENT_SECURITY_POLICY, POLICY),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "same-origin"),
    (CACHE_CONTROL, "no-store"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// What a request's query or form holds.
type Parameters = HashMap<String, String>;

/// The organization, and who may see it.
#[derive(Clone)]
struct Page {
    state: State,
    door: Door,
    /// Ends when the server does.
    end: watch::Receiver<()>,
}

/// The pages.
///
/// **Errors.** `SFD0503`.
pub(crate) fn router(state: &State, end: watch::Receiver<()>) -> Result<Router<State>, Error> {
    let guard = &state.guard;
    let door = Door::new(guard.token.clone(), guard.address.port(), guard.scheme == "https")?;
    let page = Page { state: state.clone(), door, end };
    let inside = Router::new()
        .route("/", get(delivery::show))
        .route("/queue/delete", get(queue::confirm).post(queue::delete))
        .route("/queue/retry", post(queue::retry))
        .route("/notifications/{id}", get(notification::show))
        .route("/notifications/{id}/message.xml", get(notification::download))
        .route("/notifications/{id}/retry", post(queue::retry_one))
        .route("/notifications/{id}/delete", post(queue::delete_one))
        .route("/messages", get(messages::list))
        .route("/messages/{name}", get(messages::show))
        .route("/messages/{name}/wsdl", get(messages::wsdl))
        .route("/records", get(records::objects))
        .route("/records/{object}", get(records::list).post(records::create))
        .route("/records/{object}/new", get(records::new))
        .route("/records/{object}/{id}", get(records::show).post(records::save))
        .route("/records/{object}/{id}/delete", post(records::delete))
        .route("/rehearsal", get(rehearsal::show).post(rehearsal::set))
        .route("/page/live", get(live::live))
        .route("/logout", post(door::logout))
        .layer(from_fn_with_state(page.clone(), door::logged_in));
    let outside = Router::new()
        .route("/login", get(door::form).post(door::login))
        .route("/page/page.css", get(|| async { asset("text/css", include_str!("page.css")) }))
        .route("/page/page.js", get(|| async { asset("text/javascript", include_str!("page.js")) }))
        .route("/page/icon.svg", get(|| async { asset("image/svg+xml", include_str!("icon.svg")) }));
    let all = inside.merge(outside).layer(from_fn(door::own_forms)).layer(from_fn(headers));
    Ok(all.with_state(page))
}

async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

fn asset(kind: &'static str, text: &'static str) -> Response {
    ([(CONTENT_TYPE, HeaderValue::from_static(kind))], text).into_response()
}

impl Page {
    /// A page, made outside of the server's thread: what it shows waits for the file.
    async fn show(self, make: impl FnOnce(&Self) -> Result<Markup, Error> + Send + 'static) -> Response {
        match self.blocking(make).await {
            Ok(markup) => markup.into_response(),
            Err(error) => error_page(&error),
        }
    }

    /// Does something, and leads to where it shows.
    async fn act(self, act: impl FnOnce(&Arc<Shared>) -> Result<String, Error> + Send + 'static) -> Response {
        match self.blocking(move |page| act(&page.state.shared)).await {
            Ok(place) => Redirect::to(&place).into_response(),
            Err(error) => error_page(&error),
        }
    }

    async fn blocking<T: Send + 'static>(
        self,
        work: impl FnOnce(&Self) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let done = tokio::task::spawn_blocking(move || work(&self)).await;
        done.unwrap_or_else(|_| Err(Error::trouble(&codes::STOPPED, "the organization was stopped")))
    }
}

/// What went wrong, with the way back.
fn error_page(error: &Error) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let content = html! {
        p class="trouble" role="alert" { (text::shown(error.message(), 1_000)) " (" code { (error.code()) } ")" }
        @if !error.fields().is_empty() { p { "Fields: " (error.fields().join(", ")) } }
        p { "Nothing was changed. Go back to mend it, or to " a href="/" { "the deliveries" } "." }
    };
    (status, frame::bare("That did not work", &content)).into_response()
}
