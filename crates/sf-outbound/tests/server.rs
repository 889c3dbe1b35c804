//! HTTP rules, by `handle` and by the tower service, with a type that is written as generated code is.
#![cfg(feature = "http")]

#[macro_use]
mod object;

use http::{Method, Request, StatusCode, header};
use http_body_util::{BodyExt, Full};
use sf_outbound::{
    Ack, Bytes, Call, Failure, Fault, Head, Id, Kind, Limits, NotificationService, RawReader, RecordReader,
    Reply, Schema, Server, verdict,
};
use std::sync::{Arc, Mutex};
use tower_service::Service;

object!(Account { 0 name: String = "Name" Text, });

/// Answers by the name of the first record.
struct Listener;

impl NotificationService<Account> for Listener {
    fn notifications(&self, call: Call<Account>) -> impl Future<Output = Result<Ack, Failure>> + Send {
        let name = call.message.notifications[0].sobject.as_ref().and_then(|account| account.name.clone());
        assert_ne!(name.as_deref(), Some("panic at once"), "the values of a message");
        async move {
            match name.as_deref() {
                Some("nack") => Ok(Ack::Retry),
                Some("fault") => Err(Fault::new("closed <today> & tomorrow").into()),
                Some("error") => Err("a secret of the database")?,
                Some("panic later") => {
                    tokio::task::yield_now().await;
                    panic!("the values of a message");
                }
                _ => Ok(Ack::Accepted),
            }
        }
    }
}

const POST: Head<'_> = Head::post("text/xml; charset=UTF-8");

fn server() -> Server<Account> {
    Server::new(Listener)
}

fn body(name: &str) -> Bytes {
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><soapenv:Body><notifications xmlns=\"http://soap.sforce.com/2005/09/outbound\">\
         <OrganizationId>00Dx0000000001gEAA</OrganizationId><ActionId>04kx0000000001XAAQ</ActionId><SessionId>00D!SECRET</SessionId>\
         <Notification><Id>04lx0000000001XAAQ</Id><sObject xsi:type=\"sf:Account\" xmlns:sf=\"urn:sobject.enterprise.soap.sforce.com\">\
         <sf:Id>001x0000000001X</sf:Id><sf:Name>{name}</sf:Name></sObject></Notification></notifications></soapenv:Body></soapenv:Envelope>"
    );
    text.into()
}

fn text(reply: &Reply) -> &str {
    assert!(!reply.body.windows(6).any(|window| window == b"SECRET"));
    std::str::from_utf8(&reply.body).unwrap()
}

#[tokio::test]
async fn acks_and_nacks_are_200_and_faults_are_500() {
    let accepted = server().handle(POST, body("x")).await;
    assert_eq!((accepted.status, accepted.content_type), (200, "text/xml; charset=utf-8"));
    assert!(verdict(Some(200), &accepted.body).is_delivered());

    let nack = server().handle(POST, body("nack")).await;
    assert_eq!(nack.status, 200);
    assert_eq!(verdict(Some(200), &nack.body).reason(), Some("SOAP response was a nack."));

    let fault = server().handle(POST, body("fault")).await;
    assert_eq!(fault.status, 500);
    assert!(text(&fault).contains(
        "<faultcode>soapenv:Server</faultcode><faultstring>closed &lt;today&gt; &amp; tomorrow</faultstring>"
    ));
    assert_eq!(
        verdict(Some(500), &fault.body).reason(),
        Some("the reply is a SOAP fault: closed <today> & tomorrow")
    );
}

#[tokio::test]
async fn a_panic_of_the_service_is_a_fault_without_a_value_and_the_server_goes_on() {
    let mut server = server();
    for (count, name) in [(1, "panic at once"), (2, "panic later")] {
        let fault = server.clone().handle(POST, body(name)).await;
        assert_eq!(fault.status, 500);
        assert!(
            text(&fault).contains("<faultstring>SFR0606: the listener failed on this message</faultstring>")
        );
        assert_eq!(server.panics(), count, "clones count together");
    }
    let (status, _) = call(&mut server, Method::POST, body("panic later")).await;
    assert_eq!((status, server.panics()), (StatusCode::INTERNAL_SERVER_ERROR, 3));
    let server = server.limits(Limits::default());
    assert_eq!(server.handle(POST, body("x")).await.status, 200);
    assert_eq!(server.panics(), 3);
}

