//! The attributes of one start tag.

use super::Scanner;
use super::chars::{is_allowed, name_length};
use super::name::{Name, Namespace};
use super::token::Attribute;
use crate::codes;
use crate::error::Error;
use std::borrow::Cow;
use std::collections::HashSet;

/// From this number on, duplicates are looked for with a hash set: comparing pairs would be quadratic.
const MANY: usize = 16;

impl<'a> Scanner<'a> {
    /// Attributes up to and including `>` or `/>`.
    pub(super) fn attribute_list(&mut self) -> Result<(), Error> {
        loop {
            let before = self.at;
            self.skip_white();
            match self.peek(0) {
                Some(b'>') => {
                    self.at += 1;
                    break;
                }
                Some(b'/') if self.peek(1) == Some(b'>') => {
                    self.at += 2;
                    self.empty = true;
                    break;
                }
                Some(_) if self.at > before => self.read_attribute()?,
                _ => return Err(self.ill_formed("white space, `>` or `/>` expected", self.at)),
            }
        }
        self.resolve_attributes()?;
        self.check_duplicates()
    }

    fn read_attribute(&mut self) -> Result<(), Error> {
        let offset = self.at;
        if self.attributes.len() >= self.limits.attributes {
            let message = format!("more than {} attributes", self.limits.attributes);
            return Err(self.error(&codes::ATTRIBUTES, message, offset));
        }
        let (prefix, local) = self.qualified_name()?;
        self.skip_white();
        if self.peek(0) != Some(b'=') {
            return Err(self.ill_formed("`=` expected", self.at));
        }
        self.at += 1;
        self.skip_white();
        let value = self.attribute_value()?;
        let namespace = match (prefix, local) {
            ("xmlns", prefix) => {
                self.declare(prefix, value.clone(), offset)?;
                Namespace::Xmlns
            }
            ("", "xmlns") => {
                self.declare("", value.clone(), offset)?;
                Namespace::Xmlns
            }
            _ => Namespace::None,
        };
        self.attributes.push(Attribute { name: Name { namespace, local }, value, offset, prefix });
        Ok(())
    }

    fn attribute_value(&mut self) -> Result<Cow<'a, str>, Error> {
        let Some(quote @ (b'"' | b'\'')) = self.peek(0) else {
            return Err(self.ill_formed("quoted value expected", self.at));
        };
        let start = self.at + 1;
        let bytes = self.text.as_bytes();
        let stop = memchr::memchr2(quote, b'<', &bytes[start..]);
        let Some(at) = stop.map(|stop| start + stop) else {
            return Err(self.ill_formed("end of the value expected", bytes.len()));
        };
        if bytes[at] == b'<' {
            return Err(self.ill_formed("`<` in an attribute value", at));
        }
        let raw = &self.text[start..at];
        let plain = memchr::memchr3(b'&', b'\t', b'\n', raw.as_bytes()).is_none();
        let value = if plain { Cow::Borrowed(raw) } else { Cow::Owned(self.normalised(start, at)?) };
        self.at = at + 1;
        Ok(value)
    }

    fn normalised(&mut self, start: usize, end: usize) -> Result<String, Error> {
        let mut value = String::with_capacity(end - start);
        self.at = start;
        while self.at < end {
            let rest = &self.text[self.at..end];
            let stop = rest.find(['&', '\t', '\n']).unwrap_or(rest.len());
            value.push_str(&rest[..stop]);
            self.at += stop;
            match self.peek(0) {
                _ if self.at >= end => {}
                Some(b'&') => value.push(self.reference()?),
                _ => {
                    value.push(' ');
                    self.at += 1;
                }
            }
        }
        Ok(value)
    }

    /// Attributes without a prefix have no namespace, whatever the default is.
    fn resolve_attributes(&mut self) -> Result<(), Error> {
        for index in 0..self.attributes.len() {
            let Attribute { name, prefix, offset, .. } = &self.attributes[index];
            if !prefix.is_empty() && name.namespace != Namespace::Xmlns {
                let namespace = self.resolve(prefix, *offset)?;
                self.attributes[index].name.namespace = namespace;
            }
        }
        Ok(())
    }

    fn check_duplicates(&self) -> Result<(), Error> {
        let duplicate = if self.attributes.len() <= MANY {
            self.attributes.iter().enumerate().find(|(index, attribute)| {
                self.attributes[..*index].iter().any(|earlier| self.key(earlier) == self.key(attribute))
            })
        } else {
            let mut seen = HashSet::with_capacity(self.attributes.len());
            self.attributes.iter().enumerate().find(|(_, attribute)| !seen.insert(self.key(attribute)))
        };
        match duplicate {
            Some((_, attribute)) => Err(self.ill_formed("attribute stands twice", attribute.offset)),
            None => Ok(()),
        }
    }

    /// What must differ between two attributes: local name, namespace, and for a declaration its form.
    fn key(&self, attribute: &Attribute<'a>) -> (&'a str, Option<Namespace>, Option<&str>, bool) {
        let Name { namespace, local } = attribute.name;
        // Those that are known by heart differ by themselves.
        let uri = matches!(namespace, Namespace::Other(_)).then(|| self.uri(namespace));
        (
            local,
            Some(namespace).filter(|_| uri.is_none()),
            uri,
            namespace == Namespace::Xmlns && attribute.prefix.is_empty(),
        )
    }
}

