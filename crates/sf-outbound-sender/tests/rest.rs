//! The REST API as a client sees it.

mod common;

use common::{Behaviour, Endpoint, definition};
use serde_json::{Value, json};
use sf_outbound_sender::{Changes, ManualClock, Operation, Org, Rest};
use std::net::SocketAddr;
use std::time::Duration;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

const DATA: &str = "/services/data/v61.0";

struct Client {
    agent: ureq::Agent,
    base: String,
}

impl Client {
    fn new(org: &Org) -> Self {
        Self::at(format!("http://{}", org.address().unwrap()), TlsConfig::builder().build())
    }

    fn at(base: String, tls: TlsConfig) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .proxy(None)
            .timeout_global(Some(Duration::from_secs(10)))
            .tls_config(tls);
        Self { agent: config.build().into(), base }
    }

    fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> (u16, String) {
        let mut request = ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.base));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut response = self.agent.run(request.body(body.to_owned()).unwrap()).unwrap();
        (response.status().as_u16(), response.body_mut().read_to_string().unwrap())
    }

    /// Status and JSON, which is null where the reply is empty.
    fn call(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let headers = [("Authorization", "Bearer x"), ("Content-Type", "application/json")];
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let (status, reply) = self.send(method, &format!("{DATA}{path}"), &headers, &body);
        let reply = if reply.is_empty() { Value::Null } else { serde_json::from_str(&reply).unwrap() };
        (status, reply)
    }

    /// Of the queue.
    fn queue(&self, method: &str, path: &str) -> (u16, Value) {
        let (status, reply) = self.send(method, &format!("/sf-outbound{path}"), &[], "");
        let reply = if reply.is_empty() { Value::Null } else { serde_json::from_str(&reply).unwrap() };
        (status, reply)
    }
}

fn free() -> Rest {
    Rest::on(SocketAddr::from(([127, 0, 0, 1], 0)))
}

fn start(endpoint: &Endpoint) -> (Org, Client, ManualClock) {
    let clock = ManualClock::default();
    let org = Org::builder(definition(&endpoint.url())).clock(clock.clone()).rest(free()).start().unwrap();
    let client = Client::new(&org);
    (org, client, clock)
}

/// Code of the first error.
fn code(reply: &Value) -> &str {
    reply[0]["errorCode"].as_str().unwrap_or_default()
}

#[test]
fn a_record_lives_by_the_api() {
    let endpoint = Endpoint::always(Behaviour::Ack);
    let (org, client, _) = start(&endpoint);
    let fields =
        json!({ "Name": "Größe \"42\"", "Amount": 12.5, "CloseDate": "2026-12-31", "Number__c": "" });
    let (status, made) = client.call("POST", "/sobjects/Opportunity", &fields);
    assert_eq!((status, &made), (201, &json!({ "id": "0065w0000000001AAA", "success": true, "errors": [] })));
    let record = "/sobjects/Opportunity/0065w0000000001AAA";
    let (status, shown) = client.call("GET", record, &Value::Null);
    let expected = json!({
        "attributes": { "type": "Opportunity", "url": format!("{DATA}{record}") },
        "Id": "0065w0000000001AAA", "Amount": 12.5, "CloseDate": "2026-12-31", "IsWon": false,
        "LastModifiedDate": "2026-01-01T00:00:00.000+0000", "Name": "Größe \"42\"", "Number__c": null,
    });
    assert_eq!((status, shown), (200, expected));
    let (status, _) = client.call("PATCH", record, &json!({ "amount": 7, "IsWon": true, "CloseDate": null }));
    assert_eq!(status, 204);
    let (_, shown) = client.call("GET", &format!("{record}?fields=Amount,iswon,CloseDate"), &Value::Null);
    assert_eq!((&shown["Amount"], &shown["IsWon"]), (&json!(7.0), &json!(true)));
    assert!(shown["CloseDate"].is_null() && shown.get("Name").is_none(), "{shown}");
    assert_eq!(client.call("DELETE", record, &Value::Null), (204, Value::Null));
    org.settle().unwrap();
    assert!(endpoint.received().iter().all(|message| message.acknowledged));
    for (method, expected) in
        [("GET", "NOT_FOUND"), ("PATCH", "ENTITY_IS_DELETED"), ("DELETE", "ENTITY_IS_DELETED")]
    {
        let (status, reply) = client.call(method, record, &json!({}));
        assert_eq!((status, code(&reply)), (404, expected), "{method}");
    }
}

