//! What is said of replies that are not as they should be: a true reason, and what would be right.

use sf_outbound::{Ack, Fault, Reply, Verdict, verdict};

const ACK: &str = "<Ack>true</Ack>";

fn response(inside: &str) -> String {
    format!(
        "<notificationsResponse xmlns='http://soap.sforce.com/2005/09/outbound'>{inside}</notificationsResponse>"
    )
}

fn bodies(bodies: &str) -> String {
    format!("<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'>{bodies}</e:Envelope>")
}

fn body(inside: &str) -> String {
    bodies(&format!("<e:Body>{inside}</e:Body>"))
}

fn of(reply: impl AsRef<[u8]>) -> Verdict {
    verdict(Some(200), reply.as_ref())
}

#[test]
fn a_reason_is_true_of_its_reply() {
    for (reply, reason) in [
        (body(""), "the reply's SOAP body is empty"),
        (body(" <!-- OK --> "), "the reply's SOAP body is empty"),
        (body("OK"), "the reply's SOAP body holds text where `notificationsResponse` belongs"),
        (
            body(&format!("OK{}", response(ACK))),
            "the reply's SOAP body holds text where `notificationsResponse` belongs",
        ),
        (
            body(&format!("{}OK", response(ACK))),
            "the reply's SOAP body holds text beside `notificationsResponse`",
        ),
        (body(&response("")), "the reply has no `Ack` in the namespace of outbound messages"),
        (
            body(&response("<Ack xmlns=''>true</Ack>")),
            "the reply has no `Ack` in the namespace of outbound messages",
        ),
        (body(&response("OK")), "the reply's `notificationsResponse` holds text beside its `Ack`"),
        (
            body(&response("OK<Ack>true</Ack>")),
            "the reply's `notificationsResponse` holds text beside its `Ack`",
        ),
        (
            body(&response("<Ack>true</Ack>OK")),
            "the reply's `notificationsResponse` holds text beside its `Ack`",
        ),
        (body("<ok/>"), "the reply's SOAP body holds `ok`, not `notificationsResponse`"),
        (bodies(""), "the reply's envelope has no SOAP Body"),
        (bodies("<e:Header/>"), "the reply's envelope has no SOAP Body"),
        (bodies("OK"), "text stands in the reply's envelope beside its SOAP Body"),
        (String::new(), "the reply is empty"),
        ("<a/>".into(), "the reply is XML, but not a SOAP envelope"),
    ] {
        assert_eq!(of(&reply).reason(), Some(reason), "{reply}");
    }
}

#[test]
fn an_ack_is_a_boolean_and_holds_nothing_else() {
    for ack in ["true", " true\n", "1", "<!-- c -->true"] {
        assert_eq!(of(body(&response(&format!("<Ack>{ack}</Ack>")))), of(body(&response(ACK))), "{ack}");
    }
    assert!(of(body(&response(ACK))).is_delivered() && of(body(&response(ACK))).note().is_none());
    for ack in ["false", "0"] {
        let nack = of(body(&response(&format!("<Ack>{ack}</Ack>"))));
        assert_eq!((nack.reason(), nack.note()), (Some("SOAP response was a nack."), None));
    }
    for ack in ["True", "TRUE", "?", "", "yes", "true, thank you", "\u{A0}true", "<b>true</b>"] {
        let wrong = of(body(&response(&format!("<Ack>{ack}</Ack>"))));
        assert!(wrong.reason().is_some_and(|reason| reason.starts_with("the reply's `Ack`")), "{ack}");
        assert!(wrong.note().is_some_and(|note| note.starts_with("`Ack` is an xsd:boolean")), "{ack}");
    }
    assert!(of(body(&response("OK"))).note().is_some_and(|note| note.starts_with("`Ack` is an xsd:boolean")));
}

#[test]
fn what_stands_twice_is_delivered_with_a_note() {
    let one = response(ACK);
    for (reply, note) in [
        (body(&response("<Ack>true</Ack><Ack>false</Ack>")), "the reply holds a second `Ack`"),
        (body(&response("<Ack>true</Ack><Ack>true</Ack>")), "the reply holds a second `Ack`"),
        (body(&format!("{one}{one}")), "the reply's SOAP body holds a second element"),
        (body(&format!("{one}<e:Fault/>")), "the reply's SOAP body holds a second element"),
        (
            bodies(&format!("<e:Body>{one}</e:Body><e:Body/>")),
            "the reply's envelope holds a second SOAP Body",
        ),
    ] {
        let verdict = of(&reply);
        assert!(verdict.is_delivered(), "{reply}: {verdict:?}");
        assert!(verdict.note().is_some_and(|text| text.starts_with(note)), "{reply}: {verdict:?}");
    }
    // What the first says counts.
    assert!(!of(body(&response("<Ack>false</Ack><Ack>true</Ack>"))).is_delivered());
    assert!(!of(format!("{}<more/>", body(&one))).is_delivered(), "ill-formed behind the ack");
}

