//! Start tags that Salesforce sends in the same bytes each time: recognised whole, instead of read.

use super::namespace::Binding;
use super::{Namespace, Open, Scanner};
use std::borrow::Cow;

/// A start tag whose attributes are namespace declarations.
pub(crate) struct KnownTag {
    text: &'static str,
    qualified: &'static str,
    local: &'static str,
    /// What its prefix must stand for, if it does not declare that itself.
    of: Option<(&'static str, Namespace)>,
    declares: &'static [(&'static str, &'static str, Namespace)],
}

pub(crate) const ENVELOPE: KnownTag = KnownTag {
    text: r#"<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">"#,
    qualified: "soapenv:Envelope",
    local: "Envelope",
    of: None,
    declares: &[
        ("soapenv", "http://schemas.xmlsoap.org/soap/envelope/", Namespace::Soap11),
        // `Other` counts the declarations before it.
        ("xsd", "http://www.w3.org/2001/XMLSchema", Namespace::Other(1)),
        ("xsi", "http://www.w3.org/2001/XMLSchema-instance", Namespace::Xsi),
    ],
};

pub(crate) const NOTIFICATIONS: KnownTag = KnownTag {
    text: r#"<notifications xmlns="http://soap.sforce.com/2005/09/outbound">"#,
    qualified: "notifications",
    local: "notifications",
    of: None,
    declares: &[("", "http://soap.sforce.com/2005/09/outbound", Namespace::Outbound)],
};

pub(crate) const BODY: KnownTag = KnownTag {
    text: "<soapenv:Body>",
    qualified: "soapenv:Body",
    local: "Body",
    of: Some(("soapenv", Namespace::Soap11)),
    declares: &[],
};

pub(crate) const NOTIFICATION: KnownTag = KnownTag {
    text: "<Notification>",
    qualified: "Notification",
    local: "Notification",
    of: Some(("", Namespace::Outbound)),
    declares: &[],
};

const NIL_SESSION: &str = r#"<SessionId xsi:nil="true"/>"#;
const SOBJECT: &str = "sObject";
const BEFORE_TYPE: &str = r#"<sObject xsi:type="sf:"#;
const AFTER_TYPE: &str = r#"" xmlns:sf="urn:sobject.enterprise.soap.sforce.com">"#;
const SOBJECT_DECLARES: &[(&str, &str, Namespace)] =
    &[("sf", "urn:sobject.enterprise.soap.sforce.com", Namespace::SObject)];

impl Scanner<'_> {
    /// Passes over a tag, if it stands here.
    pub(crate) fn pass_known(&mut self, tag: &KnownTag) -> bool {
        let start = self.after_white(self.at);
        self.text[start..].starts_with(tag.text)
            && tag.of.is_none_or(|(prefix, namespace)| self.find(prefix.as_bytes()) == Some(namespace))
            && self.enter(start, start + tag.text.len(), tag.qualified, tag.local, tag.declares)
    }

    /// Passes over the start tag of a record of that sObject type, if it stands here.
    pub(crate) fn pass_sobject(&mut self, object: &str) -> bool {
        let start = self.after_white(self.at);
        let rest = self.text[start..].strip_prefix(BEFORE_TYPE).and_then(|rest| rest.strip_prefix(object));
        let Some(rest) = rest.and_then(|rest| rest.strip_prefix(AFTER_TYPE)) else { return false };
        self.find(b"") == Some(Namespace::Outbound)
            && self.find(b"xsi") == Some(Namespace::Xsi)
            && self.enter(start, self.text.len() - rest.len(), SOBJECT, SOBJECT, SOBJECT_DECLARES)
    }

    /// Passes over the session id that is nil, as it is since February 2026, if it stands here.
    pub(crate) fn pass_nil_session(&mut self) -> bool {
        let start = self.after_white(self.at);
        let within = self.elements < self.limits.elements
            && self.open.len() < self.limits.depth
            && self.limits.attributes > 0;
        let passed = within
            && self.text[start..].starts_with(NIL_SESSION)
            && self.find(b"") == Some(Namespace::Outbound)
            && self.find(b"xsi") == Some(Namespace::Xsi);
        if passed {
            self.elements += 1;
            self.at = start + NIL_SESSION.len();
        }
        passed
    }

    /// `Other(1)` of the envelope is right because nothing is declared before it.
    fn enter(
        &mut self,
        start: usize,
        end: usize,
        qualified: &'static str,
        local: &'static str,
        declares: &'static [(&'static str, &'static str, Namespace)],
    ) -> bool {
        let bindings = self.bindings.len();
        // The record's tag has one attribute more than it declares namespaces.
        let within = self.elements < self.limits.elements
            && self.open.len() < self.limits.depth
            && declares.len() < self.limits.attributes
            && bindings + declares.len() <= self.limits.namespaces;
        if !within || self.empty || (self.open.is_empty() && (self.root_seen || bindings > 0)) {
            return false;
        }
        self.root_seen = true;
        self.elements += 1;
        self.attributes.clear();
        let index = self.index_of(local);
        self.open.push(Open { qualified, local, bindings, index, notifications: 0 });
        self.bindings.extend(declares.iter().map(|(prefix, uri, namespace)| Binding {
            prefix,
            uri: Cow::Borrowed(uri),
            namespace: *namespace,
        }));
        self.token = start;
        self.at = end;
        true
    }
}
