//! How a text becomes bytes, and what it calls that.

/// Stands for bytes that are no character of the encoding.
pub(super) const BROKEN: char = '\u{E000}';

#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Encoding {
    #[default]
    Utf8,
    MarkedUtf8,
    Utf16Le,
    Utf16Be,
    /// Has a declaration always.
    Latin1,
}

impl Encoding {
    pub(super) fn is_utf8(self) -> bool {
        matches!(self, Self::Utf8 | Self::MarkedUtf8)
    }

    pub(super) fn names(self) -> &'static [&'static str] {
        match self {
            Self::Utf8 | Self::MarkedUtf8 => &["UTF-8", "utf-8", "Utf-8"],
            Self::Utf16Le | Self::Utf16Be => &["UTF-16", "utf-16"],
            Self::Latin1 => &["ISO-8859-1", "iso-8859-1"],
        }
    }

    pub(super) fn wrong_names(self) -> &'static [&'static str] {
        match self {
            Self::Utf8 | Self::MarkedUtf8 => &["UTF-16", "EBCDIC-CP-BE", "", "8-bit", "UTF 8", "ütf"],
            Self::Utf16Le | Self::Utf16Be => &["UTF-8", "ISO-8859-1", "", "16"],
            Self::Latin1 => &["UTF-16", "", "-"],
        }
    }

    /// A text as it is sent.
    pub(super) fn bytes(self, text: String) -> Vec<u8> {
        let unit = |code: u16| if self == Self::Utf16Le { code.to_le_bytes() } else { code.to_be_bytes() };
        match self {
            Self::Utf8 => broken_utf8(text),
            Self::MarkedUtf8 => broken_utf8(format!("\u{FEFF}{text}")),
            Self::Utf16Le | Self::Utf16Be => {
                let alone = |code| if code == BROKEN as u16 { 0xD83D } else { code };
                format!("\u{FEFF}{text}").encode_utf16().map(alone).flat_map(unit).collect()
            }
            Self::Latin1 => text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect(),
        }
    }
}

fn broken_utf8(text: String) -> Vec<u8> {
    match text.split_once(BROKEN) {
        Some((before, after)) => [before.as_bytes(), b"\xC0\xAF", after.as_bytes()].concat(),
        None => text.into_bytes(),
    }
}
