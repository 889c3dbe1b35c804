//! The inbox at its door: how fast messages of 100 notifications are stored, against a log that appends and syncs the same
//! bytes; how fast they are handled; what many keys and busy handlers do to it.
//!
//! `cargo run --release -p sf-outbound-inbox --example door [SECONDS] [ROUNDS]`, and for the keys
//! `cargo run --release -p sf-outbound-inbox --example door keys 10000000`

// Rates need no more digits than a double has.
#![allow(clippy::cast_precision_loss, clippy::cast_possible_wrap, clippy::cast_possible_truncation)]

mod beside;
mod keys;
mod messages;

use messages::{Outcome, block_on, clients, message, open};
use sf_outbound::Head;
use std::error::Error;
use std::fs::File;
use std::io::Write;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// Messages that share a sync of the log, as those of the inbox share a commit.
const GROUP: usize = 16;

fn main() -> Result<(), Box<dyn Error>> {
    if let Some("keys") = std::env::args().nth(1).as_deref() {
        let keys = std::env::args().nth(2).map_or(Ok(1_000_000), |text| text.parse())?;
        return keys::run(keys);
    }
    let mut arguments = std::env::args().skip(1);
    let mut number = |default| arguments.next().map_or(Ok(default), |text| text.parse::<u64>());
    let (seconds, rounds) = (Duration::from_secs(number(3)?), number(5)?);
    println!(
        "{:>7} {:>12} {:>12} {:>6} {:>22} {:>22}",
        "clients", "log n/s", "inbox n/s", "ratio", "log p50/p99 ms", "inbox p50/p99 ms"
    );
    for clients in [1, 64] {
        let mut ratios = Vec::new();
        for _ in 0..rounds {
            let log = log(clients, seconds)?;
            let inbox = inbox(clients, seconds)?;
            ratios.push(inbox.rate / log.rate);
            println!(
                "{clients:>7} {:>12.0} {:>12.0} {:>6.2} {:>22} {:>22}",
                log.rate,
                inbox.rate,
                inbox.rate / log.rate,
                log.times,
                inbox.times
            );
        }
        ratios.sort_by(f64::total_cmp);
        println!("{clients:>7} median ratio {:.2}", ratios[ratios.len() / 2]);
    }
    handled()?;
    beside::run(seconds)
}

/// The same bytes, appended and synced; whoever waits at the same time shares a sync.
fn log(count: u32, time: Duration) -> Result<Outcome, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let mut file = File::create(folder.path().join("log"))?;
    let (sender, jobs) = mpsc::channel::<(Vec<u8>, mpsc::SyncSender<()>)>();
    let writer = thread::spawn(move || {
        while let Ok(first) = jobs.recv() {
            let mut group = vec![first];
            while group.len() < GROUP
                && let Ok(job) = jobs.try_recv()
            {
                group.push(job);
            }
            for (bytes, _) in &group {
                file.write_all(bytes).expect("a disk with room");
            }
            file.sync_data().expect("a disk that works");
            for (_, answer) in group {
                let _ = answer.send(());
            }
        }
    });
    let outcome = clients(count, time, |bytes| {
        let (answer, answered) = mpsc::sync_channel(1);
        sender.send((bytes, answer)).expect("a writer");
        answered.recv().expect("an answer");
    });
    drop(sender);
    let _ = writer.join();
    Ok(outcome)
}

fn inbox(count: u32, time: Duration) -> Result<Outcome, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let inbox = open(&folder.path().join("inbox.db"), true)?;
    let outcome = clients(count, time, |bytes| {
        let reply = block_on(inbox.accept(Head::post("text/xml"), &bytes));
        assert_eq!(reply.status, 200);
    });
    let stored = inbox.counts().stored;
    inbox.close();
    let size = std::fs::metadata(folder.path().join("inbox.db"))?.len();
    println!(
        "        bytes of the file a notification: {}, of {} sent",
        size / stored.max(1),
        message(0).len() / 100
    );
    Ok(outcome)
}

/// How fast what is stored is handled, with one row written for each: a hundred a transaction, and one.
fn handled() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("inbox.db");
    let inbox = open(&file, true)?;
    for number in 0..500 {
        block_on(inbox.accept(Head::post("text/xml"), &message(number)));
    }
    let started = Instant::now();
    inbox.resume();
    while inbox.counts().handled < 50_000 {
        thread::sleep(Duration::from_millis(5));
    }
    let many = 50_000.0 / started.elapsed().as_secs_f64();
    inbox.close();
    // A row each in a transaction of its own, of the same file with the same settings.
    let connection = rusqlite::Connection::open(&file)?;
    connection.execute_batch("PRAGMA synchronous = FULL")?;
    let (started, mut count) = (Instant::now(), 0);
    while started.elapsed() < Duration::from_secs(2) {
        count += 1;
        let sql = "BEGIN; UPDATE notification SET due = due + 1 WHERE seq = 1; INSERT INTO effect VALUES ('key'); COMMIT";
        connection.execute_batch(sql)?;
    }
    let one = f64::from(count) / started.elapsed().as_secs_f64();
    println!(
        "handled, a row written for each: {many:.0} a second; one a transaction would be {one:.0}: {:.1} times",
        many / one
    );
    Ok(())
}
