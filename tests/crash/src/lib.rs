//! Processes that are killed, and disks that lose their power: for the crash tests of the sender and of the inbox.
//!
//! Such a test is a binary with a `main` of its own. Started with its load in the environment, it is the process that is
//! killed, or whose writes are recorded; started without, it is the test, and starts itself.

mod process;
mod recording;

pub use process::Process;
pub use recording::{Recorder, Recording};

/// How a test has ended that has not panicked.
#[derive(Debug)]
pub enum Ran {
    /// With its figures.
    Passed(String),
    /// With what is missing.
    Skipped(&'static str),
}

/// A test and its name.
pub type Test<'t> = (&'t str, fn() -> Ran);

/// Runs the tests whose names have the word that the command line has, and prints as cargo's own tests do.
pub fn main(tests: &[Test<'_>]) {
    let wanted = std::env::args().skip(1).find(|argument| !argument.starts_with('-')).unwrap_or_default();
    let mut passed = 0;
    for (name, test) in tests.iter().filter(|(name, _)| name.contains(&wanted)) {
        match test() {
            Ran::Passed(what) => {
                passed += 1;
                println!("test {name} ... ok; figures: {what}");
            }
            Ran::Skipped(why) => println!("SKIPPED {name}: {why}"),
        }
    }
    println!("test result: ok. {passed} passed; 0 failed; 0 ignored");
}

/// How many times something is tried, and the seed: `SF_OUTBOUND_SOAK=RUNS:SEED`, or few and a random one.
#[must_use]
pub fn runs(few: u32) -> (u32, u64) {
    let asked = std::env::var("SF_OUTBOUND_SOAK").ok();
    let asked = asked.as_deref().and_then(|text| text.split_once(':'));
    let asked = asked.and_then(|(runs, seed)| Some((runs.parse().ok()?, seed.parse().ok()?)));
    asked.unwrap_or_else(|| (few, fastrand::u64(..)))
}
