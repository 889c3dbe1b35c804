//! Random lives of an organization against a plain model: whatever changes, fails and crashes, the newest values of
//! each record are tried, reach the endpoint or stand in the list of failed ones, and no notification goes without a line.

mod common;

use common::{Behaviour, Endpoint, two_messages};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};
use sf_outbound::Id;
use sf_outbound_crash::runs;
use sf_outbound_sender::{Clock, Fault, ManualClock, Org, Outcome, Rehearsal};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

const MESSAGES: [&str; 2] = ["Won", "Copy"];
const DAY: i64 = 24 * 60 * 60 * 1_000;

#[derive(Debug, Clone)]
enum Step {
    Create,
    Update(usize),
    Delete(usize),
    /// An endpoint from now on.
    Behave(usize, Behaviour),
    /// Minutes.
    Pass(u64),
    Settle,
    /// An operator's, on a notification that waits or has failed.
    Retry(usize, usize),
    Remove(usize, usize),
    Restart,
    Crash,
}

fn step() -> impl Strategy<Value = Step> {
    let behaviour = prop_oneof![
        3 => Just(Behaviour::Ack),
        1 => Just(Behaviour::Nack),
        1 => Just(Behaviour::Fault),
        1 => Just(Behaviour::Reply(200, "OK")),
        2 => Just(Behaviour::LoseReply),
        2 => (1..8_u64).prop_map(|millis| Behaviour::Slow(Duration::from_millis(millis))),
    ];
    prop_oneof![
        4 => Just(Step::Create),
        6 => any::<usize>().prop_map(Step::Update),
        2 => any::<usize>().prop_map(Step::Delete),
        3 => (0..2_usize, behaviour).prop_map(|(endpoint, behaviour)| Step::Behave(endpoint, behaviour)),
        3 => prop_oneof![0..10_u64, 60..200_u64, 1_000..2_000_u64].prop_map(Step::Pass),
        3 => Just(Step::Settle),
        1 => (0..2_usize, any::<usize>()).prop_map(|(message, row)| Step::Retry(message, row)),
        1 => (0..2_usize, any::<usize>()).prop_map(|(message, row)| Step::Remove(message, row)),
        1 => Just(Step::Restart),
        2 => Just(Step::Crash),
    ]
}

/// What must be so.
#[derive(Default)]
struct Model {
    /// Of each record the newest name; `None` when it was deleted.
    records: BTreeMap<Id, Option<String>>,
    /// Changes whose notification an operator took away: nobody needs to hear of them.
    excused: BTreeSet<(usize, Id)>,
    /// When the newest name of each record was written.
    written: BTreeMap<Id, i64>,
    /// Changes that a rehearsal held while the time leapt: they had no try.
    held: BTreeSet<(usize, Id)>,
    /// Notifications that were seen anywhere.
    seen: BTreeSet<Id>,
    changes: u64,
}

struct Life {
    org: Option<Org>,
    endpoints: [Endpoint; 2],
    clock: ManualClock,
    model: Model,
    rehearsal: Rehearsal,
    coalesce: bool,
}

impl Life {
    fn new(file: &Path, rehearsal: Rehearsal, coalesce: bool) -> Self {
        let endpoints = [Endpoint::always(Behaviour::Ack), Endpoint::always(Behaviour::Ack)];
        let (clock, model) = (ManualClock::default(), Model::default());
        let mut life = Self { org: None, endpoints, clock, model, rehearsal, coalesce };
        life.open(file);
        life
    }

    fn open(&mut self, file: &Path) {
        let definition = two_messages(&self.endpoints[0].url(), &self.endpoints[1].url());
        let org = Org::builder(definition).file(file).clock(self.clock.clone()).rehearsal(self.rehearsal);
        self.org = Some(org.coalesce(self.coalesce).start().unwrap());
    }

    fn org(&self) -> &Org {
        self.org.as_ref().unwrap()
    }

    fn take(&mut self, step: &Step, file: &Path) {
        match *step {
            Step::Create => {
                let name = self.name();
                let id = self.org().create("Opportunity", [("Name", name.as_str())]).unwrap();
                self.changed(id, Some(name));
            }
            Step::Update(record) => {
                if let Some(id) = self.record(record) {
                    let name = self.name();
                    self.org().update("Opportunity", id, [("Name", name.as_str())]).unwrap();
                    self.changed(id, Some(name));
                }
            }
            Step::Delete(record) => {
                if let Some(id) = self.record(record) {
                    self.org().delete("Opportunity", id).unwrap();
                    self.model.records.insert(id, None);
                }
            }
            Step::Behave(endpoint, ref behaviour) => self.endpoints[endpoint].now(behaviour.clone()),
            Step::Pass(minutes) => self.pass(minutes),
            Step::Settle => self.check(),
            Step::Retry(message, row) => {
                if let Some((id, _)) = self.row(message, row) {
                    // It may have been delivered meanwhile.
                    drop(self.org().retry(id));
                }
            }
            Step::Remove(message, row) => {
                if let Some((id, record)) = self.row(message, row)
                    && self.org().remove(id).is_ok()
                {
                    self.model.excused.insert((message, record));
                }
            }
            Step::Restart => {
                self.org.take().unwrap().stop();
                self.open(file);
            }
            Step::Crash => {
                self.org.take().unwrap().crash();
                self.open(file);
            }
        }
    }

