//! The process with the organization: how it is told its load, and what it says was answered.

use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;
use std::time::Duration;

// Names in its environment.
pub(crate) const FILE: &str = "CRASH_FILE";
pub(crate) const ENDPOINT: &str = "CRASH_ENDPOINT";
pub(crate) const OPERATIONS: &str = "CRASH_OPERATIONS";
pub(crate) const SYNCHRONOUS: &str = "CRASH_SYNCHRONOUS";

/// A process with an organization that changes records, on two threads; each change that was answered is a line.
pub(crate) fn process(file: &Path, endpoint: &str, operations: u64, synchronous: &str) -> Command {
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
pub(crate) struct Process {
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
    pub(crate) fn start(command: &mut Command) -> Self {
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
    pub(crate) fn kill_after(mut self, time: Duration) -> String {
        std::thread::sleep(time);
        self.child.kill().unwrap();
        self.rest()
    }

    /// Waits for its end, and gives what it has written.
    pub(crate) fn rest(&mut self) -> String {
        self.child.wait().unwrap();
        self.text.take().unwrap().join().unwrap()
    }
}

/// Of each record the highest number that was answered.
pub(crate) fn answered<'t>(
    lines: impl Iterator<Item = &'t str>,
) -> std::collections::BTreeMap<String, String> {
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
