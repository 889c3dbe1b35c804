//! What a request has to pass before anybody sees its message.

use crate::ack::{Fault, Reply};
use crate::codes::{self, Code};
use crate::drift::Drift;
use crate::envelope::Terms;
use crate::error::Error;
use crate::id::Id;
use crate::limits::Limits;
use crate::message::Notifications;
use crate::request::Head;
use crate::scan::{compressed, decode_text, knows_charset};
use std::borrow::Cow;
use std::fmt;

/// The checks of a [`Server`](crate::Server) and of a [`RecordReader`](crate::RecordReader).
#[derive(Clone, Default)]
pub(crate) struct Gate {
    pub(crate) limits: Limits,
    /// Those that are accepted; every one where it is empty.
    pub(crate) organizations: Vec<Id>,
    pub(crate) empty_is_null: bool,
    pub(crate) drift: Drift,
}

impl Gate {
    pub(crate) fn check_length(&self, bytes: usize) -> Result<(), Refusal> {
        let limit = self.limits.body_bytes;
        if bytes > limit { Err(too_long(limit)) } else { Ok(()) }
    }

    pub(crate) fn terms(&self) -> Terms<'_> {
        Terms { limits: &self.limits, organizations: &self.organizations, empty_is_null: self.empty_is_null }
    }

    /// The text of a body that is not too long.
    pub(crate) fn text<'b>(&self, charset: Option<&str>, body: &'b [u8]) -> Result<Cow<'b, str>, Refusal> {
        self.check_length(body.len())?;
        text(charset, body)
    }

    /// What was read, if anybody may see it.
    pub(crate) fn judge<T>(
        &self,
        object: &str,
        message: Result<Notifications<T>, Error>,
    ) -> Result<Notifications<T>, Refusal> {
        let message = message.map_err(Refusal::message)?;
        self.drift.note(object, &message.unknown);
        Ok(message)
    }
}

/// The text of a body, if it is one.
pub(crate) fn text<'b>(charset: Option<&str>, body: &'b [u8]) -> Result<Cow<'b, str>, Refusal> {
    if let Some(reason) = compressed(body) {
        return Err(Refusal::http(&codes::COMPRESSED, 415, format!("the body is {reason}")));
    }
    decode_text(body, charset).map_err(Refusal::message)
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
/// let refusal: Refusal = reader.read(Head::new("GET"), b"").unwrap_err();
/// assert_eq!((refusal.code(), refusal.error()), ("SFR0601", None));
/// assert_eq!(Reply::from(refusal).status, 405);
///
/// let refusal = reader.read(Head::new("POST"), b"<a").unwrap_err();
/// assert_eq!(refusal.error().map(|error| (error.line(), error.column())), Some((1, 3)));
/// assert_eq!(refusal.to_string(), "SFR0106: the text ends before the document does, at 1:3");
/// # Ok::<(), sf_outbound::SchemaError>(())
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
    pub(crate) fn message(error: Error) -> Self {
        let is_organization = error.code() == codes::ORGANIZATION.code;
        Self(Box::new(if is_organization { Cause::Organization } else { Cause::Message(error) }))
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

/// A charset; that of almost every request needs no memory.
pub(crate) type Charset = Cow<'static, str>;

/// The charset, where the head is a listener's business.
pub(crate) fn check_head(head: Head<'_>) -> Result<Option<Charset>, Refusal> {
    if head.method != "POST" {
        let line = "this is the endpoint of a Salesforce outbound message; Salesforce posts to it";
        return Err(Refusal::http(&codes::METHOD, 405, line));
    }
    check_coding(head.content_encoding)?;
    let Some(content_type) = head.content_type else { return Ok(None) };
    if matches!(content_type, "text/xml; charset=UTF-8" | "text/xml; charset=utf-8") {
        return Ok(Some(Cow::Borrowed("utf-8")));
    }
    let refused = |line: &str| Err(Refusal::http(&codes::CONTENT_TYPE, 415, line));
    let (media, parameters) = content_type.split_at(content_type.find(';').unwrap_or(content_type.len()));
    let media = media.trim_matches(BLANK);
    if media.eq_ignore_ascii_case("application/soap+xml") {
        return refused("application/soap+xml is SOAP 1.2; outbound messages are SOAP 1.1, text/xml");
    }
    if !["", "text/xml", "application/xml"].iter().any(|known| known.eq_ignore_ascii_case(media)) {
        return refused("the content type has to be text/xml or application/xml");
    }
    match charset(parameters) {
        Err(reason) => refused(reason),
        Ok(Some(charset)) if !knows_charset(charset) => {
            refused("this charset is not supported; Salesforce sends UTF-8")
        }
        Ok(charset) => Ok(charset.map(|charset| Cow::Owned(charset.to_owned()))),
    }
}

/// White space of HTTP.
const BLANK: [char; 2] = [' ', '\t'];

/// Salesforce compresses nothing; what does so on the way is named.
fn check_coding(codings: Option<&str>) -> Result<(), Refusal> {
    let Some(codings) = codings else { return Ok(()) };
    let mut codings = codings.split(',').map(|coding| coding.trim_matches(BLANK));
    let Some(coding) =
        codings.find(|coding| !matches!(*coding, "") && !coding.eq_ignore_ascii_case("identity"))
    else {
        return Ok(());
    };
    let known = ["gzip", "x-gzip", "deflate", "br", "zstd", "compress"];
    let named = known.iter().find(|known| known.eq_ignore_ascii_case(coding)).unwrap_or(&"something else");
    let line = format!("the body is compressed with {named} (Content-Encoding): decompress it first");
    Err(Refusal::http(&codes::COMPRESSED, 415, line))
}

/// The charset among the parameters of a content type, each of which begins with `;` (RFC 9110, 5.6.6).
fn charset(parameters: &str) -> Result<Option<&str>, &'static str> {
    let mut found: Option<&str> = None;
    let mut rest = parameters;
    while let Some(parameter) = rest.strip_prefix(';') {
        let parameter = parameter.trim_start_matches(BLANK);
        let name = &parameter[..parameter.find([';', '=']).unwrap_or(parameter.len())];
        let Some(value) = parameter[name.len()..].strip_prefix('=') else {
            rest = &parameter[name.len()..];
            continue;
        };
        let (value, after) = parameter_value(value.trim_start_matches(BLANK))?;
        rest = after.trim_start_matches(BLANK);
        if !name.trim_end_matches(BLANK).eq_ignore_ascii_case("charset") {
            continue;
        }
        if found.is_some_and(|found| !found.eq_ignore_ascii_case(value)) {
            return Err("the content type names two charsets");
        }
        found = Some(value);
    }
    if rest.is_empty() { Ok(found) } else { Err("the parameters of the content type can't be understood") }
}

/// A token or a quoted string, and what follows it. No charset needs an escape, so that none is replaced.
fn parameter_value(text: &str) -> Result<(&str, &str), &'static str> {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find(';').unwrap_or(text.len());
        return Ok((text[..end].trim_end_matches(BLANK), &text[end..]));
    };
    let mut escaped = false;
    let end = quoted.bytes().position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    });
    end.map(|end| (&quoted[..end], &quoted[end + 1..])).ok_or("a quote of the content type does not end")
}
