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
    /// How to read a type that sf-outbound does not know: as another type (xsd:duration=text), or not at all
    /// (ent:address=skip). Can be repeated.
    #[arg(long = "type", value_name = "NAME=WORD")]
    pub(crate) mappings: Vec<String>,
}
