//! Ctrl-C while messages are sent: the summary of what was sent is still to be shown.

use crate::files::Failure;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

/// Counts how often somebody asked for an end.
#[derive(Clone, Default)]
pub(super) struct Stop(Arc<AtomicU8>);

impl Stop {
    /// From now on Ctrl-C is heard.
    #[cfg(any(feature = "listen", feature = "org"))]
    pub(super) fn heard() -> Result<Self, Failure> {
        let stop = Self::default();
        let asked = stop.clone();
        ctrlc::set_handler(move || {
            asked.0.fetch_add(1, Ordering::Relaxed);
        })
        .map_err(|error| Failure::Unreachable(format!("error: cannot wait for signals: {error}")))?;
        Ok(stop)
    }

    /// Without the crate for it Ctrl-C ends the command as it ends any other.
    #[cfg(not(any(feature = "listen", feature = "org")))]
    #[allow(clippy::unnecessary_wraps)] // As the other.
    pub(super) fn heard() -> Result<Self, Failure> {
        Ok(Self::default())
    }

    /// No more messages.
    pub(super) fn is_asked(&self) -> bool {
        self.0.load(Ordering::Relaxed) > 0
    }

    /// Not even the replies of those in flight.
    pub(super) fn is_asked_twice(&self) -> bool {
        self.0.load(Ordering::Relaxed) > 1
    }
}
