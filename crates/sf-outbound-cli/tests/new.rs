//! `new`: the projects that it writes build, test themselves, and serve.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn sf_outbound(arguments: &[&str], folder: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sf-outbound"))
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The WSDL of the twins, for an object that has the name of a type of the prelude.
fn twins_of_option() -> String {
    let wsdl = fs::read_to_string(root().join("tests/cases/twins/service.wsdl")).unwrap();
    wsdl.replace("Thing__c", "Option__c")
}

/// A WSDL for an object whose name is a keyword of Rust.
fn keyword() -> String {
    let wsdl = fs::read_to_string(root().join("tests/wsdl/opportunity.wsdl")).unwrap();
    ["\"Opportunity", "ens:Opportunity", "tns:Opportunity"]
        .iter()
        .fold(wsdl, |wsdl, name| wsdl.replace(name, &name.replace("Opportunity", "Macro")))
}

/// Folder, WSDL and further arguments of each project.
fn projects() -> Vec<(&'static str, String, Vec<&'static str>)> {
    let file = |path: &str| fs::read_to_string(root().join(path)).unwrap();
    let checked_in = || vec!["--door", "checked-in"];
    vec![
        ("plain", file("tests/wsdl/opportunity.wsdl"), vec![]),
        ("plain-checked-in", file("tests/wsdl/opportunity.wsdl"), checked_in()),
        ("twins", twins_of_option(), vec!["--door", "build"]),
        ("twins-checked-in", twins_of_option(), checked_in()),
        ("secret", file("tests/wsdl/secret.wsdl"), vec![]),
        (
            "typed",
            file("tests/ui/unknown-type/service.wsdl"),
            vec!["--type", "xsd:duration=text", "--type", "ent:location=text"],
        ),
        ("Keyword", keyword(), checked_in()),
    ]
}

/// A workspace of all projects in the target folder, so that nothing is left elsewhere, and the second run is fast.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("new");
        let _ = fs::remove_dir_all(folder.join("projects"));
        fs::create_dir_all(folder.join("projects")).unwrap();
        let manifest = "[workspace]\nresolver = \"3\"\nmembers = [\"projects/*\"]\n";
        fs::write(folder.join("Cargo.toml"), manifest).unwrap();
        // The defaults, which the house's own settings would otherwise hide.
        fs::write(folder.join("rustfmt.toml"), "max_width = 100\n").unwrap();
        fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
        Self(folder)
    }

    fn project(&self, name: &str) -> PathBuf {
        self.0.join("projects").join(name)
    }

    fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO"));
        command.args(arguments).current_dir(&self.0).stdin(Stdio::null());
        command.env("CARGO_TARGET_DIR", self.0.join("target")).env("RUSTFLAGS", "-Dwarnings");
        command.env("CARGO_PROFILE_DEV_DEBUG", "0");
        command
    }
}

fn files(folder: &Path) -> Vec<(String, String)> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(folder).unwrap().to_string_lossy().replace('\\', "/");
            files.push((name, fs::read_to_string(path).unwrap()));
        }
    }
    files.sort();
    files
}

#[test]
fn projects_build_without_a_warning_and_their_tests_pass() {
    let scratch = Scratch::new();
    let mut tests = 0;
    for (name, wsdl, arguments) in projects() {
        let file = scratch.0.join("service.wsdl");
        fs::write(&file, wsdl).unwrap();
        let folder = scratch.project(name);
        let mut whole = vec!["new", folder.to_str().unwrap(), "--wsdl", "service.wsdl"];
        let crates = root().join("crates");
        whole.extend(["--path", crates.to_str().unwrap()]);
        whole.extend(arguments);
        let output = sf_outbound(&whole, &scratch.0);
        assert!(output.status.success(), "{}", err(&output));
        assert_eq!(err(&output).contains("SFG0101"), name.starts_with("twins"), "{}", err(&output));
        let written = files(&folder);
        assert_eq!(written.len(), 9, "{written:?}");
        for (path, text) in &written {
            assert!(out(&output).contains(&format!("  {path}\n")), "{path} is not told");
            assert!(!text.contains("{{") || path.ends_with("src/opportunity.rs"), "{path}: {text}");
            assert!(!["opensesame", "xyzzy"].iter().any(|secret| text.contains(secret)), "{path}");
        }
        tests += 3;
    }
    by_hand(&scratch.project("by-hand"));
    let output = scratch.cargo(&["test", "--offline", "--quiet", "--workspace"]).output().unwrap();
    assert!(output.status.success(), "{}{}", out(&output), err(&output));
    let passed = out(&output).matches("test result: ok. 3 passed").count() * 3;
    assert_eq!(passed, tests, "{}", out(&output));
    let output = scratch.cargo(&["fmt", "--all", "--check"]).output().unwrap();
    assert!(output.status.success(), "{}{}", out(&output), err(&output));

    what_is_checked_in_is_fresh(&scratch);
    the_listener_serves(&scratch);
    a_test_that_passes_can_fail(&scratch);
}

