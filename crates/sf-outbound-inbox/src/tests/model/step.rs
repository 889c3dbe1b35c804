//! What can happen next.

use super::state::{Flying, Handler, Life, Queued, Row, Rule, Rules, State, Work};

/// Tries before a row is dead.
const TRIES: u8 = 3;
/// Half days for which Salesforce sends again.
const SENT_FOR: u8 = 2;

/// One thing that happens. Places are those in the lists of the state before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// The record is changed, and a notification of it is queued.
    Change,
    Send(usize),
    /// The request arrives: it is stored, and the reply is on its way.
    Arrive(usize),
    /// What was acknowledged first is committed.
    Commit(usize),
    Reply(usize),
    Lose(usize),
    Handle(usize),
    Fail(usize),
    /// It is committed, and the answer says that it is not.
    Ambiguous(usize),
    Take(usize),
    /// The effect outside.
    Act(usize),
    Finish(usize),
    Expire(usize),
    Crash,
    HalfADay,
}

/// Each step that can be taken.
pub(super) fn steps(state: &State, rules: Rules, handler: Handler) -> Vec<Step> {
    let mut steps = Vec::new();
    let budget = state.budget;
    if budget.changes > 0 {
        steps.push(Step::Change);
    }
    for (at, queued) in state.queue.iter().enumerate() {
        if state.flying.iter().all(|flying| flying.id != queued.id) {
            steps.push(Step::Send(at));
        }
    }
    for (at, flying) in state.flying.iter().enumerate() {
        steps.push(if flying.is_acked { Step::Reply(at) } else { Step::Arrive(at) });
        if budget.losses > 0 {
            steps.push(Step::Lose(at));
        }
    }
    for at in 0..state.rows.len() {
        if state.rows[at].life == Life::Unstored {
            steps.push(Step::Commit(at));
        }
    }
    if let Some(head) = head(state, rules) {
        match handler {
            Handler::Inside => {
                steps.push(Step::Handle(head));
                if budget.failures > 0 {
                    steps.push(Step::Fail(head));
                }
                if budget.ambiguous > 0 {
                    steps.push(Step::Ambiguous(head));
                }
            }
            Handler::Outside if !state.rows.iter().any(|row| matches!(row.life, Life::Leased(_))) => {
                steps.push(Step::Take(head));
            }
            Handler::Outside => {}
        }
    }
    for (at, work) in state.works.iter().enumerate() {
        steps.push(if work.has_acted { Step::Finish(at) } else { Step::Act(at) });
        if budget.expiries > 0 && !work.is_expired {
            steps.push(Step::Expire(at));
        }
    }
    if budget.crashes > 0 {
        steps.push(Step::Crash);
    }
    if budget.halves > 0 {
        steps.push(Step::HalfADay);
    }
    steps
}

/// The row that is due: the first of the record that is not settled.
fn head(state: &State, rules: Rules) -> Option<usize> {
    let ready = state.rows.iter().enumerate().filter(|(_, row)| row.life == Life::Ready);
    let order =
        |at: usize, row: &Row| if rules.has(Rule::OrderByChange) { (row.version, at) } else { (0, at) };
    ready.min_by_key(|(at, row)| order(*at, row)).map(|(at, _)| at)
}

