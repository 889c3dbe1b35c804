//! The status page as a browser without scripts sees it, and as nobody else does.

mod common;

use common::{Behaviour, Endpoint, definition, two_messages, two_objects};
use sf_outbound::Id;
use sf_outbound_sender::{Fault, ManualClock, Operation, Org, Rest};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

struct Reply {
    status: u16,
    headers: ureq::http::HeaderMap,
    text: String,
}

impl Reply {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }
}

struct Browser {
    agent: ureq::Agent,
    base: String,
    cookie: String,
}

impl Browser {
    fn new(org: &Org) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .proxy(None)
            .max_redirects(0)
            .timeout_global(Some(Duration::from_secs(20)));
        let base = format!("http://{}", org.address().unwrap());
        Self { agent: config.build().into(), base, cookie: String::new() }
    }

    fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Reply {
        let mut request = ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.base));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if !self.cookie.is_empty() {
            request = request.header("Cookie", &self.cookie);
        }
        let mut response = self.agent.run(request.body(body.to_owned()).unwrap()).unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.body_mut().with_config().limit(50 << 20).read_to_vec().unwrap();
        Reply { status, headers, text: String::from_utf8(body).unwrap() }
    }

    /// A page that is there.
    fn page(&self, path: &str) -> String {
        let reply = self.send("GET", path, &[], "");
        assert_eq!(reply.status, 200, "{path}: {}", reply.text);
        reply.text
    }

    /// A form of the page itself, and where it leads.
    fn form(&self, path: &str, body: &str) -> String {
        let reply = self.send("POST", path, &[FORM, ("Origin", &self.base)], body);
        assert_eq!(reply.status, 303, "{path}: {}", reply.text);
        reply.header("location").to_owned()
    }
}

fn free() -> Rest {
    Rest::on(SocketAddr::from(([127, 0, 0, 1], 0)))
}

fn start(endpoint: &Endpoint) -> (Org, Browser, ManualClock) {
    let clock = ManualClock::default();
    let org = Org::builder(definition(&endpoint.url())).clock(clock.clone()).rest(free()).start().unwrap();
    let browser = Browser::new(&org);
    (org, browser, clock)
}

fn deals(org: &Org, count: usize) -> Vec<Id> {
    let create = |number: usize| Operation::Create {
        object: "Opportunity".to_owned(),
        changes: [("Name", format!("Deal {number}"))].into(),
    };
    let mut ids = Vec::new();
    while ids.len() < count {
        let part = (ids.len()..count.min(ids.len() + 200)).map(create).collect();
        ids.extend(org.batch(part).unwrap().into_iter().map(|done| done.id));
    }
    ids
}

#[test]
fn the_plot_of_the_queue_shows_what_waited_until_it_was_delivered() {
    let endpoint = Endpoint::always(Behaviour::Ack);
    let (org, browser, clock) = start(&endpoint);
    deals(&org, 2);
    org.settle().unwrap();
    // The plot of the day has the same minute in a longer step.
    clock.advance(Duration::from_secs(60));
    for (path, window) in [("/", "the last hour"), ("/?window=day", "the last 24 hours")] {
        let text = browser.page(path);
        assert!(text.contains(&format!("In {window}: at most 2 notifications waiting, 0 now.")), "{text}");
        assert!(text.contains("Waiting at most"), "{text}");
    }
}

fn count(text: &str, part: &str) -> usize {
    text.matches(part).count()
}

