//! Why a handler did not take a message.

use crate::ack::Fault;
use std::error::Error;
use std::fmt;

/// Why a handler did not take a message: any error, or a [`Fault`] that the handler chose.
///
/// The operator `?` turns any error into a failure, those of `anyhow` and `eyre` too. Salesforce and its administrators
/// see the
/// text of a `Fault` and of nothing else: any other error is answered with the fault `SFR0607`, which says nothing of
/// it,
/// and goes to [`Server::on_failure`](crate::Server::on_failure). In both cases Salesforce sends the message again.
///
/// Like `anyhow::Error` it does not implement [`std::error::Error`]: only so can it be made of any error.
///
/// # Example
///
/// ```
/// use sf_outbound::{Failure, Fault};
///
/// fn stock(line: &str) -> Result<u32, Failure> {
///     if line.is_empty() {
///         return Err(Fault::new("the order system is closed for stock-taking").into());
///     }
///     Ok(line.parse()?)
/// }
/// let chosen = stock("").unwrap_err();
/// assert_eq!(chosen.fault().map(Fault::reason), Some("the order system is closed for stock-taking"));
/// let other = stock("many").unwrap_err();
/// assert!(other.fault().is_none());
/// assert_eq!(other.to_string(), "invalid digit found in string");
/// assert!(other.error().is::<std::num::ParseIntError>());
/// ```
pub struct Failure(Box<dyn Error + Send + Sync>);

impl Failure {
    /// The fault, if the handler chose one; `None` for any other error.
    #[must_use]
    pub fn fault(&self) -> Option<&Fault> {
        self.0.downcast_ref()
    }

    /// The error, which is a [`Fault`] where the handler chose one.
    #[must_use]
    pub fn error(&self) -> &(dyn Error + Send + Sync + 'static) {
        &*self.0
    }

    pub(crate) fn into_fault(self) -> Result<Fault, Self> {
        self.0.downcast().map(|fault| *fault).map_err(Self)
    }
}

impl<E: Into<Box<dyn Error + Send + Sync>>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

/// The error and its causes in one line.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
