//! The field table of an sObject, packed at compile time or made at run time.

use crate::scan::{begins, is_same};
use crate::value::Kind;
use sf_outbound_field::is_api_name;
use std::fmt;

/// One field of the table: API name and kind.
pub(crate) type Row = (&'static str, Kind);

/// Bytes that the names of the rows need: the second parameter of [`Packed`].
#[must_use]
#[doc(hidden)]
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
#[doc(hidden)]
pub struct Packed<const FIELDS: usize, const BYTES: usize> {
    object: &'static str,
    names: [u8; BYTES],
    fields: [Field; FIELDS],
}

/// Where a name ends, and its kind; and of a hash table of the names, in which each field is a bucket too.
#[derive(Debug, Clone, Copy)]
struct Field {
    end: u32,
    kind: Kind,
    /// The first field in this bucket.
    first: u16,
    /// The field after this one in its bucket.
    next: u16,
}

impl Field {
    const EMPTY: Self = Self { end: 0, kind: Kind::Text, first: NO_FIELD, next: NO_FIELD };
}

/// Whether a name is one of a field of the table: of any but `Id`.
const fn is_field(name: &str) -> bool {
    is_api_name(name) && !matches!(name.as_bytes(), b"Id")
}

/// Why rows make no table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TableFault {
    /// A name of the object or of a field is no API name.
    Name(String),
    /// `Id` is among the fields.
    Id,
    /// Two fields have this name.
    Twice(String),
    TooMany,
}

impl fmt::Display for TableFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => write!(
                f,
                "{name:?} is no API name: letters, digits and underscores, beginning with no digit, such as `Amount__c`"
            ),
            Self::Id => f.write_str("`Id` is among the fields: each record has it, leave it out"),
            Self::Twice(name) => write!(f, "the field `{name}` stands twice"),
            Self::TooMany => f.write_str("there are more than 65,535 fields"),
        }
    }
}

const NO_FIELD: u16 = u16::MAX;

/// The bucket of a name among that many: FNV-1a, of which the upper bits choose.
const fn bucket(name: &[u8], buckets: usize) -> usize {
    let mut hash = 0x811C_9DC5_u32;
    let mut at = 0;
    while at < name.len() {
        hash = (hash ^ name[at] as u32).wrapping_mul(0x0100_0193);
        at += 1;
    }
    // Below `buckets`, which is at most 65,535.
    #[allow(clippy::cast_possible_truncation)]
    let bucket = ((hash as u64 * buckets as u64) >> 32) as usize;
    bucket
}

impl<const FIELDS: usize, const BYTES: usize> Packed<FIELDS, BYTES> {
    /// Packs the rows of a table.
    ///
    /// # Panics
    ///
    /// When the parameters are not the numbers of rows and of their names' bytes, there are more than 65,535 rows, or a
    /// name is no API name or is `Id`; in a `static` that is an error of compilation.
    #[must_use]
    pub const fn new(object: &'static str, rows: &'static [Row]) -> Self {
        assert!(rows.len() == FIELDS && packed_bytes(rows) == BYTES && FIELDS <= u16::MAX as usize);
        assert!(is_api_name(object), "the object's name is no API name");
        let mut names = [0; BYTES];
        let mut fields = [Field::EMPTY; FIELDS];
        let mut end = 0;
        let mut index = 0;
        while index < FIELDS {
            assert!(is_field(rows[index].0), "a field's name is no API name, or is `Id`");
            let name = rows[index].0.as_bytes();
            let mut at = 0;
            while at < name.len() {
                names[end] = name[at];
                end += 1;
                at += 1;
            }
            let bucket = bucket(name, FIELDS);
            #[allow(clippy::cast_possible_truncation)]
            let (end, place) = (end as u32, index as u16);
            fields[index].end = end;
            fields[index].kind = rows[index].1;
            fields[index].next = fields[bucket].first;
            fields[bucket].first = place;
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

/// A field table: the sObject's API name, and of each field the API name and the kind.
///
/// # Example
///
/// ```
/// use sf_outbound::{Kind, Schema, Table};
///
/// let schema = Schema::new("Account", [("Name".to_owned(), Kind::Text)])?;
/// let table: Table<'_> = schema.table();
/// assert_eq!((table.object(), table.len(), table.is_empty()), ("Account", 1, false));
/// assert_eq!(table.find("Name"), Some(0));
/// assert_eq!((table.name(0), table.kind(0)), ("Name", Some(Kind::Text)));
/// # Ok::<(), sf_outbound::SchemaError>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Table<'t> {
    object: &'t str,
    names: &'t [u8],
    fields: &'t [Field],
}

impl<'t> Table<'t> {
    /// Of no object, for reading that stops before a record.
    pub(crate) const NONE: Table<'static> = Table { object: "", names: &[], fields: &[] };

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
        self.find_bytes(name.as_bytes())
    }

    fn find_bytes(&self, name: &[u8]) -> Option<usize> {
        let mut field = self.fields.get(bucket(name, self.len()))?.first;
        loop {
            let index = usize::from(field);
            let next = self.fields.get(index)?.next;
            if self.is_named(index, name) {
                return Some(index);
            }
            field = next;
        }
    }

    /// [`Table::find`] where the field is probably the one at `expected`: fields come in the WSDL's order.
    pub(crate) fn find_near(&self, expected: usize, name: &[u8]) -> Option<usize> {
        if self.is_named(expected, name) { Some(expected) } else { self.find_bytes(name) }
    }

    #[inline]
    fn is_named(&self, index: usize, name: &[u8]) -> bool {
        is_same(self.name_bytes(index), name)
    }

    /// A walk through the fields that begins at an index.
    pub(crate) fn cursor(&self, index: usize) -> Cursor<'t> {
        let fields = self.fields.get(index..).unwrap_or_default();
        Cursor { names: self.names, fields, index, start: self.start_of(index) }
    }

