//! Tokens to notifications: SOAP 1.1 as written, and what the WSDL says stands inside.
//!
//! Order of children is not enforced anywhere, and what the WSDL does not know is counted and passed over.

mod address;
mod element;
mod predicted;
mod raw;
mod record;
mod shape;
mod shaped;
#[cfg(test)]
mod tests;
mod tries;

pub(crate) use address::{Address, TypeName, address};
use shape::Shape;
use tries::Tries;

use crate::codes;
use crate::error::Error;
use crate::id::Id;
use crate::limits::Limits;
use crate::message::{SessionId, Unknown};
use crate::object::OnUnknown;
use crate::raw::RawRecord;
use crate::scan::{Name, Namespace, Opening, SOBJECT_TAG_START, Scanner, Tags, Token, is_blank, tags, trim};
use crate::table::{Seen, Table};
use crate::value::{self, Slot};
use std::borrow::Cow;

/// A record that is being read.
pub(crate) trait Target {
    fn set_id(&mut self, id: Id);
    fn slot(&mut self, index: usize) -> Slot<'_>;
    fn on_unknown(&mut self) -> OnUnknown<'_>;
    /// The record, where it is taken as it was sent.
    fn raw(&mut self) -> Option<&mut RawRecord> {
        None
    }
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
    /// And records written as the one before.
    Shapes,
}

/// What a message has to keep to, and what is made of it.
#[derive(Clone, Copy)]
pub(crate) struct Terms<'t> {
    pub(crate) limits: &'t Limits,
    /// Those that are accepted; every one where it is empty.
    pub(crate) organizations: &'t [Id],
    /// Whether a field without a text is null, where an empty text is no value of its type.
    pub(crate) empty_is_null: bool,
}

impl<'t> Terms<'t> {
    pub(crate) fn of(limits: &'t Limits) -> Self {
        Self { limits, organizations: &[], empty_is_null: false }
    }
}

/// Reads a whole document.
pub(crate) fn read(
    text: &str,
    terms: Terms<'_>,
    table: Table<'_>,
    sink: &mut dyn Sink,
    short_cuts: ShortCuts,
) -> Result<Header, Error> {
    Reader::new(text, terms, table, short_cuts)?.envelope(sink)
}

struct Reader<'a, 't> {
    scanner: Scanner<'a>,
    table: Table<'t>,
    terms: Terms<'t>,
    unknown: Unknown,
    /// The fields that the record being read has had.
    seen: Seen,
    short_cuts: ShortCuts,
    predict: bool,
    /// Whether fields come in the table's order.
    in_order: Tries,
    /// How the last notification began that the general path read, and what the tags of its fields begin with.
    opening: Opening<'a>,
    opening_tag_start: Option<&'a str>,
    /// How the fields of the record before were written, and whether there was one.
    shape: Shape<'a>,
    is_repeated: bool,
}

/// An element's text and where it starts; `None` for nil.
type Content<'a> = Option<(Cow<'a, str>, usize)>;

/// What stands before the notifications.
const HEADER: [Tags; 5] = [
    tags!("OrganizationId"),
    tags!("ActionId"),
    tags!("SessionId"),
    tags!("EnterpriseUrl"),
    tags!("PartnerUrl"),
];

// The places of each among them.
const ORGANIZATION: usize = 0;
const ACTION: usize = 1;
const SESSION: usize = 2;
const ENTERPRISE: usize = 3;
const PARTNER: usize = 4;

