//! What is rehearsed.

use super::findings::Findings;
use super::table::Table;
use crate::codes;
use crate::fault::Fault;
use crate::rehearsal::Rehearsal;

/// The table `[rehearsal]`: a rate of each fault, of `all` that are not named, and the seed.
pub(super) fn read(root: &Table<'_>, findings: &mut Findings<'_>) -> Rehearsal {
    let mut rehearsal = Rehearsal::default();
    if !root.has("rehearsal") {
        return rehearsal;
    }
    let Some(table) = root.table("rehearsal", "rehearsal", findings) else { return rehearsal };
    let names = Fault::ALL.iter().map(|fault| fault.name());
    // What is said of all counts less than what is said of one.
    let keys: Vec<_> = ["all", "seed"].into_iter().chain(names).collect();
    table.only(&keys, findings);
    for key in keys {
        let Some(value) = table.scalar(key, findings) else { continue };
        if let Err(error) = rehearsal.set(key, &value.text) {
            let help =
                if key == "seed" { "write `seed = 7`".to_owned() } else { format!("write `{key} = \"5%\"`") };
            findings.error(&codes::REHEARSAL, error.message().to_owned(), &value.at, "here", help);
        }
    }
    rehearsal
}
