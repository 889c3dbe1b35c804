//! Messages of opportunities that have four fields, whole or with any part given.

use sf_outbound::{Error, Kind, Limits, Notifications, Record, Schema, Value};

pub(crate) const OUTBOUND: &str = "http://soap.sforce.com/2005/09/outbound";
pub(crate) const SOBJECT: &str = "urn:sobject.enterprise.soap.sforce.com";
pub(crate) const SOAP: &str = "http://schemas.xmlsoap.org/soap/envelope/";

pub(crate) fn schema() -> Schema {
    let rows =
        [("Amount", Kind::Double), ("IsWon", Kind::Boolean), ("Name", Kind::Text), ("OwnerId", Kind::Id)];
    Schema::new("Opportunity", rows.map(|(name, kind)| (name.to_owned(), kind))).unwrap()
}

pub(crate) fn decode(message: &str) -> Result<Notifications<Record>, Error> {
    schema().decode(message.as_bytes(), &Limits::default())
}

pub(crate) fn envelope(children: &str) -> String {
    format!(
        "<e:Envelope xmlns:e='{SOAP}' xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'>{children}</e:Envelope>"
    )
}

pub(crate) fn body(notifications: &str) -> String {
    format!(
        "<e:Body><notifications xmlns='{OUTBOUND}' xmlns:sf='{SOBJECT}'>\
         <OrganizationId>00Dx0000000001gEAA</OrganizationId><ActionId>04kx0000000001XAAQ</ActionId>\
         {notifications}</notifications></e:Body>"
    )
}

/// A message with these notifications.
pub(crate) fn message(notifications: &str) -> String {
    envelope(&body(notifications))
}

/// A message of one notification with this `sObject` element.
pub(crate) fn one(sobject: &str) -> String {
    message(&format!("<Notification><Id>04lx0000000001XAAQ</Id>{sobject}</Notification>"))
}

/// A message of one record with these fields.
pub(crate) fn fields(fields: &str) -> String {
    one(&format!("<sObject xsi:type='sf:Opportunity'><sf:Id>006x0000000001X</sf:Id>{fields}</sObject>"))
}

/// The field of the first record.
pub(crate) fn value<'m>(message: &'m Notifications<Record>, name: &str) -> Value<'m> {
    message.notifications[0].sobject.as_ref().unwrap().get(name).unwrap()
}
