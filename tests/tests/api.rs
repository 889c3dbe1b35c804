//! The public API of each library, as one line an item in `tests/api`: what a change of it would break or promise is read
//! there. `cargo xtask bless -p sf-outbound-tests api` writes the files.

use expect_test::expect_file;
use public_api::Builder;
use sf_outbound_tests::root;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

/// The compiler whose rustdoc writes what this version of public-api reads, by the beginning of its version.
const RUSTC: &str = "rustc 1.95.";

const LIBRARIES: [&str; 9] = [
    "sf-outbound",
    "sf-outbound-build",
    "sf-outbound-client",
    "sf-outbound-field",
    "sf-outbound-inbox",
    "sf-outbound-page",
    "sf-outbound-sender",
    "sf-outbound-store",
    "sf-outbound-wsdl",
];

#[test]
fn the_public_api_of_each_library_is_what_stands_in_its_file() {
    let version = Command::new("rustc").arg("--version").current_dir(root()).output().unwrap();
    let version = String::from_utf8(version.stdout).unwrap();
    if !version.starts_with(RUSTC) {
        println!(
            "SKIPPED the public API: it is read from the JSON of {RUSTC}x, and here is {}",
            version.trim()
        );
        return;
    }
    // Of all in one call, that cargo builds what they share once.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("api");
    for library in LIBRARIES {
        let output = Command::new(env!("CARGO"))
            .args(["rustdoc", "--quiet", "--lib", "--all-features", "--package", library])
            .args(["--", "-Z", "unstable-options", "--output-format", "json", "--cap-lints", "allow"])
            .current_dir(root())
            .env("CARGO_TARGET_DIR", &target)
            // JSON is for nightly compilers, and what it says is the same.
            .env("RUSTC_BOOTSTRAP", "1")
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let json = target.join("doc").join(library.replace('-', "_") + ".json");
        let api = Builder::from_rustdoc_json(json)
            .omit_auto_derived_impls(true)
            .omit_auto_trait_impls(true)
            .omit_blanket_impls(true)
            .build()
            .unwrap_or_else(|error| panic!("{library}: {error}"));
        let mut text = String::new();
        for item in api.items() {
            writeln!(text, "{item}").unwrap();
        }
        assert!(text.lines().count() > 20, "{library}: {text}");
        expect_file![root().join(format!("tests/api/{library}.txt"))].assert_eq(&text);
    }
    let files = fs::read_dir(root().join("tests/api")).unwrap().count();
    assert_eq!(files, LIBRARIES.len(), "a library has no file in tests/api, or a file no library");
}
