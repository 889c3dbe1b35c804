//! Simulated power cuts: all writes and syncs of the inbox's file are recorded, and disks are made of what may have arrived.

use rusqlite::Connection;
use sf_outbound::{Head, Id, Kind, Notifications, Record, Schema};
use sf_outbound_crash::{Process, Ran, Recorder, Recording, runs};
use sf_outbound_inbox::{Builder, Delivery, Inbox, Retries};
use std::collections::BTreeSet;
use std::env;
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Names the file in the environment of a process.
pub(crate) const FILE: &str = "SF_OUTBOUND_TEST_POWER";
const MESSAGES: &str = "SF_OUTBOUND_TEST_MESSAGES";

fn schema() -> Schema {
    Schema::new("Account", [("Name".to_owned(), Kind::Text)]).unwrap()
}

/// An inbox whose handler writes a row, and fails now and then.
fn inbox(file: &Path) -> Builder {
    Inbox::at(&format!("sqlite:{}", file.display()))
        .prepare(|tx| Ok(tx.execute_batch("CREATE TABLE IF NOT EXISTS effect(key TEXT NOT NULL) STRICT")?))
        .in_transaction_by(schema(), |tx, delivery: Delivery<Record>| {
            tx.execute("INSERT INTO effect VALUES (?1)", [delivery.key.as_str()])?;
            if fastrand::u8(..8) == 0 { Err("one in eight".into()) } else { Ok(()) }
        })
        .retries(Retries::default().first(Duration::from_millis(1)).longest(Duration::from_millis(5)))
}

fn id(prefix: &str, number: u64) -> Id {
    Id::new(&format!("{prefix}5w{number:010}")).unwrap().to_18()
}

/// What the process does: each line has the ids of a message that was acknowledged.
pub(crate) fn load(file: &str) {
    let inbox = inbox(Path::new(file)).open().unwrap();
    let messages: u64 = env::var(MESSAGES).unwrap().parse().unwrap();
    let next = AtomicU64::new(0);
    let send = || {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let (mut random, schema) = (fastrand::Rng::new(), schema());
        loop {
            let number = next.fetch_add(1, Ordering::SeqCst);
            if number >= messages {
                return;
            }
            let mut message = Notifications::<Record>::new(id("00D", 1), id("04k", 1));
            let mut line = String::new();
            for row in 0..random.u64(1..6) {
                // Some come again, with the same data or with newer ones.
                let notification = if random.u8(..5) == 0 { number / 2 } else { number * 10 + row };
                let mut record = schema.record(id("001", random.u64(..40)));
                record.set("Name", Some(format!("{}", notification * random.u64(1..3)).into()));
                let notification = id("04l", notification);
                line = format!("{line}{notification} ");
                message = message.with(notification, Some(record));
            }
            let mut body = Vec::new();
            message.encode(&mut body);
            let reply = runtime.block_on(inbox.accept(Head::post("text/xml"), &body));
            assert_eq!(reply.status, 200);
            std::io::stdout().write_all(format!("{line}\n").as_bytes()).unwrap();
        }
    };
    thread::scope(|scope| {
        scope.spawn(send);
        scope.spawn(send);
    });
    inbox.close();
}

