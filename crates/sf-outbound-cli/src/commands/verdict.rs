//! `verdict`: what Salesforce would make of stored replies.

use crate::args::Verdict;
use crate::files::{Failure, bytes, print};
use std::path::Path;

pub(crate) fn run(arguments: &Verdict) -> Result<(), Failure> {
    let mut done = Ok(());
    for file in &arguments.replies {
        match show(file, &sf_outbound::verdict(None, &bytes(file)?)) {
            Err(Failure::Wrong(text)) => done = Err(Failure::Wrong(text)),
            other => other?,
        }
    }
    done
}

/// Prints a verdict under the name of the reply; not delivered is something wrong.
pub(crate) fn show(name: &Path, verdict: &sf_outbound::Verdict) -> Result<(), Failure> {
    let name = name.display();
    match verdict.reason() {
        None => print(format_args!("{name}: Delivered.\n"))?,
        Some(reason) => print(format_args!("{name}: Not delivered: {reason}\n"))?,
    }
    if let Some(note) = verdict.note() {
        print(format_args!("  note: {note}\n"))?;
    }
    if verdict.is_delivered() { Ok(()) } else { Err(Failure::Wrong(String::new())) }
}
