//! Tokens to notifications: SOAP 1.1 as written, and what the WSDL says stands inside.
//!
//! Order of children is not enforced anywhere, and what the WSDL does not know is counted and passed over.

use crate::codes::{self, Code};
use crate::error::Error;
use crate::id::Id;
use crate::limits::Limits;
use crate::message::{SessionId, Unknown};
use crate::object::Table;
use crate::scan::{Name, Namespace, Scanner, Token, is_blank};
use crate::value::{self, Kind, Slot};
use std::borrow::Cow;

/// A record that is being read.
pub(crate) trait Target {
    fn set_id(&mut self, id: Id);
    fn slot(&mut self, index: usize) -> Slot<'_>;
}

/// Where notifications go.
pub(crate) trait Sink {
    /// The record of the notification that is being read; fresh after each `keep` with data.
    fn target(&mut self) -> &mut dyn Target;
    /// The notification is complete.
    fn keep(&mut self, id: Id, has_data: bool);
}

/// All of a message but its notifications.
pub(crate) struct Header {
    pub(crate) organization_id: Id,
    pub(crate) action_id: Id,
    pub(crate) session_id: Option<SessionId>,
    pub(crate) enterprise_url: Option<String>,
    pub(crate) partner_url: Option<String>,
    pub(crate) unknown: Unknown,
}

/// Reads a whole document.
pub(crate) fn read(
    text: &str,
    limits: &Limits,
    table: Table<'_>,
    sink: &mut dyn Sink,
) -> Result<Header, Error> {
    let mut reader = Reader {
        scanner: Scanner::new(text, limits)?,
        table,
        limits,
        unknown: Unknown::default(),
        seen: vec![false; table.len()],
    };
    reader.envelope(sink)
}

struct Reader<'a, 't> {
    scanner: Scanner<'a>,
    table: Table<'t>,
    limits: &'t Limits,
    unknown: Unknown,
    /// The fields that the record being read has had.
    seen: Vec<bool>,
}

/// An element's text and where it starts; `None` for nil.
type Content<'a> = Option<(Cow<'a, str>, usize)>;