#[test]
fn every_page_is_there_with_strict_headers_and_no_inline_code() {
    let endpoint = Endpoint::always(Behaviour::Nack);
    let (org, browser, _) = start(&endpoint);
    let deal = org.create("Opportunity", [("Name", "Acme")]).unwrap();
    org.settle().unwrap();
    let notification = org.waiting("Won", 1).unwrap()[0].id;
    let paths = [
        "/".to_owned(),
        "/?window=day&message=Won&reason=nack&record=x&after=1.2&failed_after=y".to_owned(),
        "/queue/delete?list=waiting".to_owned(),
        format!("/notifications/{notification}"),
        "/messages".to_owned(),
        "/messages/Won".to_owned(),
        "/messages/Won?only=failed".to_owned(),
        "/records".to_owned(),
        "/records/Opportunity".to_owned(),
        "/records/Opportunity/new".to_owned(),
        format!("/records/Opportunity/{deal}"),
        "/rehearsal".to_owned(),
    ];
    for path in &paths {
        let reply = browser.send("GET", path, &[], "");
        assert_eq!((reply.status, reply.header("content-type")), (200, "text/html; charset=utf-8"), "{path}");
        let policy = reply.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
        assert_eq!(reply.header("cache-control"), "no-store");
        let text = &reply.text;
        assert_eq!(count(text, "<script"), 1, "{path}: {text}");
        assert!(text.contains("<script src=\"/page/page.js\" defer></script>"), "{path}");
        for inline in ["<style", " style=", " onclick=", "javascript:", "secret", "SessionId>00D"] {
            assert!(!text.contains(inline), "{path} holds {inline}: {text}");
        }
        assert_eq!((count(text, "<h1"), count(text, "<main")), (1, 1), "{path}");
    }
    for (path, kind) in [
        ("/page/page.css", "text/css"),
        ("/page/page.js", "text/javascript"),
        ("/page/icon.svg", "image/svg+xml"),
    ] {
        let reply = browser.send("GET", path, &[], "");
        assert_eq!((reply.status, reply.header("content-type")), (200, kind), "{path}");
    }
    for (path, status) in [
        ("/notifications/04lxx0000000009AAA", 404),
        ("/notifications/x", 404),
        ("/notifications/x/message.xml", 404),
        ("/messages/Nothing", 404),
        ("/messages/Nothing/wsdl", 404),
        ("/records/Nothing", 400),
        ("/records/Opportunity/x", 400),
        ("/records?id=001000000000001", 404),
    ] {
        let reply = browser.send("GET", path, &[], "");
        assert_eq!(reply.status, status, "{path}");
        assert!(reply.text.contains("role=\"alert\""), "{path}: {}", reply.text);
    }
}

#[test]
fn one_notification_is_seen_retried_and_deleted() {
    let endpoint = Endpoint::always(Behaviour::Nack);
    let (org, browser, clock) = start(&endpoint);
    let deal = org.create("Opportunity", [("Name", "Größe <1>"), ("Amount", "12.5")]).unwrap();
    org.settle().unwrap();
    let page = browser.page("/");
    assert!(page.contains("SOAP response was a nack."), "{page}");
    assert!(page.contains(deal.as_str()) && page.contains("Retrying"), "{page}");
    assert!(page.contains("0 %") && !page.contains("secret"), "{page}");
    let id = org.waiting("Won", 1).unwrap()[0].id;

    // What would be sent now is what is sent next, but for nothing.
    let seen = browser.page(&format!("/notifications/{id}"));
    assert!(seen.contains("Größe &lt;1&gt;") && seen.contains("xsd:double"), "{seen}");
    let bytes = browser.page(&format!("/notifications/{id}/message.xml"));
    assert_eq!(browser.form(&format!("/notifications/{id}/retry"), ""), "/?done=retried&count=1");
    org.settle().unwrap();
    let received = endpoint.received();
    assert_eq!((received.len(), &received[1].body), (2, &bytes));
    assert!(browser.page("/?done=retried&count=1").contains("1 notification due now."));

    org.delete("Opportunity", deal).unwrap();
    assert!(browser.page(&format!("/notifications/{id}")).contains("The record was deleted"));
    clock.advance(DAY);
    org.settle().unwrap();
    let failed = browser.page("/");
    assert!(failed.contains("Failed <span class=\"number\">1</span>"), "{failed}");
    assert_eq!(
        browser.form(&format!("/notifications/{id}/delete"), "record=x&list=failed"),
        "/?record=x&done=deleted&count=1"
    );
    assert!(browser.page(&format!("/notifications/{id}")).contains("Deleted by an operator"));
    let again =
        browser.send("POST", &format!("/notifications/{id}/retry"), &[FORM, ("Origin", &browser.base)], "");
    assert_eq!(again.status, 404);
    assert!(browser.page("/").contains("sf-outbound org change create"), "an empty queue says what to do");
}

