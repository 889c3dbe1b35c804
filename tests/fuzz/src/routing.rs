//! A router chooses, and never judges: what a server alone accepts, it accepts behind a router.

use crate::sample::{NotificationServer, NotificationService, Sample};
use sf_outbound::{Ack, Bytes, Call, Failure, Fault, Head, Id, Reply, Router};
use std::future::{Future, ready};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// Says in its fault what came, so that replies can be compared.
struct Listener;

impl NotificationService<Sample> for Listener {
    fn notifications(&self, call: Call<Sample>) -> impl Future<Output = Result<Ack, Failure>> + Send {
        let message = &call.message;
        let records = message.notifications.iter().filter_map(|notification| notification.sobject.as_ref());
        let ids: Vec<Id> = records.map(|record| record.id).collect();
        ready(Err(Fault::new(format!("{} {ids:?}", message.action_id)).into()))
    }
}

fn now(answer: impl Future<Output = Reply>) -> Reply {
    match pin!(answer).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(reply) => reply,
        Poll::Pending => panic!("nothing is waited for"),
    }
}

/// What the service answered, if it was asked.
fn answered(reply: &Reply) -> Option<&Bytes> {
    let by_service = b"<faultcode>soapenv:Server</faultcode>";
    reply.body.windows(by_service.len()).any(|text| text == by_service).then_some(&reply.body)
}

/// A server gets the same messages alone, as the only one of a router, and by its action.
pub fn routing(bytes: &[u8]) {
    let head = Head::new("POST");
    let server = NotificationServer::new(Listener).on_unknown(|_| {});
    let body = Bytes::copy_from_slice(bytes);
    let alone = now(server.handle(head, body.clone()));
    let only = Router::new().route(server.clone()).expect("one server");
    let only = now(only.handle(head, body.clone()));
    assert_eq!(answered(&only), answered(&alone), "{alone:?}\n{only:?}");
    let message = sf_outbound::decode::<Sample>(bytes, &sf_outbound::Limits::default());
    assert_eq!(message.is_ok(), answered(&alone).is_some());
    if let Ok(message) = message {
        let router = Router::new().route_action(message.action_id, server).expect("one server");
        let by_action = now(router.handle(head, body));
        assert_eq!(answered(&by_action), answered(&alone), "{alone:?}\n{by_action:?}");
    }
}
