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

    /// A text of the endpoint's without what can be a secret of its address: an error page may repeat the request.
    #[cfg(feature = "listen")]
    pub(crate) fn without_secrets(&self, text: &str) -> String {
        let mut secrets = secrets(&self.url);
        // A long one may contain a short one.
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        secrets.iter().fold(text.to_owned(), |text, secret| text.replace(secret, "<redacted>"))
    }

    /// **Errors.** Why there is no reply.
    pub(crate) fn post(&self, headers: &[(&str, &str)], body: &[u8]) -> Result<Reply, Trouble> {
        self.client.post(&self.url, headers, Body::Bytes(body))
    }
}

/// Shorter ones are words of any text, and no secrets.
#[cfg(feature = "listen")]
const SHORTEST_SECRET: usize = 4;

/// The parts of a URL that can be secrets: of its user info, and of its query.
#[cfg(feature = "listen")]
fn secrets(url: &str) -> Vec<&str> {
    let url = url.split('#').next().unwrap_or_default();
    let (address, query) = url.split_once('?').unwrap_or((url, ""));
    let authority = address.split('/').nth(2).unwrap_or_default();
    let user = authority.rsplit_once('@').map_or("", |(user, _)| user);
    let values = query.split(['&', ';']).filter_map(|pair| pair.split_once('=')).map(|(_, value)| value);
    let all = [query, user].into_iter().chain(user.split(':')).chain(values);
    all.filter(|secret| secret.len() >= SHORTEST_SECRET).collect()
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

#[cfg(all(test, feature = "listen"))]
mod tests {
    use super::secrets;

    #[test]
    fn secrets_of_a_url_are_its_user_info_and_the_values_of_its_query() {
        let url = "http://merchant:opensesame@erp.example:3000/hook@home?token=abcdef&v=1&empty=#part";
        let mut found = secrets(url);
        found.sort_unstable();
        assert_eq!(
            found,
            ["abcdef", "merchant", "merchant:opensesame", "opensesame", "token=abcdef&v=1&empty="]
        );
        assert!(secrets("http://erp.example:3000/hook").is_empty());
    }
}
