//! Handlers: once, in order, again after a failure.

use super::*;
use crate::retries::Retries;
use std::sync::atomic::AtomicU32;

const DONE: &str = "SELECT count(*) FROM notification WHERE state = 1";
const HOUR: Duration = Duration::from_secs(3_600);

fn sent(notification: u32, record: u32, modified: i64) -> Sent {
    Sent { notification, record, name: Some(notification), modified }
}

#[test]
fn a_failed_try_leaves_nothing_and_comes_again_by_the_schedule() {
    let place = Place::new();
    let tries = Arc::new(AtomicU32::new(0));
    let inbox = place.with({
        let tries = Arc::clone(&tries);
        move |_, delivery| match tries.fetch_add(1, Ordering::SeqCst) {
            0 => Err("the stock is closed".into()),
            1 => panic!("out of range"),
            _ => {
                assert_eq!(delivery.attempt, 3);
                Ok(())
            }
        }
    });
    let inbox = inbox.open().unwrap();
    accepted(&inbox, &[sent(1, 1, 100)]);
    until(&inbox, "SELECT tries FROM notification", 1);
    assert_eq!(texts(&inbox, "SELECT reason FROM failure"), ["the stock is closed"]);
    let wait = number(&inbox, "SELECT due FROM notification") - START;
    assert!((4_750..=5_250).contains(&wait), "{wait}");
    assert!(names(&inbox).is_empty());
    place.clock.pass(Duration::from_secs(6));
    until(&inbox, "SELECT tries FROM notification", 2);
    assert_eq!(texts(&inbox, "SELECT reason FROM failure"), ["the handler panicked: out of range"]);
    place.clock.pass(Duration::from_secs(11));
    until(&inbox, WAITING, 0);
    assert_eq!(names(&inbox), ["name 1"]);
    assert_eq!(number(&inbox, "SELECT count(*) FROM failure"), 0);
    inbox.close();
    assert_eq!((inbox.counts().failed, inbox.counts().handled), (2, 1));
}

#[test]
fn the_last_try_makes_a_dead_letter_that_holds_up_nobody_else() {
    let place = Place::new();
    let retries = Retries::default().tries(2);
    let judge = |_: &Tx<'_>, delivery: &Delivery<Record>| {
        if delivery.id == id("04l", 1) { Err(format!("no deal {}", delivery.id).into()) } else { Ok(()) }
    };
    let inbox = place.with(judge).retries(retries).open().unwrap();
    // The second is of the same record and waits for the first; the third is of another.
    accepted(&inbox, &[sent(1, 1, 100), sent(2, 1, 200), sent(3, 2, 100)]);
    until(&inbox, "SELECT count(*) FROM effect", 1);
    assert_eq!(names(&inbox), ["name 3"]);
    place.clock.pass(HOUR);
    until(&inbox, WAITING, 0);
    assert_eq!(names(&inbox), ["name 3", "name 2"]);
    assert_eq!(texts(&inbox, "SELECT fingerprint FROM failure"), ["no deal #"]);
    assert_eq!(number(&inbox, "SELECT last - first FROM failure"), 3_600_000);
    inbox.close();
    assert_eq!((inbox.counts().failed, inbox.counts().dead), (2, 1));
}

#[test]
fn a_dead_letter_holds_its_record_where_that_is_wanted() {
    let place = Place::new();
    let judge = |_: &Tx<'_>, delivery: &Delivery<Record>| {
        if delivery.id == id("04l", 1) { Err(crate::HandlerError::from("never").dead()) } else { Ok(()) }
    };
    let inbox = place.with(judge).hold_behind_dead(true).open().unwrap();
    accepted(&inbox, &[sent(1, 1, 100), sent(2, 1, 200), sent(3, 2, 100)]);
    until(&inbox, "SELECT count(*) FROM effect", 1);
    place.clock.pass(HOUR);
    accepted(&inbox, &[sent(4, 3, 100)]);
    until(&inbox, "SELECT count(*) FROM effect", 2);
    assert_eq!((names(&inbox), number(&inbox, WAITING)), (vec!["name 3".to_owned(), "name 4".to_owned()], 1));
}

#[test]
fn a_handler_says_when_it_wants_to_be_asked_again() {
    let place = Place::new();
    let opens = Timestamp::from_millisecond(START).unwrap() + HOUR;
    let inbox = place.with(move |_, delivery| {
        if delivery.attempt == 1 { Err(crate::HandlerError::from("closed").retry_at(opens)) } else { Ok(()) }
    });
    let inbox = inbox.open().unwrap();
    accepted(&inbox, &[sent(1, 1, 100)]);
    until(&inbox, "SELECT tries FROM notification", 1);
    assert_eq!(number(&inbox, "SELECT due FROM notification"), START + 3_600_000);
    place.clock.pass(HOUR);
    until(&inbox, WAITING, 0);
}

