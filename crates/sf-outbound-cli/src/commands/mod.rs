//! One file a command.

pub(crate) mod decode;
pub(crate) mod diff;
pub(crate) mod explain;
pub(crate) mod generate;
pub(crate) mod inspect;
#[cfg(feature = "listen")]
pub(crate) mod listen;
pub(crate) mod new;
#[cfg(feature = "org")]
pub(crate) mod org;
pub(crate) mod sample;
pub(crate) mod send;
pub(crate) mod verdict;
