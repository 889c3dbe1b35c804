//! The inbox at its door: how fast messages of 100 notifications are stored, against a log that appends and syncs the same
//! bytes, and how fast they are handled.
//!
//! `cargo run --release -p sf-outbound-inbox --example door [SECONDS] [ROUNDS]`

// Rates need no more digits than a double has.
#![allow(clippy::cast_precision_loss, clippy::cast_possible_wrap, clippy::cast_possible_truncation)]

use sf_outbound::jiff::{self, Timestamp};
use sf_outbound::{Head, Id, Kind, Notifications, OwnedValue, Record, Schema};
use sf_outbound_inbox::Inbox;
use std::error::Error;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

/// Messages that share a sync of the log, as those of the inbox share a commit.
const GROUP: usize = 16;

fn main() -> Result<(), Box<dyn Error>> {
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
    handled()
}

struct Outcome {
    /// Notifications a second.
    rate: f64,
    times: String,
}

impl Outcome {
    fn of(mut times: Vec<Duration>, elapsed: Duration) -> Self {
        times.sort();
        let at = |part: usize| times[(times.len() * part / 100).min(times.len() - 1)].as_secs_f64() * 1e3;
        let rate = times.len() as f64 * 100.0 / elapsed.as_secs_f64();
        Self { rate, times: format!("{:.2} / {:.2}", at(50), at(99)) }
    }
}

/// Clients that send one message after the other.
fn clients(count: u32, time: Duration, send: impl Fn(Vec<u8>) + Sync) -> Outcome {
    let (next, messages) = (AtomicU64::new(0), Messages::new());
    let started = Instant::now();
    let times = thread::scope(|scope| {
        let clients: Vec<_> = (0..count)
            .map(|_| {
                scope.spawn(|| {
                    let mut times = Vec::new();
                    while started.elapsed() < time {
                        let bytes = messages.message(next.fetch_add(1, Ordering::Relaxed));
                        let begun = Instant::now();
                        send(bytes);
                        times.push(begun.elapsed());
                    }
                    times
                })
            })
            .collect();
        clients.into_iter().flat_map(|client| client.join().expect("a client")).collect()
    });
    Outcome::of(times, started.elapsed())
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

/// How fast what is stored is handled, with one row written for each.
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
    println!("handled, a row written for each: {:.0} a second", 50_000.0 / started.elapsed().as_secs_f64());
    Ok(())
}

fn open(file: &Path, paused: bool) -> Result<Inbox, Box<dyn Error>> {
    let inbox = Inbox::at(&format!("sqlite:{}", file.display()))
        .prepare(|tx| Ok(tx.execute_batch("CREATE TABLE IF NOT EXISTS effect(key TEXT NOT NULL) STRICT")?))
        .in_transaction_by(schema(), |tx, delivery| {
            tx.prepare_cached("INSERT INTO effect VALUES (?1)")?.execute([delivery.key.as_str()])?;
            Ok(())
        })
        .paused(paused);
    Ok(inbox.open()?)
}

fn schema() -> Schema {
    let fields = [
        ("AccountId", Kind::Id),
        ("Amount", Kind::Double),
        ("CloseDate", Kind::Date),
        ("Description", Kind::Text),
        ("IsWon", Kind::Boolean),
        ("Name", Kind::Text),
        ("StageName", Kind::Text),
        ("SystemModstamp", Kind::DateTime),
    ];
    Schema::new("Opportunity", fields.map(|(name, kind)| (name.to_owned(), kind))).expect("fields")
}

/// Messages of 100 new notifications, whose ids ascend as Salesforce's do. To make one is to write its numbers.
struct Messages {
    first: Vec<u8>,
    /// Where the numbers stand, and that of which of its notifications.
    places: Vec<(usize, u64)>,
}

impl Messages {
    fn new() -> Self {
        let first = message(FAR);
        let mut places = Vec::new();
        for row in 0..100 {
            let digits = format!("{:010}", FAR * 100 + row);
            let found = first.windows(10).enumerate().filter(|(_, part)| *part == digits.as_bytes());
            places.extend(found.map(|(at, _)| (at, row)));
        }
        assert_eq!(places.len(), 300, "each notification has its number in three places");
        Self { first, places }
    }

    fn message(&self, number: u64) -> Vec<u8> {
        let mut bytes = self.first.clone();
        for (at, row) in &self.places {
            let mut rest = number * 100 + row;
            for digit in bytes[*at..*at + 10].iter_mut().rev() {
                *digit = b'0' + (rest % 10) as u8;
                rest /= 10;
            }
        }
        bytes
    }
}

/// A number whose digits stand nowhere else.
const FAR: u64 = 98_765_432;

fn message(number: u64) -> Vec<u8> {
    let schema = schema();
    let id = |prefix: &str, number: u64| Id::new(&format!("{prefix}5w{number:010}")).expect("an id").to_18();
    let mut message = Notifications::<Record>::new(id("00D", 1), id("04k", 1));
    message.enterprise_url =
        Some("https://example.my.salesforce.com/services/Soap/c/61.0/00D5w0000000001".into());
    message.partner_url =
        Some("https://example.my.salesforce.com/services/Soap/u/61.0/00D5w0000000001".into());
    for row in 0..100 {
        let number = number * 100 + row;
        let mut record = schema.record(id("006", number));
        record.set("AccountId", Some(OwnedValue::Id(id("001", row))));
        record.set("Amount", Some((row as f64 / 8.0).into()));
        record.set("CloseDate", Some(jiff::civil::date(2026, 1, 31).into()));
        record.set("Description", Some("Call back soon, and ask for the new price list. ".repeat(4).into()));
        record.set("IsWon", Some(false.into()));
        record.set("Name", Some(format!("Backpackers, Inc. {number:010}").into()));
        record.set("StageName", Some("Negotiation/Review".into()));
        record.set(
            "SystemModstamp",
            Some(Timestamp::from_second(1_700_000_000 + row as i64).expect("a moment").into()),
        );
        message = message.with(id("04l", number), record);
    }
    let mut bytes = Vec::new();
    message.encode(&mut bytes);
    bytes
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut future = std::pin::pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(result) => return result,
            Poll::Pending => thread::park(),
        }
    }
}
