//! The notifications that are due.
//!
//! Of each record only the *head* is due, the first one that is not settled, by when the record was changed and then by
//! arrival; and it is not while another one of the record is leased. Those behind it are never due: whatever settles a head
//! wakes the next one. So looking for what is due passes over nothing.

use super::NEVER;
use rusqlite::{Connection, OptionalExtension, Row};
use sf_outbound::Id;
use sf_outbound_store::Trouble;

/// A notification that is due.
#[derive(Debug)]
pub(crate) struct Due {
    pub(crate) seq: i64,
    /// The number of its organization.
    pub(crate) owner: i64,
    pub(crate) organization: Id,
    pub(crate) action: Id,
    pub(crate) id: Id,
    pub(crate) digest: [u8; 16],
    pub(crate) record: Option<String>,
    pub(crate) modified: i64,
    pub(crate) tries: u32,
    pub(crate) received: i64,
    /// The lease of a handler that gave no result until it expired.
    pub(crate) expired: Option<i64>,
}

/// What is kept of a notification besides its key.
#[derive(Debug, Default)]
pub(crate) struct Body {
    pub(crate) xml: Option<String>,
    pub(crate) scope: Option<String>,
    pub(crate) enterprise_url: Option<String>,
    pub(crate) partner_url: Option<String>,
}

/// The objects of which something waits; `None` stands for an object that is not known yet.
pub(crate) fn objects(connection: &Connection) -> Result<Vec<(Option<i64>, String)>, Trouble> {
    // One step in the index an object, and not one a row.
    let sql = "
        WITH RECURSIVE waiting(object) AS (
            SELECT min(object) FROM notification WHERE state = 0
            UNION ALL
            SELECT (SELECT min(n.object) FROM notification n WHERE n.state = 0 AND n.object > waiting.object)
            FROM waiting WHERE object IS NOT NULL)
        SELECT object, text FROM waiting JOIN text ON text.id = object
        UNION ALL
        SELECT NULL, '' WHERE EXISTS (SELECT 1 FROM notification WHERE state = 0 AND object IS NULL)";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The first notifications of an object that are due; with `hold`, none of a record that has an earlier dead letter.
pub(crate) fn due(
    connection: &Connection,
    object: Option<i64>,
    now: i64,
    hold: bool,
    most: usize,
) -> Result<Vec<Due>, Trouble> {
    // Whether it is a head is asked again: two questions, for each of them is one step in the index.
    let sql = "
        SELECT n.seq, o.text, a.text, n.id, n.digest, n.record, n.modified, n.tries, n.received, n.lease,
               n.organization
        FROM notification n
        CROSS JOIN text o ON o.id = n.organization
        CROSS JOIN text a ON a.id = n.action
        WHERE n.state = 0 AND n.object IS ?1 AND n.due <= ?2
          AND NOT EXISTS (
            SELECT 1 FROM notification m WHERE m.state = 0 AND m.record = n.record
              AND m.organization = n.organization AND m.modified < n.modified)
          AND NOT EXISTS (
            SELECT 1 FROM notification m WHERE m.state = 0 AND m.record = n.record
              AND m.organization = n.organization AND m.modified = n.modified AND m.seq < n.seq)
          AND NOT EXISTS (
            SELECT 1 FROM notification m WHERE m.lease IS NOT NULL AND m.record = n.record
              AND m.organization = n.organization AND m.seq <> n.seq)
          AND NOT (?3 AND EXISTS (
            SELECT 1 FROM notification m WHERE m.state > 1 AND m.state = 2 AND m.record = n.record
              AND m.organization = n.organization AND m.modified <= n.modified
              AND (m.modified < n.modified OR m.seq < n.seq)))
        ORDER BY n.due, n.seq LIMIT ?4";
    let mut statement = connection.prepare_cached(sql)?;
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let rows = statement.query_map((object, now, hold, most), of_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn of_row(row: &Row<'_>) -> rusqlite::Result<Due> {
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
        record: row.get(5)?,
        modified: row.get(6)?,
        tries: row.get(7)?,
        received: row.get(8)?,
        expired: row.get(9)?,
        owner: row.get(10)?,
    })
}

/// When the next one of an object is due that is not yet; what is due already waits for another one to be settled.
pub(crate) fn next(connection: &Connection, object: Option<i64>, now: i64) -> Result<Option<i64>, Trouble> {
    let sql = "SELECT min(due) FROM notification WHERE state = 0 AND object IS ?1 AND due > ?2 AND due < ?3";
    Ok(connection.prepare_cached(sql)?.query_row((object, now, NEVER), |row| row.get(0))?)
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
    let sql = "SELECT EXISTS (SELECT 1 FROM notification \
               WHERE state = 1 AND record = ?1 AND organization = ?2 AND modified > ?3)";
    let mut statement = connection.prepare_cached(sql)?;
    Ok(statement.query_row((&due.record, due.owner, due.modified), |row| row.get(0))?)
}
