//! A workspace in `target` with this one's crates and another Cargo.lock.

use crate::repository::{cargo, read, root, succeed};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Such a workspace; its folder in `target` is named for it.
pub(crate) struct Twin {
    pub(crate) name: &'static str,
    /// Which of the crates are its members.
    pub(crate) members: Vec<String>,
    /// The Rust for which cargo chooses versions; `None` leaves the one that the crates promise.
    pub(crate) rust: Option<String>,
    /// What makes its Cargo.lock of this one's, and the environment for that.
    pub(crate) update: Vec<&'static str>,
    pub(crate) environment: Vec<(&'static str, &'static str)>,
}

impl Twin {
    /// Writes the workspace and fetches its crates; the registry is asked again only where something has changed.
    pub(crate) fn prepare(&self) -> Result<(), String> {
        let (manifest, lock) = (read(&root().join("Cargo.toml"))?, read(&root().join("Cargo.lock"))?);
        let there = self.folder();
        fs::create_dir_all(&there).map_err(|error| error.to_string())?;
        let manifest = self.manifest(&manifest);
        let (of, wanted) = (there.join("of"), format!("{:?}\n{manifest}\n{lock}", self.update));
        if read(&of).is_ok_and(|of| of == wanted) {
            return Ok(());
        }
        drop(fs::remove_file(&of));
        // Their tests use a crate of `tests`.
        for folder in ["crates", "tests"] {
            link(&root().join(folder), &there.join(folder))?;
        }
        let write =
            |name: &str, text: &str| fs::write(there.join(name), text).map_err(|error| error.to_string());
        write("Cargo.toml", &manifest)?;
        write("Cargo.lock", &lock)?;
        let update = self.cargo(&self.update).output().map_err(|error| format!("cargo update: {error}"))?;
        if !update.status.success() {
            return Err(format!("cargo update: {}", String::from_utf8_lossy(&update.stderr).trim_end()));
        }
        succeed(self.cargo(&["fetch", "--quiet", "--locked"]), "cargo fetch (does it reach its registry?)")?;
        write("of", &wanted)
    }

    /// `cargo` in that workspace.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = cargo(arguments);
        command.current_dir(self.folder()).envs(self.environment.iter().copied());
        command
    }

    /// The version of a package in that workspace's Cargo.lock.
    pub(crate) fn locked(&self, package: &str) -> Result<String, String> {
        locked(&self.folder().join("Cargo.lock"), package)
    }

    fn manifest(&self, manifest: &str) -> String {
        let members: Vec<_> = self.members.iter().map(|member| format!("\"crates/{member}\"")).collect();
        let lines = manifest
            .lines()
            .filter(|line| !line.starts_with("exclude") && !line.starts_with("default-members"))
            .map(|line| match (line, &self.rust) {
                (line, _) if line.starts_with("members") => format!("members = [{}]", members.join(", ")),
                (line, Some(rust)) if line.starts_with("rust-version") => {
                    format!("rust-version = \"{rust}\"")
                }
                (line, _) => line.to_owned(),
            });
        lines.collect::<Vec<_>>().join("\n") + "\n"
    }

    fn folder(&self) -> PathBuf {
        root().join("target").join(self.name)
    }
}

/// The version of a package in a Cargo.lock.
pub(crate) fn locked(path: &Path, package: &str) -> Result<String, String> {
    let text = read(path)?;
    let name = format!("name = \"{package}\"\nversion = \"");
    let version = text.split_once(&name).and_then(|(_, rest)| rest.split_once('"'));
    version
        .map(|(version, _)| version.to_owned())
        .ok_or_else(|| format!("{} has no {package}", path.display()))
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
