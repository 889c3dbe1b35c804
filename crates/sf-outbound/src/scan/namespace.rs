//! What a prefix stands for.

use super::Scanner;
use super::bytes::is_same;
use super::name::{Binding, Namespace};
use crate::codes;
use crate::error::Error;
use std::borrow::Cow;

const XML: &str = "http://www.w3.org/XML/1998/namespace";
const XMLNS: &str = "http://www.w3.org/2000/xmlns/";

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
            "http://schemas.xmlsoap.org/soap/envelope/" => Namespace::Soap11,
            "http://www.w3.org/2003/05/soap-envelope" => Namespace::Soap12,
            "http://soap.sforce.com/2005/09/outbound" => Namespace::Outbound,
            "urn:sobject.enterprise.soap.sforce.com" => Namespace::SObject,
            "http://www.w3.org/2001/XMLSchema-instance" => Namespace::Xsi,
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
        let uri = match namespace {
            Namespace::None => return "no namespace".to_owned(),
            Namespace::Soap11 => "http://schemas.xmlsoap.org/soap/envelope/",
            Namespace::Soap12 => "http://www.w3.org/2003/05/soap-envelope",
            Namespace::Outbound => "http://soap.sforce.com/2005/09/outbound",
            Namespace::SObject => "urn:sobject.enterprise.soap.sforce.com",
            Namespace::Xsi => "http://www.w3.org/2001/XMLSchema-instance",
            Namespace::Xml => XML,
            Namespace::Xmlns => XMLNS,
            Namespace::Other(_) => self.uri(namespace).unwrap_or_default(),
        };
        let shown = uri.chars().take(CHARACTERS).map(|c| if c.is_control() { '\u{FFFD}' } else { c });
        format!("the namespace `{}`", shown.collect::<String>())
    }

    /// The namespace's name, for comparison of two that were declared apart.
    pub(super) fn uri(&self, namespace: Namespace) -> Option<&str> {
        match namespace {
            Namespace::Other(index) => self.bindings.get(index).map(|binding| &*binding.uri),
            _ => None,
        }
    }
}
