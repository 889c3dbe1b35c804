//! What a handler gets of a request, what becomes of its errors, and the forms that a service can have.
#![cfg(feature = "http")]

#[macro_use]
mod object;

use http::Request as HttpRequest;
use http_body_util::Full;
use sf_outbound::{
    Ack, BoxService, Bytes, Call, ClientCertificate, Failure, Fault, Head, Id, NotificationService,
    Notifications, PeerAddr, Reply, Request, Router, Server, service_fn, verdict,
};
use std::error::Error;
use std::fmt;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tower_service::Service;

object!(Account { 0 name: String = "Name" Text, });

const POST: Head<'_> = Head::post("text/xml; charset=UTF-8");

fn message() -> Notifications<Account> {
    let record = Account { name: Some("Acme".to_owned()), ..Account::new(Id::literal("001x0000000001X")) };
    Notifications::new(Id::literal("00Dx0000000001g"), Id::literal("04kx0000000001X"))
        .with(Id::literal("04lx0000000001X"), record)
}

fn body() -> Bytes {
    let mut bytes = Vec::new();
    message().encode(&mut bytes);
    bytes.into()
}

/// A server that keeps what it was called with.
fn keeping() -> (Server<Account>, Arc<Mutex<Vec<Request>>>) {
    let requests = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&requests);
    let service = service_fn(move |call: Call<Account>| {
        assert_eq!(call.message, message());
        kept.lock().unwrap().push(call.request);
        async { Ok::<_, Failure>(Ack::Accepted) }
    });
    (Server::new(service), requests)
}

fn peer() -> SocketAddr {
    "203.0.113.7:61616".parse().unwrap()
}

#[tokio::test]
async fn a_handler_sees_who_called_and_what_layers_put_into_the_request() {
    #[derive(Clone, PartialEq, Debug)]
    struct Trace(u64);

    let certificate = ClientCertificate::from_der(vec![0x30, 0x82]);
    assert_eq!(certificate.der(), [0x30, 0x82]);
    let (server, requests) = keeping();
    let router = Router::new().route(server.clone()).unwrap();
    let request = || {
        HttpRequest::post("/salesforce")
            .header("traceparent", "00-1-2-01")
            .extension(PeerAddr(peer()))
            .extension(certificate.clone())
            .extension(Trace(7))
            .body(Full::new(body()))
            .unwrap()
    };
    let before = sf_outbound::jiff::Timestamp::now();
    for status in [
        server.clone().call(request()).await.unwrap().status(),
        router.clone().call(request()).await.unwrap().status(),
    ] {
        assert_eq!(status, 200);
        let request = requests.lock().unwrap().pop().unwrap();
        assert_eq!((request.method(), request.peer()), ("POST", Some(peer())));
        assert_eq!(request.client_certificate(), Some(&certificate));
        assert_eq!(request.headers().unwrap()["traceparent"], "00-1-2-01");
        assert_eq!(request.extensions().unwrap().get(), Some(&Trace(7)));
        assert!(before <= request.received_at());
    }
    // The same facts from a caller without the crate http.
    for reply in [
        server.handle(POST.peer(peer()).client_certificate(&certificate), body()).await,
        router.handle(POST.peer(peer()).client_certificate(&certificate), body()).await,
    ] {
        assert_eq!(reply.status, 200);
        let request = requests.lock().unwrap().pop().unwrap();
        assert_eq!((request.method(), request.peer()), ("POST", Some(peer())));
        assert_eq!(request.client_certificate(), Some(&certificate));
        assert!(request.headers().is_none() && request.extensions().is_none());
    }
}

#[test]
fn what_is_secret_in_a_request_is_not_shown() {
    let (parts, ()) =
        HttpRequest::post("/?token=secret").header("cookie", "secret").body(()).unwrap().into_parts();
    let call = Call::new(message(), parts);
    let shown = format!("{:?}", call.request);
    assert!(!shown.contains("secret") && shown.contains("POST"), "{shown}");
    assert_eq!(format!("{:?}", ClientCertificate::from_der(vec![0x30; 700])), "ClientCertificate(700 bytes)");
}

#[derive(Debug)]
struct Broken(std::num::ParseIntError);

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the row of Acme is broken")
    }
}

impl Error for Broken {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.0)
    }
}

/// Fails in the way that it is told.
struct Failing(&'static str);

impl NotificationService<Account> for Failing {
    async fn notifications(&self, _: Call<Account>) -> Result<Ack, Failure> {
        match self.0 {
            "error" => Err("many".parse::<u32>().map_err(Broken).unwrap_err())?,
            "text" => Err("the password is hunter2")?,
            "boxed" => Err(Box::<dyn Error + Send + Sync>::from(Fault::new("closed")))?,
            _ => Err(Fault::client("closed"))?,
        }
        Ok(Ack::Accepted)
    }
}

fn fault(reply: &Reply) -> String {
    verdict(Some(reply.status), &reply.body).reason().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn salesforce_sees_a_chosen_fault_and_no_other_error() {
    for (kind, told, seen) in [
        ("error", Some("the row of Acme is broken: invalid digit found in string"), ""),
        ("text", Some("the password is hunter2"), ""),
        ("boxed", None, "closed"),
        ("fault", None, "closed"),
    ] {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&lines);
        let server = Server::new(Failing(kind))
            .on_failure(move |failure| sink.lock().unwrap().push(failure.to_string()));
        let reply = server.clone().handle(POST, body()).await;
        assert_eq!(reply.status, 500);
        let expected = if seen.is_empty() { "SFR0607: the listener failed on this message" } else { seen };
        assert_eq!(fault(&reply), format!("the reply is a SOAP fault: {expected}"), "{kind}");
        assert_eq!(*lines.lock().unwrap(), told.into_iter().collect::<Vec<_>>(), "{kind}");
        assert_eq!((server.failures(), server.panics()), (u64::from(told.is_some()), 0), "{kind}");
    }
}

#[tokio::test]
async fn a_service_can_be_shared_borrowed_forgotten_or_a_closure() {
    static BORROWED: Failing = Failing("fault");
    let closure = || service_fn(|_: Call<Account>| async { Err::<Ack, _>(Fault::client("closed")) });
    let boxed = BoxService::new(Failing("fault"));
    for server in [
        Server::new(&BORROWED),
        Server::new(Arc::new(Failing("fault"))),
        Server::new(closure()),
        Server::new(boxed.clone()),
        Server::new(BoxService::new(Arc::new(closure()))),
    ] {
        assert_eq!(fault(&server.handle(POST, body()).await), "the reply is a SOAP fault: closed");
    }
    let answer = boxed.notifications(Call::new(message(), POST)).await;
    assert_eq!(answer.unwrap_err().fault(), Some(&Fault::client("closed")));
}
