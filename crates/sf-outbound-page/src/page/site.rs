//! The frame around every page, the login, and the paths that both need.

use super::live::Live;
use super::text::clock;
use crate::door::{Connection, Demand, Door, PAGES, Refusal, Refuse, Routes, Session};
use axum::extract::State;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Extension, Form};
use maud::{DOCTYPE, Markup, html};
use std::collections::HashMap;
use std::sync::Arc;

/// The common parts of a server's pages: the name, the navigation, the login.
///
/// # Example
///
/// ```
/// use axum::http::StatusCode;
/// use maud::html;
/// use sf_outbound_page::{Head, Site};
///
/// const SITE: Site = Site {
///     brand: "queue",
///     places: &[("/", "Messages"), ("/failed", "Failed")],
///     foot: "Times are UTC.",
///     token: "The value of QUEUE_TOKEN.",
/// };
/// let head = Head { place: "/failed", title: "What failed", about: "eu-1", now: 0, has_logout: true };
/// let page = SITE.page(&head, &html! { p { "Nothing." } }).into_string();
/// assert!(page.contains("<a href=\"/failed\" aria-current=\"page\">Failed</a>") && page.contains("Log out"));
///
/// let alone = SITE.bare(StatusCode::NOT_FOUND, "Not here", &html! { a href="/" { "Messages" } });
/// assert_eq!(alone.status(), 404);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Site {
    /// The name at the top of each page and in its title.
    pub brand: &'static str,
    /// The navigation: each entry is a path and its name.
    pub places: &'static [(&'static str, &'static str)],
    /// The text at the foot of each page.
    pub foot: &'static str,
    /// The hint in the login: where the user finds the token.
    pub token: &'static str,
}

/// The content of one page in its frame. [`Site`] has an example.
#[derive(Debug, Clone, Copy)]
pub struct Head<'h> {
    /// The path of its entry in the navigation; empty for none.
    pub place: &'h str,
    /// Its title and heading.
    pub title: &'h str,
    /// A text beside the brand, such as an id of the instance.
    pub about: &'h str,
    /// The time of the state that the page shows, in milliseconds since 1970.
    pub now: i64,
    /// Whether it has a logout button: true if the door has a token.
    pub has_logout: bool,
}

/// The state of the site's own routes.
#[derive(Clone)]
struct Inside {
    site: Site,
    door: Door,
    live: Live,
    refuse: Refuse,
}

impl Site {
    /// Adds the routes that the frame needs: `/login`, `/logout`, and below `/page/` the stylesheet, the script, the icon
    /// and the events. Markup and script name these paths, so they are fixed.
    ///
    /// `refuse` answers every refusal that does not lead to the login.
    #[must_use]
    pub fn routes(
        self,
        routes: Routes,
        door: &Door,
        live: Live,
        refuse: impl Fn(Refusal) -> Response + Send + Sync + 'static,
    ) -> Routes {
        let refuse: Refuse = Arc::new(move |refusal, method| self.refuse(refusal, method, &refuse));
        let inside = Inside { site: self, door: door.clone(), live, refuse: Arc::clone(&refuse) };
        let (inner, outer, events) = (Arc::clone(&refuse), Arc::clone(&refuse), refuse);
        let asset = |kind: &'static str, text: &'static str| {
            get(move || async move { ([(CONTENT_TYPE, HeaderValue::from_static(kind))], text) })
        };
        routes
            .pages(
                &inside,
                move |refusal, method| inner(refusal, method),
                [("/logout", Demand::Session, post(logout))],
            )
            // Who asks for events can't be led anywhere.
            .pages(
                &inside,
                move |refusal, _| events(refusal, &Method::POST),
                [("/page/live", Demand::Session, get(events_of))],
            )
            .pages(
                &inside,
                move |refusal, method| outer(refusal, method),
                [
                    ("/login", Demand::OwnForm, get(form).post(login)),
                    ("/page/page.css", Demand::OwnForm, asset("text/css", include_str!("page.css"))),
                    ("/page/page.js", Demand::OwnForm, asset("text/javascript", include_str!("page.js"))),
                    ("/page/icon.svg", Demand::OwnForm, asset("image/svg+xml", include_str!("icon.svg"))),
                ],
            )
    }

