//! Who is answered by the organization, and what an answer leaves behind, byte for byte.

mod common;
#[path = "../../sf-outbound-page/tests/common/raw.rs"]
mod raw;

use common::{Behaviour, Endpoint, definition};
use raw::{Answer, Raw};
use sf_outbound_sender::{ManualClock, Org, Rest};
use std::net::SocketAddr;

const TOKEN: &str = "0123456789abcdef";
const DATA: &str = "/services/data/v61.0";

fn free() -> Rest {
    Rest::on(SocketAddr::from(([127, 0, 0, 1], 0)))
}

fn start(rest: Rest) -> (Org, Endpoint) {
    let endpoint = Endpoint::always(Behaviour::Nack);
    let org = Org::builder(definition(&endpoint.url())).clock(ManualClock::default()).rest(rest).start();
    (org.unwrap(), endpoint)
}

fn once(org: &Org, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    raw::once(org.address().unwrap(), method, path, headers, body)
}

fn open(org: &Org) -> Raw {
    Raw::open(org.address().unwrap())
}

fn own(org: &Org) -> String {
    format!("http://{}", org.address().unwrap())
}

const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

/// Logs in; the cookie.
fn login(org: &Org) -> String {
    let (origin, body) = (own(org), format!("token={TOKEN}"));
    let reply = once(org, "POST", "/login", &[FORM, ("Origin", &origin)], &body);
    assert_eq!(reply.status, 303, "{reply:?}");
    reply.header("set-cookie").split(';').next().unwrap().to_owned()
}

#[test]
fn programs_act_on_the_queue_and_pages_of_others_do_not() {
    let (org, _endpoint) = start(free());
    org.create("Opportunity", [("Name", "Acme")]).unwrap();
    org.settle().unwrap();
    let id = org.waiting("Won", 1).unwrap()[0].id;
    let own = own(&org);
    for (method, path) in [
        ("POST", format!("/sf-outbound/notifications/{id}/retry")),
        ("DELETE", format!("/sf-outbound/notifications/{id}")),
        ("POST", "/sf-outbound/messages/Won/retry".to_owned()),
        ("POST", format!("{DATA}/sobjects/Opportunity")),
        ("GET", "/sf-outbound/status".to_owned()),
        ("GET", "/nothing/here".to_owned()),
        ("POST", "/services/oauth2/token".to_owned()),
    ] {
        for foreign in [
            &[("Origin", "http://evil.example")][..],
            &[("Origin", "null")],
            &[("Origin", &own), ("Origin", "http://evil.example")],
            &[("Origin", "http://127.0.0.1:1"), ("Authorization", "Bearer x")],
            &[("Sec-Fetch-Site", "cross-site")],
            &[("Sec-Fetch-Site", "same-site")],
            &[("Sec-Fetch-Site", "\u{e9}")],
            &[("Host", "evil.example")],
            &[("Host", "127.0.0.1:80@evil.example")],
            &[("Host", "127.0.0.1"), ("Host", "evil.example")],
            &[("Host", "localhost.evil.example:8099")],
        ] {
            let reply = once(&org, method, &path, foreign, "{}");
            assert!([400, 403].contains(&reply.status), "{method} {path} {foreign:?}: {reply:?}");
        }
        let absolute = once(&org, method, &format!("http://evil.example{path}/"), &[], "");
        assert_eq!(absolute.status, 403, "{path}: the request line names the host too");
    }
    assert_eq!(org.waiting("Won", 9).unwrap().len(), 1, "it is still there");
    let own = own.as_str();
    let good: [&[(&str, &str)]; 4] =
        [&[], &[("Origin", own)], &[("Sec-Fetch-Site", "none")], &[("Host", "[::1]:80")]];
    for headers in good {
        assert_eq!(once(&org, "POST", "/sf-outbound/messages/Won/retry", headers, "").status, 200);
    }
}

