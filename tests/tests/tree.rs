//! What each crate brings into a build: whoever installs or depends pays for all of it. And which of our crates may
//! depend on which.

use sf_outbound_tests::{entries, root};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;

/// The crates that are compiled for a package, itself among them, each with its version.
fn tree(package: &str, arguments: &[&str]) -> BTreeSet<String> {
    tree_by("normal,build", package, arguments)
}

fn tree_by(edges: &str, package: &str, arguments: &[&str]) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--edges", edges, "--prefix", "none", "--format", "{p}", "--package", package])
        .args(arguments)
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    // ` (*)` stands for what was shown before; the folder of our own crates is of no interest.
    let crates =
        text.lines().map(|line| line.trim_end_matches(" (*)").split(" (/").next().unwrap_or_default());
    crates.filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

#[test]
fn the_command_without_its_features_brings_at_most_60_crates() {
    let crates = tree("sf-outbound-cli", &["--no-default-features"]);
    println!("the command without its features: {} crates", crates.len());
    assert!(crates.len() <= 60, "{} crates, at most 60: {crates:#?}", crates.len());
    assert!(crates.iter().any(|name| name.starts_with("clap v")), "{crates:#?}");
    for heavy in ["rustls", "ring", "tokio", "rusqlite", "axum"] {
        let is_there = crates.iter().any(|name| name.starts_with(&format!("{heavy} v")));
        assert!(!is_there, "{heavy} belongs to a feature");
    }
}

#[test]
fn the_generator_brings_at_most_9_crates() {
    let crates = tree("sf-outbound-build", &[]);
    println!("the generator: {} crates below it", crates.len() - 1);
    assert!(crates.len() - 1 <= 9, "{} crates below it, at most 9: {crates:#?}", crates.len() - 1);
    assert!(crates.iter().any(|name| name.starts_with("syn v")), "{crates:#?}");
}

#[test]
fn the_runtime_brings_no_proc_macro_and_no_async_runtime() {
    let crates = tree("sf-outbound", &[]);
    println!("the runtime: {} crates below it", crates.len() - 1);
    assert!(crates.len() - 1 <= 15, "{} crates below it, at most 15: {crates:#?}", crates.len() - 1);
    for name in &crates {
        let banned =
            name.contains("(proc-macro)") || ["tokio v", "syn v"].iter().any(|b| name.starts_with(b));
        assert!(!banned, "{name} is in the runtime's tree");
    }
}

#[test]
fn the_store_brings_at_most_14_crates() {
    let crates = tree("sf-outbound-store", &[]);
    println!("the store: {} crates below it", crates.len() - 1);
    assert!(crates.len() - 1 <= 14, "{} crates below it, at most 14: {crates:#?}", crates.len() - 1);
    assert!(crates.iter().any(|name| name.starts_with("rusqlite v")), "{crates:#?}");
    assert!(!crates.iter().any(|name| name.contains("(proc-macro)")), "{crates:#?}");
}

#[test]
fn the_inbox_brings_at_most_40_crates() {
    let crates = tree("sf-outbound-inbox", &[]);
    println!("the inbox: {} crates below it", crates.len() - 1);
    assert!(crates.len() - 1 <= 40, "{} crates below it, at most 40: {crates:#?}", crates.len() - 1);
    for other in ["tokio", "tokio-postgres", "sqlx", "async-nats", "rdkafka"] {
        assert!(!crates.iter().any(|name| name.starts_with(&format!("{other} v"))), "{other}: {crates:#?}");
    }
    assert!(!crates.iter().any(|name| name.contains("(proc-macro)")), "{crates:#?}");
}

