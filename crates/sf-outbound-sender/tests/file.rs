//! The organization's file beside other programs: one runs it, others read it, back it up, or write a little.

mod common;

use common::definition;
use rusqlite::{Connection, OpenFlags};
use sf_outbound::Id;
use sf_outbound_sender::{Builder, ManualClock, Org};
use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;

fn start(file: &Path) -> Result<Org, sf_outbound_sender::Error> {
    Org::builder(definition("http://127.0.0.1:1/")).file(file).clock(ManualClock::default()).start()
}

fn records(file: &Path) -> i64 {
    let connection = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    connection.query_row("SELECT count(*) FROM record", [], |row| row.get(0)).unwrap()
}

#[test]
fn a_running_file_can_be_looked_at_and_backed_up() {
    let folder = tempfile::tempdir().unwrap();
    let (file, copy) = (folder.path().join("org.db"), folder.path().join("copy.db"));
    let org = start(&file).unwrap();
    let id = org.create("Opportunity", [("Name", "one")]).unwrap();
    assert_eq!(records(&file), 1);
    let connection = Connection::open_with_flags(&file, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    connection.execute("VACUUM INTO ?1", [copy.to_str().unwrap()]).unwrap();
    org.create("Opportunity", [("Name", "two")]).unwrap();
    assert_eq!((records(&file), records(&copy)), (2, 1));
    // The copy is an organization's file.
    let copied = start(&copy).unwrap();
    assert_eq!(copied.read("Opportunity", id).unwrap(), org.read("Opportunity", id).unwrap());
    // Somebody who goes on reading does not stop the end, nor the next start.
    connection.execute_batch("BEGIN; SELECT count(*) FROM record").unwrap();
    org.stop();
    assert_eq!(start(&file).unwrap().read("Opportunity", id).unwrap().id(), Some(id));
}

#[test]
fn one_process_runs_a_file_by_whatever_name() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("org.db");
    let org = start(&file).unwrap();
    let mut names = vec![file.clone()];
    #[cfg(unix)]
    {
        let link = folder.path().join("link.db");
        std::os::unix::fs::symlink(&file, &link).unwrap();
        names.push(link);
    }
    for name in &names {
        let refused = start(name).err().unwrap().to_string();
        let expected = format!("SFD0402: another process runs the organization of `{}`", name.display());
        assert_eq!(refused, expected);
    }
    org.stop();
    for name in &names {
        start(name).unwrap().stop();
    }
    start(&file).unwrap().crash();
    start(&file).unwrap().stop();
}

#[test]
fn a_write_waits_for_another_program_that_writes() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("org.db");
    let org = start(&file).unwrap();
    let other = Connection::open(&file).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let (sender, answered) = mpsc::channel();
    std::thread::scope(|scope| {
        let org = &org;
        scope.spawn(move || {
            let created = org.create("Opportunity", [("Name", "one")]);
            sender.send(created.map(drop)).unwrap();
        });
        assert!(answered.recv_timeout(Duration::from_millis(100)).is_err(), "it was written meanwhile");
        // Nobody who reads waits for it.
        assert_eq!(org.status().unwrap()[0].waiting, 0);
        other.execute_batch("COMMIT").unwrap();
        answered.recv().unwrap().unwrap();
    });
    assert_eq!(org.status().unwrap()[0].waiting, 1);
}

#[test]
fn a_new_organization_begins_its_ids_where_it_is_told() {
    const FROM: u64 = 1_000_000;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("org.db");
    let builder = || Org::builder(definition("http://127.0.0.1:1/"));
    let begin = |builder: Builder| {
        let org = builder.clock(ManualClock::default()).start().unwrap();
        let record = org.create("Opportunity", [("Name", "a")]).unwrap();
        let notification = org.waiting("Won", 9).unwrap().iter().map(|row| row.id).max().unwrap();
        // A number before the first was never a record's, one that was deleted is.
        org.delete("Opportunity", record).unwrap();
        let code = |id: &str| org.read("Opportunity", Id::new(id).unwrap()).unwrap_err().code().to_owned();
        let deleted = code(record.as_str());
        let codes = [deleted, code("0065w0000000009"), code("006000000000001")];
        org.stop();
        (record.to_string(), notification.to_string(), codes.join(" "))
    };
    let of = |record: &str, notification: &str| {
        let codes = "ENTITY_IS_DELETED NOT_FOUND NOT_FOUND";
        (record.to_owned(), notification.to_owned(), codes.to_owned())
    };
    assert_eq!(begin(builder()), of("0065w0000000001AAA", "04l5w0000000001AAA"));
    let first = of("0065w0000004C92AAE", "04l5w0000004C92AAE");
    assert_eq!(begin(builder().ids_from(FROM)), first);
    assert_eq!(begin(builder().ids_from(FROM).file(&file)), first);
    // A file that is there goes on.
    let second = of("0065w0000004C93AAE", "04l5w0000004C93AAE");
    assert_eq!(begin(builder().file(&file)), second);
}
