//! What reaches an endpoint, when, and what becomes of it.

mod common;

use common::{Behaviour, Endpoint, definition, two_messages};
use sf_outbound::{Id, OwnedValue};
use sf_outbound_sender::{Changes, ManualClock, Operation, Org, Outcome};
use std::time::{Duration, Instant};

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(60 * 60);

fn start(endpoint: &Endpoint, clock: &ManualClock) -> Org {
    Org::builder(definition(&endpoint.url())).clock(clock.clone()).start().unwrap()
}

#[test]
fn a_new_record_reaches_the_endpoint_in_the_bytes_of_salesforce() {
    let endpoint = Endpoint::always(Behaviour::Ack);
    let org = start(&endpoint, &ManualClock::default());
    let id = org.create("Opportunity", Changes::from([("Name", "A & B")]).set("Amount", 12)).unwrap();
    assert_eq!(id.as_str(), "0065w0000000001AAA");
    org.settle().unwrap();
    let received = endpoint.received();
    assert_eq!(received.len(), 1);
    let head = received[0].head.to_ascii_lowercase();
    assert!(head.starts_with("post /salesforce?token=secret http/1.1\r\n"), "{head}");
    assert!(head.contains("\r\ncontent-type: text/xml; charset=utf-8\r\n"), "{head}");
    assert!(head.contains("\r\nsoapaction: \"\"\r\n"), "{head}");
    let expected = r#"<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
 <soapenv:Body>
  <notifications xmlns="http://soap.sforce.com/2005/09/outbound">
   <OrganizationId>00D5w000000xyzAEAQ</OrganizationId>
   <ActionId>04k5w0000000001AAA</ActionId>
   <SessionId xsi:nil="true"/>
   <EnterpriseUrl>https://example.my.salesforce.com/services/Soap/c/61.0/00D5w000000xyzA</EnterpriseUrl>
   <PartnerUrl>https://example.my.salesforce.com/services/Soap/u/61.0/00D5w000000xyzA</PartnerUrl>
   <Notification>
    <Id>04l5w0000000001AAA</Id>
    <sObject xsi:type="sf:Opportunity" xmlns:sf="urn:sobject.enterprise.soap.sforce.com">
     <sf:Id>0065w0000000001AAA</sf:Id>
     <sf:Amount>12.0</sf:Amount>
     <sf:LastModifiedDate>2026-01-01T00:00:00.000Z</sf:LastModifiedDate>
     <sf:Name>A &amp; B</sf:Name>
    </sObject>
   </Notification>
  </notifications>
 </soapenv:Body>
</soapenv:Envelope>"#;
    assert_eq!(received[0].body, expected);
    let departures = org.departures(None, 10).unwrap();
    assert_eq!(departures.len(), 1);
    assert_eq!((departures[0].record, departures[0].outcome), (id, Outcome::Delivered));
}

#[test]
fn an_endpoint_that_always_fails_sees_19_tries_and_then_a_failed_notification() {
    let endpoint = Endpoint::always(Behaviour::Nack);
    let clock = ManualClock::default();
    let org = start(&endpoint, &clock);
    let id = org.create("Opportunity", [("Name", "x")]).unwrap();
    // Nine tries by the half minute, then the rest by the minute.
    for step in 0..255 + 24 * 60 {
        org.settle().unwrap();
        clock.advance(if step < 255 { SECOND * 30 } else { SECOND * 60 });
    }
    org.settle().unwrap();
    let received = endpoint.received();
    assert_eq!(received.len(), 19);
    assert!(received.iter().all(|message| message.names() == received[0].names()), "the id is the same");
    let failed = org.failed("Won", None, 10).unwrap();
    assert_eq!(failed.len(), 1);
    assert_eq!((failed[0].record, failed[0].tries), (id, 19));
    assert_eq!(failed[0].reason, "SOAP response was a nack.");
    assert_eq!(failed[0].id, received[0].message.notifications[0].id);
    assert!(org.waiting("Won", 10).unwrap().is_empty());
    assert!(org.departures(None, 10).unwrap().is_empty());
}

