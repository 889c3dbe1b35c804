//! Handlers outside the transaction: leases, deadlines, batches.

use super::*;
use crate::outside::HandlerWork;
use crate::retries::Retries;
use std::future::pending;
use std::sync::atomic::{AtomicBool, AtomicUsize};
use std::sync::mpsc::{Receiver, Sender, channel};

const HOUR: Duration = Duration::from_secs(3_600);
const MINUTE: Duration = Duration::from_secs(61);

fn sent(notification: u32, record: u32, modified: i64) -> Sent {
    Sent { notification, record, name: Some(notification), modified }
}

/// The notifications' numbers in the order in which handlers saw them, with the attempt.
type Log = Arc<Mutex<Vec<(u32, u32)>>>;

fn note(log: &Log, delivery: &Delivery<Record>) {
    let number = delivery.id.as_str()[5..15].parse().unwrap();
    log.lock().unwrap().push((number, delivery.attempt));
}

/// Handlers that wait until they are told their result.
struct Gate {
    log: Log,
    results: Sender<Result<(), HandlerError>>,
    waiting: Mutex<Receiver<Result<(), HandlerError>>>,
}

impl Gate {
    fn new() -> Arc<Self> {
        let (results, waiting) = channel();
        Arc::new(Self { log: Log::default(), results, waiting: Mutex::new(waiting) })
    }

    fn on(self: &Arc<Self>, builder: Builder) -> Builder {
        let gate = Arc::clone(self);
        builder.outside_by(account(), move |delivery| {
            let gate = Arc::clone(&gate);
            async move {
                note(&gate.log, &delivery);
                gate.waiting.lock().unwrap().recv().unwrap()
            }
        })
    }

    /// Waits until so many handlers have begun.
    fn begun(&self, count: usize) {
        let started = Instant::now();
        while self.log.lock().unwrap().len() < count {
            assert!(started.elapsed() < Duration::from_secs(20), "{:?}", self.log.lock().unwrap());
            thread::sleep(Duration::from_millis(2));
        }
    }

    fn end(&self, result: Result<(), &'static str>) {
        self.results.send(result.map_err(HandlerError::from)).unwrap();
    }
}

const DONE: &str = "SELECT count(*) FROM notification WHERE state = 1";
const LEASED: &str = "SELECT count(*) FROM notification WHERE lease IS NOT NULL";

#[test]
fn records_are_handled_side_by_side_and_each_in_its_order() {
    let place = Place::new();
    let log = Log::default();
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let busy: Arc<Mutex<Vec<Id>>> = Arc::default();
    let inbox = place.at().concurrency(3).outside_by(account(), {
        let (log, now, most) = (Arc::clone(&log), Arc::clone(&now), Arc::clone(&most));
        move |delivery| {
            let (log, now, most, busy) = (log.clone(), now.clone(), most.clone(), Arc::clone(&busy));
            async move {
                let record = delivery.record.as_ref().unwrap().id();
                assert!(!busy.lock().unwrap().contains(&record), "two of one record");
                busy.lock().unwrap().push(record);
                most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                thread::sleep(Duration::from_millis(3));
                note(&log, &delivery);
                now.fetch_sub(1, Ordering::SeqCst);
                busy.lock().unwrap().retain(|other| *other != record);
                Ok(())
            }
        }
    });
    let inbox = inbox.open().unwrap();
    // Later changes of a record arrive first.
    let many: Vec<_> = (0..60).rev().map(|number| sent(number, number % 6, i64::from(number) + 1)).collect();
    accepted(&inbox, &many);
    until(&inbox, DONE, 60);
    assert_eq!(most.load(Ordering::SeqCst), 3);
    let log = log.lock().unwrap();
    for record in 0..6 {
        let of: Vec<_> =
            log.iter().map(|(number, _)| number).filter(|number| *number % 6 == record).collect();
        assert!(of.is_sorted(), "{of:?}");
    }
    inbox.close();
    assert_eq!((inbox.counts().handled, inbox.counts().failed), (60, 0));
}

