//! A listener with an inbox that is killed, or whose disk loses its power.
//!
//! Its process is this binary again, with its file in the environment; so this test has a `main` of its own.

mod kill;
mod power;

use std::env;

fn main() {
    if let Ok(file) = env::var(kill::FILE) {
        return kill::listen(&file);
    }
    if let Ok(file) = env::var(power::FILE) {
        return power::load(&file);
    }
    sf_outbound_crash::main(&[
        (
            "a_killed_listener_loses_nothing_and_does_nothing_twice",
            kill::a_killed_listener_loses_nothing_and_does_nothing_twice,
        ),
        (
            "a_power_cut_loses_nothing_that_was_acknowledged",
            power::a_power_cut_loses_nothing_that_was_acknowledged,
        ),
    ]);
}
