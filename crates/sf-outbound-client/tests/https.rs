//! Endpoints by https that are not trusted or do not trust, and the sentence that each gets.

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    date_time_ymd,
};
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::version::{TLS12, TLS13};
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned, SupportedProtocolVersion};
use sf_outbound_client::{Body, Client, Kind, Reply, Settings, Trouble, Trust};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

/// PEM texts of a certificate and its key.
type Pair = (String, String);

struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    fn signed(&self, name: &str, change: impl FnOnce(&mut CertificateParams)) -> Pair {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new([name.to_owned()]).unwrap();
        change(&mut params);
        (params.signed_by(&key, &self.0).unwrap().pem(), key.serialize_pem())
    }
}

fn config(pair: &Pair, clients: Option<&Authority>) -> ServerConfig {
    speaking(&[&TLS13, &TLS12], pair, clients)
}

fn speaking(
    versions: &[&'static SupportedProtocolVersion],
    (certificate, key): &Pair,
    clients: Option<&Authority>,
) -> ServerConfig {
    let provider = Arc::new(ring::default_provider());
    let config = ServerConfig::builder_with_provider(Arc::clone(&provider));
    let config = config.with_protocol_versions(versions).unwrap();
    let config = match clients {
        None => config.with_no_client_auth(),
        Some(authority) => {
            let mut roots = RootCertStore::empty();
            roots.add(authority.0.der().clone()).unwrap();
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
            config.with_client_cert_verifier(verifier.build().unwrap())
        }
    };
    let chain = CertificateDer::pem_slice_iter(certificate.as_bytes()).map(Result::unwrap).collect();
    // Without a look at the certificate, which may be one that no library would serve.
    let key =
        ring::sign::any_supported_type(&PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap()).unwrap();
    config.with_cert_resolver(Arc::new(SingleCertAndKey::from(CertifiedKey::new(chain, key))))
}

/// Serves one connection by TLS; what a handshake that fails has said is on its way when the socket closes.
fn endpoint(
    config: ServerConfig,
    serve: impl FnOnce(&mut StreamOwned<ServerConnection, TcpStream>) + Send + 'static,
) -> (SocketAddr, JoinHandle<()>) {
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    let thread = std::thread::spawn(move || {
        let stream = socket.accept().unwrap().0;
        // What waits for an acknowledgement when a socket is closed is lost.
        stream.set_nodelay(true).unwrap();
        let mut stream = StreamOwned::new(ServerConnection::new(Arc::new(config)).unwrap(), stream);
        serve(&mut stream);
    });
    (address, thread)
}

fn acknowledge(stream: &mut StreamOwned<ServerConnection, TcpStream>) {
    if stream.read(&mut [0; 4096]).is_ok() {
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").unwrap();
    }
}

fn client(root: &Authority, identity: Option<&Pair>) -> Client {
    let identity = identity.map(|(chain, key)| (chain.clone().into_bytes(), key.clone().into_bytes()));
    let trust = Trust { roots: vec![root.0.pem().into_bytes()], identity };
    Client::new(&Settings { timeout: Duration::from_secs(5), trust, ..Settings::default() }).unwrap()
}

fn post(client: &Client, address: SocketAddr) -> Result<Reply, Trouble> {
    client.post(&format!("https://localhost:{}/", address.port()), &[], Body::Bytes(b"<a/>"))
}

/// Kind and text of what is said of an endpoint, without its address, and whether it has help.
fn said(client: &Client, server: ServerConfig) -> (Kind, String) {
    let (address, thread) = endpoint(server, acknowledge);
    let trouble = post(client, address).unwrap_err();
    thread.join().unwrap();
    assert!(!trouble.help().is_empty(), "{trouble}");
    (trouble.kind(), trouble.to_string().replace(&format!("https://localhost:{}/", address.port()), "URL"))
}

#[test]
fn what_is_wrong_with_a_certificate_is_said_in_words() {
    let authority = Authority::new("Root");
    let client = client(&authority, None);
    let cases: [(Pair, &str); 9] = [
        (
            authority.signed("localhost", |params| params.not_after = date_time_ymd(2020, 1, 31)),
            "expired at 2020-01-31T00:00:00Z",
        ),
        (
            authority.signed("localhost", |params| params.not_before = date_time_ymd(2996, 2, 29)),
            "is not valid before 2996-02-29T00:00:00Z",
        ),
        (authority.signed("other.example", |_| ()), "is for other.example, not for localhost"),
        (Authority::new("Other").signed("localhost", |_| ()), "comes from an authority that is not trusted"),
        (
            authority.signed("localhost", |params| params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained)),
            "is an authority's own (CA:TRUE), not a server's",
        ),
        (
            authority.signed("localhost", |params| {
                params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
            }),
            "is not made for servers",
        ),
        (
            authority.signed("localhost", |params| params.subject_alt_names.clear()),
            "names no host, and so not localhost",
        ),
        (Authority::new("Root").signed("localhost", |_| ()), "has a signature that is not its authority's"),
        (version_1(), "is one of X.509 version 1, and TLS needs version 3"),
    ];
    for (pair, expected) in cases {
        let (kind, text) = said(&client, config(&pair, None));
        assert_eq!((kind, text), (Kind::Certificate, format!("reached URL, but its certificate {expected}")));
    }
}

