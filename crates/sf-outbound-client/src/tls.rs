//! Certificates and keys, and what goes wrong with them, in words.

use crate::trust::{Trust, Unreadable};
use jiff::Timestamp;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use rustls::{AlertDescription, CertificateError, ClientConfig, RootCertStore};
use std::sync::Arc;
use ureq::tls::{Certificate, ClientCert, PrivateKey, RootCerts, TlsConfig};

/// **Errors.** What can't be read, or does not belong together: the HTTP library would find that in its first request,
/// and leave it out or panic.
pub(crate) fn config(trust: &Trust) -> Result<TlsConfig, Unreadable> {
    let mut config = TlsConfig::builder();
    let mut store = RootCertStore::empty();
    let mut roots = Vec::new();
    for pem in &trust.roots {
        for root in chain(pem, "a root certificate")? {
            roots.push(Certificate::from_der(&root).to_owned());
            store
                .add(root)
                .map_err(|error| Unreadable(format!("a root certificate can't be used: {error}")))?;
        }
    }
    if !roots.is_empty() {
        config = config.root_certs(RootCerts::new_with_certs(&roots));
    }
    if let Some((certificate, key)) = &trust.identity {
        let certificates = chain(certificate, "the client's certificate")?;
        let shown: Vec<_> = certificates.iter().map(|one| Certificate::from_der(one).to_owned()).collect();
        let unreadable = || Unreadable("the client's key is no PEM text of one".to_owned());
        let ours = PrivateKey::from_pem(key).map_err(|_| unreadable())?;
        let theirs = PrivateKeyDer::from_pem_slice(key).map_err(|_| unreadable())?;
        ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .and_then(|builder| {
                builder.with_root_certificates(store).with_client_auth_cert(certificates, theirs)
            })
            .map_err(|error| mismatch(&error))?;
        config = config.client_cert(Some(ClientCert::new_with_certs(&shown, ours)));
    }
    Ok(config.build())
}

fn mismatch(error: &rustls::Error) -> Unreadable {
    match error {
        rustls::Error::InconsistentKeys(_) => {
            Unreadable("the client's key is not the key of its certificate".to_owned())
        }
        error => Unreadable(format!("the client's certificate or key can't be used: {error}")),
    }
}

fn chain(pem: &[u8], what: &str) -> Result<Vec<CertificateDer<'static>>, Unreadable> {
    let read: Option<Vec<_>> = CertificateDer::pem_slice_iter(pem).map(Result::ok).collect();
    read.filter(|read| !read.is_empty()).ok_or_else(|| Unreadable(format!("{what} is no PEM text of one")))
}

/// The TLS library's own error, however it was handed on; else the error again.
pub(crate) fn of(error: ureq::Error) -> Result<rustls::Error, ureq::Error> {
    match error {
        ureq::Error::Rustls(error) => Ok(error),
        ureq::Error::Io(error) => {
            match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
                Some(error) => Ok(error.clone()),
                None => Err(ureq::Error::Io(error)),
            }
        }
        error => Err(error),
    }
}

/// What is wrong: of a certificate the end of a sentence that begins with it.
pub(crate) struct Words {
    pub(crate) is_certificate: bool,
    pub(crate) text: String,
    pub(crate) help: &'static str,
}

pub(crate) fn words(error: &rustls::Error, has_identity: bool) -> Words {
    use rustls::Error;
    let (text, help) = match error {
        Error::InvalidCertificate(error) => {
            let (text, help) = certificate_words(error);
            return Words { is_certificate: true, text, help };
        }
        Error::AlertReceived(alert) => alert_words(*alert, has_identity),
        Error::InvalidMessage(_) => {
            ("what it answers is no TLS".to_owned(), "is this a port of http? write http:// in the URL")
        }
        Error::PeerIncompatible(why) => (
            format!("the two have no version or method in common ({why:?})"),
            "let the endpoint speak TLS 1.2 or 1.3",
        ),
        error => (error.to_string(), ""),
    };
    Words { is_certificate: false, text, help }
}