#[test]
fn an_early_answer_leaves_the_connection_fit_for_the_next_request() {
    let (org, _endpoint) = start(free().token(TOKEN));
    let bearer = format!("Bearer {TOKEN}");
    let good = ("Authorization", bearer.as_str());
    let path = format!("{DATA}/sobjects/Opportunity");
    let long = format!("{{\"Name\": \"{}\"}}", "x".repeat(300_000));
    let too_long = " ".repeat((6 << 20) + 1);
    let nothing = format!("{DATA}/nothing");
    for (status, path, headers, body) in [
        (401, path.as_str(), vec![], long.as_str()),
        (401, "/records/Opportunity", vec![("Sec-Fetch-Site", "same-origin")], &long),
        (404, "/nothing", vec![good], &long),
        (404, &nothing, vec![good], &long),
        (405, "/services/data", vec![good], &long),
        (413, &path, vec![good], &too_long),
    ] {
        let mut raw = open(&org);
        let first = raw.ask("POST", path, &headers, body).unwrap();
        assert_eq!(first.status, status, "{path}: {first:?}");
        assert_eq!(first.header("connection"), "", "{path}: {first:?}");
        let second = raw.ask("GET", "/services/data", &[], "");
        assert_eq!(second.map(|answer| answer.status), Some(200), "{path} after {status}");
    }
    for guess in 0..11 {
        let guess = format!("Bearer guess {guess}");
        once(&org, "GET", "/sf-outbound/status", &[("Authorization", &guess)], "");
    }
    let (own, form) = (own(&org), format!("token={}", "x".repeat(300_000)));
    for (path, headers, body) in [
        (path.as_str(), vec![good], &long),
        ("/login", vec![FORM, ("Origin", own.as_str())], &form),
        ("/services/Soap/u/61.0", vec![], &format!("<login><password>x</password></login>{long}")),
    ] {
        let mut raw = open(&org);
        assert_eq!(raw.ask("POST", path, &headers, body).map(|answer| answer.status), Some(429), "{path}");
        let second = raw.ask("GET", "/services/data", &[], "");
        assert_eq!(second.map(|answer| answer.status), Some(200), "{path}");
    }
}

#[test]
fn guesses_have_a_brake_and_a_repeated_one_is_none() {
    let (org, _endpoint) = start(free().token(TOKEN));
    let bearer = |token: &str| {
        let header = format!("Bearer {token}");
        once(&org, "GET", "/sf-outbound/status", &[("Authorization", &header)], "")
    };
    // A program with yesterday's token locks nobody out.
    for _ in 0..50 {
        assert_eq!(bearer("yesterday's token").status, 401);
    }
    assert_eq!(bearer(TOKEN).status, 200);
    let cookie = login(&org);
    let mut statuses: Vec<_> = (0..12).map(|guess| bearer(&format!("guess {guess}")).status).collect();
    statuses.dedup();
    assert_eq!(statuses, [401, 429]);
    let own = own(&org);
    let soap = format!("<login><password>{TOKEN}</password></login>");
    let form = format!("password={TOKEN}");
    let by_form = once(&org, "POST", "/login", &[FORM, ("Origin", &own)], &format!("token={TOKEN}"));
    for braked in [
        bearer(TOKEN),
        by_form,
        once(&org, "POST", "/services/oauth2/token", &[FORM], &form),
        once(&org, "POST", "/services/Soap/u/61.0", &[], &soap),
    ] {
        assert_eq!(braked.status, 429, "{braked:?}");
        let seconds: u64 = braked.header("retry-after").parse().unwrap();
        assert!((1..=60).contains(&seconds), "{seconds}");
    }
    assert_eq!(once(&org, "GET", "/", &[("Cookie", &cookie)], "").status, 200, "who is inside stays");
}

#[test]
fn a_token_is_long_and_can_be_sent() {
    let endpoint = Endpoint::always(Behaviour::Ack);
    for wrong in ["", "0123456789abcde", "0123456789abcde\u{e9}", " 0123456789abcdef", "0123456789\nabcdef"] {
        let started = Org::builder(definition(&endpoint.url())).rest(free().token(wrong)).start();
        let error = started.err().unwrap();
        assert_eq!(error.code(), "SFD0504", "{wrong:?}");
        assert!(wrong.is_empty() || !error.message().contains(wrong), "{error}");
    }
}