#[test]
fn a_client_certificate_that_is_missing_or_not_trusted_is_said_in_words() {
    let authority = Authority::new("Root");
    let server = authority.signed("localhost", |_| ());
    let own = authority.signed("proxy.salesforce.com", |_| ());
    let (address, thread) = endpoint(config(&server, Some(&authority)), acknowledge);
    assert_eq!(post(&client(&authority, Some(&own)), address).unwrap().status, 200);
    thread.join().unwrap();
    for version in [&TLS13, &TLS12] {
        let demanding = || speaking(&[version], &server, Some(&authority));
        let (kind, text) = said(&client(&authority, None), demanding());
        assert_eq!(kind, Kind::Tls);
        // The older version has no word of its own for it.
        let expected = ["it demands a client certificate", "it ended the handshake (HandshakeFailure)"];
        assert!(
            expected.iter().any(|end| text == format!("reached URL, but no TLS with it: {end}")),
            "{text}"
        );
        let foreign = Authority::new("Other").signed("proxy.salesforce.com", |_| ());
        let (kind, text) = said(&client(&authority, Some(&foreign)), demanding());
        let begin = "reached URL, but no TLS with it: it refuses the client certificate (";
        assert!(kind == Kind::Tls && text.starts_with(begin), "{text}");
    }
}

