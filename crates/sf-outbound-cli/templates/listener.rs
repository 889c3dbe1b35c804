//! The listener against a message as Salesforce sends it; no socket is needed.

use sf_outbound::{Bytes, Head, Id, verdict};

/// Made by `sf-outbound sample {{sample}}`.
const SAMPLE: &[u8] = include_bytes!("sample.xml");

const POST: Head<'_> = Head {
    method: "POST",
    content_type: Some("text/xml; charset=UTF-8"),
};

#[tokio::test]
async fn a_message_is_acknowledged_and_nothing_in_it_is_unknown() {
    let server = {{crate}}::server(&[]);
    let reply = server.handle(POST, Bytes::from_static(SAMPLE)).await;
    assert_eq!(verdict(Some(reply.status), &reply.body).reason(), None);
    assert_eq!(server.unknown().elements, 0);
}

#[tokio::test]
async fn another_organization_is_refused() {
    let other = Id::literal("00D000000000000");
    let server = {{crate}}::server(&[other]);
    let reply = server.handle(POST, Bytes::from_static(SAMPLE)).await;
    assert!(!verdict(Some(reply.status), &reply.body).is_delivered());
}
