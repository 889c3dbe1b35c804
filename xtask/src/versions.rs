//! `versions`: the oldest Rust and the oldest dependencies that the manifests promise.
//!
//! The crates are checked, not tested, with each dependency of theirs at the oldest version that its requirement allows:
//! in a workspace of their own in `target/minimal`, with a folder of its own for what is built. A test of
//! `tests/tests/tree.rs` compares the Rust that dependencies want with ours; here the compiler itself is asked.

use crate::repository::{read, root, succeed};
use crate::totals::Totals;
use crate::twin::Twin;
use std::fs;
use std::process::{Command, Stdio};

/// Both checks; what can't be had is said and counted as skipped.
pub(crate) fn run(totals: &mut Totals) -> Result<(), String> {
    oldest_rust(totals)?;
    minimal(totals)
}

/// Fetches what [`run`] needs; it tells again what could not be fetched.
pub(crate) fn fetch() {
    println!("xtask: the oldest versions of dependencies, by cargo");
    if let Err(why) = twin().and_then(|twin| twin.prepare()) {
        println!("xtask: that failed: {why}");
    }
}

fn oldest_rust(totals: &mut Totals) -> Result<(), String> {
    let manifest = read(&root().join("Cargo.toml"))?;
    let line = manifest.lines().find_map(|line| line.strip_prefix("rust-version = "));
    let rust = line.ok_or("Cargo.toml has no rust-version")?.trim_matches('"').to_owned();
    let has_it = Command::new("rustup")
        .args(["run", &rust, "cargo", "--version"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !has_it {
        totals.skip(&format!("Rust {rust}, the oldest: rustup toolchain install {rust} --profile minimal"));
        return Ok(());
    }
    println!("xtask: the crates with Rust {rust}");
    let mut command = Command::new("rustup");
    command.current_dir(root()).args([
        "run",
        &rust,
        "cargo",
        "check",
        "--quiet",
        "--locked",
        "--all-features",
    ]);
    command.env("CARGO_TARGET_DIR", root().join("target/oldest-rust"));
    // Those of the cargo that runs this.
    command.env_remove("RUSTC").env_remove("CARGO").env_remove("RUSTUP_TOOLCHAIN");
    succeed(command, &format!("cargo check with Rust {rust}"))
}

fn minimal(totals: &mut Totals) -> Result<(), String> {
    let twin = twin()?;
    if let Err(why) = twin.prepare() {
        if why.contains("failed to select a version") {
            return Err(format!("the manifests allow versions that do not fit together: {why}"));
        }
        totals.skip(&format!("the oldest dependencies: {why}"));
        return Ok(());
    }
    println!("xtask: the crates with the oldest version of each dependency that their manifests allow");
    let command = twin.cargo(&["check", "--quiet", "--locked", "--all-features"]);
    succeed(command, "cargo check with the oldest dependencies")
}

fn twin() -> Result<Twin, String> {
    let crates = fs::read_dir(root().join("crates")).map_err(|error| format!("crates: {error}"))?;
    let mut members: Vec<_> =
        crates.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    members.sort();
    Ok(Twin {
        name: "minimal",
        members,
        rust: None,
        update: vec!["update", "--quiet", "-Z", "direct-minimal-versions"],
        // The option is one of nightly compilers.
        environment: vec![("RUSTC_BOOTSTRAP", "1"), ("CARGO_TARGET_DIR", "target")],
    })
}
