//! What the machine does to an inbox: a full disk, a file that can't be written or read, a clock that is set.

use super::*;
use std::fs;
use std::io::{Seek, SeekFrom, Write};

const DONE: &str = "SELECT count(*) FROM notification WHERE state = 1";

fn sent(notification: u32) -> Sent {
    Sent { notification, record: notification, name: Some(notification), modified: 100 }
}

fn many(from: u32) -> Vec<Sent> {
    (from..from + 100).map(sent).collect()
}

fn set(inbox: &Inbox, pragma: &'static str, value: i64) {
    let set = inbox.database().write(move |connection| {
        connection.pragma_update(None, pragma, value)?;
        Ok::<_, Trouble>(())
    });
    set.unwrap();
}

/// A message that is not acknowledged is not there, and the operator sees why.
fn refused(inbox: &Inbox, message: &[Sent], trouble: &str) {
    let reply = send(inbox, message);
    let body = String::from_utf8_lossy(&reply.body);
    assert_eq!(reply.status, 500);
    assert!(body.contains("the message could not be stored; it is wanted again"), "{body}");
    let told = inbox.trouble().expect("trouble").to_string();
    assert!(told.contains(trouble), "{told}");
}

#[test]
fn a_full_disk_refuses_messages_until_there_is_room() {
    let place = Place::new();
    let inbox = place.with(|_, _| Ok(())).paused(true).open().unwrap();
    accepted(&inbox, &many(0));
    set(&inbox, "max_page_count", 1);
    refused(&inbox, &many(1_000), "database or disk is full");
    assert_eq!(number(&inbox, "SELECT count(*) FROM notification"), 100);
    // A handler that has no room for its rows has not failed.
    inbox.resume();
    thread::sleep(Duration::from_millis(50));
    assert_eq!(number(&inbox, "SELECT sum(tries) FROM notification"), 0);
    set(&inbox, "max_page_count", 1_000_000);
    accepted(&inbox, &many(1_000));
    until(&inbox, DONE, 200);
    assert_eq!(inbox.trouble(), None);
    assert_eq!((inbox.counts().unstored, inbox.counts().failed), (1, 0));
}

#[test]
fn a_file_that_can_not_be_written_refuses_messages() {
    let place = Place::new();
    let inbox = place.with(|_, _| Ok(())).paused(true).open().unwrap();
    set(&inbox, "query_only", 1);
    refused(&inbox, &[sent(1)], "readonly");
    inbox.close();
    drop(inbox);
    let mut permissions = fs::metadata(place.file()).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(place.file(), permissions).unwrap();
    // To root every file can be written.
    if fs::OpenOptions::new().append(true).open(place.file()).is_err() {
        let error = place.at().open().unwrap_err().to_string();
        assert!(error.contains("denied") && error.contains("inbox.db"), "{error}");
    }
}

#[test]
fn a_broken_page_refuses_messages_and_is_told() {
    let place = Place::new();
    let inbox = place.with(|_, _| Ok(())).paused(true).open().unwrap();
    accepted(&inbox, &many(0));
    let page =
        number(&inbox, "SELECT rootpage FROM sqlite_master WHERE name = 'sqlite_autoindex_notification_1'");
    inbox.close();
    drop(inbox);
    let mut file = fs::OpenOptions::new().write(true).open(place.file()).unwrap();
    file.seek(SeekFrom::Start((u64::try_from(page).unwrap() - 1) * 4_096)).unwrap();
    file.write_all(&[0xA5; 4_096]).unwrap();
    drop(file);
    let inbox = place.with(|_, _| Ok(())).paused(true).open().unwrap();
    refused(&inbox, &many(1_000), "malformed");
    drop(inbox);
    fs::write(place.file(), "no database of any kind, and longer than a header of one: ".repeat(100))
        .unwrap();
    let error = place.at().open().unwrap_err().to_string();
    assert!(error.contains("not a database") || error.contains("is not an inbox"), "{error}");
}

/// What failed would wait until the clock is there again; it is tried at once.
#[test]
fn a_clock_that_is_set_back_holds_nothing_up() {
    let place = Place::new();
    let inbox = place.with(|_, delivery| if delivery.attempt == 1 { Err("not yet".into()) } else { Ok(()) });
    let inbox = inbox.open().unwrap();
    accepted(&inbox, &[sent(1)]);
    until(&inbox, "SELECT sum(tries) FROM notification", 1);
    place.clock.0.fetch_sub(100 * 3_600_000, Ordering::SeqCst);
    inbox.resume();
    until(&inbox, DONE, 1);
}

/// It holds up all messages; one that waits too long is answered, and is there when it comes again.
#[test]
fn a_message_that_waits_too_long_is_answered_and_not_lost() {
    let place = Place::new();
    let inbox = place.with(|_, delivery| {
        if delivery.attempt == 1 && delivery.id == id("04l", 1) {
            thread::sleep(Duration::from_millis(400));
        }
        Ok(())
    });
    let inbox = inbox.accept_within(Duration::from_millis(50)).open().unwrap();
    let _ = send(&inbox, &[sent(1)]);
    let started = Instant::now();
    loop {
        let reply = send(&inbox, &[sent(2)]);
        if !is_ack(&reply) {
            assert!(started.elapsed() < Duration::from_millis(350), "it waited for the handler");
            break;
        }
        assert!(started.elapsed() < Duration::from_secs(20), "the handler held nothing up");
    }
    until(&inbox, DONE, 2);
    accepted(&inbox, &[sent(1), sent(2)]);
    assert_eq!(inbox.counts().stored, 2);
}

#[test]
fn a_handler_whose_statements_go_on_for_ever_is_interrupted() {
    let place = Place::new();
    let for_ever = "WITH RECURSIVE n(i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n)";
    let inbox = place.with(move |tx, delivery| match (delivery.id, delivery.attempt) {
        (reads, 1) if reads == id("04l", 1) => {
            Ok(tx.query_row(&format!("{for_ever} SELECT count(*) FROM n"), [], |_| Ok(()))?)
        }
        // SQLite rolls back all that the transaction has done.
        (writes, 1) if writes == id("04l", 2) => {
            Ok(tx.execute_batch(&format!("INSERT INTO effect(key) {for_ever} SELECT i FROM n WHERE i < 0"))?)
        }
        _ => Ok(()),
    });
    let inbox = inbox.transaction_deadline(Duration::from_millis(20)).open().unwrap();
    while !is_ack(&send(&inbox, &[sent(1), sent(2), sent(3)])) {}
    until(&inbox, "SELECT count(*) FROM failure", 2);
    for reason in texts(&inbox, "SELECT reason FROM failure") {
        assert_eq!(reason, "the handler took longer than 0.02 s in the transaction");
    }
    place.clock.pass(Duration::from_secs(10));
    until(&inbox, DONE, 3);
    assert_eq!(number(&inbox, "SELECT count(*) FROM effect"), 3);
}
