//! Generated text: goldens of the hazards, and the same bytes whatever the file's line ends.

use sf_outbound_build::{OPTIONS, Options, generate};
use sf_outbound_tests::{Case, corpus, entries, generated, model, root, wsdls};
use sf_outbound_wsdl::{ReadOptions, read};
use std::fs;
use std::path::Path;

fn text(file: &Path, bytes: &[u8]) -> String {
    let options = Options::default();
    generated(&model(file, bytes, &options), &options).text
}

#[test]
fn goldens_are_what_is_generated() {
    for case in Case::all() {
        expect_test::expect_file![case.folder.join("expected.rs")].assert_eq(&case.text());
    }
}

/// Options survive their command line, and a second run gives the same bytes.
#[test]
fn options_from_their_own_command_line_give_the_same_text() {
    for case in Case::all() {
        let mut options = Options::default();
        let mut args = case.options.to_args().into_iter();
        while let Some(flag) = args.next() {
            let flag = flag.trim_start_matches('-');
            let row = OPTIONS.iter().find(|row| row.flag == flag).unwrap();
            let text = if row.value.is_empty() { String::new() } else { args.next().unwrap() };
            options.set(flag, &text).unwrap();
        }
        assert_eq!(options, case.options, "{}", case.name());
        assert_eq!(case.text_with(&options), case.text(), "{}", case.name());
    }
}

/// Every row of the table has a case: a new option can't come without one.
#[test]
fn every_option_has_a_case() {
    let cases = Case::all();
    for row in OPTIONS {
        let flag = format!("--{}", row.flag);
        let has_case = cases.iter().any(|case| case.options.to_args().contains(&flag));
        assert!(has_case, "{flag} has no case: add a folder to tests/cases whose `args` has it");
    }
}

#[test]
fn line_ends_and_byte_order_mark_change_nothing() {
    let mut files: Vec<_> = entries(&root().join("tests/cases"))
        .iter()
        .map(|case| case.join("service.wsdl"))
        .filter(|file| file.exists())
        .collect();
    files.extend(wsdls());
    for file in files {
        let wsdl = fs::read_to_string(&file).unwrap();
        let plain = text(&file, wsdl.as_bytes());
        assert_eq!(plain, text(&file, wsdl.as_bytes()), "a second run differs");
        let unix = wsdl.trim_start_matches('\u{FEFF}').replace("\r\n", "\n");
        let windows = format!("\u{FEFF}{}", unix.replace('\n', "\r\n"));
        assert_eq!(plain, text(&file, windows.as_bytes()), "{}", file.display());
        assert_eq!(plain, text(&file, unix.as_bytes()), "{}", file.display());
    }
}

#[test]
fn other_prefixes_comments_and_white_space_change_nothing() {
    let file = root().join("tests/wsdl/opportunity.wsdl");
    let wsdl = fs::read_to_string(&file).unwrap();
    let prefixes = wsdl
        .replace("xsd:", "x:")
        .replace("xmlns:xsd", "xmlns:x")
        .replace("ens:", "s:")
        .replace("xmlns:ens", "xmlns:s");
    let comments = wsdl.replace("<sequence>", "<sequence> <!-- <element name=\"No\"/> -->");
    let flat = wsdl.split_whitespace().collect::<Vec<_>>().join(" ");
    let plain = text(&file, wsdl.as_bytes());
    for variant in [prefixes, comments, flat] {
        assert_eq!(plain, text(&file, variant.as_bytes()));
    }
}

#[test]
fn reformatted_twins_give_the_same_bytes() {
    let own = ["contact", "contact_reformatted"].map(|name| root().join(format!("tests/wsdl/{name}.wsdl")));
    let of_corpus = corpus("wsdl");
    let of_corpus = ["002-contact-2014.wsdl", "003-contact-2014-reformatted.wsdl"]
        .map(|name| of_corpus.iter().find(|file| file.ends_with(name)));
    let mut twins = vec![own.each_ref()];
    if let [Some(raw), Some(reformatted)] = of_corpus {
        twins.push([raw, reformatted]);
    }
    for twins in twins {
        let [raw, reformatted] = twins.map(|file| text(file, &fs::read(file).unwrap()));
        assert_eq!(raw, reformatted, "{}", twins[0].display());
    }
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
