//! What the documents point to is there.

use sf_outbound_tests::{entries, root};
use std::fs;
use std::path::{Path, PathBuf};

fn documents() -> Vec<PathBuf> {
    let here = [root(), root().join("docs")];
    let files = here.iter().flat_map(|folder| entries(folder));
    let documents: Vec<_> = files.filter(|path| path.extension().is_some_and(|end| end == "md")).collect();
    assert!(documents.len() >= 8, "{documents:?}");
    documents
}

/// The anchors of a document's headings.
fn anchors(text: &str) -> Vec<String> {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    headings
        .map(|line| {
            let title = line.trim_start_matches('#').trim().to_lowercase();
            let kept = title.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
            kept.map(|c| if c == ' ' { '-' } else { c }).collect()
        })
        .collect()
}

/// The targets of a document's links, but those into the web.
fn links(text: &str) -> impl Iterator<Item = &str> {
    let ends = text.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
    ends.map(|(target, _)| target).filter(|target| !target.contains("://"))
}

#[test]
fn links_lead_to_files_and_headings_that_are_there() {
    let mut seen = 0;
    for document in documents() {
        let text = fs::read_to_string(&document).unwrap();
        for target in links(&text) {
            let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
            let folder = document.parent().unwrap_or(Path::new("."));
            let path = if file.is_empty() { document.clone() } else { folder.join(file) };
            assert!(path.exists(), "{}: there is no {target}", document.display());
            // Of a folder its README is shown.
            let path = if path.is_dir() && !anchor.is_empty() { path.join("README.md") } else { path };
            let is_there = anchor.is_empty()
                || anchors(&fs::read_to_string(&path).unwrap()).contains(&anchor.to_owned());
            assert!(is_there, "{}: there is no heading for {target}", document.display());
            seen += 1;
        }
    }
    assert!(seen > 30, "only {seen} links were found");
}
