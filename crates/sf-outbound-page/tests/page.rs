//! The pages' frame, the login and the events, as a browser gets them.

mod common;

use common::raw::{Answer, Raw, once};
use common::{FORM, Server, TOKEN};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

fn get(server: &Server, path: &str, cookie: &str) -> Answer {
    once(server.address, "GET", path, &[("Cookie", cookie)], "")
}

fn login(server: &Server, body: &str) -> Answer {
    let own = format!("http://{}", server.address);
    once(server.address, "POST", "/login", &[("Origin", &own), FORM], body)
}

#[test]
fn a_page_has_its_frame_and_a_strict_policy() {
    let (free, locked) = (Server::start(None), Server::start(Some(TOKEN)));
    let cookie = locked.login();
    for (server, cookie, has_logout) in [(&free, "", false), (&locked, cookie.as_str(), true)] {
        let page = get(server, "/there", cookie);
        assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
        let policy = page.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
        assert!(policy.contains("script-src 'self'") && !policy.contains("unsafe"), "{policy}");
        let text = &page.body;
        assert!(text.contains("<title>A &lt;title&gt; · Test &lt;1&gt;</title>"), "{text}");
        assert!(text.contains("<span class=\"id\">&lt;about&gt;</span>"), "{text}");
        assert!(text.contains("<a href=\"/there\" aria-current=\"page\">There</a>"), "{text}");
        assert!(text.contains("<a href=\"/\">Here</a>") && text.contains("<p>The end.</p>"), "{text}");
        assert!(text.contains("datetime=\"1970-01-01T00:00:00.000Z\""), "{text}");
        assert_eq!(text.contains("action=\"/logout\""), has_logout, "{text}");
        assert_eq!(text.matches("<script").count(), 1, "{text}");
        for inline in ["<style", " style=", " onclick=", "javascript:"] {
            assert!(!text.contains(inline), "{inline}: {text}");
        }
    }
    for (path, kind) in [
        ("/page/page.css", "text/css"),
        ("/page/page.js", "text/javascript"),
        ("/page/icon.svg", "image/svg+xml"),
    ] {
        let file = get(&locked, path, "");
        assert_eq!((file.status, file.header("content-type")), (200, kind), "{path}");
        assert!(!file.body.is_empty(), "{path}");
    }
}

#[test]
fn who_has_not_logged_in_is_led_to_the_login() {
    let server = Server::start(Some(TOKEN));
    let own = format!("http://{}", server.address);
    let led = get(&server, "/there", "");
    assert_eq!((led.status, led.header("location")), (303, "/login"));
    let form = get(&server, "/login", "");
    assert!(form.status == 200 && form.body.contains("type=\"password\""), "{form:?}");
    assert!(form.body.contains("It stands in the test."), "{form:?}");
    let sent = once(server.address, "POST", "/logout", &[("Origin", &own)], "");
    assert!(sent.status == 401 && sent.body.contains("type=\"password\""), "{sent:?}");
    assert_eq!(get(&server, "/page/live", "").status, 401, "who asks for events is led nowhere");
    for wrong in ["token=sesame", "token=", "", "other=0123456789abcdef"] {
        let wrong = login(&server, wrong);
        assert_eq!((wrong.status, wrong.header("set-cookie")), (401, ""), "{wrong:?}");
        assert!(wrong.body.contains("That is not the token."), "{wrong:?}");
    }
    let right = login(&server, "token=+0123456789abcdef%0A");
    let cookie = right.header("set-cookie");
    assert_eq!((right.status, right.header("location")), (303, "/"));
    assert!(cookie.ends_with("; Path=/; HttpOnly; SameSite=Strict") && !cookie.contains(TOKEN), "{cookie}");
    let inside = cookie.split(';').next().unwrap();
    assert_eq!(get(&server, "/there", inside).status, 200);
    assert_eq!(get(&server, "/login", inside).header("location"), "/", "who is inside needs no login");
    assert_eq!(
        get(&Server::start(None), "/login", "").header("location"),
        "/",
        "where no token is set, nobody does"
    );
}

