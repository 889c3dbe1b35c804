//! Many keys whose bodies are pruned: the bytes of one, how fast messages are stored beside them, and while they are pruned.

use crate::messages::{Outcome, block_on, clients, open};
use sf_outbound::Head;
use sf_outbound_inbox::Inbox;
use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

const TIME: Duration = Duration::from_secs(10);

pub(crate) fn run(keys: u64) -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("inbox.db");
    // The tables, and the texts of organization, action and object.
    let inbox = open(&file, true)?;
    let empty = store(&inbox);
    inbox.close();
    println!("beside no keys: {:.0} notifications a second, p50 / p99 ms {}", empty.rate, empty.times);
    std::fs::remove_file(&file)?;
    open(&file, true)?.close();
    let started = Instant::now();
    fill(&file, keys)?;
    let bytes = std::fs::metadata(&file)?.len();
    println!("{keys} keys: {} bytes each, made in {:.0} s", bytes / keys, started.elapsed().as_secs_f64());
    let inbox = open(&file, true)?;
    // The walk through all keys prunes each that is older than 72 hours: all of them.
    let beside = store(&inbox);
    println!(
        "beside them, while they are pruned: {:.0} notifications a second, p50 / p99 ms {}: {:.2} of the rate",
        beside.rate,
        beside.times,
        beside.rate / empty.rate
    );
    inbox.close();
    let left: i64 = rusqlite::Connection::open(&file)?.query_row(
        "SELECT count(*) FROM notification WHERE received = 0",
        [],
        |row| row.get(0),
    )?;
    println!("pruned meanwhile: {} keys in {} s", keys as i64 - left, TIME.as_secs());
    Ok(())
}

fn store(inbox: &Inbox) -> Outcome {
    clients(8, TIME, |bytes| {
        let reply = block_on(inbox.accept(Head::post("text/xml"), &bytes));
        assert_eq!(reply.status, 200);
    })
}

/// Done long ago, with ids that ascend and records that do not.
fn fill(file: &Path, keys: u64) -> Result<(), Box<dyn Error>> {
    let connection = rusqlite::Connection::open(file)?;
    connection.execute_batch("PRAGMA synchronous = OFF; PRAGMA cache_size = -500000")?;
    let sql = "
        WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
        INSERT INTO notification(organization, id, version, digest, action, object, record, modified, state, due, tries,
                                 received, settled)
        SELECT 1, printf('04l4w%010d', i), 1, randomblob(16), 2, 3, printf('0064w%010d', abs(random() % ?1)), i, 1, 0, 0, 0, 0
        FROM n";
    connection.execute(sql, [keys as i64])?;
    Ok(())
}
