//! Records with serde, in the shape of Salesforce's REST API, and messages as they are told to others.
//!
//! Records of generated types and messages of them are written and read; records of a schema are written only.
//! A record is `{"attributes":{"type":…},"Id":…,…}`; every field of the WSDL is there, null where it was not sent.
//! Generated code calls this through [`serde_impls!`](crate::serde_impls).

mod message;

use crate::encode::Source;
use crate::id::Id;
use crate::object::SObject;
use crate::record::Record;
use crate::table::Seen;
use crate::value::{self, Kind, OwnedValue, Slot, Value};
use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, Unexpected, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

impl Serialize for Record {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        record(self, serializer)
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(IdVisitor)
    }
}

/// What is no text or no map is refused without the value, which serde's own words would show. A reader of JSON asks the
/// visitor only where it may be of any type.
macro_rules! refused_unseen {
    ($($method:ident: $type:ty, $what:literal;)*) => {$(
        fn $method<E: Error>(self, _: $type) -> Result<Self::Value, E> {
            Err(E::invalid_type(Unexpected::Other($what), &self))
        }
    )*};
}

struct IdVisitor;

/// The id of a record.
impl<'de> DeserializeSeed<'de> for IdVisitor {
    type Value = Id;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Id, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Visitor<'_> for IdVisitor {
    type Value = Id;

    refused_unseen! {
        visit_bool: bool, "a boolean";
        visit_i64: i64, "a number";
        visit_u64: u64, "a number";
        visit_f64: f64, "a number";
    }

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an id as a string of 15 or 18 letters and digits")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Id, E> {
        Id::new(text).map_err(E::custom)
    }
}

/// A record of a generated type.
#[doc(hidden)]
pub fn serialize<T: SObject, S: Serializer>(sobject: &T, serializer: S) -> Result<S::Ok, S::Error> {
    record(sobject, serializer)
}

/// A record of a generated type; fields that it does not have are passed over, as in a message.
///
/// A key is the field's API name, letter by letter. `Id` is required, and no field stands twice.
#[doc(hidden)]
pub fn deserialize<'de, T: SObject, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_map(RecordVisitor(PhantomData))
}

fn record<S: Serializer>(record: &dyn Source, serializer: S) -> Result<S::Ok, S::Error> {
    let table = record.table();
    let mut map = serializer.serialize_map(Some(table.len() + 2))?;
    map.serialize_entry("attributes", &Attributes(table.object()))?;
    map.serialize_entry("Id", &record.id())?;
    for index in 0..table.len() {
        map.serialize_entry(table.name(index), &record.value(index))?;
    }
    map.end()
}

struct Attributes<'m>(&'m str);

impl Serialize for Attributes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry("type", self.0)?;
        map.end()
    }
}

/// A value as Salesforce's REST API writes it; a null is `null`.
impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Null => serializer.serialize_none(),
            Value::Boolean(value) => serializer.serialize_bool(*value),
            Value::Int(value) => serializer.serialize_i32(*value),
            Value::Long(value) => serializer.serialize_i64(*value),
            Value::Double(value) if value.is_finite() => serializer.serialize_f64(*value),
            Value::Text(text) => serializer.serialize_str(text),
            // Spelled as in a message: INF and NaN, and decimals, which no JSON number holds.
            Value::Double(_) | Value::Decimal(_) => serializer.collect_str(self),
            #[cfg(feature = "rust_decimal")]
            Value::Exact(_) => serializer.collect_str(self),
            Value::Id(_) | Value::Date(_) | Value::DateTime(_) | Value::Time(_) | Value::Binary(_) => {
                serializer.collect_str(self)
            }
            #[cfg(any(feature = "chrono", feature = "time"))]
            Value::FarDateTime(_) => serializer.collect_str(self),
        }
    }
}

/// A value as Salesforce's REST API writes it.
impl Serialize for OwnedValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_value().serialize(serializer)
    }
}

struct RecordVisitor<T>(PhantomData<T>);

