//! What Salesforce makes of a reply.

use crate::codes;
use crate::error::Error;
use crate::limits::Limits;
use crate::scan::{Name, Namespace, Scanner, Token, decode_text, is_blank};
use crate::value;
use std::borrow::Cow;

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
    note: Option<Cow<'static, str>>,
    is_redirect: bool,
}

impl Verdict {
    const DELIVERED: Self = Self { reason: None, note: None, is_redirect: false };

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
    pub fn note(&self) -> Option<&str> {
        self.note.as_deref()
    }

    /// Names the target of a redirect in its reason; no other verdict changes.
    ///
    /// `location` is the value of the reply's header `Location`. Its user, parameters, query and fragment are not
    /// shown: they can hold secrets.
    ///
    /// # Example
    ///
    /// ```
    /// let verdict = sf_outbound::verdict(Some(302), b"").with_location("https://example.com/login?state=secret");
    /// assert!(verdict.reason().is_some_and(|reason| reason.ends_with(": https://example.com/login")));
    /// ```
    #[must_use]
    pub fn with_location(mut self, location: &str) -> Self {
        if let Some(reason) = self.reason.as_mut().filter(|_| self.is_redirect) {
            let public = location.split(['?', '#']).next().unwrap_or_default();
            let (scheme, rest) =
                public.split_once("//").map_or(("", public), |(scheme, rest)| (scheme, rest));
            let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            let path = path.split(';').next().unwrap_or_default();
            let host = host.rsplit('@').next().unwrap_or_default();
            let slashes = if rest.len() < public.len() { "//" } else { "" };
            reason.push_str(": ");
            let characters = [scheme, slashes, host, path].into_iter().flat_map(str::chars);
            reason.extend(characters.filter(|c| !c.is_control()).take(200));
        }
        self
    }

    fn failed(reason: impl Into<String>) -> Self {
        Self { reason: Some(reason.into()), note: None, is_redirect: false }
    }

    /// With a note, where there is none yet.
    fn noted(mut self, note: impl Into<Cow<'static, str>>) -> Self {
        self.note.get_or_insert_with(|| note.into());
        self
    }
}

const NACK: &str = "SOAP response was a nack.";
const PROLOG: &str =
    "org.xml.sax.SAXParseException; lineNumber: 1; columnNumber: 1; Content is not allowed in prolog.";
const WRAPPER_NOTE: &str = "many public listeners make this mistake: the reply's element is `notificationsResponse` \
    in the namespace http://soap.sforce.com/2005/09/outbound, not `notifications` and not without a namespace";
const ACK_NOTE: &str = "`Ack` is an xsd:boolean: it holds `true` or `false` in lower case and nothing else; to tell a \
    reason, answer with a SOAP fault";
const REDIRECT_NOTE: &str = "give the outbound message the address to which the redirect leads as its endpoint URL, with \
    https, host, path and a slash at the end exactly as there";
const ENCODING_NOTE: &str =
    "the reply declares an encoding other than UTF-8: send UTF-8, which every reader of XML knows";
const SECOND_ACK: &str =
    "the reply holds a second `Ack`, and which of them Salesforce counts is not documented: send one";
const SECOND_ELEMENT: &str = "the reply's SOAP body holds a second element, and what Salesforce makes of it is not \
    documented: send one `notificationsResponse` alone";
const SECOND_BODY: &str = "the reply's envelope holds a second SOAP Body, and what Salesforce makes of it is not documented: send one";

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
    if let Some(status @ (301 | 302 | 303 | 307 | 308)) = status {
        let reason = format!("HTTP status {status} is a redirect, and Salesforce does not follow redirects");
        return Verdict { is_redirect: true, ..Verdict::failed(reason) }.noted(REDIRECT_NOTE);
    }
    let verdict = judged(body);
    match status {
        Some(status) if verdict.is_delivered() && !(200..300).contains(&status) => {
            Verdict::failed(format!("HTTP status {status}, though the body is an ack"))
        }
        _ => verdict,
    }
}

