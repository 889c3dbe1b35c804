//! Answers by choice, by another server, and at the end.

use crate::process::{Listener, OPPORTUNITY, Process, command, interrupt, run, sample, wait};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Stdio;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

#[test]
fn a_script_is_answered_in_its_order_and_its_last_answer_stays() {
    let listener = Listener::start(&["--wsdl", OPPORTUNITY, "--answer", "nack*2,fault,drop,ack"]);
    let message = sample(OPPORTUNITY, 2, 1);
    for part in
        ["<Ack>false</Ack>", "<Ack>false</Ack>", "HTTP/1.1 500 ", "", "<Ack>true</Ack>", "<Ack>true</Ack>"]
    {
        let reply = listener.post(message.as_bytes());
        assert!(reply.contains(part) && (reply.is_empty() == part.is_empty()), "{part}: {reply}");
        // What is refused plays no part.
        assert!(listener.post(b"<a/>").contains("SFR0401"));
    }
    let (out, _) = listener.stop();
    let last =
        "6 messages, 12 notifications (10 again): 2 ack, 2 nack, 1 fault, 1 drop; 6 requests refused\n";
    assert!(out.ends_with(last), "{out}");
}

#[test]
fn each_answer_is_delayed_and_none_waits_for_another() {
    let listener = Listener::start(&["--wsdl", OPPORTUNITY, "--delay", "400ms"]);
    let message = sample(OPPORTUNITY, 1, 1);
    let started = Instant::now();
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| assert!(listener.post(message.as_bytes()).contains("<Ack>true</Ack>")));
        }
    });
    let took = started.elapsed();
    assert!(took >= Duration::from_millis(400), "{took:?}");
    assert!(took < Duration::from_millis(8 * 400), "{took:?}");
}

/// A server that answers each request with a status, and gives the requests back; it ends with the test's process.
fn target(statuses: &'static [&'static str]) -> (String, Receiver<String>) {
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://me:opensesame@{}/hook?token=opensesame", socket.local_addr().unwrap());
    let (sender, requests) = channel();
    thread::spawn(move || {
        for status in statuses {
            let (mut stream, _) = socket.accept().unwrap();
            let (mut request, mut buffer) = (Vec::new(), [0; 4096]);
            loop {
                let text = String::from_utf8_lossy(&request).into_owned();
                if let Some((head, body)) = text.split_once("\r\n\r\n") {
                    let length = head.to_ascii_lowercase();
                    let length = length.split("content-length: ").nth(1).unwrap().lines().next().unwrap();
                    if body.len() >= length.parse().unwrap() {
                        sender.send(text).unwrap();
                        break;
                    }
                }
                let read = stream.read(&mut buffer).unwrap();
                assert!(read > 0, "the request ended early");
                request.extend_from_slice(&buffer[..read]);
            }
            if !status.is_empty() {
                let reply = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
                stream.write_all(reply.as_bytes()).unwrap();
            }
        }
    });
    (url, requests)
}

#[test]
fn what_is_forwarded_is_acknowledged_only_after_a_2xx() {
    let statuses = &["200 OK", "204 No Content", "500 Oops", "302 Found", "404 Not Found", ""];
    let (url, requests) = target(statuses);
    let listener = Listener::start(&["--wsdl", OPPORTUNITY, "--format", "json", "--forward", &url]);
    for (seed, delivered) in [true, true, false, false, false, false].into_iter().enumerate() {
        let reply = listener.post(sample(OPPORTUNITY, 2, seed).as_bytes());
        let expected = if delivered { "<Ack>true</Ack>" } else { "<Ack>false</Ack>" };
        assert!(reply.contains(expected), "{}: {reply}", statuses[seed]);
    }
    // The target is gone.
    assert!(listener.post(sample(OPPORTUNITY, 2, 9).as_bytes()).contains("<Ack>false</Ack>"));
    let (out, err) = listener.stop();
    assert!(!(out.clone() + &err).contains("opensesame"), "{err}");
    let forwarded: Vec<_> = requests.iter().collect();
    assert_eq!(forwarded.len(), statuses.len());
    for (request, line) in forwarded.iter().zip(out.lines()) {
        let (head, body) = request.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("POST /hook?token=opensesame HTTP/1.1\r\n"), "{head}");
        assert!(head.to_ascii_lowercase().contains("content-type: application/json"), "{head}");
        assert_eq!(body, line);
    }
}

