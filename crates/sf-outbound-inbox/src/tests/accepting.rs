//! Storing before the ack.

use super::*;
use crate::error::OpenError;
use http::Request;
use http_body_util::Full;
use tower_service::Service;

const ONE: Sent = Sent { notification: 1, record: 1, name: Some(1), modified: 100 };

#[test]
fn what_was_stored_before_is_acknowledged_and_not_stored_again() {
    let place = Place::new();
    let (inbox, seen) = place.seeing();
    let two = Sent { notification: 2, record: 2, ..ONE };
    accepted(&inbox, &[ONE, two]);
    // Half of this one is new, and one stands twice in it.
    let three = Sent { notification: 3, record: 3, ..ONE };
    accepted(&inbox, &[two, three, three, ONE]);
    until(&inbox, WAITING, 0);
    let counts = inbox.counts();
    assert_eq!((counts.stored, counts.duplicates), (3, 3));
    assert_eq!(number(&inbox, "SELECT count(*) FROM effect"), 3);
    assert_eq!(seen.lock().unwrap().iter().filter(|delivery| delivery.attempt == 1).count(), 3);
}

#[test]
fn the_same_id_with_newer_data_is_a_revision_and_handled() {
    let place = Place::new();
    let (inbox, seen) = place.seeing();
    accepted(&inbox, &[ONE]);
    until(&inbox, WAITING, 0);
    accepted(&inbox, &[Sent { name: Some(2), modified: 200, ..ONE }]);
    // The answer to the first was lost, and it comes again as it was.
    accepted(&inbox, &[ONE]);
    until(&inbox, WAITING, 0);
    assert_eq!(names(&inbox), ["name 1", "name 2"]);
    let seen = seen.lock().unwrap();
    assert_eq!(seen.iter().map(|delivery| delivery.revision).collect::<Vec<_>>(), [0, 1]);
    assert_ne!(seen[0].key, seen[1].key);
    assert_eq!(seen[0].key.as_str().len(), 70);
    drop(seen);
    inbox.close();
    assert_eq!((inbox.counts().duplicates, inbox.counts().revisions), (1, 1));
}

/// The way that a message is written is no part of what it says.
#[test]
fn another_spelling_is_the_same_notification() {
    let place = Place::new();
    let (inbox, _) = place.seeing();
    accepted(&inbox, &[ONE]);
    let spelled = String::from_utf8(message(&[ONE])).unwrap();
    let other = spelled.replace("sf:", "x:").replace(":sf=", ":x=").replace("><x:", ">\n  <x:");
    assert_ne!(other, spelled);
    assert!(is_ack(&block_on(inbox.accept(Head::post("text/xml"), other.as_bytes()))));
    assert_eq!((inbox.counts().stored, inbox.counts().duplicates), (1, 1));
}

#[test]
fn what_can_not_be_split_is_refused_and_nothing_of_it_is_stored() {
    let place = Place::new();
    let (inbox, _) = place.seeing();
    let bytes = message(&[ONE]);
    let reply = block_on(inbox.accept(Head::post("text/xml"), &bytes[..bytes.len() - 30]));
    assert!(!is_ack(&reply) && String::from_utf8_lossy(&reply.body).contains("Fault"));
    assert_eq!(block_on(inbox.accept(Head::new("GET"), b"")).status, 405);
    assert_eq!((inbox.counts().refused, inbox.counts().stored), (2, 0));
    assert_eq!(number(&inbox, "SELECT count(*) FROM notification"), 0);
}

#[test]
fn without_its_store_a_message_is_not_acknowledged() {
    let place = Place::new();
    let (inbox, _) = place.seeing();
    inbox.close();
    let reply = send(&inbox, &[ONE]);
    assert!(!is_ack(&reply));
    let body = String::from_utf8_lossy(&reply.body).into_owned();
    assert!(reply.status == 500 && body.contains("could not be stored"), "{body}");
    assert_eq!((inbox.counts().unstored, inbox.trouble()), (1, Some(Trouble::Closed)));
}

#[test]
fn it_is_mounted_as_a_service() {
    let place = Place::new();
    let (mut inbox, _) = place.seeing();
    let request = |body: Vec<u8>| {
        let request = Request::post("/salesforce").header("content-type", "text/xml; charset=utf-8");
        request.body(Full::new(bytes::Bytes::from(body))).unwrap()
    };
    let Ok(response) = block_on(inbox.call(request(message(&[ONE]))));
    assert_eq!((response.status().as_u16(), inbox.counts().stored), (200, 1));
    let Ok(response) = block_on(inbox.call(request(b"<html/>".to_vec())));
    assert_eq!(response.status().as_u16(), 500);
}

#[test]
fn one_process_works_on_a_file_and_its_owner_alone_reads_it() {
    let place = Place::new();
    let (inbox, _) = place.seeing();
    let error = Inbox::at(&format!("sqlite:{}", place.file().display())).open().unwrap_err();
    assert!(matches!(error, OpenError::Store(Trouble::Taken(_))), "{error}");
    assert!(error.to_string().contains("add `?wait=60s`"), "{error}");
    assert_eq!(mode(&place.file()), 0o600);
    let address = format!("sqlite:{}?wait=60s", place.file().display());
    let waiting = thread::spawn(move || Inbox::at(&address).open().map(drop));
    thread::sleep(Duration::from_millis(200));
    assert!(!waiting.is_finished());
    inbox.close();
    waiting.join().unwrap().unwrap();
}

#[test]
fn settings_that_break_a_promise_are_refused() {
    let place = Place::new();
    let hour = Duration::from_secs(3_600);
    let error = place.at().keep_keys(47 * hour).open().unwrap_err();
    assert_eq!(error.to_string(), "keys are kept for at least 48 hours: Salesforce sends again for 24");
    let twice = place.with(|_, _| Ok(())).in_transaction_by(account(), |_, _| Ok(()));
    assert_eq!(twice.open().unwrap_err().to_string(), "two handlers are for one object");
}