#[tokio::test]
async fn what_cannot_be_read_is_a_client_fault_with_its_place() {
    let reply = server()
        .handle(
            POST,
            Bytes::from_static(b"<Envelope xmlns='http://schemas.xmlsoap.org/soap/envelope/'>\n</b>"),
        )
        .await;
    assert_eq!(reply.status, 500);
    assert!(text(&reply).contains("<faultcode>soapenv:Client</faultcode><faultstring>SFR0102: end tag of another element than the open one, at 2:1 in Envelope<"));
    let soap12 = String::from_utf8(body("x").to_vec())
        .unwrap()
        .replace("http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope");
    assert!(
        text(&server().handle(POST, soap12.into()).await)
            .contains("<faultcode>soapenv:VersionMismatch</faultcode>")
    );
}

#[tokio::test]
async fn only_the_organizations_that_were_named_are_accepted() {
    let (this, other) = (Id::literal("00Dx0000000001g"), Id::literal("00Dx00000000ZZZ"));
    for (organizations, status) in
        [(vec![], 200), (vec![this], 200), (vec![other], 500), (vec![other, this], 200)]
    {
        let server = organizations.into_iter().fold(server(), Server::organization);
        assert_eq!(server.handle(POST, body("x")).await.status, status);
    }
}

#[tokio::test]
async fn heads_are_judged_as_http_says() {
    for (method, content_type, status) in [
        ("GET", None, 405),
        ("POST", None, 200),
        ("POST", Some("TEXT/XML"), 200),
        ("POST", Some("application/xml;charset=\"utf-8\""), 200),
        ("POST", Some("application/soap+xml"), 415),
        ("POST", Some("application/json"), 415),
        ("POST", Some("text/xml; charset=klingon"), 415),
        // Nothing is said of the media type.
        ("POST", Some(""), 200),
        ("POST", Some(" ;charset=utf-8"), 200),
        ("POST", Some("; charset=klingon"), 415),
        // A parameter in a quoted one is its text.
        ("POST", Some("text/xml; x=\"; charset=klingon\"; charset=utf-8"), 200),
        ("POST", Some("text/xml; x=\"\\\"; charset=klingon\""), 200),
        ("POST", Some("text/xml; x=\"; charset=utf-8\"; charset=klingon"), 415),
        ("POST", Some("text/xml; charset=\"utf-8"), 415),
        ("POST", Some("text/xml; charset=\"utf-8\" x"), 415),
        ("POST", Some("text/xml; action; ;charset = utf-8 ; x=y;"), 200),
        // Two charsets have to be one.
        ("POST", Some("text/xml; charset=utf-8; Charset=\"UTF-8\""), 200),
        ("POST", Some("text/xml; charset=utf-8; charset=iso-8859-1"), 415),
        ("POST", Some("text/xml;\u{a0}charset=klingon"), 200),
    ] {
        let reply = server().handle(Head::new(method).content_type(content_type), body("x")).await;
        assert_eq!(
            (reply.status, reply.allow.is_some()),
            (status, status == 405),
            "{method} {content_type:?}"
        );
        if let ("POST", Some(content_type)) = (method, content_type) {
            let reply = server().handle(Head::post(content_type), body("x")).await;
            assert_eq!(reply.status, status, "{content_type}");
        }
    }
}