/// It would be called for ever otherwise, and nothing else.
#[test]
fn a_handler_that_asks_for_the_past_is_asked_a_second_later() {
    let place = Place::new();
    let inbox = place.with(|_, _| Err(crate::HandlerError::from("closed").retry_at(Timestamp::UNIX_EPOCH)));
    let inbox = inbox.open().unwrap();
    accepted(&inbox, &[sent(1, 1, 100)]);
    until(&inbox, "SELECT tries FROM notification", 1);
    thread::sleep(Duration::from_millis(100));
    assert_eq!(number(&inbox, "SELECT tries FROM notification"), 1);
    assert_eq!(number(&inbox, "SELECT due FROM notification") - START, 1_000);
}

#[test]
fn changes_of_a_record_come_in_their_order_and_one_that_is_late_says_so() {
    let place = Place::new();
    let (inbox, seen) = place.seeing();
    accepted(&inbox, &[sent(3, 1, 300), sent(1, 1, 100), sent(2, 1, 200)]);
    until(&inbox, WAITING, 0);
    accepted(&inbox, &[sent(4, 1, 250)]);
    // It was deleted, which says nothing of its record but the Id of its notification.
    accepted(&inbox, &[Sent { name: None, ..sent(3, 1, 0) }]);
    until(&inbox, WAITING, 0);
    assert_eq!(names(&inbox), ["name 1", "name 2", "name 3", "name 4", "deleted"]);
    let seen = seen.lock().unwrap();
    let superseded: Vec<_> = seen.iter().map(|delivery| delivery.is_superseded).collect();
    assert_eq!(superseded, [false, false, false, true, false]);
    assert_eq!(seen[4].revision, 1);
    drop(seen);
    drop(inbox);
    let inbox = place.with(|_, _| Ok(())).skip_superseded(true).open().unwrap();
    accepted(&inbox, &[sent(5, 1, 50)]);
    until(&inbox, WAITING, 0);
    assert_eq!(names(&inbox).len(), 5);
    inbox.close();
    assert_eq!(inbox.counts().skipped, 1);
}

#[test]
fn what_nobody_handles_or_reads_is_parked_until_the_next_start() {
    let place = Place::new();
    let inbox = place.at().open().unwrap();
    accepted(&inbox, &[sent(1, 1, 100)]);
    until(&inbox, "SELECT count(*) FROM notification WHERE state = 3", 1);
    assert_eq!(texts(&inbox, "SELECT reason FROM failure"), ["there is no handler for Account"]);
    drop(inbox);
    // A type that reads numbers only where text stands.
    let wrong = Schema::new("Account", [("Name".to_owned(), Kind::Int)]).unwrap();
    let inbox = place.at().in_transaction_by(wrong, |_, _| Ok(())).open().unwrap();
    until(&inbox, "SELECT count(*) FROM failure WHERE reason LIKE '%an int is a whole number%'", 1);
    inbox.close();
    assert_eq!(inbox.counts().parked, 1);
    drop(inbox);
    let (inbox, seen) = place.seeing();
    until(&inbox, WAITING, 0);
    assert_eq!(names(&inbox), ["name 1"]);
    assert_eq!(seen.lock().unwrap()[0].attempt, 1);
}

#[test]
fn no_other_file_joins_the_transaction() {
    let place = Place::new();
    let inbox = place.with(|tx, _| Ok(tx.execute_batch("ATTACH ':memory:' AS other")?));
    let inbox = inbox.open().unwrap();
    accepted(&inbox, &[sent(1, 1, 100)]);
    until(&inbox, "SELECT tries FROM notification", 1);
    let reason = texts(&inbox, "SELECT reason FROM failure").concat();
    assert!(reason.contains("attached"), "{reason}");
    assert!(names(&inbox).is_empty());
}

/// It undoes what it wrote, and is no way to be done without the effect, or to have the effect without being done. The
/// other notification is not held up.
#[test]
fn a_handler_that_ends_the_transaction_has_failed() {
    let place = Place::new();
    let inbox = place.with(|tx, delivery| match (delivery.id == id("04l", 1), delivery.attempt) {
        (true, 1) => Ok(tx.execute_batch("COMMIT")?),
        (true, 2) => Ok(tx.execute_batch("ROLLBACK")?),
        _ => Ok(()),
    });
    let inbox = inbox.open().unwrap();
    // A message of the same transaction is not acknowledged then, and comes again.
    while !is_ack(&send(&inbox, &[sent(1, 1, 100), sent(2, 2, 100)])) {}
    until(&inbox, "SELECT count(*) FROM notification WHERE tries = 1", 1);
    until(&inbox, "SELECT count(*) FROM effect", 1);
    place.clock.pass(HOUR);
    until(&inbox, "SELECT count(*) FROM notification WHERE tries = 2", 1);
    let reason = texts(&inbox, "SELECT reason FROM failure").concat();
    assert!(reason.starts_with("the handler ended the transaction"), "{reason}");
    place.clock.pass(HOUR);
    until(&inbox, WAITING, 0);
    assert_eq!(names(&inbox), ["name 2", "name 1"]);
}

