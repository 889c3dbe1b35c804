//! What holds in every state.

use super::state::{Handler, Key, Life, Row, State};

/// The first promise that a state breaks.
pub(super) fn broken(state: &State, handler: Handler) -> Option<&'static str> {
    let promises: [(&str, bool); 7] = [
        ("what was acknowledged is stored", is_stored(state)),
        ("what is committed is no failed try", is_no_failed_try(state)),
        ("an effect in the transaction happens once", state.effects.values().all(|times| *times <= 1)),
        ("done and its effect are one", is_one(state, handler)),
        ("a value never goes back", is_newest(state)),
        ("one record has one holder of a lease", has_one_holder(state)),
        ("at rest the newest is handled or dead", !state.is_at_rest() || is_newest_handled(state, handler)),
    ];
    promises.iter().find(|(_, is_kept)| !is_kept).map(|(promise, _)| *promise)
}

/// One that acknowledges first may still commit it, as long as its process lives.
fn is_stored(state: &State) -> bool {
    let is_there = |key: &Key| state.rows.iter().any(|row| (row.id, row.version) == *key);
    state.acked.iter().all(|key| is_there(key) || state.pruned.contains(key))
}

/// A row that waits for a try has had no effect in the transaction since it was stored.
fn is_no_failed_try(state: &State) -> bool {
    let waits = |row: &&Row| matches!(row.life, Life::Ready | Life::Leased(_)) && row.tries > 0;
    state.rows.iter().filter(waits).all(|row| !state.effects.contains_key(&(row.id, row.version)))
}

fn is_one(state: &State, handler: Handler) -> bool {
    let effects = if handler == Handler::Inside { &state.effects } else { &state.outside };
    let mut done = state.rows.iter().filter(|row| row.life == Life::Done);
    done.all(|row| effects.contains_key(&(row.id, row.version)))
}

/// The listener's table has the newest of what was handled in the transaction.
fn is_newest(state: &State) -> bool {
    state.effects.keys().all(|(_, version)| *version <= state.value)
}

fn has_one_holder(state: &State) -> bool {
    state.works.iter().filter(|work| !work.is_expired).count() <= 1
}

fn is_newest_handled(state: &State, handler: Handler) -> bool {
    let effects = if handler == Handler::Inside { &state.effects } else { &state.outside };
    let Some(newest) = state.acked.iter().map(|(_, version)| *version).max() else { return true };
    let is_dead = |version| state.rows.iter().any(|row| row.version == version && row.life == Life::Dead);
    effects.keys().any(|(_, version)| *version == newest) || is_dead(newest)
}
