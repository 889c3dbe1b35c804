//! Posting to an endpoint.

use crate::args::Trusted;
use crate::files::{Failure, bytes};
use sf_outbound::Verdict;
use sf_outbound_client::{Body, Client, Reply, Settings, Trouble};
use sf_outbound_wsdl::public_address;
use std::time::Duration;

/// An HTTP client for one endpoint; a clone shares its connections.
#[derive(Clone)]
pub(crate) struct Endpoint {
    client: Client,
    url: String,
}

impl Endpoint {
    /// A client that waits this long for a whole reply and keeps as many connections open.
    ///
    /// **Errors.** What is no http or https URL, or a certificate or key that can't be used.
    pub(crate) fn new(
        url: &str,
        timeout: Duration,
        connections: usize,
        trusted: &Trusted,
    ) -> Result<Self, Failure> {
        Client::check(url).map_err(|refused| Failure::Usage(text(&refused)))?;
        let trust = trusted.read(bytes)?;
        let settings = Settings { timeout, connections, proxy: true, trust, ..Settings::default() };
        let client = Client::new(&settings).map_err(|error| Failure::Wrong(format!("error: {error}")))?;
        Ok(Self { client, url: url.to_owned() })
    }

    /// The endpoint without what can be a secret.
    pub(crate) fn address(&self) -> String {
        public_address(&self.url)
    }

    /// **Errors.** Why there is no reply.
    pub(crate) fn post(&self, headers: &[(&str, &str)], body: &[u8]) -> Result<Reply, Trouble> {
        self.client.post(&self.url, headers, Body::Bytes(body))
    }
}

/// What Salesforce would make of a reply; a redirect's names its target.
pub(crate) fn verdict(reply: &Reply) -> Verdict {
    let verdict = sf_outbound::verdict(Some(reply.status), &reply.body);
    match &reply.location {
        Some(target) => verdict.with_location(target),
        None => verdict,
    }
}

/// Trouble as a message of the command, with what to do.
pub(crate) fn text(trouble: &Trouble) -> String {
    match trouble.help() {
        "" => format!("error: {trouble}"),
        help => format!("error: {trouble}\nhelp: {help}"),
    }
}
