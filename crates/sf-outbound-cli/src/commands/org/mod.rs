//! `org`: an organization on this machine.

pub(crate) mod args;
mod change;
mod check;
mod client;
mod queue;
mod run;
mod wsdl;

use crate::files::{Failure, bytes, model, options};
use args::{Org, Verb};
use sf_outbound_sender::{Definition, check_endpoint, read_definition};
use sf_outbound_wsdl::Report;
use std::env;
use std::path::Path;

pub(crate) fn run(arguments: &Org) -> Result<(), Failure> {
    match &arguments.verb {
        Some(Verb::Check(arguments)) => check::run(arguments),
        Some(Verb::Wsdl(arguments)) => wsdl::run(arguments),
        Some(Verb::Status(arguments)) => queue::status(arguments),
        Some(Verb::Failed(arguments)) => queue::failed(arguments),
        Some(Verb::Retry(arguments)) => queue::retry(arguments),
        Some(Verb::Delete(arguments)) => queue::delete(arguments),
        Some(Verb::Change(arguments)) => change::run(arguments),
        None => run::run(&arguments.run),
    }
}

/// The bearer token of the REST API, which a command line would show to every user of the machine.
fn token() -> Option<String> {
    env::var("SF_OUTBOUND_TOKEN").ok().filter(|token| !token.is_empty())
}

/// What an organization's file defines, and its warnings; a WSDL needs an endpoint to send to.
fn definition(file: &Path, to: Option<&str>) -> Result<(Definition, Report), Failure> {
    if let Some(Err(why)) = to.map(check_endpoint) {
        return Err(Failure::Usage(format!("error: --to: {why}")));
    }
    let bytes = bytes(file)?;
    let shown = file.display().to_string();
    let is_wsdl = bytes.trim_ascii_start().starts_with(b"<") || file.extension().is_some_and(|e| e == "wsdl");
    if is_wsdl {
        let Some(to) = to else {
            let message =
                format!("error: {shown} is a WSDL, which says nothing of rules\nhelp: add `--to URL`");
            return Err(Failure::Usage(message));
        };
        let (model, report) = model(file, &options(&[])?)?;
        return Ok((Definition::of_wsdl(&model, to), report));
    }
    let Ok(text) = std::str::from_utf8(&bytes) else {
        return Err(Failure::Wrong(format!("error: {shown} is neither UTF-8 nor a WSDL")));
    };
    let reading = read_definition(&shown, text);
    let Some(mut definition) = reading.definition else { return Err(reading.report.into()) };
    if let Some(to) = to {
        definition.messages.iter_mut().for_each(|message| to.clone_into(&mut message.endpoint));
    }
    Ok((definition, reading.report))
}
