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

/// How long a child may take for its next line: only what hangs takes longer, on a busy machine too.
const PATIENCE: Duration = Duration::from_secs(5 * 60);

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// What a script needs and this machine has not, if anything.
fn missing(is_node: bool, folder: &Path) -> Option<&'static str> {
    let runs = |program: PathBuf| {
        let version = Command::new(program).arg("--version").output();
        version.is_ok_and(|output| output.status.success())
    };
    let is_fetched = folder.join("fetched").is_file();
    if is_node {
        match (runs("node".into()), is_fetched) {
            (false, _) => Some("Node.js is not installed"),
            (true, false) if !runs("npm".into()) => Some("npm is not installed"),
            (true, false) => Some("the npm packages of tests/interop/package.json are not fetched"),
            (true, true) => None,
        }
    } else {
        match (is_fetched, runs("python3".into())) {
            (true, _) if runs(python(folder)) => None,
            (_, false) => Some("Python 3 is not installed"),
            (false, true) => Some("the wheels of tests/interop/requirements.txt are not fetched"),
            (true, true) => Some("the Python of target/interop/python does not run; remove that folder"),
        }
    }
}

fn python(folder: &Path) -> PathBuf {
    if folder.join("wheels").is_dir() { "python3".into() } else { folder.join("bin/python") }
}

/// A script of `tests/interop` on its stack, or `None`, said as such, where the stack is not there.
pub(crate) fn script(name: &str) -> Option<Command> {
    let target = root().join("target/interop");
    let scripts = root().join("tests/interop");
    let is_node = Path::new(name).extension().is_some_and(|extension| extension == "mjs");
    let folder = target.join(if is_node { "node" } else { "python" });
    if let Some(missing) = missing(is_node, &folder) {
        println!(
            "SKIPPED: {missing}, so tests/interop/{name} did not run (`cargo xtask fetch` fetches what can be)"
        );
        return None;
    }
    if !is_node {
        let mut command = Command::new(python(&folder));
        command.env("PYTHONPATH", folder.join("wheels")).arg(scripts.join(name));
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
