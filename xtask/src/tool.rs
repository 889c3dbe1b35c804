//! Programs of others that some commands run, in `target/tools`.

use crate::repository::{cargo, root, succeed};
use std::path::PathBuf;

/// The program of a crate, which is installed where this version of it isn't there.
pub(crate) fn installed(name: &str, version: &str) -> Result<PathBuf, String> {
    let home = root().join("target/tools").join(format!("{name}-{version}"));
    let program = home.join("bin").join(name);
    if !program.is_file() {
        println!("xtask: installing {name} {version} to target/tools, which takes some minutes");
        let mut install = cargo(&["install", "--quiet", "--locked", name, "--version", version, "--root"]);
        install.arg(&home);
        succeed(install, &format!("cargo install {name}"))?;
    }
    Ok(program)
}
