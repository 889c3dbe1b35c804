//! The names by which Salesforce's API knows objects and fields.

/// Whether a text can be the API name of an object or a field: letters, digits and underscores, no digit first.
///
/// # Example
///
/// ```
/// use sf_outbound_field::is_api_name;
///
/// assert!(is_api_name("Amount__c"));
/// assert!(!is_api_name("2nd__c") && !is_api_name("Größe__c") && !is_api_name(""));
/// ```
#[must_use]
pub const fn is_api_name(text: &str) -> bool {
    let text = text.as_bytes();
    let mut at = 0;
    while at < text.len() {
        if !(text[at] == b'_' || text[at].is_ascii_alphanumeric()) {
            return false;
        }
        at += 1;
    }
    !(text.is_empty() || text[0].is_ascii_digit())
}
