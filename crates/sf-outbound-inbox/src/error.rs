//! What can go wrong: at the start, and in a handler.

use sf_outbound::jiff::Timestamp;
use sf_outbound_store::Trouble;
use std::error::Error;
use std::fmt;

/// Why an inbox can't be opened.
///
/// # Example
///
/// ```
/// use sf_outbound_inbox::{Inbox, OpenError};
///
/// let error = Inbox::at("inbox.db").open().unwrap_err();
/// assert!(matches!(error, OpenError::Address(_)));
/// assert_eq!(error.to_string(), "an inbox's address begins with `sqlite:`, as `sqlite:inbox.db` does");
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum OpenError {
    /// The address is none.
    Address(String),
    /// A setting is out of its range.
    Setting(&'static str),
    /// The file would be on another machine, on a file system of this kind.
    Network(String),
    /// The file can't be made or opened.
    Store(Trouble),
    /// The program's own [`prepare`](crate::Builder::prepare) failed.
    Prepare(HandlerError),
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(why) => f.write_str(why),
            Self::Setting(why) => f.write_str(why),
            Self::Network(kind) => write!(
                f,
                "the inbox would be on a network file system ({kind}), where SQLite's locks and its log are not safe: name a file \
                 on a local disk"
            ),
            Self::Store(Trouble::Taken(file)) => write!(
                f,
                "another process works on the inbox `{}`: end it first, or add `?wait=60s` to the address, which waits for its end",
                file.display()
            ),
            Self::Store(trouble) => write!(f, "the inbox can't be opened: {trouble}"),
            Self::Prepare(error) => write!(f, "the inbox's tables can't be prepared: {error}"),
        }
    }
}

impl Error for OpenError {}

impl From<Trouble> for OpenError {
    fn from(trouble: Trouble) -> Self {
        Self::Store(trouble)
    }
}

/// Why a handler did not handle a notification: any error, by `?`. What it wrote is undone, and it is called again later.
///
/// Like `anyhow::Error` it is no [`std::error::Error`] itself: only so can it take them all.
///
/// # Example
///
/// ```
/// use sf_outbound::jiff::Timestamp;
/// use sf_outbound_inbox::HandlerError;
///
/// fn stock(line: &str, opens_at: Timestamp) -> Result<u32, HandlerError> {
///     match line {
///         "" => Err(HandlerError::from("the stock is being counted").retry_at(opens_at)),
///         "gone" => Err(HandlerError::from("there is no such article").dead()),
///         line => Ok(line.parse()?),
///     }
/// }
/// assert_eq!(stock("many", Timestamp::UNIX_EPOCH).unwrap_err().to_string(), "invalid digit found in string");
/// ```
pub struct HandlerError {
    pub(crate) error: Box<dyn Error + Send + Sync>,
    pub(crate) then: Then,
}

/// What comes after a failed try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Then {
    /// By the schedule.
    Retry,
    At(Timestamp),
    Dead,
}

impl HandlerError {
    /// The handler is called again at this moment, and not by the schedule: a second later at the earliest, and however
    /// often it asks so.
    #[must_use]
    pub fn retry_at(self, moment: Timestamp) -> Self {
        Self { then: Then::At(moment), ..self }
    }

    /// The handler is not called again: the notification is a dead letter at once.
    #[must_use]
    pub fn dead(self) -> Self {
        Self { then: Then::Dead, ..self }
    }
}

impl<E: Into<Box<dyn Error + Send + Sync>>> From<E> for HandlerError {
    fn from(error: E) -> Self {
        Self { error: error.into(), then: Then::Retry }
    }
}

/// The error and its causes in one line.
impl fmt::Display for HandlerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)?;
        let mut cause = self.error.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

impl fmt::Debug for HandlerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandlerError").field("error", &self.error).field("then", &self.then).finish()
    }
}
