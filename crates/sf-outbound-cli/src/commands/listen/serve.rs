//! The HTTP server: connections, time limits, a graceful end.

use super::intake::{Intake, Request};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::{CONTENT_ENCODING, CONTENT_TYPE, HOST};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use sf_outbound::Bytes;
use std::fmt;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;

/// Open at once; each can hold a body of the largest size.
const CONNECTIONS: usize = 64;
/// For a head, and for a body: what is slower than Salesforce's own patience is no message.
const PATIENCE: Duration = Duration::from_secs(60);
/// After an error of accepting, such as too many open files.
const PAUSE: Duration = Duration::from_millis(50);

/// A listener's settings.
#[derive(Clone)]
pub(super) struct Serving {
    pub(super) intake: Arc<Intake>,
    pub(super) delay: Duration,
    /// `None` for plain HTTP.
    pub(super) tls: Option<TlsAcceptor>,
    /// Becomes true when the listener is to end.
    pub(super) stop: Arc<watch::Sender<bool>>,
}

impl Serving {
    /// Serves until it is to end, and what is in flight is answered.
    pub(super) async fn run(self, socket: TcpListener) {
        let mut stop = self.stop.subscribe();
        let permits = Arc::new(Semaphore::new(CONNECTIONS));
        let mut connections = JoinSet::new();
        loop {
            let accepted = async {
                // The semaphore is never closed.
                let permit = Arc::clone(&permits).acquire_owned().await;
                (permit, socket.accept().await)
            };
            tokio::select! {
                (permit, accepted) = accepted => match accepted {
                    Ok((stream, _)) => {
                        let serving = self.clone();
                        connections.spawn(async move {
                            serving.connection(stream).await;
                            drop(permit);
                        });
                    }
                    Err(_) => sleep(PAUSE).await,
                },
                _ = stop.wait_for(|is_stopping| *is_stopping) => break,
            }
            while connections.try_join_next().is_some() {}
        }
        drop(socket);
        self.intake.log.note("stopping when what is in flight is answered; Ctrl-C once more to stop at once");
        while connections.join_next().await.is_some() {}
    }

    pub(super) fn scheme(&self) -> &'static str {
        if self.tls.is_some() { "https" } else { "http" }
    }

    async fn connection(self, stream: TcpStream) {
        let Some(acceptor) = &self.tls else { return self.requests(stream).await };
        let mut stop = self.stop.subscribe();
        let agreed = tokio::select! {
            agreed = timeout(PATIENCE, acceptor.accept(stream)) => agreed,
            // Who has not agreed on keys has sent no message.
            _ = stop.wait_for(|is_stopping| *is_stopping) => return,
        };
        match agreed {
            Ok(Ok(stream)) => self.requests(stream).await,
            Ok(Err(error)) => self.intake.log.note(&format!("TLS failed: {error}")),
            Err(_) => {}
        }
    }

    async fn requests(&self, stream: impl AsyncRead + AsyncWrite + Unpin) {
        let mut stop = self.stop.subscribe();
        let service = service_fn(|request| self.answer(request));
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(PATIENCE)
            .serve_connection(TokioIo::new(stream), service);
        let mut connection = pin!(connection);
        tokio::select! {
            // A connection that breaks is its sender's business: Salesforce sends again.
            _ = connection.as_mut() => return,
            _ = stop.wait_for(|is_stopping| *is_stopping) => connection.as_mut().graceful_shutdown(),
        }
        let _ = connection.await;
    }

    /// An error closes the connection without a reply.
    async fn answer(&self, request: hyper::Request<Incoming>) -> Result<Response<Full<Bytes>>, Dropped> {
        let (parts, body) = request.into_parts();
        let header = |name| parts.headers.get(name).map(|value| value.to_str().unwrap_or("?").to_owned());
        let target = parts.uri.path_and_query().map_or("/", |target| target.as_str());
        let request = Request {
            url: format!("{}://{}{target}", self.scheme(), header(HOST).unwrap_or_default()),
            path: parts.uri.path().to_owned(),
            method: parts.method.as_str().to_owned(),
            content_type: header(CONTENT_TYPE),
            content_encoding: header(CONTENT_ENCODING),
        };
        let body = self.intake.readers.first.body(request.head(), body);
        let Ok(body) = timeout(PATIENCE, body).await else {
            return Ok(status(StatusCode::REQUEST_TIMEOUT));
        };
        let intake = Arc::clone(&self.intake);
        // Disk, output and forwarding wait.
        let answered = tokio::task::spawn_blocking(move || match body {
            Ok(body) => intake.take(&request, &body).map(|reply| (reply, true)),
            Err(refusal) => Some((intake.refuse(&request, refusal), false)),
        });
        let answered = answered.await;
        if self.intake.is_closed() {
            self.stop.send_replace(true);
        }
        match answered {
            Ok(Some((reply, is_message))) => {
                if is_message {
                    sleep(self.delay).await;
                }
                Ok(reply.into())
            }
            Ok(None) => {
                sleep(self.delay).await;
                Err(Dropped)
            }
            Err(_) => Ok(status(StatusCode::INTERNAL_SERVER_ERROR)),
        }
    }
}

fn status(status: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::default();
    *response.status_mut() = status;
    response
}

/// The connection ends without a reply.
#[derive(Debug)]
struct Dropped;

impl fmt::Display for Dropped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("dropped without a reply")
    }
}

impl std::error::Error for Dropped {}