fn judged(body: &[u8]) -> Verdict {
    let (text, note) = match text_of(body) {
        Ok(read) => read,
        Err(error) => {
            let lossy = String::from_utf8_lossy(body);
            if !is_xml(&lossy) {
                return with_excerpt(Verdict::failed(PROLOG), &lossy);
            }
            let verdict = Verdict::failed(format!("the reply's text cannot be read: {error}"));
            return if is_page(&lossy) { with_excerpt(verdict, &lossy) } else { verdict };
        }
    };
    if is_blank(&text) {
        return Verdict::failed("the reply is empty");
    }
    if !is_xml(&text) {
        return with_excerpt(Verdict::failed(PROLOG), &text);
    }
    match document(&text) {
        Ok(verdict) => match note {
            Some(note) => verdict.noted(note),
            None => verdict,
        },
        Err(error) => {
            let verdict = Verdict::failed(format!("the reply is not well-formed XML: {error}"));
            if is_page(&text) { with_excerpt(verdict, &text) } else { verdict }
        }
    }
}

/// The reply's text, and what is to be said of its encoding.
///
/// Salesforce's reader knows more encodings than ours. Of those that agree with ASCII, the elements and the `Ack` are the
/// same in Latin-1; only words of other alphabets in a fault's reason can differ.
fn text_of(body: &[u8]) -> Result<(Cow<'_, str>, Option<&'static str>), Error> {
    match decode_text(body, None) {
        Err(error) if error.code() == codes::ENCODING.code && is_like_ascii(body) => {
            Ok((decode_text(body, Some("iso-8859-1"))?, Some(ENCODING_NOTE)))
        }
        read => read.map(|text| (text, None)),
    }
}

/// Whether the reply's declaration names an encoding of one byte a character that agrees with ASCII.
fn is_like_ascii(body: &[u8]) -> bool {
    let head = body.split(|byte| *byte == b'>').next().unwrap_or_default().to_ascii_lowercase();
    let names: [&[u8]; 3] = [b"windows-125", b"cp125", b"iso-8859-"];
    head.starts_with(b"<?xml")
        && names.iter().any(|name| head.windows(name.len()).any(|window| window == *name))
}

/// Whether the reply begins as XML does and not as a web page.
fn is_xml(text: &str) -> bool {
    let start = text.trim_start_matches(['\u{FEFF}', ' ', '\t', '\r', '\n']);
    let begins =
        |prefix: &str| start.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix));
    start.starts_with('<') && !begins("<!doctype html") && !begins("<html")
}

/// Whether there is an element of a web page near the start.
fn is_page(text: &str) -> bool {
    let head: String = text.chars().take(1000).collect::<String>().to_ascii_lowercase();
    ["<html", "<head", "<body", "<title"].iter().any(|tag| head.contains(tag))
}

/// With a note that shows what the reply says to a person.
fn with_excerpt(verdict: Verdict, text: &str) -> Verdict {
    let excerpt = shown(&first_text(text));
    match (is_page(text), excerpt.is_empty()) {
        (_, true) => verdict,
        (true, false) => verdict.noted(format!(
            "the reply is a web page, `{excerpt}`: the endpoint has to answer without a login or another page before it"
        )),
        (false, false) => verdict
            .noted(format!("the reply is the text `{excerpt}`: a listener answers with a SOAP envelope")),
    }
}

