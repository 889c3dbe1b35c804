//! Whatever is sent, a listener answers and goes on.

use crate::process::{Listener, OPPORTUNITY, sample};
use std::io::Write;
use std::thread;

#[test]
fn no_bytes_end_a_listener() {
    let folder = tempfile::tempdir().unwrap();
    let listener = Listener::start(&["--wsdl", OPPORTUNITY, "--keep", folder.path().to_str().unwrap()]);
    let head = "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";
    let xml = "Content-Type: text/xml\r\n";
    for (request, status) in [
        ("\0\r\n\r\n".to_owned(), "400"),
        ("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".to_owned(), "405"),
        (format!("{head}Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{{}}"), "415"),
        (format!("{head}Content-Type: text/xml; charset=\u{e9}\r\nContent-Length: 2\r\n\r\n{{}}"), "415"),
        (format!("{head}{xml}Content-Length: 99999999999\r\n\r\n"), "413"),
        (format!("{head}{xml}Content-Length: x\r\n\r\n"), "400"),
        (format!("{head}{xml}Content-Length: 0\r\n\r\n"), "500"),
        (format!("{head}{xml}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"), "500"),
        (format!("{head}{xml}X: {}\r\n\r\n", "y".repeat(1 << 20)), "431"),
        (format!("{head}{xml}Content-Length: 40\r\n\r\n<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"), "500"),
        (format!("{head}{xml}Content-Length: 400000\r\n\r\n{}", "<a>\u{1b}".repeat(100_000)), "500"),
    ] {
        let reply = listener.raw(request.as_bytes());
        let shown: String = request.chars().take(120).collect();
        assert!(reply.starts_with(&format!("HTTP/1.1 {status} ")), "{shown:?}: {reply:?}");
    }
    mutations(&listener);
    assert!(listener.post(sample(OPPORTUNITY, 1, 1).as_bytes()).contains("<Ack>true</Ack>"));
    let (out, err) = listener.stop();
    assert_eq!(err, "");
    assert!(out.chars().all(|c| c == '\n' || !c.is_control()), "nothing moves the terminal's cursor");
}

/// Messages with bytes changed, dropped and doubled: each is answered.
fn mutations(listener: &Listener) {
    let message = sample(OPPORTUNITY, 3, 5).into_bytes();
    let mut state = 1_u64;
    let mut random = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    for _ in 0..300 {
        let mut bytes = message.clone();
        for _ in 0..=random(3) {
            let at = random(bytes.len());
            match random(3) {
                0 => bytes.truncate(at.max(1)),
                1 => bytes[at] = b"<>&\"\x1b\0\xff9a "[random(10)],
                _ => drop(bytes.drain(at..(at + random(30)).min(bytes.len()))),
            }
        }
        let reply = listener.post(&bytes);
        assert!(reply.starts_with("HTTP/1.1 200 ") || reply.starts_with("HTTP/1.1 500 "), "{reply:?}");
    }
}

#[test]
fn connections_that_end_early_or_say_nothing_keep_nobody_waiting() {
    let listener = Listener::start(&["--wsdl", OPPORTUNITY]);
    let message = sample(OPPORTUNITY, 1, 1);
    let idle: Vec<_> = (0..40).map(|_| listener.connect()).collect();
    thread::scope(|scope| {
        for _ in 0..10 {
            scope.spawn(|| {
                let mut stream = listener.connect();
                let head =
                    "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nContent-Length: 5000\r\n\r\n<";
                stream.write_all(head.as_bytes()).unwrap();
            });
            scope.spawn(|| assert!(listener.post(message.as_bytes()).contains("<Ack>true</Ack>")));
        }
    });
    drop(idle);
    let (out, _) = listener.stop();
    assert!(out.contains("10 messages, 10 notifications (9 again): 10 ack,"), "{out}");
}
