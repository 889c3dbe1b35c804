//! What is rehearsed: what the listener saw is what the log says, and the same seed gives the same history.

mod common;

use common::{ACK, Behaviour, Endpoint, Received, definition, request, two_messages};
use sf_outbound::{Id, Notifications, Record};
use sf_outbound_sender::{Changes, Clock, Fault, ManualClock, Operation, Org, Rehearsal, Sent};
use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash, Hasher};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

const SECOND: Duration = Duration::from_secs(1);
const ROUNDS: usize = 12;

/// A message as the listener saw it.
#[derive(Clone)]
struct Seen {
    at_millis: i64,
    received: Received,
}

impl Seen {
    fn ids(&self) -> Vec<Id> {
        self.received.message.notifications.iter().map(|notification| notification.id).collect()
    }
}

/// An organization with a listener, in a time that the test drives.
struct Life {
    org: Org,
    clock: ManualClock,
    endpoint: Endpoint,
    times: Arc<Mutex<Vec<i64>>>,
}

impl Life {
    fn new(
        rehearsal: Rehearsal,
        mut behave: impl FnMut(&Notifications<Record>) -> Behaviour + Send + 'static,
    ) -> Self {
        let (clock, times) = (ManualClock::default(), Arc::new(Mutex::new(Vec::new())));
        let endpoint = Endpoint::start({
            let (clock, times) = (clock.clone(), Arc::clone(&times));
            move |message| {
                times.lock().unwrap().push(clock.now_millis());
                behave(message)
            }
        });
        let builder = Org::builder(definition(&endpoint.url())).clock(clock.clone());
        let org = builder.timeout(SECOND * 4).rehearsal(rehearsal).start().unwrap();
        Self { org, clock, endpoint, times }
    }

    /// Makes records in one transaction, so that all are due at once.
    fn create(&self, count: usize) -> Vec<Id> {
        let create = |number| Operation::Create {
            object: "Opportunity".into(),
            changes: Changes::from([("Name", format!("new {number}"))]),
        };
        let done = self.org.batch((0..count).map(create).collect()).unwrap();
        self.org.settle().unwrap();
        done.iter().map(|done| done.id).collect()
    }

    fn update(&self, ids: &[Id], name: &str) {
        let update = |id: &Id| Operation::Update {
            object: "Opportunity".into(),
            id: *id,
            changes: Changes::from([("Name", name)]),
        };
        self.org.batch(ids.iter().map(update).collect()).unwrap();
        self.org.settle().unwrap();
    }

    fn pass(&self, time: Duration) {
        self.clock.advance(time);
        self.org.settle().unwrap();
    }

    /// Lets time pass until nothing waits any more.
    fn end(&self) {
        for _ in 0..80 {
            if self.org.status().unwrap()[0].waiting == 0 {
                return;
            }
            self.pass(SECOND * 1_200);
        }
        panic!("something still waits: {:?}", self.org.status());
    }

    fn seen(&self) -> Vec<Seen> {
        let times = self.times.lock().unwrap().clone();
        let received = self.endpoint.received();
        assert_eq!(times.len(), received.len());
        times.into_iter().zip(received).map(|(at_millis, received)| Seen { at_millis, received }).collect()
    }

    /// The log, the first message first.
    fn log(&self) -> Vec<Sent> {
        let mut log = self.org.attempts("Won", 100_000).unwrap();
        log.reverse();
        log
    }

    /// That the listener saw the fault in just those messages of which the log says so.
    fn compare(&self, fault: Fault, saw: impl Fn(&[Seen], usize) -> bool) {
        self.end();
        let (seen, log) = (self.seen(), self.log());
        assert_eq!(seen.len(), log.len());
        let mut shown = 0;
        for (place, sent) in log.iter().enumerate() {
            let is_said = sent.rehearsed == [fault];
            assert!(is_said || sent.rehearsed.is_empty(), "{:?}", sent.rehearsed);
            assert_eq!(
                saw(&seen, place),
                is_said,
                "{fault} in message {place}: {}",
                seen[place].received.body
            );
            assert_eq!(seen[place].ids().len(), sent.notifications);
            shown += usize::from(is_said);
        }
        assert!(shown > 2 && shown + 2 < log.len(), "{fault} in {shown} of {} messages", log.len());
        self.check();
    }

