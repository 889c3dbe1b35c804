//! The check of the decoder's instructions against docs/PERFORMANCE.md, which [`bench`](crate::bench) writes.

use crate::bench::{self, Message};
use crate::repository::{read, root, rustc};
use crate::totals::Totals;

/// Messages, and the most that ours may cost of the peer's count: what the page has, and two hundredths.
const MOST: [(Message, f64); 5] = [
    ((12, 1, "compact", "ascii"), 0.36),
    ((12, 100, "compact", "ascii"), 0.36),
    ((12, 100, "foreign", "ascii"), 0.38),
    ((60, 100, "compact", "ascii"), 0.46),
    ((60, 100, "foreign", "ascii"), 0.49),
];

/// How far a count may be from the recorded one.
const NEAR: f64 = 0.03;

/// Counts again. The ratio to the peer holds with any compiler, the counts themselves with the one that the page names.
pub(crate) fn run(totals: &mut Totals) -> Result<(), String> {
    if !bench::can_count() {
        totals.skip("the decoder's instructions: valgrind is needed");
        return Ok(());
    }
    println!("xtask: instructions of the decoder");
    bench::build()?;
    let page = read(&root().join("docs/PERFORMANCE.md"))?;
    let (here, there) = (rustc()?, recorded_rustc(&page)?);
    let is_recorded = here == there;
    for (message, most) in MOST {
        let (ours, peer) = bench::ours_and_peer(message)?;
        let ratio = bench::ratio(ours, peer);
        let what = format!("{} × {} {}", message.1, message.0, message.2);
        if ratio > most {
            return Err(format!("{what}: {ratio:.3} of quick-xml's tokens, at most {most}"));
        }
        let recorded = recorded(&page, message)?;
        let change = bench::ratio(ours, recorded) - 1.0;
        if is_recorded && change.abs() > NEAR {
            return Err(format!(
                "{what}: {ours} instructions, {:+.1} % of the {recorded} of docs/PERFORMANCE.md: if that is meant, \
                 cargo xtask bench --write",
                change * 100.0
            ));
        }
        println!("{what}: {ours} instructions, {ratio:.3} of quick-xml's tokens");
    }
    if !is_recorded {
        totals.skip(&format!("the recorded counts: they are of rustc {there}, and here is {here}"));
    }
    Ok(())
}

fn recorded_rustc(page: &str) -> Result<&str, String> {
    let version = page.split_once(bench::RUSTC).and_then(|(_, rest)| rest.split_once(" -->"));
    version.map(|(version, _)| version).ok_or_else(|| "docs/PERFORMANCE.md names no rustc".to_owned())
}

/// Our count in the row of a message.
fn recorded(page: &str, (fields, notifications, layout, _): Message) -> Result<u64, String> {
    let start = format!("| {fields} | {notifications} | {layout} | ");
    let row = page.lines().find_map(|line| line.strip_prefix(&start));
    let count = row.and_then(|row| row.split(" | ").nth(1)).and_then(|count| count.parse().ok());
    count.ok_or_else(|| format!("docs/PERFORMANCE.md has no row {start}"))
}
