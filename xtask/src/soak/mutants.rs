//! `soak mutants`: cargo-mutants on the files of the runtime that read, in an order that the seed chooses.
//!
//! `.cargo/mutants.toml` leaves out those that no test can tell.

use super::part::{Part, folder};
use super::parts::output;
use crate::repository::root;
use crate::tool::installed;
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Mutants of a part: enough that the first build of all tests is a small share.
pub(super) const PART: u64 = 50;
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
/// How each mutant is built. An incremental build compiles the changed function alone. Without optimization, the test of
/// each day of ten thousand years takes longer than the build.
const BUILD: [(&str, &str); 3] =
    [("CARGO_INCREMENTAL", "1"), ("CARGO_PROFILE_DEV_DEBUG", "0"), ("CARGO_PROFILE_DEV_OPT_LEVEL", "1")];
/// Gives each program of a mutant 4 GiB at most: a loop that never ends can write a gigabyte a second.
const BOUNDED: &str = r#"ulimit -v 4194304 2>/dev/null; exec "$0" "$@""#;
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
    let (before, mutants) = mutants.split_at(from);
    let (chosen, behind) = mutants.split_at(mutants.len().min(usize::try_from(part.count).unwrap_or(0)));
    let home = folder().join("mutants");
    let lists = home.join("mutants.out");
    leave_out(&lists, &[before, behind].concat()).map_err(|error| format!("{}: {error}", lists.display()))?;
    let mut command = tool()?;
    command.args(["--iterate", "--no-shuffle", "--output"]).arg(&home);
    // The copy of the sources is always new; what it depends on need not be built again.
    command.env("CARGO_TARGET_DIR", home.join("target")).envs(BUILD);
    // The tests take a second. A mutant that never ends should not cost twenty.
    command.args(["--minimum-test-timeout", "10"]);
    // Documentation is compiled anew for each mutant, and shows rather than tests.
    command.args(["--", "--lib", "--tests"]);
    // A mutant that survives is a result, and no failure of this command.
    drop(output(command, "cargo mutants"));
    let outcome = |name: &str| {
        let text = fs::read_to_string(lists.join(name).with_extension("txt")).unwrap_or_default();
        text.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let (caught, missed) = (outcome("caught"), outcome("missed"));
    let (timeout, unviable) = (outcome("timeout"), outcome("unviable"));
    let done = caught.len() + missed.len() + timeout.len() + unviable.len();
    if done != chosen.len() {
        return Err(format!("of {} mutants {done} were tested; see {}", chosen.len(), lists.display()));
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

/// Lists these as caught by an earlier run, which `--iterate` leaves out. The tool's filters of names leave out no mutant
/// that deletes a field.
fn leave_out(lists: &Path, mutants: &[String]) -> io::Result<()> {
    if lists.exists() {
        fs::remove_dir_all(lists)?;
    }
    fs::create_dir_all(lists)?;
    fs::write(lists.join("caught.txt"), mutants.join("\n"))
}

/// cargo-mutants for the runtime's own tests, which is installed where it isn't there.
fn tool() -> Result<Command, String> {
    let program = installed("cargo-mutants", VERSION)?;
    let mut command = if cfg!(unix) { Command::new("sh") } else { Command::new(&program) };
    if cfg!(unix) {
        command.args(["-c", BOUNDED]).arg(program);
    }
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

/// The same order for the same seed. A mutant keeps its place in it where only its line changes.
fn shuffle(names: &mut [String], seed: u64) {
    names.sort_by_cached_key(|name| {
        let mut parts = name.splitn(4, ':');
        let (file, mutation) = (parts.next(), parts.nth(2));
        let mut hasher = DefaultHasher::new();
        (seed, file, mutation).hash(&mut hasher);
        hasher.finish()
    });
}
