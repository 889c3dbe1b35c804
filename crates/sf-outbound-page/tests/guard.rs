//! Who is answered, and what an answer leaves behind, byte for byte.

mod common;

use common::raw::{Raw, once};
use common::{FORM, Server, TOKEN};
use sf_outbound_page::{Demand, Door, Token, Unfit};

const METHODS: [&str; 5] = ["GET", "POST", "PATCH", "DELETE", "PUT"];
const BEARER: (&str, &str) = ("Authorization", "Bearer 0123456789abcdef");

#[test]
fn no_page_of_others_and_no_other_host_is_answered_on_any_path() {
    let server = Server::start(Some(TOKEN));
    let (own, cookie) = (format!("http://{}", server.address), server.login());
    let foreign: [&[(&str, &str)]; 13] = [
        &[("Origin", "http://evil.example")],
        &[("Origin", "null")],
        &[("Origin", &own), ("Origin", "http://evil.example")],
        &[("Origin", "http://evil.example"), ("Sec-Fetch-Site", "same-origin")],
        &[("Origin", "http://127.0.0.1:1")],
        &[("Sec-Fetch-Site", "cross-site")],
        &[("Sec-Fetch-Site", "same-site")],
        &[("Origin", &own), ("Sec-Fetch-Site", "cross-site")],
        &[("Sec-Fetch-Site", "\u{e9}")],
        &[("Host", "evil.example")],
        &[("Host", "127.0.0.1:80@evil.example")],
        &[("Host", "127.0.0.1"), ("Host", "evil.example")],
        &[("Host", "localhost.evil.example:8099")],
    ];
    let paths = server.demands.iter().map(|(path, _)| *path).chain(["/missing"]);
    for path in paths.map(|path| path.replace("{number}", "1")) {
        let path = path.as_str();
        for method in METHODS {
            for headers in foreign {
                let headers = [headers, &[BEARER, ("Cookie", &cookie)]].concat();
                let reply = once(server.address, method, path, &headers, "");
                assert!([400, 403].contains(&reply.status), "{method} {path} {headers:?}: {reply:?}");
            }
            let absolute = format!("http://evil.example{path}/");
            let reply = once(server.address, method, &absolute, &[BEARER], "");
            assert_eq!(reply.status, 403, "{path}: the request line names the host too");
        }
    }
    let own = own.as_str();
    let good: [&[(&str, &str)]; 4] =
        [&[], &[("Origin", own)], &[("Sec-Fetch-Site", "none")], &[("Host", "[::1]:80")]];
    for headers in good {
        assert_eq!(once(server.address, "POST", "/nothing", headers, "").status, 200, "{headers:?}");
    }
}

#[test]
fn every_route_demands_what_it_is_listed_with() {
    let (locked, free) = (Server::start(Some(TOKEN)), Server::start(None));
    let (own, cookie) = (("Origin", "http://localhost"), locked.login());
    for (path, demand) in &locked.demands {
        let path = &path.replace("{number}", "1");
        for method in METHODS {
            let ask = |server: &Server, headers: &[(&str, &str)]| {
                let host = [("Host", "localhost")];
                once(server.address, method, path, &[headers, &host].concat(), "").status
            };
            let at = format!("{method} {path} {demand:?}");
            let is_refused = |status: u16| [401, 403].contains(&status);
            let (bare, formed, unlocked) = (ask(&locked, &[]), ask(&locked, &[own]), ask(&free, &[]));
            let (shown, wrong) = (ask(&locked, &[BEARER]), ask(&locked, &[("Authorization", "Bearer x")]));
            let changes = method != "GET";
            match demand {
                Demand::Nothing => {
                    assert!(![bare, formed, unlocked, shown, wrong].into_iter().any(is_refused), "{at}");
                }
                Demand::OwnForm => {
                    assert_eq!(
                        (bare == 403, unlocked == 403, shown == 403),
                        (changes, changes, changes),
                        "{at}"
                    );
                    assert!(!is_refused(formed), "{at}: {formed}");
                }
                Demand::Session => {
                    // A page leads to the login; nobody else can be led anywhere.
                    let is_led = !["/session", "/page/live"].contains(&path.as_str());
                    let expected = if is_led && !changes { 303 } else { 401 };
                    assert_eq!(formed, expected, "{at}");
                    assert_eq!(bare, if changes { 403 } else { expected }, "{at}");
                    assert_eq!(shown, bare, "{at}: the page's lock has another key");
                    assert_eq!(unlocked == 403, changes, "{at}");
                    // The last one: logout is among them.
                    let inside = ask(&locked, &[own, ("Cookie", &locked.login())]);
                    assert!(!is_refused(inside), "{at}: {inside}");
                    let typed = ask(&locked, &[("Sec-Fetch-Site", "none"), ("Cookie", &cookie)]);
                    assert_eq!(typed == 403, changes, "{at}: {typed}");
                }
                Demand::Token | Demand::Bearer => {
                    assert_eq!((bare, wrong, formed), (401, 401, 401), "{at}");
                    assert_eq!(
                        ask(&locked, &[("Cookie", &cookie)]),
                        401,
                        "{at}: a session is the page's alone"
                    );
                    assert!(!is_refused(shown), "{at}: {shown}");
                    assert_eq!(unlocked == 401, *demand == Demand::Bearer, "{at}: {unlocked}");
                }
            }
        }
    }
}

