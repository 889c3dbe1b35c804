//! External ids: the values by which other systems know a record.

use super::fields::of_field;
use crate::definition::Field;
use crate::error::{self, Error};
use crate::setup::{ObjectSetup, Setup};
use crate::store::Tx;
use crate::values::Values;
use sf_outbound::OwnedValue;

/// A record's external ids become those of its new values.
///
/// **Errors.** `DUPLICATE_VALUE`.
pub(super) fn keep(
    (setup, tx): (&Setup, &Tx<'_>),
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
            tx.delete_external(object.number, &field.name, &old, seq)?;
        }
        if let Some(new) = new
            && !tx.insert_external(object.number, &field.name, &new, seq)?
        {
            let holder = tx.find_external(object.number, &field.name, &new)?.unwrap_or_default();
            let holder = setup.ids.id(&object.object.key_prefix, holder);
            let message =
                format!("duplicate value found: {} duplicates value on record with id: {holder}", field.name);
            return Err(Error::new(error::DUPLICATE, message).of_field(&field.name));
        }
    }
    Ok(())
}

/// Takes in that other fields are external ids than when the file was last open.
///
/// Of records that have the same value, the first one is found by it.
pub(crate) fn index(setup: &Setup, tx: &Tx<'_>) -> Result<(), Error> {
    const STEP: usize = 1_000;
    for object in &setup.objects {
        let (number, indexed) = (object.number, tx.indexed(object.number)?);
        let is_external = |name: &str| object.field(name).is_some_and(|field| field.external_id);
        for gone in indexed.iter().filter(|name| !is_external(name)) {
            tx.set_indexed(number, gone, false)?;
        }
        let fields = object.object.fields.iter();
        let new: Vec<_> =
            fields.filter(|field| field.external_id && !indexed.contains(&field.name)).collect();
        for field in &new {
            tx.set_indexed(number, &field.name, true)?;
        }
        let mut after = 0;
        while !new.is_empty() {
            let records = tx.records_after(number, after, STEP)?;
            let Some((last, _)) = records.last() else { break };
            after = *last;
            for (seq, kept) in &records {
                let values = setup.values(object, *seq, kept);
                for field in &new {
                    if let Some(value) = values.get(&field.name) {
                        tx.insert_external(number, &field.name, &external_key(value), *seq)?;
                    }
                }
            }
        }
    }
    Ok(())
}

/// The field with this external id's name, and the text by which the value is found.
///
/// **Errors.** `NOT_FOUND`, `JSON_PARSER_ERROR`, `REQUIRED_FIELD_MISSING`.
pub(super) fn external_id<'o>(
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
