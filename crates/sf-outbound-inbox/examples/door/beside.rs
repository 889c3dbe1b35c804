//! What messages wait for while handlers are at work.

use crate::messages::{Messages, Outcome, block_on, message, open};
use sf_outbound::Head;
use std::error::Error;
use std::thread;
use std::time::{Duration, Instant};

/// A message each 20 ms, without handlers and with a backlog that is handled.
pub(crate) fn run(time: Duration) -> Result<(), Box<dyn Error>> {
    let (mut without, mut beside) = (Vec::new(), Vec::new());
    // In turn, for the disk is not the same from one minute to the next.
    for _ in 0..3 {
        without.extend(round(time, true)?);
        beside.extend(round(time, false)?);
    }
    let p99 = |times: &mut Vec<Duration>| {
        times.sort();
        times[times.len() * 99 / 100].as_secs_f64() * 1e3
    };
    let (calm, busy) = (p99(&mut without), p99(&mut beside));
    println!(
        "a message waits, p99: {calm:.1} ms without handlers, {busy:.1} ms beside them: {:.1} times",
        busy / calm
    );
    println!("beside them, p50 / p99 ms: {}", Outcome::of(beside, time * 3).times);
    Ok(())
}

fn round(time: Duration, is_paused: bool) -> Result<Vec<Duration>, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let inbox = open(&folder.path().join("inbox.db"), true)?;
    for number in 0..3_000 {
        block_on(inbox.accept(Head::post("text/xml"), &message(number)));
    }
    if !is_paused {
        inbox.resume();
    }
    let (messages, mut times, started) = (Messages::new(), Vec::new(), Instant::now());
    while started.elapsed() < time {
        let bytes = messages.message(1_000_000 + times.len() as u64);
        let begun = Instant::now();
        block_on(inbox.accept(Head::post("text/xml"), &bytes));
        times.push(begun.elapsed());
        thread::sleep(Duration::from_millis(20));
    }
    inbox.close();
    Ok(times)
}
