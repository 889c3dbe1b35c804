//! `send`: messages to an endpoint, and the verdicts of its replies.

mod change;
mod outcome;
mod plan;
mod stop;

use super::verdict;
use crate::args::Send;
use crate::capture::{Capture, Exchange};
use crate::files::{Failure, print};
use crate::post::{self, Endpoint};
use outcome::{Answered, Outcome, Totals};
use plan::{Message, Plan};
use sf_outbound_client::{Kind, Reply, Trouble};
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};
use std::{process, thread};
use stop::Stop;

/// Salesforce waits this long for the reply.
const TIMEOUT: Duration = Duration::from_secs(60);
/// Between two looks of a person at the progress.
const GLANCE: Duration = Duration::from_millis(200);
/// The exit code of a program that Ctrl-C ends.
const INTERRUPTED: i32 = 130;

pub(crate) fn run(arguments: &Send) -> Result<(), Failure> {
    let connections = usize::from(arguments.concurrency);
    let endpoint = Endpoint::new(&arguments.to, TIMEOUT, connections, &arguments.trusted)?;
    let plan = Plan::new(arguments)?;
    let sender = Sending { endpoint, capture: arguments.keep.as_deref().map(Capture::open).transpose()? };
    if plan.total() == 1 {
        return sender.one(&plan.message(0)?);
    }
    let started = Instant::now();
    let stop = Stop::heard()?;
    let mut totals = sender.all(&plan, arguments, started, &stop)?;
    print(totals.summary(started.elapsed()))?;
    match totals.failed() {
        _ if totals.is_stopped => process::exit(INTERRUPTED),
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
    /// Sends the only message, and shows the verdict.
    fn one(&self, message: &Message) -> Result<(), Failure> {
        let reply = self.post(message)?.map_err(|trouble| match trouble.kind() {
            Kind::Address => Failure::Usage(post::text(&trouble)),
            _ => Failure::Unreachable(post::text(&trouble)),
        })?;
        let name = format!("HTTP {}", reply.status);
        verdict::show(Path::new(&name), &post::verdict(&reply))
    }

    /// The reply, or why there is none.
    ///
    /// **Errors.** That a message cannot be kept.
    fn post(&self, message: &Message) -> Result<Result<Reply, Trouble>, Failure> {
        let cannot = |error| Failure::Unreachable(format!("error: cannot keep a message: {error}"));
        let entry = self.capture.as_ref().map(|capture| capture.request(&message.body)).transpose();
        let entry = entry.map_err(cannot)?;
        let headers = [("Content-Type", message.content_type.as_str()), ("SOAPAction", "\"\"")];
        let started = Instant::now();
        let reply = self.endpoint.post(&headers, &message.body);
        if let Some(entry) = entry {
            let exchange = Exchange {
                endpoint: &self.endpoint.address(),
                content_type: Some(&message.content_type),
                reply: reply.as_ref().ok().map(|reply| (reply.status, &reply.body[..])),
                took: started.elapsed(),
                rehearsed: &[],
            };
            entry.reply(&exchange).map_err(cannot)?;
        }
        Ok(reply)
    }

    /// Sends every message; each worker waits for one reply at a time.
    fn all(&self, plan: &Plan, arguments: &Send, started: Instant, stop: &Stop) -> Result<Totals, Failure> {
        let (next, is_over) = (AtomicU64::new(0), AtomicBool::new(false));
        thread::scope(|scope| {
            let (outcomes, received) = channel();
            for _ in 0..arguments.concurrency {
                let (outcomes, next, is_over) = (outcomes.clone(), &next, &is_over);
                scope.spawn(move || self.work(plan, arguments, started, next, is_over, &outcomes));
            }
            drop(outcomes);
            let totals = collect(&received, plan.total(), started, stop, &is_over);
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
            if arguments.rate.is_some_and(|rate| !wait(rate.due(number), started, is_over)) {
                return;
            }
            let outcome = plan.message(number).and_then(|message| {
                let started = Instant::now();
                let result = match self.post(&message)? {
                    Ok(reply) => Answered::Reply(reply.status, post::verdict(&reply)),
                    Err(trouble) => Answered::None(trouble.to_string()),
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

/// Waits until a message is due; `false` where all is over before.
fn wait(due: Duration, started: Instant, is_over: &AtomicBool) -> bool {
    loop {
        let left = due.saturating_sub(started.elapsed());
        if left.is_zero() || is_over.load(Ordering::Relaxed) {
            return left.is_zero();
        }
        thread::sleep(left.min(GLANCE));
    }
}

/// Adds up what comes, and shows it on standard error where that is a terminal.
fn collect(
    received: &Receiver<Result<Outcome, Failure>>,
    total: u64,
    started: Instant,
    stop: &Stop,
    is_over: &AtomicBool,
) -> Result<Totals, Failure> {
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
        if stop.is_asked() && !is_over.swap(true, Ordering::Relaxed) {
            totals.is_stopped = true;
            progress.clear();
            // When standard error is gone, nobody is left to tell.
            let _ = writeln!(
                io::stderr(),
                "stopping when the replies in flight are there; once more to stop at once"
            );
        }
        if stop.is_asked_twice() {
            progress.clear();
            print(totals.summary(started.elapsed()))?;
            process::exit(INTERRUPTED);
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
