//! One operation on a record: its new values, the rules that fire, and what they queue, within a transaction.

use crate::definition::Field;
use crate::error::{self, Error};
use crate::json;
use crate::lane::InFlight;
use crate::setup::{ObjectSetup, Setup};
use crate::store::Tx;
use crate::values::{Changes, Values};
use sf_outbound::jiff::Timestamp;
use sf_outbound::{Id, Kind, OwnedValue};
use std::collections::BTreeSet;

/// What to do with a record.
#[derive(Debug, Clone)]
pub enum Operation {
    /// A new record.
    Create {
        /// API name of the object.
        object: String,
        /// Its values.
        changes: Changes,
    },
    /// New values for a record.
    Update {
        /// API name of the object.
        object: String,
        /// The record.
        id: Id,
        /// The new values.
        changes: Changes,
    },
    /// New values for the record with an external id, or a new record.
    Upsert {
        /// API name of the object.
        object: String,
        /// API name of the external id's field.
        field: String,
        /// The external id.
        value: OwnedValue,
        /// The other values.
        changes: Changes,
    },
    /// The end of a record.
    Delete {
        /// API name of the object.
        object: String,
        /// The record.
        id: Id,
    },
}

/// What has become of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Done {
    /// The record.
    pub id: Id,
    /// Whether the record is new.
    pub created: bool,
}

/// Who keeps a field's value up to date.
enum Keeper {
    /// Whoever writes the record.
    Anyone,
    /// The organization, when the record is made.
    Creation,
    /// The organization, with each change.
    Change,
}

fn keeper(field: &Field) -> Keeper {
    match (field.name.as_str(), field.kind) {
        ("CreatedDate", Kind::DateTime) | ("CreatedById", Kind::Id) | ("IsDeleted", Kind::Boolean) => {
            Keeper::Creation
        }
        ("LastModifiedDate" | "SystemModstamp", Kind::DateTime) | ("LastModifiedById", Kind::Id) => {
            Keeper::Change
        }
        _ => Keeper::Anyone,
    }
}

/// Whether only the organization writes a field.
pub(crate) fn is_kept(field: &Field) -> bool {
    !matches!(keeper(field), Keeper::Anyone)
}

/// The organization within a transaction.
pub(crate) struct Change<'t> {
    pub(crate) setup: &'t Setup,
    pub(crate) tx: &'t Tx<'t>,
    pub(crate) now_millis: i64,
    /// Places of the outbound messages for which something was queued.
    pub(crate) queued: BTreeSet<usize>,
    /// Where firings are merged into notifications that wait and were never sent: what is being sent.
    pub(crate) coalesce: Option<&'t InFlight>,
}

