//! Reads one message a number of times, for callgrind to count: `count READER FIELDS NOTIFICATIONS LAYOUT CONTENT RUNS`.

use sf_outbound_bench::{Content, Layout, READERS, message};
use std::env;

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [reader, fields, notifications, layout, content, runs] = arguments.as_slice() else {
        panic!("six arguments, not {arguments:?}");
    };
    let number = |text: &str| text.parse::<usize>().unwrap();
    let layout = match &**layout {
        "compact" => Layout::Compact,
        "pretty" => Layout::Pretty,
        "foreign" => Layout::Foreign,
        other => panic!("layout {other}"),
    };
    let content = if content == "rich" { Content::Rich } else { Content::Ascii };
    let bytes = message(number(fields), number(notifications), layout, content);
    let read = READERS[number(reader)].1;
    for _ in 0..number(runs) {
        read(number(fields), &bytes);
    }
    println!("{}", bytes.len());
}
