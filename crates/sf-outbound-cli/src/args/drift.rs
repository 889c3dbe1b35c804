//! The command lines of `diff` and `explain`.

use super::format::Format;
use super::generator::GeneratorArgs;
use clap::Args;
use std::path::PathBuf;

const AFTER: &str = "\
Examples:
  sf-outbound diff old.wsdl new.wsdl
  sf-outbound diff crates/opportunity-message new.wsdl --format json
  sf-outbound diff opportunity.wsdl force-app/main/default/workflows/Opportunity.workflow-meta.xml --message Won

Each change is one of:
  breaks code         a name that code uses is gone or something else once it is generated again
  breaks at run time  a listener that was built with OLD refuses messages of NEW
  safe                neither; a note says what a listener makes of it

Exit codes: 0 no change breaks anything, 1 a change does or a file is wrong, 2 usage, 3 a file cannot be read.";

/// Compare two descriptions of an outbound message, and say what a change breaks.
///
/// Each is a WSDL, the folder of a generated crate or of what `new` wrote (with its WSDL), or workflow metadata of a Salesforce project.
/// Metadata name the object, the address and the fields: no types and no header, so these are not compared.
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub(crate) struct Diff {
    /// What is in use: a .wsdl file, a folder that `generate --crate` or `new` wrote, or a .workflow-meta.xml file.
    pub(crate) old: PathBuf,
    /// What is to come: the same.
    pub(crate) new: PathBuf,
    /// The fullName of the outbound message, where a metadata file holds several.
    #[arg(long, value_name = "NAME")]
    pub(crate) message: Option<String>,
    /// The object of metadata files; else a file in a folder `workflows` says it by its name.
    #[arg(long, value_name = "OBJECT")]
    pub(crate) object: Option<String>,
    /// The options with which code is generated from both.
    #[command(flatten)]
    pub(crate) generator: GeneratorArgs,
    /// How to show it.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

/// Explain a code such as SFW0203: why it is a mistake, what to do, and how the message looks.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  sf-outbound explain SFW0203\n  sf-outbound explain --all")]
pub(crate) struct Explain {
    /// The codes, as messages show them.
    #[arg(value_name = "CODE", required_unless_present = "all")]
    pub(crate) codes: Vec<String>,
    /// List every code with its title.
    #[arg(long, conflicts_with = "codes")]
    pub(crate) all: bool,
}
