//! Build scripts as users write them, with files of odd names, built by cargo in two editions; and the errors that
//! cargo shows where something is wrong.

use sf_outbound_tests::root;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// One workspace for all packages of a test, inside the target folder, so that the crates are built once.
struct Workspace(PathBuf);

impl Workspace {
    fn new(name: &str, members: &[&str]) -> Self {
        // The folder is the test's own, the target folder is that of all.
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("build-scripts").join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        let members: Vec<_> = members.iter().map(|member| format!("{member:?}")).collect();
        let manifest = format!("[workspace]\nresolver = \"3\"\nmembers = [{}]\n", members.join(", "));
        fs::write(folder.join("Cargo.toml"), manifest).unwrap();
        fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
        Self(folder)
    }

    /// A package with a build script (none where `build` is empty) and WSDLs: each a file and the object it is on.
    fn package(&self, name: &str, edition: &str, build: &str, lib: &str, wsdls: &[(&str, &str)]) {
        let folder = self.0.join(name);
        let crates = root().join("crates");
        fs::create_dir_all(folder.join("src")).unwrap();
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"{edition}\"\n\
             [dependencies]\nsf-outbound = {{ path = \"{0}/sf-outbound\" }}\n\
             [build-dependencies]\nsf-outbound-build = {{ path = \"{0}/sf-outbound-build\" }}\n\
             [lints.rust]\nwarnings = \"deny\"\n",
            crates.display()
        );
        fs::write(folder.join("Cargo.toml"), manifest).unwrap();
        fs::write(folder.join("src/lib.rs"), lib).unwrap();
        if !build.is_empty() {
            let build = format!("fn main() -> Result<(), sf_outbound_build::Report> {{\n    {build}\n}}\n");
            fs::write(folder.join("build.rs"), build).unwrap();
        }
        for (file, object) in wsdls {
            let file = folder.join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, wsdl(object)).unwrap();
        }
    }

    fn check(&self) -> Output {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("build-scripts/target");
        Command::new(env!("CARGO"))
            .args(["check", "--workspace", "--keep-going", "--offline"])
            .current_dir(&self.0)
            .env("CARGO_TARGET_DIR", target)
            .env_remove("OUT_DIR")
            .output()
            .unwrap()
    }
}

/// A WSDL on an object; an empty name gives a file that is none.
fn wsdl(object: &str) -> String {
    if object.is_empty() {
        return "{}".into();
    }
    let wsdl = fs::read_to_string(root().join("tests/wsdl/opportunity.wsdl")).unwrap();
    ["\"", "ens:", "tns:"].iter().fold(wsdl, |wsdl, before| {
        wsdl.replace(&format!("{before}Opportunity"), &format!("{before}{object}"))
    })
}

