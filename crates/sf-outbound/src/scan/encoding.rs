//! Bytes to text: byte order mark before charset before declaration, and no character that XML forbids.

use super::chars::{is_white, trim_start};
use super::foreign;
use crate::codes;
use crate::error::Error;
use std::borrow::Cow;

/// Whether an XML declaration begins there; what merely begins with its name is a processing instruction (XML 1.0,
/// 2.8 and 2.6).
pub(super) fn begins_declaration(bytes: &[u8]) -> bool {
    bytes.strip_prefix(b"<?xml").and_then(<[u8]>::first).is_some_and(|byte| is_white(*byte))
}

/// The declaration that Salesforce sends.
pub(super) const DECLARATION: &str = r#"<?xml version="1.0" encoding="UTF-8"?>"#;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Utf8,
    Utf16Le,
    Utf16Be,
    Ascii,
    Latin1,
}

/// The text of a document, without its byte order mark and with line feeds as its only line ends (XML 1.0, 2.11).
pub(crate) fn decode_text<'a>(bytes: &'a [u8], charset: Option<&str>) -> Result<Cow<'a, str>, Error> {
    let is_utf8 = charset.is_none_or(|charset| charset.eq_ignore_ascii_case("utf-8"));
    let text = if is_utf8 && bytes.starts_with(DECLARATION.as_bytes()) {
        utf8(bytes)?
    } else {
        declared_text(bytes, charset)?
    };
    let has_controls = check_characters(&text)?;
    Ok(if has_controls { with_plain_line_ends(text) } else { text })
}

/// The text of a document that begins otherwise than Salesforce's.
fn declared_text<'a>(bytes: &'a [u8], charset: Option<&str>) -> Result<Cow<'a, str>, Error> {
    let (encoding, body) = encoding_of(bytes, charset)?;
    let text = match encoding {
        Encoding::Ascii if !body.is_ascii() => return Err(wrong(body, "byte outside US-ASCII")),
        Encoding::Utf8 | Encoding::Ascii => utf8(body)?,
        Encoding::Latin1 => Cow::Owned(latin1(body)),
        Encoding::Utf16Le => utf16(body, u16::from_le_bytes)?,
        Encoding::Utf16Be => utf16(body, u16::from_be_bytes)?,
    };
    check_declaration(&text, encoding, charset.is_some())?;
    Ok(text)
}

/// Whether a charset parameter names an encoding that is read here.
pub(crate) fn knows_charset(charset: &str) -> bool {
    is_utf16(charset) || by_name(charset).is_some()
}

fn encoding_of<'a>(bytes: &'a [u8], charset: Option<&str>) -> Result<(Encoding, &'a [u8]), Error> {
    const MARKS: [(&[u8], Encoding); 3] = [
        (b"\xEF\xBB\xBF", Encoding::Utf8),
        (b"\xFF\xFE", Encoding::Utf16Le),
        (b"\xFE\xFF", Encoding::Utf16Be),
    ];
    for (mark, encoding) in MARKS {
        if let Some(body) = bytes.strip_prefix(mark) {
            return Ok((encoding, body));
        }
    }
    let unmarked = match bytes {
        [b'<', 0, ..] => Some(Encoding::Utf16Le),
        [0, b'<', ..] => Some(Encoding::Utf16Be),
        _ => None,
    };
    let Some(charset) = charset else {
        return Ok(match unmarked {
            Some(encoding) => (encoding, bytes),
            None => (declared(bytes)?, bytes),
        });
    };
    if is_utf16(charset) {
        return Ok((order(charset).or(unmarked).unwrap_or(Encoding::Utf16Be), bytes));
    }
    match by_name(charset) {
        Some(encoding) => Ok((encoding, bytes)),
        None => Err(Error::new(&codes::ENCODING, "the charset of the content type is not supported", "", 0)),
    }
}

/// The encoding that the declaration of a document in an ASCII-compatible encoding names.
fn declared(bytes: &[u8]) -> Result<Encoding, Error> {
    if !begins_declaration(bytes) {
        return Ok(Encoding::Utf8);
    }
    let end = bytes.iter().position(|byte| *byte == b'>').unwrap_or(0);
    let Some(name) = std::str::from_utf8(&bytes[..end]).ok().and_then(declared_name) else {
        return Ok(Encoding::Utf8);
    };
    if is_utf16(name) {
        return Err(Error::new(&codes::ENCODING, "declared as UTF-16, but the bytes are not", "", 0));
    }
    by_name(name).ok_or_else(|| {
        Error::new(&codes::ENCODING, "the declared encoding is not supported; send UTF-8", "", 0)
    })
}

