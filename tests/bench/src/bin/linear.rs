//! Reads one large document a number of times, for callgrind: `linear NAME default|raised RUNS`.

use sf_outbound::Limits;
use sf_outbound_bench::{hostile, try_ours};
use std::env;

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [name, limits, runs] = arguments.as_slice() else { panic!("three arguments, not {arguments:?}") };
    let many = 1 << 30;
    let raised = Limits::default()
        .body_bytes(many)
        .notifications(many)
        .elements(many)
        .depth(many)
        .attributes(many)
        .namespaces(many);
    let limits = if limits == "raised" { raised } else { Limits::default() };
    let bytes = hostile(name);
    let mut accepted = true;
    for _ in 0..runs.parse().unwrap() {
        accepted = try_ours(&bytes, &limits);
    }
    println!("{} {accepted}", bytes.len());
}
