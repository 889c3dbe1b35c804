//! The HTTP server: connections with a bound, time limits, a graceful end.

use super::line::Line;
use axum::Router;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;

/// After an error of accepting, such as too many open files.
const PAUSE: Duration = Duration::from_millis(100);
/// Of a head.
const HEAD_BYTES: usize = 64 << 10;

/// The limits of a server.
///
/// # Example
///
/// ```
/// use sf_outbound_page::Bounds;
/// use std::time::Duration;
///
/// let bounds = Bounds { body_bytes: 6 << 20, ..Bounds::default() };
/// assert_eq!((bounds.connections, bounds.head), (256, Duration::from_secs(30)));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Connections that are open at once; one more waits until another ends. By default 256.
    pub connections: usize,
    /// The time for the TLS handshake, and for each head; a connection that is silent for so long ends. By default 30
    /// seconds.
    pub head: Duration,
    /// The bytes of each body; by default one MiB.
    pub body_bytes: usize,
    /// The time for each body; by default 30 seconds.
    pub body: Duration,
    /// The time for requests that are being answered when the server stops; by default 2 seconds.
    pub end: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        let patience = Duration::from_secs(30);
        Self {
            connections: 256,
            head: patience,
            body_bytes: 1 << 20,
            body: patience,
            end: Duration::from_secs(2),
        }
    }
}

/// The connection of a request; every request has it as an extension.
///
/// # Example
///
/// ```
/// use axum::Extension;
/// use sf_outbound_page::Connection;
///
/// async fn greet(Extension(connection): Extension<Connection>) -> String {
///     format!("hello {}", connection.peer)
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Connection {
    /// The address of the client.
    pub peer: IpAddr,
    lingers: Arc<AtomicBool>,
}

impl Connection {
    /// At its end, it first reads what the client is still sending.
    pub(super) fn linger(&self) {
        self.lingers.store(true, Ordering::Relaxed);
    }
}

/// Answers HTTP/1.1 requests until the sender of `stopped` sends or is dropped. Then it finishes the requests that it has
/// begun to answer, for at most [`Bounds::end`].
///
/// # Example
///
/// ```
/// use axum::Router;
/// use sf_outbound_page::{Bounds, serve};
/// use tokio::net::TcpListener;
/// use tokio::sync::watch;
///
/// let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
/// runtime.block_on(async {
///     let socket = TcpListener::bind("127.0.0.1:0").await?;
///     let (stop, stopped) = watch::channel(());
///     drop(stop);
///     serve(socket, None, Router::new(), Bounds::default(), stopped).await;
///     Ok::<_, std::io::Error>(())
/// })?;
/// # Ok::<(), std::io::Error>(())
/// ```
pub async fn serve(
    socket: TcpListener,
    acceptor: Option<TlsAcceptor>,
    router: Router,
    bounds: Bounds,
    mut stopped: watch::Receiver<()>,
) {
    let permits = Arc::new(Semaphore::new(bounds.connections));
    let mut connections = JoinSet::new();
    loop {
        let accepted = async {
            // The semaphore is never closed.
            let permit = Arc::clone(&permits).acquire_owned().await;
            (permit, socket.accept().await)
        };
        tokio::select! {
            (permit, accepted) = accepted => match accepted {
                Ok((stream, peer)) => {
                    let (acceptor, router, stopped) = (acceptor.clone(), router.clone(), stopped.clone());
                    connections.spawn(async move {
                        open(stream, peer.ip(), acceptor, router, bounds, stopped).await;
                        drop(permit);
                    });
                }
                Err(_) => sleep(PAUSE).await,
            },
            _ = stopped.changed() => break,
        }
        while connections.try_join_next().is_some() {}
    }
    drop(socket);
    let all = async { while connections.join_next().await.is_some() {} };
    // What is not at its end by then is ended.
    let _ = timeout(bounds.end, all).await;
}

async fn open(
    stream: TcpStream,
    peer: IpAddr,
    acceptor: Option<TlsAcceptor>,
    router: Router,
    bounds: Bounds,
    mut stopped: watch::Receiver<()>,
) {
    // Answers are written at once and whole: to wait for more costs time alone.
    let _ = stream.set_nodelay(true);
    let Some(acceptor) = acceptor else { return answer(stream, peer, router, bounds, stopped).await };
    let agreed = tokio::select! {
        agreed = timeout(bounds.head, acceptor.accept(stream)) => agreed,
        _ = stopped.changed() => return,
    };
    if let Ok(Ok(stream)) = agreed {
        answer(stream, peer, router, bounds, stopped).await;
    }
}