    fn name(&mut self) -> String {
        self.model.changes += 1;
        format!("change {}", self.model.changes)
    }

    fn changed(&mut self, id: Id, name: Option<String>) {
        self.model.records.insert(id, name);
        self.model.written.insert(id, self.clock.now_millis());
        self.model.excused.retain(|(_, record)| *record != id);
        self.model.held.retain(|(_, record)| *record != id);
    }

    /// What is due is tried before the time leaps: else it might have its 24 hours behind it at its first try.
    fn pass(&mut self, minutes: u64) {
        self.org().settle_within(Duration::from_secs(20)).unwrap();
        for (place, message) in MESSAGES.iter().enumerate() {
            let untried =
                self.org().waiting(message, 100_000).unwrap().into_iter().filter(|row| row.tries == 0);
            self.model.held.extend(untried.map(|row| (place, row.record)));
        }
        self.clock.advance(Duration::from_secs(minutes * 60));
    }

    /// The newest value of each record was tried after it was written, or is younger than 24 hours.
    fn check_tried(&self) {
        for (place, message) in MESSAGES.iter().enumerate() {
            let received = self.endpoints[place].received();
            let records = received.iter().flat_map(|received| &received.message.notifications);
            let sent: BTreeSet<_> = records
                .filter_map(|notification| notification.sobject.as_ref())
                .map(|record| (record.id(), record.get("Name").map(|name| name.to_string())))
                .collect();
            // Of some tries the listener saw half, or no data, as rehearsed.
            let waiting = self.org().waiting(message, 100_000).unwrap();
            let waiting = waiting.iter().map(|row| (row.record, row.queued_millis, row.tries));
            let failed = self.org().failed(message, None, 100_000).unwrap();
            let failed = failed.iter().map(|row| (row.record, row.queued_millis, row.tries));
            let rows: Vec<_> = waiting.chain(failed).collect();
            for (record, name) in self.model.records.iter().filter(|(_, name)| name.is_some()) {
                let written = self.model.written[record];
                let is_tried = sent.contains(&(*record, name.clone()))
                    || rows.iter().any(|(of, born, tries)| of == record && *born >= written && *tries > 0);
                let excused = [&self.model.excused, &self.model.held];
                assert!(
                    is_tried
                        || self.clock.now_millis() - written < DAY
                        || excused.iter().any(|excused| excused.contains(&(place, *record))),
                    "{name:?} of {record} was never tried by {message}"
                );
            }
        }
    }

    /// One of the records that are not deleted.
    fn record(&self, number: usize) -> Option<Id> {
        let alive: Vec<_> =
            self.model.records.iter().filter(|(_, name)| name.is_some()).map(|(id, _)| *id).collect();
        (!alive.is_empty()).then(|| alive[number % alive.len()])
    }

    /// Notification and record of a row of the queue.
    fn row(&self, message: usize, number: usize) -> Option<(Id, Id)> {
        let waiting = self.org().waiting(MESSAGES[message], 1_000).unwrap();
        let failed = self.org().failed(MESSAGES[message], None, 1_000).unwrap();
        let rows: Vec<_> = waiting
            .iter()
            .map(|row| (row.id, row.record))
            .chain(failed.iter().map(|row| (row.id, row.record)))
            .collect();
        (!rows.is_empty()).then(|| rows[number % rows.len()])
    }

    /// What each endpoint last acknowledged of each record.
    fn heard(&self, endpoint: usize, notifications: &BTreeMap<Id, Id>) -> BTreeMap<Id, Option<String>> {
        let mut heard = BTreeMap::new();
        for received in self.endpoints[endpoint].received().iter().filter(|received| received.acknowledged) {
            for (notification, name) in received.names() {
                let sobject = received.message.notifications.iter().find(|n| n.id == notification);
                let record = sobject.and_then(|n| n.sobject.as_ref()).map(sf_outbound::Record::id);
                if let Some(record) = record.or_else(|| notifications.get(&notification).copied()) {
                    heard.insert(record, name);
                }
            }
        }
        heard
    }

