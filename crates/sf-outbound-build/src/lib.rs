//! Generates a typed listener from the WSDL of a Salesforce outbound message.
//!
//! A WSDL goes through pure stages: bytes → [`sf_outbound_wsdl::Model`] → names → tokens → text. The text is a
//! description: a struct, a row a field, a trait; all work is done by the crate `sf-outbound`, which it names.
//!
//! In a build script, [`compile`] does all of it.

mod codes;
mod drift;
mod emit;
mod generate;
mod layout;
mod names;
mod options;
mod output;
mod package;
mod pattern;
mod report;
mod types;
mod unmatched;
mod written;

pub use codes::CODES;
pub use drift::{CodeBreak, CodeNames, breaks};
pub use generate::{Findings, Generated, generate, generate_all, module_name};
pub use names::is_keyword;
pub use options::{Config, Dates, OPTIONS, OptionRow, Options, UnknownElements};
pub use output::{compile, configure, write_if_changed};
pub use package::{Packaged, object_module, package, public_wsdl};
pub use pattern::Pattern;
pub use report::Report;
pub use unmatched::unmatched;
