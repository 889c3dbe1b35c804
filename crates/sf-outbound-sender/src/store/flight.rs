//! What is on its way: rows that were read to be sent and are not settled yet.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

/// Of each outbound message the rows that were read last. No change is merged into one of them: what is sent was read
/// before it.
///
/// It is written and read in the thread that writes the file, so nothing comes between a look at it and what follows.
pub(super) struct Flight {
    rows: Mutex<BTreeMap<i64, BTreeSet<i64>>>,
    /// The newest row at the start. None up to it takes a change in either: it may have been sent before a crash, and
    /// who knows its id would not look at it again.
    last_qid: i64,
}

impl Flight {
    pub(super) fn new(last_qid: i64) -> Self {
        Self { rows: Mutex::default(), last_qid }
    }

    pub(super) fn has(&self, message: i64, qid: i64) -> bool {
        let rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        qid <= self.last_qid || rows.get(&message).is_some_and(|rows| rows.contains(&qid))
    }

    /// What was read of an outbound message; what was before is settled.
    pub(super) fn begin(&self, message: i64, rows: impl Iterator<Item = i64>) {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner).insert(message, rows.collect());
    }

    /// What was read of it besides.
    pub(super) fn join(&self, message: i64, rows: impl Iterator<Item = i64>) {
        let mut all = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        all.entry(message).or_default().extend(rows);
    }
}
