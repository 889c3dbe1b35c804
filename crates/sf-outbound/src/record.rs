//! Records whose fields are known at run time only.

use crate::id::Id;
use crate::table::{OwnedTable, Table, TableFault};
use crate::value::{Kind, OwnedValue, Slot, Value};
use std::fmt;
use std::sync::Arc;

/// The fields of an sObject, from a WSDL that was read at run time.
///
/// # Example
///
/// ```
/// use sf_outbound::{Kind, Limits, Schema};
///
/// let schema = Schema::new("Account", [("Name".to_owned(), Kind::Text)])?;
/// assert!(schema.decode(b"<html/>", &Limits::default()).is_err());
/// # Ok::<(), sf_outbound::SchemaError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Schema(Arc<OwnedTable>);

/// Why an object's name and fields can't be made into a schema.
///
/// # Example
///
/// ```
/// use sf_outbound::{SchemaError, Kind, Schema};
///
/// let rows = ["Name", "Name"].map(|name| (name.to_owned(), Kind::Text));
/// let error: SchemaError = Schema::new("Account", rows).unwrap_err();
/// assert_eq!(error.to_string(), "the field `Name` stands twice");
/// assert!(Schema::new("Account", [("a b".to_owned(), Kind::Text)]).is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaError(TableFault);

impl fmt::Display for SchemaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for SchemaError {}

impl Schema {
    /// A schema of an sObject's API name and its fields; `Id`, which each sObject has, is not among them.
    ///
    /// **Errors.** A name that is no API name, `Id` among the fields, two fields with one name, or more than 65,535
    /// fields.
    pub fn new(object: &str, rows: impl IntoIterator<Item = (String, Kind)>) -> Result<Self, SchemaError> {
        OwnedTable::new(object, rows).map(|table| Self(Arc::new(table))).map_err(SchemaError)
    }

    /// The field table.
    #[must_use]
    pub fn table(&self) -> Table<'_> {
        self.0.table()
    }

    /// A record of this schema, each field null.
    #[must_use]
    pub fn record(&self, id: Id) -> Record {
        Record { id, values: vec![None; self.table().len()], schema: self.clone() }
    }
}

/// A record of a [`Schema`].
///
/// # Example
///
/// ```
/// use sf_outbound::{Id, Kind, OwnedValue, Record, Schema, Value};
///
/// let schema = Schema::new("Account", [("Name".to_owned(), Kind::Text)])?;
/// let mut record: Record = schema.record(Id::literal("001x0000000001X"));
/// assert!(record.set("Name", Some(OwnedValue::Text("Acme".into()))));
/// assert!(!record.set("Name", Some(OwnedValue::Int(1))), "of another kind");
/// assert_eq!(record.get("Name"), Some(Value::Text("Acme")));
/// assert_eq!(record.fields().next(), Some(("Name", Kind::Text, Value::Text("Acme"))));
/// assert_eq!((record.id().key_prefix(), record.schema().table().object()), ("001", "Account"));
/// # Ok::<(), sf_outbound::SchemaError>(())
/// ```
#[derive(Clone)]
pub struct Record {
    schema: Schema,
    id: Id,
    values: Vec<Option<OwnedValue>>,
}

impl Record {
    /// The record's id.
    #[must_use]
    pub fn id(&self) -> Id {
        self.id
    }

    /// The record's schema.
    #[must_use]
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// The value of a field, or `None` where the schema has no such field.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Value<'_>> {
        self.schema.table().find(name).map(|index| self.value(index))
    }

    /// Sets the value of a field, and says whether it did: the schema must have a field of this name and of the value's
    /// kind, and the text of a decimal must be one.
    pub fn set(&mut self, name: &str, value: Option<OwnedValue>) -> bool {
        let table = self.schema.0.table();
        let Some(index) = table.find(name) else { return false };
        let fits = |value: &OwnedValue| Some(value.kind()) == table.kind(index) && value.is_sound();
        if !value.as_ref().is_none_or(fits) {
            return false;
        }
        self.values[index] = value;
        true
    }

    /// The fields with their kinds and values, in the WSDL's order.
    pub fn fields(&self) -> impl Iterator<Item = (&str, Kind, Value<'_>)> {
        let table = self.schema.table();
        (0..table.len())
            .filter_map(move |index| Some((table.name(index), table.kind(index)?, self.value(index))))
    }

    pub(crate) fn set_id(&mut self, id: Id) {
        self.id = id;
    }

    pub(crate) fn slot(&mut self, index: usize) -> Slot<'_> {
        self.values.get_mut(index).map_or(Slot::Unknown, Slot::Dynamic)
    }

    pub(crate) fn value(&self, index: usize) -> Value<'_> {
        match self.values.get(index) {
            Some(Some(value)) => value.as_value(),
            _ => Value::Null,
        }
    }
}

impl PartialEq for Record {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
            && self.schema.table().object() == other.schema.table().object()
            && self.fields().eq(other.fields())
    }
}

#[allow(clippy::missing_fields_in_debug)] // `fields` gives the values.
impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut record = f.debug_struct(self.schema.table().object());
        record.field("Id", &self.id);
        for (name, _, value) in self.fields() {
            record.field(name, &value);
        }
        record.finish()
    }
}
