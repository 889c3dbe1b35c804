//! What a message may cost.

/// Upper bounds of one message; each is checked before the work that it bounds.
///
/// # Example
///
/// ```
/// use sf_outbound::Limits;
///
/// let limits = Limits { body_bytes: 1 << 20, ..Limits::default() };
/// assert_eq!(limits.notifications, 100);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
