//! Where an inbox is: `sqlite:inbox.db?wait=60s`.

use crate::error::OpenError;
use std::path::PathBuf;
use std::time::Duration;

/// A file, or the memory of the process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Address {
    /// `None` for the memory.
    pub(crate) file: Option<PathBuf>,
    /// How long to wait for another process that has the file open, as the one before has during a rolling restart.
    pub(crate) wait: Duration,
}

impl Address {
    pub(crate) fn parse(text: &str) -> Result<Self, OpenError> {
        let wrong = |why: &str| Err(OpenError::Address(why.to_owned()));
        let Some(rest) = text.strip_prefix("sqlite:") else {
            return wrong("an inbox's address begins with `sqlite:`, as `sqlite:inbox.db` does");
        };
        let (file, options) = rest.split_once('?').unwrap_or((rest, ""));
        if file.is_empty() {
            return wrong("the address names no file: write one, such as `sqlite:inbox.db`");
        }
        let mut wait = Duration::ZERO;
        for option in options.split('&').filter(|option| !option.is_empty()) {
            let seconds = option.strip_prefix("wait=").and_then(|wait| wait.strip_suffix('s'));
            let Some(seconds) = seconds.and_then(|seconds| seconds.parse().ok()) else {
                return wrong(
                    "the only option of an address is `wait`, in seconds: `sqlite:inbox.db?wait=60s`",
                );
            };
            wait = Duration::from_secs(seconds);
        }
        Ok(Self { file: (file != ":memory:").then(|| file.into()), wait })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_file_and_a_time_to_wait() {
        let is = |text: &str| Address::parse(text).map(|address| (address.file, address.wait.as_secs()));
        assert_eq!(is("sqlite:inbox.db").unwrap(), (Some("inbox.db".into()), 0));
        assert_eq!(is("sqlite:/var/in.db?wait=60s").unwrap(), (Some("/var/in.db".into()), 60));
        assert_eq!(is("sqlite::memory:").unwrap(), (None, 0));
        for wrong in [
            "inbox.db",
            "postgres://x",
            "sqlite:",
            "sqlite:a?wait=60",
            "sqlite:a?wat=1s",
            "sqlite:a?wait=-1s",
        ] {
            assert!(matches!(is(wrong), Err(OpenError::Address(_))), "{wrong}");
        }
    }
}
