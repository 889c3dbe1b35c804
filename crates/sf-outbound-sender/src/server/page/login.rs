//! The page's login: with the token one gets a session.

use super::frame;
use super::view::{Page, bare, error_page};
use crate::error::Error;
use axum::extract::State as Of;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Form};
use maud::{Markup, html};
use sf_outbound_page::{Connection, Refusal};
use std::collections::HashMap;

pub(super) async fn form(Of(page): Of<Page>, headers: HeaderMap) -> Response {
    let door = &page.state.door;
    if door.token().is_none() || door.session(&headers).is_some() {
        return Redirect::to("/").into_response();
    }
    refuse(StatusCode::OK, None)
}

pub(super) async fn login(
    Of(page): Of<Page>,
    Extension(connection): Extension<Connection>,
    Form(form): Form<HashMap<String, String>>,
) -> Response {
    let given = form.get("token").map(String::as_str).unwrap_or_default();
    let door = &page.state.door;
    match door.judge(connection.peer, given.trim(), false) {
        Ok(()) => {}
        Err(refusal @ Refusal::Guesses { seconds }) => {
            let why = format!("Too many wrong tokens. Try again in {seconds} seconds.");
            return refusal.mark(refuse(StatusCode::TOO_MANY_REQUESTS, Some(&why)));
        }
        Err(_) => return refuse(StatusCode::UNAUTHORIZED, Some("That is not the token.")),
    }
    match door.begin_session() {
        Ok(cookie) => ([(SET_COOKIE, cookie)], Redirect::to("/")).into_response(),
        Err(error) => error_page(&Error::trouble(&crate::codes::LISTEN, error.to_string())),
    }
}

pub(super) async fn logout(Of(page): Of<Page>, headers: HeaderMap) -> Response {
    ([(SET_COOKIE, page.state.door.end_session(&headers))], Redirect::to("/login")).into_response()
}

/// The form that asks for the token, and why it asks again.
pub(super) fn refuse(status: StatusCode, why: Option<&str>) -> Response {
    bare(status, &frame::bare("Log in", &fields(why)))
}

fn fields(why: Option<&str>) -> Markup {
    html! {
        @if let Some(why) = why { p class="trouble" role="alert" { (why) } }
        form method="post" action="/login" class="fields" {
            label for="token" { "Token" }
            input id="token" name="token" type="password" autocomplete="current-password" required autofocus;
            p class="hint" { "The value of SF_OUTBOUND_TOKEN with which the organization was started." }
            button class="main" { "Log in" }
        }
    }
}