#[test]
fn guesses_at_the_login_have_the_same_brake() {
    let server = Server::start(Some(TOKEN));
    let mut statuses: Vec<_> =
        (0..12).map(|guess| login(&server, &format!("token={guess}")).status).collect();
    statuses.dedup();
    assert_eq!(statuses, [401, 429]);
    let braked = login(&server, &format!("token={TOKEN}"));
    assert!(braked.status == 429 && !braked.header("retry-after").is_empty(), "{braked:?}");
    assert!(braked.body.contains("Too many wrong tokens. Try again in"), "{braked:?}");
}

#[test]
fn what_is_refused_is_a_page_that_stands_alone() {
    let server = Server::start(None);
    let refused = once(server.address, "GET", "/there", &[("Sec-Fetch-Site", "cross-site")], "");
    assert_eq!(refused.status, 403);
    assert!(refused.body.contains("requests of other web pages are not answered"), "{refused:?}");
    assert!(refused.header("content-security-policy").contains("style-src 'self'"), "{refused:?}");
    assert!(!refused.body.contains("<nav"), "{refused:?}");
}

/// A listener of events, and what it was answered with.
fn listen(server: &Server, cookie: &str) -> (String, Raw) {
    let mut raw = Raw::open(server.address);
    let host = server.address;
    raw.write(&format!("GET /page/live HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\n\r\n"));
    let head = raw.until(|read| read.windows(4).position(|four| four == b"\r\n\r\n").map(|end| end + 4));
    (String::from_utf8(head.unwrap()).unwrap(), raw)
}

fn hears(raw: &mut Raw, text: &str) -> bool {
    let length = text.len();
    let is_heard = |read: &[u8]| {
        read.windows(length).position(|part| part == text.as_bytes()).map(|start| start + length)
    };
    raw.until(is_heard).is_some()
}

#[test]
fn a_change_is_told_and_the_end_is_not_held_up() {
    let server = Server::start(None);
    let (head, mut raw) = listen(&server, "");
    assert!(
        head.contains("content-type: text/event-stream") && head.contains("cache-control: no-store"),
        "{head}"
    );
    assert!(hears(&mut raw, "retry: 2000\n\n"));
    for _ in 0..2 {
        server.changes.fetch_add(1, Ordering::Relaxed);
        // Browsers pass an event without data over.
        assert!(hears(&mut raw, "event: change\ndata: now\n\n"));
    }
    let stopping = Instant::now();
    drop(server);
    assert!(stopping.elapsed() < Duration::from_secs(1), "{:?}", stopping.elapsed());
}

#[test]
fn events_end_with_the_session() {
    let server = Server::start(Some(TOKEN));
    let (own, cookie) = (format!("http://{}", server.address), server.login());
    let (_, mut raw) = listen(&server, &cookie);
    assert!(hears(&mut raw, "retry: 2000"));
    once(server.address, "POST", "/logout", &[("Origin", &own), ("Cookie", &cookie)], "");
    assert!(hears(&mut raw, "0\r\n\r\n"), "it ends");
}

#[test]
fn events_have_a_bound() {
    let server = Server::start(None);
    let status = |head: &str| head.split(' ').nth(1).unwrap().to_owned();
    let mut open: Vec<_> = (0..32).map(|_| listen(&server, "")).collect();
    assert!(open.iter().all(|(head, _)| status(head) == "200"));
    let (refused, _) = listen(&server, "");
    assert!(status(&refused) == "503" && refused.contains("retry-after: 10"), "{refused}");
    open.truncate(31);
    let end = Instant::now() + Duration::from_secs(10);
    while status(&listen(&server, "").0) != "200" {
        assert!(Instant::now() < end, "the place of one that left is not free again");
    }
}
