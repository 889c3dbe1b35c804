//! `bench`: instructions of each reader, counted by callgrind in one run; wall time is `cargo bench`'s business.

use crate::repository::{cargo, read, root, rustc, succeed};
use std::fmt::Write;
use std::path::PathBuf;
use std::process::Command;
use std::{fs, thread};

/// Fields, notifications, layout, content.
pub(crate) type Message = (usize, usize, &'static str, &'static str);

const MESSAGES: [Message; 10] = [
    (12, 1, "compact", "ascii"),
    (12, 100, "compact", "ascii"),
    (12, 100, "pretty", "ascii"),
    (12, 100, "pretty", "rich"),
    (12, 100, "foreign", "ascii"),
    (60, 1, "compact", "ascii"),
    (60, 100, "compact", "ascii"),
    (60, 100, "pretty", "ascii"),
    (60, 100, "pretty", "rich"),
    (60, 100, "foreign", "ascii"),
];
const READERS: usize = 7;
/// The reader that the ratios are of: bare tokens.
const PEER: usize = 2;

const START: &str = "<!-- counts: cargo xtask bench --write -->\n";
const END: &str = "<!-- end of counts -->\n";
/// Before the compiler that the counts are of.
pub(crate) const RUSTC: &str = "<!-- rustc ";

/// Documents whose cost for each byte is compared with the first one's, and whether the limits are raised for them.
const LARGE: [(&str, &str); 11] = [
    ("50 kB of notifications", "raised"),
    ("5 MB of notifications", "raised"),
    ("5 MB of notifications", "default"),
    ("100,000 attributes", "raised"),
    ("100,000 attributes", "default"),
    ("100,000 namespace declarations", "raised"),
    ("100,000 namespace declarations", "default"),
    ("1,000,000 nested elements", "default"),
    ("10 MB of text", "default"),
    ("1,000,000 character references", "default"),
    ("1,000,000 unknown elements", "default"),
];

const LARGE_START: &str = "<!-- large: cargo xtask bench --write -->\n";
const LARGE_END: &str = "<!-- end of large -->\n";

/// Whether there is what counts.
pub(crate) fn can_count() -> bool {
    Command::new("valgrind").arg("--version").output().is_ok()
}

/// Builds the programs that are counted.
pub(crate) fn build() -> Result<(), String> {
    succeed(cargo(&["build", "--quiet", "--release", "-p", "sf-outbound-bench", "--bins"]), "cargo build")
}

/// Instructions of our decoder and of the peer.
pub(crate) fn ours_and_peer(message: Message) -> Result<(u64, u64), String> {
    let peer = thread::spawn(move || instructions(PEER, message));
    let (ours, _) = instructions(0, message)?;
    let (peer, _) = peer.join().map_err(|_| "a count panicked")??;
    Ok((ours, peer))
}

pub(crate) fn run(options: &[&str]) -> Result<(), String> {
    if !can_count() {
        return Err("valgrind is needed; for times alone: cargo bench -p sf-outbound-bench".into());
    }
    build()?;
    let mut table = format!("{RUSTC}{} -->\n", rustc()?);
    table.push_str(
        "| fields | notifications | layout | bytes | sf-outbound | of tokens | without predictions | of tokens | quick-xml tokens | NsReader by hand | quick-xml + serde | roxmltree walked | memchr |\n\
         |---:|---:|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n",
    );
    for message in MESSAGES {
        let rows: Vec<_> =
            (0..READERS).map(|reader| thread::spawn(move || instructions(reader, message))).collect();
        let mut counts = Vec::new();
        let mut bytes = 0;
        for row in rows {
            let (count, length) = row.join().map_err(|_| "a count panicked")??;
            counts.push(count);
            bytes = length;
        }
        let (fields, notifications, layout, content) = message;
        let layout = if content == "rich" { format!("{layout}, rich") } else { layout.to_owned() };
        let ratio = |reader: usize| format!("**{:.2}**", ratio(counts[reader], counts[PEER]));
        let _ = writeln!(
            table,
            "| {fields} | {notifications} | {layout} | {bytes} | {} | {} | {} | {} | {} | {} | {} | {} | {} |",
            counts[0],
            ratio(0),
            counts[1],
            ratio(1),
            counts[2],
            counts[3],
            counts[4],
            counts[5],
            counts[6]
        );
        println!("{}", table.lines().last().unwrap_or_default());
    }
    let large = large()?;
    match options {
        [] => println!("\n{table}\n{large}"),
        ["--write"] => {
            write(START, &table, END)?;
            write(LARGE_START, &large, LARGE_END)?;
        }
        _ => return Err("usage: cargo xtask bench [--write]".into()),
    }
    Ok(())
}

