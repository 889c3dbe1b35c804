//! The HTTP client: one message to an endpoint, and what came back.

use crate::codes;
use crate::error::Error;
use crate::rehearsal::Faults;
use crate::trickle::Trickle;
use sf_outbound_wsdl::public_address;
use std::time::{Duration, Instant};
use ureq::SendBody;
use ureq::tls::{Certificate, ClientCert, PemItem, PrivateKey, RootCerts, TlsConfig, parse_pem};

/// What is read of a reply; more is no ack.
const REPLY_BYTES: u64 = 1 << 20;

/// Said of a connection that a rehearsal has ended.
const CUT: &str = "the connection ended in the middle of the request, as rehearsed";
/// Said of a reply that a rehearsal has taken away.
const LOST: &str = "the reply was lost, as rehearsed";

/// Whom the client trusts and who it is.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trust {
    /// PEM texts of the roots; none is the roots of the web.
    pub(crate) roots: Vec<Vec<u8>>,
    /// PEM texts of the client's certificate chain and of its key.
    pub(crate) identity: Option<(Vec<u8>, Vec<u8>)>,
}

/// Sends messages.
pub(crate) struct Client {
    agent: ureq::Agent,
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
        let mut tls = TlsConfig::builder();
        if !trust.roots.is_empty() {
            let mut roots = Vec::new();
            for pem in &trust.roots {
                roots.extend(certificates(pem)?);
            }
            tls = tls.root_certs(RootCerts::new_with_certs(&roots));
        }
        if let Some((chain, key)) = &trust.identity {
            let key = PrivateKey::from_pem(key).map_err(|_| unreadable("the key of the client"))?;
            tls = tls.client_cert(Some(ClientCert::new_with_certs(&certificates(chain)?, key)));
        }
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(timeout))
            .http_status_as_error(false)
            .max_redirects(0)
            // Salesforce speaks to endpoints directly.
            .proxy(None)
            .user_agent("sf-outbound")
            .tls_config(tls.build());
        Ok(Self { agent: config.build().into(), timeout })
    }

    /// Sends a message and judges the reply as Salesforce does. Of the faults, those of the way happen.
    pub(crate) fn deliver(&self, endpoint: &str, message: &[u8], faults: Faults) -> Delivery {
        let started = Instant::now();
        let mut body = Trickle::new(message, faults, self.timeout);
        let request = self
            .agent
            .post(endpoint)
            .header("Content-Type", "text/xml; charset=UTF-8")
            .header("SOAPAction", "\"\"");
        let response = if body.is_plain() {
            request.send(message)
        } else {
            request.header("Content-Length", message.len().to_string()).send(SendBody::from_reader(&mut body))
        };
        let mut status = None;
        let reply = response.and_then(|mut response| {
            status = Some(response.status().as_u16());
            response.body_mut().with_config().limit(REPLY_BYTES).read_to_vec()
        });
        let took = started.elapsed();
        let faults = body.happened();
        let (reply, reason) = match reply {
            Ok(reply) => {
                let reason = match status {
                    Some(status @ 300..400) => {
                        Some(format!("HTTP status {status}: redirects are not followed"))
                    }
                    status => sf_outbound::verdict(status, &reply).reason().map(str::to_owned),
                };
                (reply, reason)
            }
            Err(_) if body.is_cut() => (Vec::new(), Some(CUT.to_owned())),
            Err(error) => (Vec::new(), Some(self.reason(&error, endpoint))),
        };
        Delivery { took, status, reply, reason, faults }
    }

    /// The library's own words for some errors would repeat the URL with its secrets.
    fn reason(&self, error: &ureq::Error, endpoint: &str) -> String {
        match error {
            ureq::Error::BadUri(_) | ureq::Error::Http(_) => {
                format!("{} is not a valid URL", public_address(endpoint))
            }
            ureq::Error::Timeout(_) => format!("no reply within {} s", self.timeout.as_secs_f32()),
            ureq::Error::BodyExceedsLimit(_) => format!("the reply is longer than {REPLY_BYTES} bytes"),
            // Salesforce's word for trouble with certificates.
            ureq::Error::Rustls(error) => format!("javax.net.ssl.SSLPeerUnverifiedException: {error}"),
            ureq::Error::Io(error) if is_tls(error) => {
                format!("javax.net.ssl.SSLPeerUnverifiedException: {error}")
            }
            error => format!("cannot reach {}: {error}", public_address(endpoint)),
        }
    }
}

/// TLS trouble that was met while reading or writing comes as an error of input or output.
fn is_tls(error: &std::io::Error) -> bool {
    error.kind() == std::io::ErrorKind::InvalidData
}

fn certificates(pem: &[u8]) -> Result<Vec<Certificate<'static>>, Error> {
    let read: Result<Vec<_>, _> = parse_pem(pem)
        .filter_map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(Ok(certificate)),
            Ok(_) => None,
            Err(error) => Some(Err(error)),
        })
        .collect();
    read.ok().filter(|read| !read.is_empty()).ok_or_else(|| unreadable("a certificate"))
}

#[cold]
fn unreadable(what: &str) -> Error {
    Error::trouble(&codes::CERTIFICATE, format!("{what} is no PEM text of one"))
}
