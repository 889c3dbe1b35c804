//! What must hold of any bytes: each target is a plain function that panics where it does not.
//!
//! `cargo xtask test` calls them with seeds and mutations of them, `cargo xtask fuzz` from cargo-fuzz.

// To panic is what a target is for.
#![allow(clippy::missing_panics_doc)]

mod choice;
mod grammar;
mod json;
mod mutation;
mod round_trip;
mod routing;
mod seed;
mod well_formed;

/// Generated code with a field of each type.
#[allow(unreachable_pub, clippy::pedantic)]
mod sample {
    include!("../../cases/all-types/expected.rs");
}

/// The same, keeping and denying elements that the WSDL does not know.
#[allow(unreachable_pub, clippy::pedantic)]
mod keeping {
    include!("../../cases/option-unknown-capture/expected.rs");
}

#[allow(unreachable_pub, clippy::pedantic)]
mod denying {
    include!("../../cases/option-unknown-deny/expected.rs");
}

pub use grammar::{Document, grammar};
pub use json::json;
pub use mutation::mutated;
pub use round_trip::round_trip;
pub use routing::routing;
pub use seed::{documents, messages, workflows, wsdls};
pub use well_formed::well_formed;

use sample::Sample;
use sf_outbound::{
    Error, Id, Kind, Limits, Notifications, SObject, Schema, ShortCuts, decode_with_short_cuts,
};
use sf_outbound_wsdl::{ReadOptions, Side, choose, diff, read_workflow};

/// A target's name, the function, and its seeds.
pub type Target = (&'static str, fn(&[u8]), fn() -> Vec<Vec<u8>>);

/// All targets.
pub const TARGETS: [Target; 10] = [
    ("predictions", predictions, messages),
    ("records", records, messages),
    ("round_trip", round_trip, messages),
    ("values", values, seed::values),
    ("well_formed", well_formed, documents),
    ("workflow", workflow, workflows),
    ("wsdl", wsdl, wsdls),
    ("routing", routing, messages),
    ("json", json, seed::records),
    ("grammar", grammar, grammar::seeds),
];

/// With predictions and without, a message has one answer, or one refusal with one place.
pub fn predictions(bytes: &[u8]) {
    let limits = Limits::default();
    let tight = [
        Limits { elements: 14, ..limits },
        Limits { depth: 5, ..limits },
        Limits { namespaces: 4, ..limits },
        Limits { attributes: 2, ..limits },
        Limits { notifications: 2, ..limits },
    ];
    for limits in tight.into_iter().chain([limits]) {
        unchanged::<Sample>(bytes, &limits);
    }
    unchanged::<keeping::Sample>(bytes, &limits);
    unchanged::<denying::Sample>(bytes, &limits);
}

/// Whether a message is read.
///
/// # Errors
///
/// Why not.
pub fn is_read(bytes: &[u8]) -> Result<(), sf_outbound::Error> {
    sf_outbound::decode::<Sample>(bytes, &Limits::default()).map(drop)
}

fn unchanged<T: SObject + std::fmt::Debug + PartialEq>(bytes: &[u8], limits: &Limits) {
    let plain = decode_with_short_cuts::<T>(bytes, limits, ShortCuts::None);
    for short_cuts in [ShortCuts::Leaves, ShortCuts::Predictions] {
        let answer = decode_with_short_cuts::<T>(bytes, limits, short_cuts);
        // NaN is not equal to itself, but as text it is.
        let is_same = answer == plain || format!("{answer:?}") == format!("{plain:?}");
        assert!(
            is_same,
            "{short_cuts:?}, {limits:?}:\n{answer:?}\n{plain:?}\n{}",
            String::from_utf8_lossy(bytes)
        );
        assert_eq!(answer.err().map(|error| error.offset()), plain.as_ref().err().map(Error::offset));
    }
}

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
        for (index, (name, _, value)) in record.fields().enumerate() {
            assert_eq!(value.to_string(), typed.value(index).to_string(), "{name}");
        }
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        same_strings(text.trim_start_matches('\u{FEFF}'), &typed);
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

/// A text as the value of each kind: read or refused, and what is read is written and read as the same.
pub fn values(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    assert_eq!(
        text.parse::<Id>().is_ok(),
        matches!(text.len(), 15 | 18) && text.bytes().all(|b| b.is_ascii_alphanumeric())
    );
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    for (index, name) in
        ["A__c", "B__c", "C__c", "D__c", "E__c", "F__c", "G__c", "H__c", "I__c", "J__c", "K__c", "L__c"]
            .iter()
            .enumerate()
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
        match record.value(index) {
            sf_outbound::Value::Double(value) if value.is_finite() => {
                assert_eq!(number.parse::<f64>().map(f64::to_bits), Ok(value.to_bits()), "{text:?}");
            }
            sf_outbound::Value::Int(value) => assert_eq!(number.parse(), Ok(value), "{text:?}"),
            sf_outbound::Value::Long(value) => assert_eq!(number.parse(), Ok(value), "{text:?}"),
            _ => {}
        }
    }
}

pub(crate) fn encoded_and_decoded(message: &Notifications<Sample>) -> Notifications<Sample> {
    let mut bytes = Vec::new();
    message.encode(&mut bytes);
    match sf_outbound::decode(&bytes, &Limits::default()) {
        Ok(message) => message,
        Err(error) => panic!("{error}\n{}", String::from_utf8_lossy(&bytes)),
    }
}

/// Workflow metadata are read or refused, and what was read can be compared with itself and with a WSDL.
pub fn workflow(bytes: &[u8]) {
    let reading = read_workflow("workflows/Opportunity.workflow", bytes);
    let report = reading.report.to_string();
    let Some(messages) = reading.messages else {
        assert!(!report.is_empty());
        return;
    };
    let model = sf_outbound_wsdl::read("service.wsdl", seed::WSDL, &ReadOptions::default()).model;
    if let Ok(message) = choose(&messages, None, model.as_ref()) {
        assert!(messages.contains(message));
    }
    for message in &messages {
        assert_eq!(diff(Side::Metadata(message), Side::Metadata(message)), []);
        same_both_ways(model.as_ref().map(Side::Wsdl), Side::Metadata(message));
    }
}

fn same_both_ways(known: Option<Side<'_>>, read: Side<'_>) {
    let Some(known) = known else { return };
    assert_eq!(diff(known, read).is_empty(), diff(read, known).is_empty());
}

/// A WSDL is read or refused, with a report that can be rendered; what was read is not different from itself.
pub fn wsdl(bytes: &[u8]) {
    let reading = sf_outbound_wsdl::read("service.wsdl", bytes, &ReadOptions::default());
    let report = reading.report.to_string();
    let Some(model) = reading.model else {
        assert!(!report.is_empty());
        return;
    };
    assert_eq!(diff(Side::Wsdl(&model), Side::Wsdl(&model)), []);
    let known = sf_outbound_wsdl::read("service.wsdl", seed::WSDL, &ReadOptions::default()).model;
    same_both_ways(known.as_ref().map(Side::Wsdl), Side::Wsdl(&model));
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

/// The target of a name.
///
/// # Panics
///
/// When there is none.
#[must_use]
pub fn target(name: &str) -> fn(&[u8]) {
    match TARGETS.iter().find(|target| target.0 == name) {
        Some(target) => target.1,
        None => panic!("no target `{name}`"),
    }
}