/// By the head where there is one, and by the first bytes.
#[tokio::test]
async fn a_compressed_body_is_named_and_not_read() {
    let gzip = Bytes::from_static(&[0x1F, 0x8B, 8, 0, 0]);
    for (coding, bytes, status) in [
        (None, gzip.clone(), 415),
        (Some("identity"), gzip.clone(), 415),
        (Some("gzip"), gzip, 415),
        (Some("br"), Bytes::from_static(&[0x8B, 0x01]), 415),
        (Some("identity, X-GZIP"), body("x"), 415),
        (Some("made up"), body("x"), 415),
        (Some(""), body("x"), 200),
        (Some("Identity"), body("x"), 200),
    ] {
        let reply = server().handle(POST.content_encoding(coding), bytes.clone()).await;
        assert_eq!(reply.status, status, "{coding:?}");
        let request = Request::post("/").header(header::CONTENT_TYPE, "text/xml");
        let request = match coding {
            Some(coding) => request.header(header::CONTENT_ENCODING, coding),
            None => request,
        };
        let router = sf_outbound::Router::new().route(server()).unwrap();
        for answered in [
            server().call(request.body(Full::new(bytes.clone())).unwrap()).await.unwrap().status(),
            StatusCode::from_u16(router.handle(POST.content_encoding(coding), bytes).await.status).unwrap(),
        ] {
            assert_eq!(answered, status, "{coding:?}");
        }
    }
    let brotli = POST.content_encoding("br");
    let reply = server().handle(brotli, body("x")).await;
    assert_eq!(
        text(&reply),
        "SFR0605: the body is compressed with br (Content-Encoding): decompress it first\n"
    );
    let reply = server().handle(POST, Bytes::from_static(&[0x78, 0x9C])).await;
    assert_eq!(
        text(&reply),
        "SFR0605: the body is compressed with zlib (deflate), not text: decompress the body first\n"
    );
}

#[tokio::test]
async fn a_header_that_stands_twice_has_to_be_one() {
    for (second, status) in [("text/xml", 200), ("text/xml; charset=utf-16", 415)] {
        let request = Request::post("/").header(header::CONTENT_TYPE, "text/xml");
        let request = request.header(header::CONTENT_TYPE, second).body(Full::new(body("x"))).unwrap();
        assert_eq!(server().call(request).await.unwrap().status(), status);
    }
}

/// A body in frames of these lengths, which may announce its length.
struct Frames(Vec<Bytes>, u64);

impl http_body::Body for Frames {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<http_body::Frame<Bytes>, Self::Error>>> {
        let next = if self.0.is_empty() { None } else { Some(self.0.remove(0)) };
        std::task::Poll::Ready(next.map(|bytes| Ok(http_body::Frame::data(bytes))))
    }

    fn size_hint(&self) -> http_body::SizeHint {
        let mut hint = http_body::SizeHint::new();
        hint.set_lower(self.1);
        hint
    }
}

#[tokio::test]
async fn a_body_in_frames_is_whole_and_held_to_the_limit() {
    let long = body(&"x".repeat(300_000));
    for bytes in [body("x"), long] {
        for parts in [2, 3, 7, 50] {
            for announced in [0, bytes.len()] {
                let frames = || {
                    let size = bytes.len().div_ceil(parts);
                    Frames(bytes.chunks(size).map(Bytes::copy_from_slice).collect(), announced as u64)
                };
                for (body_bytes, status) in [(bytes.len(), 200), (bytes.len() - 1, 413)] {
                    let limits = Limits::default().body_bytes(body_bytes);
                    let request = Request::post("/").body(frames()).unwrap();
                    let answered = server().limits(limits).call(request).await.unwrap().status();
                    assert_eq!(answered, status, "{parts} parts, {announced} announced");
                }
                let reader = RecordReader::new(Schema::new("Account", []).unwrap());
                assert_eq!(reader.body(POST, frames()).await.unwrap(), bytes);
                assert_eq!(RawReader::new().body(POST, frames()).await.unwrap(), bytes);
            }
        }
    }
}

/// A body without an end, in frames of ten bytes; asked for more than so many, it panics.
struct Endless(usize);

impl http_body::Body for Endless {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<http_body::Frame<Bytes>, Self::Error>>> {
        self.0 = self.0.checked_sub(1).expect("no frame is read after the limit");
        std::task::Poll::Ready(Some(Ok(http_body::Frame::data(Bytes::from_static(b"<!-- a -->")))))
    }
}

#[tokio::test]
async fn nothing_is_read_of_a_body_after_its_limit() {
    let limits = Limits::default().body_bytes(45);
    let request = Request::post("/").body(Endless(5)).unwrap();
    assert_eq!(server().limits(limits).call(request).await.unwrap().status(), 413);
    let reader = RecordReader::new(Schema::new("Account", []).unwrap()).limits(limits);
    assert_eq!(reader.body(POST, Endless(5)).await.unwrap_err().code(), "SFR0501");
    let reader = RawReader::new().limits(limits);
    assert_eq!(reader.body(POST, Endless(5)).await.unwrap_err().code(), "SFR0501");
}