#[test]
fn encodings_that_agree_with_ascii_are_read() {
    let declared =
        |encoding: &str, reply: &str| format!("<?xml version='1.0' encoding='{encoding}'?>{reply}");
    for encoding in ["windows-1252", "Windows-1251", "cp1252", "ISO-8859-15"] {
        let verdict = of(declared(encoding, &body(&response(ACK))));
        assert!(verdict.is_delivered(), "{encoding}: {verdict:?}");
        assert!(
            verdict.note().is_some_and(|note| note.ends_with("send UTF-8, which every reader of XML knows"))
        );
        let nack = of(declared(encoding, &body(&response("<Ack>false</Ack>"))));
        assert_eq!(nack.reason(), Some("SOAP response was a nack."));
    }
    let mut fault =
        declared("windows-1252", &body("<e:Fault><faultstring>ferm*</faultstring></e:Fault>")).into_bytes();
    let star = fault.iter().position(|byte| *byte == b'*').unwrap();
    fault[star] = 0xE9;
    assert_eq!(of(&fault).reason(), Some("the reply is a SOAP fault: fermé"));
    for encoding in ["utf-7", "EBCDIC-CP-US", "Shift_JIS"] {
        let verdict = of(declared(encoding, &body(&response(ACK))));
        let reason = verdict.reason().unwrap();
        assert!(reason.starts_with("the reply's text cannot be read: SFR0101"), "{reason}");
        assert_eq!(verdict.note(), None, "it is XML, and no text that is not");
    }
    assert!(of(declared("utf-8", &body(&response(ACK)))).note().is_none());
}

#[test]
fn a_redirect_is_not_followed_whatever_its_body() {
    for status in [301, 302, 303, 307, 308] {
        for reply in [body(&response(ACK)), String::new(), "<html><title>Moved</title></html>".into()] {
            let verdict = verdict(Some(status), reply.as_bytes());
            let reason =
                format!("HTTP status {status} is a redirect, and Salesforce does not follow redirects");
            assert_eq!(verdict.reason(), Some(&*reason), "{reply}");
            assert!(verdict.note().is_some_and(|note| note.contains("endpoint URL")));
        }
    }
    let to = |location: &str| {
        let reason = verdict(Some(302), b"").with_location(location).reason().unwrap().to_owned();
        reason.split_once("redirects: ").unwrap().1.to_owned()
    };
    assert_eq!(
        to("https://me:secret@example.com:8443/a/b/?token=secret#secret"),
        "https://example.com:8443/a/b/"
    );
    assert_eq!(to("/login?next=secret"), "/login");
    assert_eq!(to("/login;jsessionid=secret?a"), "/login");
    assert_eq!(to("https://me:se;cret@example.com/a;b=secret"), "https://example.com/a");
    assert_eq!(to("//secret@example.com\u{1b}[2J"), "//example.com[2J");
    assert_eq!(to("https://example.com?x=a@b//c"), "https://example.com");
    assert!(to(&"é/".repeat(9000)).chars().count() <= 200);
    let good = of(body(&response(ACK)));
    assert_eq!(good.clone().with_location("https://example.com/"), good);
    for status in [100, 199, 300, 304, 399, 404, 500] {
        let verdict = verdict(Some(status), body(&response(ACK)).as_bytes());
        let reason = format!("HTTP status {status}, though the body is an ack");
        assert_eq!(verdict.reason(), Some(&*reason));
    }
    for status in [200, 202, 299] {
        assert!(verdict(Some(status), body(&response(ACK)).as_bytes()).is_delivered(), "{status}");
    }
}

#[test]
fn a_page_or_a_text_shows_what_it_says_and_no_secret() {
    let page = "\u{FEFF}\n<!DOCTYPE html><html><head><style>p{color:red}</style>\
        <TITLE lang='en'>\n Log in |  Example </TITLE><script>var token='4242'</script></head>\
        <body><input value='4242'><p>Welcome</p></body></html>";
    let body_text = "<html><head><script>token = 4242</script></head><body onload='x(4242)'>\
        <h1>Sign in</h1><style>a{}</style><p>to <b>continue</b> as me@4242.example with key=4242 \
        4242424242424242424242424242424242</p></body></html>";
    let xhtml =
        "<?xml version='1.0'?><!DOCTYPE html PUBLIC 'x' 'y'><html><head><title>Down</title></head></html>";
    for (reply, shown) in [
        (page, "`Log in | Example`"),
        (body_text, "`Sign in to continue as … with … …`"),
        (xhtml, "`Down`"),
        ("OK", "the reply is the text `OK`"),
        ("{\"message\": \"Internal server error\"}", "error\"}`"),
        ("<html><title></title>Gone", "`Gone`"),
        ("<html><title>A", "`A`"),
        ("<html><script>4242", ""),
        ("<html", ""),
        ("<html><script", ""),
    ] {
        let verdict = of(reply);
        assert!(!verdict.is_delivered());
        assert_eq!(verdict.note().is_some(), !shown.is_empty(), "{reply}: {verdict:?}");
        let note = verdict.note().unwrap_or_default();
        assert!(note.contains(shown) && !note.contains("4242"), "{reply}: {note}");
        assert_eq!(
            verdict.reason().unwrap().ends_with("Content is not allowed in prolog."),
            reply != xhtml,
            "{verdict:?}"
        );
    }
    let latin = of(b"<html><title>Connexion refus\xE9e</title></html>");
    assert!(latin.note().is_some_and(|note| note.contains("`Connexion refus\u{FFFD}e`")), "{latin:?}");
    for reply in ["é".repeat(90_000), format!("<html>{}", "é ".repeat(90_000)), "<".repeat(90_000)] {
        let note = of(&reply).note().unwrap_or_default().to_owned();
        assert!(note.chars().count() < 250, "{note}");
    }
}

#[test]
fn our_own_replies_are_what_they_say() {
    let of = |reply: Reply| verdict(Some(reply.status), &reply.body);
    assert!(of(Ack::Accepted.into()).is_delivered());
    assert_eq!(of(Ack::Retry.into()).reason(), Some("SOAP response was a nack."));
    let fault = of(Fault::new("closed for <stock-taking>").into());
    assert_eq!(fault.reason(), Some("the reply is a SOAP fault: closed for <stock-taking>"));
}
