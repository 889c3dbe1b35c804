//! One message to an endpoint, and what came back, in the words that an administrator reads.

use crate::codes;
use crate::error::Error;
use crate::rehearsal::Faults;
use crate::trickle::Trickle;
pub(crate) use sf_outbound_client::Trust;
use sf_outbound_client::{Body, Kind, Reply, Settings, Trouble, Unreadable};
use std::time::{Duration, Instant};

/// Said of a connection that a rehearsal has ended.
const CUT: &str = "the connection ended in the middle of the request, as rehearsed";
/// Said of a reply that a rehearsal has taken away.
const LOST: &str = "the reply was lost, as rehearsed";

const UNVERIFIED: &str = "javax.net.ssl.SSLPeerUnverifiedException: ";
const NO_HANDSHAKE: &str = "javax.net.ssl.SSLHandshakeException: ";

/// Sends messages.
pub(crate) struct Client {
    client: sf_outbound_client::Client,
    timeout: Duration,
}

/// What came back of a message.
pub(crate) struct Delivery {
    pub(crate) took: Duration,
    pub(crate) status: Option<u16>,
    pub(crate) reply: Vec<u8>,
    /// Why not; `None` when it was delivered.
    pub(crate) reason: Option<String>,
    /// What was rehearsed on the way.
    pub(crate) faults: Faults,
}

impl Delivery {
    /// Takes the reply away, whatever it was; `false` where there is none.
    pub(crate) fn lose_reply(&mut self) -> bool {
        if self.status.is_none() {
            return false;
        }
        (self.status, self.reply, self.reason) = (None, Vec::new(), Some(LOST.to_owned()));
        true
    }
}

impl Client {
    /// **Errors.** `SFD0502`.
    pub(crate) fn new(timeout: Duration, trust: &Trust) -> Result<Self, Error> {
        let settings = Settings { timeout, trust: trust.clone(), ..Settings::default() };
        let unreadable = |error: Unreadable| Error::trouble(&codes::CERTIFICATE, error.to_string());
        Ok(Self { client: sf_outbound_client::Client::new(&settings).map_err(unreadable)?, timeout })
    }

    /// Sends a message and judges the reply as Salesforce does. Of the faults, those of the way happen.
    pub(crate) fn deliver(&self, endpoint: &str, message: &[u8], faults: Faults) -> Delivery {
        let started = Instant::now();
        let mut trickle = Trickle::new(message, faults, self.timeout);
        let body =
            if trickle.is_plain() { Body::Bytes(message) } else { Body::Read(&mut trickle, message.len()) };
        let headers = [("Content-Type", "text/xml; charset=UTF-8"), ("SOAPAction", "\"\"")];
        let posted = self.client.post(endpoint, &headers, body);
        let (took, faults) = (started.elapsed(), trickle.happened());
        let (status, reason, reply) = match posted {
            Ok(reply) => (Some(reply.status), reason(&reply), reply.body),
            Err(_) if trickle.is_cut() => (None, Some(CUT.to_owned()), Vec::new()),
            Err(trouble) => (trouble.status(), Some(seen_in_setup(&trouble)), Vec::new()),
        };
        Delivery { took, status, reply, reason, faults }
    }
}

/// Why a reply is no ack.
fn reason(reply: &Reply) -> Option<String> {
    let verdict = sf_outbound::verdict(Some(reply.status), &reply.body);
    let verdict = match &reply.location {
        Some(target) => verdict.with_location(target),
        None => verdict,
    };
    verdict.reason().map(str::to_owned)
}

/// Salesforce puts the name of a Java class before trouble with TLS.
fn seen_in_setup(trouble: &Trouble) -> String {
    match trouble.kind() {
        Kind::Certificate => format!("{UNVERIFIED}{trouble}"),
        Kind::Tls => format!("{NO_HANDSHAKE}{trouble}"),
        Kind::Address | Kind::Unreached | Kind::Broken => trouble.to_string(),
    }
}
