//! A message's bytes to typed notifications. The reading itself is compiled once, in this crate.

use crate::codes;
use crate::envelope::{self, Header, ShortCuts, Sink, Target, Terms};
use crate::error::Error;
use crate::id::Id;
use crate::limits::Limits;
use crate::message::{Notification, Notifications};
use crate::object::{Described, OnUnknown, SObject};
use crate::raw::RawRecord;
use crate::record::{Record, Schema};
use crate::scan::decode_text;
use crate::table::Table;
use crate::value::Slot;

/// Reads a message whose content type names no charset.
///
/// **Errors.** Why the message is refused, with its place.
///
/// # Example
///
/// ```no_run
/// # fn read<Opportunity: sf_outbound::SObject>(body: &[u8]) -> Result<(), sf_outbound::Error> {
/// let message = sf_outbound::decode::<Opportunity>(body, &sf_outbound::Limits::default())?;
/// println!("{} notifications of {}", message.notifications.len(), message.organization_id);
/// # Ok(()) }
/// ```
pub fn decode<T: SObject>(body: &[u8], limits: &Limits) -> Result<Notifications<T>, Error> {
    read(body, Terms::of(limits), T::table(), || T::with_id(Id::UNREAD), ShortCuts::Shapes)
}

impl Schema {
    /// Reads a message into records of this schema.
    ///
    /// **Errors.** Why the message is refused, with its place.
    pub fn decode(&self, body: &[u8], limits: &Limits) -> Result<Notifications<Record>, Error> {
        let terms = Terms::of(limits);
        read(body, terms, self.table(), || self.record(Id::UNREAD), ShortCuts::Shapes)
    }

    /// [`Schema::decode`] with some of its short cuts.
    #[cfg(test)]
    pub(crate) fn decode_with_short_cuts(
        &self,
        body: &[u8],
        limits: &Limits,
        short_cuts: ShortCuts,
    ) -> Result<Notifications<Record>, Error> {
        read(body, Terms::of(limits), self.table(), || self.record(Id::UNREAD), short_cuts)
    }

    /// [`Schema::decode`] after the bytes became text.
    pub(crate) fn decode_from(&self, text: &str, terms: Terms<'_>) -> Result<Notifications<Record>, Error> {
        read_text(text, terms, self.table(), || self.record(Id::UNREAD), ShortCuts::Shapes)
    }
}

/// [`decode`] with some of its short cuts, for tests that compare them.
#[doc(hidden)]
pub fn decode_with_short_cuts<T: SObject>(
    body: &[u8],
    limits: &Limits,
    short_cuts: ShortCuts,
) -> Result<Notifications<T>, Error> {
    read(body, Terms::of(limits), T::table(), || T::with_id(Id::UNREAD), short_cuts)
}

fn read<T: Target>(
    body: &[u8],
    terms: Terms<'_>,
    table: Table<'_>,
    make: impl Fn() -> T,
    short_cuts: ShortCuts,
) -> Result<Notifications<T>, Error> {
    let limit = terms.limits.body_bytes;
    if body.len() > limit {
        return Err(Error::new(&codes::BODY_BYTES, format!("more than {limit} bytes"), "", 0));
    }
    read_text(&decode_text(body, None)?, terms, table, make, short_cuts)
}

/// [`decode`] after the bytes became text.
pub(crate) fn decode_from<T: SObject>(text: &str, terms: Terms<'_>) -> Result<Notifications<T>, Error> {
    read_text(text, terms, T::table(), || T::with_id(Id::UNREAD), ShortCuts::Shapes)
}

fn read_text<T: Target>(
    text: &str,
    terms: Terms<'_>,
    table: Table<'_>,
    make: impl Fn() -> T,
    short_cuts: ShortCuts,
) -> Result<Notifications<T>, Error> {
    let mut list = List { make, notifications: Vec::new() };
    let Header { organization_id, action_id, session_id, enterprise_url, partner_url, unknown } =
        envelope::read(text, terms, table, &mut list, short_cuts)?;
    Ok(Notifications {
        organization_id,
        action_id,
        session_id,
        enterprise_url,
        partner_url,
        notifications: list.notifications,
        unknown,
    })
}

/// A message whose records are taken as they were sent.
pub(crate) fn split(text: &str, terms: Terms<'_>) -> Result<Notifications<RawRecord>, Error> {
    read_text(text, terms, Table::NONE, RawRecord::default, ShortCuts::None)
}