/// Of each crate those of ours on which it may depend, by the table "Crates" of docs/ARCHITECTURE.md: what its last
/// column names, in full or by the end of its name.
fn may_depend() -> BTreeMap<String, BTreeSet<String>> {
    let text = fs::read_to_string(root().join("docs/ARCHITECTURE.md")).unwrap();
    let table = text.split("\n## ").find(|part| part.starts_with("Crates\n")).unwrap();
    let mut rows = BTreeMap::<String, BTreeSet<String>>::new();
    for row in table.lines().filter(|line| line.starts_with("| `sf-outbound")) {
        let cells: Vec<&str> = row.split(" | ").collect();
        let name = cells[0].trim_matches(['|', ' ', '`']).to_owned();
        let words = cells[2].split('`').skip(1).step_by(2);
        let of_ours = words.filter(|word| word.starts_with('-') || word.starts_with("sf-outbound"));
        let mut may: BTreeSet<String> = of_ours
            .map(|word| if word.starts_with('-') { format!("sf-outbound{word}") } else { word.to_owned() })
            .collect();
        if cells[2].contains("all of the above") {
            may.extend(rows.keys().cloned());
        }
        rows.insert(name, may);
    }
    rows
}

#[test]
fn our_crates_depend_on_those_that_the_table_of_crates_names() {
    let may_depend = may_depend();
    let folders: BTreeSet<String> = entries(&root().join("crates"))
        .iter()
        .map(|folder| folder.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    let rows: BTreeSet<String> = may_depend.keys().cloned().collect();
    assert_eq!(rows, folders, "the rows of the table of crates, and the folders in crates/");
    for (package, may) in &may_depend {
        // What its tests use is no part of it, but a crate that nobody else needs can be tested without others.
        let edges = if may.is_empty() { "normal,build,dev" } else { "normal,build" };
        let below = tree_by(edges, package, &["--all-features", "--depth", "1"]);
        let below = below.iter().filter_map(|name| name.split(' ').next());
        let ours = below.filter(|name| name.starts_with("sf-outbound") && *name != package);
        for name in ours {
            assert!(may.contains(name), "{package} depends on {name}: docs/ARCHITECTURE.md says on {may:?}");
        }
    }
}

#[test]
fn the_sender_without_its_features_brings_no_server() {
    let crates = tree("sf-outbound-sender", &[]);
    println!("the sender without its features: {} crates below it", crates.len() - 1);
    for heavy in ["axum", "hyper", "maud", "sf-outbound-page", "tokio", "toml"] {
        let is_there = crates.iter().any(|name| name.starts_with(&format!("{heavy} v")));
        assert!(!is_there, "{heavy} belongs to a feature");
    }
    let with = tree("sf-outbound-sender", &["--features", "server"]);
    assert!(with.iter().any(|name| name.starts_with("sf-outbound-page v")), "{with:#?}");
}

/// `1.88` and `1.88.0` as numbers.
fn numbers(version: &str) -> Vec<u32> {
    let mut numbers: Vec<_> = version.split('.').map(|number| number.parse().unwrap()).collect();
    numbers.resize(3, 0);
    numbers
}

/// As far as the dependencies say which Rust they want; `cargo xtask versions` asks the compiler.
#[test]
fn no_locked_dependency_wants_a_newer_rust_than_we_promise() {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let wanted: BTreeMap<_, _> = metadata["packages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|package| {
            let name =
                format!("{} v{}", package["name"].as_str().unwrap(), package["version"].as_str().unwrap());
            (name, package["rust_version"].as_str().map(numbers))
        })
        .collect();
    let ours = wanted.iter().find(|row| row.0.starts_with("sf-outbound v")).unwrap().1.clone().unwrap();
    let crates: BTreeSet<_> = entries(&root().join("crates"))
        .iter()
        .flat_map(|folder| tree(&folder.file_name().unwrap().to_string_lossy(), &["--all-features"]))
        .collect();
    let mut said = 0;
    for name in &crates {
        let name = name.split(" (").next().unwrap_or_default();
        if let Some(rust) = wanted.get(name).unwrap_or_else(|| panic!("{name} is not among the packages")) {
            assert!(*rust <= ours, "{name} wants Rust {rust:?}, and our crates promise {ours:?}");
            said += 1;
        }
    }
    println!("{said} of {} crates say which Rust they want", crates.len());
    assert!(said > 100, "{said}");
}
