//! The other end of the range of rusqlite.
//!
//! Cargo.lock holds the oldest version of the range, with which everything is built and tested. Here the crates that
//! know it are, with the newest version that this Rust can build: in a workspace of their own in `target/rusqlite`, which
//! has these same sources, another Cargo.lock, and the same folder for what is built, where most dependencies are ready.

use crate::repository::{cargo, root, succeed};
use crate::totals::Totals;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

const LIBRARY: &str = "rusqlite";
const MEMBERS: [&str; 2] = ["sf-outbound-store", "sf-outbound-sender"];
/// Of the two crates those tests in which a file is opened, filled, killed and upgraded.
const TESTS: [&str; 8] = ["writing", "reading", "opening", "processes", "queue", "file", "crash", "upgrade"];

/// `newest`: the same alone.
pub(crate) fn alone() -> Result<(), String> {
    let mut totals = Totals::default();
    let done = run(&mut totals);
    println!("{totals}");
    done
}

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
    let mut command = cargo_there(&["test", "--quiet", "--locked", "--no-fail-fast", "--lib"]);
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
    let version = locked(&root().join("Cargo.lock"))?;
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
    let rustc = Command::new("rustc").arg("--version").current_dir(root()).output();
    let rustc = rustc.ok().and_then(|output| String::from_utf8(output.stdout).ok()).unwrap_or_default();
    let rust =
        rustc.split(' ').nth(1).and_then(|version| version.split('-').next()).ok_or("there is no rustc")?;
    let (manifest, lock) = (read(&root().join("Cargo.toml"))?, read(&root().join("Cargo.lock"))?);
    let there = folder();
    fs::create_dir_all(&there).map_err(|error| error.to_string())?;
    // The registry is asked again only where something else is wanted.
    let (of, wanted) = (there.join("of"), format!("{rust}\n{manifest}\n{lock}"));
    if !read(&of).is_ok_and(|of| of == wanted) {
        drop(fs::remove_file(&of));
        link(&root().join("crates"), &there.join("crates"))?;
        let write =
            |name: &str, text: &str| fs::write(there.join(name), text).map_err(|error| error.to_string());
        write("Cargo.toml", &manifest_there(&manifest, rust))?;
        write("Cargo.lock", &lock)?;
        println!("xtask: fetching the newest {LIBRARY} with cargo");
        succeed(
            cargo_there(&["update", "--quiet", "--package", LIBRARY]),
            "cargo update (does it reach its registry?)",
        )?;
        succeed(cargo_there(&["fetch", "--quiet", "--locked"]), "cargo fetch (does it reach its registry?)")?;
        write("of", &wanted)?;
    }
    locked(&there.join("Cargo.lock"))
}

/// The manifest of a workspace with two members. Cargo chooses versions for the Rust that it names, and this one is new.
fn manifest_there(manifest: &str, rust: &str) -> String {
    let members = MEMBERS.map(|member| format!("\"crates/{member}\"")).join(", ");
    let lines =
        manifest.lines().filter(|line| !line.starts_with("exclude") && !line.starts_with("default-members"));
    let lines = lines.map(|line| match line {
        line if line.starts_with("members") => format!("members = [{members}]"),
        line if line.starts_with("rust-version") => format!("rust-version = \"{rust}\""),
        line => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n") + "\n"
}

fn folder() -> PathBuf {
    root().join("target").join(LIBRARY)
}

fn cargo_there(arguments: &[&str]) -> Command {
    let mut command = cargo(arguments);
    command.current_dir(folder());
    if env::var_os("CARGO_TARGET_DIR").is_none() {
        command.env("CARGO_TARGET_DIR", root().join("target"));
    }
    command
}

/// The version of rusqlite in a Cargo.lock.
fn locked(path: &Path) -> Result<String, String> {
    let text = read(path)?;
    let name = format!("name = \"{LIBRARY}\"\nversion = \"");
    let version = text.split_once(&name).and_then(|(_, rest)| rest.split_once('"'));
    version
        .map(|(version, _)| version.to_owned())
        .ok_or_else(|| format!("{} has no {LIBRARY}", path.display()))
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

#[cfg(unix)]
fn link(to: &Path, from: &Path) -> Result<(), String> {
    if from.exists() {
        return Ok(());
    }
    std::os::unix::fs::symlink(to, from).map_err(|error| format!("{}: {error}", from.display()))
}

#[cfg(not(unix))]
fn link(_to: &Path, _from: &Path) -> Result<(), String> {
    Err("its workspace needs links to folders".to_owned())
}
