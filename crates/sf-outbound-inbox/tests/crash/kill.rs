//! `kill -9` at random, while an organization with every fault sends to the listener.

use axum::Router;
use rusqlite::Connection;
use sf_outbound::{Id, Kind, Record, Schema};
use sf_outbound_crash::{Process, Ran, runs};
use sf_outbound_inbox::{Delivery, HandlerError, Inbox, Retries, Tx};
use sf_outbound_sender::{
    Definition, Evaluate, Fault, Field, Object, Org, OutboundMessage, Outcome, Rehearsal, Rule, SystemClock,
};
use std::collections::BTreeMap;
use std::env;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Names the file in the environment of a listener.
pub(crate) const FILE: &str = "SF_OUTBOUND_TEST_LISTENER";
const PORT: &str = "SF_OUTBOUND_TEST_PORT";
const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS effect(key TEXT NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS newest(id TEXT PRIMARY KEY, name TEXT) STRICT;";

fn schema() -> Schema {
    let fields = [("LastModifiedDate", Kind::DateTime), ("Name", Kind::Text)];
    Schema::new("Opportunity", fields.map(|(name, kind)| (name.to_owned(), kind))).unwrap()
}

/// The listener's process: one in eight tries fails.
pub(crate) fn listen(file: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let inbox = Inbox::at(&format!("sqlite:{file}?wait=10s"))
        .prepare(|tx| Ok(tx.execute_batch(TABLES)?))
        .in_transaction_by(schema(), handle)
        .retries(Retries::default().first(Duration::from_millis(5)).longest(Duration::from_millis(50)))
        .open()
        .unwrap();
    runtime.block_on(async {
        let socket =
            tokio::net::TcpListener::bind(format!("127.0.0.1:{}", env::var(PORT).unwrap())).await.unwrap();
        axum::serve(socket, Router::new().route_service("/", inbox)).await.unwrap();
    });
}

fn handle(tx: &Tx<'_>, delivery: Delivery<Record>) -> Result<(), HandlerError> {
    tx.execute("INSERT INTO effect VALUES (?1)", [delivery.key.as_str()])?;
    if let Some(record) = delivery.record.filter(|_| !delivery.is_superseded) {
        let name = record.get("Name").map(|name| name.to_string());
        tx.execute("REPLACE INTO newest VALUES (?1, ?2)", (record.id().to_18().as_str(), name))?;
    }
    if fastrand::u8(..8) == 0 { Err("one in eight".into()) } else { Ok(()) }
}

fn start(file: &Path, port: u16) -> Process {
    let mut command = Command::new(env::current_exe().unwrap());
    Process::start(command.env(FILE, file).env(PORT, port.to_string()))
}

pub(crate) fn a_killed_listener_loses_nothing_and_does_nothing_twice() -> Ran {
    let (kills, seed) = runs(8);
    println!("seed {seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("inbox.db");
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let faults = [
        (Fault::Duplicates, 0.1),
        (Fault::Reorder, 0.3),
        (Fault::Hold, 0.1),
        (Fault::LostReplies, 0.1),
        (Fault::Resets, 0.1),
        (Fault::Splits, 0.3),
        (Fault::Merges, 0.2),
        (Fault::DeletedRecords, 0.1),
        (Fault::UnknownFields, 0.1),
        (Fault::NewerData, 0.1),
    ];
    let rehearsal = faults
        .into_iter()
        .fold(Rehearsal::default().with_seed(seed), |all, (fault, rate)| all.with(fault, rate));
    let org = Org::builder(definition(&format!("http://127.0.0.1:{port}/")))
        // The first retry comes after 30 ms.
        .clock(SystemClock::with_speed(1_000.0))
        .rehearsal(rehearsal)
        .start()
        .unwrap();
    let (is_over, changes) = (AtomicBool::new(false), AtomicU64::new(0));
    let records = thread::scope(|scope| {
        let load = scope.spawn(|| load(&org, &is_over, &changes));
        for _ in 0..kills {
            start(&file, port).kill_after(Duration::from_millis(random.u64(20..400)));
        }
        is_over.store(true, Ordering::SeqCst);
        load.join().unwrap()
    });

    // Rest: everything is delivered and handled.
    let listener = start(&file, port);
    let started = Instant::now();
    loop {
        while let Some(failed) = org.failed("Won", None, 1).unwrap().pop() {
            org.retry(failed.id).unwrap();
        }
        if org.status().unwrap()[0].waiting == 0 {
            break;
        }
        assert!(started.elapsed() < Duration::from_secs(120), "not all is delivered");
        thread::sleep(Duration::from_millis(20));
    }
    let database = Connection::open(&file).unwrap();
    let number = |sql: &str| database.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    let started = Instant::now();
    while number("SELECT count(*) FROM notification WHERE state <> 1") > 0 {
        assert!(started.elapsed() < Duration::from_secs(60), "not all is handled");
        thread::sleep(Duration::from_millis(20));
    }
    drop(listener);

    let (done, effects) =
        (number("SELECT count(*) FROM notification"), number("SELECT count(*) FROM effect"));
    assert_eq!(number("SELECT count(DISTINCT key) FROM effect"), effects, "an effect happened twice");
    assert_eq!(done, effects, "a notification is done without its effect, or the other way round");
    assert_eq!(number("SELECT count(*) FROM body"), done);
    // What was acknowledged is there.
    let mut stored = database.prepare("SELECT 1 FROM notification WHERE id = ?1").unwrap();
    let (mut acknowledged, mut after) = (0, None);
    loop {
        let departures = org.departures(after, 1_000).unwrap();
        let Some(last) = departures.last() else { break };
        after = Some(last.id);
        for gone in departures.iter().filter(|gone| gone.outcome == Outcome::Delivered) {
            assert!(
                stored.exists([&gone.id.as_str()[..15]]).unwrap(),
                "{} is acknowledged and not stored",
                gone.id
            );
            acknowledged += 1;
        }
    }
    // The newest value of each record was handled last.
    for (id, name) in &records {
        let newest = "SELECT name FROM newest WHERE id = ?1";
        let newest = database.query_row(newest, [id.to_18().as_str()], |row| row.get::<_, String>(0));
        assert_eq!(newest.as_ref(), Ok(name), "{id}: {:#?}", history(&database, *id));
    }
    let twice = number(
        "SELECT count(*) FROM (SELECT 1 FROM notification GROUP BY organization, id HAVING count(*) > 1)",
    );
    let changes = changes.into_inner();
    Ran::Passed(format!(
        "{kills} kills, {changes} changes, {acknowledged} acknowledged ids, {done} notifications, {twice} ids with newer data"
    ))
}

/// What the inbox knows of a record, for whoever looks for a fault.
fn history(database: &Connection, id: Id) -> Vec<String> {
    let sql = "SELECT seq || ' ' || id || ' changed at ' || modified || ', arrived at ' || received || ', done at ' || settled \
               || ': ' || coalesce(xml, 'no data') FROM notification JOIN body USING (seq) WHERE record = ?1 ORDER BY seq";
    let mut statement = database.prepare(sql).unwrap();
    statement.query_map([&id.as_str()[..15]], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

/// Changes records until it is over; gives each with its last name.
fn load(org: &Org, is_over: &AtomicBool, changes: &AtomicU64) -> BTreeMap<Id, String> {
    let mut names = BTreeMap::new();
    while !is_over.load(Ordering::SeqCst) {
        let name = format!("name {}", changes.fetch_add(1, Ordering::SeqCst));
        let change = [("Name", name.as_str())];
        let known = fastrand::usize(..=names.len());
        let id = match names.keys().nth(known).copied().filter(|_| names.len() > 20) {
            Some(id) => {
                org.update("Opportunity", id, change).unwrap();
                id
            }
            None => org.create("Opportunity", change).unwrap(),
        };
        names.insert(id, name);
        // Whole seconds tell the changes of a record apart: one is a millisecond here.
        thread::sleep(Duration::from_millis(2));
    }
    names
}

/// `Opportunity` with a rule that sends `Won` on each change.
fn definition(endpoint: &str) -> Definition {
    let field = |name: &str, kind| Field { name: name.to_owned(), kind, external_id: false };
    Definition {
        organization_id: Id::literal("00D5w000000xyzAEAQ"),
        api_version: 61,
        objects: vec![Object {
            name: "Opportunity".to_owned(),
            key_prefix: "006".to_owned(),
            fields: vec![field("LastModifiedDate", Kind::DateTime), field("Name", Kind::Text)],
        }],
        rules: vec![Rule {
            name: "Every change".to_owned(),
            object: "Opportunity".to_owned(),
            active: true,
            evaluate: Evaluate::CreatedAndEveryEdit,
            criteria: Vec::new(),
            logic: None,
            messages: vec!["Won".to_owned()],
        }],
        messages: vec![OutboundMessage {
            name: "Won".to_owned(),
            action_id: Id::literal("04k5w0000000001"),
            object: "Opportunity".to_owned(),
            fields: ["LastModifiedDate", "Name"].map(str::to_owned).to_vec(),
            endpoint: endpoint.to_owned(),
            protected: false,
            user: None,
        }],
    }
}