async fn call(server: &mut Server<Account>, method: Method, bytes: Bytes) -> (StatusCode, Bytes) {
    let request =
        Request::builder().method(method).header(header::CONTENT_TYPE, "text/xml").body(Full::new(bytes));
    let response = server.call(request.unwrap()).await.unwrap();
    (response.status(), response.into_body().collect().await.unwrap().to_bytes())
}

#[tokio::test]
async fn the_tower_service_answers_the_same_and_reads_no_more_than_the_limit() {
    let (status, reply) = call(&mut server(), Method::POST, body("x")).await;
    assert_eq!(status, StatusCode::OK);
    assert!(verdict(Some(200), &reply).is_delivered());
    assert_eq!(call(&mut server(), Method::GET, Bytes::new()).await.0, StatusCode::METHOD_NOT_ALLOWED);

    let length = body("x").len();
    for (body_bytes, status) in [(length + 1, 200), (length, 200), (length - 1, 413)] {
        let mut limited = server().limits(Limits::default().body_bytes(body_bytes));
        assert_eq!(call(&mut limited, Method::POST, body("x")).await.0, status);
        assert_eq!(limited.handle(POST, body("x")).await.status, status);
    }
}

/// What no stored message can show: the whole text of refusals by the head, a limit or the organization.
#[tokio::test]
async fn what_is_refused_before_or_after_reading_says_so() {
    let limited = |limits| server().limits(limits);
    let json = POST.content_type("application/json");
    let soap12 = POST.content_type("application/soap+xml");
    let charset = POST.content_type("text/xml; charset=klingon");
    let get = Head::new("GET");
    #[rustfmt::skip]
    let table = [
        (server(), get, "SFR0601: this is the endpoint of a Salesforce outbound message; Salesforce posts to it\n"),
        (server(), json, "SFR0602: the content type has to be text/xml or application/xml\n"),
        (server(), soap12, "SFR0602: application/soap+xml is SOAP 1.2; outbound messages are SOAP 1.1, text/xml\n"),
        (server(), charset, "SFR0602: this charset is not supported; Salesforce sends UTF-8\n"),
        (limited(Limits::default().body_bytes(9)), POST, "SFR0501: the body is longer than 9 bytes\n"),
        (limited(Limits::default().elements(9)), POST, "<faultstring>SFR0503: more than 9 elements, at 2:453 in Envelope/Body/notifications/Notification[1]/sObject</faultstring>"),
        (server().organization(Id::literal("00Dx00000000ZZZ")), POST, "<faultstring>SFR0603: the organization of this message is not accepted here</faultstring>"),
    ];
    for (server, head, expected) in table {
        let reply = server.handle(head, body("x")).await;
        let shown = text(&reply);
        assert!(if reply.status == 500 { shown.contains(expected) } else { shown == expected }, "{shown}");
    }
}

/// A message whose record has these fields after its own.
fn drifted(fields: &str) -> Bytes {
    String::from_utf8(body("x").to_vec())
        .unwrap()
        .replace("</sObject>", &format!("{fields}</sObject>"))
        .into()
}

#[tokio::test]
async fn each_unknown_element_is_told_once_and_all_are_counted() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&told);
    let server = server().on_unknown(move |name| sink.lock().unwrap().push(name.to_owned()));
    let clone = server.clone();
    for (server, fields) in [
        (&server, "<sf:New__c>secret</sf:New__c><sf:Other__c/>"),
        (&clone, "<sf:New__c><sf:Deep/></sf:New__c>"),
        (&server, "<sf:Third__c/><sf:New__c/><sf:New__c/>"),
        (&server, ""),
    ] {
        assert_eq!(server.handle(POST, drifted(fields)).await.status, 200);
    }
    assert_eq!(*told.lock().unwrap(), ["New__c", "Other__c", "Third__c"]);
    for server in [server, clone] {
        let seen = server.unknown();
        assert_eq!((seen.elements, seen.names.join(" ").as_str()), (6, "New__c Other__c Third__c"));
        assert!(!format!("{server:?}").contains("secret"));
    }
}

