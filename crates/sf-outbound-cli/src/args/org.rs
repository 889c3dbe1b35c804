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

Clients show the bearer token that is in the variable SF_OUTBOUND_TOKEN, if any; make one with
  export SF_OUTBOUND_TOKEN=$(openssl rand -hex 16)
A file that is called like a command is written with its folder: ./check";

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
    /// The organization's TOML file, or a WSDL, whose object it then has, with one rule that fires on every change.
    #[arg(value_name = "FILE", required = true)]
    pub(crate) file: Option<PathBuf>,
    /// Send to this endpoint, whatever the file says; needed with a WSDL.
    #[arg(long, value_name = "URL")]
    pub(crate) to: Option<String>,
    /// Where the REST API listens; port 0 is any that is free. An address that is not this machine's own needs a
    /// bearer token of at least 16 characters in the variable `SF_OUTBOUND_TOKEN`, and had better have --tls-cert.
    #[arg(long, value_name = "ADDRESS", default_value = LISTEN)]
    pub(crate) listen: SocketAddr,
    /// Keep records and queue in this file; without it they are gone at the end.
    #[arg(long, value_name = "FILE")]
    pub(crate) data: Option<PathBuf>,
    /// Let the clock go this many times as fast, so that a day of retries takes minutes.
    #[arg(long, value_name = "FACTOR", default_value_t = 1.0, value_parser = speed)]
    pub(crate) speed: f64,
    /// Drop notifications that were not delivered within 24 hours, rather than list them as failed.
    #[arg(long)]
    pub(crate) drop_failed: bool,
    /// Merge a change into a notification of its record that waits and was never sent, rather than queue one of its own.
    #[arg(long)]
    pub(crate) coalesce: bool,
    /// Drop what the file of `--data` has waiting or failed of an outbound message that is gone; can be repeated.
    #[arg(long, value_name = "NAME", requires = "data")]
    pub(crate) drop_queue_of: Vec<String>,
    /// Rehearse faults of networks and of Salesforce, each at a rate, instead of what the file says.
    #[arg(long, value_name = "FAULT=RATE,…", value_parser = rehearsal, long_help = rehearse_help())]
    pub(crate) rehearse: Option<Rehearsal>,
    /// Choose what a rehearsal meets by this number, and let the ids of a new organization begin at 1: the same changes
    /// have the same history again.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) seed: Option<u64>,
    /// Keep each message and its reply in this folder, to be sent again with `sf-outbound send`.
    #[arg(long, value_name = "DIR")]
    pub(crate) record: Option<PathBuf>,
    /// Serve the REST API by TLS with this certificate, a PEM file.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub(crate) tls_cert: Option<PathBuf>,
    /// The key of that certificate.
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
    /// Write the address with its user info and query, which can be secrets.
    #[arg(long)]
    pub(crate) keep_address: bool,
}

/// The organization that is running.
#[derive(Debug, Args)]
pub(crate) struct Running {
    /// Address of its REST API.
    #[arg(long = "org", value_name = "URL", default_value = "http://127.0.0.1:8099", global = true)]
    pub(crate) url: String,
    /// Trust only the roots of this PEM file where the URL is https.
    #[arg(long, value_name = "FILE", global = true)]
    pub(crate) root_cert: Option<PathBuf>,
}

/// Show the queue of each outbound message.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  sf-outbound org status --format json")]
pub(crate) struct Status {
    /// How to show it.
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
    /// Of this outbound message only.
    #[arg(value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// How to show them.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    #[command(flatten)]
    pub(crate) org: Running,
}

/// Try notifications again, now.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  sf-outbound org retry 04lxx0000000001EAA\n  sf-outbound org retry --failed DealWon"
)]
pub(crate) struct Retry {
    /// Ids of notifications.
    #[arg(value_name = "ID", required_unless_present = "failed")]
    pub(crate) ids: Vec<String>,
    /// All of this outbound message that have failed for good.
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
        "Rehearse faults of networks and of Salesforce, each at a rate such as 5% or 0.05, instead of what \
                    the file says; `all` is every fault that is not named.\n"
            .to_owned();
    for fault in Fault::ALL {
        // Writing to a `String` can't fail.
        let _ = write!(text, "\n- {}: {}", fault.name(), fault.help());
    }
    text
}
