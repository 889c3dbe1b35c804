//! What a request has to pass before anybody sees its message.

use crate::ack::{Fault, Reply};
use crate::codes::{self, Code};
use crate::drift::Drift;
use crate::error::Error;
use crate::id::Id;
use crate::limits::Limits;
use crate::message::Notifications;
use crate::scan::knows_charset;
use std::fmt;

/// What a listener needs to know of a request's head.
///
/// # Example
///
/// ```
/// use sf_outbound::{Bytes, Dispatch, Head, Reply, Server};
///
/// /// Of a function host that hands over method, headers and body.
/// async fn answer<O: Dispatch<S>, S>(server: &Server<O, S>, content_type: &str, body: Bytes) -> Reply {
///     server.handle(Head { method: "POST", content_type: Some(content_type) }, body).await
/// }
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct Head<'h> {
    /// The method, such as `POST`.
    pub method: &'h str,
    /// The value of `Content-Type`.
    pub content_type: Option<&'h str>,
}

/// The checks of a [`Server`](crate::Server) and of a [`RecordReader`](crate::RecordReader).
#[derive(Clone, Default)]
pub(crate) struct Gate {
    pub(crate) limits: Limits,
    /// Those that are accepted; every one where it is empty.
    pub(crate) organizations: Vec<Id>,
    pub(crate) drift: Drift,
}

impl Gate {
    pub(crate) fn check_length(&self, bytes: usize) -> Result<(), Refusal> {
        let limit = self.limits.body_bytes;
        if bytes > limit { Err(too_long(limit)) } else { Ok(()) }
    }

    /// What was read, if anybody may see it.
    pub(crate) fn judge<T>(
        &self,
        object: &str,
        message: Result<Notifications<T>, Error>,
    ) -> Result<Notifications<T>, Refusal> {
        let message = message.map_err(Refusal::message)?;
        if self.organizations.is_empty() || self.organizations.contains(&message.organization_id) {
            self.drift.note(object, &message.unknown);
            return Ok(message);
        }
        Err(Refusal(Box::new(Cause::Organization)))
    }
}

#[cold]
pub(crate) fn too_long(limit: usize) -> Refusal {
    Refusal::http(&codes::BODY_BYTES, 413, format!("the body is longer than {limit} bytes"))
}

/// Why a request is refused, and the [`Reply`] that says so.
///
/// # Example
///
/// ```
/// use sf_outbound::{Head, Kind, RecordReader, Refusal, Reply, Schema};
///
/// let reader = RecordReader::new(Schema::new("Account", [("Name".to_owned(), Kind::Text)])?);
/// let refusal: Refusal = reader.read(Head { method: "GET", content_type: None }, b"").unwrap_err();
/// assert_eq!((refusal.code(), refusal.error()), ("SFR0601", None));
/// assert_eq!(Reply::from(refusal).status, 405);
///
/// let refusal = reader.read(Head { method: "POST", content_type: None }, b"<a").unwrap_err();
/// assert_eq!(refusal.error().map(|error| (error.line(), error.column())), Some((1, 3)));
/// assert_eq!(refusal.to_string(), "SFR0106: the text ends before the document does, at 1:3");
/// # Ok::<(), sf_outbound::DuplicateField>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal(Box<Cause>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Cause {
    Message(Error),
    Organization,
    /// Where HTTP has its own word.
    Http {
        code: &'static Code,
        status: u16,
        line: String,
    },
}

impl Refusal {
    #[cold]
    pub(crate) fn http(code: &'static Code, status: u16, line: impl Into<String>) -> Self {
        Self(Box::new(Cause::Http { code, status, line: line.into() }))
    }

    #[cold]
    fn message(error: Error) -> Self {
        Self(Box::new(Cause::Message(error)))
    }

    /// The stable code, such as `SFR0202`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match &*self.0 {
            Cause::Message(error) => error.code(),
            Cause::Organization => codes::ORGANIZATION.code,
            Cause::Http { code, .. } => code.code,
        }
    }

    /// Why the message cannot be read, with its place; `None` where head, length or organization are refused.
    #[must_use]
    pub fn error(&self) -> Option<&Error> {
        if let Cause::Message(error) = &*self.0 { Some(error) } else { None }
    }
}

/// Code, reason and place, as Salesforce's administrators see them.
impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Cause::Message(error) => error.fmt(f),
            Cause::Organization => {
                write!(f, "{}: the organization of this message is not accepted here", self.code())
            }
            Cause::Http { code, line, .. } => write!(f, "{}: {line}", code.code),
        }
    }
}

impl std::error::Error for Refusal {}

impl From<Refusal> for Reply {
    fn from(refusal: Refusal) -> Self {
        match &*refusal.0 {
            Cause::Message(error) => Fault::from(error).into(),
            Cause::Organization => Fault::client(refusal.to_string()).into(),
            Cause::Http { status, .. } => {
                let allow = (*status == 405).then_some("POST");
                Self { allow, ..Self::plain(*status, format!("{refusal}\n")) }
            }
        }
    }
}

/// The charset, where the head is a listener's business.
pub(crate) fn check_head(head: Head<'_>) -> Result<Option<&str>, Refusal> {
    if head.method != "POST" {
        let line = "this is the endpoint of a Salesforce outbound message; Salesforce posts to it";
        return Err(Refusal::http(&codes::METHOD, 405, line));
    }
    let Some(content_type) = head.content_type else { return Ok(None) };
    if matches!(content_type, "text/xml; charset=UTF-8" | "text/xml; charset=utf-8") {
        return Ok(Some("utf-8"));
    }
    let refused = |line: &str| Err(Refusal::http(&codes::CONTENT_TYPE, 415, line));
    let mut parts = content_type.split(';').map(str::trim);
    let media = parts.next().unwrap_or_default();
    if media.eq_ignore_ascii_case("application/soap+xml") {
        return refused("application/soap+xml is SOAP 1.2; outbound messages are SOAP 1.1, text/xml");
    }
    if !["", "text/xml", "application/xml"].iter().any(|known| known.eq_ignore_ascii_case(media)) {
        return refused("the content type has to be text/xml or application/xml");
    }
    let charset = parts
        .filter_map(|part| part.split_once('='))
        .find(|part| part.0.trim().eq_ignore_ascii_case("charset"));
    let charset = charset.map(|part| part.1.trim().trim_matches('"'));
    match charset {
        Some(charset) if !knows_charset(charset) => {
            refused("this charset is not supported; Salesforce sends UTF-8")
        }
        charset => Ok(charset),
    }
}
