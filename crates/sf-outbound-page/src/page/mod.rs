//! The frame of pages and the parts in it; only this folder knows templates.

mod live;
pub mod parts;
pub mod plot;
mod site;
pub mod text;

pub use live::Live;
pub use site::{Head, Site};
