//! Calls the targets in large numbers, on all cores: `soak grammar|mutations SEED FROM COUNT`.
//!
//! Number and seed alone choose what is tried, so any part can be done again. The last line says the figures.

use sf_outbound_fuzz::{Document, TARGETS, mutated};
use std::env;
use std::panic::catch_unwind;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

/// Tries one number, and says which of the figures it counts to.
type Try = fn(seed: u64, number: u64) -> bool;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let number = |index: usize| arguments.get(index).and_then(|text| text.parse::<u64>().ok());
    let what = arguments.first().map(String::as_str);
    let (Some(what), Some(seed), Some(from), Some(count)) = (what, number(1), number(2), number(3)) else {
        eprintln!("usage: soak grammar|mutations SEED FROM COUNT");
        return ExitCode::FAILURE;
    };
    let (attempt, unit, counted): (Try, _, _) = match what {
        "grammar" => (by_grammar, "documents", "well-formed documents"),
        "mutations" => (by_mutation, "mutations", "changed documents"),
        other => {
            eprintln!("nothing is called `{other}`");
            return ExitCode::FAILURE;
        }
    };
    match all(attempt, seed, from, count) {
        Some(counts) => {
            println!("figures: {count} {unit}, {counts} {counted}");
            ExitCode::SUCCESS
        }
        None => ExitCode::FAILURE,
    }
}

/// How many of the numbers counted; `None` where one failed, which has said why.
fn all(attempt: Try, seed: u64, from: u64, count: u64) -> Option<u64> {
    let (next, counted, failed) = (AtomicU64::new(from), AtomicU64::new(0), AtomicBool::new(false));
    let work = || {
        while !failed.load(Ordering::Relaxed) {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= from + count {
                return;
            }
            let tried = catch_unwind(|| attempt(seed, number));
            counted.fetch_add(u64::from(tried.as_ref().is_ok_and(|counts| *counts)), Ordering::Relaxed);
            if tried.is_err() {
                println!("failed: seed {seed}, number {number}");
                failed.store(true, Ordering::Relaxed);
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    (!failed.into_inner()).then(|| counted.into_inner())
}

fn random(seed: u64, number: u64) -> fastrand::Rng {
    fastrand::Rng::with_seed(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ number)
}

fn by_grammar(seed: u64, number: u64) -> bool {
    let mut random = random(seed, number);
    // Most documents are short, that more of them are tried.
    let most = 2_048 >> random.u8(..5);
    let length = random.usize(..most);
    let bytes: Vec<u8> = std::iter::repeat_with(|| random.u8(..)).take(length).collect();
    let document = Document::of(&bytes);
    // One in eight is looked at in every way.
    if number.is_multiple_of(8) {
        document.check();
    } else {
        document.check_reading();
    }
    document.fault.is_none()
}

fn by_mutation(seed: u64, number: u64) -> bool {
    // Each thread makes the seeds once.
    thread_local! {
        static SEEDS: Vec<Vec<Vec<u8>>> = TARGETS.iter().map(|target| (target.2)()).collect();
    }
    let index = usize::try_from(number).unwrap_or(0) % TARGETS.len();
    SEEDS.with(|seeds| {
        let bytes = mutated(&seeds[index], &mut random(seed, number));
        (TARGETS[index].1)(&bytes);
        !seeds[index].contains(&bytes)
    })
}
