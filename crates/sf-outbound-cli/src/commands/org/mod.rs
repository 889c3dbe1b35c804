//! `org`: an organization on this machine.

mod change;
mod check;
mod client;
mod queue;
mod record;
mod run;
mod source;
mod token;
mod wsdl;

use crate::args::org::{Org, Verb};
use crate::files::Failure;

pub(crate) fn run(arguments: &Org) -> Result<(), Failure> {
    match &arguments.verb {
        Some(Verb::Check(arguments)) => check::run(arguments),
        Some(Verb::Wsdl(arguments)) => wsdl::run(arguments),
        Some(Verb::Status(arguments)) => queue::status(arguments),
        Some(Verb::Waiting(arguments)) => queue::waiting(arguments),
        Some(Verb::Failed(arguments)) => queue::failed(arguments),
        Some(Verb::Retry(arguments)) => queue::retry(arguments),
        Some(Verb::Delete(arguments)) => queue::delete(arguments),
        Some(Verb::Change(arguments)) => change::run(arguments),
        None => run::run(&arguments.run),
    }
}