#[test]
fn a_failed_try_comes_again_with_its_key_and_the_last_is_dead() {
    let place = Place::new();
    let keys: Arc<Mutex<Vec<String>>> = Arc::default();
    let inbox = place.at().retries(Retries::default().tries(3)).outside_by(account(), {
        let keys = Arc::clone(&keys);
        move |delivery| {
            keys.lock().unwrap().push(delivery.key.to_string());
            async move { if delivery.attempt == 2 { panic!("no port 8080") } else { Err("refused".into()) } }
        }
    });
    let inbox = inbox.open().unwrap();
    accepted(&inbox, &[sent(1, 1, 100), sent(2, 1, 200)]);
    for (tries, reason) in [(1, "refused"), (2, "the handler panicked: no port 8080"), (3, "refused")] {
        until(&inbox, "SELECT max(tries) FROM notification", tries);
        assert_eq!(texts(&inbox, "SELECT reason FROM failure WHERE seq = 1"), [reason]);
        place.clock.pass(HOUR);
    }
    assert_eq!(number(&inbox, "SELECT count(*) FROM notification WHERE state = 2 AND seq = 1"), 1);
    // The one behind it comes then.
    until(&inbox, "SELECT count(*) FROM failure WHERE seq = 2", 1);
    let keys = keys.lock().unwrap();
    assert!(keys[0] == keys[1] && keys[1] == keys[2] && keys[2] != keys[3], "{keys:?}");
}

#[test]
fn what_ends_later_than_the_deadline_has_failed_and_counts_no_longer() {
    let place = Place::new();
    let gate = Gate::new();
    let inbox = gate.on(place.at()).deadline(Duration::from_millis(20)).open().unwrap();
    accepted(&inbox, &[sent(1, 1, 100)]);
    gate.begun(1);
    until(&inbox, "SELECT tries FROM notification", 1);
    assert_eq!(texts(&inbox, "SELECT reason FROM failure"), ["the handler did not end within 0 s"]);
    gate.end(Ok(()));
    thread::sleep(Duration::from_millis(50));
    assert_eq!((number(&inbox, DONE), number(&inbox, LEASED)), (0, 0));
}

/// It is not only forgotten: what it holds is dropped.
#[test]
fn a_future_that_is_late_is_dropped() {
    struct Told(Arc<AtomicBool>);
    impl Drop for Told {
        fn drop(&mut self) {
            self.0.store(true, Ordering::SeqCst);
        }
    }
    let place = Place::new();
    let is_dropped = Arc::new(AtomicBool::new(false));
    let inbox = place.at().deadline(Duration::from_millis(20)).outside_by(account(), {
        let is_dropped = Arc::clone(&is_dropped);
        move |_| {
            let told = Told(Arc::clone(&is_dropped));
            async move {
                pending::<()>().await;
                drop(told);
                Ok(())
            }
        }
    });
    let inbox = inbox.open().unwrap();
    accepted(&inbox, &[sent(1, 1, 100)]);
    until(&inbox, "SELECT tries FROM notification", 1);
    let started = Instant::now();
    while !is_dropped.load(Ordering::SeqCst) {
        assert!(started.elapsed() < Duration::from_secs(20));
        thread::sleep(Duration::from_millis(2));
    }
}

/// As after a pause of the machine: the lease has expired, the next one is given, and the first handler comes to its end.
#[test]
fn a_result_under_an_old_lease_is_dropped() {
    let place = Place::new();
    let gate = Gate::new();
    let inbox = gate.on(place.at()).open().unwrap();
    accepted(&inbox, &[sent(1, 1, 100)]);
    gate.begun(1);
    place.clock.pass(MINUTE);
    inbox.resume();
    until(&inbox, "SELECT tries FROM notification", 1);
    let reason = texts(&inbox, "SELECT reason FROM failure").concat();
    assert!(reason.starts_with("the handler did not end"), "{reason}");
    place.clock.pass(MINUTE);
    inbox.resume();
    gate.begun(2);
    assert_eq!(*gate.log.lock().unwrap(), [(1, 1), (1, 2)]);
    // One of the two ends, and which one is not told apart here: an old failure must not count either.
    gate.end(Err("too late"));
    gate.end(Ok(()));
    let started = Instant::now();
    while number(&inbox, DONE) == 0 && number(&inbox, "SELECT tries FROM notification") == 1 {
        assert!(started.elapsed() < Duration::from_secs(20));
        thread::sleep(Duration::from_millis(2));
    }
    inbox.close();
    let counts = inbox.counts();
    assert!(counts.handled + counts.failed == 2, "each lease has one result: {counts:?}");
}

