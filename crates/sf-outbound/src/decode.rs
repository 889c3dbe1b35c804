//! A message's bytes to typed notifications. The reading itself is compiled once, in this crate.

use crate::codes;
use crate::envelope::{self, Header, ShortCuts, Sink, Target, Terms};
use crate::error::Error;
use crate::id::Id;
use crate::limits::Limits;
use crate::message::{Notification, Notifications};
use crate::object::{Described, OnUnknown, SObject};
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
    read(body, Terms::of(limits), T::table(), || T::with_id(Id::UNREAD), ShortCuts::Predictions)
}

impl Schema {
    /// Reads a message into records of this schema.
    ///
    /// **Errors.** Why the message is refused, with its place.
    pub fn decode(&self, body: &[u8], limits: &Limits) -> Result<Notifications<Record>, Error> {
        let terms = Terms::of(limits);
        read(body, terms, self.table(), || self.record(Id::UNREAD), ShortCuts::Predictions)
    }

    /// [`Schema::decode`] after the bytes became text.
    pub(crate) fn decode_from(&self, text: &str, terms: Terms<'_>) -> Result<Notifications<Record>, Error> {
        read_text(text, terms, self.table(), || self.record(Id::UNREAD), ShortCuts::Predictions)
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
    read_text(text, terms, T::table(), || T::with_id(Id::UNREAD), ShortCuts::Predictions)
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