impl<'de, T: SObject> Visitor<'de> for RecordVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a record of {}", T::table().object())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        let table = T::table();
        let mut record = T::with_id(Id::UNREAD);
        let (mut id, mut has_attributes) = (None, false);
        let mut seen = Seen::new(table.len());
        while let Some(name) = map.next_key::<Cow<'_, str>>()? {
            match (&*name, table.find(&name)) {
                ("Id", _) if id.is_some() => return Err(A::Error::duplicate_field("Id")),
                ("Id", _) => id = Some(map.next_value_seed(IdVisitor)?),
                (_, Some(index)) if seen.has(index) => {
                    return Err(A::Error::duplicate_field(table.name(index)));
                }
                (_, Some(index)) => {
                    seen.add(index);
                    let kind = table.kind(index).unwrap_or(Kind::Text);
                    map.next_value_seed(FieldSeed {
                        name: table.name(index),
                        slot: record.slot(index),
                        kind,
                    })?;
                }
                ("attributes", None) if has_attributes => {
                    return Err(A::Error::duplicate_field("attributes"));
                }
                ("attributes", None) => {
                    has_attributes = true;
                    map.next_value_seed(TypeSeed(table.object()))?;
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        record.set_id(id.ok_or_else(|| A::Error::missing_field("Id"))?);
        Ok(record)
    }
}

/// `{"type":…}`, which has to name the record's object, and `url`.
struct TypeSeed(&'static str);

impl<'de> DeserializeSeed<'de> for TypeSeed {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for TypeSeed {
    type Value = ();

    refused_unseen! {
        visit_bool: bool, "a boolean";
        visit_i64: i64, "a number";
        visit_u64: u64, "a number";
        visit_f64: f64, "a number";
        visit_str: &str, "a string";
    }

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "attributes with the type {}", self.0)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut has_type = false;
        while let Some(name) = map.next_key::<Cow<'_, str>>()? {
            if name == "type" {
                if std::mem::replace(&mut has_type, true) {
                    return Err(A::Error::duplicate_field("type"));
                }
                let object: Cow<'_, str> = map.next_value()?;
                if object != self.0 {
                    return Err(A::Error::invalid_value(Unexpected::Str(&object), &self));
                }
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

/// A field, read as if its value stood in a message.
struct FieldSeed<'r> {
    name: &'static str,
    slot: Slot<'r>,
    kind: Kind,
}

impl<'de> DeserializeSeed<'de> for FieldSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl FieldSeed<'_> {
    fn put<E: Error>(self, text: &str) -> Result<(), E> {
        let read = value::put(self.slot, self.kind, Cow::Borrowed(text));
        read.map_err(|reason| E::custom(format_args!("{}: {reason}", self.name)))
    }
}

impl<'de> Visitor<'de> for FieldSeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a value of {} for {}", self.kind.xsd_name(), self.name)
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_none<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.deserialize(deserializer)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        self.put(if value { "true" } else { "false" })
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        self.put(&value.to_string())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        self.put(&value.to_string())
    }

    fn visit_i128<E: Error>(self, value: i128) -> Result<(), E> {
        self.put(&value.to_string())
    }

    fn visit_u128<E: Error>(self, value: u128) -> Result<(), E> {
        self.put(&value.to_string())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        self.put(&value.to_string())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        match rest_zone(text).filter(|_| self.kind == Kind::DateTime) {
            Some((instant, hours, minutes)) => self.put(&format!("{instant}{hours}:{minutes}")),
            None => self.put(text),
        }
    }
}

/// A dateTime of the REST API, which ends in `+0000` where XML Schema wants `+00:00`: what is before the zone, and the
/// zone's two halves.
fn rest_zone(text: &str) -> Option<(&str, &str, &str)> {
    let (rest, minutes) = text.split_at_checked(text.len().checked_sub(2)?)?;
    let (instant, hours) = rest.split_at_checked(rest.len().checked_sub(3)?)?;
    let is_zone = hours.starts_with(['+', '-']) && !minutes.contains(':') && !hours.ends_with(':');
    is_zone.then_some((instant, hours, minutes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::de::value::{Error, StrDeserializer};

    /// JSON has no `Some`; other formats do.
    #[test]
    fn some_value_is_the_value() {
        let mut name: Option<String> = None;
        let seed = FieldSeed { name: "Name", slot: Slot::from(&mut name), kind: Kind::Text };
        seed.visit_some(StrDeserializer::<Error>::new("Acme")).unwrap();
        assert_eq!(name.as_deref(), Some("Acme"));
    }
}
