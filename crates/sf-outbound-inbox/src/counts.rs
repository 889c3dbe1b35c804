//! What an inbox has done since it was opened.

use crate::handling::Counted;
use crate::store::arrival::Stored;
use std::sync::atomic::{AtomicU64, Ordering};

macro_rules! counts {
    ($($(#[$doc:meta])* $name:ident;)*) => {
        /// What an inbox has done since it was opened.
        ///
        /// # Example
        ///
        /// ```
        /// use sf_outbound_inbox::{Counts, Inbox};
        ///
        /// let inbox = Inbox::at("sqlite::memory:").open()?;
        /// let Counts { stored, duplicates, handled, dead, .. } = inbox.counts();
        /// assert_eq!([stored, duplicates, handled, dead], [0; 4]);
        /// # Ok::<(), sf_outbound_inbox::OpenError>(())
        /// ```
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct Counts {
            $($(#[$doc])* pub $name: u64,)*
        }

        #[derive(Default)]
        pub(crate) struct Counters {
            $(pub(crate) $name: AtomicU64,)*
        }

        impl Counters {
            pub(crate) fn read(&self) -> Counts {
                Counts { $($name: self.$name.load(Ordering::Relaxed),)* }
            }
        }
    };
}

counts! {
    /// Messages that were refused before anything of them was stored.
    refused;
    /// Messages that could not be stored, and so were not acknowledged.
    unstored;
    /// Notifications that were stored.
    stored;
    /// Notifications that were stored already, and so were only acknowledged.
    duplicates;
    /// Notifications that were handled.
    handled;
    /// Of the handled ones, those whose Id came before with other data.
    revisions;
    /// Notifications that a newer version had overtaken, and that were settled without their handler.
    skipped;
    /// Tries that failed.
    failed;
    /// Notifications that became dead letters.
    dead;
    /// Notifications that were set aside until the next start.
    parked;
}

impl Counters {
    pub(crate) fn stored(&self, stored: Stored) {
        self.stored.fetch_add(stored.new, Ordering::Relaxed);
        self.duplicates.fetch_add(stored.duplicates, Ordering::Relaxed);
    }

    pub(crate) fn counted(&self, step: Counted) {
        self.handled.fetch_add(step.handled, Ordering::Relaxed);
        self.revisions.fetch_add(step.revisions, Ordering::Relaxed);
        self.skipped.fetch_add(step.skipped, Ordering::Relaxed);
        self.failed.fetch_add(step.failed, Ordering::Relaxed);
        self.dead.fetch_add(step.dead, Ordering::Relaxed);
        self.parked.fetch_add(step.parked, Ordering::Relaxed);
    }
}
