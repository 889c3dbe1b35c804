//! One guard in front of all routes, and the server around it.
//!
//! [`Routes`] is a list of routes, each with what it [`Demand`]s, and makes a router that answers nothing else.

mod body;
mod brake;
mod guard;
mod line;
mod lock;
mod origin;
mod refusal;
mod serve;
mod session;
mod tls;
mod token;

pub(crate) use guard::PAGES;
pub use guard::{Demand, Refuse, Route, Routes};
pub use lock::Door;
pub use refusal::Refusal;
pub use serve::{Bounds, Connection, serve};
pub use session::Session;
pub use tls::{Unusable, acceptor};
pub use token::{Token, Unfit};
