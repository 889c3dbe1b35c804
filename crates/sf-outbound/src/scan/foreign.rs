//! What a document is that is no XML: senders, gateways and function hosts pack bodies in ways that are known.

/// The coding of compressed bytes, by the bytes that each begins with; none of them begins a document.
pub(crate) fn compressed(bytes: &[u8]) -> Option<&'static str> {
    Some(match bytes {
        [0x1F, 0x8B, ..] => "compressed with gzip, not text: decompress the body first",
        [0x78, 0x01 | 0x5E | 0x9C | 0xDA, ..] => {
            "compressed with zlib (deflate), not text: decompress the body first"
        }
        [0x28, 0xB5, 0x2F, 0xFD, ..] => "compressed with zstd, not text: decompress the body first",
        _ => return None,
    })
}

/// How a text wraps what may be a document, where it begins as no document does.
#[cold]
pub(super) fn wrapped(text: &str) -> Option<&'static str> {
    const LOOKED_AT: usize = 64;
    let head = &text.as_bytes()[..text.len().min(LOOKED_AT)];
    let is_base64 = |head: &[u8]| {
        head.len() > 8
            && head.iter().all(|byte| {
                byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'\r' | b'\n')
            })
    };
    Some(match head {
        [b'{' | b'[' | b'"', ..] => {
            "JSON, not XML: a function host may have wrapped the body; hand over the request's own body"
        }
        // A `<` begins base64 with `P` and one of these, a byte order mark with `77u`.
        [b'P', b'A'..=b'P', ..] | [b'7', b'7', b'u', ..] if is_base64(head) => {
            "base64, not XML: a function host may have encoded the body; decode it first"
        }
        [b'%', b'3', b'c' | b'C', ..] => "percent-encoded, not XML: decode the body first",
        [b'&', b'l', b't', b';', ..] => "XML that was escaped: the body has to begin with `<`",
        _ if is_form(head) => "a form, not XML: the message has to be the body, not a field of a form",
        _ => return None,
    })
}

/// `name=%3C…`, or `name=<…` of one who did not encode it.
fn is_form(head: &[u8]) -> bool {
    let name = head
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
        .count();
    let value = head.get(name..).and_then(|rest| rest.strip_prefix(b"="));
    name > 0
        && value.is_some_and(|value| {
            value.starts_with(b"%3C") || value.starts_with(b"%3c") || value.starts_with(b"<")
        })
}