/// The title of a web page, or else its first text, as far as the first 64 KiB tell.
fn first_text(text: &str) -> String {
    const LOOKED_AT: usize = 1 << 16;
    let mut end = text.len().min(LOOKED_AT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let text = &text[..end];
    // Of the same length, so that places in one are places in the other.
    let lower = text.to_ascii_lowercase();
    let inside = |tag: &str, from: usize| {
        let start = from + lower[from..].find(&format!("<{tag}"))?;
        let start = start + lower[start..].find('>')? + 1;
        let end = lower[start..].find(&format!("</{tag}")).map_or(text.len(), |length| start + length);
        Some((start, end))
    };
    if let Some((start, end)) = inside("title", 0)
        && !shown(&text[start..end]).is_empty()
    {
        return text[start..end].to_owned();
    }
    let mut first = String::new();
    let mut at = 0;
    while let Some(length) = lower[at..].find('<') {
        first.push_str(&text[at..at + length]);
        first.push(' ');
        at += length;
        // What no person sees.
        let hidden = ["script", "style", "head"].iter().find(|tag| {
            let rest = &lower[at + 1..];
            rest.starts_with(**tag) && !rest[tag.len()..].starts_with(|c: char| c.is_ascii_alphanumeric())
        });
        let end = hidden.and_then(|tag| inside(tag, at)).map_or(at, |(_, end)| end);
        at = lower[end..].find('>').map_or(text.len(), |length| end + length + 1);
    }
    first + &text[at..]
}

/// A text in one line and cut, without what can be a secret: a word that is long, or one with `=` or `@`.
fn shown(text: &str) -> String {
    const CHARACTERS: usize = 100;
    const WORD: usize = 30;
    let words = text.split_whitespace().map(|word| {
        let is_open = word.chars().count() <= WORD && !word.contains(['=', '@']);
        if is_open { word.replace(|c: char| c.is_control() || c == '`', "") } else { "…".to_owned() }
    });
    let mut line = String::new();
    for word in words {
        if line.chars().count() + word.chars().count() >= CHARACTERS {
            line += " …";
            break;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line += &word;
    }
    line
}

fn document(text: &str) -> Result<Verdict, Error> {
    let mut reply = Scanner::new(text, &Limits::default())?;
    let verdict = envelope(&mut reply)?;
    // What is ill-formed behind the ack makes the whole reply so.
    while !matches!(reply.next()?, Token::Eof) {}
    Ok(verdict)
}

/// Of an element that is not an ack, the rest may be left unread.
fn envelope(reply: &mut Scanner<'_>) -> Result<Verdict, Error> {
    match reply.next()? {
        Token::Start(root) if root.is(Namespace::Soap11, "Envelope") => {}
        Token::Start(root) if root.is(Namespace::Soap12, "Envelope") => {
            return Ok(Verdict::failed("the reply is a SOAP 1.2 envelope; Salesforce speaks SOAP 1.1"));
        }
        _ => return Ok(Verdict::failed("the reply is XML, but not a SOAP envelope")),
    }
    let mut verdict: Option<Verdict> = None;
    loop {
        match child(reply)? {
            Child::Element(name) if !name.is(Namespace::Soap11, "Body") => reply.skip_element()?,
            Child::Element(_) => {
                let judged = match verdict.take() {
                    Some(first) => {
                        reply.skip_element()?;
                        first.noted(SECOND_BODY)
                    }
                    None => soap_body(reply)?,
                };
                if !judged.is_delivered() {
                    return Ok(judged);
                }
                verdict = Some(judged);
            }
            Child::Text => {
                return Ok(Verdict::failed("text stands in the reply's envelope beside its SOAP Body"));
            }
            Child::End => {
                return Ok(
                    verdict.unwrap_or_else(|| Verdict::failed("the reply's envelope has no SOAP Body"))
                );
            }
        }
    }
}

fn soap_body(reply: &mut Scanner<'_>) -> Result<Verdict, Error> {
    let mut verdict = match child(reply)? {
        Child::Element(name) => only_element(name, reply)?,
        Child::Text => {
            Verdict::failed("the reply's SOAP body holds text where `notificationsResponse` belongs")
        }
        Child::End => Verdict::failed("the reply's SOAP body is empty"),
    };
    while verdict.is_delivered() {
        match child(reply)? {
            Child::Element(_) => {
                reply.skip_element()?;
                verdict = verdict.noted(SECOND_ELEMENT);
            }
            Child::Text => {
                verdict = Verdict::failed("the reply's SOAP body holds text beside `notificationsResponse`");
            }
            Child::End => break,
        }
    }
    Ok(verdict)
}

/// After the start tag of what has to be the body's only element.
fn only_element(name: Name<'_>, reply: &mut Scanner<'_>) -> Result<Verdict, Error> {
    match (name.namespace, name.local) {
        (Namespace::Outbound, "notificationsResponse") => response(reply),
        (Namespace::Soap11, "Fault") => fault(reply),
        (_, "notificationsResponse") => {
            Ok(Verdict::failed("`notificationsResponse` of the reply is in a wrong namespace")
                .noted(WRAPPER_NOTE))
        }
        (_, "notifications") => {
            Ok(Verdict::failed("the reply holds `notifications` instead of `notificationsResponse`")
                .noted(WRAPPER_NOTE))
        }
        (_, other) => {
            let other = shown(other);
            Ok(Verdict::failed(format!("the reply's SOAP body holds `{other}`, not `notificationsResponse`")))
        }
    }
}

fn response(reply: &mut Scanner<'_>) -> Result<Verdict, Error> {
    let mut verdict: Option<Verdict> = None;
    loop {
        match child(reply)? {
            Child::Element(name) if !name.is(Namespace::Outbound, "Ack") => reply.skip_element()?,
            Child::Element(_) => {
                let judged = match verdict.take() {
                    Some(first) => {
                        reply.skip_element()?;
                        first.noted(SECOND_ACK)
                    }
                    None => ack(reply)?,
                };
                if !judged.is_delivered() {
                    return Ok(judged);
                }
                verdict = Some(judged);
            }
            Child::Text => {
                return Ok(Verdict::failed(
                    "the reply's `notificationsResponse` holds text beside its `Ack`",
                )
                .noted(ACK_NOTE));
            }
            Child::End => {
                const NONE: &str = "the reply has no `Ack` in the namespace of outbound messages";
                return Ok(verdict.unwrap_or_else(|| Verdict::failed(NONE)));
            }
        }
    }
}

fn ack(reply: &mut Scanner<'_>) -> Result<Verdict, Error> {
    let text = reply.simple_content()?;
    Ok(match text.as_deref().map(value::boolean) {
        Some(Ok(true)) => Verdict::DELIVERED,
        Some(Ok(false)) => Verdict::failed(NACK),
        Some(Err(_)) => Verdict::failed("the reply's `Ack` is neither true nor false").noted(ACK_NOTE),
        None => Verdict::failed("the reply's `Ack` holds an element").noted(ACK_NOTE),
    })
}

fn fault(reply: &mut Scanner<'_>) -> Result<Verdict, Error> {
    const SHOWN: usize = 200;
    let mut reason = String::new();
    loop {
        match child(reply)? {
            Child::Element(name) if name.local == "faultstring" => {
                if let Some(text) = reply.simple_content()? {
                    let escaped = |c: char| if c.is_control() { c.escape_debug().collect() } else { vec![c] };
                    reason = text.chars().take(SHOWN).flat_map(escaped).collect();
                }
                break;
            }
            Child::Element(_) => reply.skip_element()?,
            Child::Text => {}
            Child::End => break,
        }
    }
    Ok(Verdict::failed(format!("the reply is a SOAP fault: {reason}")))
}

enum Child<'a> {
    Element(Name<'a>),
    /// Text that is not white space.
    Text,
    End,
}

/// The next child's start tag or text, or the end tag of the element that is open.
fn child<'a>(reply: &mut Scanner<'a>) -> Result<Child<'a>, Error> {
    loop {
        match reply.next()? {
            Token::Start(name) => return Ok(Child::Element(name)),
            Token::Text(text) if is_blank(&text) => {}
            Token::Text(_) => return Ok(Child::Text),
            Token::End | Token::Eof => return Ok(Child::End),
        }
    }
}
