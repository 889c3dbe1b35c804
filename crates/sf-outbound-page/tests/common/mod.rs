//! A server with a route for each demand.

#![allow(dead_code)] // Each test file uses its own part.

pub(crate) mod raw;

use axum::body::Bytes;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use maud::{Markup, html};
use sf_outbound_page::{Bounds, Demand, Door, Head, Live, Refusal, Routes, Site, Token, serve};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::watch;

pub(crate) const TOKEN: &str = "0123456789abcdef";
pub(crate) const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

const SITE: Site = Site {
    brand: "Test <1>",
    places: &[("/", "Here"), ("/there", "There")],
    foot: "The end.",
    token: "It stands in the test.",
};

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) demands: Vec<(&'static str, Demand)>,
    pub(crate) changes: Arc<AtomicU64>,
    stop: Option<watch::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Server {
    pub(crate) fn start(token: Option<&str>) -> Self {
        Self::on("127.0.0.1:0", token)
    }

    pub(crate) fn on(address: &str, token: Option<&str>) -> Self {
        let socket = std::net::TcpListener::bind(address).unwrap();
        socket.set_nonblocking(true).unwrap();
        let address = socket.local_addr().unwrap();
        let door = Door::new("test", address, false, token.map(|token| Token::new(token).unwrap())).unwrap();
        let changes = Arc::new(AtomicU64::new(0));
        let (stop, stopped) = watch::channel(());
        let counted = Arc::clone(&changes);
        let live = Live::new(move || counted.load(Ordering::Relaxed), stopped.clone());
        let routes = routes(&door, live);
        let demands = routes.demands();
        let bounds = Bounds { body_bytes: 1 << 20, head: Duration::from_secs(20), ..Bounds::default() };
        let guarded = routes.finish(door, bounds, |_| words(404, "missing"), |_| words(405, "no method"));
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let socket = tokio::net::TcpListener::from_std(socket).unwrap();
                serve(socket, None, guarded, bounds, stopped).await;
            });
        });
        Self { address, demands, changes, stop: Some(stop), thread: Some(thread) }
    }

    /// Logs in; the cookie.
    pub(crate) fn login(&self) -> String {
        let own = format!("http://{}", self.address);
        let headers = [("Origin", own.as_str()), FORM];
        let reply = raw::once(self.address, "POST", "/login", &headers, &format!("token={TOKEN}"));
        assert_eq!(reply.status, 303, "{reply:?}");
        reply.header("set-cookie").split(';').next().unwrap().to_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        drop(self.thread.take().map(std::thread::JoinHandle::join));
    }
}

fn routes(door: &Door, live: Live) -> Routes {
    let echo = || any(|body: Bytes| async move { body });
    let refuse = |refusal, method: &_| SITE.refuse(refusal, method, trouble);
    let routes = Routes::new(|refusal, _| refused("nobody", refusal))
        .with(
            door,
            |refusal, _| refused("programs", refusal),
            [
                ("/nothing", Demand::Nothing, echo()),
                ("/token", Demand::Token, echo()),
                ("/bearer", Demand::Bearer, echo()),
                ("/get", Demand::Nothing, get(|| async { "got" })),
                ("/number/{number}", Demand::Nothing, get(number)),
            ],
        )
        .with(
            door,
            |refusal, _| refused("browsers", refusal),
            [
                ("/session", Demand::Session, echo()),
                ("/own", Demand::OwnForm, echo()),
                ("/form", Demand::OwnForm, any(form)),
            ],
        )
        .pages(door, refuse, [("/", Demand::Session, get(page)), ("/there", Demand::Session, get(page))]);
    SITE.routes(routes, door, live, trouble)
}

async fn page(State(door): State<Door>) -> Markup {
    let has_logout = door.token().is_some();
    let head = Head { place: "/there", title: "A <title>", about: "<about>", now: 0, has_logout };
    SITE.page(&head, &html! { p { "content" } })
}

fn trouble(refusal: Refusal) -> Response {
    let content = html! { p role="alert" { (refusal) } };
    SITE.bare(refusal.status(), "That did not work", &content)
}

/// A refusal, and who says it to whom.
fn refused(whom: &str, refusal: Refusal) -> Response {
    words(refusal.status().as_u16(), &format!("{whom}: {refusal:?}"))
}

fn words(status: u16, words: &str) -> Response {
    let kind = [("content-type", "application/json")];
    (StatusCode::from_u16(status).unwrap(), kind, words.to_owned()).into_response()
}

async fn number(Path(number): Path<u32>) -> String {
    number.to_string()
}

async fn form(Form(form): Form<HashMap<String, String>>) -> String {
    form.len().to_string()
}
