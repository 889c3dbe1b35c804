//! Faults of networks and of Salesforce that happen on purpose: which, how often, and how.
//!
//! The rest of the organization knows nothing of it but its [hooks](crate::delivery::hooks).

mod plan;
mod play;
mod rates;
mod stage;
mod trickle;

pub use rates::Rehearsal;
pub(crate) use rates::percent;
pub(crate) use stage::Stage;