#[test]
fn what_would_be_sent_is_what_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    let endpoint = Endpoint::always(Behaviour::Nack);
    let open = |of: &str| {
        let builder = Org::builder(two_objects(&endpoint.url(), of)).file(folder.path().join("org.db"));
        builder.clock(ManualClock::default()).rest(free()).start().unwrap()
    };
    let org = open("Opportunity");
    let deal = org.create("Opportunity", [("Name", "Acme")]).unwrap();
    org.settle().unwrap();
    let id = org.waiting("Won", 1).unwrap()[0].id;
    let message = format!("/notifications/{id}/message.xml");
    assert_eq!(Browser::new(&org).page(&message), endpoint.received()[0].body);
    org.stop();
    // Of another object nothing would be sent, and nothing is.
    let org = open("Lead");
    let browser = Browser::new(&org);
    let seen = browser.page(&format!("/notifications/{id}"));
    assert!(
        seen.contains("Nothing would be sent: the outbound message was pointed at another object."),
        "{seen}"
    );
    assert!(seen.contains(&format!("/records/Opportunity/{deal}")), "{seen}");
    assert_eq!(browser.send("GET", &message, &[], "").status, 404);
    org.retry(id).unwrap();
    org.settle().unwrap();
    assert_eq!(endpoint.received().len(), 1);
    let listed = browser.page(&format!("/?record={deal}"));
    assert!(listed.contains("pointed at another object") && listed.contains(deal.as_str()), "{listed}");
}

#[test]
fn many_are_paged_filtered_and_worked_by_filter() {
    let (won, copy) = (Endpoint::always(Behaviour::Nack), Endpoint::always(Behaviour::Fault));
    let clock = ManualClock::default();
    let definition = two_messages(&won.url(), &copy.url());
    let org = Org::builder(definition).clock(clock.clone()).rest(free()).start().unwrap();
    let browser = Browser::new(&org);
    let deals = deals(&org, 1_000);
    org.settle().unwrap();

    // Each row stands on one part of the list and no other.
    let mut ids = Vec::new();
    let mut path = "/?message=Won".to_owned();
    loop {
        let page = browser.page(&path);
        let waiting = page.split("id=\"waiting\"").nth(1).unwrap().split("id=\"failed\"").next().unwrap();
        let rows = waiting.split("<a class=\"id\" href=\"/records/Opportunity/").skip(1);
        ids.extend(rows.map(|row| row.split('"').next().unwrap().to_owned()));
        let Some(next) = waiting.split("rel=\"next\" href=\"").nth(1) else { break };
        path = next.split('"').next().unwrap().replace("&amp;", "&");
    }
    let all: Vec<_> = deals.iter().map(|id| id.as_str().to_owned()).collect();
    assert_eq!(ids, all);

    let one = browser.page(&format!("/?record={}", deals[7]));
    assert_eq!(count(&one, "<a class=\"id\""), 2, "{one}");
    assert_eq!(count(&browser.page("/?reason=NACK&message=Copy"), "<a class=\"id\""), 0);
    assert_eq!(count(&browser.page("/?reason=soap+fault&message=Copy"), "<a class=\"id\""), 25);
    assert!(browser.page("/?record=nonsense").contains("No notification matches the filter."));

    let confirm = browser.page("/queue/delete?list=waiting&message=Copy");
    assert!(confirm.contains("1,000 notifications: waiting, of <b>Copy</b>"), "{confirm}");
    let status = |place: usize| {
        let status = org.status().unwrap();
        (status[place].waiting, status[place].failed)
    };
    assert_eq!(
        browser.form("/queue/delete", "list=waiting&message=Copy"),
        "/?message=Copy&done=deleted&count=1000"
    );
    assert_eq!((status(0), status(1)), ((1_000, 0), (0, 0)));
    clock.advance(DAY);
    org.settle().unwrap();
    assert_eq!(status(0), (0, 1_000));
    won.now(Behaviour::Ack);
    assert_eq!(
        browser.form("/queue/retry", &format!("list=failed&record={}", deals[3])),
        format!("/?record={}&done=retried&count=1", deals[3])
    );
    org.settle().unwrap();
    assert_eq!(status(0), (0, 999));
    assert_eq!(
        browser.form("/queue/retry", "list=failed&reason=nack"),
        "/?reason=nack&done=retried&count=999"
    );
    org.settle().unwrap();
    assert_eq!(status(0), (0, 0));
    assert_eq!(won.received().iter().filter(|message| message.acknowledged).count(), 11);
    let page = browser.page("/?window=day");
    assert!(page.contains("1,000 notifications delivered") && page.contains("<svg role=\"img\""), "{page}");
}