/// Neither is the first of its step, and each undoes the step in which the other is counted.
#[test]
fn two_handlers_that_end_the_transaction_fail_both() {
    let place = Place::new();
    let inbox = place.with(|tx, delivery| match delivery.id {
        ended if [id("04l", 2), id("04l", 4)].contains(&ended) => Ok(tx.execute_batch("ROLLBACK")?),
        _ => Ok(()),
    });
    let inbox = inbox.paused(true).open().unwrap();
    accepted(&inbox, &(1..=5).map(|number| sent(number, number, 100)).collect::<Vec<_>>());
    inbox.resume();
    until(&inbox, "SELECT count(*) FROM notification WHERE tries = 1", 2);
    until(&inbox, WAITING, 2);
    assert_eq!(names(&inbox), ["name 1", "name 3", "name 5"]);
}

/// It came first of its outbound message and without a record, so that only the next one tells whose it is.
#[test]
fn what_comes_without_a_record_waits_for_its_object() {
    let place = Place::new();
    let contact = Schema::new("Contact", [("Name".to_owned(), Kind::Text)]).unwrap();
    let inbox = place.with(|_, _| Ok(())).in_transaction_by(contact, |_, _| Ok(())).open().unwrap();
    accepted(&inbox, &[Sent { name: None, ..sent(1, 1, 0) }]);
    until(&inbox, "SELECT count(*) FROM notification WHERE state = 3", 1);
    assert_eq!(
        texts(&inbox, "SELECT reason FROM failure"),
        ["there is no handler for an object that is not known yet"]
    );
    accepted(&inbox, &[sent(2, 2, 100)]);
    until(&inbox, DONE, 2);
    assert_eq!(names(&inbox), ["deleted", "name 2"]);
    accepted(&inbox, &[Sent { name: None, ..sent(3, 3, 0) }]);
    until(&inbox, DONE, 3);
}

#[test]
fn a_handler_can_close_its_inbox() {
    let place = Place::new();
    let inbox = Arc::new(std::sync::OnceLock::<Inbox>::new());
    let opened = place.with({
        let inbox = Arc::clone(&inbox);
        move |_, _| {
            inbox.wait().close();
            Ok(())
        }
    });
    let opened = opened.open().unwrap();
    inbox.set(opened.clone()).unwrap();
    accepted(&opened, &[sent(1, 1, 100)]);
    let started = Instant::now();
    while is_ack(&send(&opened, &[sent(2, 2, 100)])) {
        assert!(started.elapsed() < Duration::from_secs(20), "it is not closed");
    }
    drop(opened);
    let (inbox, _) = place.seeing();
    until(&inbox, WAITING, 0);
    assert_eq!(
        number(&inbox, "SELECT count(*) FROM effect"),
        number(&inbox, "SELECT count(*) FROM notification")
    );
}

#[test]
fn a_paused_inbox_stores_and_does_not_handle() {
    let place = Place::new();
    let inbox = place.with(|_, _| Ok(())).paused(true).open().unwrap();
    accepted(&inbox, &[sent(1, 1, 100)]);
    thread::sleep(Duration::from_millis(50));
    assert_eq!(number(&inbox, WAITING), 1);
    inbox.resume();
    until(&inbox, WAITING, 0);
    inbox.pause();
    accepted(&inbox, &[sent(2, 1, 200)]);
    thread::sleep(Duration::from_millis(50));
    assert_eq!(number(&inbox, WAITING), 1);
}

#[test]
fn a_slow_handler_holds_up_messages_and_loses_none() {
    let place = Place::new();
    let inbox = place.with(|_, _| {
        thread::sleep(Duration::from_millis(300));
        Ok(())
    });
    let inbox = inbox.open().unwrap();
    accepted(&inbox, &[sent(1, 1, 100), sent(2, 2, 100), sent(3, 3, 100)]);
    accepted(&inbox, &[sent(4, 4, 100)]);
    // It waits for the step that runs, which gives way after the handler that it is in, and not for all of them.
    assert!(number(&inbox, WAITING) > 0);
    until(&inbox, WAITING, 0);
    inbox.close();
    assert_eq!(inbox.counts().handled, 4);
}