#[test]
fn an_external_id_makes_a_record_once() {
    let endpoint = Endpoint::always(Behaviour::Ack);
    let (_org, client, _) = start(&endpoint);
    let path = "/sobjects/Opportunity/Number__c/N%2F1";
    let (status, made) = client.call("PATCH", path, &json!({ "Name": "a" }));
    assert_eq!((status, &made["created"]), (201, &json!(true)));
    let (status, updated) =
        client.call("PATCH", &path.replace('N', "n").replace("number", "Number"), &json!({ "Name": "b" }));
    assert_eq!((status, &updated["created"], &updated["id"]), (200, &json!(false), &made["id"]));
    assert_eq!(client.call("GET", path, &Value::Null).1["Name"], "b");
    let old = client.send(
        "PATCH",
        "/services/data/v45.0/sobjects/Opportunity/Number__c/N%2F1",
        &[("Authorization", "Bearer x")],
        "{}",
    );
    assert_eq!(old, (204, String::new()));
    let twin = client.call("POST", "/sobjects/Opportunity", &json!({ "Number__c": "n/1" }));
    assert_eq!((twin.0, code(&twin.1)), (400, "DUPLICATE_VALUE"));
    assert_eq!(client.call("DELETE", path, &Value::Null).0, 204);
    assert_eq!(client.call("GET", path, &Value::Null).0, 404);
    let again = client.call("PATCH", path, &json!({}));
    assert_eq!(again.0, 201, "the value is free again");
}

#[test]
fn what_is_wrong_is_refused_in_salesforces_words_and_shows_no_value() {
    let endpoint = Endpoint::always(Behaviour::Ack);
    let (org, client, _) = start(&endpoint);
    let one = "/sobjects/Opportunity";
    for (method, path, body, status, expected) in [
        ("POST", "/sobjects/Nothing__c", json!({}), 404, "NOT_FOUND"),
        ("POST", one, json!({ "Nme": "hush" }), 400, "INVALID_FIELD"),
        ("POST", one, json!({ "Amount": "hush" }), 400, "JSON_PARSER_ERROR"),
        ("POST", one, json!({ "Amount": {} }), 400, "JSON_PARSER_ERROR"),
        ("POST", one, json!(["hush"]), 400, "JSON_PARSER_ERROR"),
        ("POST", one, json!({ "Id": "0065w0000000001AAA" }), 400, "INVALID_FIELD_FOR_INSERT_UPDATE"),
        ("POST", one, json!({ "LastModifiedDate": null }), 400, "INVALID_FIELD_FOR_INSERT_UPDATE"),
        ("GET", "/sobjects/Opportunity/hush", Value::Null, 404, "NOT_FOUND"),
        ("GET", "/sobjects/Opportunity/0065w0000000009AAA", Value::Null, 404, "NOT_FOUND"),
        ("PATCH", "/sobjects/Opportunity/0015w0000000001AAA", json!({}), 404, "NOT_FOUND"),
        ("PATCH", "/sobjects/Opportunity/Name/hush", json!({}), 404, "NOT_FOUND"),
        ("PATCH", "/sobjects/Opportunity/Number__c/x", json!({ "Number__c": "x" }), 400, "INVALID_FIELD"),
        ("PUT", one, json!({}), 405, "METHOD_NOT_ALLOWED"),
        ("GET", "/nothing", Value::Null, 404, "NOT_FOUND"),
        ("GET", "/query?q=SELECT+hush", Value::Null, 400, "MALFORMED_QUERY"),
        ("GET", "/query?q=SELECT+Nme+FROM+Opportunity", Value::Null, 400, "INVALID_FIELD"),
        ("GET", "/query?q=SELECT+Id+FROM+Nothing", Value::Null, 400, "INVALID_TYPE"),
    ] {
        let (given, reply) = client.call(method, path, &body);
        assert_eq!((given, code(&reply)), (status, expected), "{method} {path} {body}: {reply}");
        assert!(!reply.to_string().contains("hush"), "{reply}");
    }
    let (_, reply) = client.call("POST", "/sobjects/Nothing__c", &json!({}));
    assert!(reply.to_string().contains("there is no object of this name, but Opportunity"), "{reply}");
    let headers = [("Authorization", "Bearer x")];
    let (status, reply) = client.send("POST", &format!("{DATA}{one}"), &headers, "{\"Name\": hush}");
    assert_eq!(status, 400);
    assert!(reply.contains("JSON_PARSER_ERROR") && !reply.contains("hush"), "{reply}");
    let (status, _) = client.send("POST", &format!("{DATA}{one}"), &headers, &" ".repeat((6 << 20) + 1));
    assert_eq!(status, 413);
    org.settle().unwrap();
    assert!(endpoint.received().is_empty(), "nothing that was refused is sent");
}