    /// Answers a refusal with a page: it redirects to the login if nobody has logged in, and else asks `otherwise`.
    ///
    /// # Example
    ///
    /// ```
    /// use axum::http::{Method, StatusCode};
    /// use maud::html;
    /// use sf_outbound_page::{Refusal, Site};
    ///
    /// const SITE: Site = Site { brand: "queue", places: &[], foot: "", token: "" };
    /// let refuse = |refusal: Refusal, method: &Method| {
    ///     let page = |refusal: Refusal| SITE.bare(refusal.status(), "Refused", &html! { (refusal) });
    ///     SITE.refuse(refusal, method, page)
    /// };
    /// assert_eq!(refuse(Refusal::Session, &Method::GET).headers()["location"], "/login");
    /// assert_eq!(refuse(Refusal::Session, &Method::POST).status(), StatusCode::UNAUTHORIZED);
    /// assert_eq!(refuse(Refusal::Origin, &Method::GET).status(), StatusCode::FORBIDDEN);
    /// ```
    pub fn refuse(
        &self,
        refusal: Refusal,
        method: &Method,
        otherwise: impl FnOnce(Refusal) -> Response,
    ) -> Response {
        match refusal {
            Refusal::Session if method == Method::GET => Redirect::to("/login").into_response(),
            Refusal::Session => self.login(StatusCode::UNAUTHORIZED, None),
            refusal => otherwise(refusal),
        }
    }

    /// A page: the content in its frame.
    #[must_use]
    pub fn page(&self, head: &Head<'_>, content: &Markup) -> Markup {
        let Head { place, title, about, now, has_logout } = *head;
        html! {
            (self.head(title))
            body {
                a class="skip" href="#main" { "Skip to content" }
                header class="top" {
                    p class="brand" { a href="/" { (self.brand) } " " span class="id" { (about) } }
                    nav aria-label="Pages" {
                        ul {
                            @for (path, name) in self.places {
                                li { a href=(path) aria-current=[(*path == place).then_some("page")] { (name) } }
                            }
                        }
                    }
                    div class="live" {
                        span id="live" { "As of " (clock(now, "%Y-%m-%d %H:%M:%S")) }
                        a id="refresh" href="" { "Refresh" }
                        @if has_logout { form method="post" action="/logout" { button { "Log out" } } }
                    }
                }
                main id="main" {
                    h1 { (title) }
                    (content)
                }
                footer { p { (self.foot) } }
            }
        }
    }

    /// A page without navigation, such as the login or an error.
    #[must_use]
    pub fn bare(&self, status: StatusCode, title: &str, content: &Markup) -> Response {
        let markup = html! {
            (self.head(title))
            body class="bare" {
                main id="main" {
                    h1 { (title) }
                    (content)
                }
            }
        };
        (status, [(CONTENT_SECURITY_POLICY, PAGES)], markup).into_response()
    }

    fn head(&self, title: &str) -> Markup {
        html! {
            (DOCTYPE)
            html lang="en";
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · " (self.brand) }
                link rel="icon" href="/page/icon.svg" type="image/svg+xml";
                link rel="stylesheet" href="/page/page.css";
                script src="/page/page.js" defer {}
            }
        }
    }

    /// The form that asks for the token, and why it asks again.
    fn login(&self, status: StatusCode, why: Option<&str>) -> Response {
        let fields = html! {
            @if let Some(why) = why { p class="trouble" role="alert" { (why) } }
            form method="post" action="/login" class="fields" {
                label for="token" { "Token" }
                input id="token" name="token" type="password" autocomplete="current-password" required autofocus;
                p class="hint" { (self.token) }
                button class="main" { "Log in" }
            }
        };
        self.bare(status, "Log in", &fields)
    }
}

async fn form(State(inside): State<Inside>, headers: HeaderMap) -> Response {
    let Inside { site, door, .. } = inside;
    if door.token().is_none() || door.session(&headers).is_some() {
        return Redirect::to("/").into_response();
    }
    site.login(StatusCode::OK, None)
}

async fn login(
    State(inside): State<Inside>,
    Extension(connection): Extension<Connection>,
    Form(form): Form<HashMap<String, String>>,
) -> Response {
    let Inside { site, door, .. } = inside;
    let given = form.get("token").map(String::as_str).unwrap_or_default();
    match door.judge(connection.peer, given.trim(), false) {
        Ok(()) => {}
        Err(refusal @ Refusal::Guesses { seconds }) => {
            let why = format!("Too many wrong tokens. Try again in {seconds} seconds.");
            return refusal.mark(site.login(refusal.status(), Some(&why)));
        }
        Err(refusal) => return site.login(refusal.status(), Some("That is not the token.")),
    }
    match door.begin_session() {
        Ok(cookie) => ([(SET_COOKIE, cookie)], Redirect::to("/")).into_response(),
        Err(error) => site.login(StatusCode::INTERNAL_SERVER_ERROR, Some(&error.to_string())),
    }
}

async fn logout(State(inside): State<Inside>, headers: HeaderMap) -> Response {
    ([(SET_COOKIE, inside.door.end_session(&headers))], Redirect::to("/login")).into_response()
}

async fn events_of(State(inside): State<Inside>, session: Option<Extension<Session>>) -> Response {
    let answer = inside.live.answer(session.map(|Extension(session)| session));
    answer.unwrap_or_else(|refusal| refusal.mark((inside.refuse)(refusal, &Method::GET)))
}