impl<'a> Reader<'a, '_> {
    fn envelope(&mut self, sink: &mut dyn Sink) -> Result<Header, Error> {
        let Token::Start(root) = self.scanner.next()? else {
            return Err(self.error(&codes::NOT_SOAP, "no SOAP envelope"));
        };
        match root.namespace {
            _ if root.local != "Envelope" => {
                return Err(self.error(&codes::NOT_SOAP, "the root is not a SOAP envelope"));
            }
            Namespace::Soap11 => {}
            Namespace::Soap12 => {
                return Err(self.error(&codes::VERSION_MISMATCH, "envelope of SOAP 1.2, not 1.1"));
            }
            _ => {
                return Err(
                    self.error(&codes::VERSION_MISMATCH, "envelope of a namespace that is not SOAP 1.1's")
                );
            }
        }
        let mut header = None;
        while let Some(child) = self.child()? {
            if header.is_some() {
                self.unknown(child)?;
            } else if child.is(Namespace::Soap11, "Header") {
                self.soap_header()?;
            } else if child.is(Namespace::Soap11, "Body") {
                header = Some(self.body(sink)?);
            } else {
                return Err(self.error(&codes::NOT_SOAP, "neither Header nor Body of SOAP"));
            }
        }
        // Only the end of the text is left; what follows the root is refused there.
        self.scanner.next()?;
        let mut header = header.ok_or_else(|| self.error(&codes::NOT_SOAP, "the envelope has no Body"))?;
        header.unknown = std::mem::take(&mut self.unknown);
        Ok(header)
    }

    /// No header is known here; one that must be understood by this endpoint is refused (SOAP 1.1, 4.2.3).
    fn soap_header(&mut self) -> Result<(), Error> {
        while self.child()?.is_some() {
            let soap = |name: &str| {
                let mut attributes = self.scanner.attributes();
                attributes
                    .find(|attribute| attribute.name.is(Namespace::Soap11, name))
                    .map(|a| a.value.trim())
            };
            let for_us =
                matches!(soap("actor"), None | Some("" | "http://schemas.xmlsoap.org/soap/actor/next"));
            if for_us && matches!(soap("mustUnderstand"), Some("1" | "true")) {
                return Err(
                    self.error(&codes::MUST_UNDERSTAND, "header that must be understood is not known")
                );
            }
            self.scanner.skip_element()?;
        }
        Ok(())
    }

    fn body(&mut self, sink: &mut dyn Sink) -> Result<Header, Error> {
        let mut header = None;
        while let Some(child) = self.child()? {
            if header.is_some() {
                return Err(self.error(&codes::NOT_NOTIFICATIONS, "second element in the SOAP body"));
            }
            if !child.is(Namespace::Outbound, "notifications") {
                return Err(
                    self.error(&codes::NOT_NOTIFICATIONS, "the SOAP body does not hold `notifications`")
                );
            }
            header = Some(self.notifications(sink)?);
        }
        header.ok_or_else(|| self.error(&codes::NOT_NOTIFICATIONS, "the SOAP body is empty"))
    }

    fn notifications(&mut self, sink: &mut dyn Sink) -> Result<Header, Error> {
        const NAMES: [&str; 5] = ["OrganizationId", "ActionId", "SessionId", "EnterpriseUrl", "PartnerUrl"];
        let mut found: [Option<Content<'a>>; 5] = [const { None }; 5];
        let mut count = 0;
        while let Some(child) = self.child()? {
            let outbound = child.namespace == Namespace::Outbound;
            if outbound && child.local == "Notification" {
                if count >= self.limits.notifications {
                    let message = format!("more than {} notifications", self.limits.notifications);
                    return Err(self.error(&codes::NOTIFICATIONS, message));
                }
                count += 1;
                self.notification(sink)?;
            } else if let Some(place) = NAMES.iter().position(|name| outbound && *name == child.local) {
                if found[place].is_some() {
                    return Err(self.error(&codes::DUPLICATE, "header element stands twice"));
                }
                found[place] = Some(self.content(child.local)?);
            } else {
                self.unknown(child)?;
            }
        }
        if count == 0 {
            let error = self.error(&codes::NO_NOTIFICATION, "message without a notification");
            return Err(deeper(error, "notifications"));
        }
        let [organization, action, session, enterprise, partner] = found.map(Option::flatten);
        Ok(Header {
            organization_id: self.required_id(organization, "notifications/OrganizationId")?,
            action_id: self.required_id(action, "notifications/ActionId")?,
            session_id: session.map(|_| SessionId(())),
            enterprise_url: enterprise.map(|(text, _)| text.into_owned()),
            partner_url: partner.map(|(text, _)| text.into_owned()),
            unknown: Unknown::default(),
        })
    }

    fn notification(&mut self, sink: &mut dyn Sink) -> Result<(), Error> {
        let mut id = None;
        let mut record = None;
        while let Some(child) = self.child()? {
            if child.is(Namespace::Outbound, "Id") {
                if id.is_some() {
                    return Err(self.error(&codes::DUPLICATE, "second Id of the notification"));
                }
                id = Some(self.content("Id")?);
            } else if child.is(Namespace::Outbound, "sObject") {
                if record.is_some() {
                    return Err(self.error(&codes::DUPLICATE, "second sObject of the notification"));
                }
                record = Some(self.sobject(sink.target())?);
            } else {
                self.unknown(child)?;
            }
        }
        let id = self.required_id(id.flatten(), "Notification/Id")?;
        sink.keep(id, record.unwrap_or(false));
        Ok(())
    }

    /// Reads a record and says whether it has data.
    fn sobject(&mut self, target: &mut dyn Target) -> Result<bool, Error> {
        self.check_type()?;
        let nil = self.nil();
        let start = self.scanner.offset();
        self.seen.fill(false);
        let mut id = None;
        let mut expected = 0;
        let mut has_children = false;
        while let Some(child) = self.child()? {
            if nil {
                return Err(self.error(&codes::NIL_WITH_CONTENT, "the sObject is nil and has fields"));
            }
            has_children = true;
            if child.namespace != Namespace::SObject {
                self.unknown(child)?;
            } else if let Some(index) = self.table.find_near(expected, child.local) {
                expected = index + 1;
                self.field(index, child.local, target)?;
            } else if child.local == "Id" {
                if id.is_some() {
                    return Err(self.error(&codes::DUPLICATE, "field stands twice"));
                }
                id = Some(self.content("Id")?);
            } else if child.local == "fieldsToNull" {
                self.scanner.skip_element()?;
            } else {
                self.unknown(child)?;
            }
        }
        match id.flatten() {
            Some((text, at)) => target.set_id(self.id(&text, at, "sObject/Id")?),
            None if has_children => {
                let error = self.scanner.error(&codes::MISSING, "the sObject has fields but no Id", start);
                return Err(deeper(error, "sObject"));
            }
            None => {}
        }
        Ok(has_children)
    }

    fn field(&mut self, index: usize, name: &str, target: &mut dyn Target) -> Result<(), Error> {
        if self.seen.get(index).copied().unwrap_or(false) {
            return Err(self.error(&codes::DUPLICATE, "field stands twice"));
        }
        if let Some(seen) = self.seen.get_mut(index) {
            *seen = true;
        }
        let kind = self.table.kind(index).unwrap_or(Kind::Text);
        let Some((text, at)) = self.content(name)? else { return Ok(()) };
        value::put(target.slot(index), kind, text).map_err(|reason| {
            let code = if kind == Kind::Id { &codes::NOT_AN_ID } else { &codes::VALUE };
            deeper(self.scanner.error(code, reason, at), name)
        })
    }

    /// A missing `xsi:type` is accepted, another object's is not.
    fn check_type(&self) -> Result<(), Error> {
        let mut attributes = self.scanner.attributes();
        let Some(attribute) = attributes.find(|attribute| attribute.name.is(Namespace::Xsi, "type")) else {
            return Ok(());
        };
        let (prefix, local) = attribute.value.trim().split_once(':').unwrap_or(("", attribute.value.trim()));
        let namespace = self.scanner.resolve(prefix, attribute.offset)?;
        if namespace == Namespace::SObject && local == self.table.object() {
            return Ok(());
        }
        let message = format!("the sObject's xsi:type is not {}", self.table.object());
        Err(self.scanner.error(&codes::WRONG_TYPE, message, attribute.offset))
    }

    /// The next child's start tag, or `None` after the end tag of the element that is open.
    fn child(&mut self) -> Result<Option<Name<'a>>, Error> {
        loop {
            match self.scanner.next()? {
                Token::Start(name) => return Ok(Some(name)),
                Token::End | Token::Eof => return Ok(None),
                Token::Text(text) if is_blank(&text) => {}
                Token::Text(_) => return Err(self.error(&codes::STRAY_TEXT, "text between elements")),
            }
        }
    }

    fn unknown(&mut self, name: Name<'a>) -> Result<(), Error> {
        self.unknown.note(name.local);
        self.scanner.skip_element()
    }

    fn nil(&self) -> bool {
        self.scanner.attributes().any(|attribute| {
            attribute.name.is(Namespace::Xsi, "nil") && matches!(attribute.value.trim(), "true" | "1")
        })
    }

    fn content(&mut self, name: &str) -> Result<Content<'a>, Error> {
        let nil = self.nil();
        let start = self.scanner.position();
        match self.scanner.simple_content()? {
            None => Err(self.error(&codes::ELEMENT_IN_VALUE, "element inside a value")),
            Some(text) if nil && !is_blank(&text) => Err(deeper(
                self.scanner.error(&codes::NIL_WITH_CONTENT, "nil element with content", start),
                name,
            )),
            Some(_) if nil => Ok(None),
            Some(text) => Ok(Some((text, start))),
        }
    }

    fn required_id(&self, content: Content<'a>, name: &str) -> Result<Id, Error> {
        match content {
            Some((text, at)) => self.id(&text, at, name),
            None => Err(deeper(self.error(&codes::MISSING, "required id is missing"), name)),
        }
    }

    fn id(&self, text: &str, at: usize, name: &str) -> Result<Id, Error> {
        value::id(text).map_err(|reason| deeper(self.scanner.error(&codes::NOT_AN_ID, reason, at), name))
    }

    #[cold]
    fn error(&self, code: &'static Code, message: impl Into<Cow<'static, str>>) -> Error {
        self.scanner.error(code, message, self.scanner.offset())
    }
}

/// The error with the name of an element that is closed already at the end of its path.
#[cold]
fn deeper(error: Error, name: &str) -> Error {
    let path = format!("{}/{name}", error.path());
    error.with_path(path)
}
