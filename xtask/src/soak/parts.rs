//! How a part of each verb is done.

use super::part::Part;
use crate::fuzz;
use crate::repository::cargo;
use std::process::{Command, Stdio};

/// What a command wrote, which is shown where it fails.
pub(super) fn output(mut command: Command, what: &str) -> Result<String, String> {
    let output = command.stderr(Stdio::inherit()).output().map_err(|error| format!("{what}: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() { Ok(text) } else { Err(format!("{text}\n{what}: {}", output.status)) }
}

/// `figures: …`, which what is run writes as its result.
fn figures(text: &str) -> Result<String, String> {
    let figures: Vec<_> =
        text.lines().filter_map(|line| line.split_once("figures: ")).map(|line| line.1).collect();
    if figures.is_empty() { Err(format!("{text}\nno figures were written")) } else { Ok(figures.join(", ")) }
}

pub(super) fn grammar(part: &Part) -> Result<String, String> {
    drive("grammar", part)
}

pub(super) fn mutations(part: &Part) -> Result<String, String> {
    drive("mutations", part)
}

/// The program of `tests/fuzz` that calls the targets.
fn drive(what: &str, part: &Part) -> Result<String, String> {
    let mut command =
        cargo(&["run", "--release", "--quiet", "-p", "sf-outbound-fuzz", "--bin", "soak", "--", what]);
    command.args([part.seed, part.from, part.count].map(|number| number.to_string()));
    figures(&output(command, what)?)
}

pub(super) fn fuzz(part: &Part) -> Result<String, String> {
    let index = usize::try_from(part.from / 60).unwrap_or(0) % fuzz::TARGETS.len();
    let target = fuzz::TARGETS[index];
    fuzz::run(&[target, &part.count.to_string()])?;
    Ok(format!("{} seconds of {target}", part.count))
}

pub(super) fn kills(part: &Part) -> Result<String, String> {
    sender("crash", "a_killed_organization", part)
}

pub(super) fn inbox(part: &Part) -> Result<String, String> {
    of_inbox("a_killed_listener", part)
}

pub(super) fn inbox_power(part: &Part) -> Result<String, String> {
    of_inbox("a_power_cut", part)
}

pub(super) fn inbox_model(part: &Part) -> Result<String, String> {
    let mut command =
        cargo(&["test", "--release", "--quiet", "-p", "sf-outbound-inbox", "--lib", "tests::model"]);
    command.env("SF_OUTBOUND_SOAK", soak_of(part));
    output(command, "model")?;
    Ok(format!("{} searches", part.count))
}

/// A crash test of the inbox, in release.
fn of_inbox(name: &str, part: &Part) -> Result<String, String> {
    let mut command = cargo(&["test", "--release", "--quiet", "-p", "sf-outbound-inbox", "--test", "crash"]);
    command.args(["--", name]).env("SF_OUTBOUND_SOAK", soak_of(part));
    figures(&output(command, name)?)
}

pub(super) fn power(part: &Part) -> Result<String, String> {
    sender("crash", "a_power_cut", part)
}

pub(super) fn model(part: &Part) -> Result<String, String> {
    let mut command = of_sender("model");
    command.env("SF_OUTBOUND_SOAK", soak_of(part));
    output(command, "model")?;
    Ok(format!("{} runs, {} runs with every fault", part.count, part.count))
}

fn sender(test: &str, name: &str, part: &Part) -> Result<String, String> {
    let mut command = of_sender(test);
    command.args(["--", name]);
    command.env("SF_OUTBOUND_SOAK", soak_of(part));
    figures(&output(command, name)?)
}

/// How tests are told the number of runs and the seed.
fn soak_of(part: &Part) -> String {
    format!("{}:{}", part.count, part.seed())
}

/// A test of the sender, in release.
fn of_sender(test: &str) -> Command {
    cargo(&["test", "--release", "--quiet", "-p", "sf-outbound-sender", "--all-features", "--test", test])
}