fn certificate_words(error: &CertificateError) -> (String, &'static str) {
    use CertificateError::{
        BadSignature, Expired, ExpiredContext, InvalidPurpose, InvalidPurposeContext, NotValidForName,
        NotValidForNameContext, NotValidYet, NotValidYetContext, Other, Revoked, UnknownIssuer,
    };
    const NAME: &str = "the URL's host has to stand in the certificate as a subjectAltName";
    const CLOCK: &str = "renew it; or is a clock wrong?";
    match error {
        ExpiredContext { not_after, .. } => (format!("expired at {}", at(*not_after)), CLOCK),
        Expired => ("has expired".to_owned(), CLOCK),
        NotValidYetContext { not_before, .. } => (format!("is not valid before {}", at(*not_before)), CLOCK),
        NotValidYet => ("is not valid yet".to_owned(), CLOCK),
        UnknownIssuer => (
            "comes from an authority that is not trusted".to_owned(),
            "trust the authority with --root-cert, or let the endpoint send its intermediate certificates too; \
             Salesforce trusts only the authorities of its list",
        ),
        NotValidForNameContext { expected, presented } if presented.is_empty() => {
            (format!("names no host, and so not {}", expected.to_str()), NAME)
        }
        NotValidForNameContext { expected, presented } => {
            let presented: Vec<_> = presented.iter().map(|name| bare(name)).collect();
            (format!("is for {}, not for {}", presented.join(", "), expected.to_str()), NAME)
        }
        NotValidForName => ("is for another host".to_owned(), NAME),
        Revoked => ("was revoked".to_owned(), "get another one"),
        InvalidPurpose | InvalidPurposeContext { .. } => {
            ("is not made for servers".to_owned(), "its extendedKeyUsage has to have serverAuth")
        }
        BadSignature => (
            "has a signature that is not its authority's".to_owned(),
            "does the root have the name of the authority, but another key?",
        ),
        // The library has names for these two, and no variants.
        Other(other) if other.to_string() == "UnsupportedCertVersion" => (
            "is one of X.509 version 1, and TLS needs version 3".to_owned(),
            "make it again with extensions: `openssl … -addext subjectAltName=DNS:HOST`",
        ),
        Other(other) if other.to_string() == "CaUsedAsEndEntity" => (
            "is an authority's own (CA:TRUE), not a server's".to_owned(),
            "make one with `-addext basicConstraints=CA:FALSE`, or one that this authority signs",
        ),
        error => (format!("can't be verified: {error}"), ""),
    }
}

fn alert_words(alert: AlertDescription, has_identity: bool) -> (String, &'static str) {
    use AlertDescription as Alert;
    const SHOW: &str = "show one with --client-cert and --client-key";
    match alert {
        Alert::CertificateRequired | Alert::NoCertificate => {
            ("it demands a client certificate".to_owned(), SHOW)
        }
        Alert::BadCertificate
        | Alert::UnsupportedCertificate
        | Alert::CertificateRevoked
        | Alert::CertificateExpired
        | Alert::CertificateUnknown
        | Alert::UnknownCA
        | Alert::AccessDenied
        | Alert::DecryptError
            if has_identity =>
        {
            (
                format!("it refuses the client certificate ({alert:?})"),
                "does it trust the authority of that certificate, and is the chain whole?",
            )
        }
        Alert::HandshakeFailure | Alert::BadCertificate if !has_identity => (
            format!("it ended the handshake ({alert:?})"),
            "it demands a client certificate (--client-cert, --client-key), or the two have no method in common",
        ),
        Alert::ProtocolVersion => {
            ("it speaks neither TLS 1.2 nor 1.3".to_owned(), "let the endpoint speak TLS 1.2 or 1.3")
        }
        Alert::UnrecognisedName => {
            ("it knows no host of this name".to_owned(), "look at the host's name in the URL")
        }
        Alert::NoApplicationProtocol => (
            "it accepts HTTP/2 only".to_owned(),
            "Salesforce speaks HTTP/1.1: turn it on in the endpoint or in the proxy before it",
        ),
        alert => (format!("it ended the handshake ({alert:?})"), "look at the endpoint's own log"),
    }
}

/// `other.example` of the library's `DnsName("other.example")`.
fn bare(name: &str) -> &str {
    let inner = name.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')'));
    inner.unwrap_or(name).trim_matches('"')
}

/// As a date that people read; the library has seconds since 1970.
fn at(time: UnixTime) -> String {
    let seconds = i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
    Timestamp::from_second(seconds).map_or_else(|_| "a day far away".to_owned(), |time| time.to_string())
}
