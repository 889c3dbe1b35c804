//! Endpoints that speak TLS: whom the sender trusts, and who it says it is.

mod common;

use common::{ACK, definition, request};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use sf_outbound_sender::{Builder, Fault, ManualClock, Org, Rehearsal};
use std::io::Write;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};

/// A root, and what it has signed.
struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    fn pem(&self) -> String {
        self.0.pem()
    }

    /// PEM texts of a certificate for a name and of its key.
    fn signed(&self, name: &str) -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let certificate =
            CertificateParams::new([name.to_owned()]).unwrap().signed_by(&key, &self.0).unwrap();
        (certificate.pem(), key.serialize_pem())
    }
}

/// An endpoint on TLS that acknowledges everything.
struct Endpoint {
    address: SocketAddr,
    ends: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Endpoint {
    /// `clients`: the root of the certificates that clients must show.
    fn start((certificate, key): &(String, String), clients: Option<&Authority>) -> Self {
        let provider = Arc::new(ring::default_provider());
        let config = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .unwrap();
        let config = match clients {
            None => config.with_no_client_auth(),
            Some(authority) => {
                let mut roots = RootCertStore::empty();
                roots.add(CertificateDer::from_pem_slice(authority.pem().as_bytes()).unwrap()).unwrap();
                let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
                config.with_client_cert_verifier(verifier.build().unwrap())
            }
        };
        let chain = vec![CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap()];
        let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap();
        let config = Arc::new(config.with_single_cert(chain, key).unwrap());
        let socket = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = socket.local_addr().unwrap();
        let ends = Arc::new(AtomicBool::new(false));
        let thread = std::thread::spawn({
            let ends = Arc::clone(&ends);
            move || {
                for stream in socket.incoming().flatten().take_while(|_| !ends.load(Ordering::SeqCst)) {
                    let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
                    acknowledge(&mut StreamOwned::new(connection, stream));
                }
            }
        });
        Self { address, ends, thread: Some(thread) }
    }

    fn url(&self) -> String {
        format!("https://localhost:{}/", self.address.port())
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::SeqCst);
        drop(TcpStream::connect(self.address));
        drop(self.thread.take().map(JoinHandle::join));
    }
}

fn acknowledge(stream: &mut StreamOwned<ServerConnection, TcpStream>) {
    if request(&mut *stream).is_some() {
        let length = ACK.len();
        let reply = format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{ACK}");
        stream.write_all(reply.as_bytes()).unwrap();
        stream.conn.send_close_notify();
        stream.flush().unwrap();
    } else {
        // A client that is refused may still be writing: a closed socket would hide from it why.
        drop(std::io::copy(&mut stream.sock, &mut std::io::sink()));
    }
}

/// Why the one attempt failed; `None` when it was delivered.
fn reason(endpoint: &Endpoint, builder: impl FnOnce(Builder) -> Builder) -> Option<String> {
    let org = Org::builder(definition(&endpoint.url())).clock(ManualClock::default());
    let org = builder(org).start().unwrap();
    org.create("Opportunity", [("Name", "x")]).unwrap();
    org.settle().unwrap();
    org.attempts("Won", 1).unwrap().remove(0).reason
}

const UNVERIFIED: &str = "javax.net.ssl.SSLPeerUnverifiedException: ";

#[test]
fn an_endpoint_is_trusted_by_its_root_and_its_name() {
    let authority = Authority::new();
    let endpoint = Endpoint::start(&authority.signed("localhost"), None);
    let trusted = |org: Builder| org.root_certificates(authority.pem());
    assert_eq!(reason(&endpoint, trusted), None);
    for untrusted in [|org: Builder| org, |org: Builder| org.root_certificates(Authority::new().pem())] {
        let reason = reason(&endpoint, untrusted).unwrap();
        assert!(reason.starts_with(UNVERIFIED), "{reason}");
    }
    let other = Endpoint::start(&authority.signed("other.example"), None);
    let reason = reason(&other, trusted).unwrap();
    assert!(reason.starts_with(UNVERIFIED), "{reason}");
}

#[test]
fn an_endpoint_that_asks_for_a_client_certificate_gets_it() {
    let authority = Authority::new();
    let endpoint = Endpoint::start(&authority.signed("localhost"), Some(&authority));
    let trusted = |org: Builder| org.root_certificates(authority.pem());
    let (chain, key) = authority.signed("proxy.salesforce.com");
    assert_eq!(reason(&endpoint, |org| trusted(org).client_certificate(chain, key)), None);
    let reason = reason(&endpoint, trusted).unwrap();
    let url = endpoint.url();
    let expected = format!("reached {url}, but no TLS with it: it demands a client certificate");
    assert_eq!(reason, format!("javax.net.ssl.SSLHandshakeException: {expected}"));
}

#[test]
fn what_is_no_certificate_is_refused_at_the_start() {
    let (chain, key) = Authority::new().signed("x");
    let builder = || Org::builder(definition("https://localhost/"));
    for wrong in [
        builder().root_certificates("x"),
        builder().root_certificates(key.clone()),
        builder().client_certificate("x", key.clone()),
        builder().client_certificate(chain, "x"),
    ] {
        let code = wrong.start().err().map(|error| error.code().to_owned());
        assert_eq!(code.as_deref(), Some("SFD0502"));
    }
}

#[test]
fn what_is_rehearsed_on_the_way_happens_by_https_too() {
    let authority = Authority::new();
    let endpoint = Endpoint::start(&authority.signed("localhost"), None);
    for (fault, expected) in [
        (Fault::SlowBytes, None),
        (Fault::LostReplies, Some("the reply was lost, as rehearsed")),
        (Fault::Resets, Some("the connection ended in the middle of the request, as rehearsed")),
    ] {
        let rehearsal = Rehearsal::default().with(fault, 1.0);
        let org = Org::builder(definition(&endpoint.url())).clock(ManualClock::default());
        let org = org.root_certificates(authority.pem()).rehearsal(rehearsal).start().unwrap();
        org.create("Opportunity", [("Name", "x")]).unwrap();
        org.settle().unwrap();
        let sent = org.attempts("Won", 1).unwrap().remove(0);
        assert_eq!((sent.reason.as_deref(), &sent.rehearsed[..]), (expected, &[fault][..]));
        assert_eq!(sent.took_millis > 1_000, fault == Fault::SlowBytes, "{fault}: {} ms", sent.took_millis);
    }
}