/// The `encoding` of an XML declaration; its grammar is checked by the scanner.
fn declared_name(head: &str) -> Option<&str> {
    if !begins_declaration(head.as_bytes()) {
        return None;
    }
    let rest = trim_start(&head[head.find("encoding")? + "encoding".len()..]);
    let rest = trim_start(rest.strip_prefix('=')?);
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    rest[1..].split(quote).next()
}

fn is_utf16(name: &str) -> bool {
    name.eq_ignore_ascii_case("utf-16") || order(name).is_some()
}

/// The byte order that a name of UTF-16 says.
fn order(name: &str) -> Option<Encoding> {
    const ORDERS: [(&str, Encoding); 2] = [("utf-16le", Encoding::Utf16Le), ("utf-16be", Encoding::Utf16Be)];
    ORDERS.iter().find(|row| row.0.eq_ignore_ascii_case(name)).map(|row| row.1)
}

fn by_name(name: &str) -> Option<Encoding> {
    const NAMES: [(&str, Encoding); 6] = [
        ("utf-8", Encoding::Utf8),
        ("utf8", Encoding::Utf8),
        ("us-ascii", Encoding::Ascii),
        ("ascii", Encoding::Ascii),
        ("iso-8859-1", Encoding::Latin1),
        ("latin1", Encoding::Latin1),
    ];
    NAMES.iter().find(|row| row.0.eq_ignore_ascii_case(name)).map(|row| row.1)
}

/// A declaration may only lie about the encoding where a charset has overruled it (RFC 7303, 3).
fn check_declaration(text: &str, encoding: Encoding, charset_given: bool) -> Result<(), Error> {
    if charset_given || !begins_declaration(text.as_bytes()) {
        return Ok(());
    }
    // White space may be long; everything else is refused by the grammar.
    let end = text.bytes().position(|byte| byte == b'>').unwrap_or(0);
    let Some(name) = declared_name(&text[..end]) else { return Ok(()) };
    let wide = matches!(encoding, Encoding::Utf16Le | Encoding::Utf16Be);
    let is_true = if wide {
        is_utf16(name) && order(name).is_none_or(|order| order == encoding)
    } else {
        by_name(name) == Some(encoding)
    };
    if is_true {
        return Ok(());
    }
    let message = if wide && is_utf16(name) {
        "the declared byte order is not the one of the bytes"
    } else {
        "the declared encoding is not the one of the bytes"
    };
    Err(Error::new(&codes::ENCODING, message, text, 0))
}

fn utf8(body: &[u8]) -> Result<Cow<'_, str>, Error> {
    match std::str::from_utf8(body) {
        Ok(text) => Ok(Cow::Borrowed(text)),
        Err(error) => {
            let valid = std::str::from_utf8(&body[..error.valid_up_to()]).unwrap_or("");
            let message = foreign::compressed(body).unwrap_or("bytes that are not UTF-8");
            Err(Error::new(&codes::ENCODING, message, valid, valid.len()))
        }
    }
}

/// Counted first: a text that grows while it is written would take several times its bytes.
fn latin1(body: &[u8]) -> String {
    let mut text = String::with_capacity(body.len() + body.iter().filter(|byte| !byte.is_ascii()).count());
    text.extend(body.iter().map(|byte| char::from(*byte)));
    text
}

fn utf16(body: &[u8], unit: fn([u8; 2]) -> u16) -> Result<Cow<'_, str>, Error> {
    let (pairs, rest) = body.as_chunks::<2>();
    let mut text = String::with_capacity(pairs.iter().map(|pair| utf8_bytes(unit(*pair))).sum());
    for character in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        let Ok(character) = character else {
            let at = text.len();
            return Err(Error::new(&codes::ENCODING, "half of a surrogate pair", &text, at));
        };
        text.push(character);
    }
    if rest.is_empty() { Ok(Cow::Owned(text)) } else { Err(wrong(body, "odd number of bytes for UTF-16")) }
}

/// Bytes of UTF-8 for one unit of UTF-16: two for each half of a pair.
fn utf8_bytes(unit: u16) -> usize {
    match unit {
        0..0x80 => 1,
        0x80..0x800 | 0xD800..0xE000 => 2,
        _ => 3,
    }
}

#[cold]
fn wrong(body: &[u8], message: &'static str) -> Error {
    let ascii = body.iter().position(|byte| !byte.is_ascii()).unwrap_or(0);
    let text = std::str::from_utf8(&body[..ascii]).unwrap_or("");
    Error::new(&codes::ENCODING, message, text, text.len())
}

