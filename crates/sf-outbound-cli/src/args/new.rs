//! The arguments of `new`.

use super::wsdl::Types;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Create the project of a listener that builds, and that tests itself with a sample message.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  sf-outbound new ../listener --wsdl opportunity.wsdl --path crates\n  sf-outbound new ../listener --wsdl opportunity.wsdl --path crates --door checked-in"
)]
pub(crate) struct New {
    /// The folder of the project, new or empty. Its name in lower case becomes the package's name.
    #[arg(value_name = "DIR")]
    pub(crate) folder: PathBuf,
    /// The WSDL that is bound to the outbound message. The project gets a copy without the secret parts of its address.
    #[arg(long, value_name = "WSDL")]
    pub(crate) wsdl: PathBuf,
    #[command(flatten)]
    pub(crate) types: Types,
    /// How the project gets the generated code.
    #[arg(long, value_enum, default_value_t = Door::Build)]
    pub(crate) door: Door,
    /// The folder of a checkout that has the crates of sf-outbound: before the first release there is no other place to
    /// get them.
    #[arg(long, value_name = "CRATES")]
    pub(crate) path: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Door {
    /// A build script generates it at every build.
    Build,
    /// It is under version control, and CI fails when it is out of date.
    CheckedIn,
}
