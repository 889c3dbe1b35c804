//! The status page: what an administrator has in Setup, as pages that need no script.
//!
//! Markup is made by `maud`, which escapes each value where it stands; nothing here goes around that. Pages ask
//! [`Shared`] and the store, and know neither SQL nor a rule.

mod delivery;
mod frame;
mod live;
mod login;
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
use axum::extract::Request;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{MethodRouter, get, post};
use maud::{Markup, html};
use sf_outbound_page::{Demand, Refusal, Route, Routes};
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::{Semaphore, watch};

/// Nothing but our own stylesheet, script, icon and forms; no inline script or style, and no frame.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// What a request's query or form holds.
type Parameters = HashMap<String, String>;

/// Pages that hear of changes at once: each holds a connection.
const LISTENERS: usize = 32;

/// The organization, and what its pages share.
#[derive(Clone)]
struct Page {
    state: State,
    /// Ends when the server does.
    end: watch::Receiver<()>,
    listeners: Arc<Semaphore>,
}

/// Adds the pages to the server's routes.
pub(crate) fn routes(routes: Routes, state: &State, end: watch::Receiver<()>) -> Routes {
    let page = Page { state: state.clone(), end, listeners: Arc::new(Semaphore::new(LISTENERS)) };
    let inside = [
        ("/", get(delivery::show)),
        ("/queue/delete", get(queue::confirm).post(queue::delete)),
        ("/queue/retry", post(queue::retry)),
        ("/notifications/{id}", get(notification::show)),
        ("/notifications/{id}/message.xml", get(notification::download)),
        ("/notifications/{id}/retry", post(queue::retry_one)),
        ("/notifications/{id}/delete", post(queue::delete_one)),
        ("/messages", get(messages::list)),
        ("/messages/{name}", get(messages::show)),
        ("/messages/{name}/wsdl", get(messages::wsdl)),
        ("/records", get(records::objects)),
        ("/records/{object}", get(records::list).post(records::create)),
        ("/records/{object}/new", get(records::new)),
        ("/records/{object}/{id}", get(records::show).post(records::save)),
        ("/records/{object}/{id}/delete", post(records::delete)),
        ("/rehearsal", get(rehearsal::show).post(rehearsal::set)),
        ("/logout", post(login::logout)),
    ];
    let outside = [
        ("/login", get(login::form).post(login::login)),
        ("/page/page.css", get(|| async { asset("text/css", include_str!("page.css")) })),
        ("/page/page.js", get(|| async { asset("text/javascript", include_str!("page.js")) })),
        ("/page/icon.svg", get(|| async { asset("image/svg+xml", include_str!("icon.svg")) })),
    ];
    routes
        .with(&page, refuse, inside.map(|(path, methods)| row(path, Demand::Session, methods)))
        .with(&page, refuse_events, [row("/page/live", Demand::Session, get(live::live))])
        .with(&page, refuse, outside.map(|(path, methods)| row(path, Demand::OwnForm, methods)))
}

fn row(path: &'static str, demand: Demand, methods: MethodRouter<Page>) -> Route<Page> {
    (path, demand, methods.layer(from_fn(policy)))
}

async fn policy(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response
}

/// A refusal as a page; whoever has not logged in is led to the login.
fn refuse(refusal: Refusal, method: &Method) -> Response {
    match refusal {
        Refusal::Session if method == Method::GET => Redirect::to("/login").into_response(),
        Refusal::Session => login::refuse(StatusCode::UNAUTHORIZED, None),
        refusal => error_page(&refusal.into()),
    }
}

/// Of events: who asks for them can't be led anywhere.
fn refuse_events(refusal: Refusal, _: &Method) -> Response {
    refuse(refusal, &Method::POST)
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
pub(crate) fn error_page(error: &Error) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let content = html! {
        p class="trouble" role="alert" { (text::shown(error.message(), 1_000)) " (" code { (error.code()) } ")" }
        @if !error.fields().is_empty() { p { "Fields: " (error.fields().join(", ")) } }
        p { "Nothing was changed. Go back to mend it, or to " a href="/" { "the deliveries" } "." }
    };
    bare(status, &frame::bare("That did not work", &content))
}

/// A page that stands alone.
fn bare(status: StatusCode, markup: &Markup) -> Response {
    (status, [(CONTENT_SECURITY_POLICY, POLICY)], markup.clone()).into_response()
}
