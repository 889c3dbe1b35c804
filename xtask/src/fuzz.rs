//! `fuzz`: the targets of `tests/fuzz`, driven by cargo-fuzz on a nightly compiler.

use crate::repository::{cargo, root, succeed};
use std::process::Command;

pub(crate) const TARGETS: [&str; 10] = [
    "grammar",
    "json",
    "predictions",
    "records",
    "round_trip",
    "routing",
    "values",
    "well_formed",
    "workflow",
    "wsdl",
];

pub(crate) fn run(options: &[&str]) -> Result<(), String> {
    let (targets, rest) = match options {
        [target, rest @ ..] if target.parse::<u32>().is_err() => {
            let known = TARGETS.iter().find(|known| *known == target);
            let known =
                known.ok_or_else(|| format!("no target `{target}`; there are {}", TARGETS.join(", ")))?;
            (std::slice::from_ref(known), rest)
        }
        rest => (TARGETS.as_slice(), rest),
    };
    let seconds: u32 = match rest {
        [] => 60,
        [seconds] => seconds.parse().map_err(|_| format!("`{seconds}` is no number of seconds"))?,
        _ => return Err("usage: cargo xtask fuzz [TARGET] [SECONDS]".into()),
    };
    let nightly = Command::new("cargo").args(["+nightly", "fuzz", "--version"]).output();
    if !nightly.is_ok_and(|output| output.status.success()) {
        return Err("cargo-fuzz and a nightly compiler are needed: rustup toolchain install nightly, cargo install cargo-fuzz".into());
    }
    let home = root().join("target/fuzz");
    let corpus = home.join("corpus");
    let mut seeds = cargo(&["run", "--quiet", "-p", "sf-outbound-fuzz", "--bin", "seeds", "--"]);
    seeds.arg(&corpus);
    succeed(seeds, "writing the seeds")?;
    for target in targets {
        println!("xtask: fuzzing {target} for {seconds} s");
        let mut fuzz = Command::new("cargo");
        fuzz.args(["+nightly", "fuzz", "run", "--fuzz-dir", "tests/fuzz/driver", "--target-dir"]);
        fuzz.arg(home.join("target")).arg(target).arg(corpus.join(target)).current_dir(root());
        fuzz.arg("--").args([format!("-max_total_time={seconds}"), "-max_len=6000".into()]);
        fuzz.arg("-print_final_stats=1");
        fuzz.arg(format!("-artifact_prefix={}/{target}-", home.display()));
        succeed(fuzz, "cargo fuzz")?;
    }
    Ok(())
}
