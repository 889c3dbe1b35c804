//! Bytes compared and passed over, in the ways that are quick.

use super::chars::is_white;

/// The first place from there on without white space.
#[inline]
pub(super) fn after_white(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() && is_white(bytes[at]) {
        at += 1;
    }
    at
}

/// `starts_with`, faster for the lengths of names: a few machine words, of which two may overlap.
#[inline]
pub(crate) fn begins(bytes: &[u8], start: &[u8]) -> bool {
    let Some(bytes) = bytes.get(..start.len()) else { return false };
    match start.len() {
        0..4 => bytes.iter().zip(start).all(|(byte, expected)| byte == expected),
        4..8 => {
            bytes.first_chunk::<4>() == start.first_chunk() && bytes.last_chunk::<4>() == start.last_chunk()
        }
        8..=16 => {
            bytes.first_chunk::<8>() == start.first_chunk() && bytes.last_chunk::<8>() == start.last_chunk()
        }
        17..=32 => {
            bytes.first_chunk::<16>() == start.first_chunk() && bytes.last_chunk::<16>() == start.last_chunk()
        }
        _ => bytes == start,
    }
}

/// [`begins`] for the lengths of two tags, which are looked for first.
#[inline]
pub(crate) fn begins_with_tags(bytes: &[u8], start: &[u8]) -> bool {
    let Some(bytes) = bytes.get(..start.len()) else { return false };
    // Both are of one length, so that no chunk of one is missing where the other has it.
    match start.len() {
        33..=64 => {
            let (first, last) = (bytes.first_chunk::<32>(), bytes.last_chunk::<32>());
            first == start.first_chunk() && last == start.last_chunk()
        }
        17..=32 => {
            bytes.first_chunk::<16>() == start.first_chunk() && bytes.last_chunk::<16>() == start.last_chunk()
        }
        _ => bytes == start,
    }
}

/// Whether two names are the same.
#[inline]
pub(crate) fn is_same(left: &[u8], right: &[u8]) -> bool {
    left.len() == right.len() && begins(left, right)
}

/// Bytes up to the next `<`, if nothing before it must be looked at.
pub(crate) fn text_end(bytes: &[u8]) -> Option<usize> {
    memchr::memchr3(b'<', b'&', b']', bytes).filter(|stop| bytes[*stop] == b'<')
}
