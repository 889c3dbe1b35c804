//! Editors find what is generated: rust-analyzer resolves the names, by `include_wsdl!` and in a module that is
//! checked in. It runs build scripts unless it is told not to; then it cannot find what they generate.

use sf_outbound_tests::root;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The names that a listener uses of its generated module.
const NAMES: [&str; 4] = ["NotificationServer", "NotificationService", "Notifications", "Opportunity"];

const MAIN: &str = "\
mod included {
    sf_outbound::include_wsdl!(\"opportunity\");
}

mod checked_in;

mod uses_included {
    use crate::included::{NotificationServer, NotificationService, Notifications, Opportunity};
    pub type All<T> = (NotificationServer<T>, Notifications, Opportunity);
    pub trait Listener: NotificationService {}
}

mod uses_checked_in {
    use crate::checked_in::{NotificationServer, NotificationService, Notifications, Opportunity};
    pub type All<T> = (NotificationServer<T>, Notifications, Opportunity);
    pub trait Listener: NotificationService {}
}

fn main() {}
";

/// A crate that has the generated code both ways.
fn scratch() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("analyzer");
    let _ = fs::remove_dir_all(folder.join("src"));
    fs::create_dir_all(folder.join("src")).unwrap();
    let crates = root().join("crates");
    let manifest = format!(
        "[package]\nname = \"analyzed\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n\
         [dependencies]\nsf-outbound = {{ path = \"{0}/sf-outbound\" }}\n\
         [build-dependencies]\nsf-outbound-build = {{ path = \"{0}/sf-outbound-build\" }}\n",
        crates.display()
    );
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    fs::copy(root().join("tests/wsdl/opportunity.wsdl"), folder.join("opportunity.wsdl")).unwrap();
    let build = "fn main() -> Result<(), sf_outbound_build::Report> {\n    \
                 sf_outbound_build::compile(\"opportunity.wsdl\")\n}\n";
    fs::write(folder.join("build.rs"), build).unwrap();
    fs::write(folder.join("src/main.rs"), MAIN).unwrap();
    fs::copy(root().join("tests/cases/plain/expected.rs"), folder.join("src/checked_in.rs")).unwrap();
    folder
}

/// The lines of `main.rs` in which rust-analyzer leaves a name of the generated module unresolved.
fn unresolved(folder: &Path, arguments: &[&str]) -> Vec<String> {
    let output = Command::new("rust-analyzer")
        .arg("unresolved-references")
        .args(arguments)
        .arg(folder)
        .current_dir(folder)
        .env("CARGO_NET_OFFLINE", "true")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(err.contains("analyzed") && err.contains("main.rs"), "nothing was looked at: {err}");
    let lines = out.lines().filter(|line| line.contains("main.rs:"));
    let lines = lines.filter(|line| NAMES.iter().any(|name| line.ends_with(&format!(": {name}"))));
    lines.map(str::to_owned).collect()
}

#[test]
fn rust_analyzer_finds_what_is_generated() {
    let version = Command::new("rust-analyzer").arg("--version").stderr(Stdio::null()).output();
    if !version.is_ok_and(|output| output.status.success()) {
        println!(
            "SKIPPED: rust-analyzer is not installed, so whether editors find generated items was not tested"
        );
        return;
    }
    let folder = scratch();
    let found = unresolved(&folder, &[]);
    assert!(found.is_empty(), "{found:#?}");
    // Without build scripts there is nothing to include, and only what is checked in is found.
    let without = unresolved(&folder, &["--disable-build-scripts"]);
    let line = |needle: &str| MAIN.lines().position(|line| line.contains(needle)).unwrap() + 1;
    let at = |needle: &str| format!("main.rs:{}:", line(needle));
    assert!(without.iter().any(|found| found.contains(&at("use crate::included"))), "{without:#?}");
    assert!(!without.iter().any(|found| found.contains(&at("use crate::checked_in"))), "{without:#?}");
}