#[test]
fn what_has_had_its_time_is_dropped_where_failed_ones_are_not_kept() {
    let endpoint = Endpoint::always(Behaviour::Fault);
    let clock = ManualClock::default();
    let org =
        Org::builder(definition(&endpoint.url())).clock(clock.clone()).keep_failed(false).start().unwrap();
    org.create("Opportunity", [("Name", "x")]).unwrap();
    org.settle().unwrap();
    clock.advance(HOUR * 24);
    org.settle().unwrap();
    assert_eq!(endpoint.received().len(), 1, "it is not sent after its time");
    assert!(org.failed("Won", None, 10).unwrap().is_empty());
    assert_eq!(org.departures(None, 10).unwrap()[0].outcome, Outcome::Dropped);
}

#[test]
fn each_failure_has_its_reason_and_shows_no_secret() {
    const CASES: &[(Behaviour, Option<u16>, &str)] = &[
        (Behaviour::Nack, Some(200), "SOAP response was a nack."),
        (Behaviour::Fault, Some(500), "the reply is a SOAP fault: closed"),
        (
            Behaviour::Reply(200, "OK"),
            Some(200),
            "org.xml.sax.SAXParseException; lineNumber: 1; columnNumber: 1; Content is not allowed in prolog.",
        ),
        (Behaviour::Reply(200, ""), Some(200), "the reply is empty"),
        (
            Behaviour::Reply(302, ""),
            Some(302),
            "HTTP status 302 is a redirect, and Salesforce does not follow redirects",
        ),
        (Behaviour::Reply(503, common::ACK), Some(503), "HTTP status 503, though the body is an ack"),
        (Behaviour::LoseReply, None, "reached http://127.0.0.1"),
    ];
    let endpoint = Endpoint::always(Behaviour::Ack);
    let clock = ManualClock::default();
    let org = start(&endpoint, &clock);
    for (behaviour, status, reason) in CASES {
        endpoint.now(behaviour.clone());
        org.create("Opportunity", [("Name", "x")]).unwrap();
        org.settle().unwrap();
        let attempt = org.attempts("Won", 1).unwrap().remove(0);
        let given = attempt.reason.unwrap();
        assert_eq!(attempt.status, *status, "{behaviour:?}: {given}");
        assert!(given.starts_with(reason), "{behaviour:?}: {given}");
        assert!(!given.contains("secret"), "{given}");
    }
    drop(endpoint);
    clock.advance(HOUR);
    org.settle().unwrap();
    let attempt = org.attempts("Won", 1).unwrap().remove(0);
    assert!(attempt.reason.unwrap().contains("onnection refused"), "of an endpoint that is not there");
}

#[test]
fn an_endpoint_that_takes_too_long_is_given_up() {
    let endpoint = Endpoint::always(Behaviour::Slow(Duration::from_millis(600)));
    let org = Org::builder(definition(&endpoint.url()))
        .clock(ManualClock::default())
        .timeout(Duration::from_millis(200))
        .start()
        .unwrap();
    org.create("Opportunity", [("Name", "x")]).unwrap();
    org.settle().unwrap();
    let attempt = org.attempts("Won", 1).unwrap().remove(0);
    assert_eq!(attempt.reason.as_deref(), Some("no reply within 0.2 s"));
    assert_eq!(org.waiting("Won", 10).unwrap()[0].tries, 1);
}

#[test]
fn a_change_during_a_delivery_goes_out_as_another_notification() {
    let endpoint = Endpoint::always(Behaviour::Slow(Duration::from_millis(300)));
    let org = start(&endpoint, &ManualClock::default());
    let id = org.create("Opportunity", [("Name", "old")]).unwrap();
    endpoint.wait(1);
    org.update("Opportunity", id, [("Name", "new")]).unwrap();
    org.settle().unwrap();
    let received = endpoint.received();
    assert_eq!(received.len(), 2);
    assert_eq!(received[0].names()[0].1, Some("old".to_owned()));
    assert_eq!(received[1].names()[0].1, Some("new".to_owned()));
    assert_ne!(received[0].names()[0].0, received[1].names()[0].0);
}

