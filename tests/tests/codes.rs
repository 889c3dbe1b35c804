//! The whole text of findings that no file of the repository can show: they depend on the machine.

use sf_outbound_build::{Options, configure, generate_all};
use sf_outbound_field::Kind;
use sf_outbound_tests::{model, root};
use std::fs;

#[test]
fn a_type_option_that_is_none_is_explained() {
    let report = configure().type_as("xsd:duration", "number").compile("any.wsdl").unwrap_err();
    assert_eq!(
        report.to_string(),
        "error[SFG0201]: `--type xsd:duration=number` can't be understood\n \
         --> any.wsdl\n  \
         = help: write the type's name, `=` and one of id, text, boolean, int, long, double, decimal, date, dateTime, time, base64, skip\n\n\
         more: sf-outbound explain SFG0201\n"
    );
}

#[test]
fn a_wsdl_that_is_not_there_is_explained() {
    let file = "no/such.wsdl";
    let report = configure().compile(file).unwrap_err();
    assert_eq!(
        report.to_string(),
        format!(
            "error[SFG0301]: the file can't be read: {}\n --> {file}\n  \
             = help: write the path relative to the package's folder; tried {}\n\n\
             more: sf-outbound explain SFG0301\n",
            fs::read(file).unwrap_err(),
            root().join("tests").join(file).display()
        )
    );
}

#[test]
fn a_folder_that_is_not_there_is_explained() {
    let folder = root().join("no/such/folder");
    let wsdl = root().join("tests/wsdl/opportunity.wsdl");
    let report = configure().out_dir(&folder).compile(wsdl).unwrap_err();
    let file = folder.join("opportunity.rs");
    assert_eq!(
        report.to_string(),
        format!(
            "error[SFG0302]: the file can't be written: {}\n --> {}\n  \
             = help: name a folder that can be written with `out_dir`\n\n\
             more: sf-outbound explain SFG0302\n",
            fs::write(&file, "").unwrap_err(),
            file.display()
        )
    );
}

/// As it is in a program that is no build script.
#[test]
fn a_build_script_without_a_folder_to_write_to_is_explained() {
    let report = configure().compile(root().join("tests/wsdl/opportunity.wsdl")).unwrap_err();
    assert_eq!(
        report.to_string(),
        "error[SFG0302]: there is no folder to write to: OUT_DIR is not set\n \
         --> opportunity.rs\n  \
         = help: run this in a build script, or name a folder with `out_dir`\n\n\
         more: sf-outbound explain SFG0302\n"
    );
}

#[test]
fn a_module_needs_a_name_in_rust() {
    let file = root().join("tests/wsdl/opportunity.wsdl");
    let model = model(&file, &fs::read(&file).unwrap(), &Options::default());
    let found = generate_all(&[("two words".into(), &model)], &Options::default()).unwrap_err();
    assert_eq!(found[0].1.message, "`two words` can't be the name of a module");
}

/// The lists that are written by hand; a list in a help is made from the table.
#[test]
fn texts_that_list_the_types_words_list_all() {
    let of_explanation =
        sf_outbound_wsdl::CODES.iter().find(|row| row.code == "SFW0203").unwrap().explanation;
    let of_file = fs::read_to_string(root().join("crates/sf-outbound-sender/org.default.toml")).unwrap();
    let line = of_file.lines().find(|line| line.starts_with("# API names and types: ")).unwrap();
    for kind in Kind::ALL {
        for (place, text) in [("SFW0203", of_explanation), ("org.default.toml", line)] {
            let mut words = text.split(|c: char| !c.is_ascii_alphanumeric());
            assert!(words.any(|word| word == kind.keyword()), "{place} does not name {}", kind.keyword());
        }
    }
}
