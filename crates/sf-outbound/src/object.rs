//! An sObject type: what generated code says of it, and what that tells of a record.

use crate::id::Id;
use crate::message::UnknownElement;
use crate::table::Table;
use crate::value::{self, Kind, Slot, Value};
use jiff::Timestamp;

/// What generated code says of an sObject type.
///
/// Only generated code implements it, through the macro `record!` of its contract, so it can change with the contract.
#[doc(hidden)]
pub trait Described: Clone + Send + Sync + 'static {
    /// A record with this id, each field null.
    fn with_id(id: Id) -> Self;
    /// The fields in the WSDL's order.
    fn field_table() -> Table<'static>;
    /// The record's id.
    fn own_id(&self) -> Id;
    /// Sets the record's id.
    fn set_id(&mut self, id: Id);
    /// The field at an index of the table, to write to.
    fn slot(&mut self, index: usize) -> Slot<'_>;
    /// The field at an index of the table.
    fn value(&self, index: usize) -> Value<'_>;
    /// What to do with elements of the record that the table does not have.
    fn on_unknown(&mut self) -> OnUnknown<'_>;
}

/// An sObject type that generated code describes.
///
/// Its methods read a record of any type, and tell what a message says only indirectly, such as whether a record is
/// new. Only generated
/// types have it, so later versions can add methods.
///
/// # Example
///
/// ```
/// use sf_outbound::{SObject, Value};
///
/// /// API names of the fields that have a value.
/// fn present<T: SObject>(record: &T) -> Vec<&'static str> {
///     record.fields().filter(|(_, _, value)| *value != Value::Null).map(|(name, ..)| name).collect()
/// }
/// ```
pub trait SObject: Described {
    /// API name of the sObject, and its fields in the WSDL's order.
    #[must_use]
    fn table() -> Table<'static> {
        Self::field_table()
    }

    /// The record's id.
    fn id(&self) -> Id {
        self.own_id()
    }

    /// The value of the field with this API name; `None` where the WSDL has no such field.
    fn get(&self, name: &str) -> Option<Value<'_>> {
        if name == "Id" {
            return Some(Value::Id(self.id()));
        }
        Self::table().find(name).map(|index| self.value(index))
    }

    /// API name, kind and value of each field, in the WSDL's order; `Id` is not among them.
    fn fields(&self) -> impl Iterator<Item = (&'static str, Kind, Value<'_>)> {
        let table = Self::table();
        (0..table.len())
            .filter_map(move |index| Some((table.name(index), table.kind(index)?, self.value(index))))
    }

    /// When the record was changed last: `SystemModstamp`, or else `LastModifiedDate`.
    ///
    /// `None` where neither was chosen for the outbound message.
    fn modified_at(&self) -> Option<Timestamp> {
        instant(self, "SystemModstamp").or_else(|| instant(self, "LastModifiedDate"))
    }

    /// Whether this is an older state of the record than another: messages come out of order.
    ///
    /// `None` where the two have no instant to compare, or are of different records.
    fn is_older_than(&self, other: &Self) -> Option<bool> {
        if self.id() != other.id() {
            return None;
        }
        ["SystemModstamp", "LastModifiedDate"]
            .into_iter()
            .find_map(|field| Some(instant(self, field)? < instant(other, field)?))
    }

    /// Whether the record was created or updated, as far as `CreatedDate` and `LastModifiedDate` tell.
    fn event_kind(&self) -> EventKind {
        match (instant(self, "CreatedDate"), instant(self, "LastModifiedDate")) {
            (Some(created), Some(modified)) if created == modified => EventKind::Created,
            (Some(_), Some(_)) => EventKind::Updated,
            _ => EventKind::Unknown,
        }
    }
}

impl<T: Described> SObject for T {}

fn instant<T: SObject>(record: &T, field: &str) -> Option<Timestamp> {
    match record.get(field)? {
        Value::DateTime(instant) => Some(instant),
        // Where dates are generated as text.
        Value::Text(text) => value::instant(text),
        _ => None,
    }
}

/// Whether a record was created or updated. Messages do not say it, but two fields of the record do.
///
/// Salesforce sends the newest values: a record that was created and changed before the delivery says that it was
/// updated, and no message of its creation comes.
///
/// # Example
///
/// ```
/// use sf_outbound::{EventKind, SObject};
///
/// fn is_new<T: SObject>(record: &T) -> bool {
///     record.event_kind() == EventKind::Created
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum EventKind {
    /// `CreatedDate` and `LastModifiedDate` are the same.
    Created,
    /// `CreatedDate` and `LastModifiedDate` differ.
    Updated,
    /// One of the two was not chosen for the outbound message, or is null.
    Unknown,
}

/// What becomes of an element that the WSDL does not know; it is counted in any case.
#[derive(Debug)]
#[doc(hidden)]
pub enum OnUnknown<'r> {
    /// It is passed over.
    Skip,
    /// It is kept here.
    Keep(&'r mut Vec<UnknownElement>),
    /// The message is refused.
    Deny,
}
