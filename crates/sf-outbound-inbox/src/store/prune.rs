//! What is no longer needed.
//!
//! A body goes some days after its notification was handled. A key stays as long as Salesforce can send the notification
//! again, for without it a duplicate is new: that is a part of what the inbox promises.

use super::{DEAD, DONE, PARKED};
use rusqlite::Connection;
use sf_outbound_store::Trouble;

/// How long bodies, keys and dead letters are kept.
///
/// **Units.** Milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Retention {
    /// After it was handled.
    pub(crate) bodies: i64,
    /// After it was received.
    pub(crate) keys: i64,
    /// After it was given up; one that is parked, after it was received.
    pub(crate) dead: i64,
}

/// Rows that one step looks at, so that whoever stores does not wait for long.
const STEP: i64 = 1_000;

/// Goes on behind `cursor`, in the order of arrival, and gives the next one; `None` at the end.
pub(crate) fn step(
    connection: &Connection,
    now: i64,
    retention: &Retention,
    cursor: i64,
) -> Result<Option<i64>, Trouble> {
    let sql = "SELECT max(seq) FROM (SELECT seq FROM notification WHERE seq > ?1 ORDER BY seq LIMIT ?2)";
    let end: Option<i64> = connection.prepare_cached(sql)?.query_row((cursor, STEP), |row| row.get(0))?;
    let Some(end) = end else { return Ok(None) };
    let Retention { bodies, keys, dead } = retention;
    // The key of a record of which something may still be handled says that this would be superseded.
    let waits = |state: &str| {
        format!(
            "EXISTS (SELECT 1 FROM notification m WHERE m.record = n.record AND m.organization = n.organization AND {state})"
        )
    };
    let within = format!(
        "seq > ?1 AND seq <= ?2 AND received <= ?3 AND (state = {DONE} AND settled <= ?4 AND NOT {} AND NOT {} \
         OR state = {DEAD} AND settled <= ?5 OR state = {PARKED} AND received <= ?5)",
        waits("m.state = 0"),
        waits("m.state > 1"),
    );
    let known = (cursor, end, now - keys, now - bodies, now - dead);
    for table in ["body", "failure"] {
        let sql = format!("DELETE FROM {table} WHERE seq IN (SELECT seq FROM notification n WHERE {within})");
        connection.prepare_cached(&sql)?.execute(known)?;
    }
    connection.prepare_cached(&format!("DELETE FROM notification AS n WHERE {within}"))?.execute(known)?;
    let sql = format!(
        "DELETE FROM body WHERE seq IN \
         (SELECT seq FROM notification WHERE seq > ?1 AND seq <= ?2 AND state = {DONE} AND settled <= ?3)"
    );
    connection.prepare_cached(&sql)?.execute((cursor, end, now - bodies))?;
    Ok(Some(end))
}
