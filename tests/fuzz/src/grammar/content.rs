//! Text, references, sections, comments and instructions.

use super::encoding::{BROKEN, Encoding};
use super::maker::Maker;

const TEXTS: [&str; 14] =
    ["Acme", " ", "a b", "é", "\n", "\t", "]", "]]", ">", "\"q\" 'a'", "&amp;", "x = 1;", "\r\n", "-->"];
/// Beyond Latin-1.
const WIDE: [&str; 4] = ["Ω", "\u{1D11E}", "\u{FFFD}", "\u{2028}"];
const REFERENCES: [&str; 11] = [
    "&lt;",
    "&gt;",
    "&amp;",
    "&quot;",
    "&apos;",
    "&#65;",
    "&#x41;",
    "&#10;",
    "&#13;",
    "&#x1D11E;",
    "&#0000000000000065;",
];
const NO_REFERENCES: [&str; 16] = [
    "&",
    "&;",
    "&#;",
    "&#x;",
    "&#0;",
    "&#xD800;",
    "&#x110000;",
    "&#99999999999;",
    "&#xFFFE;",
    "&#8;",
    "&nbsp;",
    "&amp",
    "& amp;",
    "&#X41;",
    "&lt ;",
    "&#4 1;",
];
const NO_CHARACTERS: [&str; 6] = ["\0", "\u{1}", "\u{1F}", "\u{FFFE}", "\u{FFFF}", "\u{B}"];

impl Maker<'_> {
    /// White space of at least one character.
    pub(super) fn space(&mut self) -> &'static str {
        if self.rare() { self.choice.of(&["\n", "\t", "  ", "\r\n", " \n "]) } else { " " }
    }

    /// Character data with references, sections and what is passed over.
    pub(super) fn text(&mut self) {
        for _ in 0..self.choice.below(4) {
            let many = if self.rarity == 0 { 8 } else { 16 };
            match self.choice.below(many) {
                6 | 7 => self.reference(),
                8 | 9 => self.section(),
                10 => self.comment(),
                11 => self.instruction(),
                _ => self.plain_text(),
            }
        }
        self.broken_text();
    }

    fn plain_text(&mut self) {
        let is_wide = self.encoding != Encoding::Latin1 && self.choice.one_in(6);
        let text = if is_wide { self.choice.of(&WIDE) } else { self.choice.of(&TEXTS) };
        // `]]>` would end a section that is none.
        if !(text.starts_with('>') && self.out.ends_with("]]")) {
            self.write(text);
        }
    }

    pub(super) fn broken_text(&mut self) {
        if self.breaks("end of a section in text") {
            self.write(" ]]>");
        } else if self.breaks("reference that is none") {
            let reference = self.choice.of(&NO_REFERENCES);
            self.write(reference);
            self.write(" ");
        } else if self.breaks("character that XML forbids") {
            let character = match self.encoding {
                Encoding::Latin1 => "\u{1}",
                _ => self.choice.of(&NO_CHARACTERS),
            };
            self.write(character);
        } else if self.encoding != Encoding::Latin1 && self.breaks("bytes that are no character") {
            self.out.push(BROKEN);
        } else if self.breaks("`<` in text") {
            let less = self.choice.of(&["<", "a<3", "< a", "<<", "<!", "<-", "</", "</>"]);
            self.write(less);
            self.write(" ");
        }
    }

    fn reference(&mut self) {
        let reference = self.choice.of(&REFERENCES);
        self.write(reference);
    }

    fn section(&mut self) {
        let text = self.choice.of(&["", "x", "<a>&b;</a>", "]]", "]", "] ]>", "\r", "<![CDATA["]);
        if self.breaks_once_in(8, "a section that is written otherwise") {
            let wrong =
                self.choice.of(&["<![cdata[x]]>", "<![CDATA x]]>", "<! [CDATA[x]]>", "<![ CDATA[x]]>"]);
            return self.write(wrong);
        }
        self.write("<![CDATA[");
        self.write(text);
        self.write("]]>");
    }

    pub(super) fn comment(&mut self) {
        let comment = if self.breaks_once_in(12, "comment that is none") {
            self.choice.of(&["<!-- a -- b -->", "<!-- a --->", "<!- a ->", "<!-- \u{1} -->"])
        } else {
            self.choice.of(&[
                "<!-- c -->",
                "<!---->",
                "<!-- <a b='&c;'> ?> ]]> -->",
                "<!-- - -->",
                "<!--\r\n-->",
            ])
        };
        self.write(comment);
    }

    pub(super) fn instruction(&mut self) {
        // At the very start it would be a declaration.
        let instruction = if !self.out.is_empty() && self.breaks_once_in(12, "instruction that is none") {
            self.choice.of(&[
                "<?xml version='1.0'?>",
                "<?XML?>",
                "<?Xml x?>",
                "<? p?>",
                "<?p:q x?>",
                "<?1?>",
                "<??>",
                "<?p\u{1}?>",
            ])
        } else {
            self.choice.of(&[
                "<?p?>",
                "<?p x?>",
                "<?xml-stylesheet href='a' encoding='ISO-8859-1'?>",
                "<?p ?x??>",
                "<?xmlp <a>&b;?>",
                "<?p\n?>",
            ])
        };
        self.write(instruction);
    }
}
