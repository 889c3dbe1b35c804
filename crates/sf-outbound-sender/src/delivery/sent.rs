//! A message that was sent, as the log keeps it.

use crate::fault::Fault;
use crate::store::Attempt;

/// A SOAP message that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// When, in milliseconds since 1970.
    pub at_millis: i64,
    /// How long the reply took, in real milliseconds.
    pub took_millis: i64,
    /// How many notifications stood in it.
    pub notifications: usize,
    /// The HTTP status; `None` where there was no reply.
    pub status: Option<u16>,
    /// Why it was not delivered, in Salesforce's words where they are known; `None` when it was.
    pub reason: Option<String>,
    /// The first 4 KB of the reply.
    pub reply: Vec<u8>,
    /// What was rehearsed with it.
    pub rehearsed: Vec<Fault>,
}

impl From<Attempt> for Sent {
    fn from(attempt: Attempt) -> Self {
        Self {
            at_millis: attempt.at,
            took_millis: attempt.millis,
            notifications: attempt.notifications,
            status: attempt.status,
            reason: attempt.reason,
            reply: attempt.reply,
            rehearsed: attempt.rehearsed.to_vec(),
        }
    }
}
