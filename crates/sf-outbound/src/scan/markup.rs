//! Character data, and the markup that is not an element.

use super::Scanner;
use super::chars::is_white;
use super::encoding::{DECLARATION, begins_declaration};
use crate::codes;
use crate::error::Error;
use std::borrow::Cow;

impl<'a> Scanner<'a> {
    /// The XML declaration, where there is one: version, then encoding, then standalone.
    pub(super) fn declaration(&mut self) -> Result<(), Error> {
        if self.starts_with(DECLARATION) {
            self.at = DECLARATION.len();
            return Ok(());
        }
        if !begins_declaration(self.text.as_bytes()) {
            return Ok(());
        }
        self.at = 5;
        let mut expected = ["version", "encoding", "standalone"].as_slice();
        loop {
            let before = self.at;
            self.skip_white();
            if self.starts_with("?>") {
                break;
            }
            let name_at = self.at;
            if name_at == before {
                return Err(self.ill_formed("white space or `?>` expected in the XML declaration", name_at));
            }
            let name = self.ncname()?;
            let Some(place) = expected.iter().position(|known| *known == name) else {
                return Err(self.ill_formed("not a part of an XML declaration, or not in its place", name_at));
            };
            if expected.len() == 3 && place != 0 {
                return Err(self.ill_formed("the XML declaration begins with its version", name_at));
            }
            expected = &expected[place + 1..];
            let value = self.declaration_value()?;
            if !declaration_allows(name, value) {
                return Err(self.ill_formed("value that the XML declaration does not allow", name_at));
            }
        }
        if expected.len() == 3 {
            return Err(self.ill_formed("XML declaration without a version", self.at));
        }
        self.at += 2;
        Ok(())
    }

    fn declaration_value(&mut self) -> Result<&'a str, Error> {
        self.skip_white();
        if self.peek(0) != Some(b'=') {
            return Err(self.ill_formed("`=` expected", self.at));
        }
        self.at += 1;
        self.skip_white();
        let Some(quote @ (b'"' | b'\'')) = self.peek(0) else {
            return Err(self.ill_formed("quoted value expected", self.at));
        };
        let rest = &self.text[self.at + 1..];
        let Some(end) = rest.find(char::from(quote)) else {
            return Err(self.ill_formed("end of the value expected", self.text.len()));
        };
        self.at += end + 2;
        Ok(&rest[..end])
    }

    pub(super) fn processing_instruction(&mut self) -> Result<(), Error> {
        let start = self.at;
        self.at += 2;
        let target = self.ncname()?;
        if target.eq_ignore_ascii_case("xml") {
            let message = match target {
                "xml" if start == 0 => "XML declaration without a version",
                "xml" => "XML declaration that does not stand at the very start",
                _ => "processing instruction named `xml`, which is reserved in upper and lower case",
            };
            return Err(self.ill_formed(message, start));
        }
        if self.peek(0) == Some(b':') {
            return Err(self.error(
                &codes::NAMESPACE,
                "colon in the name of a processing instruction",
                self.at,
            ));
        }
        if !self.starts_with("?>") && !self.peek(0).is_some_and(is_white) {
            return Err(self.ill_formed(
                "white space or `?>` expected after the name of a processing instruction",
                self.at,
            ));
        }
        self.pass("?>")
    }

    /// After `<!`: passes over a comment, or gives the text of a CDATA section.
    pub(super) fn comment_or_section(&mut self) -> Result<Option<&'a str>, Error> {
        let start = self.at;
        if self.starts_with("<!--") {
            self.at += 4;
            self.pass("--")?;
            if self.peek(0) != Some(b'>') {
                return Err(self.ill_formed("`--` inside a comment", self.at - 2));
            }
            self.at += 1;
            return Ok(None);
        }
        if self.starts_with("<![CDATA[") && !self.open.is_empty() {
            self.at += 9;
            let content = self.at;
            self.pass("]]>")?;
            return Ok(Some(&self.text[content..self.at - 3]));
        }
        if self.starts_with("<!DOCTYPE") && !self.root_seen {
            return Err(self.error(&codes::DTD, "a document type declaration is not accepted", start));
        }
        if "<!DOCTYPE".starts_with(&self.text[start..]) || "<![CDATA[".starts_with(&self.text[start..]) {
            return Err(self.ill_formed("", self.text.len()));
        }
        Err(self.ill_formed("neither comment nor CDATA section", start))
    }

    fn pass(&mut self, end: &str) -> Result<(), Error> {
        match self.text[self.at..].find(end) {
            Some(length) => {
                self.at += length + end.len();
                Ok(())
            }
            None => Err(self.ill_formed("", self.text.len())),
        }
    }

    /// Text up to the next markup, references replaced.
    pub(super) fn character_data(&mut self) -> Result<Cow<'a, str>, Error> {
        let start = self.at;
        let stop = special(self.text.as_bytes(), start);
        if self.text.as_bytes().get(stop) == Some(&b'<') {
            self.at = stop;
            return Ok(Cow::Borrowed(&self.text[start..stop]));
        }
        self.character_data_slowly(stop)
    }

    #[cold]
    fn character_data_slowly(&mut self, mut stop: usize) -> Result<Cow<'a, str>, Error> {
        // References are longer than what they stand for.
        let rest = &self.text.as_bytes()[self.at..];
        let mut data = String::with_capacity(memchr::memchr(b'<', rest).unwrap_or(rest.len()));
        loop {
            data.push_str(&self.text[self.at..stop]);
            self.at = stop;
            match self.peek(0) {
                None | Some(b'<') => return Ok(Cow::Owned(data)),
                Some(b'&') => {
                    data.push(self.reference()?);
                    // Often one stands behind the other.
                    while self.peek(0) == Some(b'&') {
                        data.push(self.reference()?);
                    }
                }
                _ if self.starts_with("]]>") => {
                    return Err(self.ill_formed("`]]>` in text", self.at));
                }
                _ => {
                    data.push(']');
                    self.at += 1;
                }
            }
            stop = special(self.text.as_bytes(), self.at);
        }
    }
}

fn declaration_allows(name: &str, value: &str) -> bool {
    match name {
        "version" => value
            .strip_prefix("1.")
            .is_some_and(|minor| !minor.is_empty() && minor.bytes().all(|byte| byte.is_ascii_digit())),
        "encoding" => {
            value.starts_with(|c: char| c.is_ascii_alphabetic())
                && value
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
        }
        _ => matches!(value, "yes" | "no"),
    }
}

/// The next `<`, `&` or `]`; the end where there is none.
fn special(bytes: &[u8], from: usize) -> usize {
    memchr::memchr3(b'<', b'&', b']', &bytes[from..]).map_or(bytes.len(), |at| from + at)
}
