//! What came of the messages.

use sf_outbound::Verdict;
use std::fmt::Write;
use std::time::Duration;

/// Not delivered messages that are shown one by one.
const SHOWN: usize = 20;

/// What came of one message.
pub(super) struct Outcome {
    pub(super) name: String,
    pub(super) took: Duration,
    pub(super) result: Answered,
}

pub(super) enum Answered {
    Reply(u16, Verdict),
    /// Why there is no reply.
    None(String),
}

/// What came of all.
#[derive(Default)]
pub(super) struct Totals {
    pub(super) sent: u64,
    delivered: u64,
    nacks: u64,
    faults: u64,
    /// Replies that are neither an ack nor a nack nor a fault.
    others: u64,
    /// Without a reply.
    none: u64,
    /// Somebody ended it before all was sent.
    pub(super) is_stopped: bool,
    /// Of the messages that have a reply.
    took: Vec<Duration>,
    lines: Vec<String>,
}

impl Totals {
    pub(super) fn add(&mut self, outcome: Outcome) {
        self.sent += 1;
        let Outcome { name, took, result } = outcome;
        let line = match result {
            Answered::None(why) => {
                self.none += 1;
                format!("{name}: {why}")
            }
            Answered::Reply(status, verdict) => {
                self.took.push(took);
                let Some(reason) = verdict.reason() else {
                    self.delivered += 1;
                    return;
                };
                // The runtime's words for these two are Salesforce's, or stand in its documentation.
                let total = match reason {
                    "SOAP response was a nack." => &mut self.nacks,
                    _ if reason.starts_with("the reply is a SOAP fault") => &mut self.faults,
                    _ => &mut self.others,
                };
                *total += 1;
                format!("{name}: HTTP {status}: Not delivered: {reason}")
            }
        };
        if self.lines.len() < SHOWN {
            self.lines.push(line);
        }
    }

    pub(super) fn failed(&self) -> u64 {
        self.sent - self.delivered
    }

    /// Whether a reply is wrong, as against none.
    pub(super) fn has_wrong_replies(&self) -> bool {
        self.failed() > self.none
    }

    /// The first messages that were not delivered, and the sums.
    pub(super) fn summary(&mut self, elapsed: Duration) -> String {
        let mut text: String = self.lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect();
        let more = self.failed() - self.lines.len() as u64;
        // Writing to a `String` can't fail.
        if more > 0 {
            let _ = writeln!(text, "… and {more} more");
        }
        let Self { sent, delivered, nacks, faults, others, none, .. } = self;
        let stopped = if self.is_stopped { ", then stopped" } else { "" };
        let _ = writeln!(
            text,
            "sent {sent}{stopped}: delivered {delivered}, nack {nacks}, fault {faults}, no ack {others}, no reply {none}"
        );
        self.took.sort_unstable();
        if let (Some(middle), Some(most)) = (self.percentile(50), self.percentile(99)) {
            let seconds = elapsed.as_secs_f64();
            #[allow(clippy::cast_precision_loss)] // Shown in whole messages.
            let rate = self.sent as f64 / seconds.max(1e-9);
            let _ = writeln!(
                text,
                "latency p50 {}, p99 {}; {seconds:.1} s, {rate:.0} messages/s",
                millis(middle),
                millis(most)
            );
        }
        text
    }

    /// The smallest time within which that part of the replies came.
    fn percentile(&self, percent: usize) -> Option<Duration> {
        let rank = (self.took.len() * percent).div_ceil(100);
        self.took.get(rank.checked_sub(1)?).copied()
    }
}

fn millis(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1e3)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(millis: u64, status: u16, reply: &str) -> Outcome {
        let verdict = sf_outbound::verdict(Some(status), reply.as_bytes());
        let took = Duration::from_millis(millis);
        Outcome { name: format!("{millis}.xml"), took, result: Answered::Reply(status, verdict) }
    }

    #[test]
    fn each_kind_of_outcome_has_its_sum() {
        let reply = |reply: sf_outbound::Reply| String::from_utf8(reply.body.to_vec()).unwrap();
        let ack = reply(sf_outbound::Ack::Accepted.into());
        let mut totals = Totals::default();
        for millis in 1..=200 {
            totals.add(outcome(millis, 200, &ack));
        }
        totals.add(outcome(201, 200, &reply(sf_outbound::Ack::Retry.into())));
        totals.add(outcome(202, 500, &reply(sf_outbound::Fault::new("closed").into())));
        totals.add(outcome(203, 200, "OK"));
        let result = Answered::None("cannot reach http://127.0.0.1:1/: refused".into());
        totals.add(Outcome { name: "x.xml".into(), took: Duration::ZERO, result });
        assert!(totals.has_wrong_replies());
        expect_test::expect![[r"
            201.xml: HTTP 200: Not delivered: SOAP response was a nack.
            202.xml: HTTP 500: Not delivered: the reply is a SOAP fault: closed
            203.xml: HTTP 200: Not delivered: org.xml.sax.SAXParseException; lineNumber: 1; columnNumber: 1; Content is not allowed in prolog.
            x.xml: cannot reach http://127.0.0.1:1/: refused
            sent 204: delivered 200, nack 1, fault 1, no ack 1, no reply 1
            latency p50 102.0 ms, p99 201.0 ms; 2.0 s, 102 messages/s
        "]]
        .assert_eq(&totals.summary(Duration::from_secs(2)));
    }

    #[test]
    fn what_fails_again_and_again_is_shown_twenty_times() {
        let mut totals = Totals::default();
        for number in 0..1000 {
            let result = Answered::None("refused".into());
            totals.add(Outcome { name: format!("{number}.xml"), took: Duration::ZERO, result });
        }
        assert!(!totals.has_wrong_replies());
        let summary = totals.summary(Duration::from_secs(1));
        assert_eq!(summary.lines().count(), 22);
        assert!(summary.contains("… and 980 more\nsent 1000: delivered 0,"), "{summary}");
    }
}
