//! Tokens to notifications: SOAP 1.1 as written, and what the WSDL says stands inside.
//!
//! Order of children is not enforced anywhere, and what the WSDL does not know is counted and passed over.

mod address;
mod predict;

pub(crate) use address::{Address, TypeName, address};
use predict::Trust;

use crate::codes::{self, Code};
use crate::error::Error;
use crate::id::Id;
use crate::limits::Limits;
use crate::message::{SessionId, Unknown, UnknownElement};
use crate::object::OnUnknown;
use crate::scan::{Name, Namespace, Opening, Scanner, Token, is_blank};
use crate::table::{Seen, Table};
use crate::value::{self, Kind, Slot};
use std::borrow::Cow;

/// A record that is being read.
pub(crate) trait Target {
    fn set_id(&mut self, id: Id);
    fn slot(&mut self, index: usize) -> Slot<'_>;
    fn on_unknown(&mut self) -> OnUnknown<'_>;
}

/// Where notifications go.
pub(crate) trait Sink {
    /// Makes room for that many more notifications.
    fn reserve(&mut self, notifications: usize);
    /// A notification begins.
    fn begin(&mut self);
    /// The record of the notification that is being read.
    fn target(&mut self) -> &mut dyn Target;
    /// The notification is complete.
    fn end(&mut self, id: Id, has_data: bool);
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

/// Which quick ways to read are tried before the slow one; the answer is the same with all of them.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ShortCuts {
    /// The general path alone, token by token.
    None,
    /// And fields without attributes and references in one step, whatever their order and prefix.
    Leaves,
    /// And what Salesforce sends, predicted: the next field of the table, and tags that come again.
    Predictions,
}

/// Reads a whole document.
pub(crate) fn read(
    text: &str,
    limits: &Limits,
    table: Table<'_>,
    sink: &mut dyn Sink,
    short_cuts: ShortCuts,
) -> Result<Header, Error> {
    Reader::new(text, limits, table, short_cuts)?.envelope(sink)
}

struct Reader<'a, 't> {
    scanner: Scanner<'a>,
    table: Table<'t>,
    limits: &'t Limits,
    unknown: Unknown,
    /// The fields that the record being read has had.
    seen: Seen,
    short_cuts: ShortCuts,
    predict: bool,
    /// Whether fields come in the table's order.
    in_order: Trust,
    /// How the last notification began that the general path read.
    opening: Opening<'a>,
}

/// An element's text and where it starts; `None` for nil.
type Content<'a> = Option<(Cow<'a, str>, usize)>;

/// What stands before the notifications.
const HEADER: [&str; 5] = ["OrganizationId", "ActionId", "SessionId", "EnterpriseUrl", "PartnerUrl"];

// The places of the first four among them.
const ORGANIZATION: usize = 0;
const ACTION: usize = 1;
const SESSION: usize = 2;
const ENTERPRISE: usize = 3;

/// The elements of the header so far; one that was nil is `None`.
#[derive(Default)]
struct Found {
    /// Which of them stood there.
    seen: [bool; HEADER.len()],
    organization_id: Option<Id>,
    action_id: Option<Id>,
    session_id: Option<SessionId>,
    enterprise_url: Option<String>,
    partner_url: Option<String>,
}

impl<'a, 't> Reader<'a, 't> {
    #[inline]
    fn new(
        text: &'a str,
        limits: &'t Limits,
        table: Table<'t>,
        short_cuts: ShortCuts,
    ) -> Result<Self, Error> {
        Ok(Self {
            scanner: Scanner::new(text, limits)?,
            table,
            limits,
            unknown: Unknown::default(),
            seen: Seen::new(table.len()),
            short_cuts,
            predict: short_cuts >= ShortCuts::Predictions,
            in_order: Trust::new(true),
            opening: Opening::default(),
        })
    }

