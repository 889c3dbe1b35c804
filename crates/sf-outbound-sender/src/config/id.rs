//! An id that a file names.

use super::findings::{Findings, Text};
use crate::codes;
use crate::definition::ids::wrong;
use sf_outbound::Id;

/// In the place of an id that is none, of which there is a finding.
pub(super) const NONE: Id = Id::literal("000000000000000AAA");

/// An id of the file, with its key prefix checked; [`NONE`] where it is none.
pub(super) fn read(text: &Text, kind: (&str, &str), findings: &mut Findings<'_>) -> Id {
    match Id::new(&text.text) {
        Ok(id) if id.key_prefix() == kind.0 => id.to_18(),
        _ => {
            let (message, help) = wrong(kind);
            findings.error(&codes::ID, message, &text.at, "here", help);
            NONE
        }
    }
}
