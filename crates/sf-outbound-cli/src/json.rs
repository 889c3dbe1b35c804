//! Messages as JSON in the shape of Salesforce's REST API.

use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};
use sf_outbound::{Notification, Notifications, Record, Value};

/// `{"OrganizationId":…,"Notification":[…]}`; every configured field is there, null where it is absent.
pub(crate) struct Message<'m>(pub(crate) &'m Notifications<Record>);

struct List<'m>(&'m [Notification<Record>]);
struct One<'m>(&'m Notification<Record>);
struct SObject<'m>(&'m Record);
struct Attributes<'m>(&'m str);
struct Field<'m>(Value<'m>);

impl Serialize for Message<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let message = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("OrganizationId", message.organization_id.as_str())?;
        map.serialize_entry("ActionId", message.action_id.as_str())?;
        map.serialize_entry("SessionId", &message.session_id.map(|_| "<redacted>"))?;
        map.serialize_entry("EnterpriseUrl", &message.enterprise_url)?;
        map.serialize_entry("PartnerUrl", &message.partner_url)?;
        map.serialize_entry("Notification", &List(&message.notifications))?;
        map.end()
    }
}

impl Serialize for List<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.0.len()))?;
        for notification in self.0 {
            list.serialize_element(&One(notification))?;
        }
        list.end()
    }
}

impl Serialize for One<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("Id", self.0.id.as_str())?;
        map.serialize_entry("sObject", &self.0.sobject.as_ref().map(SObject))?;
        map.end()
    }
}

impl Serialize for SObject<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("attributes", &Attributes(self.0.schema().table().object()))?;
        map.serialize_entry("Id", self.0.id().as_str())?;
        for (name, _, value) in self.0.fields() {
            map.serialize_entry(name, &Field(value))?;
        }
        map.end()
    }
}

impl Serialize for Attributes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry("type", self.0)?;
        map.end()
    }
}

impl Serialize for Field<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Null => serializer.serialize_none(),
            Value::Boolean(value) => serializer.serialize_bool(value),
            Value::Int(value) => serializer.serialize_i32(value),
            Value::Long(value) => serializer.serialize_i64(value),
            Value::Double(value) if value.is_finite() => serializer.serialize_f64(value),
            Value::Text(text) => serializer.serialize_str(text),
            // Spelled as on the wire: ids, dates, INF and NaN, base64, and decimals, which no JSON number holds.
            value => serializer.serialize_str(&value.to_string()),
        }
    }
}
