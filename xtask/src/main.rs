//! The project's own commands: see [`USAGE`].

mod bench;
mod counts;
mod demo;
mod fetch;
mod fuzz;
mod home;
mod interop;
mod newest;
mod repository;
mod semver;
mod soak;
mod suite;
mod test;
mod tool;
mod totals;
mod twin;
mod versions;

use repository::root;
use std::env;
use std::path::Path;
use std::process::ExitCode;
use totals::Totals;

const USAGE: &str = "\
cargo xtask demo                  a WSDL, its generated code, a listener, messages and acks
cargo xtask fetch                 what tests need of others: crates, the XML suite, npm packages, Python wheels
cargo xtask test                  every check of the project, after fetch
cargo xtask newest                the store and the sender with the newest rusqlite that this Rust can build
cargo xtask versions              the crates with the oldest Rust, and with the oldest dependencies, that they allow
cargo xtask semver REVISION        what of the public API broke since a revision, by cargo-semver-checks
cargo xtask soak [VERB]           large counts, a part at a time; without a verb, what there is and what is done
cargo xtask counts                the decoder's instructions against those of docs/PERFORMANCE.md
cargo xtask bench [--write]       instructions of our decoder and its peers, by callgrind
cargo xtask fuzz [TARGET] [SECONDS]
                                  cargo-fuzz on one target or all, by default 60 seconds each
cargo xtask bless [-p PACKAGE] [NAME]
                                  writes the expected files of tests (whose name holds NAME), of a package or all
cargo xtask new-case NAME WSDL    a new folder under tests/cases";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        ["demo"] => demo::run(),
        ["fetch"] => fetch::run(),
        ["test"] => test::run(),
        ["newest"] => Totals::alone(newest::run),
        ["versions"] => Totals::alone(versions::run),
        ["counts"] => counts::run(&mut Totals::default()),
        ["semver", revision] => semver::run(revision),
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

fn new_case(name: &str, wsdl: &Path) -> Result<(), String> {
    let folder = root().join("tests/cases").join(name);
    std::fs::create_dir(&folder).map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
    std::fs::copy(wsdl, folder.join("service.wsdl"))
        .map_err(|error| format!("cannot copy {}: {error}", wsdl.display()))?;
    test::bless(&["-p", "sf-outbound-tests", "goldens"])
}
