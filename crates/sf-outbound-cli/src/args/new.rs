//! The arguments of `new`.

use super::wsdl::Types;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Write the project of a listener: it builds, and has a test that sends a sample message.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  sf-outbound new ../listener --wsdl opportunity.wsdl --path crates\n  sf-outbound new ../listener --wsdl opportunity.wsdl --path crates --door checked-in"
)]
pub(crate) struct New {
    /// The folder, new or empty; its name, in lower case, becomes the package's.
    #[arg(value_name = "DIR")]
    pub(crate) folder: PathBuf,
    /// The WSDL that is bound to the outbound message; its copy has no secret parts of the address.
    #[arg(long, value_name = "WSDL")]
    pub(crate) wsdl: PathBuf,
    #[command(flatten)]
    pub(crate) types: Types,
    /// How the project gets the generated code.
    #[arg(long, value_enum, default_value_t = Door::Build)]
    pub(crate) door: Door,
    /// Depend on the crates of sf-outbound in this folder of a checkout: until a release there are no others.
    #[arg(long, value_name = "CRATES")]
    pub(crate) path: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Door {
    /// A build script generates it at every build.
    Build,
    /// It is under version control, and CI says when it is stale.
    CheckedIn,
}
