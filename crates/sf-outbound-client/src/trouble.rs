//! Why there is no reply, in words.

use crate::transport::{Protocol, Stage, is_unsent};
use sf_outbound_wsdl::public_address;
use std::fmt;
use std::io::{self, ErrorKind};
use std::time::Duration;
use ureq::Error;

/// Why there is no reply, or no whole one. Its text shows no secret of the address.
///
/// # Example
///
/// ```
/// use sf_outbound_client::{Body, Client, Kind, Settings, Trouble};
///
/// let client = Client::new(&Settings::default())?;
/// let trouble: Trouble = client.post("http://listener.invalid/", &[], Body::Bytes(b"")).unwrap_err();
/// assert_eq!((trouble.kind(), trouble.status()), (Kind::Unreached, None));
/// assert!(trouble.to_string().starts_with("cannot reach http://listener.invalid/: "));
/// assert_eq!(trouble.help(), "look at the host's name in the URL");
/// # Ok::<(), sf_outbound_client::Unreadable>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    kind: Kind,
    status: Option<u16>,
    text: String,
    help: &'static str,
}

/// A kind of trouble.
///
/// # Example
///
/// ```
/// use sf_outbound_client::Kind;
///
/// fn is_worth_another_try(kind: Kind) -> bool {
///     matches!(kind, Kind::Unreached | Kind::Broken)
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// The text is not a usable URL.
    Address,
    /// There is no connection.
    Unreached,
    /// The endpoint's certificate is not trusted.
    Certificate,
    /// The two do not agree on TLS for another reason, such as a client certificate that is missing.
    Tls,
    /// The endpoint was reached, and no whole reply came.
    Broken,
}

impl Trouble {
    /// The kind of trouble.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The status, where a reply began.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.status
    }

    /// What to do next; empty if there is no advice.
    #[must_use]
    pub fn help(&self) -> &str {
        self.help
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Trouble {}

pub(crate) fn check(url: &str, has_https: bool) -> Result<(), Trouble> {
    let refused = |text: String, help| Err(Trouble { kind: Kind::Address, status: None, text, help });
    let address = public_address(url);
    let is_https = url.starts_with("https://");
    if !is_https && !url.starts_with("http://") {
        return refused(format!("{address} is not an http or https URL"), "");
    }
    if !url.parse::<ureq::http::Uri>().is_ok_and(|url| url.host().is_some_and(|host| !host.is_empty())) {
        return refused(format!("{address} is not a valid URL"), "");
    }
    if is_https && !has_https {
        let help = "build it with the feature `https`, or send to an http URL";
        return refused("this sf-outbound was built without https".to_owned(), help);
    }
    Ok(())
}

/// What a request knows of itself.
pub(crate) struct Request<'r> {
    pub(crate) url: &'r str,
    pub(crate) status: Option<u16>,
    pub(crate) timeout: Duration,
    /// Whether the client has a certificate.
    #[cfg(feature = "https")]
    pub(crate) has_identity: bool,
}

