//! What every page is answered with.

use super::site::SITE;
use crate::error::Error;
use crate::server::state::{State, blocking};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use sf_outbound_page::text;
use std::collections::HashMap;

/// What a request's query or form holds.
pub(super) type Parameters = HashMap<String, String>;

/// What pages are made from.
#[derive(Clone)]
pub(super) struct Page {
    pub(super) state: State,
}

impl Page {
    /// A page, made outside of the server's thread: what it shows waits for the file.
    pub(super) async fn show(
        self,
        make: impl FnOnce(&Self) -> Result<Markup, Error> + Send + 'static,
    ) -> Response {
        match self.blocking(make).await {
            Ok(markup) => markup.into_response(),
            Err(error) => error_page(&error),
        }
    }

    /// Does something, and leads to where it shows.
    pub(super) async fn act(
        self,
        act: impl FnOnce(&State) -> Result<String, Error> + Send + 'static,
    ) -> Response {
        match self.blocking(move |page| act(&page.state)).await {
            Ok(place) => Redirect::to(&place).into_response(),
            Err(error) => error_page(&error),
        }
    }

    pub(super) async fn blocking<T: Send + 'static>(
        self,
        work: impl FnOnce(&Self) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        blocking(self, work).await
    }
}

/// What went wrong, with the way back.
pub(in crate::server) fn error_page(error: &Error) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let content = html! {
        p class="trouble" role="alert" { (text::shown(error.message(), 1_000)) " (" code { (error.code()) } ")" }
        @if !error.fields().is_empty() { p { "Fields: " (error.fields().join(", ")) } }
        p { "Nothing was saved. Go back to correct it, or to " a href="/" { "the deliveries" } "." }
    };
    SITE.bare(status, "That did not work", &content)
}
