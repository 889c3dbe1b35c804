//! What generated code costs its crate: time to check and to build, and bytes of the program, against serde's derive.
//!
//! Writes small packages to `target/codegen` and builds them, each for 12 and for 800 fields.

use sf_outbound_bench::{fields, wsdl};
use sf_outbound_build::{Options, generate};
use sf_outbound_wsdl::{ReadOptions, read};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize()?;
    let home = root.join("target/codegen");
    println!("| fields | | lines | bytes of text | check, s CPU | release build, s CPU | program, bytes |");
    println!("|---:|---|---:|---:|---:|---:|---:|");
    let mut sizes = Vec::new();
    for (name, text, main) in [
        ("sf-outbound", ours as fn(usize) -> String, OURS),
        ("serde's derive", derived as fn(usize) -> String, DERIVED),
    ] {
        for count in [12, 800] {
            let folder = home.join(format!("{}-{count}", name.split(['\'', '-']).next().unwrap_or_default()));
            let text = text(count);
            write_package(&root, &folder, &text, main)?;
            let program = folder.join("target/release/measured");
            // The first build is of the dependencies too.
            cargo(&folder, &["build", "--release"])?;
            cargo(&folder, &["check"])?;
            let check = best(&folder, &["check"])?;
            let build = best(&folder, &["build", "--release"])?;
            let size = fs::metadata(program)?.len();
            println!(
                "| {count} | {name} | {} | {} | {check:.2} | {build:.2} | {size} |",
                text.lines().count(),
                text.len()
            );
            sizes.push(size);
        }
    }
    for (pair, name) in sizes.chunks(2).zip(["sf-outbound", "serde's derive"]) {
        println!("\n{name}: {} bytes of program a field", (pair[1] - pair[0]) / 788);
    }
    Ok(())
}

fn ours(count: usize) -> String {
    let reading = read("service.wsdl", wsdl(&fields(count)).as_bytes(), &ReadOptions::default());
    let model = reading.model.unwrap_or_else(|| panic!("{}", reading.report));
    generate(&model, &Options::default()).unwrap_or_else(|findings| panic!("{findings:?}")).text
}

fn derived(count: usize) -> String {
    let mut text = String::from(
        "#[derive(Debug, Clone, PartialEq, Default, serde::Deserialize)]\npub struct Opportunity {\n",
    );
    for (number, (name, kind)) in fields(count).iter().enumerate() {
        let kind = match *kind {
            "xsd:double" => "f64",
            "xsd:int" => "i32",
            "xsd:boolean" => "bool",
            _ => "String",
        };
        let _ = writeln!(text, "    #[serde(rename = \"{name}\")]\n    pub field_{number}: Option<{kind}>,");
    }
    text + "}\n"
}

const OURS: &str = "mod generated;

fn main() {
    let bytes = std::fs::read(std::env::args().nth(1).unwrap()).unwrap();
    let message = sf_outbound::decode::<generated::Opportunity>(&bytes, &sf_outbound::Limits::default());
    println!(\"{}\", message.map_or(0, |message| message.notifications.len()));
}
";
const DERIVED: &str = "mod generated;

fn main() {
    let text = std::fs::read_to_string(std::env::args().nth(1).unwrap()).unwrap();
    let record: Result<generated::Opportunity, _> = quick_xml::de::from_str(&text);
    println!(\"{}\", record.is_ok());
}
";

fn write_package(root: &Path, folder: &Path, text: &str, main: &str) -> io::Result<()> {
    let runtime = root.join("crates/sf-outbound");
    fs::create_dir_all(folder.join("src"))?;
    fs::write(
        folder.join("Cargo.toml"),
        format!(
            "[package]\nname = \"measured\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n\
             sf-outbound = {{ path = \"{}\" }}\nquick-xml = {{ version = \"=0.42.0\", features = [\"serialize\"] }}\n\
             serde = {{ version = \"1\", features = [\"derive\"] }}\n\n[profile.release]\nstrip = true\n\n[workspace]\n",
            runtime.display()
        ),
    )?;
    fs::write(folder.join("src/generated.rs"), text)?;
    fs::write(folder.join("src/main.rs"), main)
}

fn cargo(folder: &Path, arguments: &[&str]) -> io::Result<()> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .args(arguments)
        .arg("--quiet")
        .current_dir(folder)
        .env_remove("CARGO_TARGET_DIR")
        .env("RUSTFLAGS", "-Awarnings");
    if command.status()?.success() {
        Ok(())
    } else {
        Err(io::Error::other(format!("cargo {arguments:?} failed")))
    }
}

/// The least CPU time of five builds of the package alone; of one, where that took long.
#[allow(clippy::cast_precision_loss)]
fn best(folder: &Path, arguments: &[&str]) -> io::Result<f64> {
    let main: PathBuf = folder.join("src/main.rs");
    let mut best = u64::MAX;
    for _ in 0..5 {
        let text = fs::read_to_string(&main)?;
        fs::write(&main, text)?;
        let before = children()?;
        cargo(folder, arguments)?;
        best = best.min(children()? - before);
        if best > 2000 {
            break;
        }
    }
    // A tick is a hundredth of a second.
    Ok(best as f64 / 100.0)
}

/// User and system time of all processes that were waited for, in clock ticks.
fn children() -> io::Result<u64> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    Ok(after_name.split_whitespace().skip(13).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum())
}
