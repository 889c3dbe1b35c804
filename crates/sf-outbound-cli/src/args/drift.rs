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
/// Each of the two is a WSDL, the folder of a generated crate or of a project that `new` wrote, or a workflow metadata
/// file of a Salesforce project. Metadata has the object, the address and the names of the fields, but no types and no
/// header, so those are not compared.
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub(crate) struct Diff {
    /// The description in use: a .wsdl file, a folder that `generate --crate` or `new` wrote, or a .workflow-meta.xml
    /// file.
    pub(crate) old: PathBuf,
    /// The new description, in one of the same forms.
    pub(crate) new: PathBuf,
    /// The fullName of the outbound message, if a metadata file has several.
    #[arg(long, value_name = "NAME")]
    pub(crate) message: Option<String>,
    /// The object of the metadata files. By default it is the name of a file in a folder `workflows`.
    #[arg(long, value_name = "OBJECT")]
    pub(crate) object: Option<String>,
    /// The options with which code is generated from both.
    #[command(flatten)]
    pub(crate) generator: GeneratorArgs,
    /// The format of the output.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

/// Explain a code such as SFW0203: what is wrong, what to do, and what the message looks like.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  sf-outbound explain SFW0203\n  sf-outbound explain --all")]
pub(crate) struct Explain {
    /// The codes, as they stand in messages.
    #[arg(value_name = "CODE", required_unless_present = "all")]
    pub(crate) codes: Vec<String>,
    /// List every code with its title.
    #[arg(long, conflicts_with = "codes")]
    pub(crate) all: bool,
}
