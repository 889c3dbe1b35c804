#![doc = include_str!("../README.md")]

mod kind;
mod name;

pub use kind::Kind;
#[doc(hidden)]
pub use kind::{EveryKind, Family};
pub use name::is_api_name;
