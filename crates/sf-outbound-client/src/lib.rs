//! Posts an outbound message to an endpoint, and explains in words why there is no reply.
//!
//! It speaks HTTP/1.1 and follows no redirect, as Salesforce does. A reply that an endpoint gave before it had the
//! whole message is read, even where the endpoint has closed the connection since.

#[cfg(feature = "https")]
mod tls;
mod transport;
mod trouble;
mod trust;

pub use trouble::{Kind, Trouble};
pub use trust::{Trust, Unreadable};

use std::io::Read;
use std::time::{Duration, Instant};
use ureq::SendBody;
use ureq::http::Request;
use ureq::http::header::{HeaderName, LOCATION, RETRY_AFTER};

/// How a [`Client`] behaves.
///
/// # Example
///
/// ```
/// use sf_outbound_client::{Client, Settings};
/// use std::time::Duration;
///
/// let settings = Settings { timeout: Duration::from_secs(5), ..Settings::default() };
/// let client = Client::new(&settings)?;
/// # Ok::<(), sf_outbound_client::Unreadable>(())
/// ```
#[derive(Debug, Clone)]
pub struct Settings {
    /// For everything from the host's name to the end of the reply. By default 60 seconds, Salesforce's.
    pub timeout: Duration,
    /// Connections that are kept open for the next message.
    pub connections: usize,
    /// The longest reply that is read; a longer one is trouble. By default one MiB; an ack has about 400 bytes.
    pub reply_bytes: u64,
    /// Whether the proxy that environment variables such as `https_proxy` name is used. Salesforce speaks to
    /// endpoints directly.
    pub proxy: bool,
    /// Whom https endpoints are trusted by, and who the client is.
    pub trust: Trust,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(60),
            connections: 16,
            reply_bytes: 1 << 20,
            proxy: false,
            trust: Trust::default(),
        }
    }
}

/// The body of a request.
///
/// # Example
///
/// ```
/// use sf_outbound_client::Body;
///
/// let body = Body::Bytes(b"<soapenv:Envelope/>");
/// ```
#[non_exhaustive]
pub enum Body<'b> {
    /// Bytes that are there.
    Bytes(&'b [u8]),
    /// The bytes of a reader, and their number.
    Read(&'b mut dyn Read, usize),
}

/// The reply of an endpoint.
///
/// # Example
///
/// ```
/// use sf_outbound_client::Reply;
///
/// fn is_redirect(reply: &Reply) -> bool {
///     (300..400).contains(&reply.status) && reply.location.is_some()
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The whole body.
    pub body: Vec<u8>,
    /// The header `Location`, which names a redirect's target.
    pub location: Option<String>,
    /// The header `Retry-After`: seconds, or a date.
    pub retry_after: Option<String>,
}

/// Posts messages; a clone shares its connections.
///
/// # Example
///
/// ```no_run
/// use sf_outbound_client::{Body, Client, Settings};
///
/// let client = Client::new(&Settings::default())?;
/// let headers = [("Content-Type", "text/xml; charset=UTF-8"), ("SOAPAction", "\"\"")];
/// match client.post("http://localhost:8080/salesforce", &headers, Body::Bytes(b"<soapenv:Envelope/>")) {
///     Ok(reply) => println!("HTTP {}", reply.status),
///     Err(trouble) => println!("{trouble}"),
/// }
/// # Ok::<(), sf_outbound_client::Unreadable>(())
/// ```
#[derive(Clone)]
pub struct Client {
    agent: ureq::Agent,
    timeout: Duration,
    reply_bytes: u64,
    #[cfg(feature = "https")]
    has_identity: bool,
}

impl Client {
    /// **Errors.** That a certificate or key can't be used.
    pub fn new(settings: &Settings) -> Result<Self, Unreadable> {
        let mut config = ureq::Agent::config_builder()
            // What ends after the end of time does not end.
            .timeout_global(
                Some(settings.timeout).filter(|timeout| Instant::now().checked_add(*timeout).is_some()),
            )
            .http_status_as_error(false)
            .max_redirects(0)
            .max_idle_connections(settings.connections)
            .max_idle_connections_per_host(settings.connections)
            .user_agent("sf-outbound");
        if !settings.proxy {
            config = config.proxy(None);
        }
        #[cfg(feature = "https")]
        {
            config = config.tls_config(tls::config(&settings.trust)?);
        }
        Ok(Self {
            agent: transport::agent(config.build()),
            timeout: settings.timeout,
            reply_bytes: settings.reply_bytes,
            #[cfg(feature = "https")]
            has_identity: settings.trust.identity.is_some(),
        })
    }

    /// Looks at a URL before anything is sent to it.
    ///
    /// **Errors.** That it is no http or https URL with a host, or that this client has no https.
    ///
    /// # Example
    ///
    /// ```
    /// let refused = sf_outbound_client::Client::check("ftp://me:pw@localhost/").unwrap_err();
    /// assert_eq!(refused.to_string(), "ftp://<redacted>@localhost/ is not an http or https URL");
    /// ```
    pub fn check(url: &str) -> Result<(), Trouble> {
        trouble::check(url, cfg!(feature = "https"))
    }

    /// Posts a body and waits for the whole reply.
    ///
    /// **Errors.** Why there is no reply, or no whole one. An error of the body's own reader has no kind of its own.
    pub fn post(&self, url: &str, headers: &[(&str, &str)], body: Body<'_>) -> Result<Reply, Trouble> {
        self.send("POST", url, headers, body)
    }

    /// Sends a request of any method, and waits for the whole reply.
    ///
    /// **Errors.** As [`Client::post`].
    ///
    /// # Example
    ///
    /// ```no_run
    /// use sf_outbound_client::{Body, Client, Settings};
    ///
    /// let client = Client::new(&Settings::default())?;
    /// let reply = client.send("GET", "http://localhost:8099/sf-outbound/status", &[], Body::Bytes(b""))?;
    /// println!("HTTP {}, {} bytes", reply.status, reply.body.len());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn send(
        &self,
        method: &str,
        url: &str,
        headers: &[(&str, &str)],
        body: Body<'_>,
    ) -> Result<Reply, Trouble> {
        let mut request = Request::builder().method(method).uri(url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let sent = match body {
            Body::Bytes(bytes) => {
                let request = request.body(bytes).map_err(ureq::Error::from);
                request.and_then(|request| self.agent.run(request))
            }
            Body::Read(reader, length) => {
                let request = request.header("Content-Length", length.to_string());
                let request = request.body(SendBody::from_reader(reader)).map_err(ureq::Error::from);
                request.and_then(|request| self.agent.run(request))
            }
        };
        let mut response = sent.map_err(|error| self.trouble(url, None, error))?;
        let status = response.status().as_u16();
        let header = |name: HeaderName| Some(response.headers().get(name)?.to_str().ok()?.to_owned());
        let (location, retry_after) = (header(LOCATION), header(RETRY_AFTER));
        let body = response.body_mut().with_config().limit(self.reply_bytes).read_to_vec();
        let body = body.map_err(|error| self.trouble(url, Some(status), error))?;
        Ok(Reply { status, body, location, retry_after })
    }

    fn trouble(&self, url: &str, status: Option<u16>, error: ureq::Error) -> Trouble {
        let request = trouble::Request {
            url,
            status,
            timeout: self.timeout,
            #[cfg(feature = "https")]
            has_identity: self.has_identity,
        };
        request.trouble(error)
    }
}
