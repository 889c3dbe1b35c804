//! The command `sf-outbound`.

#[cfg(feature = "listen")]
mod answer;
mod args;
mod capture;
mod catalogue;
mod commands;
mod description;
mod files;
mod plausible;
mod post;
mod scaffold;

use args::{Arguments, Command};
use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::New(arguments) => commands::new::run(&arguments),
        Command::Generate(arguments) => commands::generate::run(&arguments),
        Command::Inspect(arguments) => commands::inspect::run(&arguments),
        Command::Decode(arguments) => commands::decode::run(&arguments),
        Command::Sample(arguments) => commands::sample::run(&arguments),
        Command::Send(arguments) => commands::send::run(&arguments),
        #[cfg(feature = "listen")]
        Command::Listen(arguments) => commands::listen::run(&arguments),
        #[cfg(feature = "org")]
        Command::Org(arguments) => commands::org::run(&arguments),
        Command::Verdict(arguments) => commands::verdict::run(&arguments),
        Command::Diff(arguments) => commands::diff::run(&arguments),
        Command::Explain(arguments) => commands::explain::run(&arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.show();
            ExitCode::from(failure.exit())
        }
    }
}
