//! The values of a record, and a change of some of them.

pub(crate) mod json;

use sf_outbound::{Id, OwnedValue};
use std::collections::BTreeMap;
use std::collections::btree_map;

/// The values of one record by API name of the field, `Id` among them; a field that is null is absent.
///
/// # Example
///
/// ```
/// use sf_outbound::OwnedValue;
/// use sf_outbound_sender::Values;
///
/// let mut values = Values::default();
/// values.set("Name", Some("Acme".into()));
/// assert_eq!(values.get("Name"), Some(&OwnedValue::Text("Acme".into())));
/// assert_eq!(values.get("Phone"), None);
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Values(BTreeMap<String, OwnedValue>);

impl Values {
    /// The value of a field; `None` where it is null.
    #[must_use]
    pub fn get(&self, field: &str) -> Option<&OwnedValue> {
        self.0.get(field)
    }

    /// The record's id; `None` before it has one.
    #[must_use]
    pub fn id(&self) -> Option<Id> {
        match self.get("Id") {
            Some(OwnedValue::Id(id)) => Some(*id),
            _ => None,
        }
    }

    /// Sets a field's value, or makes it null.
    pub fn set(&mut self, field: &str, value: Option<OwnedValue>) {
        match value {
            Some(value) => {
                self.0.insert(field.to_owned(), value);
            }
            None => {
                self.0.remove(field);
            }
        }
    }

    /// The fields that are not null, in ASCII order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &OwnedValue)> {
        self.0.iter().map(|(field, value)| (field.as_str(), value))
    }
}

/// What an operation writes: fields with their new values, null among them.
///
/// A value need not be of the field's own kind: a text is read as the field's kind, and a number fits every
/// kind of number that can hold it.
///
/// # Example
///
/// ```
/// use sf_outbound_sender::Changes;
///
/// let changes = Changes::from([("Name", "Acme"), ("CloseDate", "2026-12-31")])
///     .set("Amount", 1200.5)
///     .null("NextStep");
/// assert_eq!(changes.iter().count(), 4);
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Changes(BTreeMap<String, Option<OwnedValue>>);

impl Changes {
    /// Adds a field with its new value.
    #[must_use]
    pub fn set(mut self, field: impl Into<String>, value: impl Into<OwnedValue>) -> Self {
        self.0.insert(field.into(), Some(value.into()));
        self
    }

    /// Adds a field that becomes null.
    #[must_use]
    pub fn null(mut self, field: impl Into<String>) -> Self {
        self.0.insert(field.into(), None);
        self
    }

    /// The fields in ASCII order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Option<&OwnedValue>)> {
        self.0.iter().map(|(field, value)| (field.as_str(), value.as_ref()))
    }
}

impl<F: Into<String>, V: Into<OwnedValue>, const N: usize> From<[(F, V); N]> for Changes {
    fn from(fields: [(F, V); N]) -> Self {
        Self(fields.into_iter().map(|(field, value)| (field.into(), Some(value.into()))).collect())
    }
}

impl FromIterator<(String, Option<OwnedValue>)> for Changes {
    fn from_iter<T: IntoIterator<Item = (String, Option<OwnedValue>)>>(fields: T) -> Self {
        Self(fields.into_iter().collect())
    }
}

impl IntoIterator for Changes {
    type Item = (String, Option<OwnedValue>);
    type IntoIter = btree_map::IntoIter<String, Option<OwnedValue>>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// A number in digits, without an exponent; `None` for what is no number.
pub(crate) fn digits(value: &OwnedValue) -> Option<String> {
    match value {
        // `Display` writes the fewest digits that read as the same double; in a message it could have an exponent.
        OwnedValue::Double(number) => Some(number.to_string()),
        value => value.kind().is_number().then(|| value.as_value().to_string()),
    }
}
