//! `test` and `bless`.

use crate::repository::{cargo, succeed};
use crate::{demo, fetch, home};
use std::io::{BufRead, BufReader};
use std::process::Stdio;

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
    println!("xtask: tests");
    tests()
}

#[derive(Default)]
struct Totals {
    passed: usize,
    failed: usize,
    skipped: usize,
}

fn tests() -> Result<(), String> {
    let mut command = cargo(&["test", "--workspace", "--no-fail-fast"]);
    home::for_tests(&mut command);
    command.args(["--", "--show-output"]);
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(|error| format!("cargo test: {error}"))?;
    let mut totals = Totals::default();
    let mut lines = Vec::new();
    let (mut is_skipped, mut said_so) = (false, 0);
    for line in
        child.stdout.take().into_iter().flat_map(|out| BufReader::new(out).lines()).map_while(Result::ok)
    {
        if line.starts_with("---- ") && line.ends_with(" stdout ----") {
            is_skipped = false;
        }
        if line.starts_with("SKIPPED") {
            println!("{line}");
            // To cargo it has passed; it is no pass, however many lines it says.
            totals.skipped += usize::from(!is_skipped);
            said_so += usize::from(!is_skipped);
            is_skipped = true;
        }
        if let Some(counts) = line.strip_prefix("test result: ") {
            totals.passed += count(counts, " passed");
            totals.failed += count(counts, " failed");
            totals.skipped += count(counts, " ignored");
        }
        lines.push(line);
    }
    totals.passed = totals.passed.saturating_sub(said_so);
    let status = child.wait().map_err(|error| format!("cargo test: {error}"))?;
    if !status.success() {
        println!("{}", lines.join("\n"));
    }
    println!("{} passed, {} failed, {} skipped", totals.passed, totals.failed, totals.skipped);
    if status.success() && totals.passed > 0 { Ok(()) } else { Err("tests failed".into()) }
}

/// The number before a word such as ` passed`.
fn count(counts: &str, word: &str) -> usize {
    let before = counts.split(word).next().unwrap_or_default();
    before.rsplit([' ', ';']).next().and_then(|number| number.parse().ok()).unwrap_or(0)
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
