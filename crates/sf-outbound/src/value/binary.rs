//! `xsd:base64Binary`.

use super::Reason;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// XML Schema allows white space between the characters.
pub(super) fn base64(text: &str) -> Result<Vec<u8>, Reason> {
    const REASON: Reason = "base64Binary is groups of four characters of the base64 alphabet";
    const WHITE: [char; 4] = [' ', '\t', '\n', '\r'];
    if text.is_empty() {
        return Err(REASON);
    }
    if let Ok(bytes) = STANDARD.decode(text) {
        return Ok(bytes);
    }
    let solid: String = text.split(WHITE).collect();
    if solid.len() == text.len() { Err(REASON) } else { STANDARD.decode(solid).map_err(|_| REASON) }
}

pub(super) fn text(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}
