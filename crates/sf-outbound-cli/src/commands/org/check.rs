//! `org check`: what is wrong with an organization's file.

use super::source::{Described, described};
use crate::args::org::Check;
use crate::files::{Failure, count, print};
use std::io::Write;

pub(super) fn run(arguments: &Check) -> Result<(), Failure> {
    let Described { definition, warnings, .. } = described(&arguments.file)?;
    // When standard error is gone, nobody is left to warn.
    let _ = write!(std::io::stderr(), "{warnings}");
    print(format_args!(
        "{}: {}, {}, {}\n",
        arguments.file.display(),
        count(definition.objects.len(), "object"),
        count(definition.messages.len(), "outbound message"),
        count(definition.rules.len(), "rule"),
    ))
}
