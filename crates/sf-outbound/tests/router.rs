//! Several outbound messages on one endpoint: who gets a message, and what nobody gets.
#![cfg(feature = "http")]

#[macro_use]
mod object;

use http::{Request, StatusCode, header};
use http_body_util::{BodyExt, Full};
use sf_outbound::{
    Ack, Bytes, Call, Failure, Head, Id, Limits, NotificationService, Notifications, Reply, Router, SObject,
    Server, verdict,
};
use std::future::ready;
use std::sync::{Arc, Mutex};
use tower_service::Service;

object!(Account { 0 name: String = "Name" Text, });
object!(Opportunity { 0 stage_name: String = "StageName" Text, });

/// Writes down who got a message, and how many of its notifications have a record.
#[derive(Clone)]
struct Log {
    name: &'static str,
    lines: Arc<Mutex<Vec<String>>>,
}

impl Log {
    fn take<O>(&self, message: &Notifications<O>) -> Ack {
        let records = message.notifications.iter().filter(|one| one.sobject.is_some()).count();
        let line = format!("{} {records}/{}", self.name, message.notifications.len());
        self.lines.lock().unwrap().push(line);
        Ack::Accepted
    }
}

impl<O: SObject> NotificationService<O> for Log {
    fn notifications(&self, call: Call<O>) -> impl Future<Output = Result<Ack, Failure>> + Send {
        ready(Ok(self.take(&call.message)))
    }
}

#[derive(Default)]
struct Book(Arc<Mutex<Vec<String>>>);

impl Book {
    fn server<O: SObject>(&self, name: &'static str) -> Server<O> {
        Server::new(Log { name, lines: Arc::clone(&self.0) })
    }

