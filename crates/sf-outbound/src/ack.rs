//! What a listener answers.

use crate::error::Error;
use crate::value;
use bytes::Bytes;
use std::fmt;

/// The answer to a whole message.
///
/// # Example
///
/// ```
/// use sf_outbound::{Ack, Reply, verdict};
///
/// let reply: Reply = Ack::Retry.into();
/// assert_eq!((reply.status, reply.content_type), (200, "text/xml; charset=utf-8"));
/// assert_eq!(verdict(Some(200), &reply.body).reason(), Some("SOAP response was a nack."));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ack {
    /// The listener has every notification safe: Salesforce deletes the message.
    Accepted,
    /// Salesforce sends the whole message again, for up to 24 hours; an administrator sees
    /// `SOAP response was a nack.`
    Retry,
}

/// A refusal with a reason. Salesforce sends the message again.
///
/// The reason reaches Salesforce and its administrators: put no secret into it.
///
/// # Example
///
/// ```
/// use sf_outbound::Fault;
///
/// let fault = Fault::new("the order system is closed for stock-taking");
/// assert_eq!(fault.reason(), "the order system is closed for stock-taking");
/// assert_eq!(fault.to_string(), fault.reason());
/// assert_ne!(fault, Fault::client("the order system is closed for stock-taking"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    code: &'static str,
    reason: String,
}

impl Fault {
    /// The listener could not do its work: SOAP's `Server`.
    #[must_use]
    pub fn new(reason: impl Into<String>) -> Self {
        Self { code: "Server", reason: reason.into() }
    }

    /// The message is at fault: SOAP's `Client`.
    #[must_use]
    pub fn client(reason: impl Into<String>) -> Self {
        Self { code: "Client", reason: reason.into() }
    }

    /// The reason, as it stands in `faultstring`.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

/// The reason.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl std::error::Error for Fault {}

impl From<&Error> for Fault {
    fn from(error: &Error) -> Self {
        let code = if error.is_version_mismatch() {
            "VersionMismatch"
        } else if error.is_must_understand() {
            "MustUnderstand"
        } else {
            "Client"
        };
        Self { code, reason: error.to_string() }
    }
}

/// An HTTP response, whatever sends it.
///
/// # Example
///
/// ```
/// use sf_outbound::{Fault, Reply};
///
/// let reply = Reply::from(Fault::new("closed"));
/// assert_eq!((reply.status, reply.allow), (500, None));
/// assert!(reply.body.windows(6).any(|text| text == b"closed"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reply {
    /// The HTTP status: 200 for an ack or nack, 500 for a SOAP fault; 405, 413 or 415 for a mistake that HTTP has a
    /// status for.
    pub status: u16,
    /// Value of `Content-Type`.
    pub content_type: &'static str,
    /// Value of `Allow`, with 405.
    pub allow: Option<&'static str>,
    /// The body.
    pub body: Bytes,
}

macro_rules! envelope {
    ($body:literal) => {
        concat!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n",
            "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\">",
            "<soapenv:Body>",
            $body,
            "</soapenv:Body></soapenv:Envelope>"
        )
    };
}

/// The content type of SOAP 1.1.
pub(crate) const XML: &str = "text/xml; charset=utf-8";

const ACCEPTED: &str = envelope!(
    "<notificationsResponse xmlns=\"http://soap.sforce.com/2005/09/outbound\"><Ack>true</Ack></notificationsResponse>"
);
const RETRY: &str = envelope!(
    "<notificationsResponse xmlns=\"http://soap.sforce.com/2005/09/outbound\"><Ack>false</Ack></notificationsResponse>"
);

impl Reply {
    pub(crate) fn plain(status: u16, line: String) -> Self {
        Self { status, content_type: "text/plain; charset=utf-8", allow: None, body: line.into() }
    }
}

impl From<Ack> for Reply {
    fn from(ack: Ack) -> Self {
        let body = match ack {
            Ack::Accepted => ACCEPTED,
            Ack::Retry => RETRY,
        };
        Self { status: 200, content_type: XML, allow: None, body: Bytes::from_static(body.as_bytes()) }
    }
}

impl From<Fault> for Reply {
    fn from(fault: Fault) -> Self {
        const FORM: &str = envelope!(
            "<soapenv:Fault><faultcode>soapenv:*</faultcode><faultstring>*</faultstring></soapenv:Fault>"
        );
        let mut body = Vec::with_capacity(FORM.len() + fault.reason.len());
        let mut parts = FORM.split('*');
        for hole in [fault.code, &fault.reason] {
            body.extend_from_slice(parts.next().unwrap_or_default().as_bytes());
            value::escape(hole, &mut body);
        }
        body.extend_from_slice(parts.next().unwrap_or_default().as_bytes());
        Self { status: 500, content_type: XML, allow: None, body: body.into() }
    }
}
