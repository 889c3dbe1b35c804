//! The command line of `listen`.

use super::format::Format;
use super::size::size;
use super::trusted::Trusted;
use super::wsdl::Types;
use crate::answer::Script;
use clap::Args;
use sf_outbound::Id;
use sf_outbound::jiff::SignedDuration;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

const AFTER: &str = "\
Examples:
  sf-outbound listen --wsdl opportunity.wsdl
  sf-outbound listen --wsdl opportunity.wsdl --wsdl account.wsdl --format json | jq .Notification
  sf-outbound listen --wsdl opportunity.wsdl --keep messages --answer nack*2,ack --delay 5s
  sf-outbound listen --wsdl opportunity.wsdl --forward http://localhost:3000/opportunities
  sf-outbound listen --wsdl lead.wsdl --inbox sqlite:inbox.db --forward http://localhost:3000/
  sf-outbound listen --wsdl opportunity.wsdl --tls-cert me.pem --tls-key me.key --client-root ca.pem

Every path is an endpoint. Ctrl-C ends the listener when it has answered the messages that it is receiving;
a second Ctrl-C ends it at once.
With --inbox, what is posted has the header Idempotency-Key, which is the same for each try. A 410 or 422 sets the
notification aside; after everything else that is no 2xx it is posted again, for about 20 hours, or when the header
Retry-After says. Ctrl-C waits up to 20 s for posts; what is not over then is posted at the next start.
Kept messages can be sent again: `sf-outbound send messages --to URL`.";

/// Listen for outbound messages of one or several WSDLs: show, store, forward and answer them.
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub(crate) struct Listen {
    /// A WSDL that is bound to an outbound message. Can be repeated.
    #[arg(long, value_name = "WSDL", required = true)]
    pub(crate) wsdl: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) types: Types,
    /// Where to listen; port 0 is any that is free.
    #[arg(long = "listen", value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    pub(crate) address: SocketAddr,
    /// The format of the output: a table of notifications, or JSON with one line for each message, as `decode` writes
    /// it.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// Cut the rows of the table to this many columns. By default they are cut to the width of the terminal, and not
    /// cut where there is no terminal.
    #[arg(long, value_name = "COLUMNS", value_parser = clap::value_parser!(u16).range(20..))]
    pub(crate) width: Option<u16>,
    /// Store each message in this folder, byte for byte and before it is answered, and the answer beside it.
    #[arg(long, value_name = "DIR")]
    pub(crate) keep: Option<PathBuf>,
    /// The answer: ack, nack, fault or drop (no answer); or a list such as nack*2,ack, of which the last one is
    /// repeated.
    #[arg(long, value_name = "ANSWER", default_value = "ack", conflicts_with = "forward")]
    pub(crate) answer: Script,
    /// Wait this long before each answer; Salesforce gives up after 60 s.
    #[arg(long, value_name = "TIME", default_value = "0s", value_parser = time)]
    pub(crate) delay: Duration,
    /// Post each message as JSON to this URL. The answer is an ack if a 2xx comes back within 55 s, else a nack.
    #[arg(long, value_name = "URL")]
    pub(crate) forward: Option<String>,
    /// Store each notification here before the ack, and post each to the URL of --forward until a 2xx comes back: an
    /// address such as sqlite:inbox.db.
    #[arg(long, value_name = "ADDRESS", requires = "forward")]
    pub(crate) inbox: Option<String>,
    /// How many notifications of --inbox are posted at the same time. Those of one record are posted one after the
    /// other.
    #[arg(long, value_name = "NUMBER", default_value_t = 8, requires = "inbox", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) concurrency: u16,
    /// How long one post of --inbox may take. Then it has failed, and is tried again.
    #[arg(long, value_name = "TIME", default_value = "55s", requires = "inbox", value_parser = some_time)]
    pub(crate) deadline: Duration,
    /// Accept only messages of this organization. Can be repeated.
    #[arg(long, value_name = "ID")]
    pub(crate) organization: Vec<Id>,
    /// Refuse messages that are larger than this size with its unit.
    #[arg(long, value_name = "SIZE", default_value = "16MiB", value_parser = size)]
    pub(crate) max_body: usize,
    /// Use TLS with this certificate: a PEM file with the whole chain.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub(crate) tls_cert: Option<PathBuf>,
    /// The private key of that certificate, a PEM file.
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub(crate) tls_key: Option<PathBuf>,
    /// Require a client certificate that a root in this PEM file has issued (mutual TLS). Can be repeated.
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub(crate) client_root: Vec<PathBuf>,
    /// Of what --forward sends.
    #[command(flatten)]
    pub(crate) trusted: Trusted,
}

/// A length of time that is not 0.
fn some_time(text: &str) -> Result<Duration, String> {
    time(text).and_then(|time| if time.is_zero() { Err("0 leaves no time".to_owned()) } else { Ok(time) })
}

/// A length of time such as `500ms` or `1m 30s`.
pub(super) fn time(text: &str) -> Result<Duration, String> {
    let time = text.parse::<SignedDuration>().ok().and_then(|time| Duration::try_from(time).ok());
    time.ok_or_else(|| "write a length of time such as 500ms, 5s or 1m".to_owned())
}
