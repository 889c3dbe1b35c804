//! `listen --inbox` before a handler in another language.

use crate::stack::root;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

const WSDL: &str = "tests/wsdl/opportunity.wsdl";

/// A process and the lines that it prints; it ends with the test.
struct Process(Child, Receiver<String>);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Process {
    fn start(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stdin(Stdio::null()).spawn().unwrap();
        let (sender, lines) = channel();
        let out = BufReader::new(child.stdout.take().unwrap());
        thread::spawn(move || out.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Self(child, lines)
    }

    /// Waits for a line with a beginning, and gives the rest of it.
    fn line(&self, beginning: &str) -> String {
        let started = Instant::now();
        while started.elapsed() < Duration::from_secs(60) {
            let line = self.1.recv_timeout(Duration::from_secs(60)).expect("a line");
            if let Some(rest) = line.strip_prefix(beginning) {
                return rest.to_owned();
            }
        }
        panic!("no line begins with {beginning}");
    }
}

fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sf-outbound"));
    command.current_dir(root());
    command
}

/// It takes what was posted before a crash once more, and knows it.
fn takes_each_once(program: &str, handler: &str) {
    if !Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success()) {
        println!("SKIPPED: {program} is not installed, so examples/sidecar/{handler} did not run");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let script = root().canonicalize().unwrap().join("examples/sidecar").join(handler);
    let start =
        |port: &str| Process::start(Command::new(program).arg(&script).arg(port).current_dir(folder.path()));
    let handler = start("0");
    let url = handler.line("listening on ");
    let listen = |inbox: &str| {
        let address = format!("sqlite:{}", folder.path().join(inbox).display());
        let mut command = command();
        command.args([
            "listen",
            "--listen",
            "127.0.0.1:0",
            "--wsdl",
            WSDL,
            "--inbox",
            &address,
            "--forward",
            &url,
        ]);
        let listener = Process::start(&mut command);
        let at = listener.line("listening on ");
        (listener, at)
    };
    let message = folder.path().join("message.xml");
    let sample = command().args(["sample", WSDL, "--count", "2", "--seed", "1"]).output().unwrap();
    std::fs::write(&message, sample.stdout).unwrap();
    let send = |to: &str| {
        let sent = command().arg("send").arg(&message).args(["--to", to]).output().unwrap();
        assert!(sent.status.success(), "{}", String::from_utf8_lossy(&sent.stderr));
    };
    let (listener, at) = listen("one.db");
    send(&at);
    let mut taken = [handler.line("handled "), handler.line("handled ")];
    drop(listener);
    // Another inbox knows nothing of it, as one that was restored from an older copy.
    let (listener, at) = listen("two.db");
    send(&at);
    let mut again = [handler.line("seen before "), handler.line("seen before ")];
    taken.sort();
    again.sort();
    assert_eq!(taken, again);
    // A handler that is started anew still knows.
    drop((handler, listener));
    let port = url.trim_end_matches('/').rsplit(':').next().unwrap();
    let handler = start(port);
    handler.line("listening on ");
    let (_listener, at) = listen("three.db");
    send(&at);
    again = [handler.line("seen before "), handler.line("seen before ")];
    again.sort();
    assert_eq!(taken, again);
}

#[test]
fn a_handler_in_python_takes_each_notification_once() {
    takes_each_once("python3", "handler.py");
}

#[test]
fn a_handler_in_node_takes_each_notification_once() {
    takes_each_once("node", "handler.mjs");
}
