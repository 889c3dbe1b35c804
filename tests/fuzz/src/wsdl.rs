//! WSDLs and workflow metadata.

use crate::seed;
use sf_outbound_wsdl::{ReadOptions, Side, choose, diff, read_workflow};

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
