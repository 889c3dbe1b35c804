//! From a row of the queue to the endpoint's verdict: a lane for each outbound message, when it sends, and by what.

mod bells;
mod client;
pub(crate) mod clock;
pub(crate) mod compose;
pub(crate) mod hooks;
mod lane;
mod recorder;
mod schedule;
mod sent;
mod shared;
mod trouble;

pub(crate) use bells::Bells;
pub(crate) use client::{Client, Delivery, Trust, Way};
pub(crate) use lane::Lanes;
pub(crate) use lane::{NOTIFICATIONS, REPLY_BYTES};
pub use recorder::{Incoming, Outgoing};
pub(crate) use recorder::{Recorder, boxed};
pub use schedule::Schedule;
pub(crate) use schedule::millis;
pub use sent::Sent;
pub(crate) use shared::{Observer, Shared};
pub(crate) use trouble::{Listener, Troubles};