impl State {
    /// The state after a step.
    pub(super) fn after(&self, step: Step, rules: Rules) -> Self {
        let mut next = self.clone();
        match step {
            Step::Change => {
                next.budget.changes -= 1;
                next.version += 1;
                next.queue.push(Queued { id: next.version, age: 0 });
            }
            Step::Send(at) => {
                let (id, version) = (next.queue[at].id, next.version);
                next.flying.push(Flying { id, version, is_acked: false });
            }
            Step::Arrive(at) => next.arrive(at, rules),
            Step::Commit(at) => next.rows[at].life = Life::Ready,
            Step::Reply(at) => {
                let reply = next.flying.remove(at);
                next.queue.retain(|queued| queued.id != reply.id);
                next.acked.push((reply.id, reply.version));
            }
            Step::Lose(at) => {
                next.budget.losses -= 1;
                next.flying.remove(at);
            }
            Step::Handle(at) => next.handle(at, rules),
            Step::Fail(at) => {
                next.budget.failures -= 1;
                next.fail(at);
            }
            Step::Ambiguous(at) => {
                next.budget.ambiguous -= 1;
                next.handle(at, rules);
                if !rules.has(Rule::ReadAgain) {
                    next.fail(at);
                }
            }
            Step::Take(at) => {
                next.last_token += 1;
                next.rows[at].life = Life::Leased(next.last_token);
                let key = (next.rows[at].id, next.rows[at].version);
                next.works.push(Work { key, token: next.last_token, has_acted: false, is_expired: false });
            }
            Step::Act(at) => {
                next.works[at].has_acted = true;
                *next.outside.entry(next.works[at].key).or_default() += 1;
            }
            Step::Finish(at) => next.finish(at, rules),
            Step::Expire(at) => {
                next.budget.expiries -= 1;
                next.works[at].is_expired = true;
                let held = Life::Leased(next.works[at].token);
                if let Some(row) = next.rows.iter().position(|row| row.life == held) {
                    next.fail(row);
                }
            }
            Step::Crash => next.crash(),
            Step::HalfADay => next.half_a_day(rules),
        }
        next
    }

    fn arrive(&mut self, at: usize, rules: Rules) {
        let Flying { id, version, .. } = self.flying[at];
        let is_known =
            self.rows.iter().any(|row| row.id == id && (!rules.has(Rule::Digest) || row.version == version));
        if !is_known {
            let life = if rules.has(Rule::StoreFirst) { Life::Ready } else { Life::Unstored };
            self.rows.push(Row { id, version, life, tries: 0, age: 0 });
        }
        self.flying[at].is_acked = true;
    }

    /// The effect and "done" are one.
    fn handle(&mut self, at: usize, rules: Rules) {
        let Row { id, version, .. } = self.rows[at];
        let is_superseded = rules.has(Rule::OrderByChange)
            && self.rows.iter().any(|row| row.life == Life::Done && row.version > version);
        *self.effects.entry((id, version)).or_default() += 1;
        if !is_superseded {
            self.value = version;
        }
        self.rows[at].life = Life::Done;
    }

    fn fail(&mut self, at: usize) {
        let row = &mut self.rows[at];
        row.tries += 1;
        row.life = if row.tries == TRIES { Life::Dead } else { Life::Ready };
    }

    fn finish(&mut self, at: usize, rules: Rules) {
        let work = self.works.remove(at);
        let held = Life::Leased(work.token);
        let is_its = |row: &&mut Row| {
            let is_held = if rules.has(Rule::Fencing) { row.life == held } else { row.life != Life::Done };
            (row.id, row.version) == work.key && is_held
        };
        if let Some(row) = self.rows.iter_mut().find(is_its) {
            row.life = Life::Done;
        }
    }

    /// Handlers end with the process; their leases are those of nobody, and a try has failed.
    fn crash(&mut self) {
        self.budget.crashes -= 1;
        self.works.clear();
        self.rows.retain(|row| row.life != Life::Unstored);
        for at in 0..self.rows.len() {
            if matches!(self.rows[at].life, Life::Leased(_)) {
                self.fail(at);
            }
        }
    }

    fn half_a_day(&mut self, rules: Rules) {
        self.budget.halves -= 1;
        for queued in &mut self.queue {
            queued.age += 1;
        }
        self.queue.retain(|queued| queued.age < SENT_FOR);
        // Nothing is on its way for half a day.
        self.flying.clear();
        for row in &mut self.rows {
            row.age += 1;
        }
        // Something older of the record may still be handled, which then is superseded by this.
        let may_come = |row: &Row| !matches!(row.life, Life::Done | Life::Unstored);
        let is_needed = rules.has(Rule::KeepNewer) && self.rows.iter().any(may_come);
        let retention = if rules.has(Rule::Retention) { 4 } else { 1 };
        let is_old = |row: &Row| row.life == Life::Done && row.age >= retention && !is_needed;
        self.pruned.extend(self.rows.iter().filter(|row| is_old(row)).map(|row| (row.id, row.version)));
        self.rows.retain(|row| !is_old(row));
    }
}
