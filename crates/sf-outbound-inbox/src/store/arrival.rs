//! What a message brings: rows that are stored before it is acknowledged.

use super::text::Texts;
use super::{NEVER, PARKED, READY};
use crate::digest::{self, digest};
use rusqlite::{Connection, OptionalExtension};
use sf_outbound::jiff::Timestamp;
use sf_outbound::{Id, Notifications, RawRecord};
use sf_outbound_store::Trouble;

/// The notifications of one message, ready to be stored.
pub(crate) struct Arrivals {
    organization: String,
    action: String,
    enterprise_url: Option<String>,
    partner_url: Option<String>,
    notifications: Vec<Arrival>,
}

struct Arrival {
    id: String,
    digest: [u8; 16],
    record: Option<RawRecord>,
}

/// What became of the notifications of a message.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Stored {
    /// Those that were not there before.
    pub(crate) new: u64,
    pub(crate) duplicates: u64,
}

/// The characters of an id that tell it from others: both of its forms have them.
pub(crate) fn short(id: Id) -> String {
    id.as_str().chars().take(15).collect()
}

impl Arrivals {
    pub(crate) fn of(message: Notifications<RawRecord>) -> Self {
        let notifications = message.notifications.into_iter().map(|notification| Arrival {
            id: short(notification.id),
            digest: digest(notification.sobject.as_ref()),
            record: notification.sobject,
        });
        Self {
            organization: message.organization_id.to_18().to_string(),
            action: message.action_id.to_18().to_string(),
            notifications: notifications.collect(),
            enterprise_url: message.enterprise_url,
            partner_url: message.partner_url,
        }
    }

    /// Stores those that are not there. All of them are there when the transaction is committed.
    pub(crate) fn store(&self, connection: &Connection, now: i64) -> Result<Stored, Trouble> {
        let mut texts = Texts::default();
        let organization = texts.number(connection, &self.organization)?;
        let action = texts.number(connection, &self.action)?;
        let enterprise = texts.perhaps(connection, self.enterprise_url.as_deref())?;
        let partner = texts.perhaps(connection, self.partner_url.as_deref())?;
        let (mut stored, mut known) = (Stored::default(), None);
        for arrival in &self.notifications {
            let object = match arrival.record.as_ref().and_then(RawRecord::object) {
                Some(object) => {
                    let object = texts.number(connection, object)?;
                    if known != Some(object) {
                        known = Some(object);
                        know(connection, action, object, now)?;
                    }
                    Some(object)
                }
                None => object_of(connection, action)?,
            };
            // Without a record it is about the record of the earlier revisions of its Id, and comes after them.
            let (record, modified) = match &arrival.record {
                Some(record) => {
                    let modified = record.modified_at().map(Timestamp::as_millisecond);
                    (record.id().map(short), modified.unwrap_or(now))
                }
                None => earlier(connection, organization, &arrival.id)?.unwrap_or((None, now)),
            };
            let due =
                if is_behind(connection, organization, record.as_deref(), modified)? { NEVER } else { now };
            let insert = "INSERT INTO notification(organization, id, version, digest, action, object, record, modified, \
                          state, due, tries, received) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 0, ?11) \
                          ON CONFLICT DO NOTHING";
            let is_new = connection.prepare_cached(insert)?.execute((
                organization,
                &arrival.id,
                digest::VERSION,
                arrival.digest,
                action,
                object,
                record,
                modified,
                READY,
                due,
                now,
            ))?;
            if is_new == 0 {
                stored.duplicates += 1;
                continue;
            }
            stored.new += 1;
            let seq = connection.last_insert_rowid();
            let scope = texts.perhaps(connection, arrival.record.as_ref().map(RawRecord::scope))?;
            let xml = arrival.record.as_ref().map(RawRecord::xml);
            let insert = "INSERT INTO body VALUES (?1, ?2, ?3, ?4, ?5)";
            connection.prepare_cached(insert)?.execute((seq, xml, scope, enterprise, partner))?;
        }
        Ok(stored)
    }
}

/// Whether something of the record waits that comes before.
fn is_behind(
    connection: &Connection,
    organization: i64,
    record: Option<&str>,
    modified: i64,
) -> Result<bool, Trouble> {
    let before = "SELECT EXISTS (SELECT 1 FROM notification \
                  WHERE state = 0 AND record = ?1 AND organization = ?2 AND modified <= ?3)";
    Ok(connection.prepare_cached(before)?.query_row((record, organization, modified), |row| row.get(0))?)
}

/// Remembers which object an action's outbound message is about, also for those that came without a record before.
fn know(connection: &Connection, action: i64, object: i64, now: i64) -> Result<(), Trouble> {
    let know = "INSERT INTO action VALUES (?1, ?2) ON CONFLICT DO UPDATE SET object = ?2 WHERE object <> ?2";
    if connection.prepare_cached(know)?.execute((action, object))? == 0 {
        return Ok(());
    }
    let ready = "UPDATE notification SET object = ?2 WHERE state = 0 AND object IS NULL AND action = ?1";
    connection.prepare_cached(ready)?.execute((action, object))?;
    let parked = "UPDATE notification SET object = ?2, state = ?3, due = ?4, settled = NULL \
                  WHERE state > 1 AND state = ?5 AND object IS NULL AND action = ?1";
    connection.prepare_cached(parked)?.execute((action, object, READY, now, PARKED))?;
    Ok(())
}

fn object_of(connection: &Connection, action: i64) -> Result<Option<i64>, Trouble> {
    let object = "SELECT object FROM action WHERE id = ?1";
    Ok(connection.prepare_cached(object)?.query_row([action], |row| row.get(0)).optional()?)
}

/// The record of the newest notification of an Id, and when it was changed.
fn earlier(
    connection: &Connection,
    organization: i64,
    id: &str,
) -> Result<Option<(Option<String>, i64)>, Trouble> {
    let newest = "SELECT record, modified FROM notification WHERE organization = ?1 AND id = ?2 \
                  ORDER BY record IS NULL, modified DESC LIMIT 1";
    let mut statement = connection.prepare_cached(newest)?;
    Ok(statement.query_row((organization, id), |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
}