#[allow(clippy::cast_precision_loss)]
pub(crate) fn ratio(count: u64, of: u64) -> f64 {
    count as f64 / of as f64
}

/// Instructions for each byte of large documents.
#[allow(clippy::cast_precision_loss)]
fn large() -> Result<String, String> {
    let mut table = String::from(
        "| document | limits | bytes | | instructions a byte | of the first |\n|---|---|---:|---|---:|---:|\n",
    );
    let mut first = None;
    for (name, limits) in LARGE {
        let (one, _) = callgrind("linear", &[name, limits, "1"])?;
        let (two, said) = callgrind("linear", &[name, limits, "2"])?;
        let (bytes, accepted) = said.split_once(' ').unwrap_or_default();
        let bytes: u64 = bytes.parse().map_err(|_| said.clone())?;
        let cost = two.saturating_sub(one) as f64 / bytes as f64;
        let ratio = cost / *first.get_or_insert(cost);
        let verdict = if accepted == "true" { "accepted" } else { "refused" };
        let _ = writeln!(table, "| {name} | {limits} | {bytes} | {verdict} | {cost:.2} | {ratio:.2} |");
    }
    Ok(table)
}

/// Instructions of one reading, as the difference of six and one; and the bytes of the message.
fn instructions(reader: usize, message: Message) -> Result<(u64, usize), String> {
    let (one, bytes) = collected(reader, message, 1)?;
    let (six, _) = collected(reader, message, 6)?;
    Ok((six.saturating_sub(one) / 5, bytes))
}

fn collected(reader: usize, message: Message, runs: usize) -> Result<(u64, usize), String> {
    let (fields, notifications, layout, content) = message;
    let numbers = [reader, fields, notifications, runs].map(|number| number.to_string());
    let [reader, fields, notifications, runs] = &numbers;
    let (count, bytes) = callgrind("count", &[reader, fields, notifications, layout, content, runs])?;
    Ok((count, bytes.parse().map_err(|_| bytes)?))
}

/// Instructions of a program of the benchmarks, and what it printed.
fn callgrind(program: &str, arguments: &[&str]) -> Result<(u64, String), String> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(release().join(program))
        .args(arguments)
        .output()
        .map_err(|error| format!("valgrind: {error}"))?;
    let log = String::from_utf8_lossy(&output.stderr);
    let count = log.lines().find_map(|line| line.split_once("Collected : ")?.1.trim().parse().ok());
    let count = count
        .filter(|_| output.status.success())
        .ok_or_else(|| format!("valgrind counted nothing:\n{log}"))?;
    Ok((count, String::from_utf8_lossy(&output.stdout).trim().to_owned()))
}

/// Where cargo puts the optimised programs.
fn release() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    target.join("release")
}

/// Puts a table between its marks in docs/PERFORMANCE.md.
fn write(start: &str, table: &str, end: &str) -> Result<(), String> {
    let file = root().join("docs/PERFORMANCE.md");
    let text = read(&file)?;
    let (before, rest) = text.split_once(start).ok_or("docs/PERFORMANCE.md has no place for the counts")?;
    let (_, after) = rest.split_once(end).ok_or("docs/PERFORMANCE.md has no end of the counts")?;
    fs::write(&file, [before, start, table, end, after].concat())
        .map_err(|error| format!("{}: {error}", file.display()))
}
