//! The command line of `org`.

use super::format::Format;
use super::trusted::Trusted;
use clap::{Args, Subcommand};
use sf_outbound_sender::{Fault, Rehearsal};
use std::fmt::Write;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Where the REST API listens, and where the other commands look for it.
pub(crate) const LISTEN: &str = "127.0.0.1:8099";

const EXAMPLES: &str = "\
Examples:
  sf-outbound org opportunity.wsdl --to http://localhost:8080/salesforce
  sf-outbound org org.toml --data org.db --speed 60
  sf-outbound org org.toml --rehearse duplicates=10%,lost-replies=5% --seed 7
  sf-outbound org org.toml --rehearse all=10% --record messages
  sf-outbound org check org.toml
  sf-outbound org change create Opportunity Name=Acme StageName='Closed Won'
  sf-outbound org status

If the variable SF_OUTBOUND_TOKEN has a bearer token, clients need it. To make one:
  export SF_OUTBOUND_TOKEN=$(openssl rand -hex 16)
If a file has the name of a command, write it with its folder: ./check";

/// Run an organization on this machine: records change, rules fire, outbound messages are delivered.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true, after_help = EXAMPLES)]
pub(crate) struct Org {
    #[command(flatten)]
    pub(crate) run: Run,
    #[command(subcommand)]
    pub(crate) verb: Option<Verb>,
}

#[derive(Debug, Args)]
pub(crate) struct Run {
    /// The TOML file of the organization. Or a WSDL: the organization then has the WSDL's object, and one rule that
    /// fires on every change.
    #[arg(value_name = "FILE", required = true)]
    pub(crate) file: Option<PathBuf>,
    /// Send to this endpoint and not to those of the file. Required with a WSDL.
    #[arg(long, value_name = "URL")]
    pub(crate) to: Option<String>,
    /// Where the REST API listens; port 0 is any that is free. An address that other machines can reach needs a bearer
    /// token of at least 16 characters in the variable `SF_OUTBOUND_TOKEN`, and should have --tls-cert.
    #[arg(long, value_name = "ADDRESS", default_value = LISTEN)]
    pub(crate) listen: SocketAddr,
    /// Keep records and queue in this file. Without it they are lost when the organization ends.
    #[arg(long, value_name = "FILE")]
    pub(crate) data: Option<PathBuf>,
    /// How many times as fast the clock goes, so that a day of retries takes minutes.
    #[arg(long, value_name = "FACTOR", default_value_t = 1.0, value_parser = speed)]
    pub(crate) speed: f64,
    /// Drop notifications that were not delivered within 24 hours. By default they are listed as failed.
    #[arg(long)]
    pub(crate) drop_failed: bool,
    /// If a notification of the same record waits and was never sent, merge a change into it. By default each change is
    /// queued as a notification of its own.
    #[arg(long)]
    pub(crate) coalesce: bool,
    /// Drop the waiting and failed notifications that the file of `--data` has of an outbound message that no longer
    /// exists. Can be repeated.
    #[arg(long, value_name = "NAME", requires = "data")]
    pub(crate) drop_queue_of: Vec<String>,
    /// Rehearse faults of networks and of Salesforce, each at a rate, instead of what the file says.
    #[arg(long, value_name = "FAULT=RATE,…", value_parser = rehearsal, long_help = rehearse_help())]
    pub(crate) rehearse: Option<Rehearsal>,
    /// Make a rehearsal repeatable: with the same number, the same changes meet the same faults. The ids of a new
    /// organization then begin at 1.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) seed: Option<u64>,
    /// Store each message and its reply in this folder, for `sf-outbound send`.
    #[arg(long, value_name = "DIR")]
    pub(crate) record: Option<PathBuf>,
    /// Serve the REST API with TLS and this certificate, a PEM file with the whole chain.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub(crate) tls_cert: Option<PathBuf>,
    /// The private key of that certificate, a PEM file.
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub(crate) tls_key: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) trusted: Trusted,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    Check(Check),
    Wsdl(Wsdl),
    Status(Status),
    Waiting(Waiting),
    Failed(Failed),
    Retry(Retry),
    Delete(Delete),
    Change(Change),
}

/// Check the file of an organization.
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
    /// Write the address with its user info and query, which can be secrets.
    #[arg(long)]
    pub(crate) keep_address: bool,
}