impl Scanner<'_> {
    /// `&lt;`, `&#10;`, `&#xA;` and their like, with the cursor on `&`.
    #[inline]
    pub(super) fn reference(&mut self) -> Result<char, Error> {
        let start = self.at;
        let rest = &self.text.as_bytes()[start + 1..];
        if let [b'#', number @ ..] = rest {
            let (character, length) = self.numeric_reference(number)?;
            self.at = start + 1 + length;
            return Ok(character);
        }
        let (character, length) = match rest {
            [b'l', b't', b';', ..] => ('<', 3),
            [b'g', b't', b';', ..] => ('>', 3),
            [b'a', b'm', b'p', b';', ..] => ('&', 4),
            [b'q', b'u', b'o', b't', b';', ..] => ('"', 5),
            [b'a', b'p', b'o', b's', b';', ..] => ('\'', 5),
            _ => {
                let name = name_length(self.text, start + 1);
                let named = name > 0 && rest.get(name) == Some(&b';');
                let message = if named { "entity that is not declared" } else { NO_REFERENCE };
                return Err(self.ill_formed(message, start));
            }
        };
        self.at = start + 1 + length;
        Ok(character)
    }

    /// After `&#`: the character, and the bytes from there to behind the `;`.
    #[inline]
    fn numeric_reference(&self, number: &[u8]) -> Result<(char, usize), Error> {
        match number {
            [b'x', digits @ ..] => self.digits::<16>(digits, 2),
            digits => self.digits::<10>(digits, 1),
        }
    }

    #[inline]
    fn digits<const RADIX: u32>(&self, digits: &[u8], front: usize) -> Result<(char, usize), Error> {
        /// One more than the last character.
        const BEYOND: u32 = 0x11_0000;
        // Any number of zeros may stand first; what is too large stays too large.
        let mut value = 0;
        let mut length = 0;
        while let Some(digit) = digits.get(length).and_then(|byte| digit::<RADIX>(*byte)) {
            value = (value * RADIX + digit).min(BEYOND);
            length += 1;
        }
        if length == 0 || digits.get(length) != Some(&b';') {
            return Err(self.ill_formed(NO_REFERENCE, self.at));
        }
        match char::from_u32(value) {
            None => Err(self.ill_formed("character reference to no character", self.at)),
            Some(character) if is_allowed(character) => Ok((character, front + length + 1)),
            Some(_) => Err(self.error(
                &codes::CHARACTER,
                "reference to a character that XML does not allow",
                self.at,
            )),
        }
    }
}

fn digit<const RADIX: u32>(byte: u8) -> Option<u32> {
    let (decimal, letter) = (byte.wrapping_sub(b'0'), (byte | 0x20).wrapping_sub(b'a'));
    match (decimal, letter) {
        (0..10, _) => Some(u32::from(decimal)),
        (_, 0..6) if RADIX == 16 => Some(u32::from(letter) + 10),
        _ => None,
    }
}

const NO_REFERENCE: &str = "`&` that begins no reference; in text, `&` is written `&amp;`";
