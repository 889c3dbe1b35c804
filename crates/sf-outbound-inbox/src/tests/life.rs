//! Random lives of an inbox against a plain model: crashes, duplicates, revisions, failures.

use super::*;
use std::collections::{BTreeMap, BTreeSet};

/// Heads of records that nothing would wake.
const ASLEEP: &str = "
    SELECT count(*) FROM notification n WHERE state = 0 AND due = 9223372036854775807 AND NOT EXISTS (
        SELECT 1 FROM notification m WHERE m.state = 0 AND m.record = n.record
          AND (m.modified < n.modified OR m.modified = n.modified AND m.seq < n.seq))";

/// Lives that are tried; each has some crashes.
const LIVES: u64 = 12;

/// Each acknowledged state of a record was handled exactly once, the newest one is known, and no row is lost.
#[test]
fn what_was_acknowledged_is_handled_once_whatever_happens() {
    for seed in 0..LIVES {
        life(seed);
    }
}

fn life(seed: u64) {
    let mut random = fastrand::Rng::with_seed(seed);
    let place = Place::new();
    let mut acknowledged = BTreeSet::new();
    let mut newest = BTreeMap::<u32, i64>::new();
    let mut sent: Vec<Sent> = Vec::new();
    for _ in 0..4 {
        let fails = random.u32(..4);
        let failed = Mutex::new(BTreeSet::new());
        // Some fail the first time.
        let inbox = place.with(move |_, delivery| {
            let is_first = failed.lock().unwrap().insert(delivery.key.clone());
            let number = delivery.key.as_str().bytes().map(u32::from).sum::<u32>();
            if is_first && number % 4 < fails { Err("not yet".into()) } else { Ok(()) }
        });
        let inbox = inbox.open().unwrap();
        for _ in 0..random.usize(1..12) {
            let mut many: Vec<Sent> = Vec::new();
            for _ in 0..random.usize(1..20) {
                let again = random.usize(..3) == 0;
                let one = match random.choice(&sent).filter(|_| again) {
                    // A lost ack: the same, or newer data of the record.
                    Some(before) if random.bool() => *before,
                    Some(before) => Sent {
                        name: random.bool().then(|| random.u32(..)),
                        modified: before.modified + random.i64(1..50),
                        ..*before
                    },
                    None => Sent {
                        notification: random.u32(..1_000_000),
                        record: random.u32(..12),
                        name: Some(random.u32(..)),
                        modified: random.i64(1..10_000),
                    },
                };
                many.push(one);
            }
            if is_ack(&send(&inbox, &many)) {
                for one in &many {
                    acknowledged.insert((one.notification, one.name, one.name.map(|_| one.modified)));
                    if one.name.is_some() {
                        let newest = newest.entry(one.record).or_insert(0);
                        *newest = one.modified.max(*newest);
                    }
                }
            }
            sent.extend(many);
            if random.bool() {
                place.clock.pass(Duration::from_secs(random.u64(..20)));
            }
        }
        assert_eq!(number(&inbox, ASLEEP), 0, "seed {seed}: a record without a head that is due");
        if random.bool() {
            inbox.database().crash();
        }
        drop(inbox);
    }
    let (inbox, _) = place.seeing();
    let started = Instant::now();
    while number(&inbox, WAITING) > 0 {
        place.clock.pass(Duration::from_secs(600));
        thread::sleep(Duration::from_millis(2));
        assert!(started.elapsed() < Duration::from_secs(20), "seed {seed}");
    }
    let effects = texts(&inbox, "SELECT key FROM effect");
    let keys: BTreeSet<_> = effects.iter().collect();
    assert_eq!(effects.len(), keys.len(), "seed {seed}: an effect happened twice");
    let stored = number(&inbox, "SELECT count(*) FROM notification WHERE state = 1");
    assert_eq!(
        effects.len(),
        usize::try_from(stored).unwrap(),
        "seed {seed}: done without its effect, or more"
    );
    // What was not acknowledged may be there too: its reply was lost.
    assert!(
        stored >= i64::try_from(acknowledged.len()).unwrap(),
        "seed {seed}: {stored} of {}",
        acknowledged.len()
    );
    for (record, modified) in newest {
        let there = texts(
            &inbox,
            "SELECT record || ' ' || max(modified) FROM notification WHERE record IS NOT NULL GROUP BY record",
        );
        let record = &id("001", record).as_str()[..15].to_owned();
        let newest = there.iter().find_map(|row| row.strip_prefix(&format!("{record} ")));
        let at: i64 = newest.unwrap().parse().unwrap();
        assert!(at >= modified * 1_000, "seed {seed}: the newest of {record} is lost");
    }
}

