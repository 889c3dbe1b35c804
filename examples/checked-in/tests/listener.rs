//! The crate is fresh, and its server answers without any framework.

use checked_in::Pipeline;
use opportunity_message::{NotificationServer, Notifications, Opportunity};
use sf_outbound::{Bytes, Head, Id, verdict};
use sf_outbound_build::{Options, generate};
use sf_outbound_wsdl::{ReadOptions, read};

#[test]
fn the_checked_in_text_is_what_would_be_generated_today() {
    let wsdl = include_bytes!("../opportunity-message/opportunity.wsdl");
    let model = read("opportunity.wsdl", wsdl, &ReadOptions::default()).model.expect("a model");
    let generated = generate(&model, &Options::default()).expect("a text");
    assert!(
        generated.text == include_str!("../opportunity-message/src/generated.rs"),
        "stale: run `sf-outbound generate opportunity.wsdl --crate opportunity-message` in examples/checked-in"
    );
}

#[tokio::test]
async fn a_message_is_acknowledged_and_its_values_arrive() {
    let organization = Id::literal("00Dx0000000001gEAA");
    let [first, second, third] = ["006x0000000001X", "006x0000000002X", "006x0000000003X"].map(Id::literal);
    let notification = Id::literal("04lx0000000001XAAQ");
    let record = |id, amount| Opportunity { amount, ..Opportunity::new(id) };
    let message = Notifications::new(organization, Id::literal("04kx0000000001XAAQ"))
        .with(notification, record(first, Some(1234.5)))
        .with(notification, record(second, None))
        .with(notification, record(third, Some(65.5)))
        .with(notification, record(first, Some(1234.5)));
    let mut body = Vec::new();
    message.encode(&mut body);
    let head = Head::post("text/xml; charset=UTF-8");

    let pipeline = Pipeline::default();
    let server = NotificationServer::new(pipeline.clone()).organization(organization);
    let reply = server.handle(head, Bytes::from(body.clone())).await;
    assert!(verdict(Some(reply.status), &reply.body).is_delivered());
    assert!((pipeline.total() - 1300.0).abs() < f64::EPSILON);

    let other = NotificationServer::new(Pipeline::default()).organization(Id::literal("00Dx00000000ZZZ"));
    assert_eq!(other.handle(head, Bytes::from(body)).await.status, 500);
}