#[test]
fn a_record_that_was_deleted_before_delivery_comes_without_data() {
    let endpoint = Endpoint::always(Behaviour::Nack);
    let clock = ManualClock::default();
    let org = start(&endpoint, &clock);
    let id = org.create("Opportunity", [("Name", "x")]).unwrap();
    org.settle().unwrap();
    org.delete("Opportunity", id).unwrap();
    assert_eq!(org.read("Opportunity", id).unwrap_err().code(), "ENTITY_IS_DELETED");
    endpoint.now(Behaviour::Ack);
    clock.advance(HOUR);
    org.settle().unwrap();
    let received = endpoint.received();
    assert_eq!(received[1].names(), [(received[0].names()[0].0, None)]);
    assert!(received[1].body.contains("AAA</Id>\n   </Notification>"), "{}", received[1].body);
    let next = org.create("Opportunity", [("Name", "y")]).unwrap();
    assert!(next > id, "no id is used twice");
}

#[test]
fn at_most_100_notifications_of_one_outbound_message_stand_in_a_message() {
    let endpoint = Endpoint::always(Behaviour::Slow(Duration::from_millis(200)));
    let org = start(&endpoint, &ManualClock::default());
    org.create("Opportunity", [("Name", "first")]).unwrap();
    endpoint.wait(1);
    endpoint.now(Behaviour::Ack);
    let create = |number: usize| Operation::Create {
        object: "Opportunity".to_owned(),
        changes: Changes::default().set("Name", format!("{number}")),
    };
    let made = org.batch((0..150).map(create).collect()).unwrap();
    assert!(made.is_sorted_by_key(|done| done.id));
    org.settle().unwrap();
    let counts: Vec<_> =
        endpoint.received().iter().map(|message| message.message.notifications.len()).collect();
    assert_eq!(counts, [1, 100, 50]);
    assert_eq!(org.batch((0..201).map(create).collect()).unwrap_err().code(), "EXCEEDED_ID_LIMIT");
}

#[test]
fn a_slow_endpoint_does_not_stop_the_others() {
    let slow = Endpoint::always(Behaviour::Slow(Duration::from_millis(1500)));
    let quick = Endpoint::always(Behaviour::Ack);
    let org = Org::builder(two_messages(&slow.url(), &quick.url())).start().unwrap();
    let started = Instant::now();
    for number in 0..20 {
        org.create("Opportunity", Changes::default().set("Name", format!("{number}"))).unwrap();
        quick.wait(number + 1);
    }
    assert!(started.elapsed() < Duration::from_millis(1400), "{:?}", started.elapsed());
    assert_eq!(slow.received().len(), 1);
    org.settle().unwrap();
    assert_eq!(slow.received().iter().map(|m| m.message.notifications.len()).sum::<usize>(), 20);
}

#[test]
fn what_is_in_flight_at_the_stop_is_finished_and_the_rest_goes_on_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("org.db");
    let endpoint = Endpoint::always(Behaviour::Slow(Duration::from_millis(300)));
    let open = || Org::builder(definition(&endpoint.url())).file(&file).start();
    let org = open().unwrap();
    let locked = open().err().map(|error| error.code().to_owned());
    assert_eq!(locked.as_deref(), Some("SFD0402"), "a file belongs to one organization");
    let first = org.create("Opportunity", [("Name", "first")]).unwrap();
    endpoint.wait(1);
    let second = org.create("Opportunity", [("Name", "second")]).unwrap();
    org.stop();
    endpoint.now(Behaviour::Ack);
    assert_eq!(endpoint.received().len(), 1);
    let org = open().unwrap();
    org.settle().unwrap();
    let received = endpoint.received();
    assert_eq!(received.len(), 2);
    assert_eq!(received[1].names()[0].1, Some("second".to_owned()));
    let gone: Vec<_> = org.departures(None, 10).unwrap().iter().map(|departure| departure.record).collect();
    assert_eq!(gone, [first, second]);
    let values = org.read("Opportunity", first).unwrap();
    assert_eq!(values.get("Name"), Some(&OwnedValue::Text("first".to_owned())));
    org.stop();
    let mut other = definition(&endpoint.url());
    other.organization_id = Id::literal("00D5w000000xyzB");
    let foreign = Org::builder(other).file(&file).start().err().map(|error| error.code().to_owned());
    assert_eq!(foreign.as_deref(), Some("SFD0403"));
}

