//! What to do with a record, and what has become of it.

use crate::values::Changes;
use sf_outbound::{Id, OwnedValue};

/// What to do with a record.
#[derive(Debug, Clone)]
#[non_exhaustive]
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
