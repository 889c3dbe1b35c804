//! What to answer, message after message.

use std::str::FromStr;
use std::sync::atomic::{AtomicU64, Ordering};

/// What to answer to one message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    Ack,
    Nack,
    Fault,
    /// The connection ends without a reply.
    Drop,
}

impl Answer {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Ack => "ack",
            Self::Nack => "nack",
            Self::Fault => "fault",
            Self::Drop => "drop",
        }
    }
}

/// Answers in their order: `nack*2,ack`. The last one stays.
#[derive(Debug, Clone)]
pub(crate) struct Script(Vec<(Answer, u64)>);

impl FromStr for Script {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.split(',').map(|step| step_of(step.trim())).collect::<Result<_, _>>().map(Self)
    }
}

fn step_of(text: &str) -> Result<(Answer, u64), String> {
    let (word, times) = text.split_once('*').unwrap_or((text, "1"));
    let answers = [Answer::Ack, Answer::Nack, Answer::Fault, Answer::Drop];
    let answer = answers.into_iter().find(|answer| answer.word() == word.trim_end());
    let times = times.trim_start().parse().ok().filter(|times| *times > 0);
    let wrong = || "write ack, nack, fault or drop, or a list such as nack*2,ack".to_owned();
    answer.zip(times).ok_or_else(wrong)
}

/// A script that is being played.
#[derive(Debug)]
pub(crate) struct Answers {
    script: Script,
    given: AtomicU64,
}

impl Answers {
    pub(crate) fn new(script: Script) -> Self {
        Self { script, given: AtomicU64::new(0) }
    }

    /// The answer to the next message.
    pub(crate) fn next(&self) -> Answer {
        let mut left = self.given.fetch_add(1, Ordering::Relaxed);
        for (answer, times) in &self.script.0 {
            match left.checked_sub(*times) {
                Some(after) => left = after,
                None => return *answer,
            }
        }
        self.script.0.last().map_or(Answer::Ack, |step| step.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn played(script: &str, number: usize) -> String {
        let answers = Answers::new(script.parse().unwrap());
        (0..number).map(|_| answers.next().word()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_script_is_played_to_its_end_and_the_last_answer_stays() {
        assert_eq!(played("nack", 2), "nack nack");
        assert_eq!(played("nack*2,ack", 4), "nack nack ack ack");
        assert_eq!(played("ack, drop * 2 ,fault", 5), "ack drop drop fault fault");
        assert_eq!(played("ack*18446744073709551615,nack", 2), "ack ack");
    }

    #[test]
    fn what_is_no_script_is_refused() {
        for text in
            ["", "ok", "ack,", "ack*0", "ack*", "ack*-1", "ACK", "*2", "ack*2*2", "ack*18446744073709551616"]
        {
            assert!(text.parse::<Script>().is_err(), "{text}");
        }
    }
}
