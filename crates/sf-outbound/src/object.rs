//! The description of an sObject: its field table, and the access to its fields by index.

use crate::id::Id;
use crate::value::{Kind, Slot, Value};

/// One field of the table: API name and kind.
pub type Row = (&'static str, Kind);

/// An sObject type that generated code describes.
///
/// Generated code implements this; there is no need to call it by hand.
pub trait SObject: Default + Clone + Send + Sync + 'static {
    /// The fields in the WSDL's order.
    fn table() -> Table<'static>;
    /// The record's id.
    fn id(&self) -> Id;
    /// Sets the record's id.
    fn set_id(&mut self, id: Id);
    /// The field at an index of the table, to write to.
    fn slot(&mut self, index: usize) -> Slot<'_>;
    /// The field at an index of the table.
    fn value(&self, index: usize) -> Value<'_>;
}

/// Bytes that the names of the rows need: the second parameter of [`Packed`].
#[must_use]
pub const fn packed_bytes(rows: &[Row]) -> usize {
    let mut bytes = 0;
    let mut index = 0;
    while index < rows.len() {
        bytes += rows[index].0.len();
        index += 1;
    }
    bytes
}

/// A field table packed at compile time: without it, each name would cost a pointer and its relocation.
#[derive(Debug)]
pub struct Packed<const FIELDS: usize, const BYTES: usize> {
    object: &'static str,
    names: [u8; BYTES],
    fields: [Field; FIELDS],
}

/// Where a name ends, its kind, and the field at this place in the order of names.
#[derive(Debug, Clone, Copy)]
struct Field {
    end: u32,
    sorted: u16,
    kind: Kind,
}

impl<const FIELDS: usize, const BYTES: usize> Packed<FIELDS, BYTES> {
    /// Packs the rows of a table.
    ///
    /// # Panics
    ///
    /// When the parameters are not the numbers of rows and of their names' bytes, or there are more than
    /// 65,535 rows; in a `static` that is an error of compilation.
    #[must_use]
    pub const fn new(object: &'static str, rows: &'static [Row]) -> Self {
        assert!(rows.len() == FIELDS && packed_bytes(rows) == BYTES && FIELDS <= u16::MAX as usize);
        let mut names = [0; BYTES];
        let mut fields = [Field { end: 0, sorted: 0, kind: Kind::Text }; FIELDS];
        let mut end = 0;
        let mut index = 0;
        while index < FIELDS {
            let name = rows[index].0.as_bytes();
            let mut at = 0;
            while at < name.len() {
                names[end] = name[at];
                end += 1;
                at += 1;
            }
            #[allow(clippy::cast_possible_truncation)]
            let (end, place) = (end as u32, index as u16);
            fields[index].end = end;
            fields[index].kind = rows[index].1;
            // Insertion sort: Salesforce sorts the fields already, so this is linear.
            let mut sorted = index;
            while sorted > 0 && is_less(name, rows[fields[sorted - 1].sorted as usize].0.as_bytes()) {
                fields[sorted].sorted = fields[sorted - 1].sorted;
                sorted -= 1;
            }
            fields[sorted].sorted = place;
            index += 1;
        }
        Self { object, names, fields }
    }

    /// The table, to look things up in.
    #[must_use]
    pub const fn table(&'static self) -> Table<'static> {
        Table { object: self.object, names: &self.names, fields: &self.fields }
    }
}

const fn is_less(left: &[u8], right: &[u8]) -> bool {
    let mut at = 0;
    while at < left.len() && at < right.len() {
        if left[at] != right[at] {
            return left[at] < right[at];
        }
        at += 1;
    }
    left.len() < right.len()
}

/// A field table: the sObject's API name, and of each field the API name and the kind.
#[derive(Debug, Clone, Copy)]
pub struct Table<'t> {
    object: &'t str,
    names: &'t [u8],
    fields: &'t [Field],
}

