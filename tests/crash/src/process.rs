//! A process that is killed.

// Of a test: what can't be done ends it.
#![allow(clippy::missing_panics_doc, clippy::must_use_candidate)]

use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;
use std::time::Duration;

/// A running process and what it writes; ended when a test fails.
#[derive(Debug)]
pub struct Process {
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
    /// Starts it.
    pub fn start(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
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
    pub fn kill_after(mut self, time: Duration) -> String {
        std::thread::sleep(time);
        self.child.kill().unwrap();
        self.rest()
    }

    /// Waits for its end, and gives what it has written.
    pub fn rest(&mut self) -> String {
        self.child.wait().unwrap();
        self.text.take().unwrap().join().unwrap()
    }
}
