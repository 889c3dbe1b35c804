//! Generated text: goldens of the hazards, and the same bytes whatever the file's line ends.

use sf_outbound_build::{Generated, Options, generate};
use sf_outbound_tests::{corpus, entries, root};
use sf_outbound_wsdl::{ReadOptions, Reading, read};
use std::fs;
use std::path::Path;

fn generated(file: &Path, bytes: &[u8]) -> Generated {
    let Reading { model, report } = read("service.wsdl", bytes, &ReadOptions::default());
    let model = model.unwrap_or_else(|| panic!("{}: {report}", file.display()));
    generate(&model, &Options::default())
        .unwrap_or_else(|findings| panic!("{}: {findings:?}", file.display()))
}

#[test]
fn goldens_are_what_is_generated() {
    let cases = entries(&root().join("tests/cases"));
    assert!(cases.len() >= 9, "the cases were not found");
    for case in cases {
        let file = case.join("service.wsdl");
        let text = generated(&file, &fs::read(&file).unwrap()).text;
        expect_test::expect_file![case.join("expected.rs")].assert_eq(&text);
    }
}

#[test]
fn line_ends_and_byte_order_mark_change_nothing() {
    let mut files: Vec<_> =
        entries(&root().join("tests/cases")).iter().map(|case| case.join("service.wsdl")).collect();
    files.extend(corpus("wsdl").iter().flat_map(|folder| entries(folder)));
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let plain = generated(&file, text.as_bytes());
        assert_eq!(plain, generated(&file, text.as_bytes()), "a second run differs");
        let unix = text.replace("\r\n", "\n");
        let windows = format!("\u{FEFF}{}", unix.replace('\n', "\r\n"));
        assert_eq!(plain.text, generated(&file, windows.as_bytes()).text, "{}", file.display());
        assert_eq!(plain.text, generated(&file, unix.as_bytes()).text, "{}", file.display());
    }
}

#[test]
fn other_prefixes_comments_and_white_space_change_nothing() {
    let file = root().join("tests/wsdl/opportunity.wsdl");
    let text = fs::read_to_string(&file).unwrap();
    let prefixes = text
        .replace("xsd:", "x:")
        .replace("xmlns:xsd", "xmlns:x")
        .replace("ens:", "s:")
        .replace("xmlns:ens", "xmlns:s");
    let comments = text.replace("<sequence>", "<sequence> <!-- <element name=\"No\"/> -->");
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let plain = generated(&file, text.as_bytes()).text;
    for variant in [prefixes, comments, flat] {
        assert_eq!(plain, generated(&file, variant.as_bytes()).text);
    }
}

#[test]
fn reformatted_twins_of_the_corpus_give_the_same_bytes() {
    let Some(folder) = corpus("wsdl") else { return };
    let [raw, reformatted] = ["002-contact-2014.wsdl", "003-contact-2014-reformatted.wsdl"].map(|name| {
        let file = folder.join(name);
        generated(&file, &fs::read(&file).unwrap()).text
    });
    assert_eq!(raw, reformatted);
}

#[test]
fn no_bytes_make_reading_or_generating_panic() {
    let text = fs::read(root().join("tests/wsdl/opportunity.wsdl")).unwrap();
    let mut state = 1_u64;
    let mut random = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    for _ in 0..2_000 {
        let mut bytes = text.clone();
        for _ in 0..=random(3) {
            let (at, other) = (random(bytes.len()), random(text.len()));
            match random(4) {
                0 => bytes.truncate(at.max(1)),
                1 => bytes[at] = b"<>\"'&:/ \xFFa"[random(10)],
                2 => drop(bytes.drain(at..(at + random(40)).min(bytes.len()))),
                _ => bytes
                    .splice(at..at, text[other..(other + random(60)).min(text.len())].to_vec())
                    .for_each(drop),
            }
        }
        let reading = read("mutation.wsdl", &bytes, &ReadOptions::default());
        assert_eq!(reading.model.is_none(), reading.report.has_errors());
        if let Some(model) = reading.model {
            let _ = generate(&model, &Options::default());
        }
        let _ = reading.report.to_string();
    }
}