#[tokio::test]
async fn no_sender_can_make_the_record_of_unknown_elements_grow() {
    let told = Arc::new(Mutex::new(0));
    let sink = Arc::clone(&told);
    let server = server().on_unknown(move |name| {
        assert!(name.chars().count() <= 80 && !name.chars().any(char::is_control));
        *sink.lock().unwrap() += 1;
    });
    for message in 0..5 {
        let fields = (0..2_000).map(|field| format!("<sf:F{message}_{field}_{}/>", "\u{e9}".repeat(100)));
        let fields = fields.collect::<Vec<_>>().concat();
        assert_eq!(server.handle(POST, drifted(&fields)).await.status, 200);
    }
    let seen = server.unknown();
    assert_eq!((seen.elements, seen.names.len(), *told.lock().unwrap()), (10_000, 64, 64));
}

#[tokio::test]
async fn what_is_refused_leaves_no_trace_in_the_record() {
    let stranger = server().organization(Id::literal("00Dx00000000ZZZ")).on_unknown(|name| panic!("{name}"));
    assert_eq!(stranger.handle(POST, drifted("<sf:New__c/>")).await.status, 500);
    assert_eq!(stranger.handle(POST, drifted("<sf:New__c/><sf:Name>y</sf:Name>")).await.status, 500);
    assert_eq!(stranger.unknown().elements, 0);
}

/// A hook may ask the server, and the record outlives a hook that panics.
#[tokio::test]
async fn a_hook_runs_without_the_lock() {
    let known: Arc<Mutex<Option<Server<Account>>>> = Arc::default();
    let asked = Arc::clone(&known);
    let server = server().on_unknown(move |_| {
        let seen = asked.lock().unwrap().as_ref().map(Server::unknown);
        assert_eq!(seen.map(|seen| seen.elements), Some(1), "the hook asks");
        panic!("the hook fails");
    });
    *known.lock().unwrap() = Some(server.clone());
    let task = server.clone();
    let failed = tokio::spawn(async move { task.handle(POST, drifted("<sf:New__c/>")).await }).await;
    assert!(failed.unwrap_err().is_panic());
    assert_eq!(server.unknown().elements, 1);
    assert_eq!(server.handle(POST, drifted("<sf:New__c/>")).await.status, 200);
    known.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
}

/// The same checks, whether a service or the caller answers.
#[tokio::test]
async fn a_reader_refuses_what_a_server_refuses_with_the_same_reply() {
    let schema = Schema::new("Account", [("Name".to_owned(), Kind::Text)]).unwrap();
    let (length, stranger) = (body("x").len(), Id::literal("00Dx00000000ZZZ"));
    let mut refused = 0;
    for (body_bytes, organization) in
        [(1 << 20, None), (length, None), (length - 1, None), (length, Some(stranger))]
    {
        let limits = Limits::default().body_bytes(body_bytes);
        let (mut server, mut reader) =
            (server().limits(limits), RecordReader::new(schema.clone()).limits(limits));
        if let Some(id) = organization {
            (server, reader) = (server.organization(id), reader.organization(id));
        }
        for head in [
            POST,
            Head::new(""),
            Head::new("GET"),
            POST.content_type("application/soap+xml"),
            POST.content_type("text/xml; charset=utf-16"),
        ] {
            for bytes in
                [body("x"), body("<x/>"), body("&x;"), Bytes::new(), Bytes::from_static(b"\xFF\xFE\x00")]
            {
                let answered = server.handle(head, bytes.clone()).await;
                let read = match reader.body(head, Full::new(bytes)).await {
                    Ok(bytes) => reader.read(head, &bytes),
                    Err(refusal) => Err(refusal),
                };
                refused += usize::from(read.is_err());
                let reply = read.map_or_else(Reply::from, |_| Ack::Accepted.into());
                assert_eq!(reply, answered, "{head:?} {body_bytes}");
            }
        }
    }
    assert_eq!(refused, 98);
}

#[test]
fn a_reader_tells_each_unknown_element_once() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&told);
    let reader = RecordReader::new(Schema::new("Account", []).unwrap());
    let reader = reader.on_unknown(move |name| sink.lock().unwrap().push(name.to_owned()));
    for _ in 0..2 {
        assert!(reader.clone().read(POST, &drifted("<sf:New__c>secret</sf:New__c>")).is_ok());
    }
    assert_eq!(*told.lock().unwrap(), ["Name", "New__c"]);
    assert_eq!((reader.unknown().elements, reader.schema().table().object()), (4, "Account"));
    assert!(!format!("{reader:?}").contains("secret"));
}