impl RawRecord {
    /// A record of its parts: the bytes of the element `sObject`, and the namespace declarations of the elements around it,
    /// as [`RawRecord::xml`] and [`RawRecord::scope`] gave them.
    ///
    /// **Errors.** Why it is no record.
    ///
    /// # Example
    ///
    /// ```
    /// use sf_outbound::{Error, Limits, RawRecord};
    ///
    /// fn again(stored: &RawRecord) -> Result<RawRecord, Error> {
    ///     RawRecord::from_parts(stored.xml(), stored.scope(), &Limits::default())
    /// }
    /// ```
    pub fn from_parts(xml: &str, scope: &str, limits: &Limits) -> Result<Self, Error> {
        let mut record = first(split(&in_message(xml, scope), Terms::of(limits))?)?;
        // What stands around it now is not what stood around it then.
        xml.clone_into(&mut record.xml);
        scope.clone_into(&mut record.scope);
        Ok(record)
    }

    /// The record as a generated type.
    ///
    /// **Errors.** Why the type does not read it; the place is within the record.
    ///
    /// # Example
    ///
    /// ```
    /// use sf_outbound::{Limits, RawRecord, SObject};
    ///
    /// fn is_read<O: SObject>(record: &RawRecord) -> bool {
    ///     record.decode::<O>(&Limits::default()).is_ok()
    /// }
    /// ```
    pub fn decode<O: SObject>(&self, limits: &Limits) -> Result<O, Error> {
        let message = decode(in_message(&self.xml, &self.scope).as_bytes(), limits)?;
        first(message)
    }

    /// The record as one of a schema.
    ///
    /// **Errors.** Why the schema does not read it; the place is within the record.
    pub fn decode_with(&self, schema: &Schema, limits: &Limits) -> Result<Record, Error> {
        let message = schema.decode(in_message(&self.xml, &self.scope).as_bytes(), limits)?;
        first(message)
    }
}

/// A message around a record. Its own prefix is one that no declaration of the scope can mean: a declaration of the same
/// prefix would stand inside.
fn in_message(xml: &str, scope: &str) -> String {
    const ID: &str = "000000000000000";
    format!(
        "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Body>\
         <o:notifications xmlns:o=\"http://soap.sforce.com/2005/09/outbound\"><o:OrganizationId>{ID}</o:OrganizationId>\
         <o:ActionId>{ID}</o:ActionId><o:Notification><o:Id>{ID}</o:Id>{}</o:Notification></o:notifications></e:Body>\
         </e:Envelope>",
        with_scope(xml, scope)
    )
}

/// The element with the declarations of its scope that it does not have itself.
fn with_scope(xml: &str, scope: &str) -> String {
    if scope.is_empty() {
        return xml.to_owned();
    }
    let name = xml.find(|c: char| c.is_ascii_whitespace() || c == '/' || c == '>').unwrap_or(xml.len());
    format!("{} {scope}{}", &xml[..name], &xml[name..])
}

/// The record of a message's first notification.
fn first<T>(message: Notifications<T>) -> Result<T, Error> {
    let record = message.notifications.into_iter().next().and_then(|notification| notification.sobject);
    record.ok_or_else(|| Error::new(&codes::MISSING, "the record has no fields", "", 0))
}

/// The notifications so far; the record that is being read stands in its place already.
struct List<T, M> {
    make: M,
    notifications: Vec<Notification<T>>,
}

impl<T: Target, M: Fn() -> T> Sink for List<T, M> {
    fn reserve(&mut self, notifications: usize) {
        self.notifications.reserve_exact(notifications);
    }

    fn begin(&mut self) {
        if self.notifications.capacity() == 0 {
            self.notifications.reserve_exact(1);
        }
        self.notifications.push(Notification { id: Id::UNREAD, sobject: Some((self.make)()) });
    }

    fn target(&mut self) -> &mut dyn Target {
        // `begin` pushed the last one.
        let last = self.notifications.len() - 1;
        self.notifications[last].sobject.get_or_insert_with(&self.make)
    }

    fn end(&mut self, id: Id, has_data: bool) {
        if let Some(last) = self.notifications.last_mut() {
            last.id = id;
            if !has_data {
                last.sobject = None;
            }
        }
    }
}

impl<T: Described> Target for T {
    fn set_id(&mut self, id: Id) {
        Described::set_id(self, id);
    }

    fn on_unknown(&mut self) -> OnUnknown<'_> {
        Described::on_unknown(self)
    }

    fn slot(&mut self, index: usize) -> Slot<'_> {
        Described::slot(self, index)
    }
}

impl Target for RawRecord {
    fn set_id(&mut self, _: Id) {}

    fn slot(&mut self, _: usize) -> Slot<'_> {
        Slot::Unknown
    }

    fn on_unknown(&mut self) -> OnUnknown<'_> {
        OnUnknown::Skip
    }

    fn raw(&mut self) -> Option<&mut RawRecord> {
        Some(self)
    }
}

impl Target for Record {
    fn on_unknown(&mut self) -> OnUnknown<'_> {
        OnUnknown::Skip
    }

    fn set_id(&mut self, id: Id) {
        Record::set_id(self, id);
    }

    fn slot(&mut self, index: usize) -> Slot<'_> {
        Record::slot(self, index)
    }
}
