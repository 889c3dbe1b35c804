//! The values of a record's fields: who writes them, and of which kind they are.

use crate::definition::Field;
use crate::error::{self, Error};
use crate::setup::{ObjectSetup, Setup};
use crate::values::{Changes, Values, json};
use sf_outbound::jiff::Timestamp;
use sf_outbound::{Kind, OwnedValue};

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

/// Sets the fields that the organization keeps.
pub(super) fn keep_up(
    setup: &Setup,
    object: &ObjectSetup,
    values: &mut Values,
    is_new: bool,
    now_millis: i64,
) {
    // Salesforce's times of changes are whole seconds.
    let now = Timestamp::from_second(now_millis.div_euclid(1_000)).unwrap_or_default();
    for field in &object.object.fields {
        let value = match (keeper(field), field.kind) {
            (Keeper::Anyone, _) => continue,
            (Keeper::Creation, _) if !is_new => continue,
            (_, Kind::DateTime) => now.into(),
            (_, Kind::Boolean) => false.into(),
            _ => setup.user.into(),
        };
        values.set(&field.name, Some(value));
    }
}

/// Sets what an operation writes.
///
/// **Errors.** `INVALID_FIELD`, `INVALID_FIELD_FOR_INSERT_UPDATE`, `JSON_PARSER_ERROR`.
pub(super) fn merge(object: &ObjectSetup, values: &mut Values, changes: Changes) -> Result<(), Error> {
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

/// A value as one of the field's own kind.
///
/// **Errors.** `JSON_PARSER_ERROR`.
pub(super) fn of_field(field: &Field, value: OwnedValue) -> Result<Option<OwnedValue>, Error> {
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
