//! Notifications to the bytes that Salesforce sends.

use crate::id::Id;
use crate::message::Notifications;
use crate::object::{Described, SObject};
use crate::record::Record;
use crate::table::Table;
use crate::value::{self, Value};

/// A record that is being written.
pub(crate) trait Source {
    fn id(&self) -> Id;
    fn table(&self) -> Table<'_>;
    fn value(&self, index: usize) -> Value<'_>;
}

impl<T: Described> Source for T {
    fn id(&self) -> Id {
        self.own_id()
    }

    fn table(&self) -> Table<'_> {
        T::field_table()
    }

    fn value(&self, index: usize) -> Value<'_> {
        Described::value(self, index)
    }
}

impl Source for Record {
    fn id(&self) -> Id {
        Record::id(self)
    }

    fn table(&self) -> Table<'_> {
        self.schema().table()
    }

    fn value(&self, index: usize) -> Value<'_> {
        Record::value(self, index)
    }
}

impl<T: SObject> Notifications<T> {
    /// Appends the message as Salesforce would send it: null fields are left out, a session id is nil.
    pub fn encode(&self, out: &mut Vec<u8>) {
        write(self, out);
    }
}

impl Notifications<Record> {
    /// Appends the message as Salesforce would send it: null fields are left out, a session id is nil.
    pub fn encode(&self, out: &mut Vec<u8>) {
        write(self, out);
    }
}

const HEAD: &[u8] = br#"<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
 <soapenv:Body>
  <notifications xmlns="http://soap.sforce.com/2005/09/outbound">
"#;
const NIL_SESSION: &[u8] = b"   <SessionId xsi:nil=\"true\"/>\n";
const FOOT: &[u8] = b"  </notifications>\n </soapenv:Body>\n</soapenv:Envelope>";

fn write<T: Source>(message: &Notifications<T>, out: &mut Vec<u8>) {
    out.extend_from_slice(HEAD);
    element(out, "   <", "OrganizationId", &Value::Id(message.organization_id));
    element(out, "   <", "ActionId", &Value::Id(message.action_id));
    out.extend_from_slice(NIL_SESSION);
    element(out, "   <", "EnterpriseUrl", &(&message.enterprise_url).into());
    element(out, "   <", "PartnerUrl", &(&message.partner_url).into());
    for notification in &message.notifications {
        out.extend_from_slice(b"   <Notification>\n");
        element(out, "    <", "Id", &Value::Id(notification.id));
        if let Some(record) = &notification.sobject {
            sobject(record, out);
        }
        out.extend_from_slice(b"   </Notification>\n");
    }
    out.extend_from_slice(FOOT);
}

fn sobject(record: &dyn Source, out: &mut Vec<u8>) {
    let table = record.table();
    out.extend_from_slice(b"    <sObject xsi:type=\"sf:");
    out.extend_from_slice(table.object().as_bytes());
    out.extend_from_slice(b"\" xmlns:sf=\"urn:sobject.enterprise.soap.sforce.com\">\n");
    element(out, "     <sf:", "Id", &Value::Id(record.id()));
    for index in 0..table.len() {
        element(out, "     <sf:", table.name(index), &record.value(index));
    }
    out.extend_from_slice(b"    </sObject>\n");
}

/// One line; a null writes none. `open` is the indentation, `<` and the prefix.
fn element(out: &mut Vec<u8>, open: &str, name: &str, value: &Value<'_>) {
    if *value == Value::Null {
        return;
    }
    out.extend_from_slice(open.as_bytes());
    out.extend_from_slice(name.as_bytes());
    out.push(b'>');
    value::write(value, out);
    out.extend_from_slice(b"</");
    out.extend_from_slice(open.trim_start_matches([' ', '<']).as_bytes());
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b">\n");
}
