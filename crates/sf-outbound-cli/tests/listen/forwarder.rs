//! `--inbox`: stored, acknowledged, and posted until somebody has taken it.

use crate::process::{Listener, OPPORTUNITY, run, sample, wait};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

/// A request to the target.
struct Posted {
    head: String,
    body: String,
}

impl Posted {
    fn header(&self, name: &str) -> &str {
        let line = self.head.lines().find(|line| line.to_ascii_lowercase().starts_with(&format!("{name}: ")));
        line.unwrap_or_else(|| panic!("no {name} in {}", self.head)).split_once(": ").unwrap().1
    }

    fn notification(&self) -> String {
        let json: serde_json::Value = serde_json::from_str(&self.body).unwrap();
        let notifications = json["Notification"].as_array().unwrap();
        assert_eq!(notifications.len(), 1);
        notifications[0]["Id"].as_str().unwrap().to_owned()
    }
}

/// A server that answers by a number of the request, from 0, and gives the requests back.
fn target(answer: impl Fn(usize) -> &'static str + Send + 'static) -> (String, Receiver<Posted>) {
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://me:opensesame@{}/hook?token=opensesame", socket.local_addr().unwrap());
    let (sender, posted) = channel();
    thread::spawn(move || {
        for number in 0.. {
            let (stream, _) = socket.accept().unwrap();
            let one = request(&stream);
            let reply = format!("HTTP/1.1 {}\r\nConnection: close\r\n\r\n", answer(number));
            let _ = (&stream).write_all(reply.as_bytes());
            if sender.send(one).is_err() {
                return;
            }
        }
    });
    (url, posted)
}

fn request(stream: &TcpStream) -> Posted {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert!(reader.read_line(&mut head).unwrap() > 0, "the request ended early");
    }
    let posted = Posted { head, body: String::new() };
    let mut body = vec![0; posted.header("content-length").parse().unwrap()];
    reader.read_exact(&mut body).unwrap();
    Posted { body: String::from_utf8(body).unwrap(), ..posted }
}

fn next(posted: &Receiver<Posted>) -> Posted {
    posted.recv_timeout(Duration::from_secs(60)).expect("a post")
}

fn ack(listener: &Listener, message: &str) {
    let reply = listener.post(message.as_bytes());
    assert!(reply.contains("<Ack>true</Ack>"), "{reply}");
}

#[test]
fn each_notification_is_posted_once_however_often_it_comes() {
    let folder = tempfile::tempdir().unwrap();
    let address = format!("sqlite:{}", folder.path().join("inbox.db").display());
    let (url, posted) = target(|_| "204 No Content\r\nContent-Length: 0");
    let listener = Listener::start(&["--wsdl", OPPORTUNITY, "--inbox", &address, "--forward", &url]);
    let message = sample(OPPORTUNITY, 3, 1);
    ack(&listener, &message);
    ack(&listener, &message);
    let mut keys = Vec::new();
    for _ in 0..3 {
        let one = next(&posted);
        let key = one.header("idempotency-key").to_owned();
        assert!(key.contains(&one.notification()), "{key}");
        assert_eq!(
            (one.header("sf-attempt"), one.header("sf-revision"), one.header("sf-superseded")),
            ("1", "0", "false")
        );
        assert_eq!(one.header("content-type"), "application/json");
        keys.push(key);
    }
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), 3);
    assert_eq!(posted.recv_timeout(Duration::from_millis(300)).err(), Some(RecvTimeoutError::Timeout));
    wait("lines", || (listener.out().matches(": forwarded: HTTP 204").count() == 3).then_some(()));
    let (out, _) = listener.stop();
    assert!(out.contains("3 notifications of Opportunity") && out.contains(": stored: ack"), "{out}");
    let summary = "3 notifications stored (3 came again): 3 forwarded, 0 tries failed, 0 set aside as dead letters, 0 parked";
    assert!(out.contains(summary), "{out}");
    assert!(!out.contains("opensesame"), "{out}");
}

#[test]
fn a_target_says_when_and_whether_it_wants_it_again() {
    let folder = tempfile::tempdir().unwrap();
    let address = format!("sqlite:{}", folder.path().join("inbox.db").display());
    let (url, posted) = target(|number| match number {
        0 => "429 Too Many\r\nRetry-After: 1\r\nContent-Length: 0",
        1 => {
            "503 Closed\r\nRetry-After: 0\r\nContent-Length: 45\r\n\r\nthe stock is closed to /hook?token=opensesame"
        }
        2 => "200 OK\r\nContent-Length: 0",
        _ => "422 No\r\nContent-Length: 0",
    });
    let arguments = [
        "--wsdl",
        OPPORTUNITY,
        "--inbox",
        &address,
        "--forward",
        &url,
        "--concurrency",
        "1",
        "--format",
        "json",
    ];
    let listener = Listener::start(&arguments);
    ack(&listener, &sample(OPPORTUNITY, 1, 1));
    let tries: Vec<_> = (0..3).map(|_| next(&posted)).collect();
    assert_eq!(tries.iter().map(|one| one.header("sf-attempt")).collect::<Vec<_>>(), ["1", "2", "3"]);
    assert!(tries.windows(2).all(|two| two[0].header("idempotency-key") == two[1].header("idempotency-key")));
    assert!(tries.windows(2).all(|two| two[0].body == two[1].body), "each try posts the same");
    ack(&listener, &sample(OPPORTUNITY, 1, 2));
    next(&posted);
    wait("error", || listener.err().contains("HTTP 422").then_some(()));
    let (_, err) = listener.stop();
    for part in [
        "try 1 failed: HTTP 429",
        "try 2 failed: HTTP 503: the stock is closed to /hook?<redacted>",
        "try 1 failed, and is set aside as a dead letter: HTTP 422",
    ] {
        assert!(err.contains(part), "{part}: {err}");
    }
    assert!(err.contains("1 forwarded, 3 tries failed, 1 set aside as dead letters"), "{err}");
}

