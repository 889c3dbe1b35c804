//! The inbox and Salesforce together as a small machine, whose every state is looked at.
//!
//! ```text
//!  Salesforce                     the way              the inbox
//!  ──────────                     ───────              ─────────
//!  change ─► queued ── send ────► request ── store ──► row: ready ─► handled in the transaction ─► done
//!               ▲                                        │   ▲
//!               └──── acked ◄─── reply ◄────────────────┘   └─► leased ─► effect outside ─► finished
//!
//!  lost on the way · crash · lease expires · commit whose answer is lost · 12 hours pass · keys are pruned
//! ```
//!
//! [`search`] walks through all states that the steps can reach within a budget, and checks the promises in each. The rules
//! that the inbox goes by hold in all of them; each broken twin of a rule has a counterexample.

mod promises;
mod search;
mod state;
mod step;

use search::search;
use state::{Budget, Handler, Rule, Rules};

/// Changes, losses, crashes, failed tries, commits without an answer, and leases that expire, in any order.
fn short() -> Budget {
    Budget { changes: 1, losses: 2, crashes: 1, failures: 1, ambiguous: 1, expiries: 1, halves: 0 }
}

/// Days, in which keys are pruned.
fn long() -> Budget {
    Budget { changes: 1, losses: 2, crashes: 0, failures: 1, ambiguous: 0, expiries: 0, halves: 6 }
}

/// No state within these budgets breaks a promise; gives how many there are.
fn keep(budgets: &[Budget]) -> usize {
    let mut states = 0;
    for handler in [Handler::Inside, Handler::Outside] {
        for budget in budgets {
            let found = search(Rules { broken: None }, handler, *budget);
            assert_eq!(found.broken, None, "{handler:?}: {}", found.story());
            states += found.states;
        }
    }
    println!("{states} states");
    states
}

#[test]
fn the_rules_keep_every_promise_in_every_state() {
    let states = keep(&[short(), long()]);
    assert!(states > 100_000, "{states}");
    // `cargo xtask soak inbox-model`: minutes.
    if std::env::var_os("SF_OUTBOUND_SOAK").is_some() {
        keep(&[Budget { changes: 2, losses: 1, ..short() }]);
    }
}

/// A rule that is broken breaks this promise, in this many steps.
fn breaks(rule: Rule, handler: Handler, budget: Budget, promise: &str, steps: usize) {
    let found = search(Rules { broken: Some(rule) }, handler, budget);
    let story = found.story();
    assert_eq!(found.broken, Some(promise), "{story}");
    assert_eq!(found.steps.len(), steps, "{story}");
}

#[test]
fn identity_without_the_digest_loses_newer_data() {
    breaks(Rule::Digest, Handler::Inside, short(), "what was acknowledged is stored", 7);
}

#[test]
fn an_ack_before_the_commit_loses_what_a_crash_takes() {
    breaks(Rule::StoreFirst, Handler::Inside, short(), "what was acknowledged is stored", 4);
}

#[test]
fn a_retention_below_a_day_does_an_effect_twice() {
    breaks(Rule::Retention, Handler::Inside, long(), "an effect in the transaction happens once", 7);
}

#[test]
fn a_newer_key_that_is_pruned_lets_an_older_state_over_it() {
    breaks(Rule::KeepNewer, Handler::Inside, long(), "a value never goes back", 11);
}

#[test]
fn an_ambiguous_commit_that_counts_as_a_failed_try_does_an_effect_twice() {
    breaks(Rule::ReadAgain, Handler::Inside, short(), "what is committed is no failed try", 3);
}

#[test]
fn order_by_arrival_alone_puts_an_older_state_over_a_newer_one() {
    breaks(Rule::OrderByChange, Handler::Inside, short(), "a value never goes back", 7);
}

#[test]
fn leases_without_a_token_give_one_record_to_two_handlers() {
    breaks(Rule::Fencing, Handler::Outside, short(), "one record has one holder of a lease", 11);
}
