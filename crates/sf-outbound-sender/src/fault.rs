//! A fault that can be rehearsed: a word of the command, the file and the log.

use crate::codes;
use crate::error::Error;
use std::fmt;
use std::str::FromStr;

macro_rules! faults {
    ($($(#[doc = $doc:literal])* $variant:ident $name:literal $help:literal)*) => {
        /// What can be rehearsed: what networks and Salesforce do now and then, and never when one looks.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Fault {
            $($(#[doc = $doc])* $variant,)*
        }

        impl Fault {
            /// Every fault, in the order in which they are listed.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The word of the command, the file and the log, such as `lost-replies`.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// What happens, in one sentence without a full stop.
            #[must_use]
            pub fn help(self) -> &'static str {
                match self {
                    $(Self::$variant => $help,)*
                }
            }
        }
    };
}

faults! {
    /// Of a message: its notifications come once more after a good ack, with the same ids.
    Duplicates "duplicates" "notifications come once more after a good ack, with the same ids"
    /// Of a message: what is due goes in another order than that of the queue, half of it at a time.
    Reorder "reorder" "what is due goes in another order than that of the queue"
    /// Of a notification: it goes one to four first intervals later than it was due.
    Hold "hold" "a notification goes later than it was due"
    /// Of a message: the listener's reply never arrives, whatever it was.
    LostReplies "lost-replies" "the listener's reply never arrives, so that the message is sent again"
    /// Of a message: its body trickles, for up to two seconds.
    SlowBytes "slow-bytes" "the request trickles, for up to two seconds"
    /// Of a message: the connection ends in the middle of its body.
    Resets "resets" "the connection ends in the middle of the request"
    /// Of a message: only a part of what is due goes in it, the rest in the next.
    Splits "splits" "what is due goes in smaller messages"
    /// Of a message: notifications that were to be retried later go in it too.
    Merges "merges" "notifications that were to be retried later go with those that are due"
    /// Of a notification: it has no data, though its record is there; another notification has them.
    DeletedRecords "deleted-records" "a notification has no data, as if its record were deleted; the data follow in another"
    /// Of a message: its records have a field that stands in no WSDL.
    UnknownFields "unknown-fields" "records have a field that the listener's WSDL does not know"
    /// Of a message: its reply is lost, and the retry waits up to the longest interval until the record has changed.
    NewerData "newer-data" "the reply is lost, and the retry has the same ids with newer data"
}

/// A set of faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Faults(pub(crate) i64);

impl Faults {
    pub(crate) fn of(fault: Fault) -> Self {
        // A fault's place in the table is its bit in the file: rows are only added at the end.
        Self(1 << fault as u8)
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.0 |= other.0;
    }

    pub(crate) fn remove(&mut self, other: Self) {
        self.0 &= !other.0;
    }

    /// This fault, where it is one of them.
    pub(crate) fn only(self, fault: Fault) -> Self {
        Self(self.0 & Self::of(fault).0)
    }

    pub(crate) fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(crate) fn to_vec(self) -> Vec<Fault> {
        Fault::ALL.iter().copied().filter(|fault| self.has(Self::of(*fault))).collect()
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Fault {
    type Err = Error;

    /// **Errors.** `SFD0122`.
    fn from_str(text: &str) -> Result<Self, Error> {
        Self::ALL.iter().copied().find(|fault| fault.name() == text).ok_or_else(|| {
            let names: Vec<_> = Self::ALL.iter().map(|fault| fault.name()).collect();
            let message =
                format!("`{text}` is no fault that can be rehearsed; there are {}", names.join(", "));
            Error::trouble(&codes::REHEARSAL, message)
        })
    }
}
