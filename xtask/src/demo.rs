//! `demo`: an organization and a listener, from a change of a record to the ack.

use crate::repository::{cargo, root, succeed};
use std::env;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

/// How long a program may take for what it says next.
const PATIENCE: Duration = Duration::from_secs(30);

const LISTENING: &str = "listening on ";

pub(crate) fn run() -> Result<(), String> {
    println!(
        "1. Building the command and a listener, whose code is generated from wsdl/opportunity.wsdl: about a minute the \
         first time."
    );
    // Not quiet: who sees nothing for a minute thinks that it hangs.
    succeed(cargo(&["build", "-p", "sf-outbound-cli", "-p", "axum-listener"]), "cargo build")?;

    println!("\n2. The listener starts, and so does an organization with a rule: large deals won are sent.");
    let mut listener = Program::listener("axum-listener", "127.0.0.1:0")?;
    let org = Org::start(&format!("{}/opportunity", listener.url))?;

    println!("\n3. A deal is made. It is not won, so nothing is sent.");
    let deal = org.change(&["create", "Opportunity", "Name=Acme", "Amount=5000", "StageName=Prospecting"])?;

    println!(
        "\n4. The deal is won. The rule fires, the listener gets a typed record, and its ack comes back."
    );
    org.change(&["update", "Opportunity", &deal, "StageName=Closed Won"])?;
    println!("   listener     {}", listener.line_with("Acme")?);
    println!("   organization {}", org.program.line_with("notification delivered")?);

    println!("\n5. The listener stops, and another deal is won. It stays in the queue.");
    let address = listener.url.trim_start_matches("http://").to_owned();
    drop(listener);
    org.change(&["create", "Opportunity", "Name=Zenith", "Amount=7000", "StageName=Closed Won"])?;
    println!("   organization {}", org.program.line_with("not delivered")?);

    println!(
        "\n6. The listener is back, and so is the message: Salesforce would try again, and the clock goes fast here."
    );
    listener = Program::listener("axum-listener", &address)?;
    println!("   listener     {}", listener.line_with("Zenith")?);
    println!("   organization {}", org.program.line_with("notification delivered")?);

    println!("\n7. Done; both are stopped.");
    Ok(())
}

/// Both examples answer messages of 1, 2 and 100 notifications.
pub(crate) fn examples() -> Result<(), String> {
    let packages = ["build", "--quiet", "-p", "sf-outbound-cli", "-p", "axum-listener", "-p", "checked-in"];
    succeed(cargo(&packages), "cargo build")?;
    let wsdl = root().join("examples/axum-listener/wsdl/opportunity.wsdl");
    for example in ["axum-listener", "checked-in"] {
        let listener = Program::listener(example, "127.0.0.1:0")?;
        for count in ["1", "2", "100"] {
            send(&wsdl, count, &listener.url)?;
        }
    }
    Ok(())
}

/// What cargo has built.
fn program(name: &str) -> PathBuf {
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    target.join("debug").join(name)
}

fn send(wsdl: &Path, count: &str, url: &str) -> Result<(), String> {
    let mut command = Command::new(program("sf-outbound"));
    command.args(["send", "--sample", count, "--seed", count, "--wsdl"]).arg(wsdl);
    command.args(["--to", &format!("{url}/opportunity")]);
    succeed(command, "sf-outbound send")
}

/// The organization of the demonstration. Its clock goes 30 times as fast.
struct Org {
    program: Program,
}

impl Org {
    fn start(to: &str) -> Result<Self, String> {
        let mut command = Command::new(program("sf-outbound"));
        command.arg("org").arg(root().join("examples/axum-listener/org.toml"));
        command.args(["--to", to, "--listen", "127.0.0.1:0", "--speed", "30"]);
        Program::start(&mut command).map(|program| Self { program })
    }

    /// `sf-outbound org change`, as it would be typed; the record's id, where it is a new one.
    fn change(&self, arguments: &[&str]) -> Result<String, String> {
        let quoted = |word: &&str| if word.contains(' ') { format!("'{word}'") } else { (*word).to_owned() };
        let typed: Vec<_> = arguments.iter().map(quoted).collect();
        println!("   $ sf-outbound org change {}", typed.join(" "));
        let mut command = Command::new(program("sf-outbound"));
        command.args(["org", "change"]).args(arguments).args(["--org", &self.program.url]);
        let output = command.stderr(Stdio::inherit()).output().map_err(|error| error.to_string())?;
        if !output.status.success() {
            return Err(format!("sf-outbound org change: {}", output.status));
        }
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }
}

/// A program that says where it listens, and then what happens; it ends with this value.
struct Program {
    child: Child,
    lines: Receiver<String>,
    url: String,
}

impl Program {
    fn listener(name: &str, address: &str) -> Result<Self, String> {
        Self::start(Command::new(program(name)).arg(address))
    }

    fn start(command: &mut Command) -> Result<Self, String> {
        let mut child = command
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("cannot start {}: {error}", command.get_program().display()))?;
        let (sender, lines) = channel();
        let out = child.stdout.take();
        thread::spawn(move || {
            for line in out.into_iter().flat_map(|out| BufReader::new(out).lines()).map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        let mut program = Self { child, lines, url: String::new() };
        program.url = program.line_with(LISTENING)?.split_off(LISTENING.len());
        Ok(program)
    }

    /// The next line with these words.
    fn line_with(&self, words: &str) -> Result<String, String> {
        loop {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) if line.contains(words) => return Ok(line),
                Ok(_) => {}
                Err(_) => return Err(format!("a program did not say `{words}`")),
            }
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
