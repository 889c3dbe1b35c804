//! What was kept is sent again.

use crate::keep::files;
use crate::process::{ACCOUNT, Listener, OPPORTUNITY, good, run, sample};
use sf_outbound::jiff::Timestamp;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn kept_messages_are_sent_again_byte_for_byte_in_their_order() {
    let [first, second] = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let listener = Listener::start(&["--wsdl", OPPORTUNITY, "--keep", text(first.path())]);
    for seed in 0..20 {
        let message = sample(OPPORTUNITY, 1 + seed % 3, seed).replace("?>\n", "?>\r\n<!-- as it came -->\n");
        listener.post(message.as_bytes());
    }
    // In an encoding that only the content type names.
    let latin_1: Vec<u8> =
        sample(OPPORTUNITY, 1, 30).chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect();
    let latin_1 = String::from_utf8_lossy(&latin_1)
        .replace("<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "")
        .into_bytes();
    assert!(listener.post_as("text/xml; charset=iso-8859-1", &latin_1).contains("<Ack>true</Ack>"));
    listener.stop();

    let listener = Listener::start(&["--wsdl", OPPORTUNITY, "--keep", text(second.path())]);
    let summary = good(&["send", text(first.path()), "--to", &listener.url]);
    assert!(
        summary.starts_with("sent 21: delivered 21, nack 0, fault 0, no ack 0, no reply 0\nlatency p50 "),
        "{summary}"
    );
    let (out, _) = listener.stop();
    assert!(!out.contains("again  "), "{out}");
    let [sent, kept] = [&first, &second].map(|folder| files(folder.path(), ".request.xml"));
    assert_eq!((sent.len(), kept.len()), (21, 21));
    for (sent, kept) in sent.iter().zip(&kept) {
        assert_eq!(fs::read(sent).unwrap(), fs::read(kept).unwrap());
    }
    let last = fs::read_to_string(&files(second.path(), ".reply.json")[20]).unwrap();
    assert!(last.contains("\"contentType\": \"text/xml; charset=iso-8859-1\""), "{last}");
}

#[test]
fn fresh_ids_make_a_thousand_messages_of_ten_new() {
    let folder = tempfile::tempdir().unwrap();
    for seed in 0..10 {
        fs::write(folder.path().join(format!("{seed}.xml")), sample(OPPORTUNITY, 2, seed)).unwrap();
    }
    fs::write(folder.path().join("0.reply.xml"), "no message").unwrap();
    fs::write(folder.path().join("README.md"), "no message").unwrap();
    let listener = Listener::start(&["--wsdl", OPPORTUNITY, "--format", "json"]);
    let arguments = ["--repeat", "100", "--concurrency", "8", "--fresh-ids", "--to", &listener.url];
    let output = run(&[&["send", text(folder.path())], &arguments[..]].concat());
    let summary = String::from_utf8(output.stdout).unwrap();
    assert!(summary.starts_with("sent 1000: delivered 1000, nack 0,"), "{summary}");
    assert_eq!(
        (output.status.code(), output.stderr.as_slice()),
        (Some(0), &b""[..]),
        "no progress in a pipe"
    );
    let (out, err) = listener.stop();
    assert!(err.ends_with("1000 messages, 2000 notifications (0 again): 1000 ack, 0 nack, 0 fault, 0 drop; 0 requests refused\n"), "{err}");
    let ids: BTreeSet<_> = out
        .lines()
        .flat_map(|line| {
            let json: serde_json::Value = serde_json::from_str(line).unwrap();
            let ids = json["Notification"]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| one["Id"].as_str().unwrap().to_owned());
            ids.collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(ids.len(), 2000);
}

#[test]
fn times_are_moved_together_so_that_the_newest_is_now() {
    let [messages, kept] = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let stamped = |time: &str| {
        let message = sample(ACCOUNT, 1, 1);
        let (head, rest) = message.split_once("<sf:CreatedDate>").unwrap();
        format!("{head}<sf:CreatedDate>{time}{}", &rest[rest.find("</sf:CreatedDate>").unwrap()..])
    };
    for (name, time) in [("1.xml", "2020-01-01T00:00:10.500Z"), ("2.xml", "2020-01-01T00:00:00.000Z")] {
        fs::write(messages.path().join(name), stamped(time)).unwrap();
    }
    fs::write(messages.path().join("3.xml"), "<junk").unwrap();
    let listener = Listener::start(&["--wsdl", ACCOUNT, "--keep", text(kept.path())]);
    let before = Timestamp::now();
    let output = run(&["send", text(messages.path()), "--shift-times", "--to", &listener.url]);
    listener.stop();
    assert_eq!(output.status.code(), Some(1));
    let err = String::from_utf8(output.stderr).unwrap();
    assert!(err.contains("3.xml: note: sent as it is: SFR0106: "), "{err}");
    let summary = String::from_utf8(output.stdout).unwrap();
    assert!(summary.contains("\nsent 3: delivered 2, nack 0, fault 1, no ack 0, no reply 0\n"), "{summary}");

    let sent = files(kept.path(), ".request.xml");
    let times: Vec<_> = sent[..2]
        .iter()
        .map(|file| {
            let message = fs::read_to_string(file).unwrap();
            let time = message.split("<sf:CreatedDate>").nth(1).unwrap()[..24].to_owned();
            assert_eq!(message, stamped(&time), "nothing else changes");
            time.parse::<Timestamp>().unwrap()
        })
        .collect();
    assert_eq!(times[0].duration_since(times[1]).as_millis(), 10_500);
    assert!(times[0] >= before - Duration::from_millis(1) && times[0] <= Timestamp::now());
    assert_eq!(fs::read_to_string(&sent[2]).unwrap(), "<junk");
}

#[test]
fn no_more_are_sent_than_the_rate_allows() {
    let listener = Listener::start(&["--wsdl", OPPORTUNITY]);
    let started = Instant::now();
    let arguments = [
        "send",
        "--sample",
        "1",
        "--wsdl",
        OPPORTUNITY,
        "--repeat",
        "11",
        "--rate",
        "20/s",
        "--concurrency",
        "4",
    ];
    good(&[&arguments[..], &["--to", &listener.url]].concat());
    assert!(started.elapsed() >= Duration::from_millis(500), "{:?}", started.elapsed());
    let (out, _) = listener.stop();
    assert!(out.contains("11 messages, 11 notifications (10 again)"), "{out}");
}

#[test]
fn what_is_not_delivered_is_listed_and_sets_the_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("kept");
    let send = ["send", "--sample", "1", "--wsdl", OPPORTUNITY, "--repeat", "4"];
    let listener = Listener::start(&["--wsdl", OPPORTUNITY, "--answer", "ack,nack,fault,drop"]);
    let output =
        run(&[&send[..], &["--keep", text(&kept), "--to", &format!("{}/?token=opensesame", listener.url)]]
            .concat());
    let shown = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1));
    let mut lines = shown.lines();
    assert_eq!(lines.next(), Some("sample: HTTP 200: Not delivered: SOAP response was a nack."));
    assert_eq!(
        lines.next(),
        Some(
            "sample: HTTP 500: Not delivered: the reply is a SOAP fault: the listener was told to answer with a fault"
        )
    );
    let address = format!("{}/?<redacted>", listener.url);
    let closed = format!("sample: reached {address}, but it closed the connection without a reply");
    assert_eq!(lines.next(), Some(&closed[..]));
    assert_eq!(lines.next(), Some("sent 4: delivered 1, nack 1, fault 1, no ack 0, no reply 1"));
    assert!(!shown.contains("opensesame"), "{shown}");
    let facts =
        files(&kept, ".reply.json").iter().map(|file| fs::read_to_string(file).unwrap()).collect::<String>();
    assert_eq!(facts.matches("\"delivered\": true").count(), 1);
    assert_eq!(facts.matches("/?<redacted>\"").count(), 4, "{facts}");
    let url = listener.url.clone();
    listener.stop();

    let output = run(&[&send[..], &["--to", &url]].concat());
    assert_eq!(output.status.code(), Some(3), "nobody is there");
    assert!(
        String::from_utf8(output.stdout)
            .unwrap()
            .contains("sent 4: delivered 0, nack 0, fault 0, no ack 0, no reply 4\n")
    );
    let empty = tempfile::tempdir().unwrap();
    let output = run(&["send", text(empty.path()), "--to", &url]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().ends_with("help: a message ends in .xml\n"));
}