    fn envelope(&mut self, sink: &mut dyn Sink) -> Result<Header, Error> {
        let mut header = None;
        if self.predict && self.scanner.pass_head() {
            let notifications = self.notifications(sink)?;
            header = Some(self.body(Some(notifications), sink)?);
        } else {
            self.root()?;
        }
        while let Some(child) = self.child()? {
            if header.is_some() {
                self.unknown(child)?;
            } else if child.is(Namespace::Soap11, "Header") {
                self.soap_header()?;
            } else if child.is(Namespace::Soap11, "Body") {
                header = Some(self.body(None, sink)?);
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

    fn root(&mut self) -> Result<(), Error> {
        let Token::Start(root) = self.scanner.next()? else {
            return Err(self.error(&codes::NOT_SOAP, "no SOAP envelope"));
        };
        match root.namespace {
            _ if root.local != "Envelope" => {
                Err(self.error(&codes::NOT_SOAP, "the root is not a SOAP envelope"))
            }
            Namespace::Soap11 => Ok(()),
            Namespace::Soap12 => Err(self.error(&codes::VERSION_MISMATCH, "envelope of SOAP 1.2, not 1.1")),
            _ => Err(self.error(&codes::VERSION_MISMATCH, "envelope of a namespace that is not SOAP 1.1's")),
        }
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

    /// The body, or the rest of one whose `notifications` were read.
    fn body(&mut self, mut header: Option<Header>, sink: &mut dyn Sink) -> Result<Header, Error> {
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
        let mut found = Found::default();
        let mut count = 0;
        loop {
            if self.predict && count == 0 {
                self.predicted_header(&mut found);
                if self.scanner.pass_notification() {
                    count = self.notification_list(count, sink)?;
                }
            }
            let Some(child) = self.child()? else { break };
            let outbound = child.namespace == Namespace::Outbound;
            if outbound && child.local == "Notification" {
                count = self.notification_list(count, sink)?;
            } else if let Some(place) = HEADER.iter().position(|name| outbound && *name == child.local) {
                self.header_element(place, &mut found)?;
            } else {
                self.unknown(child)?;
            }
        }
        if count == 0 {
            let error = self.error(&codes::NO_NOTIFICATION, "message without a notification");
            return Err(deeper(error, "notifications"));
        }
        let Some(organization_id) = found.organization_id else {
            return Err(self.missing_id("notifications/OrganizationId"));
        };
        let Some(action_id) = found.action_id else {
            return Err(self.missing_id("notifications/ActionId"));
        };
        Ok(Header {
            organization_id,
            action_id,
            session_id: found.session_id,
            enterprise_url: found.enterprise_url,
            partner_url: found.partner_url,
            unknown: Unknown::default(),
        })
    }

    /// After the start tag of an element of the header, whose place among them is given.
    fn header_element(&mut self, place: usize, found: &mut Found) -> Result<(), Error> {
        if found.seen[place] {
            return Err(self.error(&codes::DUPLICATE, "header element stands twice"));
        }
        found.seen[place] = true;
        let name = HEADER[place];
        let Some((text, at)) = self.content(name)? else { return Ok(()) };
        match place {
            ORGANIZATION => found.organization_id = Some(self.id(&text, at, name)?),
            ACTION => found.action_id = Some(self.id(&text, at, name)?),
            SESSION => found.session_id = Some(SessionId(())),
            ENTERPRISE => found.enterprise_url = Some(text.into_owned()),
            _ => found.partner_url = Some(text.into_owned()),
        }
        Ok(())
    }

    /// After the start tag of a notification: reads it, and those after it that begin as it did.
    ///
    /// Gives how many there were with the ones before.
    fn notification_list(&mut self, mut count: usize, sink: &mut dyn Sink) -> Result<usize, Error> {
        let start = self.scanner.offset();
        self.check_count(count)?;
        sink.begin();
        self.notification(count > 0, None, sink)?;
        count += 1;
        if !self.predict || count >= self.limits.notifications {
            return Ok(count);
        }
        if count == 1 {
            let (length, rest) = (self.scanner.position() - start, self.scanner.rest());
            // A quarter more, as the first may be the longest: growing would copy all records. Beyond what a WSDL
            // allows, a small first notification must not make room for many large records.
            let more = rest / length;
            let most = self.limits.notifications.min(Limits::default().notifications) - 1;
            sink.reserve((more + more.div_ceil(4)).min(most));
        }
        while count < self.limits.notifications
            && let Some(id) = self.scanner.open_again(&self.opening, value::plain_id)
        {
            sink.begin();
            let has_data = self.fields(false, sink.target())?;
            self.notification(false, Some((id, has_data)), sink)?;
            count += 1;
        }
        Ok(count)
    }

    fn check_count(&self, count: usize) -> Result<(), Error> {
        if count < self.limits.notifications {
            return Ok(());
        }
        let message = format!("more than {} notifications", self.limits.notifications);
        Err(self.error(&codes::NOTIFICATIONS, message))
    }

    /// A notification, or the rest of one whose id and record have been read.
    ///
    /// `is_repeated` says that others were before it, so that how they begin is worth remembering.
    fn notification(
        &mut self,
        is_repeated: bool,
        begun: Option<(Id, bool)>,
        sink: &mut dyn Sink,
    ) -> Result<(), Error> {
        let start = self.scanner.offset();
        let elements = self.scanner.elements();
        let (mut known_id, mut record) = begun.unzip();
        let mut id: Option<Content<'a>> = None;
        let mut id_at = None;
        if self.predict && known_id.is_none() {
            (known_id, id_at) = self.predicted_notification_id().unzip();
        }
        loop {
            if self.predict && record.is_none() && self.scanner.pass_sobject(self.table.object()) {
                self.remember(is_repeated, start, elements, id_at);
                record = Some(self.fields(false, sink.target())?);
            }
            let Some(child) = self.child()? else { break };
            if child.is(Namespace::Outbound, "Id") {
                if id.is_some() || known_id.is_some() {
                    return Err(self.error(&codes::DUPLICATE, "second Id of the notification"));
                }
                let content = self.content("Id")?;
                id_at = content.as_ref().map(|(_, at)| *at);
                id = Some(content);
            } else if child.is(Namespace::Outbound, "sObject") {
                if record.is_some() {
                    return Err(self.error(&codes::DUPLICATE, "second sObject of the notification"));
                }
                let nil = self.sobject_start()?;
                self.remember(is_repeated && !nil, start, elements, id_at);
                record = Some(self.fields(nil, sink.target())?);
            } else {
                self.unknown(child)?;
            }
        }
        let id = match known_id {
            Some(id) => id,
            None => self.required_id(id.flatten(), "Notification/Id")?,
        };
        sink.end(id, record.unwrap_or(false));
        Ok(())
    }

    /// After the record's start tag: whether it is nil.
    fn sobject_start(&self) -> Result<bool, Error> {
        self.check_type()?;
        Ok(self.nil())
    }

    /// Reads the fields of a record up to its end tag, and says whether there were any.
    fn fields(&mut self, nil: bool, target: &mut dyn Target) -> Result<bool, Error> {
        let start = self.scanner.offset();
        self.seen.clear();
        let lead = if self.predict && !nil { self.scanner.lead(Namespace::SObject) } else { None };
        let mut id = None;
        let mut has_id = false;
        let mut expected = 0;
        let mut has_children = false;
        if let Some((known, _)) = lead.and_then(|lead| self.predicted_id(lead, "Id")) {
            target.set_id(known);
            (has_id, has_children) = (true, true);
        }
        self.in_order = self.in_order.renewed();
        let mut plain =
            Trust::new(self.short_cuts >= ShortCuts::Leaves && !nil && self.scanner.has_room_inside());
        loop {
            let mut is_next = false;
            if let Some(lead) = lead.filter(|_| self.in_order.is_left()) {
                let next;
                (next, is_next) = self.predicted_fields(lead, expected, target);
                self.in_order.note(is_next || next > expected);
                has_children |= next > expected;
                expected = next;
            }
            if plain.is_left() && !is_next {
                let next = self.plain_field(expected, target);
                plain.note(next.is_some());
                if let Some(next) = next {
                    (has_children, expected) = (true, next);
                    continue;
                }
            }
            let Some(child) = self.child()? else { break };
            if nil {
                return Err(self.error(&codes::NIL_WITH_CONTENT, "the sObject is nil and has fields"));
            }
            has_children = true;
            if child.namespace != Namespace::SObject {
                self.unknown_field(child, target)?;
            } else if let Some(index) = self.table.find_near(expected, child.local.as_bytes()) {
                expected = index + 1;
                self.field(index, child.local, target)?;
            } else if child.local == "Id" {
                if id.is_some() || has_id {
                    return Err(self.error(&codes::DUPLICATE, "field stands twice"));
                }
                id = Some(self.content("Id")?);
            } else if child.local == "fieldsToNull" {
                self.scanner.skip_element()?;
            } else {
                self.unknown_field(child, target)?;
            }
        }
        match id.flatten() {
            Some((text, at)) => target.set_id(self.id(&text, at, "sObject/Id")?),
            None if has_children && !has_id => {
                let error = self.scanner.error(&codes::MISSING, "the sObject has fields but no Id", start);
                return Err(deeper(error, "sObject"));
            }
            None => {}
        }
        Ok(has_children)
    }

    fn field(&mut self, index: usize, name: &str, target: &mut dyn Target) -> Result<(), Error> {
        if self.seen.has(index) {
            return Err(self.error(&codes::DUPLICATE, "field stands twice"));
        }
        self.seen.add(index);
        let kind = self.table.kind(index).unwrap_or(Kind::Text);
        let Some((text, at)) = self.content(name)? else { return Ok(()) };
        value::put(target.slot(index), kind, text).map_err(|reason| {
            let code = if kind == Kind::Id { &codes::NOT_AN_ID } else { &codes::VALUE };
            deeper(self.scanner.error(code, reason, at), name)
        })
    }

    /// A missing `xsi:type` is accepted, another object's is not.
    fn check_type(&self) -> Result<(), Error> {
        match self.type_name()? {
            Some((name, at)) if !name.is(Namespace::SObject, self.table.object()) => {
                let message = format!("the sObject's xsi:type is not {}", self.table.object());
                Err(self.scanner.error(&codes::WRONG_TYPE, message, at))
            }
            _ => Ok(()),
        }
    }

    /// The type that the last start tag names by `xsi:type`, and where it does.
    fn type_name(&self) -> Result<Option<(Name<'_>, usize)>, Error> {
        let mut attributes = self.scanner.attributes();
        let Some(attribute) = attributes.find(|attribute| attribute.name.is(Namespace::Xsi, "type")) else {
            return Ok(None);
        };
        let name = attribute.value.trim();
        let (prefix, local) = name.split_once(':').unwrap_or(("", name));
        let namespace = self.scanner.resolve(prefix, attribute.offset)?;
        Ok(Some((Name { namespace, local }, attribute.offset)))
    }

    /// The next child's start tag, or `None` after the end tag of the element that is open.
    fn child(&mut self) -> Result<Option<Name<'a>>, Error> {
        loop {
            if self.scanner.close_plainly() {
                return Ok(None);
            }
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

    fn unknown_field(&mut self, name: Name<'a>, target: &mut dyn Target) -> Result<(), Error> {
        match target.on_unknown() {
            OnUnknown::Skip => self.unknown(name),
            OnUnknown::Deny => Err(self.error(&codes::UNKNOWN_FIELD, "element that the WSDL does not know")),
            OnUnknown::Keep(kept) => {
                self.unknown.note(name.local);
                let text = if self.nil() { None } else { Some(String::new()) };
                let mut element = UnknownElement { name: name.local.to_owned(), text };
                self.scanner.read_element(|text| {
                    if let Some(kept) = &mut element.text {
                        kept.push_str(text);
                    }
                })?;
                kept.push(element);
                Ok(())
            }
        }
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
            None => Err(self.missing_id(name)),
        }
    }

    #[cold]
    fn missing_id(&self, name: &str) -> Error {
        deeper(self.error(&codes::MISSING, "required id is missing"), name)
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