#[test]
fn only_this_machine_is_answered_and_only_with_a_session() {
    let endpoint = Endpoint::always(Behaviour::Ack);
    let (org, client, _) = start(&endpoint);
    let versions = |headers: &[(&str, &str)]| client.send("GET", "/services/data", headers, "").0;
    assert_eq!(versions(&[]), 200);
    assert_eq!(versions(&[("Host", "evil.example:80")]), 403);
    assert_eq!(versions(&[("Sec-Fetch-Site", "cross-site")]), 403);
    let path = format!("{DATA}/sobjects");
    assert_eq!(client.send("GET", &path, &[], "").0, 401);
    assert_eq!(client.send("GET", &path, &[("Authorization", "Basic eDp5")], "").0, 401);
    assert_eq!(client.send("GET", &path, &[("Authorization", "OAuth any")], "").0, 200);
    org.stop();
    let open = |rest| Org::builder(definition(&endpoint.url())).rest(rest).start();
    let elsewhere = open(Rest::on(SocketAddr::from(([0, 0, 0, 0], 0))));
    assert_eq!(elsewhere.err().map(|error| error.code().to_owned()).as_deref(), Some("SFD0504"));
    let org = open(free().token("s3cret-and-long-enough")).unwrap();
    let client = Client::new(&org);
    assert_eq!(client.send("GET", &path, &[("Authorization", "Bearer other")], "").0, 401);
    assert_eq!(client.send("GET", "/sf-outbound/status", &[], "").0, 401);
    assert_eq!(client.send("GET", &path, &[("Authorization", "Bearer s3cret-and-long-enough")], "").0, 200);
    let form = [("Content-Type", "application/x-www-form-urlencoded")];
    assert_eq!(client.send("POST", "/services/oauth2/token", &form, "grant_type=password&password=x").0, 400);
    let (status, reply) =
        client.send("POST", "/services/oauth2/token", &form, "password=pws3cret-and-long-enough");
    assert!(status == 200 && reply.contains("\"access_token\":\"s3cret-and-long-enough\""), "{reply}");
}

#[test]
fn clients_can_log_in_by_both_ways() {
    let endpoint = Endpoint::always(Behaviour::Ack);
    let (org, client, _) = start(&endpoint);
    let base = format!("http://{}", org.address().unwrap());
    let form = [("Content-Type", "application/x-www-form-urlencoded")];
    let (status, reply) =
        client.send("POST", "/services/oauth2/token", &form, "grant_type=password&username=u");
    let reply: Value = serde_json::from_str(&reply).unwrap();
    assert_eq!((status, &reply["instance_url"], &reply["token_type"]), (200, &json!(base), &json!("Bearer")));
    let body = "<se:Envelope xmlns:se=\"http://schemas.xmlsoap.org/soap/envelope/\"><se:Body><login \
        xmlns=\"urn:partner.soap.sforce.com\"><username>u</username><password>p</password></login></se:Body></se:Envelope>";
    let (status, reply) = client.send("POST", "/services/Soap/u/61.0", &[("Content-Type", "text/xml")], body);
    assert_eq!(status, 200, "{reply}");
    assert!(
        reply.contains(&format!("<serverUrl>{base}/services/Soap/u/61.0/00D5w000000xyzA</serverUrl>")),
        "{reply}"
    );
    assert!(reply.contains("<organizationId>00D5w000000xyzAEAQ</organizationId>"), "{reply}");
}

