//! TLS for the listener, and the client certificates that it demands.

use crate::args::Listen;
use crate::args::pair;
use crate::files::{Failure, bytes};
use std::path::Path;
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::server::danger::ClientCertVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

/// `None` where the listener speaks plain HTTP.
pub(super) fn acceptor(arguments: &Listen) -> Result<Option<TlsAcceptor>, Failure> {
    let files = (arguments.tls_cert.as_deref(), arguments.tls_key.as_deref());
    let Some((certificate, key)) = pair(files.0, files.1, bytes)? else { return Ok(None) };
    let (Some(certificate_file), Some(key_file)) = files else { return Ok(None) };
    let provider = Arc::new(ring::default_provider());
    let chain = certificates(&certificate, certificate_file)?;
    let key = PrivateKeyDer::from_pem_slice(&key).map_err(|_| no_pem(key_file, "key"))?;
    let unusable = |error| {
        let (certificate, key) = (certificate_file.display(), key_file.display());
        Failure::Wrong(format!("error: {certificate} and {key} can't be used together: {error}"))
    };
    let config = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(unusable)?;
    let config = match &arguments.client_root[..] {
        [] => config.with_no_client_auth(),
        roots => config.with_client_cert_verifier(verifier(roots, provider)?),
    };
    Ok(Some(TlsAcceptor::from(Arc::new(config.with_single_cert(chain, key).map_err(unusable)?))))
}

/// Of client certificates that one of the roots has issued.
fn verifier(
    files: &[impl AsRef<Path>],
    provider: Arc<CryptoProvider>,
) -> Result<Arc<dyn ClientCertVerifier>, Failure> {
    let mut roots = RootCertStore::empty();
    for file in files.iter().map(AsRef::as_ref) {
        for root in certificates(&bytes(file)?, file)? {
            roots.add(root).map_err(|error| Failure::Wrong(format!("error: {}: {error}", file.display())))?;
        }
    }
    WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider)
        .build()
        .map_err(|error| Failure::Wrong(format!("error: --client-root: {error}")))
}

fn certificates(pem: &[u8], file: &Path) -> Result<Vec<CertificateDer<'static>>, Failure> {
    let read: Option<Vec<_>> = CertificateDer::pem_slice_iter(pem).map(Result::ok).collect();
    read.filter(|read| !read.is_empty()).ok_or_else(|| no_pem(file, "certificate"))
}

fn no_pem(file: &Path, what: &str) -> Failure {
    Failure::Wrong(format!("error: {} is no PEM text of a {what}", file.display()))
}
