//! Messages and their notifications.

use crate::id::Id;
use crate::message::{Notification, Notifications, SessionId, Unknown};
use serde::de::{Error, IgnoredAny, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

/// Where a session id was sent, it says so and no more; what the WSDL does not know is not written.
impl<T: Serialize> Serialize for Notifications<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(6))?;
        map.serialize_entry("OrganizationId", &self.organization_id)?;
        map.serialize_entry("ActionId", &self.action_id)?;
        map.serialize_entry("SessionId", &self.session_id.map(|_| "<redacted>"))?;
        map.serialize_entry("EnterpriseUrl", &self.enterprise_url)?;
        map.serialize_entry("PartnerUrl", &self.partner_url)?;
        map.serialize_entry("Notification", &self.notifications)?;
        map.end()
    }
}

impl<T: Serialize> Serialize for Notification<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("Id", &self.id)?;
        map.serialize_entry("sObject", &self.sobject)?;
        map.end()
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Notifications<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MessageVisitor(PhantomData))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Notification<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(NotificationVisitor(PhantomData))
    }
}

/// A value that stands once.
struct Once<T>(&'static str, Option<T>);

impl<T> Once<T> {
    fn read<'de, A: MapAccess<'de>>(&mut self, map: &mut A) -> Result<(), A::Error>
    where
        T: Deserialize<'de>,
    {
        if self.1.is_some() {
            return Err(A::Error::duplicate_field(self.0));
        }
        self.1 = Some(map.next_value()?);
        Ok(())
    }

    fn required<E: Error>(self) -> Result<T, E> {
        self.1.ok_or_else(|| E::missing_field(self.0))
    }
}

struct MessageVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for MessageVisitor<T> {
    type Value = Notifications<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an outbound message")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut organization_id = Once::<Id>("OrganizationId", None);
        let mut action_id = Once::<Id>("ActionId", None);
        // Its text, where somebody has kept one, is not looked at.
        let mut session_id = Once::<Option<IgnoredAny>>("SessionId", None);
        let mut enterprise_url = Once::<Option<String>>("EnterpriseUrl", None);
        let mut partner_url = Once::<Option<String>>("PartnerUrl", None);
        let mut notifications = Once::<Vec<Notification<T>>>("Notification", None);
        while let Some(name) = map.next_key::<Cow<'_, str>>()? {
            match &*name {
                "OrganizationId" => organization_id.read(&mut map)?,
                "ActionId" => action_id.read(&mut map)?,
                "SessionId" => session_id.read(&mut map)?,
                "EnterpriseUrl" => enterprise_url.read(&mut map)?,
                "PartnerUrl" => partner_url.read(&mut map)?,
                "Notification" => notifications.read(&mut map)?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(Notifications {
            organization_id: organization_id.required()?,
            action_id: action_id.required()?,
            session_id: session_id.1.flatten().map(|_| SessionId(())),
            enterprise_url: enterprise_url.1.flatten(),
            partner_url: partner_url.1.flatten(),
            notifications: notifications.required()?,
            unknown: Unknown::default(),
        })
    }
}

struct NotificationVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for NotificationVisitor<T> {
    type Value = Notification<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a notification")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut id = Once::<Id>("Id", None);
        let mut sobject = Once::<Option<T>>("sObject", None);
        while let Some(name) = map.next_key::<Cow<'_, str>>()? {
            match &*name {
                "Id" => id.read(&mut map)?,
                "sObject" => sobject.read(&mut map)?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(Notification { id: id.required()?, sobject: sobject.1.flatten() })
    }
}
