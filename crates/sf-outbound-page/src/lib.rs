//! The parts of a small status page: guarded routes, logins with a token, a frame, tables and buttons, live updates, and
//! the HTTP server below them.
//!
//! A program that shows its queue and takes orders at `http://127.0.0.1:8099` is open to every web page that its user
//! visits: each can send requests there. So [`Routes`] lists each route with what it [`Demand`]s, and a handler gets only
//! requests that meet the demand. [`Door`] has the token and the sessions, and [`serve`] runs the routes with limits of
//! time, size and number.
//!
//! [`Site`] makes the frame of every page and the login; [`parts`], [`text`] and [`plot`] make their content, and [`Live`]
//! keeps it up to date. The crate's README has a whole server.
//!
//! Two routes, one of which changes something:
//!
//! ```
//! use axum::http::{HeaderMap, Method, StatusCode};
//! use axum::response::{IntoResponse, Response};
//! use axum::routing::{get, post};
//! use sf_outbound_page::{Bounds, Demand, Door, Refusal, Routes, serve};
//! use std::io::{Read, Write};
//! use tokio::net::TcpListener;
//! use tokio::sync::watch;
//!
//! fn refuse(refusal: Refusal, _: &Method) -> Response {
//!     (refusal.status(), refusal.to_string()).into_response()
//! }
//!
//! fn missing(_: &HeaderMap) -> Response {
//!     StatusCode::NOT_FOUND.into_response()
//! }
//!
//! let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
//! let socket = runtime.block_on(TcpListener::bind("127.0.0.1:0"))?;
//! let address = socket.local_addr()?;
//!
//! // No other machine can reach this address, so it needs no token.
//! let door = Door::new("example", address, false, None)?;
//! let routes = Routes::new(refuse).with(
//!     &(),
//!     refuse,
//!     [
//!         ("/queue", Demand::Nothing, get(|| async { "2 messages" })),
//!         ("/queue/clear", Demand::Session, post(|| async { "cleared" })),
//!     ],
//! );
//! let router = routes.finish(door, Bounds::default(), missing, missing);
//! let (stop, stopped) = watch::channel(());
//! let server = runtime.spawn(serve(socket, None, router, Bounds::default(), stopped));
//!
//! let ask = |request: &str| -> std::io::Result<String> {
//!     let mut stream = std::net::TcpStream::connect(address)?;
//!     write!(stream, "{request}\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
//!     let mut answer = String::new();
//!     stream.read_to_string(&mut answer)?;
//!     Ok(answer)
//! };
//! assert!(ask("GET /queue HTTP/1.1")?.ends_with("2 messages"));
//! // A form of another page, a form of our own, and a name that another page made to lead here.
//! let foreign = ask("POST /queue/clear HTTP/1.1\r\nOrigin: http://evil.example")?;
//! assert!(foreign.ends_with("requests of other web pages are not answered"), "{foreign}");
//! let own = ask(&format!("POST /queue/clear HTTP/1.1\r\nOrigin: http://{address}"))?;
//! assert!(own.ends_with("cleared"), "{own}");
//! let rebound = ask("GET http://evil.example/queue HTTP/1.1")?;
//! assert!(rebound.contains("requests for another host"), "{rebound}");
//!
//! drop(stop);
//! runtime.block_on(server)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

mod door;
mod page;

pub use door::{
    Bounds, Connection, Demand, Door, Refusal, Refuse, Route, Routes, Session, Token, Unfit, Unusable,
    acceptor, serve,
};
pub use page::{Head, Live, Site, parts, plot, text};