const NOTIFICATION_ID: Tags = tags!("Id");

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
    fn new(text: &'a str, terms: Terms<'t>, table: Table<'t>, short_cuts: ShortCuts) -> Result<Self, Error> {
        Ok(Self {
            scanner: Scanner::new(text, terms.limits)?,
            table,
            terms,
            unknown: Unknown::default(),
            seen: Seen::new(table.len()),
            short_cuts,
            predict: short_cuts >= ShortCuts::Predictions,
            in_order: Tries::new(true),
            opening: Opening::default(),
            opening_tag_start: None,
            shape: Shape::default(),
            is_repeated: false,
        })
    }

    fn envelope(&mut self, sink: &mut dyn Sink) -> Result<Header, Error> {
        let mut header = None;
        if self.predict && self.scanner.pass_head() {
            let notifications = self.notifications(sink)?;
            if self.scanner.pass_tail() {
                return Ok(Header { unknown: std::mem::take(&mut self.unknown), ..notifications });
            }
            header = Some(self.body(Some(notifications), sink)?);
        } else {
            self.root()?;
        }
        let mut has_header = false;
        while let Some(child) = self.child()? {
            let is_header = child.is(Namespace::Soap11, "Header");
            let is_body = child.is(Namespace::Soap11, "Body");
            match (is_header, is_body, header.is_some()) {
                (true, _, false) if !has_header => {
                    has_header = true;
                    self.soap_header()?;
                }
                (_, true, false) => header = Some(self.body(None, sink)?),
                (true, _, false) => return Err(self.error(&codes::NOT_SOAP, "second Header of the envelope")),
                (true, _, true) => return Err(self.error(&codes::NOT_SOAP, "Header behind the Body")),
                (_, true, true) => return Err(self.error(&codes::NOT_SOAP, "second Body of the envelope")),
                (_, _, true) => self.unknown(child)?,
                (_, _, false) => {
                    return Err(self.error(&codes::NOT_SOAP, "neither Header nor Body of SOAP"));
                }
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
            let soap = |name| self.scanner.attribute(Namespace::Soap11, name);
            let actor = soap("actor").map(|actor| trim(&actor.value));
            let for_us = matches!(actor, None | Some("" | "http://schemas.xmlsoap.org/soap/actor/next"));
            if for_us && let Some(must) = soap("mustUnderstand") {
                let message = "mustUnderstand is 0, 1, false or true";
                let must = value::boolean(&must.value)
                    .map_err(|_| self.scanner.error(&codes::NOT_SOAP, message, must.offset))?;
                if must {
                    let message = "header that must be understood is not known";
                    return Err(self.error(&codes::MUST_UNDERSTAND, message));
                }
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
                return Err(self.not_notifications(child));
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
                    self.check_organization(&found)?;
                    count = self.notification_list(count, sink)?;
                }
            }
            let Some(child) = self.child()? else { break };
            let outbound = child.namespace == Namespace::Outbound;
            if outbound && child.local == "Notification" {
                self.check_organization(&found)?;
                count = self.notification_list(count, sink)?;
            } else if let Some(place) = HEADER.iter().position(|tags| outbound && tags.name == child.local) {
                self.header_element(place, &mut found)?;
            } else if !outbound
                && (child.local == "Notification" || HEADER.iter().any(|tags| tags.name == child.local))
            {
                if child.local == "Notification" {
                    self.scanner.number(count + 1);
                }
                return Err(self.misplaced(child, Namespace::Outbound));
            } else {
                self.unknown(child)?;
            }
        }
        if count == 0 {
            let error = self.error(&codes::NO_NOTIFICATION, "message without a notification");
            return Err(error.inside("notifications"));
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
        let name = HEADER[place].name;
        let Some((text, at)) = self.content(name)? else { return Ok(()) };
        match place {
            ORGANIZATION => found.organization_id = Some(self.id(&text, at, name)?),
            ACTION => found.action_id = Some(self.id(&text, at, name)?),
            SESSION if text.is_empty() => {}
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
        self.scanner.number(count + 1);
        self.check_count(count)?;
        sink.begin();
        self.notification(count + 1, None, sink)?;
        count += 1;
        if !self.predict || count >= self.terms.limits.notifications {
            return Ok(count);
        }
        if count == 1 {
            let (length, rest) = (self.scanner.position() - start, self.scanner.rest());
            // A quarter more, as the first may be the longest: growing would copy all records. Beyond what a WSDL
            // allows, a small first notification must not make room for many large records.
            let more = rest / length;
            let most = self.terms.limits.notifications.min(Limits::default().notifications) - 1;
            sink.reserve((more + more.div_ceil(4)).min(most));
        }
        while count < self.terms.limits.notifications
            && let Some(id) = self.scanner.open_again(&self.opening, count + 1, value::usual_id)
        {
            sink.begin();
            let has_data = self.fields(false, self.opening_tag_start, sink.target())?;
            if self.scanner.close_plainly() {
                sink.end(id, has_data);
            } else {
                self.notification(count + 1, Some((id, has_data)), sink)?;
            }
            count += 1;
        }
        Ok(count)
    }

    /// Before a record is read: no refusal may tell a stranger what the listener expects.
    fn check_organization(&self, found: &Found) -> Result<(), Error> {
        let accepted = self.terms.organizations;
        if accepted.is_empty() || found.organization_id.is_some_and(|id| accepted.contains(&id)) {
            return Ok(());
        }
        Err(self.error(&codes::ORGANIZATION, "the organization of this message is not accepted here"))
    }

    fn check_count(&self, count: usize) -> Result<(), Error> {
        if count < self.terms.limits.notifications {
            return Ok(());
        }
        let message = format!("more than {} notifications", self.terms.limits.notifications);
        Err(self.error(&codes::NOTIFICATIONS, message))
    }

    /// A notification, or the rest of one whose id and record have been read.
    ///
    /// How the second one begins is worth remembering, as others may follow.
    fn notification(
        &mut self,
        number: usize,
        begun: Option<(Id, bool)>,
        sink: &mut dyn Sink,
    ) -> Result<(), Error> {
        let start = self.scanner.offset();
        let elements = self.scanner.elements();
        let is_repeated = number > 1 && begun.is_none();
        let (mut known_id, mut record) = begun.unzip();
        let mut has_id = known_id.is_some();
        let mut id_at = None;
        if self.predict && !has_id {
            (known_id, id_at) = self.predicted_notification_id().unzip();
            has_id = known_id.is_some();
        }
        loop {
            if self.predict && record.is_none() && self.scanner.pass_sobject(self.table.object()) {
                let tag_start = self.scanner.has_room_inside().then_some(SOBJECT_TAG_START);
                self.remember(is_repeated, start, elements, id_at, tag_start);
                record = Some(self.fields(false, tag_start, sink.target())?);
            }
            let Some(child) = self.child()? else { break };
            if child.is(Namespace::Outbound, "Id") {
                if has_id {
                    return Err(self.error(&codes::DUPLICATE, "second Id of the notification"));
                }
                has_id = true;
                let content = self.content("Id")?;
                id_at = content.as_ref().map(|(_, at)| *at);
                known_id = content.map(|(text, at)| self.id(&text, at, "Id")).transpose()?;
            } else if child.is(Namespace::Outbound, "sObject") {
                if record.is_some() {
                    return Err(self.error(&codes::DUPLICATE, "second sObject of the notification"));
                }
                let nil = self.sobject_start()?;
                let tag_start = if nil { None } else { self.tag_start() };
                self.remember(is_repeated && !nil, start, elements, id_at, tag_start);
                record = Some(self.fields(nil, tag_start, sink.target())?);
            } else if matches!(child.local, "Id" | "sObject") {
                return Err(self.misplaced(child, Namespace::Outbound));
            } else {
                self.unknown(child)?;
            }
        }
        let Some(id) = known_id else {
            return Err(self.missing_id(&format!("Notification[{number}]/Id")));
        };
        sink.end(id, record.unwrap_or(false));
        Ok(())
    }

    /// After the record's start tag: whether it is nil.
    fn sobject_start(&self) -> Result<bool, Error> {
        self.check_type()?;
        self.nil()
    }

    /// The next child's start tag, or `None` after the end tag of the element that is open.
    #[inline]
    fn child(&mut self) -> Result<Option<Name<'a>>, Error> {
        if self.scanner.close_plainly() { Ok(None) } else { self.child_or_end() }
    }

    /// [`Reader::child`] where the end tag does not stand here.
    fn child_or_end(&mut self) -> Result<Option<Name<'a>>, Error> {
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
}
