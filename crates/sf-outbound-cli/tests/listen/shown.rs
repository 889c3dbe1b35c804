//! What a listener shows.

use crate::process::{ACCOUNT, Listener, OPPORTUNITY, good, run, sample, timeless};

#[test]
fn notifications_come_as_a_table_that_tells_nulls_and_deleted_records_apart() {
    let listener = Listener::start(&["--wsdl", OPPORTUNITY, "--width", "110"]);
    let message = sample(OPPORTUNITY, 3, 7);
    let start = message.match_indices("    <sObject").nth(1).unwrap().0;
    let end = message.match_indices("    </sObject>\n").nth(1).unwrap().0 + "    </sObject>\n".len();
    let deleted = message.replace(&message[start..end], "");
    assert!(listener.post(deleted.as_bytes()).contains("<Ack>true</Ack>"));
    let drifted = sample(OPPORTUNITY, 1, 7).replace("<sf:Name>", "<sf:New__c>secret</sf:New__c><sf:Name>");
    for _ in 0..2 {
        assert!(listener.post(drifted.as_bytes()).contains("<Ack>true</Ack>"));
    }
    let broken = sample(OPPORTUNITY, 1, 2).replace("<sf:FiscalYear>2016<", "<sf:FiscalYear>soon<");
    assert!(listener.post(broken.as_bytes()).starts_with("HTTP/1.1 500 "));
    let url = listener.url.clone();
    let (out, err) = listener.stop();
    assert_eq!(err, "");
    assert!(!out.contains("opensesame") && !out.contains("secret"), "{out}");
    expect_test::expect_file!["expected.txt"].assert_eq(&timeless(&out).replace(&url, "http://ADDRESS"));
}

#[test]
fn json_is_what_decode_prints_and_nothing_else_stands_in_the_pipe() {
    let listener = Listener::start(&["--wsdl", OPPORTUNITY, "--wsdl", ACCOUNT, "--format", "json"]);
    let folder = tempfile::tempdir().unwrap();
    let mut decoded = String::new();
    for (number, wsdl) in [OPPORTUNITY, ACCOUNT, OPPORTUNITY].into_iter().enumerate() {
        let file = folder.path().join("message.xml");
        std::fs::write(&file, sample(wsdl, 3, number)).unwrap();
        let file = file.to_str().unwrap();
        assert_eq!(good(&["send", file, "--to", &listener.url]), "HTTP 200: Delivered.\n");
        decoded += &good(&["decode", "--wsdl", wsdl, "--format", "json", file]);
    }
    assert!(listener.post(b"junk").contains("SFR0102"));
    let (out, err) = listener.stop();
    assert_eq!(out, decoded);
    assert!(err.contains(" /salesforce: refused: SFR0102: text before the root element, at 1:1\n"), "{err}");
    assert!(
        err.ends_with(
            "3 messages, 9 notifications (0 again): 3 ack, 0 nack, 0 fault, 0 drop; 1 request refused\n"
        ),
        "{err}"
    );
}

#[test]
fn messages_of_other_organizations_and_objects_are_refused() {
    let message = sample(OPPORTUNITY, 1, 3);
    let organization = message.split("<OrganizationId>").nth(1).unwrap()[..15].to_owned();
    for (named, refused) in [(organization.as_str(), ""), ("00D000000000001", "SFR0603")] {
        let listener = Listener::start(&["--wsdl", OPPORTUNITY, "--organization", named]);
        let reply = listener.post(message.as_bytes());
        assert!(reply.contains(if refused.is_empty() { "<Ack>true</Ack>" } else { refused }), "{reply}");
        // A stranger does not hear which object is expected.
        let other = if refused.is_empty() { "SFR0304" } else { refused };
        let reply = listener.post(sample(ACCOUNT, 1, 3).as_bytes());
        assert!(reply.contains(other), "{reply}");
        let (out, _) = listener.stop();
        assert!(out.contains(refused) && out.contains(&format!("refused: {other}")), "{out}");
    }
}

#[test]
fn what_makes_no_sense_is_refused_before_listening() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for (arguments, code, said) in [
        (&["--listen", &address][..], 3, "help: name another address with `--listen`"),
        (&["--answer", "perhaps"], 2, "write ack, nack, fault or drop"),
        (&["--delay", "soon"], 2, "write a length of time such as 500ms"),
        (&["--delay=-5s"], 2, "write a length of time such as 500ms"),
        (&["--organization", "mine"], 2, "not 15 or 18 letters and digits"),
        (
            &["--forward", "ftp://me:opensesame@host/"],
            2,
            "ftp://<redacted>@host/ is not an http or https URL",
        ),
        (&["--forward", "http://127.0.0.1:1/", "--answer", "nack"], 2, "cannot be used with"),
        (&["--keep", "Cargo.toml/messages"], 3, "error: cannot make Cargo.toml/messages"),
        (&["--wsdl", "no/such.wsdl"], 3, "error: cannot read no/such.wsdl"),
        (&["--wsdl", "tests/ui/json/service.wsdl"], 1, "error[SFW0103]"),
    ] {
        let output = run(&[&["listen", "--wsdl", OPPORTUNITY], arguments].concat());
        let err = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {err}");
        assert!(err.contains(said) && !err.contains("opensesame"), "{arguments:?}: {err}");
    }
}
