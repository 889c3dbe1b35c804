//! Posting to an endpoint.

use crate::files::Failure;
use sf_outbound_wsdl::public_address;
use std::time::Duration;

/// What is read of a reply.
const REPLY_BYTES: u64 = 1 << 20;

/// An HTTP client for one endpoint; a clone shares its connections.
#[derive(Clone)]
pub(crate) struct Endpoint {
    agent: ureq::Agent,
    url: String,
}

impl Endpoint {
    /// A client that waits this long for a whole reply and keeps as many connections open.
    ///
    /// **Errors.** What is no http or https URL.
    pub(crate) fn new(url: &str, timeout: Duration, connections: usize) -> Result<Self, Failure> {
        if !url.starts_with("http://") && !url.starts_with("https://") {
            let url = public_address(url);
            return Err(Failure::Usage(format!("error: {url} is not an http or https URL")));
        }
        if url.parse::<ureq::http::Uri>().is_err() {
            return Err(invalid(url));
        }
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(timeout))
            .http_status_as_error(false)
            .max_redirects(0)
            .max_idle_connections(connections)
            .max_idle_connections_per_host(connections)
            .user_agent("sf-outbound");
        Ok(Self { agent: config.build().into(), url: url.to_owned() })
    }

    /// The endpoint without what can be a secret.
    pub(crate) fn address(&self) -> String {
        public_address(&self.url)
    }

    /// Status and body of the reply.
    ///
    /// **Errors.** That the URL is not valid, or the endpoint cannot be reached.
    pub(crate) fn post(&self, headers: &[(&str, &str)], body: &[u8]) -> Result<(u16, Vec<u8>), Failure> {
        // The library's own words for a bad URL would repeat it with its secrets.
        let unreachable = |error: ureq::Error| match error {
            ureq::Error::BadUri(_) | ureq::Error::Http(_) => invalid(&self.url),
            error => Failure::Unreachable(format!("error: cannot reach {}: {error}", self.address())),
        };
        let mut request = self.agent.post(&self.url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut response = request.send(body).map_err(unreachable)?;
        let status = response.status().as_u16();
        let reply = response.body_mut().with_config().limit(REPLY_BYTES).read_to_vec();
        Ok((status, reply.map_err(unreachable)?))
    }
}

fn invalid(url: &str) -> Failure {
    Failure::Usage(format!("error: {} is not a valid URL", public_address(url)))
}
