//! `xsd:base64Binary`.

use super::lexical::Reason;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// XML Schema allows white space between the characters, and no bytes at all.
pub(super) fn base64(text: &str) -> Result<Vec<u8>, Reason> {
    const REASON: Reason = "base64Binary is groups of four characters of the base64 alphabet";
    const WHITE: [char; 4] = [' ', '\t', '\n', '\r'];
    match STANDARD.decode(text) {
        Ok(bytes) => Ok(bytes),
        Err(_) => STANDARD.decode(text.split(WHITE).collect::<String>()).map_err(|_| REASON),
    }
}

/// Appends the groups without a line end between them.
pub(super) fn write(bytes: &[u8], out: &mut Vec<u8>) {
    let start = out.len();
    out.resize(start + bytes.len().div_ceil(3) * 4, b'=');
    // There is room for all groups, so this can't fail.
    let written = STANDARD.encode_slice(bytes, &mut out[start..]).unwrap_or(0);
    out.truncate(start + written);
}