    /// At rest each newest value was heard, or waits, or has failed, or was taken away by an operator; and whatever
    /// was seen of the queue is still there or has its line.
    fn check(&mut self) {
        self.org().settle_within(Duration::from_secs(20)).unwrap();
        self.check_tried();
        let departures = self.org().departures(None, 100_000).unwrap();
        let mut known: BTreeMap<Id, Id> = departures.iter().map(|gone| (gone.id, gone.record)).collect();
        let mut held = [BTreeSet::new(), BTreeSet::new()];
        for (message, held) in held.iter_mut().enumerate() {
            let waiting = self.org().waiting(MESSAGES[message], 100_000).unwrap();
            assert!(waiting.windows(2).all(|rows| rows[0].due_millis <= rows[1].due_millis));
            let failed = self.org().failed(MESSAGES[message], None, 100_000).unwrap();
            known.extend(waiting.iter().map(|row| (row.id, row.record)));
            known.extend(failed.iter().map(|row| (row.id, row.record)));
            held.extend(waiting.iter().map(|row| row.record));
            held.extend(failed.iter().map(|row| row.record));
        }
        for endpoint in &self.endpoints {
            for received in endpoint.received() {
                assert!(
                    !received.body.contains("session")
                        && received.body.contains("<SessionId xsi:nil=\"true\"/>")
                );
                self.model.seen.extend(received.message.notifications.iter().map(|n| n.id));
            }
        }
        self.model.seen.extend(known.keys());
        for notification in &self.model.seen {
            assert!(known.contains_key(notification), "{notification} is gone without a line");
        }
        for (message, held) in held.iter().enumerate() {
            let heard = self.heard(message, &known);
            for (record, name) in &self.model.records {
                let is_safe = held.contains(record) || self.model.excused.contains(&(message, *record));
                // A deletion alone is not told: what was heard before it stays the last.
                let is_heard = match (heard.get(record), name) {
                    (Some(heard), Some(name)) => heard.as_ref() == Some(name),
                    (heard, None) => heard.is_some(),
                    (None, Some(_)) => false,
                };
                assert!(
                    is_safe || is_heard,
                    "{record} of {} was lost at {name:?}: {:?}",
                    MESSAGES[message],
                    heard.get(record)
                );
            }
        }
    }

    /// All is acknowledged at last.
    fn end(&mut self) {
        for endpoint in &self.endpoints {
            endpoint.now(Behaviour::Ack);
        }
        self.check();
        self.org().rehearse(Rehearsal::default());
        self.clock.advance(Duration::from_secs(2 * 60 * 60));
        self.check();
        for message in MESSAGES {
            for failed in self.org().failed(message, None, 100_000).unwrap() {
                self.org().retry(failed.id).unwrap();
            }
        }
        self.check();
        for message in self.org().status().unwrap() {
            assert_eq!((message.waiting, message.failed), (0, 0), "{}", message.name);
        }
        let gone = self.org().departures(None, 100_000).unwrap();
        assert!(gone.iter().all(|gone| gone.outcome != Outcome::Dropped));
        for (id, name) in &self.model.records {
            let read = self.org().read("Opportunity", *id);
            match (read, name) {
                (Ok(values), Some(name)) => assert_eq!(values.get("Name"), Some(&name.as_str().into())),
                (Err(error), None) => assert_eq!(error.code(), "ENTITY_IS_DELETED"),
                (read, name) => panic!("{id} should be {name:?}, and is {read:?}"),
            }
        }
    }
}

proptest! {
    #![proptest_config(Config {
        cases: runs(24).0,
        rng_seed: RngSeed::Fixed(runs(24).1),
        failure_persistence: None,
        max_shrink_iters: 300,
        ..Config::default()
    })]

    #[test]
    fn no_newest_value_is_lost_and_no_notification_goes_without_a_line(
        steps in proptest::collection::vec(step(), 1..40),
    ) {
        live(&steps, Rehearsal::default(), false);
    }

    #[test]
    fn the_same_holds_where_changes_are_merged(
        steps in proptest::collection::vec(step(), 1..40),
        rate in 0.0..0.3_f64,
        seed: u64,
    ) {
        let rates = [Fault::Hold, Fault::Duplicates, Fault::NewerData, Fault::DeletedRecords, Fault::Splits];
        let rates = rates.iter().fold(Rehearsal::default(), |all, fault| all.with(*fault, rate));
        live(&steps, rates.with_seed(seed), true);
    }

    #[test]
    fn the_same_holds_with_every_fault_rehearsed(
        steps in proptest::collection::vec(step(), 1..40),
        rate in 0.05..0.6_f64,
        seed: u64,
    ) {
        let rates = Fault::ALL.iter().fold(Rehearsal::default(), |all, fault| all.with(*fault, rate));
        // Each takes two seconds.
        live(&steps, rates.with(Fault::SlowBytes, 0.005).with_seed(seed), false);
    }
}

fn live(steps: &[Step], rehearsal: Rehearsal, coalesce: bool) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("org.db");
    let mut life = Life::new(&file, rehearsal, coalesce);
    for step in steps {
        life.take(step, &file);
    }
    life.end();
}
