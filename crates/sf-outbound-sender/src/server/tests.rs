//! What each route demands, tried on each route.

use super::Rest;
use crate::definition::Definition;
use crate::delivery::clock::ManualClock;
use crate::org::Org;
use sf_outbound_page::Demand;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

const TOKEN: &str = "0123456789abcdef";

fn start(token: Option<&str>) -> (Org, SocketAddr) {
    let wsdl =
        sf_outbound_wsdl::write("Account", &[("Name", sf_outbound_wsdl::Kind::Text)], "https://x.example/");
    let model =
        sf_outbound_wsdl::read("a.wsdl", wsdl.as_bytes(), &sf_outbound_wsdl::ReadOptions::default()).model;
    let definition = Definition::of_wsdl(&model.unwrap(), "http://127.0.0.1:1024/");
    let mut rest = Rest::on(([127, 0, 0, 1], 0).into());
    rest.token = token.map(str::to_owned);
    let org = Org::builder(definition).clock(ManualClock::default()).rest(rest).start().unwrap();
    let address = org.address().unwrap();
    (org, address)
}

/// Status and head of an answer.
fn ask(address: SocketAddr, method: &str, path: &str, headers: &[(&str, &str)]) -> (u16, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let mut head = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
    if headers.iter().all(|(name, _)| *name != "Host") {
        head.push_str("Host: localhost\r\n");
    }
    for (name, value) in headers {
        head.extend([*name, ": ", *value, "\r\n"]);
    }
    stream.write_all((head + "\r\n").as_bytes()).unwrap();
    let mut answer = Vec::new();
    let mut part = [0; 4_096];
    while !answer.windows(4).any(|four| four == b"\r\n\r\n") {
        let read = stream.read(&mut part).unwrap();
        assert!(read > 0, "{method} {path}: no answer");
        answer.extend_from_slice(&part[..read]);
    }
    let answer = String::from_utf8_lossy(&answer).into_owned();
    (answer.split(' ').nth(1).unwrap().parse().unwrap(), answer)
}

/// Each route's path, with something in the place of each parameter.
fn paths(org: &Org) -> Vec<(String, Demand)> {
    let all = &org.server().unwrap().demands;
    assert!(all.len() > 40, "{}", all.len());
    let filled = |path: &str| {
        let parts: Vec<_> =
            path.split('/').map(|part| if part.starts_with('{') { "x" } else { part }).collect();
        parts.join("/")
    };
    all.iter().map(|(path, demand)| (filled(path), *demand)).collect()
}

const METHODS: [&str; 5] = ["GET", "POST", "PATCH", "DELETE", "PUT"];

#[test]
fn every_route_answers_no_page_of_others_and_for_no_other_host() {
    let foreign: [&[(&str, &str)]; 5] = [
        &[("Origin", "http://evil.example")],
        &[("Origin", "null")],
        &[("Sec-Fetch-Site", "cross-site")],
        &[("Host", "evil.example")],
        &[("Host", "localhost"), ("Host", "evil.example")],
    ];
    let bearer = format!("Bearer {TOKEN}");
    let (org, address) = start(Some(TOKEN));
    for (path, demand) in paths(&org) {
        for method in METHODS {
            for headers in foreign {
                let headers = [headers, &[("Authorization", &bearer)]].concat();
                let (status, _) = ask(address, method, &path, &headers);
                assert_eq!(status, 403, "{method} {path} {demand:?} {headers:?}");
            }
        }
    }
}

#[test]
fn every_route_demands_what_it_is_listed_with() {
    let (bearer, own) = (format!("Bearer {TOKEN}"), ("Origin", "http://localhost"));
    let (locked, address) = start(Some(TOKEN));
    let (_free, free) = start(None);
    for (path, demand) in paths(&locked) {
        for method in METHODS {
            let at = format!("{method} {path} {demand:?}");
            let bare = ask(address, method, &path, &[]).0;
            let formed = ask(address, method, &path, &[own]).0;
            let shown = ask(address, method, &path, &[("Authorization", &bearer)]).0;
            let wrong = ask(address, method, &path, &[("Authorization", "Bearer wrong")]).0;
            let unlocked = ask(free, method, &path, &[]).0;
            let is_refused = |status: u16| [401, 403].contains(&status);
            match demand {
                Demand::Nothing => assert!(!is_refused(bare) && !is_refused(unlocked), "{at}"),
                Demand::OwnForm => {
                    assert_eq!((bare == 403, unlocked == 403), (method != "GET", method != "GET"), "{at}");
                    assert_ne!(formed, 403, "{at}");
                }
                Demand::Session => {
                    let expected = if method == "GET" && path != "/page/live" { 303 } else { 401 };
                    assert_eq!(formed, expected, "{at}");
                    assert_eq!(bare, if method == "GET" { expected } else { 403 }, "{at}");
                    assert_eq!(shown, bare, "{at}: the page's lock has another key");
                    assert_eq!(unlocked == 403, method != "GET", "{at}");
                }
                Demand::Token | Demand::Bearer => {
                    assert_eq!((bare, wrong, formed), (401, 401, 401), "{at}");
                    assert!(!is_refused(shown), "{at}: {shown}");
                    assert_eq!(unlocked == 401, demand == Demand::Bearer, "{at}: {unlocked}");
                }
            }
        }
    }
}
