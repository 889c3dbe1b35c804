// A listener against the generated code of one contract; `generated` is its module.

use generated::{NotificationServer, NotificationService, Opportunity};
use std::future::{Future, ready};
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

struct Amounts(Arc<Mutex<Vec<Option<f64>>>>);

const MESSAGE: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
 <soapenv:Body>
  <notifications xmlns="http://soap.sforce.com/2005/09/outbound">
   <OrganizationId>00Dx0000000001gEAA</OrganizationId>
   <ActionId>04kx0000000001XAAQ</ActionId>
   <SessionId xsi:nil="true"/>
   <Notification>
    <Id>04lx0000000001XAAQ</Id>
    <sObject xsi:type="sf:Opportunity" xmlns:sf="urn:sobject.enterprise.soap.sforce.com">
     <sf:Id>006x0000000001XAAQ</sf:Id>
     <sf:Amount>1234.5</sf:Amount>
     <sf:New__c>unknown</sf:New__c>
    </sObject>
   </Notification>
   <Notification>
    <Id>04lx0000000002XAAQ</Id>
   </Notification>
  </notifications>
 </soapenv:Body>
</soapenv:Envelope>"#;

impl NotificationService<Opportunity> for Amounts {
    fn notifications(
        &self,
        call: sf_outbound::Call<Opportunity>,
    ) -> impl Future<Output = Result<sf_outbound::Ack, sf_outbound::Failure>> + Send {
        let records = call.message.notifications.into_iter().filter_map(|notification| notification.sobject);
        self.0.lock().unwrap().extend(records.map(|record| record.amount));
        ready(Ok(sf_outbound::Ack::Accepted))
    }
}

#[test]
fn a_message_is_read_and_acknowledged() {
    let amounts = Arc::new(Mutex::new(Vec::new()));
    let server = NotificationServer::new(Amounts(Arc::clone(&amounts)));
    let head = sf_outbound::Head::post("text/xml");
    let answer = pin!(server.handle(head, sf_outbound::Bytes::from_static(MESSAGE.as_bytes())));
    let Poll::Ready(reply) = answer.poll(&mut Context::from_waker(Waker::noop())) else {
        panic!("nothing is waited for");
    };
    assert_eq!(*amounts.lock().unwrap(), [Some(1234.5)]);
    assert_eq!(sf_outbound::verdict(Some(reply.status), &reply.body).reason(), None);
}
