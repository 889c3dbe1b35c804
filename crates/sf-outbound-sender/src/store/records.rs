//! The records, and their external ids.

use super::tx::{Tx, at_most};
use crate::error::Error;
use sf_outbound_store::rusqlite::params;

impl Tx<'_> {
    /// Adds a record and gives its number.
    pub(crate) fn insert_record(&self, object: i64, fields: &str) -> Result<i64, Error> {
        self.execute("INSERT INTO record(object, fields) VALUES (?1, ?2)", params![object, fields])?;
        Ok(self.connection.last_insert_rowid())
    }

    /// The kept text of a record.
    pub(crate) fn record(&self, object: i64, seq: i64) -> Result<Option<String>, Error> {
        let sql = "SELECT fields FROM record WHERE seq = ?1 AND object = ?2";
        self.first(sql, [seq, object], |row| row.get(0))
    }

    /// Whether a record has had this number: it was deleted if there is none now.
    pub(crate) fn was_made(&self, seq: i64) -> Result<bool, Error> {
        let sql =
            "SELECT 1 FROM organization, sqlite_sequence WHERE name = 'record' AND ?1 > first AND ?1 <= seq";
        Ok(self.first(sql, [seq], |_| Ok(()))?.is_some())
    }

    /// Writes a record anew.
    pub(crate) fn update_record(&self, seq: i64, fields: &str) -> Result<(), Error> {
        self.execute("UPDATE record SET fields = ?2 WHERE seq = ?1", params![seq, fields]).map(drop)
    }

    /// Takes a record away.
    pub(crate) fn delete_record(&self, seq: i64) -> Result<(), Error> {
        self.execute("DELETE FROM record WHERE seq = ?1", [seq]).map(drop)
    }

    /// Up to `limit` records of an object after one, in the order of their ids: number and kept text.
    pub(crate) fn records_after(
        &self,
        object: i64,
        seq: i64,
        limit: usize,
    ) -> Result<Vec<(i64, String)>, Error> {
        let sql = "SELECT seq, fields FROM record WHERE object = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3";
        self.all(sql, params![object, seq, at_most(limit)], |row| Ok((row.get(0)?, row.get(1)?)))
    }

    /// The number of an object's records.
    pub(crate) fn count_records(&self, object: i64) -> Result<usize, Error> {
        let sql = "SELECT count(*) FROM record WHERE object = ?1";
        let count = self.first(sql, [object], |row| row.get::<_, i64>(0))?;
        Ok(count.and_then(|count| usize::try_from(count).ok()).unwrap_or_default())
    }

    /// The record with this external id.
    pub(crate) fn find_external(&self, object: i64, field: &str, value: &str) -> Result<Option<i64>, Error> {
        let sql = "SELECT seq FROM external WHERE object = ?1 AND field = ?2 AND value = ?3";
        self.first(sql, params![object, field, value], |row| row.get(0))
    }

    /// Gives a record an external id; `false` where another has it.
    pub(crate) fn insert_external(
        &self,
        object: i64,
        field: &str,
        value: &str,
        seq: i64,
    ) -> Result<bool, Error> {
        let sql =
            "INSERT INTO external(object, field, value, seq) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING";
        Ok(self.execute(sql, params![object, field, value, seq])? == 1)
    }

    /// Takes an external id away from the record that has it.
    pub(crate) fn delete_external(
        &self,
        object: i64,
        field: &str,
        value: &str,
        seq: i64,
    ) -> Result<(), Error> {
        let sql = "DELETE FROM external WHERE object = ?1 AND field = ?2 AND value = ?3 AND seq = ?4";
        self.execute(sql, params![object, field, value, seq]).map(drop)
    }

    /// The fields of an object whose values are found as external ids.
    pub(crate) fn indexed(&self, object: i64) -> Result<Vec<String>, Error> {
        self.all("SELECT field FROM indexed WHERE object = ?1", [object], |row| row.get(0))
    }

    /// From now on a field's values are found as external ids, or are not.
    pub(crate) fn set_indexed(&self, object: i64, field: &str, is_indexed: bool) -> Result<(), Error> {
        if is_indexed {
            let sql = "INSERT INTO indexed(object, field) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
            return self.execute(sql, params![object, field]).map(drop);
        }
        self.execute("DELETE FROM external WHERE object = ?1 AND field = ?2", params![object, field])?;
        self.execute("DELETE FROM indexed WHERE object = ?1 AND field = ?2", params![object, field]).map(drop)
    }
}
