//! `explain`: what a code means, why it is a mistake and what to do.

use crate::args::Explain;
use crate::catalogue::{Entry, entries, find, tables};
use crate::files::{Failure, print};
use similar::get_close_matches;

/// Codes that are offered in place of one that is not known.
const OFFERED: usize = 3;

pub(crate) fn run(arguments: &Explain) -> Result<(), Failure> {
    if arguments.all {
        return print(list());
    }
    let pages: Result<Vec<_>, _> = arguments.codes.iter().map(|code| page(code)).collect();
    print(pages?.join("\n"))
}

fn page(code: &str) -> Result<String, Failure> {
    let unknown = || Failure::Usage(format!("error: there is no code `{code}`\nhelp: {}", offers(code)));
    find(code).map(|entry| entry.page()).ok_or_else(unknown)
}

fn list() -> String {
    let tables = tables().into_iter().map(|table| {
        let lines: String = table.entries.iter().map(|entry| line(entry) + "\n").collect();
        format!("{}\n\n{lines}", table.about)
    });
    tables.collect::<Vec<_>>().join("\n")
}

fn line(entry: &Entry) -> String {
    format!("  {}  {}", entry.code, entry.title)
}

/// The codes that are spelled nearly so, or whose title has the words.
fn offers(asked: &str) -> String {
    let upper = asked.to_ascii_uppercase();
    let codes: Vec<_> = entries().map(|entry| entry.code).collect();
    let mut offered: Vec<_> =
        get_close_matches(upper.as_str(), &codes, OFFERED, 0.7).into_iter().filter_map(find).collect();
    if offered.is_empty() {
        let lower = asked.to_lowercase();
        offered =
            entries().filter(|entry| entry.title.to_lowercase().contains(&lower)).take(OFFERED).collect();
    }
    if offered.is_empty() {
        return "`sf-outbound explain --all` lists the codes".into();
    }
    let lines: Vec<_> = offered.iter().map(line).collect();
    format!("these are near it\n{}", lines.join("\n"))
}
