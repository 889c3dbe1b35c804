//! What the machine knows: plain values.

use std::collections::BTreeMap;

/// A notification's Id: the number of the change that queued it.
pub(super) type Id = u8;
/// A state of the one record: the digest tells it from others, and `SystemModstamp` says which is newer.
pub(super) type Version = u8;
/// What a notification is known by.
pub(super) type Key = (Id, Version);

/// A rule of the inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rule {
    /// The digest is a part of the identity.
    Digest,
    /// The message is committed before its ack.
    StoreFirst,
    /// A key is kept for 48 hours at least, and not for 12.
    Retention,
    /// A key stays while something of its record may still be handled.
    KeepNewer,
    /// After a commit without an answer the row is read again, before a try is counted.
    ReadAgain,
    /// Order and what is superseded go by the record's change, not by arrival.
    OrderByChange,
    /// Only the token of the present lease finishes a row.
    Fencing,
}

/// All rules, or all but one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rules {
    pub(super) broken: Option<Rule>,
}

impl Rules {
    pub(super) fn has(self, rule: Rule) -> bool {
        self.broken != Some(rule)
    }
}

/// Where the handler is at work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Handler {
    Inside,
    Outside,
}

/// How often something that need not happen may happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Budget {
    pub(super) changes: u8,
    /// Requests or replies that are lost.
    pub(super) losses: u8,
    pub(super) crashes: u8,
    pub(super) failures: u8,
    pub(super) ambiguous: u8,
    pub(super) expiries: u8,
    /// Half days that pass.
    pub(super) halves: u8,
}

/// A notification in Salesforce's queue.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Queued {
    pub(super) id: Id,
    /// Half days since the change; at two it is dropped.
    pub(super) age: u8,
}

/// A message on its way, with one notification.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Flying {
    pub(super) id: Id,
    /// Read when it was sent, and not when it was queued.
    pub(super) version: Version,
    /// Whether it is the reply.
    pub(super) is_acked: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Life {
    /// In the memory of a process that acknowledges first.
    Unstored,
    Ready,
    /// With its token.
    Leased(u8),
    Done,
    Dead,
}

/// A notification in the inbox, in the order of arrival.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Row {
    pub(super) id: Id,
    pub(super) version: Version,
    pub(super) life: Life,
    pub(super) tries: u8,
    /// Half days.
    pub(super) age: u8,
}

/// A handler outside the transaction that is at work.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Work {
    pub(super) key: Key,
    pub(super) token: u8,
    pub(super) has_acted: bool,
    /// It goes on behind the end of its lease, and does not know.
    pub(super) is_expired: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct State {
    /// The record in Salesforce.
    pub(super) version: Version,
    pub(super) queue: Vec<Queued>,
    pub(super) flying: Vec<Flying>,
    pub(super) rows: Vec<Row>,
    pub(super) works: Vec<Work>,
    pub(super) last_token: u8,
    /// The value in the listener's own table, as effects in the transaction have left it.
    pub(super) value: Version,
    pub(super) budget: Budget,
    // What nobody in the machine knows, and the promises are about.
    pub(super) effects: BTreeMap<Key, u8>,
    pub(super) outside: BTreeMap<Key, u8>,
    pub(super) acked: Vec<Key>,
    pub(super) pruned: Vec<Key>,
}

impl State {
    /// The record was changed once.
    pub(super) fn first(budget: Budget) -> Self {
        Self {
            version: 1,
            queue: vec![Queued { id: 1, age: 0 }],
            flying: Vec::new(),
            rows: Vec::new(),
            works: Vec::new(),
            last_token: 0,
            value: 0,
            budget,
            effects: BTreeMap::new(),
            outside: BTreeMap::new(),
            acked: Vec::new(),
            pruned: Vec::new(),
        }
    }

    /// Whether nothing more happens by itself.
    pub(super) fn is_at_rest(&self) -> bool {
        let is_settled = |row: &Row| matches!(row.life, Life::Done | Life::Dead);
        self.queue.is_empty()
            && self.flying.is_empty()
            && self.works.is_empty()
            && self.rows.iter().all(is_settled)
    }
}