impl Request<'_> {
    pub(crate) fn trouble(&self, error: Error) -> Trouble {
        match error {
            Error::Other(other) => match other.downcast::<Stage>() {
                Ok(stage) => self.at(*stage),
                Err(other) => self.broken(&other.to_string(), ""),
            },
            error => self.after_the_head(&error),
        }
    }

    fn at(&self, stage: Stage) -> Trouble {
        match stage {
            Stage::Resolve(error) => self.unreached(&resolve_words(&error), "look at the host's name in the URL"),
            Stage::Connect(error) => self.no_connection(&error),
            Stage::Secure(error) => self.secure(error),
            Stage::Send(error) | Stage::Reply(Some(error)) => match error {
                Error::Timeout(_) => self.late(),
                Error::Io(error) if is_unsent(&error) => self.broken(
                    &format!("the connection broke while the message was being sent, and no reply was there: {error}"),
                    "a limit for the size of a body, in the endpoint or a proxy before it, often ends a connection so",
                ),
                error => self.unanswered(error),
            },
            Stage::Reply(None) => self.broken(
                "it closed the connection without a reply",
                "look at the endpoint's own log: it may have crashed on the message",
            ),
            Stage::Foreign(Protocol::Http2) => self.broken(
                "it answers by HTTP/2 only",
                "Salesforce speaks HTTP/1.1: turn it on in the endpoint or in the proxy before it",
            ),
            Stage::Foreign(Protocol::Tls) => {
                self.broken("it answers by TLS", "the port is one of https: write https:// in the URL")
            }
        }
    }

    fn late(&self) -> Trouble {
        let text = format!("no reply within {} s", self.seconds());
        let help = "the endpoint or a proxy before it is busy or stuck; Salesforce waits no longer than 60 s";
        Trouble { kind: Kind::Broken, status: None, text, help }
    }

    /// The connection was lost before a byte of the reply, or TLS was ended.
    fn unanswered(&self, error: Error) -> Trouble {
        #[cfg(feature = "https")]
        let error = match crate::tls::of(error) {
            Ok(error) => return self.tls(&error),
            Err(error) => error,
        };
        match error {
            Error::Io(error) if error.kind() == ErrorKind::UnexpectedEof => self.at(Stage::Reply(None)),
            Error::Io(error) => self.broken(
                &format!("the connection broke before a reply: {error}"),
                "look at the endpoint's own log: it may have crashed on the message",
            ),
            error => self.broken(&error.to_string(), ""),
        }
    }

    fn secure(&self, error: Error) -> Trouble {
        #[cfg(feature = "https")]
        let error = match crate::tls::of(error) {
            Ok(error) => return self.tls(&error),
            Err(error) => error,
        };
        let why = match error {
            Error::Timeout(_) => format!("no answer within {} s", self.seconds()),
            Error::Io(error) if is_end(&error) => "it closes the connection at once".to_owned(),
            error => error.to_string(),
        };
        self.no_tls(&why, "see whether the port is one of https")
    }

    fn no_tls(&self, why: &str, help: &'static str) -> Trouble {
        let text = format!("reached {}, but no TLS with it: {why}", self.address());
        Trouble { kind: Kind::Tls, status: None, text, help }
    }

    #[cfg(feature = "https")]
    fn tls(&self, error: &rustls::Error) -> Trouble {
        let crate::tls::Words { is_certificate, text, help } = crate::tls::words(error, self.has_identity);
        if is_certificate {
            let text = format!("reached {}, but its certificate {text}", self.address());
            return Trouble { kind: Kind::Certificate, status: None, text, help };
        }
        self.no_tls(&text, help)
    }

    fn no_connection(&self, error: &Error) -> Trouble {
        match error {
            Error::Timeout(_) => self.unreached(
                &format!("no connection within {} s", self.seconds()),
                "a firewall may drop what comes to this port",
            ),
            Error::Io(error) if error.kind() == ErrorKind::ConnectionRefused => self.unreached(
                "connection refused: nothing listens there",
                "is the listener running, on this port?",
            ),
            Error::ConnectProxyFailed(why) => {
                self.unreached(&format!("the proxy does not connect: {why}"), "look at the proxy's settings")
            }
            error => self.unreached(&plain(error), ""),
        }
    }

    /// What goes wrong when a reply has begun, and what the library itself says.
    fn after_the_head(&self, error: &Error) -> Trouble {
        let status = self.status.map_or_else(String::new, |status| format!(" (HTTP {status})"));
        match error {
            Error::BadUri(_) | Error::Http(_) => Trouble {
                kind: Kind::Address,
                status: None,
                text: format!("{} is not a valid URL", self.address()),
                help: "",
            },
            Error::ConnectProxyFailed(_) => self.no_connection(error),
            Error::Timeout(_) if self.status.is_none() => self.late(),
            Error::Timeout(_) => {
                self.broken(&format!("its reply{status} did not end within {} s", self.seconds()), "")
            }
            Error::BodyExceedsLimit(limit) => self.broken(
                &format!("its reply{status} is longer than {limit} bytes"),
                "an ack has some 400 bytes",
            ),
            Error::Io(error) if is_end(error) => self.broken(
                &format!("its reply{status} ends in the middle"),
                "look whether Content-Length is right, and at the endpoint's own log",
            ),
            Error::Protocol(_) | Error::LargeResponseHeader(..) => self.broken(
                &format!("what it answers is no HTTP/1.1: {}", plain(error)),
                "is this the port of a web server?",
            ),
            error => self.broken(&plain(error), ""),
        }
    }

    fn unreached(&self, why: &str, help: &'static str) -> Trouble {
        let text = format!("cannot reach {}: {why}", self.address());
        Trouble { kind: Kind::Unreached, status: None, text, help }
    }

    fn broken(&self, why: &str, help: &'static str) -> Trouble {
        let text = format!("reached {}, but {why}", self.address());
        Trouble { kind: Kind::Broken, status: self.status, text, help }
    }

    fn address(&self) -> String {
        public_address(self.url)
    }

    fn seconds(&self) -> f32 {
        self.timeout.as_secs_f32()
    }
}

fn is_end(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::UnexpectedEof
            | ErrorKind::ConnectionReset
            | ErrorKind::ConnectionAborted
            | ErrorKind::BrokenPipe
    )
}

fn resolve_words(error: &Error) -> String {
    match error {
        Error::Timeout(_) => "looking up its address takes too long".to_owned(),
        Error::HostNotFound => "the host has no address".to_owned(),
        error => plain(error),
    }
}

/// The library's words without the name of their own kind.
fn plain(error: &Error) -> String {
    match error {
        Error::Io(error) => error.to_string(),
        Error::Protocol(error) => error.to_string(),
        error => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn what_is_no_url_is_refused_before_anything_is_sent() {
        for (url, has_https, expected) in [
            ("http://localhost/", false, ""),
            ("https://localhost/", true, ""),
            (
                "ftp://u:p@localhost/?x",
                true,
                "ftp://<redacted>@localhost/?<redacted> is not an http or https URL",
            ),
            ("https://u:p@localhost/?x", false, "this sf-outbound was built without https"),
            ("http://", true, "http:// is not a valid URL"),
            ("http://a b/", true, "http://a b/ is not a valid URL"),
        ] {
            let said = check(url, has_https).err().map(|refused| refused.to_string()).unwrap_or_default();
            assert_eq!(said, expected);
        }
    }
}
