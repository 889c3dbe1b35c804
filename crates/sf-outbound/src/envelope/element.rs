//! One element: what its attributes say, its text, and why it is refused.

use super::{Content, Reader};
use crate::codes::{self, Code};
use crate::error::Error;
use crate::id::Id;
use crate::scan::{Name, Namespace, is_name, trim};
use crate::value;
use std::borrow::Cow;

impl<'a> Reader<'a, '_> {
    /// A missing `xsi:type` is accepted, another object's is not.
    pub(super) fn check_type(&self) -> Result<(), Error> {
        match self.type_name()? {
            // Without a table, any object's is.
            Some(_) if self.table.object().is_empty() => Ok(()),
            Some((name, at)) if !name.is(Namespace::SObject, self.table.object()) => {
                let object = self.table.object();
                let message = if name.local == object {
                    format!(
                        "the sObject's xsi:type is {object} of {}, not of {}",
                        self.scanner.shown(name.namespace),
                        self.scanner.shown(Namespace::SObject)
                    )
                } else {
                    format!("the sObject's xsi:type is not {object}")
                };
                Err(self.scanner.error(&codes::WRONG_TYPE, message, at))
            }
            _ => Ok(()),
        }
    }

    /// The type that the last start tag names by `xsi:type`, and where it does.
    pub(super) fn type_name(&self) -> Result<Option<(Name<'_>, usize)>, Error> {
        let Some(attribute) = self.scanner.attribute(Namespace::Xsi, "type") else { return Ok(None) };
        let name = trim(&attribute.value);
        let (prefix, local) = name.split_once(':').unwrap_or(("", name));
        if !is_name(local) || prefix.is_empty() != (local.len() == name.len()) {
            let message = "xsi:type is a name, or prefix:name";
            return Err(self.scanner.error(&codes::NAMESPACE, message, attribute.offset));
        }
        let namespace = self.scanner.resolve(prefix, attribute.offset)?;
        Ok(Some((Name { namespace, local }, attribute.offset)))
    }

    /// An element of the WSDL in another namespace than the WSDL's: passed over, its data would be lost in silence.
    #[cold]
    pub(super) fn misplaced(&self, name: Name<'_>, expected: Namespace) -> Error {
        let message = format!(
            "`{}` of {}, not of {}",
            name.local,
            self.scanner.shown(name.namespace),
            self.scanner.shown(expected)
        );
        self.error(&codes::WRONG_NAMESPACE, message)
    }

    #[cold]
    pub(super) fn not_notifications(&self, child: Name<'_>) -> Error {
        if child.local == "notifications" {
            return self.misplaced(child, Namespace::Outbound);
        }
        self.error(&codes::NOT_NOTIFICATIONS, "the SOAP body does not hold `notifications`")
    }

    #[cold]
    pub(super) fn nil_with_fields(&self) -> Error {
        self.error(&codes::NIL_WITH_CONTENT, "the sObject is nil and has fields")
    }

    /// Whether the last start tag says that its element is nil.
    pub(super) fn nil(&self) -> Result<bool, Error> {
        let Some(nil) = self.scanner.attribute(Namespace::Xsi, "nil") else { return Ok(false) };
        value::boolean(&nil.value)
            .map_err(|_| self.scanner.error(&codes::VALUE, "xsi:nil is true, false, 1 or 0", nil.offset))
    }

    pub(super) fn content(&mut self, name: &str) -> Result<Content<'a>, Error> {
        let mut nil = false;
        if self.scanner.has_attributes() {
            nil = self.nil()?;
            // The WSDL says what the text is read as; a type that is named has to be one all the same.
            self.type_name()?;
        }
        let start = self.scanner.position();
        match self.scanner.simple_content()? {
            None => Err(self.element_in_value()),
            Some(text) if nil && !text.is_empty() => {
                let error = self.scanner.error(&codes::NIL_WITH_CONTENT, "nil element with content", start);
                Err(error.inside(name))
            }
            Some(_) if nil => Ok(None),
            Some(text) => Ok(Some((text, start))),
        }
    }

    /// Where an element begins in a value: that, or a `<` that stands for itself and begins none.
    #[cold]
    pub(super) fn element_in_value(&mut self) -> Error {
        let start = self.scanner.offset();
        let in_value = self.error(&codes::ELEMENT_IN_VALUE, "element inside a value");
        if self.scanner.position() > start {
            // Its start tag is read already.
            return in_value;
        }
        match self.scanner.next() {
            Err(error) if error.code() == codes::NOT_WELL_FORMED.code => {
                let message = "`<` that begins no element; in text, `<` is written `&lt;`";
                self.scanner.error(&codes::NOT_WELL_FORMED, message, start)
            }
            Err(error) => error,
            Ok(_) => in_value,
        }
    }

    #[cold]
    pub(super) fn missing_id(&self, name: &str) -> Error {
        self.error(&codes::MISSING, "required id is missing").inside(name)
    }

    pub(super) fn id(&self, text: &str, at: usize, name: &str) -> Result<Id, Error> {
        value::id(text).map_err(|reason| self.scanner.error(&codes::NOT_AN_ID, reason, at).inside(name))
    }

    #[cold]
    pub(super) fn error(&self, code: &'static Code, message: impl Into<Cow<'static, str>>) -> Error {
        self.scanner.error(code, message, self.scanner.offset())
    }
}