async fn answer<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
    stream: S,
    peer: IpAddr,
    router: Router,
    bounds: Bounds,
    mut stopped: watch::Receiver<()>,
) {
    let connection = Connection { peer, lingers: Arc::default() };
    let line = Line::new(stream, Arc::clone(&connection.lingers));
    let router = TowerToHyperService::new(router);
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(connection.clone());
        router.call(request)
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(bounds.head)
        .max_buf_size(HEAD_BYTES)
        .serve_connection(TokioIo::new(line), service);
    let mut served = pin!(served);
    tokio::select! {
        // A connection that breaks is its client's business.
        _ = served.as_mut() => return,
        _ = stopped.changed() => served.as_mut().graceful_shutdown(),
    }
    let _ = served.await;
}

#[cfg(test)]
mod tests {
    use super::super::{Demand, Door, Refusal, Routes};
    use super::*;
    use axum::body::Bytes;
    use axum::http::StatusCode;
    use axum::response::{IntoResponse, Response};
    use axum::routing::post;
    use std::io::{Read, Write};
    use std::net::SocketAddr;
    use std::time::Instant;

    const BOUNDS: Bounds = Bounds {
        connections: 2,
        head: Duration::from_millis(500),
        body_bytes: 100,
        body: Duration::from_millis(500),
        end: Duration::from_millis(500),
    };

    struct Running {
        address: SocketAddr,
        stop: Option<watch::Sender<()>>,
        thread: Option<std::thread::JoinHandle<()>>,
    }

    impl Running {
        fn start() -> Self {
            let refuse = |refusal: Refusal, _: &_| refusal.status().into_response();
            let echo = post(|body: Bytes| async move { body });
            let missing = |_: &_| -> Response { StatusCode::NOT_FOUND.into_response() };
            let socket = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
            socket.set_nonblocking(true).unwrap();
            let address = socket.local_addr().unwrap();
            let door = Door::new("test", address, false, None).unwrap();
            let all = Routes::new(refuse).with(&(), refuse, [("/echo", Demand::Nothing, echo)]);
            let router = all.finish(door, BOUNDS, missing, missing);
            let (stop, stopped) = watch::channel(());
            let thread = std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                runtime.block_on(async {
                    let socket = TcpListener::from_std(socket).unwrap();
                    serve(socket, None, router, BOUNDS, stopped).await;
                });
            });
            Self { address, stop: Some(stop), thread: Some(thread) }
        }

        fn open(&self) -> std::net::TcpStream {
            let stream = std::net::TcpStream::connect(self.address).unwrap();
            stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
            stream
        }
    }

    impl Drop for Running {
        fn drop(&mut self) {
            drop(self.stop.take());
            drop(self.thread.take().map(std::thread::JoinHandle::join));
        }
    }

    const WHOLE: &[u8] =
        b"POST /echo HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok";

    fn all(mut stream: &std::net::TcpStream) -> String {
        let mut text = Vec::new();
        drop(stream.read_to_end(&mut text));
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn who_says_nothing_or_never_comes_to_an_end_makes_room() {
        let server = Running::start();
        let started = Instant::now();
        let (silent, slow) = (server.open(), server.open());
        (&slow).write_all(b"POST /echo HTTP/1.1\r\nHost: loc").unwrap();
        // The third waits for one of the two places.
        let third = server.open();
        (&third).write_all(WHOLE).unwrap();
        assert!(all(&third).ends_with("\r\n\r\nok"));
        assert!(started.elapsed() >= BOUNDS.head, "{:?}", started.elapsed());
        assert!(!all(&silent).contains("200") && !all(&slow).contains("200"));
    }

    #[test]
    fn a_body_that_takes_its_time_is_not_waited_for() {
        let server = Running::start();
        let slow = server.open();
        (&slow).write_all(b"POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nhal").unwrap();
        let answer = all(&slow);
        assert!(answer.starts_with("HTTP/1.1 408 ") && answer.contains("connection: close\r\n"), "{answer}");
    }

    #[test]
    fn an_idle_connection_does_not_hold_up_the_end() {
        let server = Running::start();
        let idle = server.open();
        let begun = server.open();
        (&begun)
            .write_all(b"POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nhal")
            .unwrap();
        std::thread::sleep(Duration::from_millis(100));
        let stopping = Instant::now();
        drop(server);
        assert!(stopping.elapsed() < Duration::from_secs(5), "{:?}", stopping.elapsed());
        drop(idle);
    }
}
