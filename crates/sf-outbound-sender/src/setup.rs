//! A definition that holds together, arranged for looking things up.

use crate::codes;
use crate::definition::check::check;
use crate::definition::{Definition, Field, Object, OutboundMessage, Rule};
use crate::error::{self, Error};
use crate::ids::{Ids, USER};
use crate::rules::ReadRule;
use crate::store::{Names, Numbers};
use crate::values::{Values, json};
use sf_outbound::{Id, Kind, Schema};
use std::collections::HashMap;

/// The set-up of a running organization.
pub(crate) struct Setup {
    pub(crate) organization_id: Id,
    pub(crate) api_version: u16,
    pub(crate) objects: Vec<ObjectSetup>,
    pub(crate) messages: Vec<MessageSetup>,
    pub(crate) ids: Ids,
    /// Who makes and changes every record.
    pub(crate) user: Id,
}

/// An object, its rules, and its number in the file.
pub(crate) struct ObjectSetup {
    pub(crate) object: Object,
    /// Each with the places of its outbound messages in [`Setup::messages`].
    pub(crate) rules: Vec<(ReadRule, Vec<usize>)>,
    pub(crate) number: i64,
    fields: HashMap<String, usize>,
}

/// An outbound message, its number in the file, and the shape of the records in it.
pub(crate) struct MessageSetup {
    pub(crate) message: OutboundMessage,
    /// Place in [`Setup::objects`].
    pub(crate) object: usize,
    pub(crate) number: i64,
    pub(crate) schema: Schema,
}

impl ObjectSetup {
    /// The field with this name, whatever the case of its letters.
    pub(crate) fn field(&self, name: &str) -> Option<&Field> {
        let fields = &self.object.fields;
        match self.fields.get(name) {
            Some(place) => fields.get(*place),
            None => fields.iter().find(|field| field.name.eq_ignore_ascii_case(name)),
        }
    }

    /// The kind of a field that is spelled exactly so.
    pub(crate) fn kind(&self, name: &str) -> Option<Kind> {
        self.fields.get(name).and_then(|place| self.object.fields.get(*place)).map(|field| field.kind)
    }
}

impl Setup {
    /// **Errors.** The first thing that does not hold together, with the code that a file's report gives it.
    pub(crate) fn new(definition: Definition) -> Result<Self, Error> {
        check(&definition)?;
        let objects = definition.objects.into_iter().map(|object| {
            let fields = object.fields.iter().enumerate();
            let fields = fields.map(|(place, field)| (field.name.clone(), place)).collect();
            ObjectSetup { object, rules: Vec::new(), number: 0, fields }
        });
        let mut objects: Vec<_> = objects.collect();
        let messages = definition.messages.into_iter().map(|message| message_setup(message, &objects));
        let messages = messages.collect::<Result<Vec<_>, _>>()?;
        for rule in definition.rules {
            add_rule(rule, &mut objects, &messages)?;
        }
        let ids = Ids::new(definition.organization_id);
        Ok(Self {
            organization_id: definition.organization_id,
            api_version: definition.api_version,
            objects,
            messages,
            ids,
            user: ids.id(USER, 1),
        })
    }

    /// What the file is to number.
    pub(crate) fn names(&self) -> Names {
        let message = |message: &MessageSetup| {
            (message.message.action_id.to_18().to_string(), message.message.name.clone())
        };
        Names {
            organization: self.organization_id.to_18().to_string(),
            objects: self.objects.iter().map(|object| object.object.name.clone()).collect(),
            messages: self.messages.iter().map(message).collect(),
        }
    }

    /// Takes the numbers that the file has given.
    pub(crate) fn number(&mut self, numbers: &Numbers) {
        for (object, number) in self.objects.iter_mut().zip(&numbers.objects) {
            object.number = *number;
        }
        for (message, number) in self.messages.iter_mut().zip(&numbers.messages) {
            message.number = *number;
        }
    }

