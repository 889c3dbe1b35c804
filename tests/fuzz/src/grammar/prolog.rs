//! What stands before and after the root, and how the text becomes bytes.

use super::{Document, Maker};

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

    fn names(self) -> &'static [&'static str] {
        match self {
            Self::Utf8 | Self::MarkedUtf8 => &["UTF-8", "utf-8", "Utf-8"],
            Self::Utf16Le | Self::Utf16Be => &["UTF-16", "utf-16"],
            Self::Latin1 => &["ISO-8859-1", "iso-8859-1"],
        }
    }

    fn wrong_names(self) -> &'static [&'static str] {
        match self {
            Self::Utf8 | Self::MarkedUtf8 => &["UTF-16", "EBCDIC-CP-BE", "", "8-bit", "UTF 8", "ütf"],
            Self::Utf16Le | Self::Utf16Be => &["UTF-8", "ISO-8859-1", "", "16"],
            Self::Latin1 => &["UTF-16", "", "-"],
        }
    }
}

impl Maker<'_> {
    pub(super) fn document(&mut self) {
        if self.rare() {
            self.encoding = self.choice.of(&[
                Encoding::MarkedUtf8,
                Encoding::Utf16Le,
                Encoding::Utf16Be,
                Encoding::Latin1,
            ]);
        }
        if self.breaks("white space before the declaration") {
            self.write(" ");
            self.declaration();
        } else if self.breaks("text before the root") {
            self.write("x");
        } else if self.encoding == Encoding::Latin1 || !self.choice.one_in(6) {
            self.declaration();
        }
        self.between();
        if self.breaks("document type") {
            let name = self.choice.of(&["<!DOCTYPE a>", "<!DOCTYPE a [<!ENTITY b 'c'>]>", "<!doctype a>"]);
            self.write(name);
        }
        self.message();
        let end = self.out.len();
        self.between();
        if self.breaks_once_in(3, "something after the root") {
            let more =
                self.choice.of(&["x", "<a/>", "<![CDATA[]]>", "&#10;", "</a>", "<?xml version='1.0'?>", "<"]);
            self.write(more);
        } else if self.breaks_once_in(3, "the end is missing") {
            let [a, b] = self.choice.bytes();
            let mut cut = usize::from(u16::from_le_bytes([a, b])) % end;
            while !self.out.is_char_boundary(cut) {
                cut -= 1;
            }
            self.out.truncate(cut);
        }
    }

    fn declaration(&mut self) {
        let mut parts = vec![self.version(), self.encoding_name()];
        if self.rare() {
            let wrong = self.breaks_once_in(4, "standalone that is neither yes nor no");
            let value = self.choice.of(if wrong { &["maybe", "", "YES"] } else { &["yes", "no"] });
            parts.push(format!("standalone{}{}", self.equals(), self.quoted(value)));
        }
        if self.breaks("order of the declaration") {
            parts.swap(0, 1);
            if parts[0].is_empty() {
                parts[0] = "encoding='UTF-8'".into();
            }
        }
        self.write("<?xml");
        parts.retain(|part| !part.is_empty());
        // Without white space before the first it could be an instruction of another name.
        let is_joined = parts.len() > 1 && self.breaks("no white space in the declaration");
        for (index, part) in parts.iter().enumerate() {
            let space = if is_joined && index > 0 { "" } else { self.space() };
            self.write(space);
            self.write(part);
        }
        if self.rare() {
            self.write(" ");
        }
        let end =
            if self.breaks("end of the declaration") { self.choice.of(&[">", "? >", "/>"]) } else { "?>" };
        self.write(end);
    }

    fn version(&mut self) -> String {
        if self.breaks("no version") {
            return String::new();
        }
        let version = if self.breaks("version that is none") {
            self.choice.of(&["2.0", "", "1", "1.", "1.0.0", " 1.0", "1.a"])
        } else {
            "1.0"
        };
        format!("version{}{}", self.equals(), self.quoted(version))
    }

    fn encoding_name(&mut self) -> String {
        if self.encoding != Encoding::Latin1 && self.rare() {
            return String::new();
        }
        let wrong = self.breaks("encoding that is none or another");
        let names = if wrong { self.encoding.wrong_names() } else { self.encoding.names() };
        let name = self.choice.of(names);
        format!("encoding{}{}", self.equals(), self.quoted(name))
    }

    /// White space, comments and instructions.
    pub(super) fn between(&mut self) {
        self.write(self.gap);
        while self.rare() {
            match self.choice.below(3) {
                0 => self.comment(),
                1 => self.instruction(),
                _ => {
                    let space = self.space();
                    self.write(space);
                }
            }
        }
    }
}

/// The text in the encoding that its declaration names.
pub(super) fn encoded(maker: Maker<'_>) -> Document {
    let text = maker.out;
    let unit =
        |code: u16| if maker.encoding == Encoding::Utf16Le { code.to_le_bytes() } else { code.to_be_bytes() };
    let bytes = match maker.encoding {
        Encoding::Utf8 => broken_utf8(text),
        Encoding::MarkedUtf8 => broken_utf8(format!("\u{FEFF}{text}")),
        Encoding::Utf16Le | Encoding::Utf16Be => {
            let alone = |code| if code == BROKEN as u16 { 0xD83D } else { code };
            format!("\u{FEFF}{text}").encode_utf16().map(alone).flat_map(unit).collect()
        }
        Encoding::Latin1 => text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect(),
    };
    Document { bytes, fault: maker.fault, is_utf8: maker.encoding.is_utf8() }
}

fn broken_utf8(text: String) -> Vec<u8> {
    match text.split_once(BROKEN) {
        Some((before, after)) => [before.as_bytes(), b"\xC0\xAF", after.as_bytes()].concat(),
        None => text.into_bytes(),
    }
}