fn shown(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Names of files, and what Rust calls their modules.
const ODD: &[(&str, &str)] = &[
    ("final", "r#final"),
    ("type", "r#type"),
    ("move", "r#move"),
    ("match", "r#match"),
    ("async", "r#async"),
    ("gen", "r#gen"),
    ("self", "self_"),
    ("super", "super_"),
    ("crate", "crate_"),
    ("Self Service", "self_service"),
    ("__", "__"),
    ("sf-outbound", "sf_outbound_"),
    ("core", "core_"),
    ("std", "std_"),
    ("alloc", "alloc_"),
    ("1st", "_1st"),
    ("LeadChanged", "lead_changed"),
    ("fields", "fields"),
    ("notification", "notification"),
];

#[test]
fn files_of_any_name_are_modules_in_each_edition() {
    let workspace = Workspace::new("odd", &["odd-2021", "odd-2024"]);
    let files: Vec<_> = ODD.iter().map(|(file, _)| format!("wsdl/{file}.wsdl")).collect();
    let wsdls: Vec<_> = files.iter().map(|file| (file.as_str(), "Lead")).collect();
    let mut lib = String::from(
        "#![allow(dead_code)]\nmod messages {\n    sf_outbound::include_wsdl!(\"messages\");\n}\n",
    );
    for (index, (file, module)) in ODD.iter().enumerate() {
        // One text of all, and one of each, by the name of the file as it stands.
        writeln!(lib, "pub fn lead_{index}(lead: &messages::{module}::Lead) {{ let _ = &lead.name; }}")
            .unwrap();
        writeln!(lib, "mod own_{index} {{\n    sf_outbound::include_wsdl!(\"{file}\");\n}}").unwrap();
        writeln!(lib, "pub fn own_lead_{index}(lead: own_{index}::Lead) {{ drop(lead); }}").unwrap();
    }
    let list = format!("let files = {files:?};\n    ");
    let build = list
        + "sf_outbound_build::configure().constants().compile_all(\"messages\", files)?;\n    \
           for file in files {\n        sf_outbound_build::compile(file)?;\n    }\n    Ok(())";
    for edition in ["2021", "2024"] {
        workspace.package(&format!("odd-{edition}"), edition, &build, &lib, &wsdls);
    }
    for _ in 0..2 {
        let output = workspace.check();
        assert!(output.status.success(), "{}", shown(&output).chars().take(6000).collect::<String>());
        // The second run has what the first one wrote, and the script runs again.
        let file = workspace.0.join("odd-2024").join(&files[0]);
        fs::write(file, wsdl("Lead") + "\n").unwrap();
    }
}

#[test]
fn a_second_file_of_one_name_is_refused() {
    let workspace = Workspace::new("same-stem", &["same-stem", "same-file", "elsewhere"]);
    let lib = "mod lead {\n    #![allow(dead_code)]\n    sf_outbound::include_wsdl!(\"lead\");\n}\n\
               pub use lead::Lead;\n";
    let build = "sf_outbound_build::compile(\"production/lead.wsdl\")?;\n    \
                 sf_outbound_build::compile(\"sandbox/Lead.wsdl\")";
    workspace.package(
        "same-stem",
        "2024",
        build,
        lib,
        &[("production/lead.wsdl", "Lead"), ("sandbox/Lead.wsdl", "Lead")],
    );
    // The same again is no second file.
    let build = "sf_outbound_build::compile(\"lead.wsdl\")?;\n    sf_outbound_build::compile(\"lead.wsdl\")";
    workspace.package("same-file", "2024", build, lib, &[("lead.wsdl", "Lead")]);
    // As build systems do that run scripts elsewhere.
    let build = "std::env::set_current_dir(std::env::temp_dir()).unwrap();\n    \
                 sf_outbound_build::compile(\"wsdl/lead.wsdl\")";
    workspace.package("elsewhere", "2024", build, lib, &[("wsdl/lead.wsdl", "Lead")]);
    let output = workspace.check();
    let shown = shown(&output);
    assert!(!output.status.success());
    let expected = "error[SFG0105]: `lead.rs` has been generated from `production/lead.wsdl` already\n";
    assert!(shown.contains(expected), "{shown}");
    assert!(shown.contains(" --> sandbox/Lead.wsdl\n"), "{shown}");
    for good in ["same-file", "elsewhere"] {
        assert!(!shown.contains(&format!("command for `{good}")), "{shown}");
    }
}

#[test]
fn all_wrong_files_are_told_at_once_and_where_codes_are_explained() {
    let workspace = Workspace::new("wrong", &["wrong"]);
    let build = "sf_outbound_build::configure().compile_all(\"all\", [\"one.wsdl\", \"two.wsdl\", \"good.wsdl\", \"three.wsdl\"])";
    let wsdls = [("one.wsdl", ""), ("two.wsdl", ""), ("good.wsdl", "Lead")];
    workspace.package("wrong", "2024", build, "", &wsdls);
    let output = workspace.check();
    let shown = shown(&output);
    assert!(!output.status.success());
    for file in ["one.wsdl", "two.wsdl", "three.wsdl"] {
        assert!(shown.contains(&format!(" --> {file}\n")), "{file}: {shown}");
    }
    assert!(shown.contains("more: sf-outbound explain SFW0103 SFG0301\n"), "{shown}");
}

#[test]
fn a_crate_without_a_build_script_is_told_so() {
    let workspace = Workspace::new("no-script", &["no-script"]);
    let lib = "mod lead {\n    sf_outbound::include_wsdl!(\"lead\");\n}\n";
    workspace.package("no-script", "2024", "", lib, &[("lead.wsdl", "Lead")]);
    let output = workspace.check();
    let shown = shown(&output);
    assert!(!output.status.success());
    let errors: Vec<_> = shown.lines().filter(|line| line.starts_with("error")).collect();
    let ours = "error: this crate has no build script, which generates what is included here: add a `build.rs` that \
                calls `sf_outbound_build::compile(\"wsdl/<file>.wsdl\")`";
    assert_eq!(errors[..errors.len() - 1], [ours], "{shown}");
}