#[test]
fn a_server_that_others_reach_has_any_name() {
    let server = Server::on("0.0.0.0:0", Some(TOKEN));
    let address = ([127, 0, 0, 1], server.address.port()).into();
    assert_eq!(once(address, "GET", "/token", &[("Host", "queue.example"), BEARER], "").status, 200);
    let twofold = [("Host", "queue.example"), ("Host", "other.example"), BEARER];
    assert_eq!(once(address, "GET", "/token", &twofold, "").status, 403);
}

#[test]
fn a_session_ends_with_its_logout() {
    let server = Server::start(Some(TOKEN));
    let (one, other) = (server.login(), server.login());
    assert_ne!(one, other);
    assert!(!one.contains(TOKEN));
    let ask = |cookie: &str| once(server.address, "GET", "/session", &[("Cookie", cookie)], "").status;
    assert_eq!((ask(&one), ask(&other)), (200, 200));
    let (name, key) = one.split_once('=').unwrap();
    for key in ["", TOKEN, &key[1..], &key.replace(&key[..1], "x")] {
        assert_eq!(ask(&format!("{name}={key}")), 401, "{key}");
    }
    assert_eq!(ask(&format!("other=1; {one}")), 200);
    let own = format!("http://{}", server.address);
    let out = once(server.address, "POST", "/logout", &[("Origin", &own), ("Cookie", &one)], "");
    assert!(out.status == 303 && out.header("set-cookie").contains("Max-Age=0"), "{out:?}");
    assert_eq!((ask(&one), ask(&other)), (401, 200), "who keeps the cookie has nothing");
}

#[test]
fn guesses_have_a_brake_and_a_repeated_one_is_none() {
    let server = Server::start(Some(TOKEN));
    let bearer = |token: &str| {
        let header = format!("Bearer {token}");
        once(server.address, "GET", "/token", &[("Authorization", &header)], "")
    };
    // A program with yesterday's token locks nobody out.
    for _ in 0..50 {
        assert_eq!(bearer("yesterday's token").status, 401);
    }
    assert_eq!(bearer(TOKEN).status, 200);
    let cookie = server.login();
    let mut statuses: Vec<_> = (0..12).map(|guess| bearer(&format!("guess {guess}")).status).collect();
    statuses.dedup();
    assert_eq!(statuses, [401, 429]);
    let braked = bearer(TOKEN);
    assert_eq!(braked.status, 429, "{braked:?}");
    let seconds: u64 = braked.header("retry-after").parse().unwrap();
    assert!((1..=60).contains(&seconds), "{seconds}");
    let inside = once(server.address, "GET", "/session", &[("Cookie", &cookie)], "");
    assert_eq!(inside.status, 200, "who is inside stays");
}

