//! Endpoints by http that answer early, badly or not at all, and the sentence that each gets.

use sf_outbound_client::{Body, Client, Kind, Reply, Settings, Trouble};
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::thread::JoinHandle;
use std::time::Duration;

/// Serves one connection in a thread of its own.
fn endpoint(serve: impl FnOnce(TcpStream) + Send + 'static) -> (String, JoinHandle<()>) {
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/salesforce?token=secret", socket.local_addr().unwrap());
    (url, std::thread::spawn(move || serve(socket.accept().unwrap().0)))
}

fn post(url: &str, body: &[u8]) -> Result<Reply, Trouble> {
    let timeout = Duration::from_secs(2);
    let client = Client::new(&Settings { timeout, ..Settings::default() }).unwrap();
    client.post(url, &[("Content-Type", "text/xml")], Body::Bytes(body))
}

/// What is said of an endpoint, without its address; no secret stands in it.
fn said(body: &[u8], serve: impl FnOnce(TcpStream) + Send + 'static) -> (Kind, Option<u16>, String) {
    let (url, thread) = endpoint(serve);
    let trouble = post(&url, body).unwrap_err();
    thread.join().unwrap();
    let text = trouble.to_string();
    assert!(!text.contains("secret") && !trouble.help().contains("secret"), "{text}");
    let address = url.split('?').next().unwrap();
    (trouble.kind(), trouble.status(), text.replace(&format!("{address}?<redacted>"), "URL"))
}

/// Reads a request's head and body.
fn request(stream: &mut TcpStream) {
    let mut read = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&read).to_ascii_lowercase();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.split("content-length: ").nth(1).and_then(|rest| rest.lines().next());
            if body.len() >= length.unwrap().trim().parse().unwrap() {
                return;
            }
        }
        let length = stream.read(&mut chunk).unwrap();
        read.extend_from_slice(&chunk[..length]);
    }
}

/// Closes with bytes unread, so that the other side gets a reset.
fn reset(mut stream: TcpStream) {
    stream.read_exact(&mut [0]).unwrap();
}

const LARGE: usize = 32 << 20;

#[test]
fn a_reply_that_came_before_the_whole_message_is_read() {
    for body in [LARGE, 1 << 20, 100_000] {
        let (url, thread) = endpoint(|mut stream| {
            stream.read_exact(&mut [0; 100]).unwrap();
            let reply = "HTTP/1.1 413 Content Too Large\r\nContent-Length: 9\r\n\r\ntoo large";
            stream.write_all(reply.as_bytes()).unwrap();
            reset(stream);
        });
        let reply = post(&url, &vec![b'x'; body]).unwrap();
        assert_eq!((reply.status, reply.body.as_slice()), (413, &b"too large"[..]), "{body}");
        thread.join().unwrap();
    }
    // The same without a length, and with the end that a socket makes.
    let (url, thread) = endpoint(|mut stream| {
        stream.read_exact(&mut [0; 100]).unwrap();
        stream.write_all(b"HTTP/1.0 503 Down\r\n\r\ndown").unwrap();
    });
    let reply = post(&url, &vec![b'x'; LARGE]).unwrap();
    assert_eq!((reply.status, reply.body.as_slice()), (503, &b"down"[..]));
    thread.join().unwrap();
}

#[test]
fn a_connection_that_was_answered_early_is_not_used_again() {
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", socket.local_addr().unwrap());
    let thread = std::thread::spawn(move || {
        let mut stream = socket.accept().unwrap().0;
        stream.write_all(b"HTTP/1.1 413 Large\r\nContent-Length: 0\r\n\r\n").unwrap();
        reset(stream);
        let mut stream = socket.accept().unwrap().0;
        request(&mut stream);
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").unwrap();
    });
    let client = Client::new(&Settings::default()).unwrap();
    let statuses =
        [LARGE, 1].map(|length| client.post(&url, &[], Body::Bytes(&vec![b'x'; length])).unwrap().status);
    assert_eq!(statuses, [413, 200]);
    thread.join().unwrap();
}