#[test]
fn what_is_no_longer_needed_goes_and_what_can_come_again_stays() {
    let place = Place::new();
    let hour = Duration::from_secs(3_600);
    let one = Sent { notification: 1, record: 1, name: Some(1), modified: 100 };
    let open = || place.with(|_, _| Ok(())).keep_bodies(hour).keep_keys(48 * hour).open().unwrap();
    let inbox = open();
    accepted(&inbox, &[one]);
    until(&inbox, WAITING, 0);
    drop(inbox);
    place.clock.pass(2 * hour);
    let inbox = open();
    until(&inbox, "SELECT count(*) FROM body", 0);
    accepted(&inbox, &[one]);
    assert_eq!(inbox.counts().duplicates, 1);
    drop(inbox);
    place.clock.pass(47 * hour);
    let inbox = open();
    until(&inbox, "SELECT count(*) FROM notification", 0);
    accepted(&inbox, &[one]);
    assert_eq!(inbox.counts().stored, 1);
}

/// The key of what was handled stays while an older dead letter of its record may be tried again: it would be superseded.
#[test]
fn a_newer_key_stays_while_something_older_of_its_record_may_come() {
    let place = Place::new();
    let hour = Duration::from_secs(3_600);
    let judge = |_: &Tx<'_>, delivery: &Delivery<Record>| {
        if delivery.id == id("04l", 1) { Err(HandlerError::from("no").dead()) } else { Ok(()) }
    };
    let open =
        || place.with(judge).keep_bodies(hour).keep_keys(48 * hour).keep_dead(100 * hour).open().unwrap();
    let of = |notification, modified| Sent { notification, record: 1, name: Some(1), modified };
    let inbox = open();
    accepted(&inbox, &[of(1, 100), of(2, 200)]);
    until(&inbox, WAITING, 0);
    drop(inbox);
    place.clock.pass(60 * hour);
    let inbox = open();
    until(&inbox, "SELECT count(*) FROM body", 1);
    thread::sleep(Duration::from_millis(100));
    assert_eq!(texts(&inbox, "SELECT CAST(state AS TEXT) FROM notification ORDER BY seq"), ["2", "1"]);
    drop(inbox);
    place.clock.pass(60 * hour);
    // The dead letter goes in the first walk, and the key in the next one.
    let inbox = open();
    until(&inbox, "SELECT count(*) FROM notification", 1);
    drop(inbox);
    let inbox = open();
    until(&inbox, "SELECT count(*) FROM notification", 0);
    assert_eq!(number(&inbox, "SELECT count(*) FROM failure"), 0);
}

#[test]
fn a_copy_is_an_inbox_of_that_moment() {
    let place = Place::new();
    let of =
        |notification| Sent { notification, record: notification, name: Some(notification), modified: 100 };
    let inbox = place.with(|_, _| Ok(())).open().unwrap();
    accepted(&inbox, &(0..50).map(of).collect::<Vec<_>>());
    until(&inbox, WAITING, 0);
    let copy = place.folder.path().join("copy.db");
    // Others go on meanwhile.
    let going = thread::spawn({
        let inbox = inbox.clone();
        move || {
            for round in 1..20 {
                accepted(&inbox, &(round * 100..round * 100 + 50).map(of).collect::<Vec<_>>());
            }
        }
    });
    inbox.backup(&copy).unwrap();
    going.join().unwrap();
    assert_eq!(mode(&copy), 0o600);
    let error = inbox.backup(&copy).unwrap_err().to_string();
    assert!(error.contains("copy.db") && error.contains("exists"), "{error}");
    drop(inbox);
    let raw = rusqlite::Connection::open(&copy).unwrap();
    let count = |sql: &str| raw.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    let stored = count("SELECT count(*) FROM notification");
    assert!(stored >= 50 && stored % 50 == 0, "{stored}: whole messages");
    let done = count("SELECT count(*) FROM notification WHERE state = 1");
    assert_eq!(done, count("SELECT count(*) FROM effect"), "done and its effect are one");
    drop(raw);
    let copied = Inbox::at(&format!("sqlite:{}", copy.display())).clock(place.clock.clone()).paused(true);
    let copied = copied.open().unwrap();
    // What is sent again is known, as far as the copy goes.
    accepted(&copied, &(0..50).map(of).collect::<Vec<_>>());
    assert_eq!(copied.counts().duplicates, 50);
}