#[test]
fn many_records_are_written_at_once_and_all_or_none_where_asked() {
    let endpoint = Endpoint::always(Behaviour::Ack);
    let (org, client, _) = start(&endpoint);
    let new = |name: &str| json!({ "attributes": { "type": "Opportunity" }, "Name": name });
    let wrong = json!({ "attributes": { "type": "Opportunity" }, "Nme": "c" });
    let path = "/composite/sobjects";
    let body = json!({ "allOrNone": true, "records": [new("a"), wrong, new("b")] });
    let (status, reply) = client.call("POST", path, &body);
    let codes: Vec<_> = reply.as_array().unwrap().iter().map(|one| &one["errors"][0]["statusCode"]).collect();
    let rolled_back = "ALL_OR_NONE_OPERATION_ROLLED_BACK";
    assert_eq!(
        (status, codes),
        (200, vec![&json!(rolled_back), &json!("INVALID_FIELD"), &json!(rolled_back)])
    );
    org.settle().unwrap();
    assert!(endpoint.received().is_empty());
    let body = json!({ "records": [new("a"), wrong, new("b")] });
    let (_, reply) = client.call("POST", path, &body);
    assert_eq!(
        (&reply[0]["success"], &reply[1]["success"], &reply[2]["success"]),
        (&json!(true), &json!(false), &json!(true))
    );
    let ids: Vec<_> = [0, 2].iter().map(|at| reply[*at]["id"].as_str().unwrap().to_owned()).collect();
    let change = |id: &str| json!({ "attributes": { "type": "Opportunity" }, "id": id, "Name": "changed" });
    let (_, reply) = client.call("PATCH", path, &json!({ "records": [change(&ids[0]), change("x")] }));
    assert_eq!(
        (&reply[0]["id"], &reply[1]["errors"][0]["statusCode"]),
        (&json!(ids[0]), &json!("MALFORMED_ID"))
    );
    let external = |number: &str| json!({ "attributes": { "type": "Opportunity" }, "Number__c": number, "Name": number });
    let (_, reply) = client.call(
        "PATCH",
        "/composite/sobjects/Opportunity/Number__c",
        &json!({ "records": [external("1"), external("1")] }),
    );
    assert_eq!((&reply[0]["created"], &reply[1]["created"]), (&json!(true), &json!(false)), "{reply}");
    let (_, reply) =
        client.call("DELETE", &format!("{path}?ids={},{}&allOrNone=true", ids[0], ids[1]), &Value::Null);
    assert_eq!(reply[1], json!({ "id": ids[1], "success": true, "errors": [] }));
    let many = json!({ "records": vec![new("x"); 201] });
    assert_eq!(client.call("POST", path, &many).0, 400);
    let (status, reply) = client.call("POST", path, &json!({ "records": vec![new("x"); 200] }));
    assert_eq!((status, reply.as_array().unwrap().len()), (200, 200));
}

#[test]
fn records_are_found_by_their_values() {
    let endpoint = Endpoint::always(Behaviour::Ack);
    let (_org, client, _) = start(&endpoint);
    for (name, amount) in [("O'Neil", json!(1)), ("b", json!(2)), ("B", Value::Null)] {
        assert_eq!(
            client.call("POST", "/sobjects/Opportunity", &json!({ "Name": name, "Amount": amount })).0,
            201
        );
    }
    for (query, expected) in [
        ("SELECT Name FROM Opportunity", vec!["O'Neil", "b", "B"]),
        ("select name from opportunity where name = 'B'", vec!["b", "B"]),
        ("SELECT Name FROM Opportunity WHERE Name = 'O\\'Neil' LIMIT 5", vec!["O'Neil"]),
        ("SELECT Name FROM Opportunity WHERE Amount=2", vec!["b"]),
        ("SELECT Name FROM Opportunity WHERE Amount != null AND IsWon = FALSE", vec!["O'Neil", "b"]),
        ("SELECT Id,Name FROM Opportunity WHERE Id='0065w0000000002AAA'", vec!["b"]),
        ("SELECT Id, Name FROM Opportunity WHERE Id = '0065w0000000009AAA'", vec![]),
        ("SELECT Name FROM Opportunity LIMIT 2", vec!["O'Neil", "b"]),
        ("SELECT FIELDS(ALL) FROM Opportunity LIMIT 1", vec!["O'Neil"]),
    ] {
        let escaped = query.replace('\'', "%27").replace(' ', "+").replace('\\', "%5C");
        let (status, reply) = client.call("GET", &format!("/query?q={escaped}"), &Value::Null);
        assert_eq!((status, &reply["totalSize"]), (200, &json!(expected.len())), "{query}: {reply}");
        let names: Vec<_> = reply["records"].as_array().unwrap().iter().map(|one| &one["Name"]).collect();
        assert_eq!(names, expected, "{query}");
    }
    let (_, reply) = client.call("GET", "/query?q=SELECT+count()+FROM+Opportunity", &Value::Null);
    assert_eq!(reply, json!({ "totalSize": 3, "done": true, "records": [] }));
}