/// The project that the README of the repository shows, file by file.
fn by_hand(folder: &Path) {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let block = |before: &str, language: &str| {
        let (_, rest) = readme.split_once(before).unwrap();
        let (_, rest) = rest.split_once(&format!("```{language}\n")).unwrap();
        rest.split_once("```").unwrap().0.to_owned()
    };
    let crates = root().join("crates").display().to_string();
    let dependencies =
        block("in place of the empty `[dependencies]`", "toml").replace("../sf-outbound/crates", &crates);
    let package = "[package]\nname = \"by-hand\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n";
    let wsdl = fs::read_to_string(root().join("tests/wsdl/opportunity.wsdl")).unwrap();
    for (file, text) in [
        ("Cargo.toml", package.to_owned() + &dependencies),
        ("build.rs", block("`build.rs`, with the WSDL", "rust")),
        ("src/main.rs", block("`src/main.rs`:", "rust")),
        ("wsdl/opportunity.wsdl", wsdl),
    ] {
        let path = folder.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

/// The command that the README of such a project names.
fn what_is_checked_in_is_fresh(scratch: &Scratch) {
    for name in ["plain-checked-in", "twins-checked-in", "Keyword"] {
        let folder = scratch.project(name);
        let readme = fs::read_to_string(folder.join("README.md")).unwrap();
        let line = readme.lines().find_map(|line| line.strip_prefix("sf-outbound generate ")).unwrap();
        let arguments: Vec<_> = ["generate"].into_iter().chain(line.split(' ')).chain(["--check"]).collect();
        let output = sf_outbound(&arguments, &folder);
        assert!(output.status.success(), "{}{}", out(&output), err(&output));
    }
}

/// A program that is stopped with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The program itself, and the command that the README names for it.
fn the_listener_serves(scratch: &Scratch) {
    let mut child = Command::new(scratch.0.join("target/debug/twins"))
        .env("LISTEN", "127.0.0.1:0")
        .env("SALESFORCE_ORGANIZATIONS", "")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let _running = Running(child);
    let first = lines.next().unwrap().unwrap();
    let url = first.strip_prefix("listening on ").unwrap();
    let folder = scratch.project("twins");
    let readme = fs::read_to_string(folder.join("README.md")).unwrap();
    let line = readme.lines().find_map(|line| line.strip_prefix("sf-outbound send ")).unwrap();
    let line = line.replace("http://127.0.0.1:8080/salesforce", url);
    let arguments: Vec<_> = ["send"].into_iter().chain(line.split(' ')).collect();
    let output = sf_outbound(&arguments, &folder);
    assert!(output.status.success(), "{}{}", out(&output), err(&output));
    for _ in 0..3 {
        assert!(lines.next().unwrap().unwrap().starts_with("04l"));
    }
}

/// The project's test sees that a message is not acknowledged.
fn a_test_that_passes_can_fail(scratch: &Scratch) {
    let lib = scratch.project("plain").join("src/lib.rs");
    let text = fs::read_to_string(&lib).unwrap();
    fs::write(&lib, text.replace("Ok(Ack::Accepted)", "Ok(Ack::Retry)")).unwrap();
    let output = scratch.cargo(&["test", "--offline", "--quiet", "--package", "plain"]).output().unwrap();
    assert!(!output.status.success());
    assert!(
        out(&output).contains("a_message_is_acknowledged_and_nothing_in_it_is_unknown"),
        "{}",
        out(&output)
    );
}

#[test]
fn without_a_path_a_project_depends_on_this_release() {
    let folder = tempfile::tempdir().unwrap();
    let wsdl = root().join("tests/wsdl/opportunity.wsdl");
    let output = sf_outbound(&["new", "listener", "--wsdl", wsdl.to_str().unwrap()], folder.path());
    assert!(output.status.success(), "{}", err(&output));
    // Until there is a release.
    assert!(err(&output).contains("name the folder `crates` of a checkout with --path"), "{}", err(&output));
    let manifest = fs::read_to_string(folder.path().join("listener/Cargo.toml")).unwrap();
    let version = env!("CARGO_PKG_VERSION");
    for name in ["sf-outbound", "sf-outbound-build"] {
        assert!(manifest.contains(&format!("\n{name} = \"{version}\"\n")), "{manifest}");
    }
}

/// Whatever the way to the crates is, the manifest has the one from the project.
#[test]
fn the_path_of_the_manifest_is_relative_to_the_project() {
    let folder = tempfile::tempdir().unwrap();
    let wsdl = root().join("tests/wsdl/opportunity.wsdl");
    let wsdl = wsdl.to_str().unwrap();
    let checkout = folder.path().join("sf-outbound");
    fs::create_dir_all(checkout.join("crates/sf-outbound")).unwrap();
    fs::write(checkout.join("crates/sf-outbound/Cargo.toml"), "").unwrap();
    let whole = folder.path().join("whole");
    let crates = checkout.join("crates/../crates");
    for (project, path, expected) in [
        ("../listener", "crates", "../sf-outbound/crates"),
        ("../a/b/../c", "../sf-outbound/crates", "../../sf-outbound/crates"),
        ("inside", "crates", "../crates"),
        (whole.to_str().unwrap(), crates.to_str().unwrap(), "../sf-outbound/crates"),
    ] {
        fs::create_dir_all(folder.path().join("a/b")).unwrap();
        let output = sf_outbound(&["new", project, "--wsdl", wsdl, "--path", path], &checkout);
        assert!(output.status.success(), "{}", err(&output));
        let manifest = fs::read_to_string(checkout.join(project).join("Cargo.toml")).unwrap();
        let line = format!("\nsf-outbound = {{ path = \"{expected}/sf-outbound\" }}\n");
        assert!(manifest.contains(&line), "{project}: {manifest}");
    }
}

#[test]
fn what_cannot_be_written_is_said_before_anything_is() {
    let folder = tempfile::tempdir().unwrap();
    let wsdl = root().join("tests/wsdl/opportunity.wsdl");
    let wsdl = wsdl.to_str().unwrap();
    let other = root().join("tests/ui/html/service.wsdl");
    fs::create_dir(folder.path().join("full")).unwrap();
    fs::write(folder.path().join("full/notes"), "mine").unwrap();
    fs::create_dir(folder.path().join("empty")).unwrap();
    for (arguments, code, text) in [
        (
            vec!["new", "full", "--wsdl", wsdl],
            2,
            "error: full is not empty\nhelp: name a folder that is not there yet\n",
        ),
        (
            vec!["new", "9lives", "--wsdl", wsdl],
            2,
            "error: `9lives` cannot be the name of a package\nhelp: name a folder such as opportunity-listener\n",
        ),
        (vec!["new", "tokio", "--wsdl", wsdl], 2, "error: `tokio` cannot be the name of a package\n"),
        (vec!["new", "gen", "--wsdl", wsdl], 2, "error: `gen` cannot be the name of a package\n"),
        (vec!["new", "a b", "--wsdl", wsdl], 2, "error: `a b` cannot be the name of a package\n"),
        (
            vec!["new", "l", "--wsdl", wsdl, "--path", "empty"],
            2,
            "error: there is no crate sf-outbound in empty\nhelp: name the folder `crates` of a checkout\n",
        ),
        (vec!["new", "l", "--wsdl", other.to_str().unwrap()], 1, "error[SFW0104]"),
        (vec!["new", "l", "--wsdl", "none.wsdl"], 3, "error: cannot read none.wsdl"),
    ] {
        let output = sf_outbound(&arguments, folder.path());
        assert_eq!(output.status.code(), Some(code), "{arguments:?}");
        assert!(err(&output).starts_with(text), "{}", err(&output));
        assert!(output.stdout.is_empty());
    }
    let left = files(folder.path());
    assert_eq!(left, [("full/notes".to_owned(), "mine".to_owned())]);
    let output = sf_outbound(&["new", ".", "--wsdl", wsdl], &folder.path().join("empty"));
    assert!(output.status.success(), "{}", err(&output));
    assert!(folder.path().join("empty/src/main.rs").is_file());
}
