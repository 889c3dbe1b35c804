//! Editors find what is generated: rust-analyzer resolves the names, by `include_wsdl!` and in a module that is
//! checked in. It runs build scripts unless it is told not to; then it cannot find what they generate.

use sf_outbound_tests::root;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

const MAIN: &str = "\
mod included {
    sf_outbound::include_wsdl!(\"opportunity\");
}

mod checked_in;

mod uses_included {
    use crate::included::{NotificationServer, NotificationService, Notifications, Opportunity};
    pub type All = (NotificationServer, Notifications, Opportunity);
    pub trait Listener: NotificationService<Opportunity> {}
}

mod uses_checked_in {
    use crate::checked_in::{NotificationServer, NotificationService, Notifications, Opportunity};
    pub type All = (NotificationServer, Notifications, Opportunity);
    pub trait Listener: NotificationService<Opportunity> {}
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

/// What rust-analyzer says of `main.rs`; `None` where it does not end, or not in time.
fn diagnostics(folder: &Path, arguments: &[&str]) -> Option<String> {
    let file = folder.join("diagnostics.txt");
    let mut child = Command::new("rust-analyzer")
        .arg("diagnostics")
        .args(arguments)
        .arg(folder)
        .current_dir(folder)
        .env("CARGO_NET_OFFLINE", "true")
        .stdin(Stdio::null())
        .stdout(File::create(&file).unwrap())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let end = Instant::now() + Duration::from_secs(240);
    while child.try_wait().unwrap().is_none() {
        if Instant::now() > end {
            let _ = child.kill();
            let _ = child.wait();
            return None;
        }
        thread::sleep(Duration::from_millis(50));
    }
    // Errors end it with an exit code, and without the sources of std there always are some.
    let text = fs::read_to_string(&file).unwrap();
    let of_main = text.lines().filter(|line| line.contains("main.rs: ")).collect::<Vec<_>>().join("\n");
    // Some versions panic on a file of another crate: what counts is that `main.rs` was done with.
    let after_main = text.rsplit_once("src/main.rs").map(|(_, rest)| rest.contains("processing "));
    (text.contains("diagnostic scan complete") || after_main == Some(true)).then_some(of_main)
}

/// Whether an import on the line of `main.rs` with these words leads nowhere.
fn is_unresolved(diagnostics: &str, words: &str) -> bool {
    let index = MAIN.lines().position(|line| line.contains(words)).expect("the words stand in main.rs");
    let at = format!("from LineCol {{ line: {index},");
    diagnostics.lines().any(|line| line.contains("E0432") && line.contains(&at))
}

#[test]
fn rust_analyzer_finds_what_is_generated() {
    let skipped = |why| println!("SKIPPED: {why}, so whether editors find generated items was not tested");
    let version = Command::new("rust-analyzer").arg("--version").stderr(Stdio::null()).output();
    if !version.is_ok_and(|output| output.status.success()) {
        return skipped("rust-analyzer is not installed (rustup component add rust-analyzer)");
    }
    let folder = scratch();
    // It and cargo have to be of about one age.
    let is_loaded = |found: &String| !found.contains("unresolved macro `sf_outbound::include_wsdl!`");
    let Some(found) = diagnostics(&folder, &[]).filter(is_loaded) else {
        return skipped(
            "this rust-analyzer could not load a crate with dependencies: one of cargo's own release is missing",
        );
    };
    assert!(!is_unresolved(&found, "use crate::included::"), "{found}");
    assert!(!is_unresolved(&found, "use crate::checked_in::"), "{found}");
    // Without build scripts there is nothing to include, and only what is checked in is found.
    let without = diagnostics(&folder, &["--disable-build-scripts"]).expect("it ended before");
    assert!(is_unresolved(&without, "use crate::included::") && without.contains("OUT_DIR"), "{without}");
    assert!(!is_unresolved(&without, "use crate::checked_in::"), "{without}");
}
