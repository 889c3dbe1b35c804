//! The token that lets in.

use std::fmt;
use subtle::ConstantTimeEq;

/// The fewest characters of a token: who tries a thousand a second for a year has not tried a part of them.
const LEAST: usize = 16;

/// The token of a server. `Debug` does not show it, and the time of a comparison tells nothing about it.
///
/// # Example
///
/// ```
/// use sf_outbound_page::{Token, Unfit};
///
/// let token = Token::new("0123456789abcdef")?;
/// assert_eq!(format!("{token:?}"), "Token(<redacted>)");
/// let why = Token::new("sesame").unwrap_err();
/// assert_eq!(why, Unfit::Short);
/// assert_eq!(why.to_string(), "the token has fewer than 16 characters");
/// # Ok::<(), Unfit>(())
/// ```
pub struct Token(String);

/// Why a token can't be used. `Display` shows nothing of the token.
///
/// # Example
///
/// ```
/// use sf_outbound_page::{Token, Unfit};
///
/// assert_eq!(Token::new("0123456789abcdef\n").unwrap_err(), Unfit::Characters);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// It has fewer than 16 characters.
    Short,
    /// It has characters that no header can carry, or begins or ends with a space.
    Characters,
    /// The token is missing, and other machines can reach the server.
    Missing,
}

impl Token {
    /// **Errors.** The text is short, or no header can carry it.
    pub fn new(text: impl Into<String>) -> Result<Self, Unfit> {
        let text = text.into();
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

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(<redacted>)")
    }
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Short => write!(f, "the token has fewer than {LEAST} characters"),
            Self::Characters => f.write_str(
                "the token has characters other than those of ASCII, or begins or ends with a space",
            ),
            Self::Missing => f.write_str("other machines can reach the server, and no token is set"),
        }
    }
}

impl std::error::Error for Unfit {}

/// Takes the same time wherever the first difference is.
pub(super) fn is_same(one: &[u8], other: &[u8]) -> bool {
    one.ct_eq(other).into()
}
