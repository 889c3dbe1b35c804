//! A record as it was sent, not decoded.

use crate::id::Id;
use jiff::Timestamp;
use std::fmt;

/// A record as it was sent: its own bytes, not decoded.
///
/// Whatever its type, it can be stored, compared and decoded later, also by a newer version of the type that knows fields
/// which today's does not.
///
/// `Debug` shows which record it is and its length, but no values.
///
/// # Example
///
/// ```
/// use sf_outbound::{Head, Kind, Limits, RawReader, Schema, Value};
///
/// let schema = Schema::new("Account", [("Name".to_owned(), Kind::Text)])?;
/// # use sf_outbound::{Id, Notifications, OwnedValue};
/// # let id = Id::literal("001x0000000001X");
/// # let mut record = schema.record(id);
/// # record.set("Name", Some(OwnedValue::Text("Acme".into())));
/// # let mut bytes = Vec::new();
/// # Notifications::new(id, id).with(id, record).encode(&mut bytes);
/// let message = RawReader::new().read(Head::post("text/xml"), &bytes)?;
/// let record = message.notifications[0].sobject.as_ref().expect("data");
/// assert_eq!((record.object(), record.modified_at()), (Some("Account"), None));
/// assert_eq!(record.decode_with(&schema, &Limits::default())?.get("Name"), Some(Value::Text("Acme")));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq, Default)]
pub struct RawRecord {
    pub(crate) object: Option<String>,
    pub(crate) id: Option<Id>,
    pub(crate) modified_at: Option<Timestamp>,
    pub(crate) xml: String,
    pub(crate) scope: String,
    pub(crate) canonical: Vec<u8>,
}

impl RawRecord {
    /// API name of the sObject, where `xsi:type` names one.
    #[must_use]
    pub fn object(&self) -> Option<&str> {
        self.object.as_deref()
    }

    /// The record's id, where it has one.
    #[must_use]
    pub fn id(&self) -> Option<Id> {
        self.id
    }

    /// When the record was changed last: `SystemModstamp`, or else `LastModifiedDate`.
    #[must_use]
    pub fn modified_at(&self) -> Option<Timestamp> {
        self.modified_at
    }

    /// The element `sObject` as it was sent, in UTF-8.
    #[must_use]
    pub fn xml(&self) -> &str {
        &self.xml
    }

    /// The namespace declarations that its prefixes need and that stand on the elements around it, such as
    /// `xmlns="…" xmlns:xsi="…"`.
    #[must_use]
    pub fn scope(&self) -> &str {
        &self.scope
    }

    /// What the record says, in bytes that are the same for every way to write it: expanded names, nil and decoded text in
    /// document order, but no prefixes, no layout and no spelling. For a digest; this is version 1 of it.
    ///
    /// # Example
    ///
    /// ```
    /// use sf_outbound::RawRecord;
    ///
    /// fn say_the_same(one: &RawRecord, other: &RawRecord) -> bool {
    ///     one.canonical() == other.canonical()
    /// }
    /// ```
    #[must_use]
    pub fn canonical(&self) -> &[u8] {
        &self.canonical
    }
}

impl fmt::Debug for RawRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawRecord")
            .field("object", &self.object)
            .field("id", &self.id)
            .field("bytes", &self.xml.len())
            .finish_non_exhaustive()
    }
}