#[test]
fn records_live_by_forms() {
    let endpoint = Endpoint::always(Behaviour::Ack);
    let (org, browser, _) = start(&endpoint);
    assert!(browser.page("/records/Opportunity").contains("None yet."));
    let made = browser.form(
        "/records/Opportunity",
        "field.Name=Gr%C3%B6%C3%9Fe+%3C1%3E&field.Amount=1200.5&field.IsWon=true&field.CloseDate=&field.Number__c=N-1",
    );
    let (path, done) = made.split_once('?').unwrap();
    assert_eq!(done, "done=created");
    let id: Id = path.rsplit('/').next().unwrap().parse().unwrap();
    let values = org.read("Opportunity", id).unwrap();
    let text =
        |field: &str| org.read("Opportunity", id).unwrap().get(field).map(|v| v.as_value().to_string());
    assert_eq!(values.get("Name").unwrap().as_value().to_string(), "Größe <1>");
    assert_eq!((text("Amount"), text("CloseDate")), (Some("1200.5".into()), None));
    assert!(browser.page(&made).contains("The record was created."));

    // Only what is another than it was is written.
    let before = endpoint.wait(1).len();
    assert_eq!(
        browser.form(path, "field.Name=Gr%C3%B6%C3%9Fe+%3C1%3E&field.IsWon=true"),
        format!("{path}?done=unchanged")
    );
    assert_eq!(browser.form(path, "field.Amount=&field.Name=Two%0D%0Alines"), format!("{path}?done=saved"));
    assert_eq!((text("Amount"), text("Name")), (None, Some("Two\nlines".into())));
    assert_eq!(browser.form(path, "field.Name=Two%0D%0Alines"), format!("{path}?done=unchanged"));
    assert!(endpoint.wait(before + 1).len() > before);
    let shown = browser.page(path);
    assert!(shown.contains("<textarea") && shown.contains("Kept by the organization."), "{shown}");
    let wrong = browser.send("POST", path, &[FORM, ("Origin", &browser.base)], "field.CloseDate=tomorrow");
    assert_eq!(wrong.status, 400);
    assert!(wrong.text.contains("Cannot deserialize CloseDate") && !wrong.text.contains("tomorrow"));

    for number in 0..60 {
        org.create("Opportunity", [("Name", format!("Deal {number}"))]).unwrap();
    }
    let list = browser.page("/records/Opportunity");
    assert_eq!(count(&list, "<a class=\"id\""), 50);
    let next = list.split("rel=\"next\" href=\"").nth(1).unwrap().split('"').next().unwrap();
    assert_eq!(count(&browser.page(next), "<a class=\"id\""), 11);
    let found = browser.send("GET", &format!("/records?id={id}"), &[], "");
    assert_eq!((found.status, found.header("location")), (303, path));
    assert_eq!(browser.form(&format!("{path}/delete"), ""), "/records/Opportunity?done=removed");
    assert_eq!(org.read("Opportunity", id).unwrap_err().code(), "ENTITY_IS_DELETED");
}

#[test]
fn the_wsdl_is_read_back_and_tells_no_secret() {
    let endpoint = Endpoint::always(Behaviour::Ack);
    let (_org, browser, _) = start(&endpoint);
    let reply = browser.send("GET", "/messages/Won/wsdl", &[], "");
    assert_eq!(reply.header("content-disposition"), "attachment; filename=\"Won.wsdl\"");
    assert!(!reply.text.contains("secret"), "{}", reply.text);
    let read =
        sf_outbound_wsdl::read("won.wsdl", reply.text.as_bytes(), &sf_outbound_wsdl::ReadOptions::default());
    assert_eq!(read.model.unwrap().object.text, "Opportunity");
}