/// The organization that is running.
#[derive(Debug, Args)]
pub(crate) struct Running {
    /// Address of the organization's REST API.
    #[arg(long = "org", value_name = "URL", default_value = "http://127.0.0.1:8099", global = true)]
    pub(crate) url: String,
    /// If the URL is https, trust only the root certificates of this PEM file.
    #[arg(long, value_name = "FILE", global = true)]
    pub(crate) root_cert: Option<PathBuf>,
}

/// Show the queue of each outbound message.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  sf-outbound org status --format json")]
pub(crate) struct Status {
    /// The format of the output.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    #[command(flatten)]
    pub(crate) org: Running,
}

/// List the notifications that wait for delivery, the next ones first.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  sf-outbound org waiting DealWon")]
pub(crate) struct Waiting {
    #[command(flatten)]
    pub(crate) list: List,
}

/// List the notifications that have failed for good.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  sf-outbound org failed DealWon")]
pub(crate) struct Failed {
    #[command(flatten)]
    pub(crate) list: List,
}

/// Which list is shown, and how.
#[derive(Debug, Args)]
pub(crate) struct List {
    /// Only those of this outbound message.
    #[arg(value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// The format of the output.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    #[command(flatten)]
    pub(crate) org: Running,
}

/// Try notifications again at once.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  sf-outbound org retry 04lxx0000000001EAA\n  sf-outbound org retry --failed DealWon"
)]
pub(crate) struct Retry {
    /// Ids of notifications.
    #[arg(value_name = "ID", required_unless_present = "failed")]
    pub(crate) ids: Vec<String>,
    /// All failed notifications of this outbound message.
    #[arg(long, value_name = "NAME")]
    pub(crate) failed: Option<String>,
    #[command(flatten)]
    pub(crate) org: Running,
}

/// Take notifications off the queue.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  sf-outbound org delete 04lxx0000000001EAA")]
pub(crate) struct Delete {
    /// Ids of notifications.
    #[arg(value_name = "ID", required = true)]
    pub(crate) ids: Vec<String>,
    #[command(flatten)]
    pub(crate) org: Running,
}

/// Change a record.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  sf-outbound org change create Opportunity Name=Acme Amount=1200.5\n  sf-outbound org change update Opportunity 006xx0000000001EAA Amount=\n  sf-outbound org change upsert Opportunity Number__c N-1 Name=Acme\n  sf-outbound org change delete Opportunity 006xx0000000001EAA"
)]
pub(crate) struct Change {
    #[command(subcommand)]
    pub(crate) operation: Operation,
    #[command(flatten)]
    pub(crate) org: Running,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Operation {
    /// Make a record and print its id.
    Create {
        /// API name of the object.
        object: String,
        /// Fields and their values; without a value, null.
        #[arg(value_name = "FIELD=VALUE")]
        fields: Vec<String>,
    },
    /// Give a record new values.
    Update {
        /// API name of the object.
        object: String,
        /// The record's id.
        id: String,
        /// Fields and their values; without a value, null.
        #[arg(value_name = "FIELD=VALUE")]
        fields: Vec<String>,
    },
    /// Give the record with an external id new values, or make it.
    Upsert {
        /// API name of the object.
        object: String,
        /// API name of the external id's field.
        external_id: String,
        /// The external id.
        value: String,
        /// Fields and their values; without a value, null.
        #[arg(value_name = "FIELD=VALUE")]
        fields: Vec<String>,
    },
    /// Delete a record.
    Delete {
        /// API name of the object.
        object: String,
        /// The record's id.
        id: String,
    },
}

fn speed(text: &str) -> Result<f64, String> {
    let speed: f64 = text.parse().map_err(|_| "not a number")?;
    if (1.0..=1_000_000.0).contains(&speed) { Ok(speed) } else { Err("from 1 to 1000000".into()) }
}

fn rehearsal(text: &str) -> Result<Rehearsal, String> {
    text.parse().map_err(|error: sf_outbound_sender::Error| error.message().to_owned())
}

fn rehearse_help() -> String {
    let mut text =
        "Rehearse faults of networks and of Salesforce, each at a rate such as 5% or 0.05, and not those of the file. \
         `all` stands for every fault that is not named.\n"
            .to_owned();
    for fault in Fault::ALL {
        // Writing to a `String` can't fail.
        let _ = write!(text, "\n- {}: {}", fault.name(), fault.help());
    }
    text
}
