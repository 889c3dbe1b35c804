//! What holds of the text of every kind but a string's.

/// Why a text does not stand for a value.
pub(crate) type Reason = &'static str;

/// XML Schema drops the white space around every value but a string's.
pub(super) fn collapse(text: &str) -> &str {
    if let [b'!'..=255, .., b'!'..=255] = text.as_bytes() {
        return text;
    }
    text.trim_matches([' ', '\t', '\n', '\r'])
}
