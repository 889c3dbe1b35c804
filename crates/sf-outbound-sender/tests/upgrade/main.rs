//! Files of every older version open: nothing that waits or has failed is lost, late, or sent twice for it.

#[path = "../common/mod.rs"]
mod common;

use common::{Behaviour, Endpoint, definition};
use rusqlite::Connection;
use sf_outbound::Id;
use sf_outbound_sender::{Clock, Fault, ManualClock, Org, Outcome};
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

const TABLES: [&str; 3] =
    [include_str!("version-1.sql"), include_str!("version-2.sql"), include_str!("version-3.sql")];
/// Of a file of version 3 it makes one of version 4.
const TO_4: &str = include_str!("version-4.sql");
const HOUR: i64 = 60 * 60 * 1_000;

/// A file as a program of that version left it: 1 was never tried; 2 was, and its record has changed since; 3 has failed
/// and 4 waits, of one record; the record of 5 was deleted; 6 left the queue when it was retried.
fn write(file: &Path, version: usize, now: i64) {
    let connection = Connection::open(file).unwrap();
    for tables in &TABLES[..version.min(3)] {
        connection.execute_batch(tables).unwrap();
    }
    let (hour, later, born) = (now - HOUR, now + HOUR, now - 2 * HOUR);
    connection
        .execute_batch(&format!(
            "INSERT INTO organization VALUES ('00D5w000000xyzAEAQ');
             INSERT INTO object VALUES (1, 'Opportunity');
             INSERT INTO message VALUES (1, '04k5w0000000001AAA', 'Won');
             INSERT INTO record VALUES (1, 1, '{{\"Name\":\"a\"}}'), (2, 1, '{{\"Name\":\"b\"}}'),
               (3, 1, '{{\"Name\":\"c\"}}'), (4, 1, '{{}}');
             DELETE FROM record WHERE seq = 4;
             INSERT INTO attempt(aid, message, at, millis, notifications, status, reason, reply)
               VALUES (1, 1, {hour}, 5, 1, 200, 'SOAP response was a nack.', x''),
               (2, 1, {now}, 5, 1, 500, 'of others', x'');
             INSERT INTO queue(qid, message, record, version, failed, born, due, tries, reason) VALUES
               (1, 1, 1, 1, 0, {hour}, {hour}, 0, NULL), (2, 1, 2, 3, 0, {born}, {later}, 7, NULL),
               (3, 1, 3, 1, 1, {born}, {hour}, 19, 'no reply within 60 s'), (4, 1, 3, 1, 0, {hour}, {hour}, 0, NULL),
               (5, 1, 4, 1, 0, {hour}, {hour}, 0, NULL);
             INSERT INTO gone VALUES (6, 1, 3, 1, {hour}, 3);
             UPDATE sqlite_sequence SET seq = 6 WHERE name = 'queue';
             PRAGMA user_version = {version};"
        ))
        .unwrap();
    if version >= 3 {
        connection.execute("UPDATE queue SET attempt = 1 WHERE qid = 2", []).unwrap();
    }
    if version == 4 {
        connection.execute_batch(TO_4).unwrap();
    }
}

fn id(number: i64) -> Id {
    Id::new(&format!("04l5w000000000{number}")).unwrap().to_18()
}

/// Each table's columns, and each index and trigger.
fn schema(file: &Path) -> BTreeSet<(String, String)> {
    let connection = Connection::open(file).unwrap();
    let sound: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(sound, "ok");
    let sql = "SELECT s.name, coalesce(c.name || ' ' || c.type || c.\"notnull\" || c.pk || coalesce(c.dflt_value, ''), s.sql)
        FROM sqlite_schema s LEFT JOIN pragma_table_info(s.name) c ON s.type = 'table' WHERE s.sql IS NOT NULL";
    let mut statement = connection.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    rows.map(Result::unwrap).collect()
}

