//! What Salesforce sends in the same bytes each time: recognised whole, instead of read.

use super::hits::{self, Hit};
use super::name::{Binding, Namespace};
use super::{Open, Scanner};
use std::borrow::Cow;

/// The start tags before the elements of the header.
const HEAD: [&str; 3] = [
    r#"<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">"#,
    "<soapenv:Body>",
    r#"<notifications xmlns="http://soap.sforce.com/2005/09/outbound">"#,
];
const HEAD_OPENS: [Open<'static>; HEAD.len()] = [
    known("soapenv:Envelope", "Envelope", 0),
    known("soapenv:Body", "Body", 3),
    known("notifications", "notifications", 3),
];
const HEAD_DECLARES: [Declared; 4] = [
    ("soapenv", "http://schemas.xmlsoap.org/soap/envelope/", Namespace::Soap11),
    // `Other` counts the declarations before it.
    ("xsd", "http://www.w3.org/2001/XMLSchema", Namespace::Other(1)),
    ("xsi", "http://www.w3.org/2001/XMLSchema-instance", Namespace::Xsi),
    ("", "http://soap.sforce.com/2005/09/outbound", Namespace::Outbound),
];
const ROOT_ATTRIBUTES: usize = 3;
/// The end tags of the first two.
const TAIL: [&str; 2] = ["</soapenv:Body>", "</soapenv:Envelope>"];

/// Prefix, URI and what that is to us.
type Declared = (&'static str, &'static str, Namespace);

const fn known(qualified: &'static str, local: &'static str, bindings: usize) -> Open<'static> {
    Open { qualified, local, bindings, number: 0 }
}

const NOTIFICATION: &str = "Notification";
const NIL_SESSION: &str = r#"<SessionId xsi:nil="true"/>"#;
const SOBJECT: &str = "sObject";
const BEFORE_TYPE: &str = r#"<sObject xsi:type="sf:"#;
const AFTER_TYPE: &str = r#"" xmlns:sf="urn:sobject.enterprise.soap.sforce.com">"#;
/// What the tags of a record's fields begin with.
pub(crate) const SOBJECT_TAG_START: &str = "<sf:";
const SOBJECT_DECLARES: Declared = ("sf", "urn:sobject.enterprise.soap.sforce.com", Namespace::SObject);

impl Scanner<'_> {
    /// Passes over all up to the first child of `notifications`, if the document begins as Salesforce's do.
    pub(crate) fn pass_head(&mut self) -> bool {
        let within = self.limits.elements >= HEAD.len()
            && self.limits.depth >= HEAD.len()
            && self.limits.attributes >= ROOT_ATTRIBUTES
            && self.limits.namespaces >= HEAD_DECLARES.len();
        if !within || self.root_seen {
            return false;
        }
        let mut at = self.at;
        for tag in HEAD {
            at = self.after_white(at);
            if !self.text[at..].starts_with(tag) {
                return false;
            }
            at += tag.len();
        }
        self.open.extend_from_slice(&HEAD_OPENS);
        for declared in HEAD_DECLARES {
            self.bindings.push(binding(declared));
        }
        self.root_seen = true;
        self.elements = HEAD.len();
        self.at = at;
        hits::note(Hit::Head);
        true
    }

    /// After [`Scanner::pass_head`] and the end of `notifications`: passes over the rest of the document, if it is the
    /// end tags of body and envelope and white space.
    pub(crate) fn pass_tail(&mut self) -> bool {
        let mut at = self.at;
        for tag in TAIL {
            at = self.after_white(at);
            if !self.text[at..].starts_with(tag) {
                return false;
            }
            at += tag.len();
        }
        let is_whole = self.open.len() == TAIL.len() && self.after_white(at) == self.text.len();
        if is_whole {
            self.open.clear();
            self.at = self.text.len();
            hits::note(Hit::Tail);
        }
        is_whole
    }

    /// Passes over the start tag of a notification, if it stands here without attributes.
    pub(crate) fn pass_notification(&mut self) -> bool {
        let start = self.after_white(self.at);
        self.text[start..].starts_with("<Notification>")
            && self.find(b"") == Some(Namespace::Outbound)
            && self.enter(start, start + "<Notification>".len(), NOTIFICATION, None)
    }

    /// Passes over the start tag of a record of that sObject type, if it stands here.
    pub(crate) fn pass_sobject(&mut self, object: &str) -> bool {
        let start = self.after_white(self.at);
        let rest = self.text[start..].strip_prefix(BEFORE_TYPE).and_then(|rest| rest.strip_prefix(object));
        let Some(rest) = rest.and_then(|rest| rest.strip_prefix(AFTER_TYPE)) else { return false };
        self.find(b"") == Some(Namespace::Outbound)
            && self.find(b"xsi") == Some(Namespace::Xsi)
            && self.enter(start, self.text.len() - rest.len(), SOBJECT, Some(SOBJECT_DECLARES))
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
            hits::note(Hit::NilSession);
        }
        passed
    }

    /// Opens an element without a prefix that declares one at most.
    fn enter(&mut self, start: usize, end: usize, name: &'static str, declares: Option<Declared>) -> bool {
        let bindings = self.bindings.len();
        let number = usize::from(declares.is_some());
        // The record's tag has one attribute more than it declares namespaces.
        let within = self.elements < self.limits.elements
            && self.has_room_inside()
            && number < self.limits.attributes
            && bindings + number <= self.limits.namespaces;
        if !within {
            return false;
        }
        self.elements += 1;
        self.attributes.clear();
        self.open.push(known(name, name, bindings));
        if let Some(declared) = declares {
            self.bindings.push(binding(declared));
        }
        self.token = start;
        self.at = end;
        hits::note(if declares.is_some() { Hit::Record } else { Hit::Notification });
        true
    }
}

fn binding((prefix, uri, namespace): Declared) -> Binding<'static> {
    Binding { prefix, uri: Cow::Borrowed(uri), namespace }
}
