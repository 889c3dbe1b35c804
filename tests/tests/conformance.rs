//! The scanner against the XML conformance test suite of W3C and OASIS (version 2013-09-23).
//!
//! `cargo xtask test` fetches it; without it this is skipped, loudly.

use sf_outbound::{Error, Limits, check_well_formed};
use sf_outbound_tests::root;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

/// Each catalogue of tests, and what is said of each test in it.
const CATALOGUES: [&str; 21] = [
    "eduni/errata-2e/errata2e.xml",
    "eduni/errata-3e/errata3e.xml",
    "eduni/errata-4e/errata4e.xml",
    "eduni/misc/ht-bh.xml",
    "eduni/namespaces/1.0/rmt-ns10.xml",
    "eduni/namespaces/1.1/rmt-ns11.xml",
    "eduni/namespaces/errata-1e/errata1e.xml",
    "eduni/xml-1.1/xml11.xml",
    "ibm/ibm_oasis_invalid.xml",
    "ibm/ibm_oasis_not-wf.xml",
    "ibm/ibm_oasis_valid.xml",
    "ibm/xml-1.1/ibm_invalid.xml",
    "ibm/xml-1.1/ibm_not-wf.xml",
    "ibm/xml-1.1/ibm_valid.xml",
    "japanese/japanese.xml",
    "oasis/oasis.xml",
    "sun/sun-error.xml",
    "sun/sun-invalid.xml",
    "sun/sun-not-wf.xml",
    "sun/sun-valid.xml",
    "xmltest/xmltest.xml",
];

/// Documents of XML alone: they name elements `:` and `A:.-`, which namespaces do not allow, and the catalogue does not
/// say so.
const ODD_COLONS: [&str; 2] = ["o-p04pass1", "o-p05pass1"];

struct Case {
    id: String,
    file: PathBuf,
    /// `valid`, `invalid` (well-formed too), `not-wf` or `error` (a processor may do either).
    kind: String,
    /// Whether it is a test of XML 1.0, fifth edition.
    ours: bool,
    /// Whether it is meant for processors with namespaces.
    namespaces: bool,
}

fn cases(suite: &Path) -> Vec<Case> {
    let mut cases = Vec::new();
    for catalogue in CATALOGUES {
        let file = suite.join(catalogue);
        let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        // Some are fragments with several roots, made to be included.
        let text =
            text.split_once("?>").filter(|_| text.starts_with("<?xml")).map_or(&*text, |halves| halves.1);
        let text = format!("<all>{text}</all>");
        let document =
            roxmltree::Document::parse(&text).unwrap_or_else(|error| panic!("{catalogue}: {error}"));
        for test in document.descendants().filter(|node| node.has_tag_name("TEST")) {
            let attribute = |name: &str| test.attribute(name).unwrap_or_default();
            cases.push(Case {
                id: attribute("ID").into(),
                file: file.with_file_name(attribute("URI")),
                kind: attribute("TYPE").into(),
                ours: !attribute("RECOMMENDATION").ends_with("1.1")
                    && test
                        .attribute("EDITION")
                        .is_none_or(|editions| editions.split(' ').any(|edition| edition == "5")),
                namespaces: test.attribute("NAMESPACE") != Some("no")
                    && !ODD_COLONS.contains(&attribute("ID")),
            });
        }
    }
    cases
}

/// What became of a document.
fn outcome(case: &Case, answer: &Result<(), Error>) -> &'static str {
    let code = answer.as_ref().err().map(Error::code);
    match (&*case.kind, code) {
        _ if !case.ours => "not of XML 1.0, fifth edition: left out",
        (_, Some("SFR0105")) => "refused for its document type declaration",
        ("error", _) => "an error that need not be reported: either answer is right",
        ("not-wf", Some(_)) => "not well-formed: refused for its own fault",
        ("not-wf", None) => "NOT WELL-FORMED: ACCEPTED",
        (_, None) => "well-formed: accepted",
        (_, Some("SFR0104" | "SFR0102")) if !case.namespaces => {
            "well-formed, but not with namespaces: refused for that"
        }
        (_, Some("SFR0101")) => "well-formed, but in an encoding that is not read: refused for that",
        (_, Some(_)) => "WELL-FORMED: REFUSED",
    }
}

#[test]
fn the_scanner_judges_as_the_suite_says() {
    let suite = root().join("target/xml-suite/package/xmlconf");
    if !suite.is_dir() {
        println!(
            "SKIPPED: target/xml-suite lacks the XML conformance suite; `cargo xtask fetch` fetches it with npm and tar"
        );
        return;
    }
    let limits = Limits::default().depth(1000);
    let mut counts: BTreeMap<(&str, bool), usize> = BTreeMap::new();
    let mut refusals = String::new();
    let mut exceptions = String::new();
    for case in cases(&suite) {
        let bytes = fs::read(&case.file).unwrap_or_else(|error| panic!("{}: {error}", case.file.display()));
        let answer = check_well_formed(&bytes, None, &limits);
        let outcome = outcome(&case, &answer);
        *counts
            .entry((outcome, case.id.starts_with("rmt-ns10") || case.id.starts_with("ns10-1e")))
            .or_default() += 1;
        let answer = answer.map_or_else(|error| error.to_string(), |()| "accepted".into());
        let (list, line) = match outcome {
            "not well-formed: refused for its own fault" => (&mut refusals, answer),
            "well-formed: accepted"
            | "refused for its document type declaration"
            | "not of XML 1.0, fifth edition: left out" => continue,
            exception => (&mut exceptions, format!("{exception}: {answer}")),
        };
        writeln!(list, "{}: {line}", case.id).unwrap();
    }
    let mut table = String::from("| outcome | XML 1.0 | of namespaces |\n|---|---:|---:|\n");
    let outcomes: std::collections::BTreeSet<_> = counts.keys().map(|key| key.0).collect();
    for outcome in outcomes {
        let count = |namespaces| counts.get(&(outcome, namespaces)).copied().unwrap_or(0);
        writeln!(table, "| {outcome} | {} | {} |", count(false), count(true)).unwrap();
    }
    assert!(counts.values().sum::<usize>() > 2500, "the catalogues were not read:\n{table}");
    let folder = root().join("tests/conformance");
    expect_test::expect_file![folder.join("refusals.txt")].assert_eq(&refusals);
    expect_test::expect_file![folder.join("exceptions.txt")].assert_eq(&exceptions);
    assert!(!table.contains("ACCEPTED") && !table.contains("REFUSED"), "{table}\n{exceptions}");
    let stated = fs::read_to_string(root().join("docs/CONFORMANCE.md")).unwrap();
    assert!(stated.contains(&table), "docs/CONFORMANCE.md states other counts than\n{table}");
}
