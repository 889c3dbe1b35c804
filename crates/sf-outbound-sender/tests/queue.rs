//! The life of a notification: one for each change, the reason of its own, and what keeps it from being lost.

mod common;

use common::{ACK, Behaviour, Endpoint, definition, two_messages, two_objects};
use sf_outbound::Id;
use sf_outbound_sender::{Alarm, Clock, ManualClock, Org, Outcome};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(60 * 60);

fn start(endpoint: &Endpoint, clock: &ManualClock) -> Org {
    Org::builder(definition(&endpoint.url())).clock(clock.clone()).start().unwrap()
}

#[test]
fn each_change_is_a_notification_of_its_own_with_the_newest_values() {
    let endpoint = Endpoint::always(Behaviour::Nack);
    let clock = ManualClock::default();
    let org = start(&endpoint, &clock);
    let id = org.create("Opportunity", [("Name", "old")]).unwrap();
    org.settle().unwrap();
    clock.advance(SECOND * 29);
    org.update("Opportunity", id, [("Name", "newer")]).unwrap();
    org.settle().unwrap();
    let received = endpoint.received();
    assert_eq!(received.len(), 2, "it does not wait for the other's retry");
    let (first, second) = (received[0].names().remove(0), received[1].names().remove(0));
    assert_eq!((first.1.as_deref(), second.1.as_deref()), (Some("old"), Some("newer")));
    assert_ne!(first.0, second.0);
    org.update("Opportunity", id, [("Name", "newest")]).unwrap();
    org.settle().unwrap();
    endpoint.now(Behaviour::Ack);
    clock.advance(HOUR);
    org.settle().unwrap();
    let received = endpoint.received();
    assert_eq!(received.len(), 4);
    let newest = received[3].names();
    assert_eq!(newest.len(), 3);
    assert!(newest.iter().all(|(_, name)| name.as_deref() == Some("newest")), "{newest:?}");
    assert_eq!((newest[0].0, newest[1].0), (first.0, second.0));
    clock.advance(HOUR);
    org.settle().unwrap();
    assert_eq!(endpoint.received().len(), 4);
}

#[test]
fn a_change_has_24_hours_of_its_own_however_old_another_notification_of_its_record_is() {
    let endpoint = Endpoint::always(Behaviour::Nack);
    let clock = ManualClock::default();
    let builder = Org::builder(definition(&endpoint.url())).clock(clock.clone());
    let org = builder.keep_failed(false).start().unwrap();
    let id = org.create("Opportunity", [("Name", "old")]).unwrap();
    org.settle().unwrap();
    clock.advance(SECOND * (24 * 3_600 - 600));
    org.settle().unwrap();
    org.update("Opportunity", id, [("Name", "new")]).unwrap();
    org.settle().unwrap();
    let tried = endpoint.received().pop().unwrap().names();
    assert_eq!(tried[0].1.as_deref(), Some("new"), "it is tried at once");
    clock.advance(SECOND * 600);
    org.settle().unwrap();
    let gone = org.departures(None, 10).unwrap();
    assert_eq!(gone.iter().map(|gone| gone.outcome).collect::<Vec<_>>(), [Outcome::Dropped]);
    let waiting = org.waiting("Won", 10).unwrap();
    assert_eq!((waiting.len(), waiting[0].id), (1, tried[0].0));
    endpoint.now(Behaviour::Ack);
    clock.advance(HOUR * 22);
    org.settle().unwrap();
    assert!(org.waiting("Won", 10).unwrap().is_empty());
    assert_eq!(endpoint.received().pop().unwrap().names(), tried);
}

#[test]
fn changes_are_merged_only_where_that_is_asked_for_and_nothing_was_sent() {
    let endpoint = Endpoint::always(Behaviour::Slow(Duration::from_millis(300)));
    let clock = ManualClock::default();
    let builder = Org::builder(definition(&endpoint.url())).clock(clock.clone());
    let org = builder.coalesce(true).start().unwrap();
    let id = org.create("Opportunity", [("Name", "0")]).unwrap();
    endpoint.wait(1);
    // On its way it is not to be changed any more; the first of these waits, and takes in the others.
    for name in ["1", "2", "3"] {
        org.update("Opportunity", id, [("Name", name)]).unwrap();
    }
    assert_eq!(org.waiting("Won", 10).unwrap().len(), 2);
    org.settle().unwrap();
    let names = |place: usize| -> Vec<_> {
        endpoint.received()[place].names().into_iter().filter_map(|(_, name)| name).collect()
    };
    assert_eq!((endpoint.received().len(), names(0), names(1)), (2, vec!["0".into()], vec!["3".into()]));
    endpoint.now(Behaviour::Nack);
    org.update("Opportunity", id, [("Name", "4")]).unwrap();
    org.settle().unwrap();
    org.update("Opportunity", id, [("Name", "5")]).unwrap();
    org.settle().unwrap();
    assert_eq!(names(3), ["5"], "what was tried takes nothing in");
    assert_eq!(org.waiting("Won", 10).unwrap().len(), 2);
}