#[test]
fn a_query_of_many_records_says_how_many_and_where_the_rest_is() {
    let endpoint = Endpoint::always(Behaviour::Ack);
    let (org, client, _) = start(&endpoint);
    for batch in 0..21 {
        let create = |row| {
            let changes = Changes::default().set("Name", if row % 2 == 0 { "even" } else { "odd" });
            Operation::Create { object: "Opportunity".to_owned(), changes }
        };
        org.batch((0..200).map(|row| create(batch * 200 + row)).collect()).unwrap();
    }
    for (query, total) in [
        ("SELECT+Id+FROM+Opportunity", 4_200_usize),
        ("SELECT+Id+FROM+Opportunity+LIMIT+4000", 4_000),
        ("SELECT+Id+FROM+Opportunity+WHERE+Name='odd'", 2_100),
        ("SELECT+Id+FROM+Opportunity+WHERE+Name='odd'+LIMIT+2000", 2_000),
        ("SELECT+Id+FROM+Opportunity+WHERE+Name='none'", 0),
    ] {
        let count = query.replace("+Id+", "+count()+").replace('\'', "%27");
        let (_, reply) = client.call("GET", &format!("/query?q={count}"), &Value::Null);
        assert_eq!(reply, json!({ "totalSize": total, "done": true, "records": [] }), "{query}");
        let mut path = format!("/query?q={}", query.replace('\'', "%27"));
        let mut ids = std::collections::BTreeSet::new();
        let mut replies = 0;
        loop {
            let (status, reply) = client.call("GET", &path, &Value::Null);
            assert_eq!((status, &reply["totalSize"]), (200, &json!(total)), "{query}");
            let records = reply["records"].as_array().unwrap();
            assert!(records.len() <= 2_000);
            ids.extend(records.iter().map(|record| record["Id"].as_str().unwrap().to_owned()));
            replies += 1;
            let Some(next) = reply["nextRecordsUrl"].as_str() else {
                assert_eq!(reply["done"], json!(true));
                break;
            };
            assert_eq!(reply["done"], json!(false));
            path = next.strip_prefix(DATA).unwrap().to_owned();
        }
        assert_eq!((ids.len(), replies), (total, total.div_ceil(2_000).max(1)), "{query}");
    }
    let (status, reply) = client.call("GET", "/query/01gD0000002HU6KIAW-2000", &Value::Null);
    assert_eq!((status, &reply[0]["errorCode"]), (400, &json!("INVALID_QUERY_LOCATOR")));
}

#[test]
fn the_api_describes_itself() {
    let endpoint = Endpoint::always(Behaviour::Ack);
    let (_org, client, _) = start(&endpoint);
    assert_eq!(client.call("GET", "/", &Value::Null).1["query"], json!(format!("{DATA}/query")));
    let (_, objects) = client.call("GET", "/sobjects", &Value::Null);
    assert_eq!(objects["sobjects"][0]["keyPrefix"], "006");
    let (_, described) = client.call("GET", "/sobjects/Opportunity/describe", &Value::Null);
    let fields = described["fields"].as_array().unwrap();
    assert_eq!(fields.len(), 7);
    assert_eq!((&fields[0]["type"], &fields[0]["soapType"]), (&json!("id"), &json!("tns:ID")));
    assert_eq!((&fields[4]["type"], &fields[4]["updateable"]), (&json!("datetime"), &json!(false)));
    assert_eq!((&fields[6]["externalId"], &fields[6]["nillable"]), (&json!(true), &json!(true)));
}