impl Change<'_> {
    pub(crate) fn apply(&mut self, operation: Operation) -> Result<Done, Error> {
        let setup = self.setup;
        match operation {
            Operation::Create { object, changes } => self.create(setup.object(&object)?, changes),
            Operation::Update { object, id, changes } => self.update(setup.object(&object)?, id, changes),
            Operation::Upsert { object, field, value, changes } => {
                self.upsert(setup.object(&object)?, &field, value, changes)
            }
            Operation::Delete { object, id } => self.delete(setup.object(&object)?, id),
        }
    }

    /// The record's number and values.
    ///
    /// **Errors.** `ENTITY_IS_DELETED`, `NOT_FOUND`.
    pub(crate) fn read(&self, object: &ObjectSetup, id: Id) -> Result<(i64, Values), Error> {
        let not_found = || Error::new(error::NOT_FOUND, "The requested resource does not exist");
        let seq = self.setup.record_number(object, id).ok_or_else(not_found)?;
        match self.tx.record(object.number, seq)? {
            Some(kept) => Ok((seq, values(self.setup, object, seq, &kept))),
            None if self.tx.was_made(seq)? => Err(Error::new(error::DELETED, "entity is deleted")),
            None => Err(not_found()),
        }
    }

    fn create(&mut self, object: &ObjectSetup, changes: Changes) -> Result<Done, Error> {
        let mut after = Values::default();
        for field in &object.object.fields {
            // An unchecked box is never null, and a record always has an owner.
            match (field.name.as_str(), field.kind) {
                (_, Kind::Boolean) => after.set(&field.name, Some(false.into())),
                ("OwnerId", Kind::Id) => after.set(&field.name, Some(self.setup.user.into())),
                _ => {}
            }
        }
        merge(object, &mut after, changes)?;
        self.keep_up(object, &mut after, true);
        let seq = self.tx.insert_record(object.number, &json::kept(&after))?;
        let id = self.setup.ids.id(&object.object.key_prefix, seq);
        after.set("Id", Some(id.into()));
        self.keep_external_ids(object, seq, None, &after)?;
        self.fire(object, seq, None, &after)?;
        Ok(Done { id, created: true })
    }

    fn update(&mut self, object: &ObjectSetup, id: Id, changes: Changes) -> Result<Done, Error> {
        let (seq, before) = self.read(object, id)?;
        let mut after = before.clone();
        merge(object, &mut after, changes)?;
        self.keep_up(object, &mut after, false);
        self.tx.update_record(seq, &json::kept(&after))?;
        self.wake(seq)?;
        self.keep_external_ids(object, seq, Some(&before), &after)?;
        self.fire(object, seq, Some(&before), &after)?;
        Ok(Done { id: id.to_18(), created: false })
    }

    fn upsert(
        &mut self,
        object: &ObjectSetup,
        field: &str,
        value: OwnedValue,
        changes: Changes,
    ) -> Result<Done, Error> {
        let (field, key) = external_id(object, field, value.clone())?;
        if changes.iter().any(|(name, _)| name.eq_ignore_ascii_case(&field.name)) {
            let message = format!("The {} field should not be specified in the sobject data.", field.name);
            return Err(Error::new(error::INVALID_FIELD, message).of_field(&field.name));
        }
        match self.tx.find_external(object.number, &field.name, &key)? {
            Some(seq) => self.update(object, self.setup.ids.id(&object.object.key_prefix, seq), changes),
            None => self.create(object, changes.set(field.name.as_str(), value)),
        }
    }

    fn delete(&mut self, object: &ObjectSetup, id: Id) -> Result<Done, Error> {
        let (seq, before) = self.read(object, id)?;
        self.tx.delete_record(seq)?;
        self.wake(seq)?;
        self.keep_external_ids(object, seq, Some(&before), &Values::default())?;
        Ok(Done { id: id.to_18(), created: false })
    }

    /// Sets the fields that the organization keeps.
    fn keep_up(&self, object: &ObjectSetup, values: &mut Values, is_new: bool) {
        // Salesforce's times of changes are whole seconds.
        let now = Timestamp::from_second(self.now_millis.div_euclid(1_000)).unwrap_or_default();
        for field in &object.object.fields {
            let value = match (keeper(field), field.kind) {
                (Keeper::Anyone, _) => continue,
                (Keeper::Creation, _) if !is_new => continue,
                (_, Kind::DateTime) => now.into(),
                (_, Kind::Boolean) => false.into(),
                _ => self.setup.user.into(),
            };
            values.set(&field.name, Some(value));
        }
    }

    /// **Errors.** `DUPLICATE_VALUE`.
    fn keep_external_ids(
        &self,
        object: &ObjectSetup,
        seq: i64,
        before: Option<&Values>,
        after: &Values,
    ) -> Result<(), Error> {
        for field in object.object.fields.iter().filter(|field| field.external_id) {
            let old = before.and_then(|values| values.get(&field.name)).map(external_key);
            let new = after.get(&field.name).map(external_key);
            if old == new {
                continue;
            }
            if let Some(old) = old {
                self.tx.delete_external(object.number, &field.name, &old, seq)?;
            }
            if let Some(new) = new
                && !self.tx.insert_external(object.number, &field.name, &new, seq)?
            {
                let holder = self.tx.find_external(object.number, &field.name, &new)?.unwrap_or_default();
                let holder = self.setup.ids.id(&object.object.key_prefix, holder);
                let message = format!(
                    "duplicate value found: {} duplicates value on record with id: {holder}",
                    field.name
                );
                return Err(Error::new(error::DUPLICATE, message).of_field(&field.name));
            }
        }
        Ok(())
    }

    /// Takes in that other fields are external ids than when the file was last open.
    ///
    /// Of records that have the same value, the first one is found by it.
    pub(crate) fn index_external_ids(&self) -> Result<(), Error> {
        const STEP: usize = 1_000;
        for object in &self.setup.objects {
            let (number, indexed) = (object.number, self.tx.indexed(object.number)?);
            let is_external = |name: &str| object.field(name).is_some_and(|field| field.external_id);
            for gone in indexed.iter().filter(|name| !is_external(name)) {
                self.tx.set_indexed(number, gone, false)?;
            }
            let fields = object.object.fields.iter();
            let new: Vec<_> =
                fields.filter(|field| field.external_id && !indexed.contains(&field.name)).collect();
            for field in &new {
                self.tx.set_indexed(number, &field.name, true)?;
            }
            let mut after = 0;
            while !new.is_empty() {
                let records = self.tx.records_after(number, after, STEP)?;
                let Some((last, _)) = records.last() else { break };
                after = *last;
                for (seq, kept) in &records {
                    let values = values(self.setup, object, *seq, kept);
                    for field in &new {
                        if let Some(value) = values.get(&field.name) {
                            self.tx.insert_external(number, &field.name, &external_key(value), *seq)?;
                        }
                    }
                }
            }
        }
        Ok(())
    }

    fn fire(
        &mut self,
        object: &ObjectSetup,
        seq: i64,
        before: Option<&Values>,
        after: &Values,
    ) -> Result<(), Error> {
        // Two rules that send the same outbound message queue the record once.
        let mut fired = BTreeSet::new();
        for (rule, places) in &object.rules {
            if rule.fires(before, after) {
                fired.extend(places.iter().copied());
            }
        }
        for place in fired {
            let Some(message) = self.setup.messages.get(place) else { continue };
            if !self.is_merged(place, message.number, object.number, seq)? {
                self.tx.enqueue(message.number, object.number, seq, self.now_millis)?;
            }
            self.queued.insert(place);
        }
        Ok(())
    }

    /// Whether a notification that waits already will have this change: it was never sent, and is not on its way.
    fn is_merged(&self, lane: usize, message: i64, object: i64, record: i64) -> Result<bool, Error> {
        let Some(in_flight) = self.coalesce else { return Ok(false) };
        let waiting = self.tx.never_sent(message, object, record)?;
        let Some(qid) = waiting.filter(|qid| !in_flight.has(lane, *qid)) else { return Ok(false) };
        // The change has 24 hours of its own all the same.
        self.tx.renew(qid, self.now_millis).map(|()| true)
    }

    /// What a rehearsal lets wait for a change of this record is due.
    fn wake(&mut self, seq: i64) -> Result<(), Error> {
        for number in self.tx.wake(seq, self.now_millis)? {
            self.queued.extend(self.setup.messages.iter().position(|message| message.number == number));
        }
        Ok(())
    }
}

