//! TLS: some clients speak nothing else.

use std::fmt;
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// Which of the two PEM texts can't be used. `Display` is a noun, such as `the key`.
///
/// # Example
///
/// ```
/// use sf_outbound_page::{Unusable, acceptor};
///
/// let why = acceptor(b"no PEM", b"no PEM").err().unwrap();
/// assert_eq!(why, Unusable::Certificate);
/// assert_eq!(format!("{why} can't be used"), "the certificate can't be used");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unusable {
    /// The chain is no PEM text of a certificate.
    Certificate,
    /// The key is no PEM text of one.
    Key,
    /// The two don't belong together, or are of a kind that TLS does not know.
    Pair,
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Certificate => "the certificate",
            Self::Key => "the key",
            Self::Pair => "the certificate or key",
        })
    }
}

impl std::error::Error for Unusable {}

/// Reads the PEM texts of a certificate chain and of its key, for [`serve`](super::serve).
///
/// **Errors.** Which of the two can't be used.
///
/// # Example
///
/// ```
/// use sf_outbound_page::acceptor;
///
/// let made = rcgen::generate_simple_self_signed(["localhost".to_owned()])?;
/// let acceptor = acceptor(made.cert.pem().as_bytes(), made.signing_key.serialize_pem().as_bytes())?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn acceptor(chain: &[u8], key: &[u8]) -> Result<TlsAcceptor, Unusable> {
    let chain: Option<Vec<_>> = CertificateDer::pem_slice_iter(chain).map(Result::ok).collect();
    let chain = chain.filter(|chain| !chain.is_empty()).ok_or(Unusable::Certificate)?;
    let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| Unusable::Key)?;
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|config| config.with_no_client_auth().with_single_cert(chain, key))
        .map_err(|_| Unusable::Pair)?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_used_is_named() {
        let [one, other] = ["a", "b"].map(|name| rcgen::generate_simple_self_signed([name.into()]).unwrap());
        let (chain, key) = (one.cert.pem(), one.signing_key.serialize_pem());
        let why = |chain: &str, key: &str| acceptor(chain.as_bytes(), key.as_bytes()).err();
        assert_eq!(why(&chain, &key), None);
        // A key is a PEM text too, of no certificate.
        for wrong in ["", "no PEM", &key, "-----BEGIN CERTIFICATE-----\n?"] {
            assert_eq!(why(wrong, &key), Some(Unusable::Certificate), "{wrong}");
        }
        assert_eq!(why(&chain, &chain), Some(Unusable::Key));
        assert_eq!(why(&chain, &other.signing_key.serialize_pem()), Some(Unusable::Pair));
    }
}
