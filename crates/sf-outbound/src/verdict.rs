//! What Salesforce makes of a reply.

use crate::error::Error;
use crate::limits::Limits;
use crate::scan::{Namespace, Scanner, Token, decode_text, is_blank};
use crate::value;

/// What an administrator would see of a reply.
///
/// # Example
///
/// ```
/// use sf_outbound::{Verdict, verdict};
///
/// let wrong = "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body>\
///     <notifications xmlns='http://soap.sforce.com/2005/09/outbound'><Ack>true</Ack></notifications>\
///     </e:Body></e:Envelope>";
/// let verdict: Verdict = verdict(Some(200), wrong.as_bytes());
/// assert!(!verdict.is_delivered());
/// assert!(verdict.note().is_some_and(|note| note.starts_with("many public listeners make this mistake")));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    reason: Option<String>,
    note: Option<&'static str>,
}

impl Verdict {
    /// Whether Salesforce takes the message for delivered.
    #[must_use]
    pub fn is_delivered(&self) -> bool {
        self.reason.is_none()
    }

    /// Why not: in Salesforce's words where they are documented, else in ours.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }

    /// What else the listener's developer should know.
    #[must_use]
    pub fn note(&self) -> Option<&'static str> {
        self.note
    }

    fn failed(reason: impl Into<String>) -> Self {
        Self { reason: Some(reason.into()), note: None }
    }

    fn noted(self, note: &'static str) -> Self {
        Self { note: Some(note), ..self }
    }
}

const NACK: &str = "SOAP response was a nack.";
const PROLOG: &str =
    "org.xml.sax.SAXParseException; lineNumber: 1; columnNumber: 1; Content is not allowed in prolog.";
const WRAPPER_NOTE: &str = "many public listeners make this mistake: the reply's element is `notificationsResponse` \
    in the namespace http://soap.sforce.com/2005/09/outbound, not `notifications` and not without a namespace";

/// What Salesforce makes of a reply: delivered only when the SOAP body holds `notificationsResponse` with
/// `Ack` true.
///
/// **Source.** Salesforce help article 000381752.
///
/// # Example
///
/// ```
/// let verdict = sf_outbound::verdict(Some(200), b"OK");
/// assert!(!verdict.is_delivered());
/// assert!(verdict.reason().is_some_and(|reason| reason.ends_with("Content is not allowed in prolog.")));
/// ```
#[must_use]
pub fn verdict(status: Option<u16>, body: &[u8]) -> Verdict {
    let verdict = match read(body) {
        Ok(verdict) => verdict,
        Err(error) => Verdict::failed(format!("the reply is not well-formed XML: {error}")),
    };
    match status {
        Some(status) if verdict.is_delivered() && !(200..300).contains(&status) => {
            Verdict::failed(format!("HTTP status {status}, though the body is an ack"))
        }
        _ => verdict,
    }
}

fn read(body: &[u8]) -> Result<Verdict, Error> {
    let text = decode_text(body, None)?;
    let start = text.trim_start_matches([' ', '\t', '\r', '\n']);
    if start.is_empty() {
        return Ok(Verdict::failed("the reply is empty"));
    }
    let html = |prefix: &str| start.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix));
    if !start.starts_with('<') || html("<!doctype html") || html("<html") {
        return Ok(Verdict::failed(PROLOG));
    }
    let mut reply = Scanner::new(&text, &Limits::default())?;
    let verdict = envelope(&mut reply)?;
    // What is ill-formed behind the ack makes the whole reply so.
    while !matches!(reply.next()?, Token::Eof) {}
    Ok(verdict)
}

fn envelope(reply: &mut Scanner<'_>) -> Result<Verdict, Error> {
    match reply.next()? {
        Token::Start(root) if root.is(Namespace::Soap11, "Envelope") => {}
        Token::Start(root) if root.is(Namespace::Soap12, "Envelope") => {
            return Ok(Verdict::failed("the reply is a SOAP 1.2 envelope; Salesforce speaks SOAP 1.1"));
        }
        _ => return Ok(Verdict::failed("the reply is XML, but not a SOAP envelope")),
    }
    if enter(reply, |name| name.is(Namespace::Soap11, "Body"))?
        && let Some(name) = child(reply)?
    {
        return match (name.namespace, name.local) {
            (Namespace::Outbound, "notificationsResponse") => ack(reply),
            (Namespace::Soap11, "Fault") => fault(reply),
            (_, "notificationsResponse") => {
                Ok(Verdict::failed("`notificationsResponse` of the reply is in a wrong namespace")
                    .noted(WRAPPER_NOTE))
            }
            (_, "notifications") => {
                Ok(Verdict::failed("the reply holds `notifications` instead of `notificationsResponse`")
                    .noted(WRAPPER_NOTE))
            }
            _ => Ok(Verdict::failed("the reply holds no `notificationsResponse`")),
        };
    }
    Ok(Verdict::failed("the reply's SOAP body is empty"))
}

fn ack(reply: &mut Scanner<'_>) -> Result<Verdict, Error> {
    if !enter(reply, |name| name.is(Namespace::Outbound, "Ack"))? {
        return Ok(Verdict::failed("the reply has no `Ack` in the namespace of outbound messages"));
    }
    let text = reply.simple_content()?;
    Ok(match text.as_deref().map(value::boolean) {
        Some(Ok(true)) => Verdict { reason: None, note: None },
        Some(Ok(false)) => Verdict::failed(NACK),
        _ => Verdict::failed("the reply's `Ack` is neither true nor false"),
    })
}

fn fault(reply: &mut Scanner<'_>) -> Result<Verdict, Error> {
    const SHOWN: usize = 200;
    let mut reason = String::new();
    if enter(reply, |name| name.local == "faultstring")?
        && let Some(text) = reply.simple_content()?
    {
        reason = text
            .chars()
            .take(SHOWN)
            .flat_map(|c| if c.is_control() { c.escape_debug().collect() } else { vec![c] })
            .collect();
    }
    Ok(Verdict::failed(format!("the reply is a SOAP fault: {reason}")))
}

/// Goes to the next child that is wanted, past all others; `false` at the parent's end.
fn enter(reply: &mut Scanner<'_>, wanted: impl Fn(&crate::scan::Name<'_>) -> bool) -> Result<bool, Error> {
    while let Some(name) = child(reply)? {
        if wanted(&name) {
            return Ok(true);
        }
        reply.skip_element()?;
    }
    Ok(false)
}

fn child<'a>(reply: &mut Scanner<'a>) -> Result<Option<crate::scan::Name<'a>>, Error> {
    loop {
        match reply.next()? {
            Token::Start(name) => return Ok(Some(name)),
            Token::Text(text) if is_blank(&text) => {}
            _ => return Ok(None),
        }
    }
}
