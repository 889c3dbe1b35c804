//! TLS: some clients speak nothing else.

use std::sync::Arc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// **Errors.** Which of the two PEM texts can't be used.
pub(crate) fn acceptor(chain: &[u8], key: &[u8]) -> Result<TlsAcceptor, &'static str> {
    let chain: Vec<_> =
        CertificateDer::pem_slice_iter(chain).collect::<Result<_, _>>().map_err(|_| "the certificate")?;
    let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| "the key")?;
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|config| config.with_no_client_auth().with_single_cert(chain, key))
        .map_err(|_| "the certificate or key")?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}
