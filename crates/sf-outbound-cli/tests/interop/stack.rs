//! Other stacks as child processes that print lines of JSON.

use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Once;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

/// The modules are copied once a run.
static COPIED: Once = Once::new();

/// How long a child may take for its next line.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A script of `tests/interop` on its stack, or `None`, said as such, where the stack was not fetched.
pub(crate) fn script(name: &str) -> Option<Command> {
    let target = root().join("target/interop");
    let scripts = root().join("tests/interop");
    let is_node = Path::new(name).extension().is_some_and(|extension| extension == "mjs");
    let folder = target.join(if is_node { "node" } else { "python" });
    if !folder.join("fetched").is_file() {
        println!("SKIPPED: `cargo xtask test` has not fetched what tests/interop/{name} needs");
        return None;
    }
    if !is_node {
        let wheels = folder.join("wheels");
        let python = if wheels.is_dir() { "python3".into() } else { folder.join("bin/python") };
        let mut command = Command::new(python);
        command.env("PYTHONPATH", wheels).arg(scripts.join(name));
        return Some(command);
    }
    // A module looks for others from its own folder.
    COPIED.call_once(|| {
        for entry in fs::read_dir(&scripts).unwrap() {
            let entry = entry.unwrap();
            if entry.path().extension().is_some_and(|extension| extension == "mjs") {
                fs::copy(entry.path(), folder.join(entry.file_name())).unwrap();
            }
        }
    });
    let mut command = Command::new("node");
    command.arg(folder.join(name));
    Some(command)
}

/// A child with its lines; it ends with this value.
pub(crate) struct Running {
    child: Child,
    lines: Receiver<String>,
}

impl Running {
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = channel();
        thread::spawn(move || out.lines().map_while(Result::ok).all(|line| sender.send(line).is_ok()));
        Self { child, lines }
    }

    pub(crate) fn line(&self) -> String {
        self.lines.recv_timeout(PATIENCE).expect("a line in time")
    }

    pub(crate) fn json(&self) -> Value {
        let line = self.line();
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{line}: {error}"))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
