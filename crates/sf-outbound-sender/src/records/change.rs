//! One operation on a record: its new values, the rules that fire, and what they queue, within a transaction.

use super::operation::{Done, Operation};
use super::{external_ids, fields};
use crate::delivery::hooks::Hooks;
use crate::error::{self, Error};
use crate::setup::{ObjectSetup, Setup};
use crate::store::Tx;
use crate::values::{Changes, Values, json};
use sf_outbound::{Id, Kind, OwnedValue};
use std::collections::BTreeSet;

/// The organization within a transaction.
pub(super) struct Change<'t> {
    pub(super) setup: &'t Setup,
    pub(super) tx: &'t Tx<'t>,
    pub(super) now_millis: i64,
    /// Places of the outbound messages for which something was queued.
    pub(super) queued: BTreeSet<usize>,
    /// What else hears of a change.
    pub(super) hooks: &'t dyn Hooks,
}

impl Change<'_> {
    pub(super) fn apply(&mut self, operation: Operation) -> Result<Done, Error> {
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
        fields::merge(object, &mut after, changes)?;
        fields::keep_up(self.setup, object, &mut after, true, self.now_millis);
        let seq = self.tx.insert_record(object.number, &json::kept(&after))?;
        let id = self.setup.ids.id(&object.object.key_prefix, seq);
        after.set("Id", Some(id.into()));
        external_ids::keep((self.setup, self.tx), object, seq, None, &after)?;
        self.fire(object, seq, None, &after)?;
        Ok(Done { id, created: true })
    }

    fn update(&mut self, object: &ObjectSetup, id: Id, changes: Changes) -> Result<Done, Error> {
        let (seq, before) = read(self.setup, self.tx, object, id)?;
        let mut after = before.clone();
        fields::merge(object, &mut after, changes)?;
        fields::keep_up(self.setup, object, &mut after, false, self.now_millis);
        self.tx.update_record(seq, &json::kept(&after))?;
        self.wake(seq)?;
        external_ids::keep((self.setup, self.tx), object, seq, Some(&before), &after)?;
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
        let (field, key) = external_ids::external_id(object, field, value.clone())?;
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
        let (seq, before) = read(self.setup, self.tx, object, id)?;
        self.tx.delete_record(seq)?;
        self.wake(seq)?;
        external_ids::keep((self.setup, self.tx), object, seq, Some(&before), &Values::default())?;
        Ok(Done { id: id.to_18(), created: false })
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
            self.tx.enqueue(message.number, object.number, seq, self.now_millis)?;
            self.queued.insert(place);
        }
        Ok(())
    }

    /// What waits for a change of this record is due.
    fn wake(&mut self, seq: i64) -> Result<(), Error> {
        for number in self.hooks.changed(self.tx, seq, self.now_millis)? {
            self.queued.extend(self.setup.messages.iter().position(|message| message.number == number));
        }
        Ok(())
    }
}

/// The record's number and values.
///
/// **Errors.** `ENTITY_IS_DELETED`, `NOT_FOUND`.
pub(super) fn read(setup: &Setup, tx: &Tx<'_>, object: &ObjectSetup, id: Id) -> Result<(i64, Values), Error> {
    let not_found = || Error::new(error::NOT_FOUND, "The requested resource does not exist");
    let seq = setup.record_number(object, id).ok_or_else(not_found)?;
    match tx.record(object.number, seq)? {
        Some(kept) => Ok((seq, setup.values(object, seq, &kept))),
        None if tx.was_made(seq)? => Err(Error::new(error::DELETED, "entity is deleted")),
        None => Err(not_found()),
    }
}
