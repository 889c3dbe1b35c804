//! `semver`: what of the public API broke since a revision, by cargo-semver-checks.
//!
//! The files of `tests/api` show each change of the API; this says which of them breaks code of users. Until something is
//! released, what breaks is for the CHANGELOG, and nothing that a test could forbid.

use crate::repository::{root, succeed};
use crate::tool::installed;
use std::fs;
use std::process::Command;

const VERSION: &str = "0.51.0";

/// Compares the libraries of the checkout with those of a revision.
pub(crate) fn run(revision: &str) -> Result<(), String> {
    let mut command = Command::new(installed("cargo-semver-checks", VERSION)?);
    command.current_dir(root()).args(["semver-checks", "--all-features", "--release-type", "minor"]);
    command.args(["--baseline-rev", revision]);
    command.env("CARGO_TARGET_DIR", root().join("target/semver"));
    for library in libraries(revision)? {
        command.args(["--package", &library]);
    }
    succeed(command, "cargo semver-checks")
}

/// Those that the revision has too.
fn libraries(revision: &str) -> Result<Vec<String>, String> {
    let crates = fs::read_dir(root().join("crates")).map_err(|error| format!("crates: {error}"))?;
    let libraries = crates.flatten().filter(|folder| folder.path().join("src/lib.rs").is_file());
    let mut names: Vec<_> =
        libraries.map(|folder| folder.file_name().to_string_lossy().into_owned()).collect();
    names.retain(|name| {
        let there = format!("{revision}:crates/{name}/Cargo.toml");
        let git = Command::new("git").args(["cat-file", "-e", &there]).current_dir(root()).status();
        git.is_ok_and(|status| status.success())
    });
    if names.is_empty() {
        return Err(format!("git knows no crates of `{revision}`"));
    }
    Ok(names)
}
