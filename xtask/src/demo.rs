//! `demo`: from a WSDL through generated code to a running listener, messages and acks.

use crate::{cargo, root, succeed};
use std::env;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

/// Printed values of one message; the rest is counted.
const SHOWN: usize = 4;

pub(crate) fn run() -> Result<(), String> {
    println!(
        "1. Building the command and a listener; its build script generates from wsdl/opportunity.wsdl."
    );
    succeed(cargo(&["build", "--quiet", "-p", "sf-outbound-cli", "-p", "axum-listener"]), "cargo build")?;
    let wsdl = root().join("examples/axum-listener/wsdl/opportunity.wsdl");

    println!("2. Starting the listener.");
    let mut listener = Listener::start(&programs().join("axum-listener"))?;
    println!("   {}", listener.url);
    for (step, count) in [(3, "1"), (4, "2"), (5, "100")] {
        println!("{step}. Sending a message of {count}, as Salesforce would.");
        send(&programs().join("sf-outbound"), &wsdl, count, &listener.url)?;
        listener.show();
    }
    println!("6. Done; the listener is stopped.");
    listener.stop();
    Ok(())
}

/// Both examples answer messages of 1, 2 and 100 notifications.
pub(crate) fn examples() -> Result<(), String> {
    let packages = ["build", "--quiet", "-p", "sf-outbound-cli", "-p", "axum-listener", "-p", "checked-in"];
    succeed(cargo(&packages), "cargo build")?;
    let wsdl = root().join("examples/axum-listener/wsdl/opportunity.wsdl");
    for example in ["axum-listener", "checked-in"] {
        let mut listener = Listener::start(&programs().join(example))?;
        for count in ["1", "2", "100"] {
            send(&programs().join("sf-outbound"), &wsdl, count, &listener.url)?;
        }
        listener.stop();
    }
    Ok(())
}

/// Where cargo puts what it builds.
fn programs() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from).join("debug")
}

fn send(program: &Path, wsdl: &Path, count: &str, url: &str) -> Result<(), String> {
    let mut command = Command::new(program);
    command.args(["send", "--sample", count, "--seed", count, "--wsdl"]).arg(wsdl);
    command.args(["--to", &format!("{url}/opportunity")]);
    succeed(command, "sf-outbound send")
}

struct Listener {
    child: Child,
    lines: Receiver<String>,
    url: String,
}

impl Listener {
    fn start(program: &Path) -> Result<Self, String> {
        let mut child = Command::new(program)
            .arg("127.0.0.1:0")
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("cannot start {}: {error}", program.display()))?;
        let (sender, lines) = channel();
        let out = child.stdout.take();
        thread::spawn(move || {
            for line in out.into_iter().flat_map(|out| BufReader::new(out).lines()).map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        let mut listener = Self { child, lines, url: String::new() };
        let first = listener.lines.recv_timeout(Duration::from_secs(30));
        let url = first.ok().and_then(|line| line.strip_prefix("listening on ").map(str::to_owned));
        listener.url = url.ok_or("the listener did not say where it listens")?;
        Ok(listener)
    }

    /// What the listener printed of the last message; its ack came after all of it.
    fn show(&self) {
        let lines: Vec<String> =
            std::iter::from_fn(|| self.lines.recv_timeout(Duration::from_millis(300)).ok()).collect();
        for line in lines.iter().take(SHOWN) {
            println!("   {line}");
        }
        if lines.len() > SHOWN {
            println!("   … and {} more", lines.len() - SHOWN);
        }
    }

    fn stop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.stop();
    }
}