#[test]
fn what_is_rehearsed_is_switched() {
    let endpoint = Endpoint::always(Behaviour::Ack);
    let (org, browser, _) = start(&endpoint);
    browser.form("/rehearsal", "duplicates=12.5&lost-replies=&seed=7");
    assert_eq!(org.rehearsal().to_string(), "duplicates=12.5%,seed=7");
    let page = browser.page("/rehearsal");
    assert!(page.contains("value=\"12.5\"") && page.contains("Rehearsing"), "{page}");
    assert!(browser.page("/").contains("duplicates=12.5%"));
    for wrong in ["duplicates=101", "duplicates=-1", "duplicates=x", "seed=x"] {
        let reply = browser.send("POST", "/rehearsal", &[FORM, ("Origin", &browser.base)], wrong);
        assert_eq!(reply.status, 400, "{wrong}");
    }
    assert!((org.rehearsal().rate(Fault::Duplicates) - 0.125).abs() < f64::EPSILON);
    browser.form("/rehearsal", "duplicates=12.5&stop=1");
    assert!(org.rehearsal().is_nothing());
}

#[test]
fn hostile_values_and_replies_are_text_and_are_cut() {
    const HOSTILE: &str = "</textarea><script>alert(1)</script>\" onfocus=\"alert(1) '\u{202e}\u{1b}[2J";
    let reply: &'static str = Box::leak(format!("{HOSTILE}{}", "é".repeat(500_000)).into_boxed_str());
    let endpoint = Endpoint::always(Behaviour::Reply(500, reply));
    let (org, browser, _) = start(&endpoint);
    let huge = format!("{HOSTILE}{}", "x".repeat(1 << 20));
    let deal = org.create("Opportunity", [("Name", huge.as_str()), ("Number__c", HOSTILE)]).unwrap();
    org.settle().unwrap();
    let id = org.waiting("Won", 1).unwrap()[0].id;
    for path in [
        "/".to_owned(),
        format!("/notifications/{id}"),
        "/messages/Won".to_owned(),
        "/records/Opportunity".to_owned(),
        format!("/records/Opportunity/{deal}"),
        "/?reason=%3Cscript%3Ealert(1)%3C/script%3E%22+autofocus".to_owned(),
        "/queue/delete?message=%3Cscript%3E".to_owned(),
    ] {
        let text = browser.page(&path);
        assert_eq!(count(&text, "<script"), 1, "{path}: {text}");
        for raw in ["<script>", "\" onfocus", "\" autofocus", "\u{202e}", "\u{1b}"] {
            assert!(!text.contains(raw), "{path} holds {raw:?}");
        }
        assert!(text.len() < 200_000, "{path} has {} bytes", text.len());
    }
    assert_eq!(huge.chars().count(), 1_048_638);
    for path in ["/records/Opportunity".to_owned(), format!("/records/Opportunity/{deal}")] {
        assert!(browser.page(&path).contains("cut: 1,048,638 characters in all"), "{path}");
    }
    assert!(browser.page("/messages/Won").contains("its first 4,096 bytes"));
    // A form that a browser sends back does not change what no form can hold.
    let path = format!("/records/Opportunity/{deal}");
    assert_eq!(browser.form(&path, "field.Name=cut&field.Number__c=cut"), format!("{path}?done=unchanged"));
}

