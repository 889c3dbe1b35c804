//! The process with the organization: how it is told its load, and what it says was answered.

use std::path::Path;
use std::process::Command;

// Names in its environment.
pub(crate) const FILE: &str = "CRASH_FILE";
pub(crate) const ENDPOINT: &str = "CRASH_ENDPOINT";
pub(crate) const OPERATIONS: &str = "CRASH_OPERATIONS";
pub(crate) const SYNCHRONOUS: &str = "CRASH_SYNCHRONOUS";

/// A process with an organization that changes records, on two threads; each change that was answered is a line.
pub(crate) fn process(file: &Path, endpoint: &str, operations: u64, synchronous: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .env(FILE, file)
        .env(ENDPOINT, endpoint)
        .env(OPERATIONS, operations.to_string())
        .env(SYNCHRONOUS, synchronous);
    command
}

/// Of each record the highest number that was answered.
pub(crate) fn answered<'t>(
    lines: impl Iterator<Item = &'t str>,
) -> std::collections::BTreeMap<String, String> {
    let mut newest = std::collections::BTreeMap::new();
    for line in lines {
        // The last line of a killed process can be cut.
        let Some((id, name)) = line.split_once(' ').filter(|(_, name)| name.len() == 29) else { continue };
        let known: &mut String = newest.entry(id.to_owned()).or_default();
        if known.as_str() < name {
            name.clone_into(known);
        }
    }
    newest
}