#[test]
fn each_failed_notification_has_the_reason_of_its_own_last_try() {
    let endpoint = Endpoint::start(|message| {
        let name = message.notifications[0].sobject.as_ref().and_then(|record| record.get("Name"));
        if name.is_some_and(|name| name.to_string() == "a") { Behaviour::Nack } else { Behaviour::Fault }
    });
    let clock = ManualClock::default();
    let org = start(&endpoint, &clock);
    for name in ["a", "b"] {
        org.create("Opportunity", [("Name", name)]).unwrap();
        org.settle().unwrap();
        clock.advance(SECOND * 7);
    }
    clock.advance(HOUR * 24);
    org.settle().unwrap();
    let failed = org.failed("Won", None, 10).unwrap();
    let reasons: Vec<_> = failed.iter().map(|failed| failed.reason.as_str()).collect();
    assert_eq!(reasons, ["SOAP response was a nack.", "the reply is a SOAP fault: closed"]);
}

#[test]
fn records_of_another_object_are_not_sent_as_those_of_the_outbound_message() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("org.db");
    let endpoint = Endpoint::always(Behaviour::Nack);
    let clock = ManualClock::default();
    let open = |of: &str| {
        Org::builder(two_objects(&endpoint.url(), of)).file(&file).clock(clock.clone()).start().unwrap()
    };
    let org = open("Opportunity");
    let id = org.create("Opportunity", [("Name", "x")]).unwrap();
    let deleted = org.create("Opportunity", [("Name", "y")]).unwrap();
    org.delete("Opportunity", deleted).unwrap();
    org.settle().unwrap();
    org.stop();
    let before = endpoint.received().len();
    let org = open("Lead");
    assert_eq!(org.waiting("Won", 10).unwrap()[0].record, id, "its id is that of its object");
    clock.advance(HOUR);
    org.settle().unwrap();
    assert_eq!(endpoint.received().len(), before, "an Opportunity is no Lead");
    let failed = org.failed("Won", None, 10).unwrap();
    assert_eq!(failed.iter().map(|failed| failed.record).collect::<Vec<_>>(), [id, deleted]);
    for failed in &failed {
        assert_eq!(failed.reason, "the outbound message was pointed at another object");
        org.retry(failed.id).unwrap();
    }
    org.settle().unwrap();
    assert_eq!(org.failed("Won", None, 10).unwrap().len(), 2);
    assert_eq!(endpoint.received().len(), before);
    org.stop();
    // Pointed back, they go.
    let org = open("Opportunity");
    endpoint.now(Behaviour::Ack);
    for failed in &failed {
        org.retry(failed.id).unwrap();
    }
    org.settle().unwrap();
    assert_eq!(org.status().unwrap()[0].failed, 0);
    assert_eq!(org.departures(None, 10).unwrap().len(), 2);
}

