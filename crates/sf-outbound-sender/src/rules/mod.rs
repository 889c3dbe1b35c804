//! Whether a change of a record fires a rule: rules are read once, when the set-up is made, and then are pure functions
//! of values.

pub(crate) mod criteria;
mod decimal;
mod logic;
mod operand;
mod rule;

pub use logic::LogicError;
pub(crate) use rule::ReadRule;
