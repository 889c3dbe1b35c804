//! How many tests have passed, failed and been skipped, of several commands.

use std::fmt;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

#[derive(Default)]
pub(crate) struct Totals {
    passed: usize,
    failed: usize,
    skipped: usize,
}

impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped)
    }
}

impl Totals {
    /// A part of the tests as a command of its own, and its totals.
    pub(crate) fn alone(part: impl FnOnce(&mut Self) -> Result<(), String>) -> Result<(), String> {
        let mut totals = Self::default();
        let done = part(&mut totals);
        println!("{totals}");
        done
    }

    /// Says why something is not tested.
    pub(crate) fn skip(&mut self, what: &str) {
        println!("SKIPPED {what}");
        self.skipped += 1;
    }

    /// Runs a `cargo test` and adds its tests. Skipped ones are shown, and everything where one fails.
    pub(crate) fn add(&mut self, mut command: Command) -> Result<(), String> {
        command.args(["--", "--show-output"]);
        let child = command.stdout(Stdio::piped()).spawn();
        let mut child = child.map_err(|error| format!("cargo test: {error}"))?;
        let mut lines = Vec::new();
        let (mut passed, mut said_so, mut is_skipped) = (0, 0, false);
        for line in
            child.stdout.take().into_iter().flat_map(|out| BufReader::new(out).lines()).map_while(Result::ok)
        {
            if line.starts_with("---- ") && line.ends_with(" stdout ----") {
                is_skipped = false;
            }
            if line.starts_with("SKIPPED") {
                println!("{line}");
                // To cargo it has passed; it is no pass, however many lines it says.
                said_so += usize::from(!is_skipped);
                is_skipped = true;
            }
            if let Some(counts) = line.strip_prefix("test result: ") {
                passed += count(counts, " passed");
                self.failed += count(counts, " failed");
                self.skipped += count(counts, " ignored");
            }
            lines.push(line);
        }
        self.skipped += said_so;
        self.passed += passed.saturating_sub(said_so);
        let status = child.wait().map_err(|error| format!("cargo test: {error}"))?;
        if !status.success() {
            println!("{}", lines.join("\n"));
        }
        if status.success() && passed > 0 { Ok(()) } else { Err("tests failed".into()) }
    }
}

/// The number before a word such as ` passed`.
fn count(counts: &str, word: &str) -> usize {
    let before = counts.split(word).next().unwrap_or_default();
    before.rsplit([' ', ';']).next().and_then(|number| number.parse().ok()).unwrap_or(0)
}