#[test]
fn the_scheme_of_another_port_is_said_in_words() {
    let authority = Authority::new("Root");
    let client = client(&authority, None);
    for (answer, expected) in [
        (&b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"[..], "what it answers is no TLS"),
        (b"", "it closes the connection at once"),
    ] {
        let socket = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = socket.local_addr().unwrap();
        let thread = std::thread::spawn(move || {
            let mut stream = socket.accept().unwrap().0;
            assert!(stream.read(&mut [0; 4096]).unwrap() > 0);
            stream.write_all(answer).unwrap();
        });
        let trouble = post(&client, address).unwrap_err();
        thread.join().unwrap();
        let text = format!("reached https://localhost:{}/, but no TLS with it: {expected}", address.port());
        assert_eq!((trouble.kind(), trouble.to_string()), (Kind::Tls, text));
    }
    let (address, thread) = endpoint(config(&authority.signed("localhost", |_| ()), None), |stream| {
        // It says what it thinks of HTTP, and closes.
        assert!(stream.read(&mut [0; 100]).is_err());
        stream.conn.write_tls(&mut stream.sock).unwrap();
    });
    let trouble = client.post(&format!("http://{address}/"), &[], Body::Bytes(b"<a/>")).unwrap_err();
    thread.join().unwrap();
    let text = format!("reached http://{address}/, but it answers by TLS");
    assert_eq!((trouble.kind(), trouble.to_string()), (Kind::Broken, text));
}

#[test]
fn a_reply_that_came_before_the_whole_message_is_read_by_tls_too() {
    let authority = Authority::new("Root");
    let (address, thread) = endpoint(config(&authority.signed("localhost", |_| ()), None), |stream| {
        stream.read_exact(&mut [0; 100]).unwrap();
        stream.write_all(b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 9\r\n\r\ntoo large").unwrap();
        stream.flush().unwrap();
    });
    let url = format!("https://localhost:{}/", address.port());
    let reply = client(&authority, None).post(&url, &[], Body::Bytes(&vec![b'x'; 32 << 20])).unwrap();
    assert_eq!((reply.status, &reply.body[..]), (413, &b"too large"[..]));
    thread.join().unwrap();
}

#[test]
fn what_is_no_certificate_or_does_not_belong_together_is_refused_at_the_start() {
    let authority = Authority::new("Root");
    let (chain, key) = authority.signed("x", |_| ());
    let (_, other) = authority.signed("x", |_| ());
    let refusal = |roots: &[&str], identity: Option<(&str, &str)>| {
        let roots = roots.iter().map(|pem| pem.as_bytes().to_vec()).collect();
        let identity = identity.map(|(chain, key)| (chain.into(), key.into()));
        let settings = Settings { trust: Trust { roots, identity }, ..Settings::default() };
        Client::new(&settings).err().map(|error| error.to_string()).unwrap_or_default()
    };
    let root = authority.0.pem();
    let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    assert_eq!(refusal(&[&root], Some((&chain, &key))), "");
    assert_eq!(refusal(&["x"], None), "a root certificate is no PEM text of one");
    assert_eq!(refusal(&[&root, &key], None), "a root certificate is no PEM text of one");
    assert!(refusal(&[broken], None).starts_with("a root certificate can't be used: "));
    assert_eq!(refusal(&[], Some(("x", &key))), "the client's certificate is no PEM text of one");
    assert_eq!(refusal(&[], Some((&chain, &chain))), "the client's key is no PEM text of one");
    assert_eq!(refusal(&[], Some((&chain, &other))), "the client's key is not the key of its certificate");
    assert!(
        refusal(&[], Some((broken, &key))).starts_with("the client's certificate or key can't be used: ")
    );
}

/// As `openssl x509 -req` makes it without extensions.
fn version_1() -> Pair {
    const CERTIFICATE: &str = "\
-----BEGIN CERTIFICATE-----
MIIBJTCBywIUe+mIJw2e9w+19fm7p1M9kQ0rpY4wCgYIKoZIzj0EAwIwFDESMBAG
A1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNTIyMTM1MloYDzIxMjYxMTAxMjIxMzUy
WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
AARyr3uXNsZvwKA7zhZPg10yHzymjxxeqMURbT49kyZyJyJNKOL1Zp55wk1lSSUV
yM2heL941ts1PaDugeImy8GjMAoGCCqGSM49BAMCA0kAMEYCIQC/M49zCS1VCHop
Zpx6ZvleKipfBwHWUhTuADekFUcbmQIhAKVOE3ZmBD08ptU60QEoSMIGLfhz2KFF
wieoboJqNa86
-----END CERTIFICATE-----
";
    const KEY: &str = "\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg1UsHSlnib8HTUtcg
oTtxxJShnKz0YNglMMjJzrRMRlqhRANCAARyr3uXNsZvwKA7zhZPg10yHzymjxxe
qMURbT49kyZyJyJNKOL1Zp55wk1lSSUVyM2heL941ts1PaDugeImy8Gj
-----END PRIVATE KEY-----
";
    (CERTIFICATE.to_owned(), KEY.to_owned())
}
