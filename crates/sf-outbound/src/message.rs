//! One outbound message as a value.

use crate::id::Id;
use std::fmt;

/// One outbound message: who sent it, and 1 to 100 notifications.
///
/// # Example
///
/// ```
/// use sf_outbound::{Id, Kind, Limits, Notifications, Schema};
///
/// let schema = Schema::new("Account", [("Name".to_owned(), Kind::Text)])?;
/// let record = schema.record(Id::literal("001x0000000001X"));
/// let message = Notifications::new(Id::literal("00Dx0000000001g"), Id::literal("04kx0000000001X"))
///     .with(Id::literal("04lx0000000001X"), record)
///     .with(Id::literal("04lx0000000002X"), None);
/// let mut bytes = Vec::new();
/// message.encode(&mut bytes);
/// assert_eq!(schema.decode(&bytes, &Limits::default())?, message);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Notifications<T> {
    /// The organization that sent the message.
    pub organization_id: Id,
    /// The workflow action that sent it: one outbound message of the organization's set-up.
    pub action_id: Id,
    /// Whether a session id was sent; its text is not kept.
    pub session_id: Option<SessionId>,
    /// The organization's SOAP endpoint for its enterprise WSDL.
    pub enterprise_url: Option<String>,
    /// The organization's SOAP endpoint for the partner WSDL.
    pub partner_url: Option<String>,
    /// The notifications in the order of the message, which need not be the order of the changes.
    pub notifications: Vec<Notification<T>>,
    /// Elements that the WSDL does not know: they were passed over.
    pub unknown: Unknown,
}

impl<T> Notifications<T> {
    /// A message without notifications, for tests and tools; Salesforce sends 1 to 100.
    #[must_use]
    pub fn new(organization_id: Id, action_id: Id) -> Self {
        Self {
            organization_id,
            action_id,
            session_id: None,
            enterprise_url: None,
            partner_url: None,
            notifications: Vec::new(),
            unknown: Unknown::default(),
        }
    }

    /// Adds a notification: its id, and the record or `None` where it was deleted before delivery.
    #[must_use]
    pub fn with(mut self, id: Id, sobject: impl Into<Option<T>>) -> Self {
        self.notifications.push(Notification::new(id, sobject));
        self
    }
}

/// One notification: a record changed.
///
/// # Example
///
/// ```
/// use sf_outbound::Notification;
/// use std::collections::HashSet;
///
/// /// A message can come again: the notifications that did not come before.
/// fn new<T>(seen: &mut HashSet<sf_outbound::Id>, notifications: Vec<Notification<T>>) -> Vec<Notification<T>> {
///     notifications.into_iter().filter(|notification| seen.insert(notification.id)).collect()
/// }
/// # let twice = || Notification::<()>::new(sf_outbound::Id::literal("04lx0000000001X"), None);
/// # assert_eq!(new(&mut HashSet::new(), vec![twice(), twice()]).len(), 1);
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Notification<T> {
    /// Id of the notification itself; a notification that is sent again has the same.
    pub id: Id,
    /// The record; `None` when it was deleted before delivery.
    pub sobject: Option<T>,
}

impl<T> Notification<T> {
    /// A notification of a record, or of `None` where it was deleted before delivery.
    #[must_use]
    pub fn new(id: Id, sobject: impl Into<Option<T>>) -> Self {
        Self { id, sobject: sobject.into() }
    }
}

/// Says that a session id was sent. Its text, a secret, is dropped while the message is read.
///
/// Salesforce ended session ids in outbound messages in February 2026.
///
/// # Example
///
/// ```
/// use sf_outbound::{Notifications, SessionId};
///
/// /// Session ids ended: one that still comes deserves a look at the outbound message's set-up.
/// fn has_session<T>(message: &Notifications<T>) -> bool {
///     let seen: Option<SessionId> = message.session_id;
///     seen.is_some()
/// }
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SessionId(pub(crate) ());

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<redacted>")
    }
}

/// Elements that the WSDL does not know, such as a field that was added in Salesforce: those of one message
/// ([`Notifications::unknown`]), or those that a server has seen ([`Server::unknown`](crate::Server::unknown)).
///
/// # Example
///
/// ```
/// use sf_outbound::Unknown;
///
/// fn line(unknown: &Unknown) -> String {
///     format!("{} elements that the WSDL does not know: {}", unknown.elements, unknown.names.join(", "))
/// }
/// assert_eq!(line(&Unknown::default()), "0 elements that the WSDL does not know: ");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unknown {
    /// How many there were. Elements inside them are not counted.
    pub elements: usize,
    /// The first 64 different names, each cut to 80 characters. A name in XML has no control characters.
    pub names: Vec<String>,
}

/// An element that the WSDL does not know, kept with a record whose type was generated with `--unknown capture`.
///
/// # Example
///
/// ```
/// use sf_outbound::UnknownElement;
///
/// fn names(unknown: &[UnknownElement]) -> Vec<&str> {
///     unknown.iter().map(|element| element.name.as_str()).collect()
/// }
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnknownElement {
    /// Its name without prefix, such as the API name of a field that was added in Salesforce.
    pub name: String,
    /// Its text and that of the elements in it; `None` where it is nil.
    pub text: Option<String>,
}

impl Unknown {
    #[cold]
    pub(crate) fn note(&mut self, name: &str) {
        const NAMES: usize = 64;
        const CHARACTERS: usize = 80;
        self.elements += 1;
        if self.names.len() < NAMES {
            let end = name.char_indices().nth(CHARACTERS).map_or(name.len(), |(at, _)| at);
            let name = &name[..end];
            if !self.names.iter().any(|known| known == name) {
                self.names.push(name.to_owned());
            }
        }
    }
}