#[test]
fn files_of_older_versions_open_with_all_that_waits_and_has_failed() {
    let folder = tempfile::tempdir().unwrap();
    let new = folder.path().join("new.db");
    drop(Org::builder(definition("http://127.0.0.1:1/")).file(&new).start().unwrap());
    for version in 1..=4 {
        let file = folder.path().join(format!("{version}.db"));
        let endpoint = Endpoint::always(Behaviour::Ack);
        let clock = ManualClock::default();
        write(&file, version, clock.now_millis());
        let org = Org::builder(definition(&endpoint.url())).file(&file).clock(clock.clone()).start().unwrap();
        org.settle().unwrap();
        let sent = |place: usize| endpoint.received()[place].names();
        let name = |name: &str| Some(name.to_owned());
        assert_eq!(sent(0), [(id(1), name("a")), (id(4), name("c")), (id(5), None)], "version {version}");
        let waiting = org.waiting("Won", 10).unwrap();
        assert_eq!(waiting.len(), 1);
        assert_eq!((waiting[0].id, waiting[0].tries), (id(2), 7));
        assert_eq!(waiting[0].due_millis, clock.now_millis() + HOUR);
        let failed = org.failed("Won", None, 10).unwrap();
        assert_eq!(failed.len(), 1);
        assert_eq!(
            (failed[0].id, failed[0].tries, failed[0].reason.as_str()),
            (id(3), 19, "no reply within 60 s")
        );
        clock.advance(Duration::from_secs(60 * 60));
        org.settle().unwrap();
        assert_eq!(sent(1), [(id(2), name("b"))]);
        org.retry(id(3)).unwrap();
        org.settle().unwrap();
        assert_eq!(sent(2), [(id(3), name("c"))]);
        assert_eq!(endpoint.received().len(), 3);
        let gone = org.departures(None, 10).unwrap();
        let gone: Vec<_> = gone.iter().map(|gone| (gone.id, gone.outcome)).collect();
        let mut all: Vec<_> = (1..=5).map(|number| (id(number), Outcome::Delivered)).collect();
        all.push((id(6), Outcome::Deleted));
        assert_eq!(gone, all);
        org.stop();
        assert_eq!(schema(&file), schema(&new), "version {version}");
    }
}

#[test]
fn what_was_tried_under_an_older_version_fails_for_its_own_reason_where_it_is_known() {
    let folder = tempfile::tempdir().unwrap();
    for (version, reason) in [
        (1, "it was not delivered within 24 hours"),
        (2, "it was not delivered within 24 hours"),
        (3, "SOAP response was a nack."),
        (4, "SOAP response was a nack."),
    ] {
        let file = folder.path().join(format!("{version}.db"));
        let clock = ManualClock::default();
        write(&file, version, clock.now_millis());
        clock.advance(Duration::from_secs(30 * 60 * 60));
        let org = Org::builder(definition("http://127.0.0.1:1/")).file(&file).clock(clock).start().unwrap();
        org.settle().unwrap();
        let failed = org.failed("Won", None, 10).unwrap();
        assert_eq!(failed.iter().map(|failed| failed.id).collect::<Vec<_>>(), [1, 2, 3, 4, 5].map(id));
        assert_eq!(failed[0].reason, "it was not sent within 24 hours");
        assert_eq!(failed[1].reason, reason, "version {version}");
    }
}

#[test]
fn what_an_older_version_remembered_of_a_rehearsal_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("4.db");
    let endpoint = Endpoint::always(Behaviour::Ack);
    let clock = ManualClock::default();
    write(&file, 4, clock.now_millis());
    // 1 was held; 2 waits for a change of its record, and was made for the data that another had not.
    let marks = format!(
        "UPDATE queue SET drawn = 1, marks = {} WHERE qid = 1;
         UPDATE queue SET drawn = 2, marks = {} WHERE qid = 2;",
        1 << Fault::Hold as u8,
        (1_i64 << 62) + (1_i64 << 61) + (1 << Fault::Duplicates as u8),
    );
    Connection::open(&file).unwrap().execute_batch(&marks).unwrap();
    let org = Org::builder(definition(&endpoint.url())).file(&file).clock(clock).start().unwrap();
    org.settle().unwrap();
    assert_eq!(org.attempts("Won", 1).unwrap()[0].rehearsed, [Fault::Hold]);
    let connection = Connection::open(&file).unwrap();
    let sql = "SELECT qid, drawn, faults, follows, waits FROM rehearsed";
    let left =
        || connection.query_row(sql, [], |row| Ok([0, 1, 2, 3, 4].map(|at| row.get::<_, i64>(at).ok())));
    assert_eq!(left().unwrap(), [2, 2, 1, 1, 2].map(Some), "what was delivered is forgotten");
    let record = Id::new("0065w0000000002").unwrap().to_18();
    org.update("Opportunity", record, [("Name", "changed")]).unwrap();
    org.settle().unwrap();
    let name = |name: &str| Some(name.to_owned());
    let changed = [(id(7), name("changed")), (id(2), name("changed"))];
    let mut sent = endpoint.received()[1].names();
    sent.sort_by_key(|(id, _)| *id == changed[1].0);
    assert_eq!(sent, changed, "what waited was due with the change");
    assert_eq!(org.attempts("Won", 1).unwrap()[0].rehearsed, [Fault::NewerData]);
    assert!(left().is_err(), "nothing is remembered of what has gone");
}
