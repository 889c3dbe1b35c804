//! What becomes of a notification that was due.

use super::queue::Due;
use super::{DEAD, DONE, NEVER, PARKED, READY};
use rusqlite::Connection;
use sf_outbound_store::Trouble;

pub(crate) fn done(connection: &Connection, due: &Due, now: i64) -> Result<(), Trouble> {
    settle(connection, due, DONE, now)?;
    if due.tries > 0 {
        connection.prepare_cached("DELETE FROM failure WHERE seq = ?1")?.execute([due.seq])?;
    }
    Ok(())
}

/// Counts a failed try; with no moment to try it again it is a dead letter.
pub(crate) fn failed(
    connection: &Connection,
    due: &Due,
    now: i64,
    again: Option<i64>,
    reason: &str,
) -> Result<(), Trouble> {
    tell(connection, due, now, reason)?;
    let count = "UPDATE notification SET tries = tries + 1, due = ?2, lease = NULL WHERE seq = ?1";
    connection.prepare_cached(count)?.execute((due.seq, again.unwrap_or(now)))?;
    if again.is_none() { settle(connection, due, DEAD, now) } else { Ok(()) }
}

/// Sets a notification aside until the next start: it is no failure of its own.
pub(crate) fn park(connection: &Connection, due: &Due, now: i64, reason: &str) -> Result<(), Trouble> {
    tell(connection, due, now, reason)?;
    settle(connection, due, PARKED, now)
}

/// Makes what was parked ready again, for handlers and types may be others now.
pub(crate) fn unpark(connection: &Connection, now: i64) -> Result<(), Trouble> {
    let sql =
        "DELETE FROM failure WHERE seq IN (SELECT seq FROM notification WHERE state > 1 AND state = ?1)";
    connection.execute(sql, [PARKED])?;
    let sql = "UPDATE notification SET state = ?1, due = ?2, settled = NULL WHERE state > 1 AND state = ?3";
    connection.execute(sql, (READY, now, PARKED))?;
    Ok(())
}

/// Hands a notification to a handler outside the transaction, for a time. The token tells this lease from every other.
pub(crate) fn take(connection: &Connection, due: &Due, token: i64, until: i64) -> Result<(), Trouble> {
    let sql = "UPDATE notification SET lease = ?2, due = ?3 WHERE seq = ?1";
    connection.prepare_cached(sql)?.execute((due.seq, token, until))?;
    Ok(())
}

/// Lengthens a lease, unless it has expired or another one took its place.
pub(crate) fn renew(
    connection: &Connection,
    due: &Due,
    token: i64,
    now: i64,
    until: i64,
) -> Result<(), Trouble> {
    let sql = "UPDATE notification SET due = ?3 WHERE seq = ?1 AND lease = ?2 AND due > ?4";
    connection.prepare_cached(sql)?.execute((due.seq, token, until, now))?;
    Ok(())
}

/// Whether the lease is still that of the token, so that its holder may say what becomes of the notification.
pub(crate) fn is_held(connection: &Connection, due: &Due, token: i64) -> Result<bool, Trouble> {
    let sql = "SELECT EXISTS (SELECT 1 FROM notification WHERE seq = ?1 AND lease = ?2)";
    Ok(connection.prepare_cached(sql)?.query_row((due.seq, token), |row| row.get(0))?)
}

/// Gives a notification back as it was, which is no failed try.
pub(crate) fn give_back(connection: &Connection, due: &Due, token: i64, now: i64) -> Result<(), Trouble> {
    let sql = "UPDATE notification SET lease = NULL, due = ?3 WHERE seq = ?1 AND lease = ?2";
    connection.prepare_cached(sql)?.execute((due.seq, token, now))?;
    Ok(())
}

/// Makes each lease expire: whoever had it was in a process that has ended.
pub(crate) fn expire(connection: &Connection, now: i64) -> Result<(), Trouble> {
    connection.execute("UPDATE notification SET due = ?1 WHERE lease IS NOT NULL", [now])?;
    Ok(())
}

/// Makes every head due, and every lease expire.
pub(crate) fn due_at_once(connection: &Connection, now: i64) -> Result<(), Trouble> {
    connection.execute("UPDATE notification SET due = ?1 WHERE state = 0 AND due < ?2", (now, NEVER))?;
    Ok(())
}

/// Settles a notification, and wakes the next one of its record.
fn settle(connection: &Connection, due: &Due, state: i64, now: i64) -> Result<(), Trouble> {
    let sql = "UPDATE notification SET state = ?2, settled = ?3, lease = NULL WHERE seq = ?1";
    connection.prepare_cached(sql)?.execute((due.seq, state, now))?;
    let sql = "UPDATE notification SET due = ?3 WHERE due = ?4 AND seq = ( \
                 SELECT seq FROM notification WHERE state = 0 AND record = ?1 AND organization = ?2 \
                 ORDER BY modified, seq LIMIT 1)";
    connection.prepare_cached(sql)?.execute((&due.record, due.owner, now, NEVER))?;
    Ok(())
}

/// Makes the head of each record due. None is asleep, as whatever settles a head wakes the next; should one be all the same, it
/// does not sleep for ever.
pub(crate) fn wake_heads(connection: &Connection, now: i64) -> Result<(), Trouble> {
    let sql = "UPDATE notification AS n SET due = ?1 WHERE state = 0 AND due = ?2 AND NOT EXISTS ( \
                 SELECT 1 FROM notification m WHERE m.state = 0 AND m.record = n.record \
                   AND m.organization = n.organization AND m.modified < n.modified) AND NOT EXISTS ( \
                 SELECT 1 FROM notification m WHERE m.state = 0 AND m.record = n.record \
                   AND m.organization = n.organization AND m.modified = n.modified AND m.seq < n.seq)";
    connection.execute(sql, (now, NEVER))?;
    Ok(())
}

fn tell(connection: &Connection, due: &Due, now: i64, reason: &str) -> Result<(), Trouble> {
    let sql = "INSERT INTO failure VALUES (?1, ?2, ?3, ?4, ?4) ON CONFLICT DO UPDATE \
               SET reason = ?2, fingerprint = ?3, last = ?4";
    connection.prepare_cached(sql)?.execute((due.seq, reason, fingerprint(reason), now))?;
    Ok(())
}

/// A reason without what differs from one notification to the next: each word with a digit in it is `#`, and only the first
/// line and at most 200 characters count.
pub(crate) fn fingerprint(reason: &str) -> String {
    let line = reason.lines().next().unwrap_or_default();
    let mut shown = String::new();
    for word in line.split_inclusive(|c: char| !c.is_alphanumeric()) {
        let (name, end) = match word.char_indices().next_back() {
            Some((at, last)) if !last.is_alphanumeric() => word.split_at(at),
            _ => (word, ""),
        };
        shown.push_str(if name.contains(|c: char| c.is_ascii_digit()) { "#" } else { name });
        shown.push_str(end);
    }
    shown.chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_of_one_kind_have_one_fingerprint() {
        let of = |reason: &str| fingerprint(reason);
        assert_eq!(of("no deal 0065w00002 of 7 (HTTP 404)\nat line 3"), "no deal # of # (HTTP #)");
        assert_eq!(of("no deal 0065w00003 of 9 (HTTP 404)"), of("no deal 0065w00002 of 7 (HTTP 404)"));
        assert_eq!(of(&"é".repeat(300)).chars().count(), 200);
        assert_eq!(of(""), "");
    }
}
