//! An organization in a process of its own that is killed, or whose disk loses its power.
//!
//! The process is this binary again, with its load in the environment; so this test has a `main` of its own.

#[path = "../common/mod.rs"]
mod common;
mod kill;
mod power;
mod replay;

use common::definition;
use sf_outbound_sender::{Org, SystemClock};
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

const FILE: &str = "CRASH_FILE";
const ENDPOINT: &str = "CRASH_ENDPOINT";
const OPERATIONS: &str = "CRASH_OPERATIONS";
const SYNCHRONOUS: &str = "CRASH_SYNCHRONOUS";

fn main() {
    if let Ok(file) = std::env::var(FILE) {
        return load(&file);
    }
    let wanted = std::env::args().skip(1).find(|argument| !argument.starts_with('-')).unwrap_or_default();
    let tests: [(&str, Test); 2] = [
        ("a_killed_organization_loses_nothing", kill::a_killed_organization_loses_nothing),
        ("a_power_cut_loses_nothing_that_was_answered", power::a_power_cut_loses_nothing_that_was_answered),
    ];
    let mut passed = 0;
    for (name, test) in tests.into_iter().filter(|(name, _)| name.contains(&wanted)) {
        match test() {
            Ran::Passed(what) => {
                passed += 1;
                println!("test {name} ... ok; figures: {what}");
            }
            Ran::Skipped(why) => println!("SKIPPED {name}: {why}"),
        }
    }
    println!("test result: ok. {passed} passed; 0 failed; 0 ignored");
}

type Test = fn() -> Ran;

/// How a test has ended that has not panicked.
enum Ran {
    Passed(String),
    Skipped(&'static str),
}

/// A process with an organization that changes records, on two threads; each change that was answered is a line.
fn process(file: &Path, endpoint: &str, operations: u64, synchronous: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .env(FILE, file)
        .env(ENDPOINT, endpoint)
        .env(OPERATIONS, operations.to_string())
        .env(SYNCHRONOUS, synchronous)
        .stdout(Stdio::piped());
    command
}

/// A running process and what it writes; ended when a test fails.
struct Process {
    child: Child,
    text: Option<JoinHandle<String>>,
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Process {
    fn start(command: &mut Command) -> Self {
        let mut child = command.spawn().unwrap();
        let mut stdout = child.stdout.take().unwrap();
        // A pipe that nobody reads would stop the process.
        let text = std::thread::spawn(move || {
            let mut text = String::new();
            stdout.read_to_string(&mut text).unwrap();
            text
        });
        Self { child, text: Some(text) }
    }

    /// Waits for a while, kills it, and gives what it has written.
    fn kill_after(mut self, time: Duration) -> String {
        std::thread::sleep(time);
        self.child.kill().unwrap();
        self.rest()
    }

    /// Waits for its end, and gives what it has written.
    fn rest(&mut self) -> String {
        self.child.wait().unwrap();
        self.text.take().unwrap().join().unwrap()
    }
}

/// What the process does: `operations` changes, of which each has a higher number in `Name`.
fn load(file: &str) {
    let variable = |name| std::env::var(name).unwrap();
    let synchronous = if variable(SYNCHRONOUS) == "NORMAL" { "NORMAL" } else { "FULL" };
    let operations: u64 = variable(OPERATIONS).parse().unwrap();
    let org = Org::builder(definition(&variable(ENDPOINT)))
        .file(file)
        // The first retry comes after 30 ms.
        .clock(SystemClock::with_speed(1_000.0))
        .synchronous(synchronous)
        .start()
        .unwrap();
    let started = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_micros();
    let number = AtomicU64::new(0);
    let change = || {
        let mut random = fastrand::Rng::new();
        let mut records = Vec::new();
        loop {
            let number = number.fetch_add(1, Ordering::SeqCst);
            if number >= operations {
                return;
            }
            // Ascending over the lives of all processes.
            let name = format!("{started:020} {number:08}");
            let id = if records.is_empty() || random.u8(..3) == 0 {
                let id = org.create("Opportunity", [("Name", name.as_str())]).unwrap();
                records.push(id);
                id
            } else {
                let id = records[random.usize(..records.len())];
                org.update("Opportunity", id, [("Name", name.as_str())]).unwrap();
                id
            };
            let line = format!("{id} {name}\n");
            std::io::stdout().write_all(line.as_bytes()).unwrap();
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(change);
        scope.spawn(change);
    });
    org.stop();
}

/// Of each record the highest number that was answered.
fn answered<'t>(lines: impl Iterator<Item = &'t str>) -> std::collections::BTreeMap<String, String> {
    let mut newest = std::collections::BTreeMap::new();
    for line in lines {
        // The last line of a killed process can be cut.
        let Some((id, name)) = line.split_once(' ').filter(|(_, name)| name.len() == 29) else { continue };
        let known: &mut String = newest.entry(id.to_owned()).or_default();
        if known.as_str() < name {
            name.clone_into(known);
        }
    }
    newest
}
