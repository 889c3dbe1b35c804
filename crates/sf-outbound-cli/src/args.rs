//! The command line.

mod drift;
mod format;
mod generator;
#[cfg(feature = "listen")]
mod listen;
mod new;
#[cfg(feature = "org")]
pub(crate) mod org;
mod send;
#[cfg(feature = "listen")]
mod size;
mod trusted;
mod wsdl;

pub(crate) use drift::{Diff, Explain};
pub(crate) use format::Format;
pub(crate) use generator::GeneratorArgs;
#[cfg(feature = "listen")]
pub(crate) use listen::Listen;
pub(crate) use new::{Door, New};
pub(crate) use send::Send;
pub(crate) use trusted::Trusted;
#[cfg(any(feature = "listen", feature = "org"))]
pub(crate) use trusted::pair;
pub(crate) use wsdl::{Types, Wsdl};

use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  sf-outbound new opportunity-listener --wsdl opportunity.wsdl
  sf-outbound generate opportunity.wsdl --out src/opportunity.rs
  sf-outbound generate opportunity.wsdl --crate opportunity-message --check
  sf-outbound inspect opportunity.wsdl
  sf-outbound sample opportunity.wsdl --count 3 | sf-outbound decode --wsdl opportunity.wsdl -
  sf-outbound send --sample 100 --wsdl opportunity.wsdl --to http://localhost:8080/salesforce
  sf-outbound org opportunity.wsdl --to http://localhost:8080/salesforce
  sf-outbound listen --wsdl opportunity.wsdl --keep messages
  sf-outbound send messages --to http://localhost:8080/salesforce --fresh-ids
  sf-outbound diff opportunity-message new.wsdl

Exit codes: 0 good, 1 something is wrong in a file or a reply, 2 usage, 3 something cannot be read, written or reached.";

/// Work with Salesforce outbound messages.
#[derive(Debug, Parser)]
#[command(name = "sf-outbound", version, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    New(New),
    Generate(Generate),
    Inspect(Inspect),
    Decode(Decode),
    Sample(Sample),
    Send(Send),
    #[cfg(feature = "org")]
    Org(Box<org::Org>),
    #[cfg(feature = "listen")]
    Listen(Listen),
    Verdict(Verdict),
    Diff(Diff),
    Explain(Explain),
}

/// Generate Rust types and a server trait from a WSDL.
///
/// From several WSDLs it generates one text, with a module for each WSDL that has the name of its file.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  sf-outbound generate opportunity.wsdl\n  sf-outbound generate opportunity.wsdl --out src/opportunity.rs --check"
)]
pub(crate) struct Generate {
    /// The WSDLs that are bound to the outbound messages.
    #[arg(value_name = "WSDL", required = true)]
    pub(crate) wsdls: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) generator: GeneratorArgs,
    /// Write to this file instead of standard output.
    #[arg(long, value_name = "FILE", conflicts_with = "package")]
    pub(crate) out: Option<PathBuf>,
    /// Write a crate to this folder, to be checked in. A Cargo.toml that is there already is not changed.
    #[arg(long = "crate", value_name = "DIR", id = "package")]
    pub(crate) package: Option<PathBuf>,
    /// Write nothing. If the generated code is out of date, show a diff and exit with 1.
    #[arg(long)]
    pub(crate) check: bool,
    /// Keep user name, password and query of the address, which can be secret, in the crate's copy of the WSDL.
    #[arg(long)]
    pub(crate) keep_address: bool,
}

/// Show what a WSDL says.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  sf-outbound inspect opportunity.wsdl --format json")]
pub(crate) struct Inspect {
    #[command(flatten)]
    pub(crate) wsdl: Wsdl,
    /// The format of the output.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// Show the address with its user name, password and query, which can be secret.
    #[arg(long)]
    pub(crate) keep_address: bool,
}

/// Decode stored messages.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  sf-outbound decode --wsdl opportunity.wsdl message.xml\n  sf-outbound decode --wsdl opportunity.wsdl --format json - < message.xml"
)]
pub(crate) struct Decode {
    /// The WSDL that is bound to the outbound message.
    #[arg(long, value_name = "WSDL")]
    pub(crate) wsdl: PathBuf,
    #[command(flatten)]
    pub(crate) types: Types,
    /// The messages; - is standard input.
    #[arg(required = true, value_name = "MESSAGE")]
    pub(crate) messages: Vec<PathBuf>,
    /// The format of the output; JSON has one line for each message.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

/// Print a message as Salesforce would send it.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  sf-outbound sample opportunity.wsdl --count 100 --seed 7 > message.xml")]
pub(crate) struct Sample {
    #[command(flatten)]
    pub(crate) wsdl: Wsdl,
    /// Number of notifications.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(crate) count: u32,
    /// The same seed gives the same message.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
}

/// Show how Salesforce would judge stored replies.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  sf-outbound verdict reply.xml")]
pub(crate) struct Verdict {
    /// The replies; - is standard input.
    #[arg(required = true, value_name = "REPLY")]
    pub(crate) replies: Vec<PathBuf>,
}

#[cfg(test)]
mod tests {
    use super::Arguments;
    use clap::{CommandFactory, Parser};

    /// The text of the fenced blocks of a document.
    fn code(document: &str) -> String {
        document.split("\n```").skip(1).step_by(2).collect::<Vec<_>>().join("\n")
    }

    /// The command lines of `sf-outbound` in a help or a document's code.
    fn command_lines(text: &str) -> Vec<String> {
        let mut lines = Vec::new();
        // A line that goes on after `\` is one.
        let text = text.replace("\\\n", " ");
        for line in text.lines().map(str::trim) {
            let line = line.split('#').next().unwrap_or_default();
            let parts = line.split(['|', '>']).map(str::trim);
            lines.extend(
                parts
                    .filter(|part| part.starts_with("sf-outbound ") && !part.contains(" = "))
                    .map(str::to_owned),
            );
        }
        lines
    }

    #[test]
    fn command_lines_of_documents_are_understood() {
        let help = Arguments::command().render_long_help().to_string();
        let mut texts = vec![("--help", help)];
        for command in Arguments::command().get_subcommands() {
            texts.push(("--help", command.clone().render_long_help().to_string()));
        }
        for (name, text) in [
            ("README.md", include_str!("../../../README.md")),
            ("docs/GUIDE.md", include_str!("../../../docs/GUIDE.md")),
            ("docs/DRIFT.md", include_str!("../../../docs/DRIFT.md")),
        ] {
            texts.push((name, code(text)));
        }
        let mut seen = 0;
        for (name, text) in texts {
            for line in command_lines(&text) {
                let parsed = Arguments::try_parse_from(line.split_whitespace());
                assert!(parsed.is_ok(), "{name}: {line}: {}", parsed.unwrap_err());
                seen += 1;
            }
        }
        assert!(seen > 20, "only {seen} command lines were found");
    }
}
