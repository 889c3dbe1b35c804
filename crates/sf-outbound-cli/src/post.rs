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
        check_scheme(url, cfg!(feature = "https"))?;
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

fn check_scheme(url: &str, has_https: bool) -> Result<(), Failure> {
    let is_https = url.starts_with("https://");
    if !is_https && !url.starts_with("http://") {
        return Err(Failure::Usage(format!("error: {} is not an http or https URL", public_address(url))));
    }
    if is_https && !has_https {
        return Err(Failure::Usage(
            "error: this sf-outbound was built without https\n\
             help: build it with the feature `https`, or send to an http URL"
                .into(),
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::check_scheme;
    use crate::files::Failure;

    #[test]
    fn https_is_refused_in_so_many_words_where_it_is_not_built_in() {
        for (url, has_https, expected) in [
            ("http://localhost/", false, None),
            ("https://localhost/", true, None),
            (
                "ftp://u:p@localhost/?x",
                true,
                Some("error: ftp://<redacted>@localhost/?<redacted> is not an http or https URL"),
            ),
            (
                "https://u:p@localhost/?x",
                false,
                Some(
                    "error: this sf-outbound was built without https\nhelp: build it with the feature `https`, or send to an http URL",
                ),
            ),
        ] {
            let said = check_scheme(url, has_https).err().map(|failure| match failure {
                Failure::Usage(text) => text,
                other => format!("{other:?}"),
            });
            assert_eq!(said.as_deref(), expected);
        }
    }
}
