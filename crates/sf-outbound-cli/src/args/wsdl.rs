//! A WSDL, and how to read it: the same arguments of each command that reads one.

use clap::Args;
use std::path::PathBuf;

/// The WSDL, and how to read it.
#[derive(Debug, Args)]
pub(crate) struct Wsdl {
    /// The WSDL that is bound to the outbound message.
    #[arg(value_name = "WSDL")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) types: Types,
}

#[derive(Debug, Args)]
pub(crate) struct Types {
    /// Read a type that is not known as another, such as xsd:duration=text, or leave its fields out: ent:address=skip; can
    /// be repeated.
    #[arg(long = "type", value_name = "NAME=WORD")]
    pub(crate) mappings: Vec<String>,
}
