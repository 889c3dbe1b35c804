//! Whom https endpoints are trusted by, who the client is, and that a certificate or key can't be used.

use std::fmt;

/// Whom the client trusts, and who it is, as PEM texts.
///
/// # Example
///
/// ```no_run
/// use sf_outbound_client::Trust;
///
/// let trust = Trust { roots: vec![std::fs::read("authority.pem")?], identity: None };
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct Trust {
    /// The roots that are trusted, and no others; none is the roots of the web.
    pub roots: Vec<Vec<u8>>,
    /// The client's certificate with its chain, and the key.
    pub identity: Option<(Vec<u8>, Vec<u8>)>,
}

impl fmt::Debug for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let identity = self.identity.as_ref().map(|_| "<redacted>");
        f.debug_struct("Trust").field("roots", &self.roots.len()).field("identity", &identity).finish()
    }
}

/// A certificate or key that can't be used.
///
/// # Example
///
/// ```
/// # #[cfg(feature = "https")] {
/// use sf_outbound_client::{Client, Settings, Trust, Unreadable};
///
/// let trust = Trust { roots: vec![b"no PEM".to_vec()], identity: None };
/// let refused: Unreadable = Client::new(&Settings { trust, ..Settings::default() }).err().unwrap();
/// assert_eq!(refused.to_string(), "a root certificate is no PEM text of one");
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable(pub(crate) String);

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unreadable {}