#[test]
fn what_waits_of_an_outbound_message_that_is_gone_is_kept_until_somebody_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("org.db");
    let endpoint = Endpoint::always(Behaviour::Nack);
    let clock = ManualClock::default();
    let builder = |definition| Org::builder(definition).file(&file).clock(clock.clone());
    let both = two_messages(&endpoint.url(), &endpoint.url());
    let org = builder(both.clone()).start().unwrap();
    org.create("Opportunity", [("Name", "x")]).unwrap();
    org.settle().unwrap();
    org.stop();
    let mut renamed = both.clone();
    renamed.messages[1].name = "Twin".to_owned();
    renamed.rules[0].messages[1] = "Twin".to_owned();
    let mut anew = renamed.clone();
    anew.messages[1].action_id = Id::literal("04k5w0000000003");
    for gone in [definition(&endpoint.url()), anew.clone()] {
        let error = builder(gone).start().err().unwrap();
        assert_eq!(error.code(), "SFD0405");
        for part in
            ["`Copy`", "1 waiting and 0 failed", "action_id = \"04k5w0000000002AAA\"", "--drop-queue-of Copy"]
        {
            assert!(error.message().contains(part), "{error}");
        }
    }
    // With its action id it goes on under its new name.
    let org = builder(renamed).start().unwrap();
    assert_eq!(org.waiting("Twin", 10).unwrap().len(), 1);
    org.stop();
    let org = builder(anew).drop_queue_of("Twin").start().unwrap();
    let gone = org.departures(None, 10).unwrap();
    let gone: Vec<_> = gone.iter().map(|gone| (gone.message.as_str(), gone.outcome)).collect();
    assert_eq!(gone, [("Twin", Outcome::Deleted)]);
    assert_eq!(org.waiting("Won", 10).unwrap().len(), 1);
    assert!(org.waiting("Twin", 10).unwrap().is_empty());
}

/// Codes of the troubles as they are told.
type Told = Arc<Mutex<Vec<Option<String>>>>;

fn told(endpoint: &Endpoint) -> (sf_outbound_sender::Builder, Told) {
    let told = Told::default();
    let telling = Arc::clone(&told);
    let builder = Org::builder(definition(&endpoint.url())).clock(ManualClock::default());
    let builder = builder
        .on_trouble(move |error| telling.lock().unwrap().push(error.map(|error| error.code().to_owned())));
    (builder, told)
}

#[test]
fn what_was_acknowledged_is_not_sent_again_while_the_disk_is_full() {
    // The log keeps 4 KB of it, for which the file has to grow.
    let reply = String::leak(format!("<!--{}-->{ACK}", "x".repeat(5_000)));
    let endpoint = Endpoint::always(Behaviour::Late(SECOND, reply));
    let (builder, told) = told(&endpoint);
    let org = builder.start().unwrap();
    org.create("Opportunity", [("Name", "x")]).unwrap();
    endpoint.wait(1);
    org.limit_pages(1);
    let error = org.settle_within(SECOND * 4).unwrap_err();
    assert_eq!(error.code(), "SFD0401");
    assert_eq!(endpoint.received().len(), 1);
    assert_eq!(*told.lock().unwrap(), [Some("SFD0401".to_owned())], "told once");
    org.limit_pages(1_000_000);
    org.settle().unwrap();
    assert_eq!(endpoint.received().len(), 1);
    assert_eq!(org.departures(None, 10).unwrap()[0].outcome, Outcome::Delivered);
    assert_eq!(*told.lock().unwrap(), [Some("SFD0401".to_owned()), None]);
}

#[test]
fn what_could_not_be_written_at_the_stop_is_sent_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("org.db");
    let reply = String::leak(format!("<!--{}-->{ACK}", "x".repeat(5_000)));
    let endpoint = Endpoint::always(Behaviour::Late(SECOND, reply));
    let (builder, _) = told(&endpoint);
    let org = builder.file(&file).start().unwrap();
    org.create("Opportunity", [("Name", "x")]).unwrap();
    endpoint.wait(1);
    org.limit_pages(1);
    assert!(org.settle_within(SECOND * 2).is_err());
    org.stop();
    let org = told(&endpoint).0.file(&file).start().unwrap();
    org.settle().unwrap();
    let received = endpoint.received();
    assert_eq!((received.len(), received[1].names()), (2, received[0].names()));
}

#[test]
fn a_panic_of_the_program_ends_no_delivery() {
    let endpoint = Endpoint::always(Behaviour::Ack);
    for place in ["observer", "recorder", "reply"] {
        let (builder, told) = told(&endpoint);
        let calls = Arc::new(AtomicUsize::new(0));
        let panics = move |here: &str| {
            assert!(here != place || calls.fetch_add(1, Ordering::SeqCst) >= 2, "as this test wants it");
        };
        let observing = panics.clone();
        let org = builder
            .observer(move |_, _| observing("observer"))
            .recorder(move |_| {
                panics("recorder");
                let panics = panics.clone();
                move |_| panics("reply")
            })
            .start()
            .unwrap();
        let before = endpoint.received().len();
        for _ in 0..3 {
            org.create("Opportunity", [("Name", "x")]).unwrap();
            org.settle().unwrap();
        }
        assert_eq!(endpoint.received().len(), before + 3, "{place}");
        assert_eq!(org.departures(None, 10).unwrap().len(), 3, "{place}");
        assert_eq!(*told.lock().unwrap(), [Some("SFD0505".to_owned()), None], "{place}");
    }
}

