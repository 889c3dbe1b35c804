//! The listener against an organization on this machine: a record changes, and the notification arrives.

use axum::Router;
use checked_in::Pipeline;
use opportunity_message::NotificationServer;
use sf_outbound_sender::{Changes, Definition, ManualClock, Org};
use std::error::Error;
use std::time::Duration;

const WSDL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/opportunity-message/opportunity.wsdl");

#[tokio::test(flavor = "multi_thread")]
async fn amounts_of_changed_opportunities_arrive() -> Result<(), Box<dyn Error>> {
    let pipeline = Pipeline::default();
    let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let endpoint = format!("http://{}/salesforce", socket.local_addr()?);
    let clock = ManualClock::default();
    let org = Org::builder(Definition::of_wsdl_file(WSDL, &endpoint, &[])?).clock(clock.clone()).start()?;

    // Nobody answers yet: the notification waits for its next try.
    drop(socket);
    let id = org.create("Opportunity", Changes::default().set("Name", "Acme").set("Amount", 1200.5))?;
    org.settle()?;
    assert_eq!(org.status()?[0].waiting, 1);

    let address = endpoint.trim_start_matches("http://").trim_end_matches("/salesforce");
    let socket = tokio::net::TcpListener::bind(address).await?;
    let server = NotificationServer::new(pipeline.clone());
    tokio::spawn(async { axum::serve(socket, Router::new().route_service("/salesforce", server)).await });

    // What changes before the delivery is delivered in its newest form.
    org.update("Opportunity", id, [("Amount", 1300.5)])?;
    clock.advance(Duration::from_secs(30));
    org.settle()?;
    assert_eq!(org.status()?[0].waiting, 0);
    assert!((pipeline.total() - 1300.5).abs() < f64::EPSILON, "{}", pipeline.total());

    // A record that was deleted before its delivery gives a notification without data.
    org.delete("Opportunity", id)?;
    org.settle()?;
    assert!((pipeline.total() - 1300.5).abs() < f64::EPSILON, "{}", pipeline.total());
    org.stop();
    Ok(())
}
