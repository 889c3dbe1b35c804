//! Whom https endpoints are trusted by, and who the client is: the same options of each command that sends.

use crate::files::Failure;
use clap::Args;
use sf_outbound_client::Trust;
use std::path::{Path, PathBuf};

/// Certificates and keys for https endpoints.
#[derive(Debug, Args)]
pub(crate) struct Trusted {
    /// At https endpoints, trust only the root certificates of this PEM file. Can be repeated.
    #[arg(long, value_name = "FILE")]
    root_cert: Vec<PathBuf>,
    /// The client certificate for https endpoints, which Salesforce has too: a PEM file with the whole chain.
    #[arg(long, value_name = "FILE", requires = "client_key")]
    client_cert: Option<PathBuf>,
    /// The private key of that certificate, a PEM file.
    #[arg(long, value_name = "FILE", requires = "client_cert")]
    client_key: Option<PathBuf>,
}

impl Trusted {
    /// The files' texts.
    ///
    /// **Errors.** That one can't be read.
    pub(crate) fn read(&self, bytes: impl Fn(&Path) -> Result<Vec<u8>, Failure>) -> Result<Trust, Failure> {
        Ok(Trust {
            roots: self.root_cert.iter().map(|file| bytes(file)).collect::<Result<_, _>>()?,
            identity: pair(self.client_cert.as_deref(), self.client_key.as_deref(), &bytes)?,
        })
    }
}

/// A certificate's chain and its key, as PEM texts.
pub(crate) type Pair = (Vec<u8>, Vec<u8>);

pub(crate) fn pair(
    certificate: Option<&Path>,
    key: Option<&Path>,
    bytes: impl Fn(&Path) -> Result<Vec<u8>, Failure>,
) -> Result<Option<Pair>, Failure> {
    certificate.zip(key).map(|(certificate, key)| Ok((bytes(certificate)?, bytes(key)?))).transpose()
}
