//! Values of each kind.

use crate::predictions::unchanged;
use crate::round_trip::encoded_and_decoded;
use crate::sample::Sample;
use crate::seed;
use sf_outbound::{Id, Limits, SObject};

/// A text as the value of each kind: read or refused, and what is read is written and read as the same.
pub fn values(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    assert_eq!(
        text.parse::<Id>().is_ok(),
        matches!(text.len(), 15 | 18) && text.bytes().all(|b| b.is_ascii_alphanumeric())
    );
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    for name in
        ["A__c", "B__c", "C__c", "D__c", "E__c", "F__c", "G__c", "H__c", "I__c", "J__c", "K__c", "L__c"]
    {
        let message = seed::message_of(&format!("<sf:{name}>{escaped}</sf:{name}>"));
        unchanged::<Sample>(message.as_bytes(), &Limits::default());
        let Ok(read) = sf_outbound::decode::<Sample>(message.as_bytes(), &Limits::default()) else {
            continue;
        };
        let again = encoded_and_decoded(&read);
        assert_eq!(format!("{read:?}"), format!("{again:?}"), "{name} {text:?}");
        let Some(record) = &read.notifications[0].sobject else { continue };
        let number = text.trim_matches([' ', '\t', '\n', '\r']);
        match record.get(name).unwrap_or(sf_outbound::Value::Null) {
            sf_outbound::Value::Double(value) if value.is_finite() => {
                assert_eq!(number.parse::<f64>().map(f64::to_bits), Ok(value.to_bits()), "{text:?}");
            }
            sf_outbound::Value::Int(value) => assert_eq!(number.parse(), Ok(value), "{text:?}"),
            sf_outbound::Value::Long(value) => assert_eq!(number.parse(), Ok(value), "{text:?}"),
            _ => {}
        }
    }
}
