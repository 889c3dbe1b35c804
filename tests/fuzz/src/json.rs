//! No JSON makes reading a record panic, and what is read is written and read as the same.

use crate::sample::Sample;
use sf_outbound::contract_3::{deserialize, serialize};

/// The bytes as the JSON of a record.
pub fn json(bytes: &[u8]) {
    let record = match read(bytes) {
        Ok(record) => record,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            return;
        }
    };
    let mut written = Vec::new();
    if let Err(error) = serialize(&record, &mut serde_json::Serializer::new(&mut written)) {
        panic!("{error}");
    }
    let again = read(&written).map(|record| format!("{record:?}"));
    // As text, because NaN is not equal to itself.
    assert_eq!(again.ok(), Some(format!("{record:?}")), "{}", String::from_utf8_lossy(&written));
}

fn read(bytes: &[u8]) -> serde_json::Result<Sample> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let record = deserialize(&mut reader)?;
    reader.end()?;
    Ok(record)
}
