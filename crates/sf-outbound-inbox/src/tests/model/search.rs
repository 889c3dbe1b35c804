//! All states, the nearest first.

use super::promises::broken;
use super::state::{Budget, Handler, Rules, State};
use super::step::{Step, steps};
use std::collections::HashSet;
use std::fmt::Write;

/// What a search has found.
pub(super) struct Found {
    pub(super) states: usize,
    /// The promise that is broken, if one is.
    pub(super) broken: Option<&'static str>,
    /// The shortest way to it.
    pub(super) steps: Vec<(Step, State)>,
}

impl Found {
    /// The way, a line a step.
    pub(super) fn story(&self) -> String {
        let mut story =
            format!("{:?} in {} steps of {} states\n", self.broken, self.steps.len(), self.states);
        for (step, state) in &self.steps {
            let _ = writeln!(
                story,
                "{step:?}: version {}, value {}, queue {:?}, on the way {:?}, rows {:?}, at work {:?}",
                state.version, state.value, state.queue, state.flying, state.rows, state.works
            );
        }
        story
    }
}

/// Walks through all states, and stops at the first that breaks a promise.
pub(super) fn search(rules: Rules, handler: Handler, budget: Budget) -> Found {
    let first = State::first(budget);
    let mut known = HashSet::from([first.clone()]);
    // Each state with the place of the one before it, and the step between them.
    let mut states: Vec<(State, usize, Option<Step>)> = vec![(first, 0, None)];
    let mut at = 0;
    while at < states.len() {
        let state = states[at].0.clone();
        if let Some(promise) = broken(&state, handler) {
            return Found { states: states.len(), broken: Some(promise), steps: way(&states, at) };
        }
        for step in steps(&state, rules, handler) {
            let next = state.after(step, rules);
            if known.insert(next.clone()) {
                states.push((next, at, Some(step)));
            }
        }
        at += 1;
    }
    Found { states: states.len(), broken: None, steps: Vec::new() }
}

fn way(states: &[(State, usize, Option<Step>)], mut at: usize) -> Vec<(Step, State)> {
    let mut way = Vec::new();
    while let (state, before, Some(step)) = &states[at] {
        way.push((*step, state.clone()));
        at = *before;
    }
    way.reverse();
    way
}