    /// That the listener has acknowledged the newest name of each record, and nothing has failed.
    fn check(&self) {
        assert_eq!(self.org.status().unwrap()[0].failed, 0);
        let mut heard = BTreeMap::new();
        for seen in self.seen().iter().filter(|seen| seen.received.acknowledged) {
            for record in seen.received.message.notifications.iter().filter_map(|n| n.sobject.as_ref()) {
                heard.insert(record.id(), record.get("Name").map(|name| name.to_string()));
            }
        }
        for gone in self.org.departures(None, 100_000).unwrap() {
            let newest = self.org.read("Opportunity", gone.record).unwrap();
            let newest = newest.get("Name").map(|name| name.as_value().to_string());
            assert_eq!(heard.get(&gone.record), Some(&newest));
        }
    }
}

fn only(fault: Fault, rate: f64) -> Rehearsal {
    Rehearsal::default().with(fault, rate).with_seed(7)
}

/// A life in which records are made, and all is acknowledged.
fn good(fault: Fault) -> Life {
    let life = Life::new(only(fault, 0.5), |_| Behaviour::Ack);
    for _ in 0..ROUNDS {
        life.create(5);
        life.pass(SECOND * 10);
    }
    life
}

#[test]
fn duplicates_come_after_a_good_ack_with_the_same_ids() {
    good(Fault::Duplicates).compare(Fault::Duplicates, |seen, place| {
        let before: BTreeSet<_> = seen[..place].iter().flat_map(Seen::ids).collect();
        seen[place].ids().iter().any(|id| before.contains(id))
    });
}

#[test]
fn another_order_than_that_of_the_queue_is_one() {
    good(Fault::Reorder).compare(Fault::Reorder, |seen, place| {
        // Of each round all were due at once.
        let round = seen.iter().filter(|other| other.at_millis == seen[place].at_millis);
        let mut due: Vec<_> = round.flat_map(Seen::ids).collect();
        due.sort_unstable();
        let before: BTreeSet<_> = seen[..place].iter().flat_map(Seen::ids).collect();
        let due = due.into_iter().filter(|id| !before.contains(id));
        let ids = seen[place].ids();
        ids != due.take(ids.len()).collect::<Vec<_>>()
    });
}

#[test]
fn what_is_held_comes_later_than_it_was_due() {
    let life = Life::new(only(Fault::Hold, 0.2), |_| Behaviour::Ack);
    let mut due = BTreeMap::new();
    for _ in 0..ROUNDS {
        let now = life.clock.now_millis();
        due.extend(life.create(3).into_iter().map(|id| (id, now)));
        life.pass(SECOND * 10);
    }
    life.compare(Fault::Hold, |seen, place| {
        let records = seen[place].received.message.notifications.iter().filter_map(|n| n.sobject.as_ref());
        let late: Vec<_> = records.map(|record| seen[place].at_millis - due[&record.id()]).collect();
        assert!(late.iter().all(|late| *late <= 4 * 30_000 + 1_200_000), "{late:?}");
        late.iter().any(|late| *late > 0)
    });
}

#[test]
fn a_lost_reply_was_given_and_its_message_comes_again() {
    let life = good(Fault::LostReplies);
    life.compare(Fault::LostReplies, |seen, place| {
        let after: BTreeSet<_> = seen[place + 1..].iter().flat_map(Seen::ids).collect();
        seen[place].received.acknowledged && seen[place].ids().iter().any(|id| after.contains(id))
    });
    for sent in life.log().iter().filter(|sent| !sent.rehearsed.is_empty()) {
        assert_eq!(sent.reason.as_deref(), Some("the reply was lost, as rehearsed"));
        assert!(sent.status.is_none() && sent.reply.is_empty());
    }
}

#[test]
fn what_is_due_goes_in_smaller_messages() {
    good(Fault::Splits).compare(Fault::Splits, |seen, place| {
        // The rest of a round goes after it.
        seen.get(place + 1).is_some_and(|next| next.at_millis == seen[place].at_millis)
    });
}

