//! The crate is fresh, and its server answers without any framework.

use checked_in::Pipeline;
use opportunity_message::{Notification, NotificationServer, Notifications, Opportunity};
use sf_outbound::{Bytes, Head, Id, Unknown, verdict};
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
    let record = |id, amount| Opportunity { id, amount, ..Opportunity::default() };
    let notification = |id, amount| Notification {
        id: Id::literal("04lx0000000001XAAQ"),
        sobject: Some(record(id, amount)),
    };
    let message = Notifications {
        organization_id: organization,
        action_id: Id::literal("04kx0000000001XAAQ"),
        session_id: None,
        enterprise_url: None,
        partner_url: None,
        notifications: vec![
            notification(first, Some(1234.5)),
            notification(second, None),
            notification(third, Some(65.5)),
            notification(first, Some(1234.5)),
        ],
        unknown: Unknown::default(),
    };
    let mut body = Vec::new();
    message.encode(&mut body);
    let head = Head { method: "POST", content_type: Some("text/xml; charset=UTF-8"), content_encoding: None };

    let pipeline = Pipeline::default();
    let server = NotificationServer::new(pipeline.clone()).organization(organization);
    let reply = server.handle(head, Bytes::from(body.clone())).await;
    assert!(verdict(Some(reply.status), &reply.body).is_delivered());
    assert!((pipeline.total() - 1300.0).abs() < f64::EPSILON);

    let other = NotificationServer::new(Pipeline::default()).organization(Id::literal("00Dx00000000ZZZ"));
    assert_eq!(other.handle(head, Bytes::from(body)).await.status, 500);
}
