//! Records of a schema, beside the generated type and another parser.

use crate::sample::Sample;
use sf_outbound::{Head, Kind, Limits, Notifications, RawReader, RawRecord, SObject, Schema};

/// A record of a schema holds what the generated type holds, and another parser sees the same strings.
pub fn records(bytes: &[u8]) {
    let limits = Limits::default();
    let typed = sf_outbound::decode::<Sample>(bytes, &limits);
    let records = schema().decode(bytes, &limits);
    assert_eq!(typed.as_ref().err(), records.as_ref().err());
    let (Ok(typed), Ok(records)) = (typed, records) else { return };
    assert_eq!((typed.organization_id, typed.action_id), (records.organization_id, records.action_id));
    assert_eq!(typed.notifications.len(), records.notifications.len());
    for (typed, record) in typed.notifications.iter().zip(&records.notifications) {
        assert_eq!(typed.id, record.id);
        assert_eq!(typed.sobject.is_some(), record.sobject.is_some());
        let (Some(typed), Some(record)) = (&typed.sobject, &record.sobject) else { continue };
        assert_eq!(typed.id, record.id());
        for ((name, _, value), (_, _, typed)) in record.fields().zip(typed.fields()) {
            assert_eq!(value.to_string(), typed.to_string(), "{name}");
        }
    }
    same_raw(bytes, &typed);
    if let Ok(text) = std::str::from_utf8(bytes) {
        same_strings(text.trim_start_matches('\u{FEFF}'), &typed);
    }
}

/// What is read as a type can be split, and each record alone is read as the same.
fn same_raw(bytes: &[u8], typed: &Notifications<Sample>) {
    let limits = Limits::default();
    let raw = match RawReader::new().read(Head::new("POST"), bytes) {
        Ok(raw) => raw,
        Err(refusal) => panic!("{refusal}"),
    };
    assert_eq!(raw.notifications.len(), typed.notifications.len());
    for (raw, typed) in raw.notifications.iter().zip(&typed.notifications) {
        assert_eq!((raw.id, raw.sobject.is_some()), (typed.id, typed.sobject.is_some()));
        let (Some(raw), Some(typed)) = (&raw.sobject, &typed.sobject) else { continue };
        assert_eq!(raw.id(), Some(typed.id));
        let alone = raw.decode::<Sample>(&limits).map(|record| format!("{record:?}"));
        // As text, because NaN is not equal to itself.
        assert_eq!(alone, Ok(format!("{typed:?}")));
        let again = RawRecord::from_parts(raw.xml(), raw.scope(), &limits);
        assert_eq!(again.as_ref(), Ok(raw), "{}", raw.xml());
    }
}

/// The strings of a message as roxmltree finds them.
fn same_strings(text: &str, typed: &Notifications<Sample>) {
    const OUTBOUND: &str = "http://soap.sforce.com/2005/09/outbound";
    const SOBJECT: &str = "urn:sobject.enterprise.soap.sforce.com";
    let Ok(document) = roxmltree::Document::parse(text) else { return };
    let found = document.root_element().descendants().filter(|node| {
        node.has_tag_name((OUTBOUND, "Notification"))
            && node.parent().is_some_and(|parent| {
                parent.has_tag_name((OUTBOUND, "notifications")) && parent.ancestors().count() == 4
            })
    });
    let found: Vec<_> = found.collect();
    assert_eq!(found.len(), typed.notifications.len());
    for (node, notification) in found.iter().zip(&typed.notifications) {
        let string = node
            .children()
            .filter(|child| child.has_tag_name((OUTBOUND, "sObject")))
            .flat_map(|record| record.children())
            .find(|field| field.has_tag_name((SOBJECT, "K__c")) && !is_nil(field))
            .map(|field| {
                field.descendants().filter(roxmltree::Node::is_text).filter_map(|text| text.text()).collect()
            });
        assert_eq!(notification.sobject.as_ref().and_then(|record| record.k_c.clone()), string);
    }
}

fn is_nil(node: &roxmltree::Node<'_, '_>) -> bool {
    let nil = node.attribute(("http://www.w3.org/2001/XMLSchema-instance", "nil"));
    nil.is_some_and(|nil| matches!(nil.trim_matches([' ', '\t', '\n', '\r']), "true" | "1"))
}

/// A field of each type.
#[must_use]
pub fn schema() -> Schema {
    let table = Sample::table();
    let rows =
        (0..table.len()).map(|index| (table.name(index).to_owned(), table.kind(index).unwrap_or(Kind::Text)));
    match Schema::new(table.object(), rows) {
        Ok(schema) => schema,
        Err(error) => panic!("{error}"),
    }
}
