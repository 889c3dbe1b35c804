//! What must hold of any bytes: each target is a plain function that panics where it does not.
//!
//! `cargo xtask test` calls them with seeds and mutations of them, `cargo xtask fuzz` from cargo-fuzz.

// To panic is what a target is for.
#![allow(clippy::missing_panics_doc)]

mod choice;
mod grammar;
mod json;
mod mutation;
mod predictions;
mod records;
mod round_trip;
mod routing;
#[allow(unreachable_pub, clippy::pedantic)]
mod sample;
mod seed;
mod shapes;
mod values;
mod well_formed;
mod wsdl;

pub use grammar::{Document, grammar};
pub use json::json;
pub use mutation::mutated;
pub use predictions::{is_read, predictions};
pub use records::{records, schema};
pub use round_trip::round_trip;
pub use routing::routing;
pub use seed::{documents, messages, workflows, wsdls};
pub use shapes::shapes;
pub use values::values;
pub use well_formed::well_formed;
pub use wsdl::{workflow, wsdl};

/// A target's name, the function, and its seeds.
pub type Target = (&'static str, fn(&[u8]), fn() -> Vec<Vec<u8>>);

/// All targets.
pub const TARGETS: [Target; 11] = [
    ("predictions", predictions, messages),
    ("records", records, messages),
    ("round_trip", round_trip, messages),
    ("values", values, seed::values),
    ("well_formed", well_formed, documents),
    ("workflow", workflow, workflows),
    ("wsdl", wsdl, wsdls),
    ("routing", routing, messages),
    ("json", json, seed::records),
    ("grammar", grammar, grammar::seeds),
    ("shapes", shapes, grammar::seeds),
];

/// The target of a name.
///
/// # Panics
///
/// When there is none.
#[must_use]
pub fn target(name: &str) -> fn(&[u8]) {
    match TARGETS.iter().find(|target| target.0 == name) {
        Some(target) => target.1,
        None => panic!("no target `{name}`"),
    }
}