fn with_plain_line_ends(text: Cow<'_, str>) -> Cow<'_, str> {
    let Some(first) = memchr::memchr(b'\r', text.as_bytes()) else { return text };
    match text {
        Cow::Borrowed(text) => {
            let pairs = memchr::memmem::find_iter(text.as_bytes(), b"\r\n").count();
            let mut plain = String::with_capacity(text.len() - pairs);
            let mut rest = text;
            while let Some(at) = memchr::memchr(b'\r', rest.as_bytes()) {
                plain.push_str(&rest[..at]);
                plain.push('\n');
                rest = &rest[at + 1..];
                rest = rest.strip_prefix('\n').unwrap_or(rest);
            }
            plain.push_str(rest);
            Cow::Owned(plain)
        }
        // In its own memory: the text is as large as the body, or larger.
        Cow::Owned(text) => {
            let mut bytes = text.into_bytes();
            let (mut kept, mut after_return) = (first, false);
            for at in first..bytes.len() {
                let byte = bytes[at];
                if byte != b'\n' || !after_return {
                    bytes[kept] = if byte == b'\r' { b'\n' } else { byte };
                    kept += 1;
                }
                after_return = byte == b'\r';
            }
            bytes.truncate(kept);
            // Only line ends were replaced, so that it is UTF-8 still.
            Cow::Owned(String::from_utf8(bytes).unwrap_or_default())
        }
    }
}

/// Bytes that are looked at together.
const BLOCK: usize = 128;

/// Refuses control characters, U+FFFE and U+FFFF: one pass, so that no later stage has to look.
///
/// A block of printable ASCII needs one comparison a byte, a block with line ends or other alphabets a few more.
/// Says whether there was any of those.
fn check_characters(text: &str) -> Result<bool, Error> {
    let (blocks, rest) = text.as_bytes().as_chunks::<BLOCK>();
    let mut any_unusual = false;
    for (index, block) in blocks.iter().enumerate() {
        if is_unusual(block) {
            any_unusual = true;
            if is_suspect_block(block) {
                exact_characters(text, index * BLOCK, BLOCK)?;
            }
        }
    }
    // The last bytes are looked at as a block, together with some of the ones before.
    let unusual = text.as_bytes().last_chunk::<BLOCK>().is_none_or(is_unusual);
    if unusual && is_suspect(rest) {
        exact_characters(text, text.len() - rest.len(), rest.len())?;
    }
    Ok(any_unusual || unusual)
}

/// Whether there is anything but printable ASCII. As signed numbers, bytes of other alphabets are below the space.
#[inline]
fn is_unusual(block: &[u8; BLOCK]) -> bool {
    block.iter().fold(false, |any, byte| any | (byte.cast_signed() < 0x20))
}

/// Whether there is a control character, or the first byte of U+FFFE. Without branches, so that the compiler can ask it
/// of many bytes at once.
fn is_suspect(block: &[u8]) -> bool {
    let suspect = |byte: u8| {
        let control = u8::from(byte < 0x20);
        let white = u8::from(byte == b'\t') | u8::from(byte == b'\n') | u8::from(byte == b'\r');
        (control & !white) | u8::from(byte == 0xEF)
    };
    block.iter().fold(0, |any, byte| any | suspect(*byte)) != 0
}

/// [`is_suspect`] for the length that the compiler can unroll.
#[inline(never)]
fn is_suspect_block(block: &[u8; BLOCK]) -> bool {
    is_suspect(block)
}

#[cold]
fn exact_characters(text: &str, start: usize, len: usize) -> Result<(), Error> {
    let bytes = text.as_bytes();
    for at in start..start + len {
        let forbidden = match bytes[at] {
            b'\t' | b'\n' | b'\r' => false,
            0..0x20 => true,
            0xEF => matches!(bytes.get(at + 1..at + 3), Some([0xBF, 0xBE | 0xBF])),
            _ => false,
        };
        if forbidden {
            return Err(Error::new(&codes::CHARACTER, "character that XML does not allow", text, at));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Any other would have its whole block looked at byte by byte.
    #[test]
    fn control_characters_are_suspect_and_what_may_begin_a_noncharacter() {
        for byte in 0..=u8::MAX {
            let suspect = byte == 0xEF || (byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r'));
            assert_eq!(is_suspect(&[b'a', byte]), suspect, "{byte:#X}");
        }
    }
}
