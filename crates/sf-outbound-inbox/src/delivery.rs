//! A notification as its handler gets it.

use sf_outbound::Id;
use sf_outbound::jiff::Timestamp;
use std::fmt;

/// One notification for a handler.
///
/// # Example
///
/// ```
/// use sf_outbound_inbox::{Delivery, HandlerError, Tx};
/// # struct Opportunity { name: Option<String> }
///
/// fn handle(tx: &Tx<'_>, delivery: Delivery<Opportunity>) -> Result<(), HandlerError> {
///     let Some(record) = delivery.record.as_ref().filter(|_| !delivery.is_superseded) else {
///         return Ok(()); // It was deleted, or something newer was handled already.
///     };
///     tx.execute("INSERT INTO deal(key, name) VALUES (?1, ?2)", (delivery.key.as_str(), &record.name))?;
///     Ok(())
/// }
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Delivery<T> {
    /// The record; `None` where it was deleted before Salesforce sent the notification.
    pub record: Option<T>,
    /// Id of the notification. It is no key: the same Id comes again with newer data where an ack was lost.
    pub id: Id,
    /// Id of the Salesforce organization.
    pub organization_id: Id,
    /// Id of the outbound message's action.
    pub action_id: Id,
    /// The organization's endpoint of the enterprise SOAP API, for a handler that calls back.
    pub enterprise_url: Option<String>,
    /// The organization's endpoint of the partner SOAP API.
    pub partner_url: Option<String>,
    /// When the notification was stored.
    pub received_at: Timestamp,
    /// Which try this is: 1 for the first.
    pub attempt: u32,
    /// How often the same notification Id came before with other data: 0 for the first.
    pub revision: u32,
    /// Whether a newer version of the same record was handled before this one, by `SystemModstamp` or
    /// `LastModifiedDate`.
    pub is_superseded: bool,
    /// The same for every try of this notification, and of no other.
    pub key: IdempotencyKey,
}

impl<T> Delivery<T> {
    /// The same with another form of the record.
    pub(crate) fn try_map<U, E>(self, form: impl FnOnce(T) -> Result<U, E>) -> Result<Delivery<U>, E> {
        let Self {
            record,
            id,
            organization_id,
            action_id,
            enterprise_url,
            partner_url,
            received_at,
            attempt,
            revision,
            is_superseded,
            key,
        } = self;
        let record = record.map(form).transpose()?;
        Ok(Delivery {
            record,
            id,
            organization_id,
            action_id,
            enterprise_url,
            partner_url,
            received_at,
            attempt,
            revision,
            is_superseded,
            key,
        })
    }
}

/// What tells a notification from every other: organization, notification Id and digest of the record.
///
/// Hand it to a system that drops what it has seen, such as a payment provider's `Idempotency-Key`.
///
/// # Example
///
/// ```
/// use sf_outbound_inbox::IdempotencyKey;
///
/// fn header(key: &IdempotencyKey) -> (&'static str, &str) {
///     ("idempotency-key", key.as_str())
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    pub(crate) fn new(organization: Id, id: Id, digest: [u8; 16]) -> Self {
        Self(format!("{organization}-{id}-{:032x}", u128::from_be_bytes(digest)))
    }

    /// The key as text of 70 letters, digits and hyphens.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