#[test]
fn the_wsdl_of_the_queue_tells_no_secret() {
    let (org, _endpoint) = start(free());
    let wsdl = once(&org, "GET", "/sf-outbound/messages/Won/wsdl", &[], "");
    assert!(wsdl.body.contains("/salesforce") && !wsdl.body.contains("secret"), "{}", wsdl.body);
}

#[test]
fn every_answer_says_what_browsers_may_not_do_with_it() {
    let (org, _endpoint) = start(free().token(TOKEN));
    for (method, path, status) in [
        ("GET", "/services/data", 200),
        ("GET", "/sf-outbound/status", 401),
        ("GET", "/nothing", 404),
        ("PUT", "/services/data", 405),
        ("GET", "/login", 200),
        ("GET", "/", 303),
        ("GET", "/page/page.css", 200),
        ("BREW", "/", 403),
    ] {
        for headers in [&[][..], &[("Host", "evil.example")]] {
            let reply = once(&org, method, path, headers, "");
            let expected = if headers.is_empty() { status } else { 403 };
            assert_eq!(reply.status, expected, "{method} {path}");
            assert_eq!(reply.header("x-content-type-options"), "nosniff", "{method} {path}");
            assert_eq!(reply.header("cache-control"), "no-store", "{method} {path}");
            let policy = reply.header("content-security-policy");
            let is_strict =
                policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'");
            assert!(is_strict, "{method} {path}: {policy}");
            assert_eq!(reply.header("access-control-allow-origin"), "", "{method} {path}");
        }
    }
}

#[test]
fn refusals_of_the_api_have_salesforces_shape_and_those_of_the_page_are_pages() {
    let (org, _endpoint) = start(free());
    let bearer = ("Authorization", "Bearer x");
    let objects = format!("{DATA}/sobjects/Opportunity");
    for (method, path, status) in [
        ("GET", format!("{DATA}/query"), 400),
        ("GET", format!("{DATA}/sobjects/%ff"), 400),
        ("GET", format!("{objects}?%ff=%zz"), 200),
        ("GET", "/sf-outbound/departures?limit=1&limit=x".to_owned(), 200),
        ("POST", "/services/oauth2/token".to_owned(), 415),
        ("PUT", objects.clone(), 405),
        ("OPTIONS", objects.clone(), 405),
        ("TRACE", objects.clone(), 405),
    ] {
        let reply = once(&org, method, &path, &[bearer], "");
        assert_eq!(reply.status, status, "{method} {path}: {reply:?}");
        assert_eq!(
            reply.header("content-type"),
            "application/json;charset=UTF-8",
            "{method} {path}: {reply:?}"
        );
        assert_eq!(status < 400, !reply.body.contains("\"errorCode\""), "{method} {path}: {reply:?}");
        assert_eq!(status == 405, !reply.header("allow").is_empty(), "{method} {path}: {reply:?}");
    }
    let own = own(&org);
    let origin = ("Origin", own.as_str());
    for (method, path, headers, status) in [
        ("GET", "/typo", vec![("Accept", "text/html,*/*;q=0.8")], 404),
        ("GET", "/records/%ff", vec![], 400),
        ("POST", "/records/Opportunity", vec![origin], 415),
        ("POST", "/queue/retry", vec![origin], 415),
        ("PUT", "/records", vec![origin, ("Accept", "text/html")], 405),
        ("GET", "/", vec![("Sec-Fetch-Site", "cross-site")], 403),
    ] {
        let reply = once(&org, method, path, &headers, "x");
        assert_eq!(reply.status, status, "{method} {path}: {reply:?}");
        assert!(reply.body.contains("role=\"alert\""), "{method} {path}: {reply:?}");
    }
    let mut raw = open(&org);
    raw.write(&format!("HEAD / HTTP/1.1\r\nHost: {}\r\n\r\n", org.address().unwrap()));
    let head = raw.until(|read| read.windows(4).position(|four| four == b"\r\n\r\n").map(|end| end + 4));
    assert!(head.is_some_and(|head| head.starts_with(b"HTTP/1.1 200")));
    assert_eq!(raw.ask("GET", "/services/data", &[], "").unwrap().status, 200, "a HEAD's answer has no body");
}
