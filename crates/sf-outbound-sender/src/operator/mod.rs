//! What an operator asks and does: the library, the control API and the page all do it here.

mod desk;
mod entry;
mod health;
mod listing;
mod preview;
mod queue;
mod status;

pub(crate) use desk::Operator;
pub(crate) use entry::Entry;
pub(crate) use health::{Fare, Overview};
pub(crate) use listing::{Act, Filter, Listed, Place, START};
pub(crate) use preview::{Found, Preview};
pub use status::{Departure, Failed, MessageStatus, Outcome, Waiting};
