//! HTTP byte by byte: what no client sends, and what it leaves on a connection.

#![allow(dead_code)] // Each test file uses its own part.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// A connection on which each byte is ours.
pub(crate) struct Raw {
    pub(crate) stream: TcpStream,
    read: Vec<u8>,
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(':'));
        lines
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
            .unwrap_or_default()
    }
}

impl Raw {
    pub(crate) fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        Self { stream, read: Vec::new() }
    }

    pub(crate) fn write(&mut self, text: &str) {
        self.stream.write_all(text.as_bytes()).unwrap();
    }

    pub(crate) fn until(&mut self, is_whole: impl Fn(&[u8]) -> Option<usize>) -> Option<Vec<u8>> {
        let mut part = [0; 16 << 10];
        loop {
            if let Some(end) = is_whole(&self.read) {
                return Some(self.read.drain(..end).collect());
            }
            let read = self.stream.read(&mut part).ok().filter(|read| *read > 0)?;
            self.read.extend_from_slice(&part[..read]);
        }
    }

    /// The next answer; `None` at the end of the connection.
    pub(crate) fn answer(&mut self) -> Option<Answer> {
        let head =
            self.until(|read| read.windows(4).position(|four| four == b"\r\n\r\n").map(|end| end + 4))?;
        let head = String::from_utf8(head).unwrap();
        let status = head.split(' ').nth(1)?.parse().ok()?;
        let mut answer = Answer { status, head, body: String::new() };
        let length = answer.header("content-length").parse().unwrap_or(0);
        let body = self.until(|read| (read.len() >= length).then_some(length))?;
        answer.body = String::from_utf8_lossy(&body).into_owned();
        Some(answer)
    }

    pub(crate) fn ask(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Option<Answer> {
        let host = self.stream.peer_addr().unwrap().to_string();
        let mut head = format!("{method} {path} HTTP/1.1\r\n");
        if !headers.iter().any(|(name, _)| *name == "Host") {
            head.extend(["Host: ", &host, "\r\n"]);
        }
        for (name, value) in headers {
            head.extend([*name, ": ", *value, "\r\n"]);
        }
        if !body.is_empty() {
            head.extend(["Content-Length: ", &body.len().to_string(), "\r\n"]);
        }
        self.write(&(head + "\r\n"));
        // Whoever has answered before the end of a body may read no more of it.
        let _ = self.stream.write_all(body.as_bytes());
        self.answer()
    }
}

/// A request on a connection of its own.
pub(crate) fn once(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Answer {
    Raw::open(address).ask(method, path, headers, body).unwrap()
}