#[test]
fn ctrl_c_lets_what_is_in_flight_end_and_takes_nothing_new() {
    let mut listener = Listener::start(&["--wsdl", OPPORTUNITY, "--delay", "700ms"]);
    let message = sample(OPPORTUNITY, 1, 1);
    // A connection that is open and says nothing does not hold the end up.
    let _idle = listener.connect();
    thread::scope(|scope| {
        let reply = scope.spawn(|| listener.post(message.as_bytes()));
        wait("message", || listener.out().contains(": ack\n").then_some(()));
        listener.interrupt();
        assert!(reply.join().unwrap().contains("<Ack>true</Ack>"), "what was in flight is answered");
    });
    assert_eq!(listener.status().code(), Some(0));
    let (out, _) = listener.printed();
    assert!(out.ends_with(
        "1 message, 1 notification (0 again): 1 ack, 0 nack, 0 fault, 0 drop; 0 requests refused\n"
    ));
    assert_eq!(
        run(&["send", "--sample", "1", "--wsdl", OPPORTUNITY, "--to", &listener.url]).status.code(),
        Some(3)
    );
}

#[test]
fn a_second_ctrl_c_ends_at_once() {
    let mut listener = Listener::start(&["--wsdl", OPPORTUNITY, "--delay", "50s"]);
    let message = sample(OPPORTUNITY, 1, 1);
    thread::scope(|scope| {
        let reply = scope.spawn(|| listener.post(message.as_bytes()));
        wait("message", || listener.out().contains(": ack\n").then_some(()));
        listener.interrupt();
        wait("word", || listener.out().contains("stopping when").then_some(()));
        listener.interrupt();
        assert_eq!(reply.join().unwrap(), "");
    });
    assert_eq!(listener.status().code(), Some(130));
}

/// A terminal that is stopped, or a pager: what is shown waits, and Ctrl-C does not.
#[test]
fn output_that_is_stuck_does_not_hold_up_a_second_ctrl_c() {
    let (mut child, url) = unread("text");
    let sends = ["send", "--sample", "100", "--wsdl", OPPORTUNITY, "--repeat", "20", "--to", &url];
    wait("listener", || TcpStream::connect(url.trim_start_matches("http://")).ok());
    let sender = command(&sends).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let mut sender = Process(sender.unwrap());
    // More than a pipe holds.
    thread::sleep(Duration::from_millis(500));
    assert!(sender.0.try_wait().unwrap().is_none(), "the output is stuck, so the sender waits");
    for _ in 0..2 {
        interrupt(&child.0);
        thread::sleep(Duration::from_millis(200));
    }
    let status = wait("end", || child.0.try_wait().unwrap());
    assert_eq!(status.code(), Some(130));
}

/// A listener whose standard output nobody reads.
fn unread(format: &str) -> (Process, String) {
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap().to_string();
    drop(socket);
    let arguments = ["listen", "--wsdl", OPPORTUNITY, "--format", format, "--listen", &address];
    let child = command(&arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    (Process(child), format!("http://{address}"))
}

#[test]
fn a_listener_that_nobody_reads_acknowledges_nothing_and_ends() {
    let (mut child, url) = unread("json");
    drop(child.0.stdout.take());
    let shown = wait("reply", || {
        let output = run(&["send", "--sample", "1", "--wsdl", OPPORTUNITY, "--to", &url]);
        (output.status.code() != Some(3)).then(|| String::from_utf8(output.stdout).unwrap())
    });
    assert_eq!(shown, "HTTP 200: Not delivered: SOAP response was a nack.\n");
    assert_eq!(wait("end", || child.0.try_wait().unwrap()).code(), Some(0));
}
