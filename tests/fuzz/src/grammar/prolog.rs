//! What stands before and after the root.

use super::encoding::Encoding;
use super::maker::Maker;

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
