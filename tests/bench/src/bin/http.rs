//! CPU time of a server for each message, ours against one that reads the body and returns a constant ack.
//!
//! `http` measures; `http serve ack|ours` is the server that it starts.

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use sf_outbound_bench::{Content, Layout, listener, message};
use std::convert::Infallible;
use std::env;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use tower_service::Service;

const CONNECTIONS: usize = 8;
const RUNS: usize = 5;
const ACK: &str = r#"<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body><notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>true</Ack></notificationsResponse></soapenv:Body></soapenv:Envelope>"#;

fn main() -> io::Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["serve", kind] => serve(kind),
        _ => measure(),
    }
}

fn serve(kind: &str) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        println!("{}", socket.local_addr()?);
        let ours = kind == "ours";
        let server = listener();
        loop {
            let (stream, _) = socket.accept().await?;
            stream.set_nodelay(true)?;
            let server = server.clone();
            tokio::spawn(async move {
                let io = TokioIo::new(stream);
                if ours {
                    let service = service_fn(move |request| {
                        let mut server = server.clone();
                        async move { server.call(request).await }
                    });
                    let _ = http1::Builder::new().serve_connection(io, service).await;
                } else {
                    let _ = http1::Builder::new().serve_connection(io, service_fn(constant_ack)).await;
                }
            });
        }
    })
}

async fn constant_ack(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let _ = request.into_body().collect().await;
    Ok(Response::builder()
        .header("content-type", "text/xml; charset=utf-8")
        .body(Full::new(Bytes::from_static(ACK.as_bytes())))
        .unwrap_or_default())
}

struct Server {
    child: Child,
    address: SocketAddr,
}

impl Server {
    fn start(kind: &str) -> io::Result<Self> {
        let mut child =
            Command::new(env::current_exe()?).args(["serve", kind]).stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().ok_or_else(|| io::Error::other("no output"))?)
            .read_line(&mut line)?;
        let address = line.trim().parse().map_err(io::Error::other)?;
        Ok(Self { child, address })
    }

    /// User and system time so far, in clock ticks.
    fn ticks(&self) -> io::Result<u64> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        let after_name = stat.rsplit(')').next().unwrap_or_default();
        Ok(after_name.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum())
    }

    /// Ticks for that many requests over all connections.
    ///
    /// One thread has all connections and never sleeps: it leaves a core to the server, and the server never has to
    /// wake it, which would cost the slower of two servers more.
    fn cost(&self, request: &[u8], requests: usize) -> io::Result<u64> {
        let before = self.ticks()?;
        let mut connections = (0..CONNECTIONS)
            .map(|_| Connection::open(self.address, requests / CONNECTIONS))
            .collect::<io::Result<Vec<_>>>()?;
        while connections.iter().any(|connection| connection.left > 0) {
            for connection in &mut connections {
                connection.go_on(request)?;
            }
        }
        Ok(self.ticks()? - before)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One request after the other, as far as the socket lets it without waiting.
struct Connection {
    stream: TcpStream,
    /// Requests whose answer has not come.
    left: usize,
    written: usize,
    answer: Vec<u8>,
}

impl Connection {
    fn open(address: SocketAddr, requests: usize) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        Ok(Self { stream, left: requests, written: 0, answer: Vec::new() })
    }

    fn go_on(&mut self, request: &[u8]) -> io::Result<()> {
        if self.left == 0 {
            return Ok(());
        }
        if self.written < request.len() {
            self.written += done(self.stream.write(&request[self.written..]))?;
            return Ok(());
        }
        let mut buffer = [0; 4096];
        let read = done(self.stream.read(&mut buffer))?;
        self.answer.extend_from_slice(&buffer[..read]);
        // Each answer ends with the envelope.
        if self.answer.ends_with(b"Envelope>") {
            if !self.answer.starts_with(b"HTTP/1.1 200") {
                return Err(io::Error::other(String::from_utf8_lossy(&self.answer).into_owned()));
            }
            self.answer.clear();
            self.written = 0;
            self.left -= 1;
        }
        Ok(())
    }
}

/// The bytes that went, 0 where it would have to wait.
fn done(result: io::Result<usize>) -> io::Result<usize> {
    match result {
        Ok(0) => Err(io::Error::other("the server closed the connection")),
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(0),
        other => other,
    }
}

#[allow(clippy::cast_precision_loss)]
fn measure() -> io::Result<()> {
    println!("| message | constant ack, µs CPU | sf-outbound, µs CPU | ratio |\n|---|---:|---:|---:|");
    for (notifications, requests) in [(1, 160_000), (100, 24_000)] {
        let body = message(12, notifications, Layout::Compact, Content::Ascii);
        let mut request = format!(
            "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: text/xml; charset=utf-8\r\nsoapaction: \"\"\r\ncontent-length: {}\r\n\r\n",
            body.len()
        )
        .into_bytes();
        request.extend_from_slice(&body);
        let (ack, ours) = (Server::start("ack")?, Server::start("ours")?);
        let mut best = [u64::MAX; 2];
        for _ in 0..RUNS {
            for (server, best) in [&ack, &ours].into_iter().zip(&mut best) {
                *best = (*best).min(server.cost(&request, requests)?);
            }
        }
        // A tick is a hundredth of a second.
        let [ack, ours] = best.map(|ticks| ticks as f64 * 10_000.0 / requests as f64);
        println!("| {notifications} × 12 fields | {ack:.1} | {ours:.1} | {:.2} |", ours / ack);
    }
    Ok(())
}
