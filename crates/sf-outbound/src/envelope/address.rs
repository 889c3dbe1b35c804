//! Tokens to what a message is addressed by: its action, and the type of its records.
//!
//! Reading ends at the first record that names its type: what stands after it is for the server that is chosen,
//! which reads the whole message and alone judges it.

use super::{Found, Reader, ShortCuts, Terms};
use crate::codes;
use crate::error::Error;
use crate::id::Id;
use crate::limits::Limits;
use crate::scan::Namespace;
use crate::table::Table;

/// What tells one outbound message from another.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Address {
    /// `None` where the message has no `ActionId`.
    pub(crate) action_id: Option<Id>,
    /// `None` where no record names its type.
    pub(crate) type_name: Option<TypeName>,
}

/// The type that the first typed record names.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum TypeName {
    /// An sObject's API name.
    SObject(String),
    /// A type of another namespace than that of sObjects.
    Other,
}

/// Reads a message as far as its address needs.
///
/// `action_wanted` says that an action id is looked for even after the records; Salesforce writes it before them.
pub(crate) fn address(text: &str, limits: &Limits, action_wanted: bool) -> Result<Address, Error> {
    let mut reader = Reader::new(text, Terms::of(limits), Table::NONE, ShortCuts::Shapes)?;
    if !reader.scanner.pass_head() {
        reader.enter()?;
    }
    reader.address(action_wanted)
}

impl Reader<'_, '_> {
    /// Passes the start tags of envelope, body and notifications.
    fn enter(&mut self) -> Result<(), Error> {
        self.root()?;
        loop {
            let Some(child) = self.child()? else {
                return Err(self.error(&codes::NOT_SOAP, "the envelope has no Body"));
            };
            if child.is(Namespace::Soap11, "Header") {
                self.soap_header()?;
            } else if child.is(Namespace::Soap11, "Body") {
                break;
            } else {
                return Err(self.error(&codes::NOT_SOAP, "neither Header nor Body of SOAP"));
            }
        }
        match self.child()? {
            Some(child) if child.is(Namespace::Outbound, "notifications") => Ok(()),
            Some(child) => Err(self.not_notifications(child)),
            None => Err(self.error(&codes::NOT_NOTIFICATIONS, "the SOAP body is empty")),
        }
    }

    fn address(&mut self, action_wanted: bool) -> Result<Address, Error> {
        let mut found = Found::default();
        self.predicted_header(&mut found);
        let mut address = Address { action_id: found.action_id, type_name: None };
        let mut count = 0;
        while address.type_name.is_none() || (action_wanted && address.action_id.is_none()) {
            let Some(child) = self.child()? else { break };
            if child.is(Namespace::Outbound, "Notification") {
                self.scanner.number(count + 1);
                self.check_count(count)?;
                count += 1;
                if address.type_name.is_none() {
                    address.type_name = self.first_type(action_wanted && address.action_id.is_none())?;
                } else {
                    self.scanner.skip_element()?;
                }
            } else if child.is(Namespace::Outbound, "ActionId") && address.action_id.is_none() {
                address.action_id = match self.content("ActionId")? {
                    Some((text, at)) => Some(self.id(&text, at, "ActionId")?),
                    None => None,
                };
            } else {
                self.scanner.skip_element()?;
            }
        }
        if count == 0 {
            let error = self.error(&codes::NO_NOTIFICATION, "message without a notification");
            return Err(error.inside("notifications"));
        }
        Ok(address)
    }

    /// The type of the record in a notification; reads to the notification's end only where that is asked for, or
    /// no type is found.
    fn first_type(&mut self, to_the_end: bool) -> Result<Option<TypeName>, Error> {
        let mut type_name = None;
        while let Some(child) = self.child()? {
            if child.is(Namespace::Outbound, "sObject") && type_name.is_none() {
                type_name = self.type_name()?.map(|(name, _)| match name.namespace {
                    Namespace::SObject => TypeName::SObject(name.local.to_owned()),
                    _ => TypeName::Other,
                });
                if type_name.is_some() && !to_the_end {
                    return Ok(type_name);
                }
            }
            self.scanner.skip_element()?;
        }
        Ok(type_name)
    }
}
