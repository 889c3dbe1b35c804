//! Salesforce's half of outbound messaging, on your own machine: records change, workflow rules fire, outbound
//! messages are queued durably, and a background process delivers them with Salesforce's schedule of retries.
//!
//! What an administrator configures is a [`Definition`].

mod codes;
mod criteria;
mod decimal;
mod definition;
mod file;
mod logic;
mod operand;
mod rule;
mod values;

pub use codes::CODES;
pub use definition::{
    Criterion, Definition, Evaluate, Field, Logic, Object, Operator, OutboundMessage, Rule,
};
pub use file::{Reading, check_endpoint, read_definition};
pub use logic::LogicError;
pub use values::{Changes, Values};
