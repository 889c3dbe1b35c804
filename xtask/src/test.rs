//! `test` and `bless`.

use crate::repository::{cargo, succeed};
use crate::totals::Totals;
use crate::{counts, demo, fetch, home, newest, versions};

/// Every check, and the totals of all tests at the end.
pub(crate) fn run() -> Result<(), String> {
    fetch::run()?;
    println!("xtask: formatting");
    succeed(cargo(&["fmt", "--all", "--check"]), "cargo fmt --check")?;
    println!("xtask: lints");
    let clippy = ["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"];
    succeed(cargo(&clippy), "cargo clippy")?;
    println!("xtask: the runtime without its feature http");
    succeed(
        cargo(&["clippy", "--quiet", "-p", "sf-outbound", "--no-default-features", "--", "-D", "warnings"]),
        "clippy",
    )?;
    println!("xtask: the command without its features");
    let slim = ["clippy", "--quiet", "-p", "sf-outbound-cli", "--all-targets", "--no-default-features"];
    succeed(cargo(&[&slim[..], &["--", "-D", "warnings"]].concat()), "clippy")?;
    println!("xtask: the sender without its features, and with each");
    for features in ["", "config", "server"] {
        let alone =
            ["clippy", "--quiet", "-p", "sf-outbound-sender", "--features", features, "--", "-D", "warnings"];
        succeed(cargo(&alone), "clippy")?;
    }
    println!("xtask: documentation");
    let mut doc = cargo(&[
        "doc",
        "--quiet",
        "--no-deps",
        "--all-features",
        "-p",
        "sf-outbound",
        "-p",
        "sf-outbound-field",
        "-p",
        "sf-outbound-inbox",
        "-p",
        "sf-outbound-wsdl",
        "-p",
        "sf-outbound-client",
        "-p",
        "sf-outbound-build",
        "-p",
        "sf-outbound-page",
        "-p",
        "sf-outbound-store",
        "-p",
        "sf-outbound-sender",
    ]);
    doc.env("RUSTDOCFLAGS", "-D warnings");
    succeed(doc, "cargo doc")?;
    println!("xtask: both examples against `sf-outbound send`");
    demo::examples()?;
    println!("xtask: the demonstration");
    demo::run()?;
    let mut totals = Totals::default();
    let newest = newest::run(&mut totals);
    let versions = versions::run(&mut totals);
    let counts = counts::run(&mut totals);
    println!("xtask: tests");
    let mut command = cargo(&["test", "--workspace", "--no-fail-fast"]);
    home::for_tests(&mut command);
    let all = totals.add(command);
    println!("{totals}");
    newest.and(versions).and(counts).and(all)
}

/// Runs tests with leave to write what they expect: those of one package, where `-p` names it, for that builds no other.
pub(crate) fn bless(options: &[&str]) -> Result<(), String> {
    let (package, name) = match options {
        ["-p", package, name @ ..] => (vec!["-p", package], name),
        name => (vec!["--workspace"], name),
    };
    let mut command = cargo(&["test", "--quiet", "--no-fail-fast"]);
    command.args(package).arg("--").args(name).env("UPDATE_EXPECT", "1");
    succeed(command, "cargo test")
}
