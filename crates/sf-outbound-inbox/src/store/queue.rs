//! The notifications that are due, and what becomes of them.
//!
//! Of each record only the first one that is not settled is due, by when the record was changed and then by arrival. One
//! that is put off takes those behind it along, so that looking for what is due does not pass over them each time.

use super::{DEAD, DONE, PARKED, READY};
use rusqlite::{Connection, OptionalExtension};
use sf_outbound::Id;
use sf_outbound_store::Trouble;

/// A notification that is due.
#[derive(Debug)]
pub(crate) struct Due {
    pub(crate) seq: i64,
    pub(crate) organization: Id,
    pub(crate) action: Id,
    pub(crate) id: Id,
    pub(crate) digest: [u8; 16],
    /// Of the record, or of the last record that the outbound message sent.
    pub(crate) object: Option<String>,
    pub(crate) record: Option<String>,
    pub(crate) modified: i64,
    pub(crate) tries: u32,
    pub(crate) received: i64,
}

/// What is kept of a notification besides its key.
#[derive(Debug, Default)]
pub(crate) struct Body {
    pub(crate) xml: Option<String>,
    pub(crate) scope: Option<String>,
    pub(crate) enterprise_url: Option<String>,
    pub(crate) partner_url: Option<String>,
}

/// The first notifications that are due; with `hold`, none of a record that has an earlier dead letter.
pub(crate) fn due(connection: &Connection, now: i64, hold: bool, most: usize) -> Result<Vec<Due>, Trouble> {
    let sql = "
        SELECT n.seq, o.text, a.text, n.id, n.digest,
               coalesce((SELECT text FROM text WHERE id = n.object),
                        (SELECT text FROM action JOIN text ON text.id = action.object WHERE action.id = n.action)),
               n.record, n.modified, n.tries, n.received
        FROM notification n
        JOIN text o ON o.id = n.organization
        JOIN text a ON a.id = n.action
        WHERE n.state = 0 AND n.due <= ?1 AND NOT EXISTS (
            SELECT 1 FROM notification m
            WHERE m.record = n.record AND m.organization = n.organization
              AND (m.state = 0 OR ?2 AND m.state = 2)
              AND (m.modified < n.modified OR m.modified = n.modified AND m.seq < n.seq))
        ORDER BY n.due, n.seq LIMIT ?3";
    let mut statement = connection.prepare_cached(sql)?;
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let rows = statement.query_map((now, hold, most), |row| {
        let id = |column: usize| -> rusqlite::Result<Id> {
            let text: String = row.get(column)?;
            Id::new(&text).map(|id| id.to_18()).map_err(|_| rusqlite::Error::InvalidQuery)
        };
        Ok(Due {
            seq: row.get(0)?,
            organization: id(1)?,
            action: id(2)?,
            id: id(3)?,
            digest: row.get(4)?,
            object: row.get(5)?,
            record: row.get(6)?,
            modified: row.get(7)?,
            tries: row.get(8)?,
            received: row.get(9)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// When the next one is due; `None` where none waits.
pub(crate) fn next(connection: &Connection) -> Result<Option<i64>, Trouble> {
    let sql = "SELECT min(due) FROM notification WHERE state = 0";
    Ok(connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
}

pub(crate) fn body(connection: &Connection, seq: i64) -> Result<Body, Trouble> {
    let sql = "
        SELECT b.xml, s.text, e.text, p.text FROM body b
        LEFT JOIN text s ON s.id = b.scope
        LEFT JOIN text e ON e.id = b.enterprise
        LEFT JOIN text p ON p.id = b.partner
        WHERE b.seq = ?1";
    let body = connection.prepare_cached(sql)?.query_row([seq], |row| {
        Ok(Body {
            xml: row.get(0)?,
            scope: row.get(1)?,
            enterprise_url: row.get(2)?,
            partner_url: row.get(3)?,
        })
    });
    Ok(body.optional()?.unwrap_or_default())
}

/// How often the notification's Id came before with other data.
pub(crate) fn revision(connection: &Connection, due: &Due) -> Result<u32, Trouble> {
    let sql = "SELECT count(*) FROM notification n JOIN notification m USING (organization, id) \
               WHERE n.seq = ?1 AND m.seq < n.seq";
    Ok(connection.prepare_cached(sql)?.query_row([due.seq], |row| row.get(0))?)
}

/// Whether a newer version of the same record is done.
pub(crate) fn is_superseded(connection: &Connection, due: &Due) -> Result<bool, Trouble> {
    let sql = "SELECT EXISTS (SELECT 1 FROM notification m JOIN notification n USING (organization) \
               WHERE n.seq = ?1 AND m.record = ?2 AND m.modified > ?3 AND m.state = 1)";
    let mut statement = connection.prepare_cached(sql)?;
    Ok(statement.query_row((due.seq, &due.record, due.modified), |row| row.get(0))?)
}

pub(crate) fn done(connection: &Connection, due: &Due, now: i64) -> Result<(), Trouble> {
    settle(connection, due, DONE, now)?;
    if due.tries > 0 {
        connection.prepare_cached("DELETE FROM failure WHERE seq = ?1")?.execute([due.seq])?;
        wake(connection, due, now)?;
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
    let count = "UPDATE notification SET tries = tries + 1, due = ?2 WHERE seq = ?1";
    connection.prepare_cached(count)?.execute((due.seq, again.unwrap_or(now)))?;
    if let Some(again) = again {
        return put_off(connection, due, again);
    }
    settle(connection, due, DEAD, now)?;
    wake(connection, due, now)
}

/// Sets a notification aside until the next start: it is no failure of its own.
pub(crate) fn park(connection: &Connection, due: &Due, now: i64, reason: &str) -> Result<(), Trouble> {
    tell(connection, due, now, reason)?;
    settle(connection, due, PARKED, now)?;
    wake(connection, due, now)
}

/// Makes what was parked ready again, for handlers and types may be others now.
pub(crate) fn unpark(connection: &Connection, now: i64) -> Result<(), Trouble> {
    let sql = "UPDATE notification SET state = ?1, due = ?2, settled = NULL WHERE state = ?3";
    connection.execute(sql, (READY, now, PARKED))?;
    Ok(())
}

fn settle(connection: &Connection, due: &Due, state: i64, now: i64) -> Result<(), Trouble> {
    let sql = "UPDATE notification SET state = ?2, settled = ?3 WHERE seq = ?1";
    connection.prepare_cached(sql)?.execute((due.seq, state, now))?;
    Ok(())
}

/// Puts off those of the record that wait behind it.
fn put_off(connection: &Connection, due: &Due, until: i64) -> Result<(), Trouble> {
    let sql = "UPDATE notification SET due = max(due, ?3) WHERE record = ?2 AND state = 0 \
               AND organization = (SELECT organization FROM notification WHERE seq = ?1)";
    connection.prepare_cached(sql)?.execute((due.seq, &due.record, until))?;
    Ok(())
}

/// Makes those due that were put off with it.
fn wake(connection: &Connection, due: &Due, now: i64) -> Result<(), Trouble> {
    let sql = "UPDATE notification SET due = ?3 WHERE record = ?2 AND state = 0 \
               AND organization = (SELECT organization FROM notification WHERE seq = ?1)";
    connection.prepare_cached(sql)?.execute((due.seq, &due.record, now))?;
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
