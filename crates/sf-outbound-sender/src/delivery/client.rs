//! One message to an endpoint, and what came back, in the words that an administrator reads.

use crate::codes;
use crate::error::Error;
use crate::fault::Faults;
pub(crate) use sf_outbound_client::Trust;
use sf_outbound_client::{Body, Kind, Reply, Settings, Trouble, Unreadable};
use std::io::Read;
use std::time::{Duration, Instant};

const UNVERIFIED: &str = "javax.net.ssl.SSLPeerUnverifiedException: ";
const NO_HANDSHAKE: &str = "javax.net.ssl.SSLHandshakeException: ";

/// The bytes of a message on their way, where they do not go at once.
pub(crate) trait Way: Read {
    /// Why the connection was made to end before the end of the message; `None` where it was not.
    fn cut(&self) -> Option<&'static str>;

    /// What has happened on the way.
    fn happened(&self) -> Faults;
}

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
    /// Takes the reply away, whatever it was, and says why; `false` where there is none.
    pub(crate) fn lose_reply(&mut self, why: &str) -> bool {
        if self.status.is_none() {
            return false;
        }
        (self.status, self.reply, self.reason) = (None, Vec::new(), Some(why.to_owned()));
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

    /// What an endpoint has for a message and its reply.
    pub(crate) fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Sends a message, at once or by a way, and judges the reply as Salesforce does.
    pub(crate) fn deliver(&self, endpoint: &str, message: &[u8], way: Option<Box<dyn Way + '_>>) -> Delivery {
        let started = Instant::now();
        let mut way = way;
        let body = match &mut way {
            Some(way) => Body::Read(way, message.len()),
            None => Body::Bytes(message),
        };
        let headers = [("Content-Type", "text/xml; charset=UTF-8"), ("SOAPAction", "\"\"")];
        let posted = self.client.post(endpoint, &headers, body);
        let took = started.elapsed();
        let (cut, faults) = way.map(|way| (way.cut(), way.happened())).unwrap_or_default();
        let (status, reason, reply) = match posted {
            Ok(reply) => (Some(reply.status), reason(&reply), reply.body),
            Err(trouble) => match cut {
                Some(cut) => (None, Some(cut.to_owned()), Vec::new()),
                None => (trouble.status(), Some(seen_in_setup(&trouble)), Vec::new()),
            },
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
        _ => trouble.to_string(),
    }
}