/// The values that a record's kept text holds.
pub(crate) fn values(setup: &Setup, object: &ObjectSetup, seq: i64, kept: &str) -> Values {
    let mut values = json::values(kept, |field| object.kind(field));
    values.set("Id", Some(setup.ids.id(&object.object.key_prefix, seq).into()));
    values
}

/// The field with this external id's name, and the text by which the value is found.
///
/// **Errors.** `NOT_FOUND`, `JSON_PARSER_ERROR`, `REQUIRED_FIELD_MISSING`.
pub(crate) fn external_id<'o>(
    object: &'o ObjectSetup,
    field: &str,
    value: OwnedValue,
) -> Result<(&'o Field, String), Error> {
    let field = object.field(field).filter(|field| field.external_id).ok_or_else(|| {
        let message = format!("Provided external ID field does not exist or is not accessible: {field}");
        Error::new(error::NOT_FOUND, message)
    })?;
    match of_field(field, value)? {
        Some(value) => Ok((field, external_key(&value))),
        None => Err(Error::new(error::REQUIRED, format!("{} not specified", field.name))),
    }
}

/// Salesforce takes external ids for the same that differ only in the case of letters.
fn external_key(value: &OwnedValue) -> String {
    value.as_value().to_string().to_lowercase()
}

/// **Errors.** `INVALID_FIELD`, `INVALID_FIELD_FOR_INSERT_UPDATE`, `JSON_PARSER_ERROR`.
fn merge(object: &ObjectSetup, values: &mut Values, changes: Changes) -> Result<(), Error> {
    for (name, value) in changes {
        let is_id = name.eq_ignore_ascii_case("Id");
        let field = match object.field(&name) {
            Some(field) if matches!(keeper(field), Keeper::Anyone) => field,
            None if !is_id => {
                let message = format!("No such column '{name}' on sobject of type {}", object.object.name);
                return Err(Error::new(error::INVALID_FIELD, message));
            }
            _ => {
                let message = format!(
                    "Unable to create/update fields: {name}. Please check the security settings of this field \
                     and verify that it is read/write for your profile or permission set."
                );
                return Err(Error::new(error::CANNOT_WRITE, message).of_field(&name));
            }
        };
        let value = value.map(|value| of_field(field, value)).transpose()?.flatten();
        let unchecked = (field.kind == Kind::Boolean).then_some(OwnedValue::Boolean(false));
        values.set(&field.name, value.or(unchecked));
    }
    Ok(())
}

fn of_field(field: &Field, value: OwnedValue) -> Result<Option<OwnedValue>, Error> {
    let value = json::of_kind(field.kind, value).map_err(|reason| {
        let kind = field.kind.xsd_name();
        let message = format!("Cannot deserialize {} as {}: {reason}", field.name, &kind[4..]);
        Error::new(error::UNREADABLE, message).of_field(&field.name)
    })?;
    // As the platform keeps them.
    Ok(match value {
        Some(OwnedValue::Id(id)) => Some(OwnedValue::Id(id.to_18())),
        value => value,
    })
}
