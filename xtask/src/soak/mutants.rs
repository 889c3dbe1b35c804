//! `soak mutants`: cargo-mutants on the files of the runtime that read, in an order that the seed chooses.

use super::part::{Part, folder};
use super::parts::output;
use crate::repository::root;
use crate::tool::installed;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// Mutants of a part: enough that the first build of all tests is a small share.
pub(super) const PART: u64 = 25;
/// What is changed.
const FILES: [&str; 13] = [
    "envelope/*.rs",
    "failure.rs",
    "gate.rs",
    "http.rs",
    "json/*.rs",
    "raw.rs",
    "reader.rs",
    "request.rs",
    "scan/*.rs",
    "server.rs",
    "service.rs",
    "table.rs",
    "value/*.rs",
];
/// The version whose lists and folders are read here.
const VERSION: &str = "27.1.0";

pub(super) fn total() -> Result<u64, String> {
    Ok(list()?.len() as u64)
}

/// All mutants by name, in the order of the files.
fn list() -> Result<Vec<String>, String> {
    let mut command = tool()?;
    command.arg("--list");
    Ok(output(command, "cargo mutants")?.lines().map(str::to_owned).collect())
}

/// Tests a part of the mutants, those that the seed puts there.
pub(super) fn run(part: &Part) -> Result<String, String> {
    let mut mutants = list()?;
    shuffle(&mut mutants, part.seed);
    let from = usize::try_from(part.from).unwrap_or(usize::MAX).min(mutants.len());
    let chosen: Vec<String> =
        mutants.into_iter().skip(from).take(usize::try_from(part.count).unwrap_or(0)).collect();
    let home = folder().join("mutants");
    fs::create_dir_all(&home).map_err(|error| format!("{}: {error}", home.display()))?;
    let mut command = tool()?;
    command.arg("--no-shuffle").arg("--output").arg(&home);
    // The copy of the sources is always new; what it depends on need not be built again.
    command.env("CARGO_TARGET_DIR", home.join("target")).env("CARGO_PROFILE_DEV_DEBUG", "0");
    for mutant in &chosen {
        command.arg("--re").arg(format!("^{}$", escaped(mutant)));
    }
    // Documentation is compiled anew for each mutant, and shows rather than tests.
    command.args(["--", "--lib", "--tests"]);
    // A mutant that survives is a result, and no failure of this command.
    drop(output(command, "cargo mutants"));
    // It tries those that delete a field in any case: they count only in their own part.
    let outcome = |name: &str| {
        let text = fs::read_to_string(home.join("mutants.out").join(name).with_extension("txt"));
        let names = text.unwrap_or_default();
        names.lines().map(str::to_owned).filter(|name| chosen.contains(name)).collect::<Vec<_>>()
    };
    let (caught, missed) = (outcome("caught"), outcome("missed"));
    let (timeout, unviable) = (outcome("timeout"), outcome("unviable"));
    let done = caught.len() + missed.len() + timeout.len() + unviable.len();
    if done != chosen.len() {
        return Err(format!(
            "of {} mutants {done} were tested; see {}",
            chosen.len(),
            home.join("mutants.out").display()
        ));
    }
    for mutant in &missed {
        println!("survived: {mutant}");
    }
    let survivors = home.join(format!("survivors-{}-{}.txt", part.seed, part.from));
    fs::write(&survivors, missed.join("\n")).map_err(|error| format!("{}: {error}", survivors.display()))?;
    Ok(format!(
        "{done} mutants, {} caught, {} caught by time, {} that don't compile, {} survived",
        caught.len(),
        timeout.len(),
        unviable.len(),
        missed.len()
    ))
}

/// cargo-mutants for the runtime's own tests, which is installed where it isn't there.
fn tool() -> Result<Command, String> {
    let mut command = Command::new(installed("cargo-mutants", VERSION)?);
    command.arg("mutants").current_dir(root());
    command.args([
        "--package",
        "sf-outbound",
        "--test-package",
        "sf-outbound",
        "--all-features",
        "--cap-lints",
        "true",
    ]);
    for file in FILES {
        command.arg("--file").arg(PathBuf::from("crates/sf-outbound/src").join(file));
    }
    Ok(command)
}

/// The same order for the same seed, by a linear congruential generator.
fn shuffle(names: &mut [String], seed: u64) {
    let mut state = seed;
    for index in (1..names.len()).rev() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let other = (state >> 33) % (index as u64 + 1);
        names.swap(index, usize::try_from(other).unwrap_or(0));
    }
}

/// A name as a regular expression.
fn escaped(name: &str) -> String {
    let mut text = String::with_capacity(name.len() + 8);
    for character in name.chars() {
        if r"\.+*?()|[]{}^$#&-~".contains(character) {
            text.push('\\');
        }
        text.push(character);
    }
    text
}
