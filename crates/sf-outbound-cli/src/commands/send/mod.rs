//! `send`: messages to an endpoint, and the verdicts of its replies.

mod change;
mod outcome;
mod plan;

use super::verdict;
use crate::args::Send;
use crate::capture::{Capture, Exchange};
use crate::files::{Failure, print};
use crate::post::Endpoint;
use outcome::{Answered, Outcome, Totals};
use plan::{Message, Plan};
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

/// Salesforce waits this long for the reply.
const TIMEOUT: Duration = Duration::from_secs(60);
/// Between two looks of a person at the progress.
const GLANCE: Duration = Duration::from_millis(200);

pub(crate) fn run(arguments: &Send) -> Result<(), Failure> {
    let endpoint = Endpoint::new(&arguments.to, TIMEOUT, usize::from(arguments.concurrency))?;
    let plan = Plan::new(arguments)?;
    let sender = Sending { endpoint, capture: arguments.keep.as_deref().map(Capture::open).transpose()? };
    if plan.total() == 1 {
        let (status, reply) = sender.post(&plan.message(0)?)?.map_err(Failure::Unreachable)?;
        return verdict::show(Path::new(&format!("HTTP {status}")), Some(status), &reply);
    }
    let started = Instant::now();
    let mut totals = sender.all(&plan, arguments, started)?;
    print(totals.summary(started.elapsed()))?;
    match totals.failed() {
        0 => Ok(()),
        _ if totals.has_wrong_replies() => Err(Failure::Wrong(String::new())),
        _ => Err(Failure::Unreachable(String::new())),
    }
}

struct Sending {
    endpoint: Endpoint,
    capture: Option<Capture>,
}

impl Sending {
    /// Status and body of the reply, or why there is none.
    ///
    /// **Errors.** That a message cannot be kept.
    fn post(&self, message: &Message) -> Result<Result<(u16, Vec<u8>), String>, Failure> {
        let cannot = |error| Failure::Unreachable(format!("error: cannot keep a message: {error}"));
        let entry = self.capture.as_ref().map(|capture| capture.request(&message.body)).transpose();
        let entry = entry.map_err(cannot)?;
        let headers = [("Content-Type", message.content_type.as_str()), ("SOAPAction", "\"\"")];
        let started = Instant::now();
        let reply = match self.endpoint.post(&headers, &message.body) {
            Ok(reply) => Ok(reply),
            Err(Failure::Unreachable(why)) => Err(why),
            Err(failure) => return Err(failure),
        };
        if let Some(entry) = entry {
            let exchange = Exchange {
                endpoint: &self.endpoint.address(),
                content_type: Some(&message.content_type),
                reply: reply.as_ref().ok().map(|(status, body)| (*status, &body[..])),
                took: started.elapsed(),
                rehearsed: &[],
            };
            entry.reply(&exchange).map_err(cannot)?;
        }
        Ok(reply)
    }

    /// Sends every message; each worker waits for one reply at a time.
    fn all(&self, plan: &Plan, arguments: &Send, started: Instant) -> Result<Totals, Failure> {
        let (next, is_over) = (AtomicU64::new(0), AtomicBool::new(false));
        thread::scope(|scope| {
            let (outcomes, received) = channel();
            for _ in 0..arguments.concurrency {
                let (outcomes, next, is_over) = (outcomes.clone(), &next, &is_over);
                scope.spawn(move || self.work(plan, arguments, started, next, is_over, &outcomes));
            }
            drop(outcomes);
            let totals = collect(&received, plan.total());
            // The workers end after what they are about.
            is_over.store(true, Ordering::Relaxed);
            totals
        })
    }

    fn work(
        &self,
        plan: &Plan,
        arguments: &Send,
        started: Instant,
        next: &AtomicU64,
        is_over: &AtomicBool,
        outcomes: &Sender<Result<Outcome, Failure>>,
    ) {
        while !is_over.load(Ordering::Relaxed) {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= plan.total() {
                return;
            }
            if let Some(rate) = arguments.rate {
                thread::sleep(rate.due(number).saturating_sub(started.elapsed()));
            }
            let outcome = plan.message(number).and_then(|message| {
                let started = Instant::now();
                let result = match self.post(&message)? {
                    Ok((status, reply)) => {
                        Answered::Reply(status, sf_outbound::verdict(Some(status), &reply))
                    }
                    Err(why) => Answered::Unreachable(why),
                };
                Ok(Outcome { name: message.name, took: started.elapsed(), result })
            });
            // Nobody waits for more after a failure.
            if outcomes.send(outcome).is_err() {
                return;
            }
        }
    }
}

/// Adds up what comes, and shows it on standard error where that is a terminal.
fn collect(received: &Receiver<Result<Outcome, Failure>>, total: u64) -> Result<Totals, Failure> {
    let mut totals = Totals::default();
    let mut progress = Progress::new(total);
    loop {
        match received.recv_timeout(GLANCE) {
            Ok(Ok(outcome)) => totals.add(outcome),
            Ok(Err(failure)) => {
                progress.clear();
                return Err(failure);
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => {
                progress.clear();
                return Ok(totals);
            }
        }
        progress.show(&totals);
    }
}

/// One line on a terminal that is written again and again.
struct Progress {
    total: u64,
    is_terminal: bool,
    shown: Option<Instant>,
}

impl Progress {
    fn new(total: u64) -> Self {
        Self { total, is_terminal: io::stderr().is_terminal(), shown: None }
    }

    fn show(&mut self, totals: &Totals) {
        if self.is_terminal && self.shown.is_none_or(|shown| shown.elapsed() >= GLANCE) {
            self.shown = Some(Instant::now());
            // When standard error is gone, nobody is left to look.
            let _ = write!(
                io::stderr(),
                "\r{} of {} sent, {} not delivered\x1b[K",
                totals.sent,
                self.total,
                totals.failed()
            );
        }
    }

    fn clear(&self) {
        if self.shown.is_some() {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}