#[test]
fn a_token_is_long_can_be_sent_and_is_there_where_others_reach_the_server() {
    for wrong in ["", "0123456789abcde"] {
        assert_eq!(Token::new(wrong).unwrap_err(), Unfit::Short, "{wrong:?}");
    }
    for wrong in ["0123456789abcde\u{e9}", " 0123456789abcdef", "0123456789\nabcdef"] {
        let why = Token::new(wrong).unwrap_err();
        assert_eq!(why, Unfit::Characters, "{wrong:?}");
        assert!(!why.to_string().contains(wrong), "{why}");
    }
    assert!(Token::new("open sesame, cave of thieves").is_ok());
    for open in ["0.0.0.0:80", "192.0.2.1:80", "[::]:80"] {
        let door = Door::new("test", open.parse().unwrap(), true, None);
        assert_eq!(door.unwrap_err(), Unfit::Missing, "{open}");
    }
    for own in ["127.0.0.1:80", "127.9.9.9:80", "[::1]:80"] {
        assert!(Door::new("test", own.parse().unwrap(), false, None).is_ok(), "{own}");
    }
}

#[test]
fn an_early_answer_leaves_the_connection_fit_for_the_next_request() {
    let server = Server::start(Some(TOKEN));
    let (long, too_long) = ("x".repeat(300_000), " ".repeat((1 << 20) + 1));
    for (status, path, headers, body) in [
        (401, "/token", vec![], &long),
        (401, "/session", vec![("Sec-Fetch-Site", "same-origin")], &long),
        (403, "/session", vec![("Origin", "null")], &long),
        (403, "/token", vec![("Host", "evil.example")], &long),
        (404, "/missing", vec![BEARER], &long),
        (405, "/get", vec![BEARER], &long),
        (413, "/token", vec![BEARER], &too_long),
    ] {
        let mut raw = Raw::open(server.address);
        let first = raw.ask("POST", path, &headers, body).unwrap();
        assert_eq!(first.status, status, "{path}: {first:?}");
        assert_eq!(first.header("connection"), "", "{path}: {first:?}");
        let second = raw.ask("GET", "/get", &[], "");
        assert_eq!(second.map(|answer| answer.status), Some(200), "{path} after {status}");
    }
}

#[test]
fn the_rest_of_a_body_that_is_not_worth_reading_ends_the_connection() {
    let server = Server::start(Some(TOKEN));
    // Nobody sends what was not wanted.
    let mut raw = Raw::open(server.address);
    let expecting = [("Expect", "100-continue"), ("Content-Length", "5000000")];
    let refused = raw.ask("POST", "/token", &expecting, "").unwrap();
    assert_eq!((refused.status, refused.header("connection")), (401, "close"));
    // And what does not end is not read for ever.
    let mut raw = Raw::open(server.address);
    let refused = raw.ask("POST", "/token", &[("Content-Length", "900000000000")], "").unwrap();
    assert_eq!((refused.status, refused.header("connection")), (401, "close"));
    // Nor is anything read behind what can't be: it could be taken for a request.
    for chunk in ["zz\r\nabc", "-1\r\n", "0xc\r\n", "fffffffffffffffff\r\n"] {
        for (path, status) in [("/token", 400), ("/get", 405)] {
            let mut raw = Raw::open(server.address);
            let host = server.address;
            raw.write(&format!(
                "POST {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {TOKEN}\r\n\
                 Transfer-Encoding: chunked\r\n\r\n{chunk}\r\n\r\nGET /get HTTP/1.1\r\nHost: {host}\r\n\r\n"
            ));
            let refused = raw.answer().unwrap();
            assert_eq!((refused.status, refused.header("connection")), (status, "close"), "{chunk:?}");
            assert!(raw.answer().is_none(), "{chunk:?}");
        }
    }
}

