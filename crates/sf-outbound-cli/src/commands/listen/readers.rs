//! Which of several WSDLs a message is read by.

use sf_outbound::{Head, Notifications, Record, RecordReader, Refusal};
use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

/// The code of a message of another object.
const OTHER_TYPE: &str = "SFR0304";
/// Names that are told, so that no sender can fill a terminal.
const NAMES: usize = 64;

/// A reader for each WSDL.
pub(super) struct Readers {
    pub(super) first: RecordReader,
    pub(super) others: Vec<RecordReader>,
    told: Mutex<HashSet<String>>,
}

impl Readers {
    pub(super) fn new(first: RecordReader, others: Vec<RecordReader>) -> Self {
        Self { first, others, told: Mutex::default() }
    }

    /// The message by the WSDL of its object; where several have that object, by the first that knows most fields.
    pub(super) fn read(&self, head: Head<'_>, body: &[u8]) -> Result<Notifications<Record>, Refusal> {
        let mut best = self.first.read(head, body);
        for reader in &self.others {
            let is_better = match &best {
                Ok(message) if message.unknown.elements == 0 => break,
                Ok(message) => {
                    let other = reader.read(head, body);
                    other.ok().filter(|other| other.unknown.elements < message.unknown.elements).map(Ok)
                }
                // Any other refusal is that of the object's own WSDL.
                Err(refusal) if refusal.code() == OTHER_TYPE => Some(reader.read(head, body)),
                Err(_) => reader.read(head, body).ok().map(Ok),
            };
            best = is_better.unwrap_or(best);
        }
        best
    }

    /// The elements of a message that its WSDL does not know and that were not told before.
    pub(super) fn news<'m>(&self, message: &'m Notifications<Record>) -> Vec<&'m str> {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let names = message.unknown.names.iter();
        names.filter(|name| told.len() < NAMES && told.insert((*name).clone())).map(String::as_str).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sf_outbound::{Id, Kind, Schema};

    fn reader(object: &str, fields: &[&str]) -> RecordReader {
        let rows = fields.iter().map(|name| ((*name).to_owned(), Kind::Int));
        RecordReader::new(Schema::new(object, rows).unwrap()).on_unknown(|_| {})
    }

    fn bytes(object: &str, fields: &[&str], value: i32) -> Vec<u8> {
        let mut record = reader(object, fields).schema().record(Id::literal("001x0000000001X"));
        for field in fields {
            record.set(field, Some(sf_outbound::OwnedValue::Int(value)));
        }
        let mut out = Vec::new();
        let id = record.id();
        Notifications::new(id, id).with(id, record).encode(&mut out);
        out
    }

    #[test]
    fn a_message_is_read_by_the_wsdl_of_its_object_and_fields() {
        let post = Head::new("POST");
        let readers = Readers::new(
            reader("Account", &["A"]),
            vec![reader("Account", &["A", "B"]), reader("Lead", &["C"]), reader("Account", &["A", "B", "D"])],
        );
        for (object, fields, known, unknown) in [
            ("Account", &["A"][..], 1, 0),
            ("Account", &["A", "B"], 2, 0),
            ("Account", &["D"], 3, 0),
            ("Account", &["A", "B", "E"], 2, 1),
            ("Lead", &["C", "A"], 1, 1),
        ] {
            let message = readers.read(post, &bytes(object, fields, 1)).unwrap();
            let record = message.notifications[0].sobject.as_ref().unwrap();
            assert_eq!(record.schema().table().object(), object);
            assert_eq!(
                (record.schema().table().len(), message.unknown.elements),
                (known, unknown),
                "{fields:?}"
            );
        }
        assert_eq!(readers.read(post, &bytes("Case", &[], 1)).unwrap_err().code(), OTHER_TYPE);
        let wrong = String::from_utf8(bytes("Lead", &["C"], 7)).unwrap().replace(">7<", ">seven<");
        assert_eq!(readers.read(post, wrong.as_bytes()).unwrap_err().code(), "SFR0202");
    }

    #[test]
    fn a_name_is_told_once_and_a_sender_cannot_fill_the_terminal() {
        let readers = Readers::new(reader("Account", &[]), Vec::new());
        let post = Head::new("POST");
        let mut told = 0;
        for number in 0..200 {
            let name = format!("F{number}");
            let message = readers.read(post, &bytes("Account", &[&name], 1)).unwrap();
            told += readers.news(&message).len() + readers.news(&message).len();
        }
        assert_eq!(told, NAMES);
    }
}
