//! Requests to records, decoded or as they were sent, for those who answer by themselves.

use crate::decode::split;
use crate::gate::{Gate, Refusal, check_head};
use crate::id::Id;
use crate::limits::Limits;
use crate::message::{Notifications, Unknown};
use crate::raw::RawRecord;
use crate::record::{Record, Schema};
use crate::request::Head;
use std::fmt;
use std::sync::Arc;

/// Reads requests into records of a [`Schema`] with every check of a [`Server`](crate::Server), and leaves the answer
/// to its caller.
///
/// For tools that know a WSDL at run time only: recorders, forwarders, proxies. A clone shares what was seen of
/// elements that the WSDL does not know.
///
/// # Example
///
/// ```
/// use sf_outbound::{Ack, Head, RecordReader, Reply};
///
/// fn answer(reader: &RecordReader, content_type: &str, body: &[u8]) -> Reply {
///     match reader.read(Head::post(content_type), body) {
///         Ok(message) => {
///             println!("{} notifications", message.notifications.len());
///             Ack::Accepted.into()
///         }
///         Err(refusal) => {
///             eprintln!("refused: {refusal}");
///             refusal.into()
///         }
///     }
/// }
/// ```
#[derive(Clone)]
pub struct RecordReader {
    schema: Schema,
    gate: Gate,
}

impl RecordReader {
    /// A reader with the default limits that accepts every organization.
    #[must_use]
    pub fn new(schema: Schema) -> Self {
        Self { schema, gate: Gate::default() }
    }

    /// Accepts messages of this organization, and of no other than those that are named by this method. Can be called
    /// several times.
    #[must_use]
    pub fn organization(mut self, id: Id) -> Self {
        self.gate.organizations.push(id);
        self
    }

    /// Sets the limits.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.gate.limits = limits;
        self
    }

    /// Reads an empty element as null if its field's type has no empty value, as
    /// [`Server::empty_is_null`](crate::Server::empty_is_null) does.
    ///
    /// # Example
    ///
    /// ```
    /// use sf_outbound::{Kind, RecordReader, Schema};
    ///
    /// let schema = Schema::new("Account", [("Amount".to_owned(), Kind::Double)])?;
    /// let reader = RecordReader::new(schema).empty_is_null(true);
    /// # Ok::<(), sf_outbound::SchemaError>(())
    /// ```
    #[must_use]
    pub fn empty_is_null(mut self, empty_is_null: bool) -> Self {
        self.gate.empty_is_null = empty_is_null;
        self
    }

    /// Calls this with the name of each element that the WSDL does not know, as
    /// [`Server::on_unknown`](crate::Server::on_unknown) does.
    #[must_use]
    pub fn on_unknown(mut self, hook: impl Fn(&str) + Send + Sync + 'static) -> Self {
        self.gate.drift = self.gate.drift.with_hook(Arc::new(hook));
        self
    }

    /// The elements that the WSDL does not know, of all messages that this reader and its clones have accepted.
    #[must_use]
    pub fn unknown(&self) -> Unknown {
        self.gate.drift.seen()
    }

    /// The schema.
    #[must_use]
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// The message of one request.
    ///
    /// **Errors.** Why head, length, message or organization are refused, and the reply that says so.
    pub fn read(&self, head: Head<'_>, body: &[u8]) -> Result<Notifications<Record>, Refusal> {
        let charset = check_head(head)?;
        let text = self.gate.text(charset.as_deref(), body)?;
        let message = self.schema.decode_from(&text, self.gate.terms());
        self.gate.judge(self.schema.table().object(), message)
    }

    #[cfg(feature = "http")]
    pub(crate) fn limits_in_force(&self) -> &Limits {
        &self.gate.limits
    }
}

impl fmt::Debug for RecordReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordReader")
            .field("object", &self.schema.table().object())
            .field("limits", &self.gate.limits)
            .field("organizations", &self.gate.organizations)
            .field("unknown", &self.gate.drift)
            .finish_non_exhaustive()
    }
}

/// Reads requests into notifications whose records are not decoded, with every check of a [`Server`](crate::Server) but
/// those of types, and leaves the answer to its caller.
///
/// For stores, queues and forwarders that must not lose a record because of its type.
///
/// # Example
///
/// ```
/// use sf_outbound::{Ack, Head, RawReader, Reply};
///
/// fn answer(reader: &RawReader, content_type: &str, body: &[u8]) -> Reply {
///     match reader.read(Head::post(content_type), body) {
///         Ok(message) => {
///             println!("{} notifications", message.notifications.len());
///             Ack::Accepted.into()
///         }
///         Err(refusal) => refusal.into(),
///     }
/// }
/// ```
#[derive(Clone, Default)]
pub struct RawReader {
    gate: Gate,
}

impl RawReader {
    /// A reader with the default limits that accepts every organization.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Accepts messages of this organization, and of no other than those that are named by this method. Can be called
    /// several times.
    #[must_use]
    pub fn organization(mut self, id: Id) -> Self {
        self.gate.organizations.push(id);
        self
    }

    /// Sets the limits.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.gate.limits = limits;
        self
    }

    /// The message of one request.
    ///
    /// **Errors.** Why head, length, message or organization are refused, and the reply that says so.
    pub fn read(&self, head: Head<'_>, body: &[u8]) -> Result<Notifications<RawRecord>, Refusal> {
        let charset = check_head(head)?;
        let text = self.gate.text(charset.as_deref(), body)?;
        split(&text, self.gate.terms()).map_err(Refusal::message)
    }

    #[cfg(feature = "http")]
    pub(crate) fn limits_in_force(&self) -> &Limits {
        &self.gate.limits
    }
}

impl fmt::Debug for RawReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawReader")
            .field("limits", &self.gate.limits)
            .field("organizations", &self.gate.organizations)
            .finish()
    }
}
