//! The other end of the range of rusqlite.
//!
//! Cargo.lock holds the oldest version of the range, with which everything is built and tested. Here the crates that
//! know it are, with the newest version that this Rust can build: in a workspace of their own in `target/rusqlite`, which
//! has these same sources, another Cargo.lock, and the same folder for what is built, where most dependencies are ready.

use crate::repository::{read, root, rustc};
use crate::totals::Totals;
use crate::twin::{Twin, locked};
use std::env;
use std::process::Command;

const LIBRARY: &str = "rusqlite";
const MEMBERS: [&str; 3] = ["sf-outbound-store", "sf-outbound-inbox", "sf-outbound-sender"];
/// Of the two crates those tests in which a file is opened, filled, killed and upgraded.
const TESTS: [&str; 8] = ["writing", "reading", "opening", "processes", "queue", "file", "crash", "upgrade"];

/// Tests with the newest version; where it can't be fetched, that is said and counted as skipped.
pub(crate) fn run(totals: &mut Totals) -> Result<(), String> {
    let oldest = oldest()?;
    let newest = match prepare() {
        Ok(newest) => newest,
        Err(why) => {
            totals.skip(&format!("the newest {LIBRARY}: {why}; only {oldest} is tested"));
            return Ok(());
        }
    };
    println!(
        "xtask: the store and the sender with {LIBRARY} {newest}, which can take two minutes of CPU; all else is built \
         with {oldest}"
    );
    let mut command = cargo_there(&["test", "--quiet", "--locked", "--no-fail-fast", "--lib"])?;
    // Without it the crash tests would not be built.
    command.args(["--features", "sf-outbound-sender/server"]);
    command.args(MEMBERS.iter().flat_map(|member| ["-p", member]));
    command.args(TESTS.iter().flat_map(|test| ["--test", test]));
    totals.add(command).map_err(|error| format!("with {LIBRARY} {newest}: {error}"))
}

/// Fetches what [`run`] needs; it tells again what could not be fetched.
pub(crate) fn fetch() {
    if let Err(why) = prepare() {
        println!("xtask: that failed: {why}");
    }
}

/// The version of Cargo.lock, which has to be the oldest one that the range allows.
fn oldest() -> Result<String, String> {
    let version = locked(&root().join("Cargo.lock"), LIBRARY)?;
    let manifest = read(&root().join("Cargo.toml"))?;
    let range = manifest.lines().find(|line| line.starts_with(&format!("{LIBRARY} = ")));
    let (_, range) =
        range.and_then(|range| range.split_once(">=")).ok_or("Cargo.toml has no range of rusqlite")?;
    let lowest = range.split(',').next().unwrap_or_default().trim();
    if version.starts_with(&format!("{lowest}.")) {
        return Ok(version);
    }
    Err(format!(
        "Cargo.lock has {LIBRARY} {version}, so {lowest} is tested nowhere: \
         cargo update -p {LIBRARY} --precise {lowest}.0"
    ))
}

/// Makes the workspace, and gives the version that its Cargo.lock has.
fn prepare() -> Result<String, String> {
    let twin = twin()?;
    println!("xtask: the newest {LIBRARY}, by cargo");
    twin.prepare()?;
    twin.locked(LIBRARY)
}

/// The workspace with two members. Cargo chooses versions for the Rust that it names, and this one is new.
fn twin() -> Result<Twin, String> {
    Ok(Twin {
        name: LIBRARY,
        members: MEMBERS.map(str::to_owned).to_vec(),
        rust: Some(rustc()?),
        update: vec!["update", "--quiet", "--package", LIBRARY],
        environment: Vec::new(),
    })
}

/// In the workspace, with this one's folder for what is built.
fn cargo_there(arguments: &[&str]) -> Result<Command, String> {
    let mut command = twin()?.cargo(arguments);
    if env::var_os("CARGO_TARGET_DIR").is_none() {
        command.env("CARGO_TARGET_DIR", root().join("target"));
    }
    Ok(command)
}
