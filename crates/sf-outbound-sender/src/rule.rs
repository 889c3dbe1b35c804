//! Whether a workflow rule fires on a change of a record.

use crate::definition::{Evaluate, Object, Rule};
use crate::values::Values;

/// Whether a rule fires when a record of its object goes from `before` to `after`.
pub(crate) fn fires(rule: &Rule, object: &Object, before: Option<&Values>, _after: &Values) -> bool {
    rule.active
        && rule.object == object.name
        && (before.is_none() || rule.evaluate == Evaluate::CreatedAndEveryEdit)
}