#[test]
fn what_was_to_be_retried_later_goes_with_what_is_due() {
    let mut count = 0;
    let life = Life::new(only(Fault::Merges, 0.5), move |_| {
        count += 1;
        if count % 2 == 1 { Behaviour::Nack } else { Behaviour::Ack }
    });
    for _ in 0..ROUNDS {
        life.create(2);
        life.pass(SECOND * 10);
    }
    // By the schedule, a notification that was tried n times waits 30 s, doubled n - 1 times.
    life.compare(Fault::Merges, |seen, place| {
        let is_early = |id: &Id| {
            let tries: Vec<_> = seen[..place].iter().filter(|seen| seen.ids().contains(id)).collect();
            let last = tries.last().map(|last| last.at_millis + (30_000 << (tries.len() - 1)));
            last.is_some_and(|due| due > seen[place].at_millis)
        };
        seen[place].ids().iter().any(is_early)
    });
}

#[test]
fn a_record_that_is_there_comes_without_data_and_then_with_them() {
    let life = Life::new(only(Fault::DeletedRecords, 0.15), |_| Behaviour::Ack);
    for _ in 0..ROUNDS {
        life.create(3);
        life.pass(SECOND * 10);
    }
    life.compare(Fault::DeletedRecords, |seen, place| {
        seen[place].received.message.notifications.iter().any(|notification| notification.sobject.is_none())
    });
}

#[test]
fn a_field_that_stands_in_no_wsdl_is_sent() {
    good(Fault::UnknownFields).compare(Fault::UnknownFields, |seen, place| {
        let body = &seen[place].received.body;
        let count = body.matches("<sf:Rehearsed__c>rehearsed</sf:Rehearsed__c>").count();
        assert!(count == 0 || count == body.matches("<sObject").count(), "in all records or in none: {body}");
        count > 0
    });
}

#[test]
fn the_same_id_comes_again_with_newer_data() {
    let life = Life::new(only(Fault::NewerData, 0.3), |_| Behaviour::Ack);
    for round in 0..ROUNDS {
        let ids = life.create(3);
        life.pass(SECOND * 10);
        life.update(&ids, &format!("newer {round}"));
        life.pass(SECOND * 10);
    }
    let mut retried = 0;
    life.compare(Fault::NewerData, |seen, place| {
        let ids = seen[place].ids();
        let is_lost = seen[place + 1..].iter().any(|later| later.ids().iter().any(|id| ids.contains(id)));
        let names = seen[place].received.names();
        let before: Vec<_> = seen[..place].iter().flat_map(|seen| seen.received.names()).collect();
        let is_newer =
            names.iter().any(|(id, name)| before.iter().any(|(other, before)| id == other && name != before));
        is_lost || is_newer
    });
    let seen = life.seen();
    let mut first: BTreeMap<Id, Option<String>> = BTreeMap::new();
    for (id, name) in seen.iter().flat_map(|seen| seen.received.names()) {
        retried += usize::from(first.get(&id).is_some_and(|before| *before != name));
        first.entry(id).or_insert(name);
    }
    assert!(retried > 3, "{retried} notifications came again with newer data");
}

/// What a raw listener saw of each connection: its bytes, in how many reads, and whether it was a whole message.
type Bytes = Vec<(Vec<u8>, Duration, bool)>;

/// Acknowledges each message that comes whole, one a connection.
fn raw(count: usize) -> (String, JoinHandle<Bytes>) {
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/salesforce", socket.local_addr().unwrap());
    let thread = std::thread::spawn(move || {
        let mut seen = Vec::new();
        while seen.len() < count {
            let (mut stream, _) = socket.accept().unwrap();
            stream.set_read_timeout(Some(SECOND * 10)).unwrap();
            let (started, mut bytes, mut part) = (Instant::now(), Vec::new(), [0; 4 << 10]);
            let is_whole = loop {
                if bytes.ends_with(b"</soapenv:Envelope>") {
                    break true;
                }
                match stream.read(&mut part) {
                    Ok(read) if read > 0 => bytes.extend_from_slice(&part[..read]),
                    _ => break false,
                }
            };
            seen.push((bytes, started.elapsed(), is_whole));
            let head =
                format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", ACK.len());
            drop(stream.write_all((head + ACK).as_bytes()));
        }
        seen
    });
    (url, thread)
}

