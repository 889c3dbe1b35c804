//! Messages of 100 notifications, clients that send them, and the inbox that stores them.

use sf_outbound::jiff::{self, Timestamp};
use sf_outbound::{Id, Kind, Notifications, OwnedValue, Record, Schema};
use sf_outbound_inbox::Inbox;
use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

pub(crate) struct Outcome {
    /// Notifications a second.
    pub(crate) rate: f64,
    pub(crate) times: String,
}

impl Outcome {
    pub(crate) fn of(mut times: Vec<Duration>, elapsed: Duration) -> Self {
        times.sort();
        let at = |part: usize| times[(times.len() * part / 100).min(times.len() - 1)].as_secs_f64() * 1e3;
        let rate = times.len() as f64 * 100.0 / elapsed.as_secs_f64();
        Self { rate, times: format!("{:.2} / {:.2}", at(50), at(99)) }
    }
}

/// Clients that send one message after the other.
pub(crate) fn clients(count: u32, time: Duration, send: impl Fn(Vec<u8>) + Sync) -> Outcome {
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

/// An inbox whose handler writes a row.
pub(crate) fn open(file: &Path, paused: bool) -> Result<Inbox, Box<dyn Error>> {
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
pub(crate) struct Messages {
    first: Vec<u8>,
    /// Where the numbers stand, and that of which of its notifications.
    places: Vec<(usize, u64)>,
}

impl Messages {
    pub(crate) fn new() -> Self {
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

    pub(crate) fn message(&self, number: u64) -> Vec<u8> {
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

pub(crate) fn message(number: u64) -> Vec<u8> {
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

pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
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
