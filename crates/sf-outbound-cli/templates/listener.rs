//! The listener against a message as Salesforce sends it, and against an organization on this machine.

use sf_outbound::{Bytes, Head, Id, verdict};
use sf_outbound_sender::{Changes, Definition, Org};
use std::error::Error;

/// Made by `sf-outbound sample {{sample}}`.
const SAMPLE: &[u8] = include_bytes!("sample.xml");

const POST: Head<'_> = Head::post("text/xml; charset=UTF-8");

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

/// Types of the WSDL that are not known, and what they are read as.
const TYPES: &[(&str, &str)] = &[{{org-types}}];

/// A record changes, a message is queued and sent, and the listener acknowledges it.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_a_record_is_delivered() -> Result<(), Box<dyn Error>> {
    let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let endpoint = format!("http://{}/salesforce", socket.local_addr()?);
    let app = axum::Router::new().route_service("/salesforce", {{crate}}::server(&[]));
    tokio::spawn(async { axum::serve(socket, app).await });

    let wsdl = concat!(env!("CARGO_MANIFEST_DIR"), "/wsdl/{{wsdl}}");
    let definition = Definition::of_wsdl_file(wsdl, &endpoint, TYPES)?;
    let org = Org::builder(definition).start()?;
    let record = org.create("{{object}}", Changes::default())?;
    org.settle()?;
    org.delete("{{object}}", record)?;
    org.settle()?;
    let status = &org.status()?[0];
    assert_eq!((status.waiting, status.failed), (0, 0));
    org.stop();
    Ok(())
}
