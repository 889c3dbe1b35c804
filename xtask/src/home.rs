//! A cargo home of the tests' own: what anybody put into the user's helps no test.

use crate::repository::{cargo, read, root, succeed};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The files that say where a registry is; caches and programs stay behind.
const SETTINGS: [&str; 3] = ["config", "config.toml", "credentials.toml"];

/// Fetches every crate of Cargo.lock to `target/cargo-home`, if it has not those of this Cargo.lock.
///
/// Only tests get this home, by [`for_tests`]: the workspace is built from the user's, by the same Cargo.lock. Cargo
/// builds all dependencies anew when the home is another one, so a home for both would cost every switch between
/// `cargo test` and `cargo xtask test` minutes.
pub(crate) fn fetch() -> Result<(), String> {
    let home = folder();
    let lock = root().join("Cargo.lock");
    let wanted = read(&lock)?;
    let done = home.join("fetched");
    if fs::read_to_string(&done).is_ok_and(|fetched| fetched == wanted) {
        return link_settings(&home);
    }
    println!("xtask: fetching the crates of Cargo.lock with cargo to target/cargo-home");
    if home.exists() {
        fs::remove_dir_all(&home).map_err(|error| format!("{}: {error}", home.display()))?;
    }
    fs::create_dir_all(&home).map_err(|error| format!("{}: {error}", home.display()))?;
    link_settings(&home)?;
    let mut fetch = cargo(&["fetch", "--quiet", "--locked"]);
    fetch.env("CARGO_HOME", &home);
    succeed(fetch, "cargo fetch (does it reach its registry?)")?;
    fs::write(&done, wanted).map_err(|error| format!("{}: {error}", done.display()))
}

/// Tests of this command run offline with the home that [`fetch`] fills; the command itself keeps the user's.
pub(crate) fn for_tests(command: &mut Command) {
    if cfg!(unix) {
        let home = format!("CARGO_HOME={}", folder().display());
        // A runner's environment is no part of what is built; rustup's home does not depend on cargo's.
        command
            .arg("--config")
            .arg(format!("target.'cfg(all())'.runner = [\"env\", {home:?}, \"CARGO_NET_OFFLINE=true\"]"));
    }
}

fn folder() -> PathBuf {
    root().join("target/cargo-home")
}

/// A machine behind a mirror says so in its cargo home.
fn link_settings(home: &Path) -> Result<(), String> {
    let users = env::var_os("CARGO_HOME").map(PathBuf::from);
    let Some(users) = users.or_else(|| Some(env::home_dir()?.join(".cargo"))) else { return Ok(()) };
    for name in SETTINGS {
        let (from, to) = (users.join(name), home.join(name));
        let _ = fs::remove_file(&to);
        if from.is_file() {
            link(&from, &to).map_err(|error| format!("{}: {error}", to.display()))?;
        }
    }
    Ok(())
}

#[cfg(unix)]
fn link(from: &Path, to: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(std::path::absolute(from)?, to)
}

#[cfg(not(unix))]
fn link(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::copy(from, to).map(drop)
}
