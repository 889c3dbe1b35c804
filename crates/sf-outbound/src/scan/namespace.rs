//! What a prefix stands for.

use super::Scanner;
use super::bytes::is_same;
use super::name::{Binding, Namespace};
use crate::codes;
use crate::error::Error;
use std::borrow::Cow;

const XML: &str = "http://www.w3.org/XML/1998/namespace";
const XMLNS: &str = "http://www.w3.org/2000/xmlns/";
const SOAP_11: &str = "http://schemas.xmlsoap.org/soap/envelope/";
const SOAP_12: &str = "http://www.w3.org/2003/05/soap-envelope";
const OUTBOUND: &str = "http://soap.sforce.com/2005/09/outbound";
const SOBJECT: &str = "urn:sobject.enterprise.soap.sforce.com";
const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";

impl<'a> Scanner<'a> {
    /// Adds a declaration of the element that is being read; an empty prefix is the default namespace.
    pub(super) fn declare(&mut self, prefix: &'a str, uri: Cow<'a, str>, at: usize) -> Result<(), Error> {
        if self.bindings.len() >= self.limits.namespaces {
            let message = format!("more than {} namespace declarations in scope", self.limits.namespaces);
            return Err(self.error(&codes::NAMESPACES, message, at));
        }
        let fault = match (prefix, &*uri) {
            ("xml", XML) => return Ok(()),
            ("xml", _) => "prefix `xml` declared as another namespace",
            ("xmlns", _) => "prefix `xmlns` declared",
            (_, XML | XMLNS) => "reserved namespace declared",
            ("", _) => "",
            (_, "") => "prefix declared as no namespace",
            _ => "",
        };
        if !fault.is_empty() {
            return Err(self.error(&codes::NAMESPACE, fault, at));
        }
        let namespace = match &*uri {
            "" => Namespace::None,
            SOAP_11 => Namespace::Soap11,
            SOAP_12 => Namespace::Soap12,
            OUTBOUND => Namespace::Outbound,
            SOBJECT => Namespace::SObject,
            XSI => Namespace::Xsi,
            _ => Namespace::Other(self.bindings.len()),
        };
        self.bindings.push(Binding { prefix, uri, namespace });
        Ok(())
    }

    /// The namespace of an element's or a type's prefix.
    pub(crate) fn resolve(&self, prefix: &str, at: usize) -> Result<Namespace, Error> {
        self.find(prefix.as_bytes()).ok_or_else(|| {
            let message = match prefix {
                "xmlns" => "the prefix `xmlns` is for declarations, not for elements and types",
                _ => "prefix is not declared",
            };
            self.error(&codes::NAMESPACE, message, at)
        })
    }

    pub(super) fn find(&self, prefix: &[u8]) -> Option<Namespace> {
        match self.bindings.iter().rev().find(|binding| is_same(binding.prefix.as_bytes(), prefix)) {
            Some(binding) => Some(binding.namespace),
            None if prefix.is_empty() => Some(Namespace::None),
            None if prefix == b"xml" => Some(Namespace::Xml),
            None => None,
        }
    }

    /// The namespace as a refusal names it: a stranger's text is cut, and shown without control characters.
    #[cold]
    pub(crate) fn shown(&self, namespace: Namespace) -> String {
        const CHARACTERS: usize = 80;
        if namespace == Namespace::None {
            return "no namespace".to_owned();
        }
        let uri = self.uri(namespace).chars().take(CHARACTERS);
        let shown = uri.map(|c| if c.is_control() { '\u{FFFD}' } else { c });
        format!("the namespace `{}`", shown.collect::<String>())
    }

    /// The namespace's own name; empty for none.
    pub(crate) fn uri(&self, namespace: Namespace) -> &str {
        match namespace {
            Namespace::None => "",
            Namespace::Soap11 => SOAP_11,
            Namespace::Soap12 => SOAP_12,
            Namespace::Outbound => OUTBOUND,
            Namespace::SObject => SOBJECT,
            Namespace::Xsi => XSI,
            Namespace::Xml => XML,
            Namespace::Xmlns => XMLNS,
            Namespace::Other(index) => self.bindings.get(index).map_or("", |binding| &*binding.uri),
        }
    }

    /// The declarations in scope around the open element, without those that its own hide: prefix and namespace.
    pub(crate) fn declarations_around(&self) -> Vec<(&'a str, Cow<'a, str>)> {
        let own = self.open.last().map_or(0, |open| open.bindings);
        let around = self.bindings.iter().take(own).enumerate();
        around
            .filter(|(index, one)| self.bindings[index + 1..].iter().all(|later| later.prefix != one.prefix))
            .map(|(_, binding)| (binding.prefix, binding.uri.clone()))
            .collect()
    }
}
