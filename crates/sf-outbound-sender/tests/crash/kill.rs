//! `kill -9` at random, under load, with an endpoint that loses replies.

use super::common::{Behaviour, Endpoint, definition};
use super::process::{answered, process};
use sf_outbound::Id;
use sf_outbound_crash::{Process, Ran, runs};
use sf_outbound_sender::{ManualClock, Org};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

pub(crate) fn a_killed_organization_loses_nothing() -> Ran {
    let (kills, seed) = runs(8);
    println!("seed {seed}");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("org.db");
    let mut random = fastrand::Rng::with_seed(seed);
    let endpoint = Endpoint::start({
        let mut random = random.fork();
        move |_| match random.u8(..6) {
            0 => Behaviour::LoseReply,
            1 => Behaviour::Nack,
            2 => Behaviour::Slow(Duration::from_millis(random.u64(..20))),
            _ => Behaviour::Ack,
        }
    });
    let (mut text, mut killed) = (String::new(), 0);
    // Where much else runs, a process can be killed before it has done anything.
    while killed < kills || (killed < 20 * kills && answered(text.lines()).len() <= 10) {
        let process = Process::start(&mut process(&file, &endpoint.url(), u64::MAX, "FULL"));
        text += &process.kill_after(Duration::from_millis(random.u64(10..350)));
        text.push('\n');
        killed += 1;
    }
    let answered = answered(text.lines());
    assert!(answered.len() > 10, "{} records were made", answered.len());

    // Rest: what waits is due, what has failed is tried again, and all is acknowledged.
    endpoint.now(Behaviour::Ack);
    let clock = ManualClock::default();
    let org = Org::builder(definition(&endpoint.url())).file(&file).clock(clock.clone()).start().unwrap();
    org.settle().unwrap();
    clock.advance(Duration::from_secs(2 * 60 * 60));
    org.settle().unwrap();
    while let Some(failed) = org.failed("Won", None, 1).unwrap().pop() {
        org.retry(failed.id).unwrap();
    }
    org.settle().unwrap();
    let status = org.status().unwrap().remove(0);
    assert_eq!((status.waiting, status.failed), (0, 0));

    let mut heard: BTreeMap<Id, String> = BTreeMap::new();
    let mut notifications = BTreeSet::new();
    for received in endpoint.received() {
        for (notification, name) in received.names() {
            notifications.insert(notification);
            let record = received.message.notifications.iter().find(|n| n.id == notification);
            let record = record.and_then(|n| n.sobject.as_ref()).unwrap().id();
            if received.acknowledged {
                heard.insert(record, name.unwrap_or_default());
            }
        }
    }
    for (id, name) in &answered {
        let id: Id = id.parse().unwrap();
        let values = org.read("Opportunity", id).unwrap();
        let kept = values.get("Name").unwrap().as_value().to_string();
        assert!(kept >= *name, "{id} was answered at {name} and is {kept}");
        assert_eq!(heard.get(&id), Some(&kept), "the newest value of {id} was not acknowledged");
    }
    let mut after = None;
    loop {
        let gone = org.departures(after, 1_000).unwrap();
        let Some(last) = gone.last() else { break };
        after = Some(last.id);
        for departure in &gone {
            notifications.remove(&departure.id);
        }
    }
    assert!(notifications.is_empty(), "gone without a line: {notifications:?}");
    let messages = endpoint.received().len();
    Ran::Passed(format!("{killed} kills, {} records, {messages} messages", answered.len()))
}