pub(crate) fn a_power_cut_loses_nothing_that_was_acknowledged() -> Ran {
    let (cuts, seed) = runs(60);
    println!("seed {seed}");
    let messages = if cuts > 60 { 1_500 } else { 300 };
    let mut random = fastrand::Rng::with_seed(seed);
    let folder = tempfile::tempdir().unwrap();
    let recorder = match Recorder::build(folder.path()) {
        Ok(recorder) => recorder,
        Err(why) => return Ran::Skipped(why),
    };
    let disk = folder.path().join("disk");
    std::fs::create_dir(&disk).unwrap();
    let log = folder.path().join("log");
    let mut command = Command::new(env::current_exe().unwrap());
    command.env(FILE, disk.join("inbox.db")).env(MESSAGES, messages.to_string());
    recorder.record(&mut command, &disk, &log);
    let lines = Process::start(&mut command).rest();
    assert_eq!(lines.lines().count(), messages);
    let recording = Recording::read(&log);
    assert_eq!(recording.lines(recording.len()).count(), messages);
    assert!(recording.syncs() > 5, "{} syncs were seen", recording.syncs());
    let lost = losses(&recording, cuts, &mut random, true);
    assert_eq!(lost, 0, "of {cuts} power cuts {lost} broke a promise");
    // The control: where the log is not synced the same check must find losses.
    let lying = losses(&recording.of_a_disk_that_lies("-wal"), cuts, &mut random, false);
    assert!(lying > 0, "the check finds nothing even where the disk lies");
    Ran::Passed(format!("{cuts} cuts, {lost} of them lost something, {lying} did on a disk that lies"))
}

/// Of how many cuts a promise was broken.
fn losses(recording: &Recording, cuts: u32, random: &mut fastrand::Rng, tells: bool) -> usize {
    (0..cuts)
        .filter(|_| {
            let cut = random.usize(..=recording.len());
            let seed = random.u64(..);
            let after = tempfile::tempdir().unwrap();
            recording.cut(cut, &mut fastrand::Rng::with_seed(seed), after.path());
            let what = check(recording, cut, &after.path().join("inbox.db")).err();
            if let Some(what) = what.as_ref().filter(|_| tells) {
                println!("cut at {cut} of {}, seed {seed}: {what}", recording.len());
            }
            what.is_some()
        })
        .count()
}

/// What was acknowledged before the cut is there; what is done has its effect, once; and the rest is handled now.
fn check(recording: &Recording, cut: usize, file: &Path) -> Result<(), String> {
    let acknowledged: BTreeSet<&str> = recording.lines(cut).flat_map(str::split_whitespace).collect();
    if !file.exists() && acknowledged.is_empty() {
        return Ok(());
    }
    let before = Connection::open(file).map_err(|error| error.to_string())?;
    consistent(&before).or_else(|error| if acknowledged.is_empty() { Ok(()) } else { Err(error) })?;
    drop(before);
    let inbox = inbox(file).open().map_err(|error| format!("it can't be opened: {error}"))?;
    let (after, started) = (Connection::open(file).map_err(|error| error.to_string())?, Instant::now());
    while number(&after, "SELECT count(*) FROM notification WHERE state <> 1")? > 0 {
        if started.elapsed() > Duration::from_secs(60) {
            return Err("not all is handled".to_owned());
        }
        thread::sleep(Duration::from_millis(2));
    }
    consistent(&after)?;
    let mut stored =
        after.prepare("SELECT 1 FROM notification WHERE id = ?1").map_err(|error| error.to_string())?;
    for id in acknowledged {
        if !stored.exists([&id[..15]]).map_err(|error| error.to_string())? {
            return Err(format!("{id} was acknowledged and is not there"));
        }
    }
    inbox.close();
    Ok(())
}

/// Done and its effect are one, and the file is sound.
fn consistent(file: &Connection) -> Result<(), String> {
    let done = number(file, "SELECT count(*) FROM notification WHERE state = 1")?;
    let effects = number(file, "SELECT count(*) FROM effect")?;
    let keys = number(file, "SELECT count(DISTINCT key) FROM effect")?;
    let bodies =
        number(file, "SELECT count(*) FROM notification LEFT JOIN body USING (seq) WHERE body.seq IS NULL")?;
    let sound = file.query_row("PRAGMA integrity_check", [], |row| row.get::<_, String>(0));
    match (done == effects && effects == keys && bodies == 0, sound.as_deref()) {
        (true, Ok("ok")) => Ok(()),
        (_, sound) => Err(format!(
            "{done} are done, {effects} effects, {keys} keys, {bodies} without a body; {sound:?}"
        )),
    }
}

fn number(file: &Connection, sql: &str) -> Result<i64, String> {
    file.query_row(sql, [], |row| row.get(0)).map_err(|error| error.to_string())
}