    /// The values that a record's kept text holds.
    pub(crate) fn values(&self, object: &ObjectSetup, seq: i64, kept: &str) -> Values {
        let mut values = json::values(kept, |field| object.kind(field));
        values.set("Id", Some(self.ids.id(&object.object.key_prefix, seq).into()));
        values
    }

    /// The object with this name, whatever the case of its letters.
    pub(crate) fn object(&self, name: &str) -> Result<&ObjectSetup, Error> {
        Ok(&self.objects[self.object_place(name)?])
    }

    /// The place of the object with this name.
    pub(crate) fn object_place(&self, name: &str) -> Result<usize, Error> {
        let found = self.objects.iter().position(|object| object.object.name.eq_ignore_ascii_case(name));
        found.ok_or_else(|| {
            Error::new(error::INVALID_TYPE, format!("sObject type '{name}' is not supported."))
        })
    }

    /// The place of the outbound message with this name.
    pub(crate) fn message(&self, name: &str) -> Result<usize, Error> {
        let found = self.messages.iter().position(|message| message.message.name == name);
        found.ok_or_else(|| Error::new(error::NOT_FOUND, format!("no outbound message is named `{name}`")))
    }

    /// Name of the object, and id, of a record in the queue or its log; of an object that is not defined any more, no name
    /// and an id without its key prefix.
    pub(crate) fn record(&self, message: i64, object: i64, record: i64) -> (&str, Id) {
        // Where an older file did not say, the record was the outbound message's.
        let of_message = || {
            let message = self.messages.iter().find(|known| known.number == message)?;
            self.objects.get(message.object)
        };
        let found =
            if object == 0 { of_message() } else { self.objects.iter().find(|known| known.number == object) };
        let (name, prefix) = found
            .map(|found| (found.object.name.as_str(), found.object.key_prefix.as_str()))
            .unwrap_or_default();
        (name, self.ids.id(prefix, record))
    }

    /// The numbers of the object and the record with an id.
    pub(crate) fn numbers(&self, id: Id) -> Option<(i64, i64)> {
        let object = self.objects.iter().find(|object| object.object.key_prefix == id.key_prefix())?;
        Some((object.number, self.record_number(object, id)?))
    }

    /// The record's number in the file; `None` for an id that is not of this organization's making.
    pub(crate) fn record_number(&self, object: &ObjectSetup, id: Id) -> Option<i64> {
        self.ids.number(&object.object.key_prefix, id)
    }
}

fn message_setup(message: OutboundMessage, objects: &[ObjectSetup]) -> Result<MessageSetup, Error> {
    let found = objects.iter().position(|object| object.object.name == message.object);
    let object = found.ok_or_else(|| {
        broken(&format!("the object `{}` of the outbound message `{}`", message.object, message.name))
    })?;
    let rows: Option<Vec<_>> =
        message.fields.iter().map(|field| Some((field.clone(), objects[object].kind(field)?))).collect();
    let schema = rows.and_then(|rows| Schema::new(&message.object, rows).ok()).ok_or_else(|| {
        broken(&format!("a field of the outbound message `{}`, or it stands twice", message.name))
    })?;
    Ok(MessageSetup { message, object, number: 0, schema })
}

fn add_rule(rule: Rule, objects: &mut [ObjectSetup], messages: &[MessageSetup]) -> Result<(), Error> {
    let found = objects.iter().position(|object| object.object.name == rule.object);
    let object =
        found.ok_or_else(|| broken(&format!("the object `{}` of the rule `{}`", rule.object, rule.name)))?;
    let of_rule = |name: &String| {
        messages.iter().position(|message| message.message.name == *name && message.object == object)
    };
    let places: Option<Vec<_>> = rule.messages.iter().map(of_rule).collect();
    let places = places.ok_or_else(|| broken(&format!("an outbound message of the rule `{}`", rule.name)))?;
    let object = &mut objects[object];
    let rule = ReadRule::new(rule, &object.object)?;
    object.rules.push((rule, places));
    Ok(())
}

#[cold]
fn broken(what: &str) -> Error {
    Error::trouble(&codes::SETUP, format!("the set-up does not hold together: {what}"))
}