#[test]
fn what_an_operator_retries_is_due_now_and_what_is_deleted_leaves_a_line() {
    let endpoint = Endpoint::always(Behaviour::Nack);
    let clock = ManualClock::default();
    let org = start(&endpoint, &clock);
    let ids = ["a", "b", "c"].map(|name| org.create("Opportunity", [("Name", name)]).unwrap());
    org.settle().unwrap();
    let waiting = org.waiting("Won", 10).unwrap();
    let of = |id| waiting.iter().find(|row| row.record == id).unwrap().id;
    let before = endpoint.received().len();
    org.retry(of(ids[0])).unwrap();
    org.settle().unwrap();
    assert_eq!(endpoint.received().len(), before + 1);
    assert_eq!(endpoint.received()[before].names(), [(of(ids[0]), Some("a".to_owned()))]);
    org.remove(of(ids[0])).unwrap();
    clock.advance(HOUR * 25);
    org.settle().unwrap();
    assert_eq!(org.failed("Won", None, 10).unwrap().len(), 2);
    // Another notification of `b` waits when its failed one is retried.
    org.update("Opportunity", ids[1], [("Name", "b2")]).unwrap();
    org.settle().unwrap();
    endpoint.now(Behaviour::Ack);
    org.retry(of(ids[1])).unwrap();
    org.retry(of(ids[2])).unwrap();
    org.settle().unwrap();
    let retried = endpoint.received().into_iter().flat_map(|received| received.names());
    let retried: Vec<_> = retried.collect::<Vec<_>>().into_iter().rev().take(2).collect();
    assert!(retried.contains(&(of(ids[1]), Some("b2".to_owned()))), "{retried:?}");
    assert!(retried.contains(&(of(ids[2]), Some("c".to_owned()))), "{retried:?}");
    clock.advance(SECOND * 30);
    org.settle().unwrap();
    assert_eq!(endpoint.received().pop().unwrap().names()[0].1, Some("b2".to_owned()));
    let mut gone = org.departures(None, 10).unwrap();
    gone.sort_by_key(|departure| departure.record);
    let gone: Vec<_> = gone.iter().map(|departure| (departure.record, departure.outcome)).collect();
    assert_eq!(
        gone,
        [
            (ids[0], Outcome::Deleted),
            (ids[1], Outcome::Delivered),
            (ids[1], Outcome::Delivered),
            (ids[2], Outcome::Delivered)
        ]
    );
    assert_eq!(org.retry(of(ids[0])).unwrap_err().code(), "NOT_FOUND");
    assert_eq!(org.remove(of(ids[0])).unwrap_err().code(), "NOT_FOUND");
}

#[test]
fn time_goes_on_where_a_faster_clock_has_left_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("org.db");
    let endpoint = Endpoint::always(Behaviour::Nack);
    let open = |clock: &ManualClock| {
        Org::builder(definition(&endpoint.url())).file(&file).clock(clock.clone()).start().unwrap()
    };
    let fast = ManualClock::default();
    fast.advance(HOUR * 24 * 365);
    let org = open(&fast);
    org.create("Opportunity", [("Name", "x")]).unwrap();
    org.settle().unwrap();
    org.stop();
    let slow = ManualClock::default();
    let org = open(&slow);
    slow.advance(SECOND * 30);
    org.settle().unwrap();
    assert_eq!(endpoint.received().len(), 2, "it is due 30 s after the restart, not in a year");
}

#[test]
fn the_log_is_kept_for_its_lifetime() {
    let endpoint = Endpoint::always(Behaviour::Ack);
    let clock = ManualClock::default();
    let org =
        Org::builder(definition(&endpoint.url())).clock(clock.clone()).log_lifetime(HOUR).start().unwrap();
    org.create("Opportunity", [("Name", "old")]).unwrap();
    org.settle().unwrap();
    clock.advance(HOUR + SECOND);
    org.create("Opportunity", [("Name", "new")]).unwrap();
    org.settle().unwrap();
    assert_eq!(org.attempts("Won", 10).unwrap().len(), 1);
    assert_eq!(org.departures(None, 10).unwrap().len(), 1);
}

#[test]
fn a_definition_that_does_not_hold_together_is_refused() {
    let good = definition("http://localhost:8080/");
    for (wrong, expected) in
        (0..).zip(["SFD0107", "SFD0105", "SFD0105", "SFD0108", "SFD0109", "SFD0105", "SFD0110"])
    {
        let mut definition = good.clone();
        match wrong {
            0 => definition.objects[0].key_prefix = "6".to_owned(),
            1 => definition.objects.push(definition.objects[0].clone()),
            2 => definition.objects[0].fields[0].name = "Name".to_owned(),
            3 => definition.messages[0].object = "Nothing".to_owned(),
            4 => definition.messages[0].fields.push("Nothing".to_owned()),
            5 => definition.messages.push(definition.messages[0].clone()),
            _ => definition.rules[0].messages.push("Nothing".to_owned()),
        }
        let code = Org::builder(definition).start().err().map(|error| error.code().to_owned());
        assert_eq!(code.as_deref(), Some(expected), "case {wrong}");
    }
}

