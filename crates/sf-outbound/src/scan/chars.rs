//! The character classes of XML 1.0, fifth edition.

/// Of each byte: not of a name, of a name, or also of its start; what is not ASCII is decided elsewhere.
const CLASS: [u8; 256] = {
    let mut table = [NO_NAME; 256];
    let mut byte = 0;
    while byte < 128 {
        #[allow(clippy::cast_possible_truncation)]
        let ascii = byte as u8;
        if ascii.is_ascii_alphabetic() || ascii == b'_' {
            table[byte] = NAME_START;
        } else if matches!(ascii, b'0'..=b'9' | b'-' | b'.') {
            table[byte] = NAME;
        }
        byte += 1;
    }
    table
};
const NO_NAME: u8 = 0;
const NAME: u8 = 1;
const NAME_START: u8 = 2;

/// Bytes of the name without a colon that stands at a place; 0 where none begins there.
#[inline]
pub(super) fn name_length(text: &str, at: usize) -> usize {
    let Some(rest) = text.as_bytes().get(at..) else { return 0 };
    let mut length = 0;
    while let Some(four) = rest.get(length..).and_then(<[u8]>::first_chunk::<4>)
        && four.iter().all(|byte| CLASS[usize::from(*byte)] != NO_NAME)
    {
        length += 4;
    }
    while rest.get(length).is_some_and(|byte| CLASS[usize::from(*byte)] != NO_NAME) {
        length += 1;
    }
    match (rest.first(), rest.get(length)) {
        (_, Some(128..)) => name_length_beyond_ascii(text, at),
        (Some(first), _) if CLASS[usize::from(*first)] == NAME_START => length,
        _ => 0,
    }
}

/// Whether a text is a name without a colon.
pub(crate) fn is_name(text: &str) -> bool {
    !text.is_empty() && name_length(text, 0) == text.len()
}

#[cold]
fn name_length_beyond_ascii(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    if !rest.starts_with(is_name_start) {
        return 0;
    }
    rest.find(|c| !is_name_char(c)).unwrap_or(rest.len())
}

/// `NameStartChar` of Namespaces in XML: without the colon.
pub(super) fn is_name_start(character: char) -> bool {
    matches!(character,
        'A'..='Z' | '_' | 'a'..='z' | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}'
        | '\u{F8}'..='\u{2FF}' | '\u{370}'..='\u{37D}' | '\u{37F}'..='\u{1FFF}'
        | '\u{200C}'..='\u{200D}' | '\u{2070}'..='\u{218F}' | '\u{2C00}'..='\u{2FEF}'
        | '\u{3001}'..='\u{D7FF}' | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}'
        | '\u{10000}'..='\u{EFFFF}')
}

/// `NameChar` of Namespaces in XML: without the colon.
pub(super) fn is_name_char(character: char) -> bool {
    is_name_start(character)
        || matches!(character,
            '-' | '.' | '0'..='9' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
}

/// `Char`: what may stand in a document, also as a character reference.
pub(super) fn is_allowed(character: char) -> bool {
    matches!(character,
        '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

/// `S`: white space of markup.
pub(crate) fn is_white(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

const WHITE: [char; 4] = [' ', '\t', '\n', '\r'];

/// Without the white space around, which is these four characters to XML and XML Schema alike: `str::trim` knows more.
pub(crate) fn trim(text: &str) -> &str {
    text.trim_matches(WHITE)
}

pub(super) fn trim_start(text: &str) -> &str {
    text.trim_start_matches(WHITE)
}

/// Whether a text is white space only.
pub(crate) fn is_blank(text: &str) -> bool {
    text.bytes().all(is_white)
}
