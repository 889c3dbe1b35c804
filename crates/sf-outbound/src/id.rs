//! Salesforce ids: of organizations, actions, notifications and records.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

/// A Salesforce id: 15 letters and digits whose case matters, or the same with 3 more, so that case no longer matters.
///
/// The three are a checksum of the case of the fifteen.
/// Two ids are compared and hashed by the fifteen only, so both forms of one id are equal.
/// The checksum is not checked: hand-made test messages often have a wrong one.
///
/// # Example
///
/// ```
/// use sf_outbound::Id;
///
/// const ORGANIZATION: Id = Id::literal("00Dx0000000001g");
/// assert_eq!(ORGANIZATION, "00Dx0000000001gEAA".parse::<Id>()?);
/// assert_eq!(ORGANIZATION.to_18().as_str(), "00Dx0000000001gEAA");
/// assert_eq!(ORGANIZATION.key_prefix(), "00D");
/// assert_eq!(Id::new("00Dx0000000001g")?.as_str(), "00Dx0000000001g");
/// # Ok::<(), sf_outbound::IdError>(())
/// ```
///
/// A wrong literal does not compile:
///
/// ```compile_fail
/// const WRONG: sf_outbound::Id = sf_outbound::Id::literal("00D");
/// ```
#[derive(Clone, Copy)]
pub struct Id {
    bytes: [u8; 18],
    long: bool,
}

impl Id {
    /// In the place of an id that is not read yet. What lacks its id is refused, so nobody sees it.
    pub(crate) const UNREAD: Self = Self::literal("000000000000000AAA");

    /// The id that a text spells.
    ///
    /// **Errors.** Anything but 15 or 18 ASCII letters and digits.
    pub const fn new(text: &str) -> Result<Self, IdError> {
        let text = text.as_bytes();
        let mut bytes = [0; 18];
        let mut at = 0;
        if text.len() != 15 && text.len() != 18 {
            return Err(IdError { place: if text.len() < 18 { text.len() } else { 18 } });
        }
        while at < text.len() {
            if !text[at].is_ascii_alphanumeric() {
                return Err(IdError { place: at });
            }
            bytes[at] = text[at];
            at += 1;
        }
        Ok(Self { bytes, long: text.len() == 18 })
    }

    /// The id of 18 letters and digits.
    pub(crate) fn of_18(letters: &[u8; 18]) -> Option<Self> {
        let mut all = true;
        for letter in letters {
            all &= letter.is_ascii_alphanumeric();
        }
        all.then_some(Self { bytes: *letters, long: true })
    }

    /// An id that is written in code, for a `const`.
    ///
    /// # Panics
    ///
    /// If the text is no id. In a `const` this is a compile error.
    #[must_use]
    pub const fn literal(text: &'static str) -> Self {
        match Self::new(text) {
            Ok(id) => id,
            Err(_) => panic!("a Salesforce id has 15 or 18 letters and digits"),
        }
    }

    /// The id as it was sent, in 15 or 18 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let sent = if self.long { &self.bytes[..] } else { &self.bytes[..15] };
        // Only ASCII letters and digits ever enter.
        std::str::from_utf8(sent).unwrap_or_default()
    }

    /// The id in 18 characters, the last three calculated from the first fifteen.
    #[must_use]
    pub fn to_18(&self) -> Self {
        const DIGITS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
        let mut bytes = self.bytes;
        for group in 0..3 {
            let upper = &self.bytes[group * 5..group * 5 + 5];
            let digit =
                upper.iter().rev().fold(0, |digit, byte| digit * 2 + usize::from(byte.is_ascii_uppercase()));
            bytes[15 + group] = DIGITS[digit];
        }
        Self { bytes, long: true }
    }

    /// The first three characters, which say what kind of record it is: `001` is an Account.
    #[must_use]
    pub fn key_prefix(&self) -> &str {
        std::str::from_utf8(&self.bytes[..3]).unwrap_or_default()
    }

    fn key(&self) -> &[u8] {
        &self.bytes[..15]
    }
}

impl PartialEq for Id {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Id {}

impl PartialOrd for Id {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Id {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key().cmp(other.key())
    }
}

impl Hash for Id {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl AsRef<str> for Id {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl TryFrom<&str> for Id {
    type Error = IdError;

    fn try_from(text: &str) -> Result<Self, IdError> {
        Self::new(text)
    }
}

impl FromStr for Id {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        Self::new(text)
    }
}

/// Why a text is no id.
///
/// # Example
///
/// ```
/// let error: sf_outbound::IdError = "00D-0000000001g".parse::<sf_outbound::Id>().unwrap_err();
/// assert_eq!(error.place(), 3);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IdError {
    place: usize,
}

impl IdError {
    /// The byte at which the text stops being an id, from 0.
    #[must_use]
    pub fn place(&self) -> usize {
        self.place
    }
}

impl fmt::Display for IdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not 15 or 18 letters and digits: wrong at byte {}", self.place)
    }
}

impl std::error::Error for IdError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksum_follows_salesforces_rule() {
        for (short, long) in [
            ("00Dx0000000001g", "00Dx0000000001gEAA"),
            ("0031I0000081tbP", "0031I0000081tbPQAQ"),
            ("04l5w00005286hA", "04l5w00005286hAAAQ"),
        ] {
            let id = Id::literal(short);
            assert_eq!(id.to_18().as_str(), long);
            assert_eq!(id, Id::literal(long));
            assert_eq!(id.as_str(), short);
        }
    }

    #[test]
    fn what_is_no_id_is_refused_with_its_place() {
        for (text, place) in [
            ("", 0),
            ("12364", 5),
            ("00Dx0000000001gE", 16),
            ("00Dx0000000001gEAA1", 18),
            ("{orgId}{orgId}.", 0),
            ("00Dx000000 0001gEA", 10),
            ("00Dx0000000é01gEA", 11),
        ] {
            assert_eq!(Id::new(text), Err(IdError { place }), "{text}");
        }
    }
}
