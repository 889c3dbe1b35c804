//! The command line of `org`.

use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Run an organization on this machine: records change, rules fire, outbound messages are delivered.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = "Examples:\n  sf-outbound org opportunity.wsdl --to http://localhost:8080/salesforce\n  sf-outbound org org.toml\n  sf-outbound org check org.toml"
)]
pub(crate) struct Org {
    #[command(subcommand)]
    pub(crate) verb: Option<Verb>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    Check(Check),
    Wsdl(Wsdl),
}

/// Find what is wrong with an organization's file.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  sf-outbound org check org.toml")]
pub(crate) struct Check {
    /// The organization's TOML file.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
}

/// Print the WSDL of an outbound message.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  sf-outbound org wsdl org.toml DealWon > deal-won.wsdl")]
pub(crate) struct Wsdl {
    /// The organization's TOML file.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// The outbound message; not needed where the file has one.
    #[arg(value_name = "NAME")]
    pub(crate) name: Option<String>,
}
