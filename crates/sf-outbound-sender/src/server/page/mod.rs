//! The status page: what an administrator has in Setup, as pages that need no script.
//!
//! Markup is made by `maud`, which escapes each value where it stands; nothing here goes around that. Pages ask
//! the operator and the records, and know neither SQL nor a rule.

mod delivery;
mod filter;
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
mod view;

use crate::server::state::State;
use axum::extract::Request;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{MethodRouter, get, post};
use sf_outbound_page::{Demand, Refusal, Route, Routes};
use std::sync::Arc;
use tokio::sync::{Semaphore, watch};
pub(super) use view::error_page;
use view::{POLICY, Page};

/// Pages that hear of changes at once: each holds a connection.
const LISTENERS: usize = 32;

/// Adds the pages to the server's routes.
pub(super) fn routes(routes: Routes, state: &State, end: watch::Receiver<()>) -> Routes {
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