#[test]
fn what_is_no_http_has_a_short_answer_and_ends() {
    let server = Server::start(None);
    let many = "X: y\r\n".repeat(200);
    let long = format!("X: {}\r\n", "y".repeat(1 << 20));
    for (text, status) in [
        ("GET /get\r\n\r\n".to_owned(), 400),
        ("\u{16}\u{3}\u{1}\u{2}".repeat(50), 400),
        ("GET / HTTP/1.1\r\nHost: local\0host\r\n\r\n".to_owned(), 400),
        (
            "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n".to_owned(),
            400,
        ),
        (format!("GET / HTTP/1.1\r\n{many}\r\n"), 431),
        (format!("GET / HTTP/1.1\r\n{long}\r\n"), 431),
        (format!("GET /{} HTTP/1.1\r\n\r\n", "a".repeat(70_000)), 414),
    ] {
        let mut raw = Raw::open(server.address);
        // Who has answered before the end of a request may read no more of it.
        let _ = std::io::Write::write_all(&mut raw.stream, text.as_bytes());
        let refused = raw.answer().unwrap();
        // Before there is a request there is no guard, and nothing to be guarded: the answer has no content.
        let empty = (refused.status, refused.header("connection"), refused.body.as_str());
        assert_eq!(empty, (status, "close", ""), "{refused:?}");
        assert!(raw.answer().is_none());
    }
    assert_eq!(once(server.address, "GET", "/get", &[], "").status, 200);
}

#[test]
fn every_answer_says_what_browsers_may_not_do_with_it() {
    let server = Server::start(Some(TOKEN));
    for (method, path, status) in [
        ("GET", "/get", 200),
        ("GET", "/token", 401),
        ("GET", "/missing", 404),
        ("PUT", "/get", 405),
        ("GET", "/number/x", 400),
        ("BREW", "/session", 403),
    ] {
        for headers in [&[][..], &[("Host", "evil.example")]] {
            let reply = once(server.address, method, path, headers, "");
            let expected = if headers.is_empty() { status } else { 403 };
            assert_eq!(reply.status, expected, "{method} {path}");
            assert_eq!(reply.header("x-content-type-options"), "nosniff", "{method} {path}");
            assert_eq!(reply.header("cache-control"), "no-store", "{method} {path}");
            assert_eq!(reply.header("referrer-policy"), "same-origin", "{method} {path}");
            assert_eq!(reply.header("cross-origin-resource-policy"), "same-origin", "{method} {path}");
            let policy = reply.header("content-security-policy");
            let is_strict =
                policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'");
            assert!(is_strict, "{method} {path}: {policy}");
            assert_eq!(reply.header("access-control-allow-origin"), "", "{method} {path}");
        }
    }
}

#[test]
fn refusals_are_said_by_whom_the_route_belongs_to() {
    let server = Server::start(Some(TOKEN));
    let own = format!("http://{}", server.address);
    let (own, evil) = (("Origin", own.as_str()), ("Host", "evil.example"));
    for (method, path, headers, status, words) in [
        ("GET", "/missing", vec![evil], 403, "nobody: Host"),
        ("GET", "/missing", vec![], 404, "missing"),
        ("GET", "/token", vec![evil], 403, "programs: Host"),
        ("GET", "/number/x", vec![], 400, "programs: Malformed(400)"),
        ("GET", "/number/%ff", vec![], 400, "programs: Malformed(400)"),
        ("PUT", "/get", vec![], 405, "no method"),
        ("OPTIONS", "/get", vec![], 405, "no method"),
        ("TRACE", "/get", vec![], 405, "no method"),
        ("GET", "/session", vec![evil], 403, "browsers: Host"),
        ("GET", "/session", vec![], 401, "browsers: Session"),
        ("POST", "/session", vec![], 403, "browsers: Form"),
        ("POST", "/form", vec![own], 415, "browsers: Malformed(415)"),
        ("POST", "/form", vec![own, FORM], 200, "1"),
        ("GET", "/get/", vec![], 200, "got"),
        ("GET", "/get///?x=/", vec![], 200, "got"),
    ] {
        let reply = once(server.address, method, path, &headers, "x");
        assert_eq!((reply.status, reply.body.as_str()), (status, words), "{method} {path}: {reply:?}");
        assert_eq!(status == 405, !reply.header("allow").is_empty(), "{method} {path}: {reply:?}");
    }
    let mut raw = Raw::open(server.address);
    raw.write(&format!("HEAD /get HTTP/1.1\r\nHost: {}\r\n\r\n", server.address));
    let head = raw.until(|read| read.windows(4).position(|four| four == b"\r\n\r\n").map(|end| end + 4));
    assert!(head.is_some_and(|head| head.starts_with(b"HTTP/1.1 200")));
    assert_eq!(raw.ask("GET", "/get", &[], "").unwrap().status, 200, "a HEAD's answer has no body");
}
