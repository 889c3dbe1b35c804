//! What each crate brings into a build: whoever installs or depends pays for all of it.

use sf_outbound_tests::root;
use std::collections::BTreeSet;
use std::process::Command;

/// The crates that are compiled for a package, itself among them, each with its version.
fn tree(package: &str, arguments: &[&str]) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--edges",
            "normal,build",
            "--prefix",
            "none",
            "--format",
            "{p}",
            "--package",
            package,
        ])
        .args(arguments)
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    // ` (*)` stands for what was shown before; the folder of our own crates is of no interest.
    let crates =
        text.lines().map(|line| line.trim_end_matches(" (*)").split(" (/").next().unwrap_or_default());
    crates.filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

#[test]
fn the_command_without_its_features_brings_at_most_60_crates() {
    let crates = tree("sf-outbound-cli", &["--no-default-features"]);
    println!("the command without its features: {} crates", crates.len());
    assert!(crates.len() <= 60, "{} crates, at most 60: {crates:#?}", crates.len());
    assert!(crates.iter().any(|name| name.starts_with("clap v")), "{crates:#?}");
    for heavy in ["rustls", "ring", "tokio", "rusqlite", "axum"] {
        let is_there = crates.iter().any(|name| name.starts_with(&format!("{heavy} v")));
        assert!(!is_there, "{heavy} belongs to a feature");
    }
}

#[test]
fn the_generator_brings_at_most_8_crates() {
    let crates = tree("sf-outbound-build", &[]);
    println!("the generator: {} crates below it", crates.len() - 1);
    assert!(crates.len() - 1 <= 8, "{} crates below it, at most 8: {crates:#?}", crates.len() - 1);
    assert!(crates.iter().any(|name| name.starts_with("syn v")), "{crates:#?}");
}

#[test]
fn the_runtime_brings_no_proc_macro_and_no_async_runtime() {
    let crates = tree("sf-outbound", &[]);
    println!("the runtime: {} crates below it", crates.len() - 1);
    assert!(crates.len() - 1 <= 15, "{} crates below it, at most 15: {crates:#?}", crates.len() - 1);
    for name in &crates {
        let banned =
            name.contains("(proc-macro)") || ["tokio v", "syn v"].iter().any(|b| name.starts_with(b));
        assert!(!banned, "{name} is in the runtime's tree");
    }
}