/// What was acknowledged is posted by the next process, under the same key.
#[test]
fn a_killed_listener_posts_at_its_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let address = format!("sqlite:{}?wait=10s", folder.path().join("inbox.db").display());
    // Nobody listens there yet.
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", socket.local_addr().unwrap());
    let arguments = ["--wsdl", OPPORTUNITY, "--inbox", &address, "--forward", &url];
    let listener = Listener::start(&arguments);
    ack(&listener, &sample(OPPORTUNITY, 2, 1));
    let (one, two) = (socket.accept().unwrap().0, socket.accept().unwrap().0);
    let mut before: Vec<_> =
        [&one, &two].map(|stream| request(stream).header("idempotency-key").to_owned()).to_vec();
    // Killed before it hears an answer.
    drop(listener);
    let listener = Listener::start(&arguments);
    let mut after = Vec::new();
    while after.len() < 2 {
        let (stream, _) = socket.accept().unwrap();
        let again = request(&stream);
        assert_eq!(again.header("sf-attempt"), "2", "a crash is a failed try");
        after.push(again.header("idempotency-key").to_owned());
        (&stream).write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").unwrap();
    }
    before.sort();
    after.sort();
    assert_eq!(before, after);
    drop((one, two));
    wait("lines", || (listener.out().matches(": forwarded: HTTP 200").count() == 2).then_some(()));
    let (out, _) = listener.stop();
    assert!(out.contains("2 forwarded"), "{out}");
}

#[test]
fn a_target_that_hangs_or_is_down_is_a_failed_try() {
    let folder = tempfile::tempdir().unwrap();
    let address = format!("sqlite:{}", folder.path().join("inbox.db").display());
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = socket.local_addr().unwrap();
    let url = format!("http://me:opensesame@{at}/hook?token=opensesame");
    let listener =
        Listener::start(&["--wsdl", OPPORTUNITY, "--inbox", &address, "--forward", &url, "--deadline", "1s"]);
    ack(&listener, &sample(OPPORTUNITY, 1, 1));
    let (stream, _) = socket.accept().unwrap();
    request(&stream);
    wait("end of the deadline", || listener.out().contains("try 1 failed: ").then_some(()));
    drop((stream, socket));
    wait("next try", || listener.out().contains("try 2 failed: ").then_some(()));
    let (out, _) = listener.stop();
    assert!(out.contains("try 1 failed: no reply within 1 s"), "{out}");
    assert!(
        out.contains(&format!("try 2 failed: cannot reach http://<redacted>@{at}/hook?<redacted>: ")),
        "{out}"
    );
    assert!(out.contains("0 forwarded, 2 tries failed, 0 set aside"), "{out}");
    assert!(!out.contains("opensesame"), "{out}");
}

#[test]
fn what_no_wsdl_reads_is_stored_and_parked() {
    let folder = tempfile::tempdir().unwrap();
    let address = format!("sqlite:{}", folder.path().join("inbox.db").display());
    let (url, _posted) = target(|_| "204 No Content\r\nContent-Length: 0");
    let listener = Listener::start(&["--wsdl", OPPORTUNITY, "--inbox", &address, "--forward", &url]);
    ack(&listener, &sample("tests/wsdl/account.wsdl", 1, 1));
    assert!(listener.post(b"<a/>").contains("SFR0401"));
    wait("note", || listener.out().contains("stored, and parked").then_some(()));
    thread::sleep(Duration::from_millis(100));
    let (out, _) = listener.stop();
    assert!(out.contains(": stored, and parked: ") && out.contains("1 parked"), "{out}");
}

#[test]
fn options_that_contradict_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let address = format!("sqlite:{}", folder.path().join("inbox.db").display());
    let listen = |more: &[&str]| {
        let output = run(&[&["listen", "--wsdl", OPPORTUNITY], more].concat());
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (code, err) = listen(&["--inbox", &address]);
    assert!(code == Some(2) && err.contains("--forward"), "{err}");
    let (code, err) = listen(&["--concurrency", "3"]);
    assert!(code == Some(2) && err.contains("--inbox"), "{err}");
    let (code, err) = listen(&["--inbox", "inbox.db", "--forward", "http://localhost:1/"]);
    assert!(code == Some(3) && err.contains("begins with `sqlite:`"), "{err}");
    let (code, err) = listen(&["--deadline", "9s"]);
    assert!(code == Some(2) && err.contains("--inbox"), "{err}");
    let (code, err) = listen(&["--inbox", &address, "--forward", "http://localhost:1/", "--deadline", "0s"]);
    assert!(code == Some(2) && err.contains("0 leaves no time"), "{err}");
    let (code, err) = listen(&["--inbox", &address, "--forward", "http://localhost:1/", "--answer", "nack"]);
    assert!(code == Some(2) && err.contains("cannot be used with '--answer"), "{err}");
    // Another one works on the file.
    let (url, _posted) = target(|_| "204 No Content\r\nContent-Length: 0");
    let listener = Listener::start(&["--wsdl", OPPORTUNITY, "--inbox", &address, "--forward", &url]);
    let (code, err) = listen(&["--listen", "127.0.0.1:0", "--inbox", &address, "--forward", &url]);
    assert!(code == Some(3) && err.contains("another process works on the inbox"), "{err}");
    listener.stop();
}
