#![doc = include_str!("../README.md")]

mod address;
mod builder;
mod clock;
mod counts;
mod delivery;
mod digest;
mod error;
mod handler;
mod handling;
mod http;
mod inbox;
mod mount;
mod outside;
mod patience;
mod retries;
mod store;
#[cfg(test)]
mod tests;
mod worker;

pub use builder::Builder;
pub use counts::Counts;
pub use delivery::{Delivery, IdempotencyKey};
pub use error::{HandlerError, OpenError};
pub use handler::Tx;
pub use http::ResponseFuture;
pub use inbox::Inbox;
pub use outside::HandlerWork;
pub use retries::Retries;
pub use sf_outbound_store::Trouble;
