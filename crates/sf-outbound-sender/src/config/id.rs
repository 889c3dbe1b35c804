//! An id that a file names.

use super::findings::{Findings, Text};
use crate::codes;
use crate::definition::ids::wrong;
use sf_outbound::Id;

/// An id of the file, with its key prefix checked; the empty id where it is none.
pub(super) fn read(text: &Text, kind: (&str, &str), findings: &mut Findings<'_>) -> Id {
    match Id::new(&text.text) {
        Ok(id) if id.key_prefix() == kind.0 => id.to_18(),
        _ => {
            let (message, help) = wrong(kind);
            findings.error(&codes::ID, message, &text.at, "here", help);
            Id::default()
        }
    }
}