fn is_lane() -> bool {
    thread::current().name().is_some_and(|name| name.starts_with("sf-outbound lane"))
}

/// A clock that a lane can't read before it is let.
#[derive(Clone)]
struct Gate {
    clock: ManualClock,
    is_open: Arc<AtomicBool>,
}

impl Gate {
    fn closed(clock: &ManualClock) -> Self {
        Self { clock: clock.clone(), is_open: Arc::default() }
    }

    fn open(&self) {
        self.is_open.store(true, Ordering::SeqCst);
    }
}

impl Clock for Gate {
    fn now_millis(&self) -> i64 {
        let end = Instant::now() + SECOND * 20;
        while is_lane() && !self.is_open.load(Ordering::SeqCst) && Instant::now() < end {
            thread::sleep(Duration::from_millis(2));
        }
        self.clock.now_millis()
    }

    fn until(&self, moment_millis: i64) -> Option<Duration> {
        self.clock.until(moment_millis)
    }

    fn on_set(&self, alarm: Alarm) {
        self.clock.on_set(alarm);
    }
}

#[test]
fn what_may_have_been_sent_before_a_crash_takes_nothing_in() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("org.db");
    let endpoint = Endpoint::always(Behaviour::Slow(SECOND));
    let clock = ManualClock::default();
    let builder = || Org::builder(definition(&endpoint.url())).file(&file).coalesce(true);
    let org = builder().clock(clock.clone()).start().unwrap();
    let id = org.create("Opportunity", [("Name", "0")]).unwrap();
    let first = endpoint.wait(1).remove(0).names();
    org.crash();
    let gate = Gate::closed(&clock);
    let org = builder().clock(gate.clone()).start().unwrap();
    for name in ["1", "2"] {
        org.update("Opportunity", id, [("Name", name)]).unwrap();
    }
    assert_eq!(org.waiting("Won", 9).unwrap().len(), 2, "who saw the first by its id would miss the change");
    gate.open();
    org.settle().unwrap();
    let names = endpoint.wait(2)[1].names();
    assert_eq!((names.len(), names[0].0), (2, first[0].0));
    assert!(names.iter().all(|(_, name)| name.as_deref() == Some("2")), "{names:?}");
}

#[test]
fn what_was_retried_before_a_crash_is_due_whatever_the_machines_time_is_then() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("org.db");
    let endpoint = Endpoint::always(Behaviour::Nack);
    let builder = || Org::builder(definition(&endpoint.url())).file(&file);
    let (start, clock) = (ManualClock::default(), ManualClock::default());
    let org = builder().clock(clock.clone()).start().unwrap();
    for name in ["a", "b"] {
        org.create("Opportunity", [("Name", name)]).unwrap();
    }
    org.settle().unwrap();
    clock.advance(HOUR * 25);
    org.settle().unwrap();
    let failed = org.failed("Won", None, 9).unwrap();
    assert_eq!(failed.len(), 2);
    org.stop();
    // As by a clock that was sped up.
    clock.advance(HOUR * 1_000);
    let gate = Gate::closed(&clock);
    let org = builder().clock(gate.clone()).start().unwrap();
    org.retry(failed[0].id).unwrap();
    let opening = thread::spawn(move || {
        thread::sleep(SECOND);
        gate.open();
    });
    org.crash();
    opening.join().unwrap();
    endpoint.now(Behaviour::Ack);
    let org = builder().clock(start).start().unwrap();
    org.settle().unwrap();
    assert_eq!(org.departures(None, 9).unwrap().len(), 1);
}