impl<'t> Table<'t> {
    /// API name of the sObject.
    #[must_use]
    pub fn object(&self) -> &'t str {
        self.object
    }

    /// Number of fields; `Id` is not among them.
    #[must_use]
    pub fn len(&self) -> usize {
        self.fields.len()
    }

    /// Whether only the `Id` was chosen.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// API name of a field; empty for an index that is none.
    #[must_use]
    pub fn name(&self, index: usize) -> &'t str {
        std::str::from_utf8(self.name_bytes(index)).unwrap_or_default()
    }

    /// Kind of a field.
    #[must_use]
    pub fn kind(&self, index: usize) -> Option<Kind> {
        self.fields.get(index).map(|field| field.kind)
    }

    /// Index of the field with this API name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<usize> {
        let order = |field: &Field| self.name_bytes(usize::from(field.sorted)).cmp(name.as_bytes());
        let place = self.fields.binary_search_by(order).ok()?;
        Some(usize::from(self.fields[place].sorted))
    }

    /// [`Table::find`] where the field is probably the one at `expected`: fields come in the WSDL's order.
    pub(crate) fn find_near(&self, expected: usize, name: &str) -> Option<usize> {
        let near = expected..self.len().min(expected + 3);
        near.into_iter().find(|index| self.name_bytes(*index) == name.as_bytes()).or_else(|| self.find(name))
    }

    fn name_bytes(&self, index: usize) -> &'t [u8] {
        let start = match index.checked_sub(1).and_then(|before| self.fields.get(before)) {
            Some(before) => before.end as usize,
            None => 0,
        };
        let end = self.fields.get(index).map_or(start, |field| field.end as usize);
        self.names.get(start..end).unwrap_or_default()
    }
}

/// A table made at run time.
#[derive(Debug, Clone)]
pub(crate) struct OwnedTable {
    object: String,
    names: Vec<u8>,
    fields: Vec<Field>,
}

impl OwnedTable {
    /// `Err` holds a name that stands twice, or an empty text where there are too many fields.
    pub(crate) fn new(object: &str, rows: impl IntoIterator<Item = (String, Kind)>) -> Result<Self, String> {
        let mut names = Vec::new();
        let mut fields = Vec::new();
        let mut order = Vec::new();
        for (index, (name, kind)) in rows.into_iter().enumerate() {
            names.extend_from_slice(name.as_bytes());
            let end = u32::try_from(names.len()).map_err(|_| String::new())?;
            fields.push(Field { end, sorted: 0, kind });
            order.push((name, u16::try_from(index).map_err(|_| String::new())?));
        }
        order.sort();
        if let Some(pair) = order.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            return Err(pair[0].0.clone());
        }
        for (field, (_, index)) in fields.iter_mut().zip(order) {
            field.sorted = index;
        }
        Ok(Self { object: object.to_owned(), names, fields })
    }

    pub(crate) fn table(&self) -> Table<'_> {
        Table { object: &self.object, names: &self.names, fields: &self.fields }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROWS: &[Row] = &[("b__c", Kind::Int), ("Amount", Kind::Double), ("Zip__c", Kind::Text)];
    static PACKED: Packed<{ ROWS.len() }, { packed_bytes(ROWS) }> = Packed::new("Thing__c", ROWS);

    #[test]
    fn both_tables_find_each_field_whatever_the_order() {
        let owned = OwnedTable::new("Thing__c", ROWS.iter().map(|row| (row.0.to_owned(), row.1)));
        let owned = owned.unwrap_or_else(|name| panic!("{name}"));
        for table in [PACKED.table(), owned.table()] {
            assert_eq!((table.object(), table.len()), ("Thing__c", 3));
            for (index, (name, kind)) in ROWS.iter().enumerate() {
                assert_eq!(table.find(name), Some(index));
                assert_eq!((table.name(index), table.kind(index)), (*name, Some(*kind)));
            }
            assert_eq!(table.find("amount"), None);
            assert_eq!(table.name(3), "");
        }
    }
}