#[test]
fn a_handler_that_a_crash_ends_is_a_failed_try_and_comes_again() {
    let place = Place::new();
    let gate = Gate::new();
    let inbox = gate.on(place.at()).open().unwrap();
    accepted(&inbox, &[sent(1, 1, 100), sent(2, 1, 200)]);
    gate.begun(1);
    inbox.database().crash();
    gate.end(Ok(()));
    drop(inbox);
    let inbox = gate.on(place.at()).open().unwrap();
    until(&inbox, "SELECT tries FROM notification WHERE seq = 1", 1);
    place.clock.pass(HOUR);
    inbox.resume();
    gate.begun(2);
    gate.end(Ok(()));
    gate.end(Ok(()));
    until(&inbox, DONE, 2);
    assert_eq!(*gate.log.lock().unwrap(), [(1, 1), (1, 2), (2, 1)]);
}

#[test]
fn closing_waits_for_handlers_and_gives_back_what_does_not_end() {
    let place = Place::new();
    let gate = Gate::new();
    let inbox = gate.on(place.at()).open().unwrap();
    accepted(&inbox, &[sent(1, 1, 100)]);
    gate.begun(1);
    thread::spawn({
        let gate = Arc::clone(&gate);
        move || {
            thread::sleep(Duration::from_millis(30));
            gate.end(Ok(()));
        }
    });
    inbox.close();
    assert_eq!(inbox.counts().handled, 1);
    drop(inbox);
    let inbox = gate.on(place.at()).grace(Duration::from_millis(20)).open().unwrap();
    accepted(&inbox, &[sent(2, 1, 200)]);
    gate.begun(2);
    inbox.close();
    drop(inbox);
    let inbox = gate.on(place.at()).open().unwrap();
    gate.begun(3);
    assert_eq!(gate.log.lock().unwrap()[2], (2, 1), "a shutdown is no failed try");
    gate.end(Ok(()));
    gate.end(Ok(()));
    until(&inbox, DONE, 2);
}

#[test]
fn each_notification_of_a_batch_has_its_own_result() {
    let place = Place::new();
    let sizes: Arc<Mutex<Vec<usize>>> = Arc::default();
    let inbox = place.at().concurrency(1).paused(true).outside_in_batches_by(account(), 10, {
        let sizes = Arc::clone(&sizes);
        move |deliveries| {
            sizes.lock().unwrap().push(deliveries.len());
            async move {
                let result = |delivery: &Delivery<Record>| match delivery.id.as_str().as_bytes()[14] {
                    b'3' => Err(HandlerError::from("no").dead()),
                    _ => Ok(()),
                };
                // The last one is forgotten.
                deliveries.iter().take(9).map(result).collect()
            }
        }
    });
    let inbox = inbox.open().unwrap();
    accepted(&inbox, &(0..15).map(|number| sent(number, number, 100)).collect::<Vec<_>>());
    inbox.resume();
    until(&inbox, DONE, 12);
    assert_eq!(*sizes.lock().unwrap(), [10, 5]);
    assert_eq!(
        texts(&inbox, "SELECT reason FROM failure ORDER BY seq"),
        ["no", "the handler gave no result for it", "no"]
    );
}

