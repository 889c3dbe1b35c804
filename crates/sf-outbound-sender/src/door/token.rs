//! The token that lets in.

/// The fewest characters of a token: who tries a thousand a second for a year has not tried a part of them.
const LEAST: usize = 16;

/// What lets in; not shown, and compared in a time that tells nothing.
pub(crate) struct Token(String);

/// Why a text is no token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unfit {
    Short,
    Characters,
}

impl Token {
    /// **Errors.** A text that is short, or that no header can carry.
    pub(crate) fn new(text: String) -> Result<Self, Unfit> {
        let is_fit = text.bytes().all(|byte| matches!(byte, b' '..=b'~')) && text.trim().len() == text.len();
        match (is_fit, text.len() < LEAST) {
            (false, _) => Err(Unfit::Characters),
            (true, true) => Err(Unfit::Short),
            (true, false) => Ok(Self(text)),
        }
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn is(&self, given: &[u8]) -> bool {
        is_same(self.0.as_bytes(), given)
    }
}

impl std::fmt::Display for Unfit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Short => write!(f, "the token has fewer than {LEAST} characters"),
            Self::Characters => f.write_str(
                "the token has characters other than those of ASCII, or begins or ends with a space",
            ),
        }
    }
}

/// Takes the same time wherever the first difference is.
pub(super) fn is_same(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len() && one.iter().zip(other).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
}