#[test]
fn an_observer_hears_of_each_message() {
    let endpoint = Endpoint::always(Behaviour::Nack);
    let (sender, heard) = std::sync::mpsc::channel();
    let org = Org::builder(definition(&endpoint.url()))
        .clock(ManualClock::default())
        .observer(move |message, sent| sender.send((message.to_owned(), sent.clone())).unwrap())
        .start()
        .unwrap();
    org.create("Opportunity", [("Name", "x")]).unwrap();
    org.settle().unwrap();
    let (message, sent) = heard.try_recv().unwrap();
    assert_eq!((message.as_str(), sent.notifications), ("Won", 1));
    assert_eq!(Some(sent), org.attempts("Won", 1).unwrap().pop());
}

#[test]
fn a_field_that_becomes_an_external_id_finds_the_records_that_were_there() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("org.db");
    let endpoint = Endpoint::always(Behaviour::Ack);
    let open = |is_external: bool| {
        let mut definition = definition(&endpoint.url());
        let fields = &mut definition.objects[0].fields;
        fields.iter_mut().find(|field| field.name == "Number__c").unwrap().external_id = is_external;
        Org::builder(definition).file(&file).start().unwrap()
    };
    let org = open(false);
    let id = org.create("Opportunity", [("Number__c", "N-1")]).unwrap();
    let twin = org.create("Opportunity", [("Number__c", "N-1")]).unwrap();
    let refused = org.upsert("Opportunity", "Number__c", "N-1", [("Name", "x")]).unwrap_err();
    assert_eq!(refused.code(), "NOT_FOUND");
    org.stop();
    let org = open(true);
    let done = org.upsert("Opportunity", "Number__c", "n-1", [("Name", "x")]).unwrap();
    assert_eq!((done.id, done.created), (id, false));
    org.update("Opportunity", twin, [("Number__c", "N-3")]).unwrap();
    let done = org.upsert("Opportunity", "Number__c", "N-1", [("Name", "x")]).unwrap();
    assert_eq!(done.id, id, "the other one had not been found by it");
    org.stop();
    let org = open(false);
    org.update("Opportunity", id, [("Number__c", "N-2")]).unwrap();
    org.stop();
    let org = open(true);
    assert!(org.upsert("Opportunity", "Number__c", "N-1", [("Name", "y")]).unwrap().created);
    assert_eq!(org.upsert("Opportunity", "Number__c", "N-2", [("Name", "z")]).unwrap().id, id);
}

#[test]
fn a_file_of_somebody_else_is_refused_and_left_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("notes.txt");
    std::fs::write(&text, "not a database, and longer than the head of one ".repeat(10)).unwrap();
    let other = folder.path().join("other.db");
    let database = rusqlite::Connection::open(&other).unwrap();
    database.execute_batch("CREATE TABLE mine(a)").unwrap();
    drop(database);
    let later = folder.path().join("later.db");
    drop(Org::builder(definition("http://localhost:8080/")).file(&later).start().unwrap());
    let database = rusqlite::Connection::open(&later).unwrap();
    database.pragma_update(None, "user_version", 1_000).unwrap();
    drop(database);
    for file in [text, other, later] {
        let before = std::fs::read(&file).unwrap();
        let error = Org::builder(definition("http://localhost:8080/")).file(&file).start().err().unwrap();
        assert_eq!(error.code(), "SFD0403", "{error}");
        if file.ends_with("later.db") {
            assert!(
                error.message().contains("version 1000, and this program knows those up to 5"),
                "{error}"
            );
        }
        assert_eq!(std::fs::read(&file).unwrap(), before, "{}", file.display());
    }
    let error = Org::builder(definition("http://localhost:8080/")).file(folder.path().join("no/org.db"));
    assert_eq!(error.start().err().unwrap().code(), "SFD0401");
}
