//! The command line of `send`.

use super::trusted::Trusted;
use super::wsdl::Types;
use clap::Args;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

const AFTER: &str = "\
Examples:
  sf-outbound send message.xml --to http://localhost:8080/salesforce
  sf-outbound send --sample 100 --wsdl opportunity.wsdl --to https://listener.example.com/salesforce
  sf-outbound send messages --to http://localhost:8080/salesforce --fresh-ids --shift-times
  sf-outbound send messages --to http://localhost:8080/salesforce --repeat 10 --rate 50/s --concurrency 8
  sf-outbound send message.xml --to https://localhost/ --client-cert me.pem --client-key me.key

In a folder, each file that ends in .xml is a message, except those that end in .reply.xml. They are
sent in the order of their names.
A message is sent byte for byte, unless an option changes it. After several messages, and after Ctrl-C, a summary follows.";

/// Send messages to an endpoint, and show how Salesforce would judge the replies.
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub(crate) struct Send {
    /// Files with messages, and folders of such files, as `listen --keep` writes them; - is standard input.
    #[arg(value_name = "MESSAGE", required_unless_present = "sample", conflicts_with = "sample")]
    pub(crate) messages: Vec<PathBuf>,
    /// Send a sample with this number of notifications.
    #[arg(long, value_name = "COUNT", requires = "wsdl", value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(crate) sample: Option<u32>,
    /// The WSDL of the sample's outbound message.
    #[arg(long, value_name = "WSDL")]
    pub(crate) wsdl: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) types: Types,
    /// Seed of the sample.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// The endpoint, http or https.
    #[arg(long, value_name = "URL")]
    pub(crate) to: String,
    /// Give each notification a new id, so that a listener does not take it for a duplicate. Within a round,
    /// notifications with the same id get the same new one.
    #[arg(long)]
    pub(crate) fresh_ids: bool,
    /// Shift all dateTimes of the records by the same time, so that the newest one becomes the start of the round.
    /// Dates and times of day are not changed.
    #[arg(long)]
    pub(crate) shift_times: bool,
    /// How often to send all messages, one round after the other.
    #[arg(long, value_name = "ROUNDS", default_value = "1")]
    pub(crate) repeat: NonZeroU32,
    /// Send no faster than this, such as 50/s or 600/m.
    #[arg(long, value_name = "NUMBER/UNIT")]
    pub(crate) rate: Option<Rate>,
    /// How many messages may wait for their reply at the same time. With more than one, they are no longer sent in the
    /// order of their names.
    #[arg(long, value_name = "NUMBER", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub(crate) concurrency: u16,
    /// Store each message that is sent in this folder, and its reply beside it.
    #[arg(long, value_name = "DIR")]
    pub(crate) keep: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) trusted: Trusted,
}

/// How many messages in how long.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rate(f64);

impl Rate {
    /// How long after the first message one is due.
    pub(crate) fn due(self, number: u64) -> Duration {
        // Exact up to numbers that nobody waits for.
        #[allow(clippy::cast_precision_loss)]
        let seconds = number as f64 / self.0;
        Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)
    }
}

impl FromStr for Rate {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (number, unit) = text.split_once('/').unwrap_or((text, "s"));
        let seconds = match unit.trim() {
            "s" => 1.0,
            "m" => 60.0,
            "h" => 3600.0,
            _ => f64::NAN,
        };
        let rate = number.trim().parse::<f64>().unwrap_or(f64::NAN) / seconds;
        if rate.is_finite() && rate > 0.0 {
            Ok(Self(rate))
        } else {
            Err("write a number and s, m or h, such as 50/s")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_says_when_a_message_is_due() {
        for (text, number, millis) in
            [("50/s", 100, 2_000), ("600/m", 1, 100), ("0.5", 1, 2_000), ("3600 / h", 7, 7_000)]
        {
            assert_eq!(text.parse::<Rate>().unwrap().due(number), Duration::from_millis(millis), "{text}");
        }
        assert_eq!("1e-300/h".parse::<Rate>().unwrap().due(u64::MAX), Duration::MAX);
        for text in ["", "/s", "0/s", "-1/s", "inf/s", "nan", "5/d", "5/", "ten"] {
            assert!(text.parse::<Rate>().is_err(), "{text}");
        }
    }
}
