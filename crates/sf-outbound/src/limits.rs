//! What a message may cost.

/// The largest message that is accepted. Each limit is checked before the work that it limits.
///
/// # Example
///
/// ```
/// use sf_outbound::Limits;
///
/// let limits = Limits::default().body_bytes(1 << 20);
/// assert_eq!((limits.body_bytes, limits.notifications), (1 << 20, 100));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Bytes of the HTTP body. Default 16 MiB: 100 records with one full long text area each.
    pub body_bytes: usize,
    /// Notifications in a message. Default 100, the `maxOccurs` of every outbound-message WSDL.
    pub notifications: usize,
    /// Elements in a message. Default 1,000,000.
    pub elements: usize,
    /// Elements open at once. Default 32; Salesforce needs 6.
    pub depth: usize,
    /// Attributes of one element, namespace declarations among them. Default 64.
    pub attributes: usize,
    /// Namespace declarations in scope at once. Default 64; Salesforce needs 5.
    pub namespaces: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 16 << 20,
            notifications: 100,
            elements: 1_000_000,
            depth: 32,
            attributes: 64,
            namespaces: 64,
        }
    }
}

macro_rules! setters {
    ($($limit:ident: $doc:literal;)*) => {
        impl Limits {$(
            #[doc = $doc]
            #[must_use]
            pub const fn $limit(mut self, $limit: usize) -> Self {
                self.$limit = $limit;
                self
            }
        )*}
    };
}

setters! {
    body_bytes: "Sets the bytes of the HTTP body.";
    notifications: "Sets the notifications of a message.";
    elements: "Sets the elements of a message.";
    depth: "Sets the elements open at once.";
    attributes: "Sets the attributes of one element.";
    namespaces: "Sets the namespace declarations in scope at once.";
}
