//! The namespaces of a message, and which prefixes a sender has for them.

pub(super) const SOAP: &str = "http://schemas.xmlsoap.org/soap/envelope/";
pub(super) const OUTBOUND: &str = "http://soap.sforce.com/2005/09/outbound";
pub(super) const RECORD: &str = "urn:sobject.enterprise.soap.sforce.com";
pub(super) const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// Which prefixes a sender is used to.
pub(super) type Habits = [(&'static str, &'static str); 4];

/// Salesforce's habits more often than others: with the namespace of records, or that of SOAP, as the default.
pub(super) const HABITS: [Habits; 5] = [SALESFORCE, SALESFORCE, SALESFORCE, BARE_FIELDS, BARE_SOAP];
const SALESFORCE: Habits = [(SOAP, "soapenv"), (OUTBOUND, ""), (RECORD, "sf"), (XSI, "xsi")];
const BARE_FIELDS: Habits = [(SOAP, "S"), (OUTBOUND, "o"), (RECORD, ""), (XSI, "i")];
const BARE_SOAP: Habits = [(SOAP, ""), (OUTBOUND, "ns1"), (RECORD, "ns2"), (XSI, "xsi")];
