//! TLS for the REST server: some clients speak nothing else.

use crate::codes;
use crate::error::Error;
use axum::serve::Listener;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::server::TlsStream;

/// How long a client may take to agree on keys.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// How long to leave a socket alone that could not accept.
const RECOVERY: Duration = Duration::from_millis(100);

/// **Errors.** `SFD0502`.
pub(super) fn acceptor(chain: &[u8], key: &[u8]) -> Result<TlsAcceptor, Error> {
    let unreadable =
        |what: &str| Error::trouble(&codes::CERTIFICATE, format!("{what} of the REST server can't be used"));
    let chain: Vec<_> = CertificateDer::pem_slice_iter(chain)
        .collect::<Result<_, _>>()
        .map_err(|_| unreadable("the certificate"))?;
    let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| unreadable("the key"))?;
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|config| config.with_no_client_auth().with_single_cert(chain, key))
        .map_err(|_| unreadable("the certificate or key"))?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// Connections that have agreed on keys; one that takes its time does not hold up the others.
pub(super) struct TlsListener {
    address: SocketAddr,
    ready: mpsc::Receiver<(TlsStream<TcpStream>, SocketAddr)>,
}

impl TlsListener {
    pub(super) fn new(socket: TcpListener, acceptor: TlsAcceptor) -> std::io::Result<Self> {
        let address = socket.local_addr()?;
        let (sender, ready) = mpsc::channel(16);
        tokio::spawn(async move {
            while !sender.is_closed() {
                let Ok((stream, peer)) = socket.accept().await else {
                    tokio::time::sleep(RECOVERY).await;
                    continue;
                };
                let (sender, accept) = (sender.clone(), acceptor.accept(stream));
                tokio::spawn(async move {
                    if let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE, accept).await {
                        // The server may have stopped.
                        drop(sender.send((stream, peer)).await);
                    }
                });
            }
        });
        Ok(Self { address, ready })
    }
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.ready.recv().await {
            Some(ready) => ready,
            // The accepting task lives as long as the runtime.
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        Ok(self.address)
    }
}
