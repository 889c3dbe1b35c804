//! Names, and the namespaces that their prefixes stand for.

use std::borrow::Cow;

/// A name with the namespace that its prefix stands for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Name<'a> {
    pub(crate) namespace: Namespace,
    pub(crate) local: &'a str,
}

impl Name<'_> {
    pub(crate) fn is(&self, namespace: Namespace, local: &str) -> bool {
        self.namespace == namespace && self.local == local
    }
}

/// A namespace: the ones of this project by name, any other by the place of its declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Namespace {
    None,
    /// `http://schemas.xmlsoap.org/soap/envelope/`
    Soap11,
    /// `http://www.w3.org/2003/05/soap-envelope`
    Soap12,
    /// `http://soap.sforce.com/2005/09/outbound`
    Outbound,
    /// `urn:sobject.enterprise.soap.sforce.com`
    SObject,
    /// `http://www.w3.org/2001/XMLSchema-instance`
    Xsi,
    Xml,
    /// Of namespace declarations themselves.
    Xmlns,
    Other(usize),
}

/// A declaration in scope.
#[derive(Clone)]
pub(super) struct Binding<'a> {
    pub(super) prefix: &'a str,
    pub(super) uri: Cow<'a, str>,
    pub(super) namespace: Namespace,
}
