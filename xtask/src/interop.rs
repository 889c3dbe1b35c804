//! Stacks of others that talk with ours in tests: npm packages, Python wheels and a browser, no part of the repository.

use crate::repository::{read, root};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// Fetches what `tests/interop` names to `target/interop`, if it is not there, and without root; and a browser.
///
/// What can't be had is said, and the tests that need it are skipped and say so.
pub(crate) fn fetch() -> Result<(), String> {
    let lists = root().join("tests/interop");
    let folder = root().join("target/interop");
    browser();
    fetch_list(&lists.join("package.json"), &folder.join("node"), "npm", |list, folder| {
        fs::copy(list, folder.join("package.json")).is_ok()
            && succeeds(Command::new("npm").args(["install", "--no-audit", "--no-fund"]).current_dir(folder))
    })?;
    fetch_list(&lists.join("requirements.txt"), &folder.join("python"), "pip", |list, folder| {
        let pip = ["-m", "pip", "install", "--quiet", "--requirement"];
        let in_venv = succeeds(Command::new("python3").args(["-m", "venv"]).arg(folder))
            && succeeds(Command::new(folder.join("bin/python")).args(pip).arg(list));
        // Some systems have Python without venv.
        in_venv
            || succeeds(
                Command::new("python3").args(pip).arg(list).arg("--target").arg(folder.join("wheels")),
            )
    })
}

/// Chromium, in which tests open the status page: it is there, or the system's packages have it and we may install it.
fn browser() {
    let is_there = |name: &&str| succeeds(Command::new(name).arg("--version"));
    if ["chromium", "chromium-browser", "google-chrome"].iter().any(is_there) {
        return;
    }
    let install = ["install", "--yes", "--no-install-recommends", "chromium"];
    if !is_root() {
        println!(
            "xtask: no Chromium, so tests with a browser are skipped; where apt has it: sudo apt-get {}",
            install.join(" ")
        );
        return;
    }
    println!("xtask: fetching Chromium with apt");
    let mut apt = Command::new("apt-get");
    apt.args(install).env("DEBIAN_FRONTEND", "noninteractive");
    if !succeeds(Command::new("apt-get").arg("update")) || !succeeds(&mut apt) {
        println!("xtask: that failed; is there apt-get? Tests with a browser are skipped");
    }
}

/// Whether the system's packages are ours to install.
fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n")
}

/// A list's packages into a folder; a copy of the list says that they are there.
fn fetch_list(
    list: &Path,
    folder: &Path,
    with: &str,
    install: impl Fn(&Path, &Path) -> bool,
) -> Result<(), String> {
    let wanted = read(list)?;
    let done = folder.join("fetched");
    if fs::read_to_string(&done).is_ok_and(|fetched| fetched == wanted) {
        return Ok(());
    }
    let name = list.file_name().unwrap_or_default().to_string_lossy();
    println!("xtask: fetching the packages of tests/interop/{name} with {with} to target/interop");
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    if !install(list, folder) {
        println!("xtask: that failed; is {with} installed, and does it reach its registry?");
        return Ok(());
    }
    fs::write(&done, wanted).map_err(|error| format!("{}: {error}", done.display()))
}

/// Whether a command is there and ends well; its own words are for nobody.
fn succeeds(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}
