//! Salesforce's half of outbound messaging, on your own machine: records change, workflow rules fire, outbound
//! messages are queued durably, and a background process delivers them with Salesforce's schedule of retries.
//!
//! What an administrator configures is a [`Definition`]; a running organization is an [`Org`].

mod bells;
mod change;
mod client;
mod clock;
mod codes;
mod criteria;
mod decimal;
mod definition;
mod error;
mod file;
mod ids;
mod json;
mod lane;
mod logic;
mod operand;
mod org;
mod rest;
mod rule;
mod schedule;
mod setup;
mod shared;
mod status;
mod store;
mod values;

pub use change::{Done, Operation};
pub use clock::{Alarm, Clock, ManualClock, SystemClock};
pub use codes::CODES;
pub use definition::{
    Criterion, Definition, Evaluate, Field, Logic, Object, Operator, OutboundMessage, Rule,
};
pub use error::Error;
pub use file::{Reading, check_endpoint, read_definition};
pub use logic::LogicError;
pub use org::{Builder, Org};
pub use rest::Rest;
pub use schedule::Schedule;
pub use status::{Departure, Failed, MessageStatus, Outcome, Sent, Waiting};
pub use values::{Changes, Values};