#[test]
fn a_type_that_does_not_read_it_parks_it() {
    let place = Place::new();
    let wrong = Schema::new("Account", [("Name".to_owned(), Kind::Int)]).unwrap();
    let inbox = place.at().outside_by(wrong, |_| async { Ok(()) }).open().unwrap();
    accepted(&inbox, &[sent(1, 1, 100), sent(2, 1, 200)]);
    until(&inbox, "SELECT count(*) FROM notification WHERE state = 3 AND lease IS NULL", 2);
}

/// A runtime that shuts down drops its tasks.
#[test]
fn work_runs_on_the_programs_runtime_and_is_told_of_when_it_is_dropped() {
    let place = Place::new();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let tokio = runtime.handle().clone();
    let (stop, stopped) = futures_channel::oneshot::channel::<()>();
    // It ends with the block, and the runtime with it.
    let runtime = thread::spawn(move || runtime.block_on(stopped));
    let builder = place.at().run_on(move |work: HandlerWork| drop(tokio.spawn(work)));
    let inbox = builder.outside_by(account(), |delivery| async move {
        // It needs the runtime.
        tokio::time::sleep(Duration::from_millis(1)).await;
        if delivery.id == id("04l", 2) { pending().await } else { Ok(()) }
    });
    let inbox = inbox.open().unwrap();
    accepted(&inbox, &[sent(1, 1, 100), sent(2, 2, 100)]);
    until(&inbox, DONE, 1);
    stop.send(()).unwrap();
    runtime.join().unwrap().unwrap();
    until(&inbox, "SELECT count(*) FROM failure", 1);
    assert_eq!(texts(&inbox, "SELECT reason FROM failure"), ["the handler was dropped before its end"]);
}

/// One that has no room for more holds up no other object.
#[test]
fn a_handler_that_is_busy_holds_up_no_other() {
    let place = Place::new();
    let gate = Gate::new();
    let contact = Schema::new("Contact", [("Name".to_owned(), Kind::Text)]).unwrap();
    let builder = place.at().prepare(effects).in_transaction_by(contact.clone(), |tx, delivery| {
        tx.execute("INSERT INTO effect(key) VALUES (?1)", [delivery.key.as_str()])?;
        Ok(())
    });
    let inbox = gate.on(builder).concurrency(1).open().unwrap();
    accepted(&inbox, &(0..100).map(|number| sent(number, number, 100)).collect::<Vec<_>>());
    gate.begun(1);
    let message = Notifications::<Record>::new(id("00D", 1), id("04k", 2));
    let mut body = Vec::new();
    message.with(id("04l", 500), Some(contact.record(id("003", 1)))).encode(&mut body);
    assert!(is_ack(&block_on(inbox.accept(Head::post("text/xml"), &body))));
    until(&inbox, "SELECT count(*) FROM effect", 1);
    assert_eq!(gate.log.lock().unwrap().len(), 1);
    (0..100).for_each(|_| gate.end(Ok(())));
    until(&inbox, DONE, 101);
}

#[test]
fn a_handler_can_close_its_inbox_from_outside() {
    let place = Place::new();
    let inbox = Arc::new(std::sync::OnceLock::<Inbox>::new());
    let opened = place.at().outside_by(account(), {
        let inbox = Arc::clone(&inbox);
        move |_| {
            let inbox = Arc::clone(&inbox);
            async move {
                inbox.wait().close();
                Ok(())
            }
        }
    });
    let opened = opened.open().unwrap();
    inbox.set(opened.clone()).unwrap();
    accepted(&opened, &[sent(1, 1, 100)]);
    let started = Instant::now();
    while is_ack(&send(&opened, &[sent(2, 2, 100)])) {
        assert!(started.elapsed() < Duration::from_secs(15), "it is not closed");
        thread::sleep(Duration::from_millis(5));
    }
    drop(opened);
    inbox_is_done(&place);
}

/// Each of its notifications was handled, or is at the next start.
fn inbox_is_done(place: &Place) {
    let (inbox, _) = place.seeing();
    until(&inbox, WAITING, 0);
    assert_eq!(number(&inbox, "SELECT sum(tries) FROM notification"), 0);
}