    fn start_of(&self, index: usize) -> usize {
        index
            .checked_sub(1)
            .and_then(|before| self.fields.get(before))
            .map_or(0, |before| before.end as usize)
    }

    fn name_bytes(&self, index: usize) -> &'t [u8] {
        let start = self.start_of(index);
        let end = self.fields.get(index).map_or(start, |field| field.end as usize);
        self.names.get(start..end).unwrap_or_default()
    }
}

/// A walk through a table in the order of its fields.
pub(crate) struct Cursor<'t> {
    names: &'t [u8],
    /// The fields that are left, with the index of the first and the place of its name.
    fields: &'t [Field],
    index: usize,
    start: usize,
}

impl Cursor<'_> {
    /// The first of the next fields whose name and a `>` stand at the start of the bytes: index, length of the name
    /// and kind. The walk goes on after it.
    #[inline]
    pub(crate) fn seek(&mut self, bytes: &[u8], fields: usize) -> Option<(usize, usize, Kind)> {
        let mut start = self.start;
        for (skipped, field) in self.fields.iter().enumerate() {
            let end = field.end as usize;
            let name = self.names.get(start..end)?;
            if bytes.get(name.len()) == Some(&b'>') && begins(bytes, name) {
                let index = self.index + skipped;
                self.fields = &self.fields[skipped + 1..];
                (self.index, self.start) = (index + 1, end);
                return Some((index, name.len(), field.kind));
            }
            if skipped == fields {
                return None;
            }
            start = end;
        }
        None
    }
}

/// Which fields a record has had: those that bear its stamp, so that the next record begins with another stamp.
pub(crate) struct Seen {
    stamp: u8,
    first: [u8; INLINE],
    /// Only of objects with more fields, so that reading most messages allocates nothing for it.
    rest: Vec<u8>,
}

/// More than most outbound messages have fields.
const INLINE: usize = 128;

impl Seen {
    pub(crate) fn new(fields: usize) -> Self {
        Self { stamp: 1, first: [0; INLINE], rest: vec![0; fields.saturating_sub(INLINE)] }
    }

    pub(crate) fn clear(&mut self) {
        self.stamp = self.stamp.wrapping_add(1);
        if self.stamp == 0 {
            self.stamp = 1;
            self.first.fill(0);
            self.rest.fill(0);
        }
    }

    #[inline]
    pub(crate) fn has(&self, index: usize) -> bool {
        match self.first.get(index) {
            Some(stamp) => *stamp == self.stamp,
            None => self.has_in_rest(index),
        }
    }

    #[inline]
    pub(crate) fn add(&mut self, index: usize) {
        match self.first.get_mut(index) {
            Some(stamp) => *stamp = self.stamp,
            None => self.add_to_rest(index),
        }
    }

    // Apart, as few objects have so many fields: inlined, the compiler looks into both for each field.

    #[inline(never)]
    fn has_in_rest(&self, index: usize) -> bool {
        self.rest.get(index - INLINE) == Some(&self.stamp)
    }

    #[inline(never)]
    fn add_to_rest(&mut self, index: usize) {
        if let Some(stamp) = self.rest.get_mut(index - INLINE) {
            *stamp = self.stamp;
        }
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
    pub(crate) fn new(
        object: &str,
        rows: impl IntoIterator<Item = (String, Kind)>,
    ) -> Result<Self, TableFault> {
        if !is_api_name(object) {
            return Err(TableFault::Name(object.to_owned()));
        }
        let mut names = Vec::new();
        let mut fields = Vec::new();
        for (name, kind) in rows {
            if !is_field(&name) {
                return Err(if name == "Id" { TableFault::Id } else { TableFault::Name(name) });
            }
            names.extend_from_slice(name.as_bytes());
            let end = u32::try_from(names.len()).map_err(|_| TableFault::TooMany)?;
            fields.push(Field { end, kind, ..Field::EMPTY });
        }
        if fields.len() > usize::from(NO_FIELD) {
            return Err(TableFault::TooMany);
        }
        let mut table = Self { object: object.to_owned(), names, fields };
        for index in 0..table.fields.len() {
            let name = table.table().name(index).to_owned();
            if table.table().find(&name).is_some() {
                return Err(TableFault::Twice(name));
            }
            let bucket = bucket(name.as_bytes(), table.fields.len());
            table.fields[index].next = table.fields[bucket].first;
            table.fields[bucket].first = u16::try_from(index).unwrap_or(NO_FIELD);
        }
        Ok(table)
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
    fn seen_fields_are_told_apart_whatever_their_number() {
        let mut seen = Seen::new(800);
        for index in (0..800).step_by(3) {
            seen.add(index);
        }
        assert!((0..800).all(|index| seen.has(index) == (index % 3 == 0)));
        // As often as there are stamps, and more.
        for _ in 0..300 {
            seen.clear();
            assert!(!(0..1000).any(|index| seen.has(index)));
        }
    }

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
