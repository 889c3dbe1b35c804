//! Texts that stand in many rows.

use rusqlite::{Connection, OptionalExtension};
use sf_outbound_store::Trouble;

/// The numbers of texts within one transaction, so that those of a message are looked up once.
///
/// They are of no use behind its end: where it is rolled back, a new text has gone with it.
#[derive(Default)]
pub(super) struct Texts(Vec<(String, i64)>);

impl Texts {
    /// The number of a text, which is given one where it has none.
    pub(super) fn number(&mut self, connection: &Connection, text: &str) -> Result<i64, Trouble> {
        if let Some((_, number)) = self.0.iter().find(|(known, _)| known == text) {
            return Ok(*number);
        }
        let mut find = connection.prepare_cached("SELECT id FROM text WHERE text = ?1")?;
        let number = match find.query_row([text], |row| row.get(0)).optional()? {
            Some(number) => number,
            None => connection.prepare_cached("INSERT INTO text(text) VALUES (?1)")?.insert([text])?,
        };
        self.0.push((text.to_owned(), number));
        Ok(number)
    }

    pub(super) fn perhaps(
        &mut self,
        connection: &Connection,
        text: Option<&str>,
    ) -> Result<Option<i64>, Trouble> {
        text.map(|text| self.number(connection, text)).transpose()
    }
}