#[test]
fn each_way_not_to_answer_has_its_sentence() {
    let broken = |text: &str| (Kind::Broken, None, format!("reached URL, but {text}"));
    let (kind, status, text) = said(&vec![b'x'; LARGE], reset);
    assert_eq!((kind, status), (Kind::Broken, None));
    let begin =
        "reached URL, but the connection broke while the message was being sent, and no reply was there: ";
    assert!(text.starts_with(begin), "{text}");

    let (kind, _, text) = said(b"<a/>", |mut stream| {
        stream.read_exact(&mut [0; 10]).unwrap();
        std::thread::sleep(Duration::from_millis(100));
    });
    assert_eq!(kind, Kind::Broken);
    assert!(text.starts_with("reached URL, but the connection broke before a reply: "), "{text}");

    let closes = said(b"<a/>", |mut stream| request(&mut stream));
    assert_eq!(closes, broken("it closed the connection without a reply"));
    let says = |reply: &'static [u8]| {
        said(b"<a/>", move |mut stream| {
            request(&mut stream);
            stream.write_all(reply).unwrap();
            stream.shutdown(Shutdown::Write).unwrap();
        })
    };
    assert_eq!(says(b"HTTP/1.1 200 OK\r\nContent-Le"), broken("its reply ends in the middle"));
    assert_eq!(
        says(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<soap"),
        (Kind::Broken, Some(200), "reached URL, but its reply (HTTP 200) ends in the middle".to_owned())
    );
    assert_eq!(
        says(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<soap"),
        (Kind::Broken, Some(200), "reached URL, but its reply (HTTP 200) ends in the middle".to_owned())
    );
    let settings = b"\0\0\x06\x04\0\0\0\0\0\0\x03\0\0\0\x64";
    assert_eq!(says(settings), broken("it answers by HTTP/2 only"));
    assert_eq!(says(b"\x15\x03\x03\0\x02\x02\x46"), broken("it answers by TLS"));
    let (_, _, text) = says(b"SSH-2.0-OpenSSH_9.9\r\n");
    assert!(text.starts_with("reached URL, but what it answers is no HTTP/1.1"), "{text}");
}

#[test]
fn a_reply_that_does_not_come_or_end_is_told_from_a_connection_that_does_not() {
    let waits = |begin: &'static str| {
        said(b"<a/>", move |mut stream| {
            request(&mut stream);
            stream.write_all(begin.as_bytes()).unwrap();
            // Until the client gives up.
            while stream.read(&mut [0; 10]).is_ok_and(|read| read > 0) {}
        })
    };
    assert_eq!(waits(""), (Kind::Broken, None, "no reply within 2 s".to_owned()));
    let begun = waits("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<soap");
    let text = "reached URL, but its reply (HTTP 200) did not end within 2 s".to_owned();
    assert_eq!(begun, (Kind::Broken, Some(200), text));
    let (kind, _, text) = said(&vec![b'x'; LARGE], |stream| {
        std::thread::sleep(Duration::from_secs(3));
        drop(stream);
    });
    // One that does not read either.
    assert_eq!((kind, text.as_str()), (Kind::Broken, "no reply within 2 s"));
}

#[test]
fn what_cannot_be_reached_is_told_why() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let refused = post(&format!("http://{free}/"), b"").unwrap_err();
    assert_eq!(refused.kind(), Kind::Unreached);
    let text = format!("cannot reach http://{free}/: connection refused: nothing listens there");
    assert_eq!((refused.to_string(), refused.help()), (text, "is the listener running, on this port?"));
    let unknown = post("http://me:pw@nowhere.invalid/", b"").unwrap_err();
    assert_eq!(unknown.kind(), Kind::Unreached);
    let text = unknown.to_string();
    assert!(text.starts_with("cannot reach http://<redacted>@nowhere.invalid/: "), "{text}");
    let no_url = post("http:///x?secret", b"").unwrap_err();
    assert_eq!(
        (no_url.kind(), no_url.to_string().as_str()),
        (Kind::Address, "http:///x?<redacted> is not a valid URL")
    );
}

#[test]
fn a_reply_that_is_too_long_keeps_its_status() {
    let (url, thread) = endpoint(|mut stream| {
        request(&mut stream);
        let body = vec![b'x'; (1 << 20) + 1];
        let head = format!("HTTP/1.1 502 Bad Gateway\r\nContent-Length: {}\r\n\r\n", body.len());
        stream.write_all(head.as_bytes()).unwrap();
        // The client may have gone.
        drop(stream.write_all(&body));
    });
    let trouble = post(&url, b"<a/>").unwrap_err();
    assert_eq!(trouble.status(), Some(502));
    assert!(
        trouble.to_string().ends_with("but its reply (HTTP 502) is longer than 1048576 bytes"),
        "{trouble}"
    );
    thread.join().unwrap();
}

#[test]
fn a_redirect_is_a_reply_with_its_target() {
    let (url, thread) = endpoint(|mut stream| {
        request(&mut stream);
        stream.write_all(b"HTTP/1.1 301 Moved\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n").unwrap();
    });
    let reply = post(&url, b"<a/>").unwrap();
    assert_eq!((reply.status, reply.location.as_deref()), (301, Some("/other")));
    thread.join().unwrap();
}
