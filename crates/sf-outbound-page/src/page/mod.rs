//! What pages are made of, and what stands around each.

mod live;
pub mod parts;
pub mod plot;
mod site;
pub mod text;

pub use live::Live;
pub use site::{Head, Site};