/// Sends so many messages to a raw listener, and gives the log and what it saw.
fn sent_raw(rehearsal: Rehearsal, count: usize) -> (Vec<Sent>, Bytes) {
    let (url, listener) = raw(count);
    let builder = Org::builder(definition(&url)).clock(ManualClock::default()).timeout(SECOND * 4);
    let org = builder.rehearsal(rehearsal).start().unwrap();
    for _ in 0..count {
        org.create("Opportunity", [("Name", "x".repeat(2_000).as_str())]).unwrap();
        org.settle().unwrap();
    }
    let mut log = org.attempts("Won", count).unwrap();
    log.reverse();
    (log, listener.join().unwrap())
}

#[test]
fn a_connection_that_was_reset_ended_in_the_middle_of_the_body() {
    let (log, seen) = sent_raw(only(Fault::Resets, 0.5), 12);
    for (sent, (bytes, _, is_whole)) in log.iter().zip(&seen) {
        assert_eq!(sent.rehearsed == [Fault::Resets], !is_whole);
        let (head, body) = request(&bytes[..]).map_or_else(
            || {
                let text = String::from_utf8_lossy(bytes).into_owned();
                let end = text.find("\r\n\r\n").expect("the head is whole");
                (text[..end].to_ascii_lowercase(), text.len() - end - 4)
            },
            |(head, body)| (head.to_ascii_lowercase(), body.len()),
        );
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
        let length: usize = length.trim().parse().unwrap();
        assert_eq!(body, if *is_whole { length } else { length / 2 });
        let reason = "the connection ended in the middle of the request, as rehearsed";
        assert_eq!(sent.reason.as_deref(), (!is_whole).then_some(reason));
    }
    let cut = seen.iter().filter(|(_, _, is_whole)| !is_whole).count();
    assert!((2..11).contains(&cut), "{cut} of 12");
}

#[test]
fn a_slow_request_trickles_and_is_the_same() {
    let (log, seen) = sent_raw(only(Fault::SlowBytes, 0.5), 8);
    for (sent, (bytes, took, is_whole)) in log.iter().zip(&seen) {
        assert!(is_whole, "{:?}", String::from_utf8_lossy(bytes));
        let is_slow = sent.rehearsed == [Fault::SlowBytes];
        assert_eq!(is_slow, *took > SECOND, "{took:?}");
        assert!(sent.reason.is_none() && (!is_slow || sent.took_millis > 1_000));
    }
    let body = |place: usize| {
        let body = request(&seen[place].0[..]).unwrap().1;
        // All but the ids, of which there are two in each.
        String::from_utf8(body).unwrap().replace(char::is_alphanumeric, "x")
    };
    let slow = log.iter().position(|sent| !sent.rehearsed.is_empty()).unwrap();
    let quick = log.iter().position(|sent| sent.rehearsed.is_empty()).unwrap();
    assert_eq!(body(slow), body(quick));
}

fn all(rate: f64, seed: u64) -> Rehearsal {
    let slow = [Fault::SlowBytes];
    let quick = Fault::ALL.iter().filter(|fault| !slow.contains(fault));
    quick.fold(Rehearsal::default(), |all, fault| all.with(*fault, rate)).with_seed(seed)
}

/// The hash of all requests, and of what the log says of them.
fn history(rehearsal: Rehearsal) -> (u64, usize) {
    let mut count = 0;
    let life = Life::new(rehearsal, move |_| {
        count += 1;
        if count % 5 == 0 { Behaviour::Nack } else { Behaviour::Ack }
    });
    let mut ids = Vec::new();
    for round in 0..ROUNDS {
        ids.extend(life.create(4));
        life.pass(SECOND * 10);
        life.update(&ids[ids.len() - 2..], &format!("newer {round}"));
        life.pass(SECOND * 25);
    }
    life.end();
    life.check();
    let mut hasher = DefaultHasher::new();
    for seen in life.seen() {
        (seen.at_millis, seen.received.body, seen.received.acknowledged).hash(&mut hasher);
    }
    let mut rehearsed = BTreeSet::new();
    for sent in life.log() {
        (sent.at_millis, sent.notifications, sent.status, sent.reason, &sent.rehearsed).hash(&mut hasher);
        rehearsed.extend(sent.rehearsed);
    }
    (hasher.finish(), rehearsed.len())
}

#[test]
fn the_same_seed_gives_the_same_history() {
    let (first, faults) = history(all(0.25, 1));
    assert_eq!(faults, Fault::ALL.len() - 1, "each of them happened");
    assert_eq!(history(all(0.25, 1)).0, first);
    assert_ne!(history(all(0.25, 2)).0, first);
}

