//! No circles of modules: within each crate, no file uses another that uses it, be it by way of others.
//!
//! See `Tree::arrows` for what counts as a use. What methods call is not seen: they have no path.

mod arrows;
mod attributes;
mod graph;
mod made_up;
mod mentions;
mod report;
mod tree;

use report::{Allowed, complaints, found};
use sf_outbound_tests::{entries, root};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use tree::Tree;

/// The circles that stand, each with its reason.
const ALLOWED: &[Allowed] = &[];

/// The text of a file of the repository.
fn text(file: &Path) -> Option<String> {
    fs::read_to_string(root().join(file)).ok()
}

fn is_source(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "rs")
}

/// The folders of all packages.
fn packages(folder: &Path, packages: &mut Vec<PathBuf>) {
    if folder.join("Cargo.toml").is_file() {
        packages.push(folder.strip_prefix(root()).unwrap_or(folder).to_owned());
    }
    for path in entries(folder) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() && !matches!(name.as_str(), "target" | "cases" | "src" | ".git" | "node_modules") {
            self::packages(&path, packages);
        }
    }
}

/// The roots of a package's crates, as cargo finds them.
fn roots(package: &Path) -> Vec<PathBuf> {
    let mut roots: Vec<_> = ["src/lib.rs", "src/main.rs", "build.rs"].map(|file| package.join(file)).into();
    for folder in ["src/bin", "tests", "examples", "benches", "fuzz_targets"] {
        for path in entries(&root().join(package).join(folder)) {
            let path = if path.is_dir() { path.join("main.rs") } else { path };
            roots.push(path.strip_prefix(root()).unwrap_or(&path).to_owned());
        }
    }
    roots.retain(|path| is_source(path) && root().join(path).is_file());
    roots
}

/// Every crate of the repository, read.
fn crates() -> Vec<Tree> {
    let mut packages = Vec::new();
    self::packages(&root(), &mut packages);
    packages.iter().flat_map(|package| roots(package)).map(|root| Tree::read(&root, &text)).collect()
}

#[test]
fn no_modules_use_each_other_in_a_circle() {
    let found: Vec<_> = crates().iter().flat_map(found).collect();
    let complaints = complaints(&found, ALLOWED);
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
    assert!(ALLOWED.iter().all(|row| !row.reason.is_empty()), "each row of ALLOWED has its reason");
}

fn sources(folder: &Path, found: &mut BTreeSet<PathBuf>) {
    for path in entries(folder) {
        let is_tests = path.file_stem().is_some_and(|name| name == "tests");
        if path.is_dir() && !is_tests {
            sources(&path, found);
        } else if is_source(&path) && !is_tests {
            found.insert(path.strip_prefix(root()).unwrap_or(&path).to_owned());
        }
    }
}

#[test]
fn every_file_is_seen_and_so_is_what_it_uses() {
    // Fewer than there are, so that only a finder that is blind fails.
    let expected = [
        ("crates/sf-outbound", 45, 170),
        ("crates/sf-outbound-field", 3, 0),
        ("crates/sf-outbound-wsdl", 12, 25),
        ("crates/sf-outbound-build", 13, 24),
        ("crates/sf-outbound-client", 5, 6),
        ("crates/sf-outbound-page", 8, 8),
        ("crates/sf-outbound-store", 9, 16),
        ("crates/sf-outbound-inbox", 17, 30),
        ("crates/sf-outbound-sender", 60, 250),
        ("crates/sf-outbound-cli", 48, 120),
        ("xtask", 13, 26),
        ("tests/fuzz", 20, 32),
    ];
    for folder in entries(&root().join("crates")) {
        let package = folder.strip_prefix(root()).unwrap_or(&folder);
        let has_row = expected.iter().any(|row| Path::new(row.0) == package);
        assert!(has_row, "{} has no row here: how many files and uses there are at least", package.display());
    }
    let crates = crates();
    for (package, files, uses) in expected {
        let mut there = BTreeSet::new();
        sources(&root().join(package).join("src"), &mut there);
        let of_package: Vec<_> = crates
            .iter()
            .filter(|tree| tree.modules[0].file.starts_with(Path::new(package).join("src")))
            .collect();
        let seen: BTreeSet<_> =
            of_package.iter().flat_map(|tree| &tree.modules).map(|module| module.file.clone()).collect();
        assert_eq!(seen, there, "{package}: files of `src` that no `mod` leads to, or the finder lost them");
        assert!(seen.len() >= files, "{package}: only {} files were seen", seen.len());
        let arrows: usize = of_package.iter().map(|tree| tree.arrows().len()).sum();
        assert!(arrows >= uses, "{package}: only {arrows} uses of other files were seen");
    }
}