    fn taken(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

const POST: Head<'_> = Head::post("text/xml; charset=UTF-8");
const OTHER: &str = "04kx0000000009X";

/// Accounts and opportunities by their type, and of the latter those of one action apart.
fn router(book: &Book) -> Router {
    Router::new()
        .route(book.server::<Account>("accounts"))
        .and_then(|router| router.route(book.server::<Opportunity>("opportunities")))
        .and_then(|router| {
            router.route_action(Id::literal("04kx0000000001X"), book.server::<Opportunity>("won"))
        })
        .unwrap()
}

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" \
    xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\n <soapenv:Body>\n  \
    <notifications xmlns=\"http://soap.sforce.com/2005/09/outbound\">\n";
const TAIL: &str = "</notifications>\n </soapenv:Body>\n</soapenv:Envelope>";

fn header(action: &str) -> String {
    format!("<OrganizationId>00Dx0000000001gEAA</OrganizationId><ActionId>{action}</ActionId>")
}

fn message(action: &str, notifications: &[String]) -> Bytes {
    format!("{HEAD}{}{}{TAIL}", header(action), notifications.concat()).into()
}

fn notification(sobject: &str) -> String {
    format!("<Notification><Id>04lx0000000001XAAQ</Id>{sobject}</Notification>")
}

fn record(object: &str) -> String {
    notification(&format!(
        "<sObject xsi:type=\"sf:{object}\" xmlns:sf=\"urn:sobject.enterprise.soap.sforce.com\"><sf:Id>001x0000000001X</sf:Id></sObject>"
    ))
}

fn fault(reply: &Reply) -> String {
    assert_eq!(reply.status, 500);
    let text = std::str::from_utf8(&reply.body).unwrap();
    let (_, rest) = text.split_once("<faultstring>").unwrap();
    rest.split_once("</faultstring>").unwrap().0.to_owned()
}

#[tokio::test]
async fn a_message_goes_by_its_action_and_else_by_its_type() {
    let book = Book::default();
    let router = router(&book);
    for (action, object, taken) in [
        (OTHER, "Account", "accounts 1/1"),
        (OTHER, "Opportunity", "opportunities 1/1"),
        ("04kx0000000001X", "Opportunity", "won 1/1"),
        // The same id in its longer form.
        ("04kx0000000001XAAQ", "Opportunity", "won 1/1"),
    ] {
        let reply = router.handle(POST, message(action, &[record(object)])).await;
        assert!(verdict(Some(reply.status), &reply.body).is_delivered(), "{action} {object}");
        assert_eq!(book.taken(), [taken], "{action} {object}");
    }
}

/// The place of the action id, the prefixes and the length of what stands before the first record decide nothing.
#[tokio::test]
async fn spelling_and_order_change_nothing() {
    let book = Book::default();
    let router = router(&book);
    let (won, record) = (header("04kx0000000001X"), record("Opportunity"));
    let prefixed = format!(
        "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Header><h:x xmlns:h='urn:h'/></e:Header><e:Body>\
         <o:notifications xmlns:o='http://soap.sforce.com/2005/09/outbound'><!-- c --><o:New><o:ActionId>{OTHER}</o:ActionId></o:New>\
         <o:OrganizationId>00Dx0000000001gEAA</o:OrganizationId><o:ActionId> <![CDATA[04kx0000000001X]]></o:ActionId>\
         <o:Notification><o:Id>04lx0000000001XAAQ</o:Id><o:sObject xmlns:t='urn:sobject.enterprise.soap.sforce.com' \
         xmlns:i='http://www.w3.org/2001/XMLSchema-instance' i:type=' t:Opportunity '><t:Id>006x0000000001X</t:Id></o:sObject></o:Notification>\
         </o:notifications></e:Body></e:Envelope>"
    );
    for body in [
        format!("{HEAD}{won}{record}{TAIL}"),
        format!("{HEAD}{record}{won}{TAIL}"),
        format!("{HEAD}{record}{record}{won}{record}{TAIL}"),
        format!("{HEAD}<New><ActionId>{OTHER}</ActionId></New>{won}{record}{TAIL}"),
        prefixed.replace("> <![CDATA[", "><![CDATA["),
    ] {
        let reply = router.handle(POST, body.clone().into()).await;
        assert_eq!(reply.status, 200, "{body}\n{reply:?}");
        let taken = book.taken();
        assert!(taken.len() == 1 && taken[0].starts_with("won "), "{body}: {taken:?}");
    }
    // An action id with a blank before it is refused as the server alone would refuse it.
    assert!(fault(&router.handle(POST, prefixed.into()).await).starts_with("SFR0201: "));
}

#[tokio::test]
async fn the_type_of_another_element_than_a_record_decides_nothing() {
    let book = Book::default();
    let typed = "<New xsi:type=\"sf:Account\" xmlns:sf=\"urn:sobject.enterprise.soap.sforce.com\"/>";
    let record = record("Opportunity").replace("<sObject", &format!("{typed}<sObject"));
    assert_eq!(router(&book).handle(POST, message(OTHER, &[record])).await.status, 200);
    assert_eq!(book.taken(), ["opportunities 1/1"]);
}

/// What a message without a typed record can be: all were deleted before delivery, or it was made by hand.
#[tokio::test]
async fn untyped_messages_go_to_the_only_server_that_could_take_them() {
    let book = Book::default();
    let untyped = [
        notification(""),
        notification("<sObject/>"),
        notification("<sObject xsi:nil=\"true\"/>"),
        notification(
            "<sObject xmlns:sf=\"urn:sobject.enterprise.soap.sforce.com\"><sf:Id>001x0000000001X</sf:Id></sObject>",
        ),
    ];
    let one = Router::new().route(book.server::<Account>("accounts")).unwrap();
    let opportunities = book.server::<Opportunity>("opportunities");
    let beside = one.clone().route_action(Id::literal(OTHER), opportunities).unwrap();
    for untyped in untyped {
        let two = [untyped.clone(), untyped.clone()];
        for (router, action, taken) in [
            (&one, "04kx0000000001X", Some("accounts")),
            (&beside, "04kx0000000001X", Some("accounts")),
            (&beside, OTHER, Some("opportunities")),
            (&router(&book), "04kx0000000001X", Some("won")),
            (&router(&book), OTHER, None),
        ] {
            let reply = router.handle(POST, message(action, &two)).await;
            match taken {
                Some(name) => {
                    assert_eq!(reply.status, 200, "{untyped}: {reply:?}");
                    assert!(book.taken()[0].starts_with(name), "{untyped}");
                }
                None => assert_eq!(
                    fault(&reply),
                    "SFR0604: the message is on sObjects whose type is not told of action 04kx0000000009X, and two \
                     servers could take it: route it by its action"
                ),
            }
        }
        // One record that names its type speaks for the message, wherever it stands.
        let mixed = [untyped.clone(), untyped, record("Opportunity")];
        assert_eq!(router(&book).handle(POST, message(OTHER, &mixed)).await.status, 200);
        assert!(book.taken()[0].starts_with("opportunities "));
    }
}

/// A router that would refuse every message says so before there is one.
#[test]
fn two_servers_of_the_same_messages_are_an_error_when_the_router_is_built() {
    let book = Book::default();
    let action = Id::literal("04kx0000000001X");
    for (built, expected) in [
        (
            router(&book).route(book.server::<Account>("more accounts")),
            "two servers would take messages on `Account`: keep one, or name the action of each with `route_action`",
        ),
        (
            router(&book).route_action(action, book.server::<Account>("won")),
            "two servers would take messages of the action 04kx0000000001X: keep one of them",
        ),
    ] {
        assert_eq!(built.unwrap_err().to_string(), expected);
    }
    assert!(router(&book).route_action(Id::literal(OTHER), book.server::<Account>("accounts")).is_ok());
}

#[tokio::test]
async fn what_nobody_claims_is_a_fault_that_says_of_what_it_was() {
    let book = Book::default();
    let on_other_type = record("Account").replace("urn:sobject.enterprise", "urn:sobject.partner");
    let long = "A".repeat(81);
    let of = "of action 04kx0000000009X, and";
    for (router, record, expected) in [
        (router(&book), record("Contact"), format!("sObjects `Contact` {of} no server here takes it")),
        (Router::new(), record("Account"), format!("sObjects `Account` {of} no server here takes it")),
        (
            router(&book),
            on_other_type,
            format!("what is no sObject of an enterprise WSDL {of} no server here takes it"),
        ),
        // The text of a stranger is not repeated.
        (
            router(&book),
            record("Card-4111.1111.1111.1111"),
            format!("what is no sObject of an enterprise WSDL {of} no server here takes it"),
        ),
        (
            router(&book),
            record(&long),
            format!("what is no sObject of an enterprise WSDL {of} no server here takes it"),
        ),
        (
            Router::new(),
            notification(""),
            format!("sObjects whose type is not told {of} no server here takes it"),
        ),
    ] {
        let reply = router.handle(POST, message(OTHER, &[record])).await;
        assert_eq!(fault(&reply), format!("SFR0604: the message is on {expected}"));
        assert!(std::str::from_utf8(&reply.body).unwrap().contains("<faultcode>soapenv:Client</faultcode>"));
    }
    let no_action =
        format!("{HEAD}<OrganizationId>00Dx0000000001gEAA</OrganizationId>{}{TAIL}", record("Contact"));
    let reply = router(&book).handle(POST, no_action.into()).await;
    assert_eq!(fault(&reply), "SFR0604: the message is on sObjects `Contact`, and no server here takes it");
    assert!(book.taken().is_empty());
}

/// The router decides who reads a message; whether it is good is said by the server, or in its words.
#[tokio::test]
async fn what_is_wrong_is_refused_as_by_a_server_alone() {
    let book = Book::default();
    let good = message(OTHER, &[record("Account")]);
    let good = std::str::from_utf8(&good).unwrap();
    let action = format!("<ActionId>{OTHER}</ActionId>");
    for (body, code) in [
        (String::new(), "SFR0106"),
        ("<a/>".to_owned(), "SFR0401"),
        (good.replace("schemas.xmlsoap.org/soap/envelope", "www.w3.org/2003/05/soap-envelope"), "SFR0402"),
        (good.replace("<soapenv:Body>", "<soapenv:Header/><soapenv:X/><soapenv:Body>"), "SFR0401"),
        (good.replace("notifications", "notificationsResponse"), "SFR0306"),
        (good.replace("<Notification>", "<Note>").replace("</Notification>", "</Note>"), "SFR0301"),
        (good.replace(&action, ""), "SFR0302"),
        (good.replace(&action, "<ActionId xsi:nil='true'/>"), "SFR0302"),
        (good.replace(&action, "<ActionId>x</ActionId>"), "SFR0201"),
        (good.replace(&action, &format!("{action}{action}")), "SFR0303"),
        (good.replace(&action, "text"), "SFR0305"),
        (good.replace("xmlns:sf=", "xmlns:other="), "SFR0104"),
        (good.replace("</sObject>", "</sobject>"), "SFR0102"),
        (good.replace("encoding=\"UTF-8\"?>", "encoding=\"UTF-8\"?><!DOCTYPE x>"), "SFR0105"),
        (good.replace(TAIL, &format!("{}{TAIL}", record("Opportunity"))), "SFR0304"),
        (good.replace("<sObject ", "<sObject xmlns:sf='urn:x' "), "SFR0102"),
    ] {
        let alone = book.server::<Account>("alone").handle(POST, body.clone().into()).await;
        let routed = router(&book).handle(POST, body.clone().into()).await;
        assert!(fault(&alone).starts_with(code), "{body}: {}", fault(&alone));
        assert_eq!(fault(&routed).split(':').next(), Some(code), "{body}: {}", fault(&routed));
    }
    assert!(book.taken().is_empty());
    let text = good.as_bytes();
    for end in 0..text.len() {
        let reply = router(&book).handle(POST, Bytes::copy_from_slice(&text[..end])).await;
        assert_eq!(reply.status, 500, "the first {end} bytes were accepted");
    }
    assert!(book.taken().is_empty());
}

#[tokio::test]
async fn organizations_and_limits_are_those_of_the_chosen_server() {
    let book = Book::default();
    let body = message(OTHER, &[record("Account")]);
    let other = message(OTHER, &[record("Opportunity")]);
    let small = Limits::default().body_bytes(body.len() - 1).elements(8);
    let large = Limits::default().body_bytes(other.len()).elements(9);
    let accounts = book.server::<Account>("accounts").limits(small);
    let opportunities = book
        .server::<Opportunity>("opportunities")
        .limits(large)
        .organization(Id::literal("00Dx00000000ZZZ"));
    let router = Router::new().route(accounts).unwrap().route(opportunities).unwrap();
    let reply = router.handle(POST, body.clone()).await;
    assert_eq!(
        (reply.status, std::str::from_utf8(&reply.body).unwrap()),
        (413, &*format!("SFR0501: the body is longer than {} bytes\n", small.body_bytes))
    );
    let reply = router.handle(POST, other.clone()).await;
    assert_eq!(fault(&reply), "SFR0603: the organization of this message is not accepted here");
    let longer = Bytes::from([&other[..], b" "].concat());
    let reply = router.handle(POST, longer).await;
    assert_eq!(
        (reply.status, std::str::from_utf8(&reply.body).unwrap()),
        (413, &*format!("SFR0501: the body is longer than {} bytes\n", large.body_bytes))
    );
    assert!(book.taken().is_empty());
}

/// Nothing is read without a bound on the way to the first record.
#[tokio::test]
async fn what_stands_before_the_first_record_is_bounded() {
    let book = Book::default();
    let deep = format!("{}{}", "<a>".repeat(40), "</a>".repeat(40));
    let many = "<a/>".repeat(2_000);
    let limits = Limits::default().elements(1_000);
    let account = || book.server::<Account>("accounts").limits(limits);
    let action = Id::literal("04kx0000000001X");
    let router = Router::new().route(account()).unwrap().route_action(action, account()).unwrap();
    for (before, code) in [(deep, "SFR0504"), (many, "SFR0503")] {
        let text = format!("{HEAD}{before}{}{}{TAIL}", header(OTHER), record("Account"));
        assert!(fault(&router.handle(POST, text.into()).await).starts_with(code));
    }
    let untyped = vec![notification(""); 101];
    assert!(fault(&router.handle(POST, message(OTHER, &untyped)).await).starts_with("SFR0502"));
    assert!(book.taken().is_empty());
}

async fn call(router: &mut Router, method: &str, content_type: &str, bytes: Bytes) -> (StatusCode, Bytes) {
    let request = Request::builder().method(method).header(header::CONTENT_TYPE, content_type);
    let response = router.call(request.body(Full::new(bytes)).unwrap()).await.unwrap();
    (response.status(), response.into_body().collect().await.unwrap().to_bytes())
}

#[tokio::test]
async fn the_tower_service_answers_the_same() {
    let book = Book::default();
    let mut router = router(&book);
    let body = message(OTHER, &[record("Account"), record("Account")]);
    let (status, reply) = call(&mut router, "POST", "text/xml", body.clone()).await;
    assert!(status == StatusCode::OK && verdict(Some(200), &reply).is_delivered());
    assert_eq!(book.taken(), ["accounts 2/2"]);
    for (method, content_type, expected) in [
        ("GET", "text/xml", 405),
        ("POST", "application/json", 415),
        ("POST", "text/xml; charset=klingon", 415),
    ] {
        assert_eq!(call(&mut router, method, content_type, body.clone()).await.0, expected);
        let head = Head::new(method).content_type(content_type);
        assert_eq!(router.handle(head, body.clone()).await.status, expected);
    }
    let length = body.len();
    for (body_bytes, status) in [(length, 200), (length - 1, 413)] {
        let limits = Limits::default().body_bytes(body_bytes);
        let mut router = Router::new().route(book.server::<Account>("accounts").limits(limits)).unwrap();
        assert_eq!(call(&mut router, "POST", "text/xml", body.clone()).await.0, status);
    }
    assert_eq!(
        format!("{:?}", Router::new().route_action(Id::literal(OTHER), book.server::<Account>("a")).unwrap()),
        format!(
            "Router {{ routes: [(\"Account\", Some({:?}))], limits: {:?} }}",
            Id::literal(OTHER),
            Limits::default()
        )
    );
}