#[test]
fn each_outbound_message_has_its_own_choices_and_keeps_them_beside_another() {
    let run = || {
        let clock = ManualClock::default();
        let endpoints = [Endpoint::always(Behaviour::Ack), Endpoint::always(Behaviour::Ack)];
        let definition = two_messages(&endpoints[0].url(), &endpoints[1].url());
        // Notifications that are made in both lanes at once would share numbers out by chance.
        let rehearsal = all(0.3, 5).with(Fault::DeletedRecords, 0.0);
        let builder = Org::builder(definition).clock(clock.clone()).timeout(SECOND * 4);
        let org = builder.rehearsal(rehearsal).start().unwrap();
        for _ in 0..ROUNDS {
            let create = |number| Operation::Create {
                object: "Opportunity".into(),
                changes: Changes::from([("Name", format!("new {number}"))]),
            };
            org.batch((0..4).map(create).collect()).unwrap();
            org.settle().unwrap();
            clock.advance(SECOND * 20);
            org.settle().unwrap();
        }
        let bodies = |endpoint: &Endpoint| -> Vec<String> {
            endpoint.received().into_iter().map(|received| received.body).collect()
        };
        endpoints.each_ref().map(bodies)
    };
    let [won, copy] = run();
    assert_eq!([won.clone(), copy.clone()], run());
    let lengths = |bodies: &[String]| -> Vec<_> {
        bodies.iter().map(|body| body.matches("<Notification>").count()).collect()
    };
    assert_ne!(lengths(&won), lengths(&copy));
}

#[test]
fn what_always_happens_comes_to_an_end() {
    let ends = Fault::ALL.iter().filter(|fault| {
        // Of these two no message is ever delivered.
        !matches!(fault, Fault::LostReplies | Fault::Resets | Fault::SlowBytes)
    });
    for fault in ends {
        let life = Life::new(only(*fault, 1.0), |_| Behaviour::Ack);
        life.create(7);
        life.end();
        life.check();
        assert!(life.seen().len() <= 14, "{fault}: {} messages", life.seen().len());
    }
    let life = Life::new(all(1.0, 0), |_| Behaviour::Ack);
    life.create(7);
    life.end();
    assert_eq!(life.org.status().unwrap()[0].failed, 7);
    for fault in [Fault::LostReplies, Fault::Resets] {
        let life = Life::new(only(fault, 1.0), |_| Behaviour::Ack);
        life.create(7);
        for _ in 0..25 * 60 {
            life.pass(SECOND * 60);
        }
        let status = life.org.status().unwrap();
        assert_eq!((status[0].waiting, status[0].failed), (0, 7), "{fault}");
        let log = life.log();
        assert!(log.len() == 19 && log.iter().all(|sent| sent.rehearsed == [fault]), "{}", log.len());
    }
}

#[test]
fn data_that_are_always_refused_fail_in_the_end_although_their_absence_is_acknowledged() {
    let life = Life::new(only(Fault::DeletedRecords, 1.0), |message| {
        let is_filled = message.notifications.iter().any(|notification| notification.sobject.is_some());
        if is_filled { Behaviour::Nack } else { Behaviour::Ack }
    });
    life.create(1);
    life.end();
    assert_eq!(life.org.status().unwrap()[0].failed, 1);
    assert!(life.seen().len() <= 1 + 19, "once without data, and then as often as ever");
}

#[test]
fn it_is_switched_while_the_organization_runs() {
    let life = Life::new(Rehearsal::default(), |_| Behaviour::Ack);
    life.create(3);
    let lost = only(Fault::LostReplies, 1.0);
    life.org.rehearse(lost);
    assert_eq!(life.org.rehearsal(), lost);
    life.create(3);
    life.org.rehearse(only(Fault::Hold, 1.0));
    life.create(3);
    life.org.rehearse(Rehearsal::default());
    life.pass(SECOND * 120);
    let words: Vec<_> = life.log().into_iter().map(|sent| sent.rehearsed).collect();
    // What was held is late, whatever is rehearsed when it goes, and the retry goes with it.
    assert_eq!(words, [vec![], vec![Fault::LostReplies], vec![Fault::Hold]]);
}