#[test]
fn only_its_own_forms_and_only_this_machine_are_heard() {
    let endpoint = Endpoint::always(Behaviour::Nack);
    let (org, browser, _) = start(&endpoint);
    let deal = org.create("Opportunity", [("Name", "Acme")]).unwrap();
    org.settle().unwrap();
    let id = org.waiting("Won", 1).unwrap()[0].id;
    let own = browser.base.as_str();
    let foreign: [&[(&str, &str)]; 8] = [
        &[],
        &[("Origin", "http://evil.example")],
        &[("Origin", "null")],
        &[("Origin", "http://127.0.0.1:1")],
        &[("Origin", "http://evil.example"), ("Sec-Fetch-Site", "same-origin")],
        &[("Origin", own), ("Sec-Fetch-Site", "cross-site")],
        &[("Sec-Fetch-Site", "same-site")],
        &[("Sec-Fetch-Site", "none")],
    ];
    for path in [
        format!("/notifications/{id}/retry"),
        format!("/notifications/{id}/delete"),
        "/queue/retry".to_owned(),
        "/queue/delete".to_owned(),
        "/records/Opportunity".to_owned(),
        format!("/records/Opportunity/{deal}"),
        format!("/records/Opportunity/{deal}/delete"),
        "/rehearsal".to_owned(),
        "/login".to_owned(),
        "/logout".to_owned(),
    ] {
        for headers in foreign {
            let headers = [&[FORM], headers].concat();
            let reply = browser.send("POST", &path, &headers, "field.Name=evil&duplicates=100");
            assert_eq!(reply.status, 403, "{path} {headers:?}");
        }
        // What changes something is never a link.
        assert!([200, 303, 400, 404, 405].contains(&browser.send("GET", &path, &[], "").status), "{path}");
    }
    for headers in [[("Sec-Fetch-Site", "cross-site")], [("Host", "evil.example:8099")]] {
        for path in ["/", "/messages", "/page/live", "/page/page.js", "/records/Opportunity"] {
            assert_eq!(browser.send("GET", path, &headers, "").status, 403, "{path} {headers:?}");
        }
    }
    assert_eq!(org.waiting("Won", 9).unwrap().len(), 1);
    assert!(org.rehearsal().is_nothing());
    let name = org.read("Opportunity", deal).unwrap();
    assert_eq!(name.get("Name").unwrap().as_value().to_string(), "Acme");
    let reply = browser.send("POST", "/rehearsal", &[FORM, ("Sec-Fetch-Site", "same-origin")], "reorder=1");
    assert_eq!(reply.status, 303);
}

#[test]
fn with_a_token_one_logs_in() {
    let endpoint = Endpoint::always(Behaviour::Ack);
    let org = Org::builder(definition(&endpoint.url()))
        .rest(free().token("open sesame, cave of thieves"))
        .start()
        .unwrap();
    let mut browser = Browser::new(&org);
    for path in ["/", "/messages", "/messages/Won/wsdl", "/records/Opportunity", "/rehearsal"] {
        let reply = browser.send("GET", path, &[], "");
        assert_eq!((reply.status, reply.header("location")), (303, "/login"), "{path}");
    }
    let origin = [FORM, ("Origin", browser.base.as_str())];
    assert_eq!(browser.send("GET", "/page/live", &[], "").status, 401);
    assert_eq!(browser.send("POST", "/records/Opportunity", &origin, "field.Name=x").status, 401);
    assert!(browser.page("/login").contains("type=\"password\""));
    let wrong = browser.send("POST", "/login", &origin, "token=sesame");
    assert_eq!((wrong.status, wrong.header("set-cookie")), (401, ""));
    let right = browser.send("POST", "/login", &origin, "token=open+sesame,+cave+of+thieves");
    let cookie = right.header("set-cookie").to_owned();
    assert_eq!((right.status, right.header("location")), (303, "/"));
    assert!(
        cookie.ends_with("; Path=/; HttpOnly; SameSite=Strict") && !cookie.contains("sesame"),
        "{cookie}"
    );
    let (name, key) = cookie.split(';').next().unwrap().split_once('=').unwrap();
    for key in ["", "open sesame, cave of thieves", &key[1..], &key.replace(&key[..1], "x")] {
        browser.cookie = format!("{name}={key}");
        assert_eq!(browser.send("GET", "/", &[], "").status, 303, "{key}");
    }
    browser.cookie = format!("other=1; {name}={key}");
    assert!(browser.page("/").contains("Log out"));
    assert_eq!(browser.form("/logout", ""), "/login");
    // The cookie is the page's alone.
    assert_eq!(browser.send("GET", "/services/data/v61.0/sobjects", &[], "").status, 401);
}

#[test]
fn a_change_is_told_and_the_end_is_not_held_up() {
    use std::io::{BufRead, BufReader, Write};
    let endpoint = Endpoint::always(Behaviour::Ack);
    let (org, _, _) = start(&endpoint);
    let address = org.address().unwrap();
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    write!(stream, "GET /page/live HTTP/1.1\r\nHost: {address}\r\n\r\n").unwrap();
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    assert!(lines.any(|line| line == "retry: 2000"));
    org.create("Opportunity", [("Name", "Acme")]).unwrap();
    assert!(lines.any(|line| line == "event: change"));
    let stopping = Instant::now();
    org.stop();
    assert!(stopping.elapsed() < Duration::from_secs(1), "{:?}", stopping.elapsed());
}