#[test]
fn an_operator_sees_the_queue_and_acts_on_it() {
    let endpoint = Endpoint::always(Behaviour::Nack);
    let (org, client, clock) = start(&endpoint);
    for name in ["a", "b"] {
        org.create("Opportunity", [("Name", name)]).unwrap();
        org.settle().unwrap();
    }
    let (_, status) = client.queue("GET", "/status");
    let won = &status["messages"][0];
    assert_eq!((&won["name"], &won["waiting"], &won["failed"]), (&json!("Won"), &json!(2), &json!(0)));
    assert_eq!(
        (&won["due"], &status["now"]),
        (&json!("2026-01-01T00:00:30.000Z"), &json!("2026-01-01T00:00:00.000Z"))
    );
    assert_eq!(won["last"]["reason"], "SOAP response was a nack.");
    assert!(!status.to_string().contains("secret"), "{status}");
    let (_, waiting) = client.queue("GET", "/messages/Won/waiting?limit=1");
    assert_eq!(waiting.as_array().unwrap().len(), 1);
    let (_, attempts) = client.queue("GET", "/messages/Won/attempts");
    assert!(attempts[0]["reply"].as_str().unwrap().contains("<Ack>false</Ack>"), "{attempts}");
    clock.advance(Duration::from_secs(24 * 60 * 60));
    org.settle().unwrap();
    let (_, failed) = client.queue("GET", "/messages/Won/failed");
    let ids: Vec<_> =
        failed.as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(ids.len(), 2);
    assert_eq!(
        client.queue("GET", &format!("/messages/Won/failed?after={}", ids[0])).1[0]["id"],
        json!(ids[1])
    );
    assert_eq!(client.queue("DELETE", &format!("/notifications/{}", ids[0])), (204, Value::Null));
    assert_eq!(client.queue("DELETE", &format!("/notifications/{}", ids[0])).0, 404);
    endpoint.now(Behaviour::Ack);
    assert_eq!(client.queue("POST", "/messages/Won/retry").1, json!({ "retried": 1 }));
    org.settle().unwrap();
    let (_, gone) = client.queue("GET", "/departures");
    let outcomes: Vec<_> = gone.as_array().unwrap().iter().map(|one| &one["outcome"]).collect();
    assert_eq!(outcomes, ["deleted", "delivered"]);
    assert_eq!(client.queue("POST", "/notifications/x/retry").0, 400);
    assert_eq!(client.queue("POST", &format!("/notifications/{}/retry", ids[1])).0, 404);
    assert_eq!(client.queue("GET", "/messages/Nothing/failed").0, 404);
    let (status, wsdl) = client.send("GET", "/sf-outbound/messages/Won/wsdl", &[], "");
    assert!(status == 200 && wsdl.contains("OpportunityNotification"), "{wsdl}");
}

#[test]
fn the_api_speaks_tls_where_it_has_a_certificate() {
    let endpoint = Endpoint::always(Behaviour::Ack);
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let rest = || free().tls(made.cert.pem(), made.signing_key.serialize_pem());
    let org = Org::builder(definition(&endpoint.url())).rest(rest()).start().unwrap();
    let root = Certificate::from_pem(made.cert.pem().as_bytes()).unwrap();
    let tls = TlsConfig::builder().root_certs(RootCerts::new_with_certs(&[root])).build();
    let base = format!("https://localhost:{}", org.address().unwrap().port());
    let client = Client::at(base.clone(), tls);
    // A client that says nothing does not hold up the others.
    let _silent = std::net::TcpStream::connect(org.address().unwrap()).unwrap();
    assert_eq!(client.call("POST", "/sobjects/Opportunity", &json!({ "Name": "x" })).0, 201);
    let (_, reply) = client.send(
        "POST",
        "/services/oauth2/token",
        &[("Content-Type", "application/x-www-form-urlencoded")],
        "",
    );
    assert!(reply.contains(&base), "{reply}");
    org.stop();
    let wrong = Org::builder(definition(&endpoint.url())).rest(free().tls("x", "y")).start();
    assert_eq!(wrong.err().map(|error| error.code().to_owned()).as_deref(), Some("SFD0502"));
}
