//! The project's own commands: see [`USAGE`].

mod bench;
mod demo;
mod fuzz;
mod home;
mod interop;
mod soak;
mod suite;
mod test;

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

const USAGE: &str = "\
cargo xtask demo                  a WSDL, its generated code, a listener, messages and acks
cargo xtask fetch                 what tests need of others: crates, the XML suite, npm packages, Python wheels
cargo xtask test                  every check of the project, after fetch
cargo xtask soak [VERB]           large counts, a part at a time; without a verb, what there is and what is done
cargo xtask bench [--write]       instructions of our decoder and its peers, by callgrind
cargo xtask fuzz [TARGET] [SECONDS]
                                  cargo-fuzz on one target or all, by default 60 seconds each
cargo xtask bless [NAME]          writes the expected files of tests (whose name holds NAME)
cargo xtask new-case NAME WSDL    a new folder under tests/cases";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        ["demo"] => demo::run(),
        ["fetch"] => fetch(),
        ["test"] => test::run(),
        ["soak", options @ ..] => soak::run(options),
        ["bench", options @ ..] => bench::run(options),
        ["fuzz", options @ ..] => fuzz::run(options),
        ["bless", name @ ..] => test::bless(name),
        ["new-case", name, wsdl] => new_case(name, Path::new(wsdl)),
        _ => Err(USAGE.into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// `cargo` in the repository's root.
fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root()).args(arguments);
    command
}

fn succeed(mut command: Command, what: &str) -> Result<(), String> {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{what}: {status}")),
        Err(error) => Err(format!("{what}: {error}")),
    }
}

/// All that tests need and the repository does not hold.
fn fetch() -> Result<(), String> {
    home::fetch()?;
    suite::fetch()?;
    interop::fetch()
}

fn new_case(name: &str, wsdl: &Path) -> Result<(), String> {
    let folder = root().join("tests/cases").join(name);
    std::fs::create_dir(&folder).map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
    std::fs::copy(wsdl, folder.join("service.wsdl"))
        .map_err(|error| format!("cannot copy {}: {error}", wsdl.display()))?;
    test::bless(&["goldens"])
}