#[test]
fn what_is_in_flight_can_be_retried_deleted_and_lose_its_record() {
    for (reply, is_acked) in [(ACK, true), ("no", false)] {
        let endpoint = Endpoint::always(Behaviour::Late(SECOND, reply));
        let clock = ManualClock::default();
        let org = start(&endpoint, &clock);
        let mut sent = 0;
        let mut create = || {
            let id = org.create("Opportunity", [("Name", "x")]).unwrap();
            sent += 1;
            endpoint.wait(sent);
            (id, org.waiting("Won", 9).unwrap().pop().unwrap().id)
        };
        let (_, removed) = create();
        org.remove(removed).unwrap();
        org.settle().unwrap();
        assert_eq!(org.departures(None, 9).unwrap()[0].outcome, Outcome::Deleted, "{is_acked}");
        let (_, retried) = create();
        org.retry(retried).unwrap();
        org.settle().unwrap();
        let (record, _) = create();
        org.delete("Opportunity", record).unwrap();
        org.settle().unwrap();
        let expected = if is_acked { (3, 0) } else { (1, 2) };
        let left = (org.departures(None, 9).unwrap().len(), org.waiting("Won", 9).unwrap().len());
        assert_eq!(left, expected);
        endpoint.now(Behaviour::Ack);
        clock.advance(SECOND * 30);
        org.settle().unwrap();
        let received = endpoint.received();
        assert_eq!(received.len(), if is_acked { 3 } else { 4 });
        if !is_acked {
            let names: Vec<_> = received[3].names().into_iter().map(|(_, name)| name).collect();
            assert_eq!(names, [Some("x".to_owned()), None]);
        }
        assert_eq!(org.departures(None, 9).unwrap().len(), 3, "one line for each");
    }
}

#[test]
fn no_queue_is_dropped_of_an_outbound_message_that_there_is() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("org.db");
    let endpoint = Endpoint::always(Behaviour::Nack);
    let builder = || Org::builder(definition(&endpoint.url())).file(&file).clock(ManualClock::default());
    let org = builder().start().unwrap();
    org.create("Opportunity", [("Name", "x")]).unwrap();
    org.settle().unwrap();
    org.stop();
    let org = builder().drop_queue_of("Won").drop_queue_of("Wno").start().unwrap();
    assert_eq!(org.waiting("Won", 9).unwrap().len(), 1);
}

/// A clock that panics once in a thread, at its so manyth reading there.
struct Faulty {
    clock: ManualClock,
    in_lane: bool,
    left: AtomicUsize,
    /// Whether it is asked how long to sleep.
    asleep: bool,
}

impl Faulty {
    fn read(&self, asleep: bool) {
        let here = is_lane() == self.in_lane && asleep == self.asleep;
        let count = |left: usize| left.checked_sub(1);
        let is_now = here && self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, count) == Ok(1);
        assert!(!is_now, "as this test wants it");
    }
}

impl Clock for Faulty {
    fn now_millis(&self) -> i64 {
        self.read(false);
        self.clock.now_millis()
    }

    fn until(&self, moment_millis: i64) -> Option<Duration> {
        self.read(true);
        self.clock.until(moment_millis)
    }

    fn on_set(&self, alarm: Alarm) {
        self.clock.on_set(alarm);
    }
}

#[test]
fn a_panic_of_the_programs_clock_ends_no_delivery_and_sends_nothing_twice() {
    // The lane reads it before a step, before the message and after the reply, and asks how long to sleep.
    for (place, in_lane, asleep) in
        [(2, true, false), (3, true, false), (4, true, false), (1, true, true), (3, false, false)]
    {
        let replies = AtomicUsize::new(0);
        let endpoint = Endpoint::start(move |_| match replies.fetch_add(1, Ordering::SeqCst) {
            1 => Behaviour::Nack,
            _ => Behaviour::Ack,
        });
        let (builder, _) = told(&endpoint);
        let clock = ManualClock::default();
        let faulty = Faulty { clock: clock.clone(), in_lane, left: AtomicUsize::new(place), asleep };
        let org = builder.clock(faulty).start().unwrap();
        let case = format!("{place} {in_lane} {asleep}");
        for name in ["a", "b", "c"] {
            let create = || org.create("Opportunity", [("Name", name)]);
            let created = std::panic::catch_unwind(std::panic::AssertUnwindSafe(create));
            if created.is_err() {
                assert!(!in_lane, "{case}");
                org.create("Opportunity", [("Name", name)]).expect(&case);
            }
            org.settle().expect(&case);
        }
        thread::sleep(SECOND * 2);
        clock.advance(SECOND * 30);
        org.settle().expect(&case);
        let departures = org.departures(None, 9).unwrap();
        assert_eq!((endpoint.received().len(), departures.len()), (4, 3), "{case}");
    }
}
