//! An organization in a process of its own that is killed, or whose disk loses its power.
//!
//! The process is this binary again, with its load in the environment; so this test has a `main` of its own.

#[path = "../common/mod.rs"]
mod common;
mod kill;
mod power;
mod process;

use common::definition;
use process::{ENDPOINT, FILE, OPERATIONS, SYNCHRONOUS};
use sf_outbound_sender::{Org, SystemClock};
use sf_outbound_store::Synchronous;
use std::io::Write;
use std::sync::atomic::{AtomicU64, Ordering};

fn main() {
    if let Ok(file) = std::env::var(FILE) {
        return load(&file);
    }
    sf_outbound_crash::main(&[
        ("a_killed_organization_loses_nothing", kill::a_killed_organization_loses_nothing),
        ("a_power_cut_loses_nothing_that_was_answered", power::a_power_cut_loses_nothing_that_was_answered),
    ]);
}

/// What the process does: `operations` changes, of which each has a higher number in `Name`.
fn load(file: &str) {
    let variable = |name| std::env::var(name).unwrap();
    let is_less = variable(SYNCHRONOUS) == "NORMAL";
    let synchronous = if is_less { Synchronous::Normal } else { Synchronous::Full };
    let operations: u64 = variable(OPERATIONS).parse().unwrap();
    let org = Org::builder(definition(&variable(ENDPOINT)))
        .file(file)
        // The first retry comes after 30 ms.
        .clock(SystemClock::with_speed(1_000.0))
        .synchronous(synchronous)
        .start()
        .unwrap();
    let started = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_micros();
    let number = AtomicU64::new(0);
    let change = || {
        let mut random = fastrand::Rng::new();
        let mut records = Vec::new();
        loop {
            let number = number.fetch_add(1, Ordering::SeqCst);
            if number >= operations {
                return;
            }
            // Ascending over the lives of all processes.
            let name = format!("{started:020} {number:08}");
            let id = if records.is_empty() || random.u8(..3) == 0 {
                let id = org.create("Opportunity", [("Name", name.as_str())]).unwrap();
                records.push(id);
                id
            } else {
                let id = records[random.usize(..records.len())];
                org.update("Opportunity", id, [("Name", name.as_str())]).unwrap();
                id
            };
            let line = format!("{id} {name}\n");
            std::io::stdout().write_all(line.as_bytes()).unwrap();
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(change);
        scope.spawn(change);
    });
    org.stop();
}
