//! Text to tokens: a strict pull scanner of XML 1.0 (fifth edition) with Namespaces 1.0, without DTDs.
//!
//! In goes a text whose characters [`decode_text`] has checked; out come start tags with resolved names,
//! end tags and character data. It knows nothing of SOAP or Salesforce but a few namespaces by heart.
//! Work is linear in the text, memory is bounded by the limits, and nothing recurses.

mod attribute;
mod bytes;
mod chars;
mod encoding;
mod foreign;
mod hits;
mod known;
mod leaf;
mod markup;
mod name;
mod namespace;
mod opening;
mod progress;
#[cfg(test)]
mod tests;
mod token;

pub(crate) use bytes::{begins, begins_with_tags, is_same, text_end};
pub(crate) use chars::{is_blank, is_name, trim};
pub(crate) use encoding::{decode_text, knows_charset};
pub(crate) use foreign::compressed;
pub(crate) use hits::note_shaped;
#[cfg(test)]
pub(crate) use hits::{Hit, counted};
pub(crate) use known::SOBJECT_TAG_START;
pub(crate) use leaf::{Tags, end_tag, tags};
pub(crate) use name::{Name, Namespace};
pub(crate) use opening::{ELEMENTS, Opening};
pub(crate) use token::{Attribute, Token};

use crate::codes::{self, Code};
use crate::error::Error;
use crate::limits::Limits;
use name::Binding;
use std::borrow::Cow;

/// Whether bytes are a well-formed, namespace-well-formed XML document without a DTD.
///
/// The scanner is the one that reads outbound messages; `charset` is the parameter of the content type.
///
/// **Errors.** `SFR01…` with the first fault's place, `SFR05…` where a limit is exceeded.
///
/// # Example
///
/// ```
/// use sf_outbound::{Limits, check_well_formed};
///
/// assert!(check_well_formed(b"<a x='1'/>", None, &Limits::default()).is_ok());
/// assert!(check_well_formed(b"<a x='1' x='2'/>", None, &Limits::default()).is_err());
/// ```
pub fn check_well_formed(bytes: &[u8], charset: Option<&str>, limits: &Limits) -> Result<(), Error> {
    let text = decode_text(bytes, charset)?;
    let mut scanner = Scanner::new(&text, limits)?;
    while !matches!(scanner.next()?, Token::Eof) {}
    Ok(())
}

#[derive(Clone, Copy, Default)]
struct Open<'a> {
    qualified: &'a str,
    local: &'a str,
    /// Bindings in scope before this element's own.
    bindings: usize,
    /// The number that its reader has given it, for the path of an error; 0 for none.
    number: usize,
}

pub(crate) struct Scanner<'a> {
    text: &'a str,
    at: usize,
    token: usize,
    limits: Limits,
    elements: usize,
    open: Vec<Open<'a>>,
    bindings: Vec<Binding<'a>>,
    attributes: Vec<Attribute<'a>>,
    /// The last start tag was an empty element's, whose end has not been reported.
    empty: bool,
    root_seen: bool,
}

impl<'a> Scanner<'a> {
    pub(crate) fn new(text: &'a str, limits: &Limits) -> Result<Self, Error> {
        let mut scanner = Self {
            text,
            at: 0,
            token: 0,
            limits: *limits,
            elements: 0,
            open: Vec::with_capacity(8),
            bindings: Vec::with_capacity(8),
            attributes: Vec::new(),
            empty: false,
            root_seen: false,
        };
        scanner.declaration()?;
        Ok(scanner)
    }

    /// The next token.
    pub(crate) fn next(&mut self) -> Result<Token<'a>, Error> {
        if self.empty {
            self.empty = false;
            self.close();
            return Ok(Token::End);
        }
        loop {
            self.token = self.at;
            match (self.peek(0), self.peek(1)) {
                (None, _) => return self.end_of_text(),
                (Some(b'<'), Some(b'/')) => return self.end_tag().map(|()| Token::End),
                (Some(b'<'), Some(b'?')) => self.processing_instruction()?,
                (Some(b'<'), Some(b'!')) => {
                    if let Some(text) = self.comment_or_section()? {
                        return Ok(Token::Text(Cow::Borrowed(text)));
                    }
                }
                (Some(b'<'), _) => return self.start_tag().map(Token::Start),
                _ if self.open.is_empty() => self.between_documents()?,
                _ => return self.character_data().map(Token::Text),
            }
        }
    }

    /// After a start tag: the element's whole text, up to and including its end tag.
    ///
    /// `None` where an element stands in it; [`Scanner::offset`] is then that element's place.
    pub(crate) fn simple_content(&mut self) -> Result<Option<Cow<'a, str>>, Error> {
        if !self.empty
            && let Some(length) = text_end(&self.text.as_bytes()[self.at..])
            && self.peek(length + 1) == Some(b'/')
        {
            let content = &self.text[self.at..self.at + length];
            self.at += length;
            self.token = self.at;
            self.end_tag()?;
            return Ok(Some(Cow::Borrowed(content)));
        }
        let mut content = Cow::Borrowed("");
        loop {
            if self.empty || self.starts_with("</") {
                self.next()?;
                return Ok(Some(content));
            }
            if self.peek(0) == Some(b'<') && !matches!(self.peek(1), Some(b'!' | b'?') | None) {
                self.token = self.at;
                return Ok(None);
            }
            match self.next()? {
                Token::Text(text) if content.is_empty() => content = text,
                Token::Text(text) => content.to_mut().push_str(&text),
                // A comment or instruction was passed over, and what follows it is reported already.
                Token::End => return Ok(Some(content)),
                Token::Start(_) | Token::Eof => return Ok(None),
            }
        }
    }

    /// After a start tag: passes over the element, up to and including its end tag.
    pub(crate) fn skip_element(&mut self) -> Result<(), Error> {
        self.read_element(|_| {})
    }

    /// After a start tag: gives each text in the element, and passes over its end tag.
    pub(crate) fn read_element(&mut self, mut text: impl FnMut(&str)) -> Result<(), Error> {
        let mut depth = 1_usize;
        while depth > 0 {
            match self.next()? {
                Token::Start(_) => depth += 1,
                Token::End => depth -= 1,
                Token::Text(part) => text(&part),
                Token::Eof => return Ok(()),
            }
        }
        Ok(())
    }

    /// The attributes of the last start tag, without the namespace declarations.
    pub(crate) fn attributes(&self) -> impl Iterator<Item = &Attribute<'a>> {
        self.attributes.iter().filter(|attribute| attribute.name.namespace != Namespace::Xmlns)
    }

    /// The attribute of the last start tag with that name.
    pub(crate) fn attribute(&self, namespace: Namespace, name: &str) -> Option<&Attribute<'a>> {
        self.attributes().find(|attribute| attribute.name.is(namespace, name))
    }

    pub(crate) fn has_attributes(&self) -> bool {
        !self.attributes.is_empty()
    }

    /// Where the last token starts, in bytes.
    pub(crate) fn offset(&self) -> usize {
        self.token
    }

    /// Where the next token starts, in bytes.
    pub(crate) fn position(&self) -> usize {
        self.at
    }

    /// Passes over white space of an element's content, and over the element's end tag if it follows.
    pub(crate) fn close_plainly(&mut self) -> bool {
        let Some(open) = self.open.last().filter(|_| !self.empty) else { return false };
        self.at = self.after_white(self.at);
        let Some([b'<', b'/', rest @ ..]) = self.text.as_bytes().get(self.at..) else { return false };
        let length = open.qualified.len();
        if rest.get(length) != Some(&b'>') || !begins(rest, open.qualified.as_bytes()) {
            return false;
        }
        self.token = self.at;
        self.at += length + 3;
        self.close();
        true
    }

    /// The text from a place up to the next token.
    pub(crate) fn text_since(&self, start: usize) -> &'a str {
        &self.text[start..self.at]
    }

    /// The whole text.
    pub(crate) fn text(&self) -> &'a str {
        self.text
    }

    /// The qualified name of the open element.
    pub(crate) fn open_name(&self) -> &'a str {
        self.open.last().map_or("", |open| open.qualified)
    }

    /// Bytes that are left.
    pub(crate) fn rest(&self) -> usize {
        self.text.len() - self.at
    }

    /// An error with line, column and the path of the open elements.
    #[cold]
    pub(crate) fn error(
        &self,
        code: &'static Code,
        message: impl Into<Cow<'static, str>>,
        at: usize,
    ) -> Error {
        let mut path = String::new();
        for open in &self.open {
            if !path.is_empty() {
                path.push('/');
            }
            path.extend(open.local.chars().take(80));
            if open.number > 0 {
                path = format!("{path}[{}]", open.number);
            }
        }
        Error::new(code, message, self.text, at).with_path(path)
    }

    fn ill_formed(&self, message: &'static str, at: usize) -> Error {
        if at >= self.text.len() {
            return self.error(&codes::TRUNCATED, "the text ends before the document does", self.text.len());
        }
        self.error(&codes::NOT_WELL_FORMED, message, at)
    }

    fn end_of_text(&self) -> Result<Token<'a>, Error> {
        match (self.open.is_empty(), self.root_seen) {
            (true, true) => Ok(Token::Eof),
            (true, false) => Err(self.error(&codes::TRUNCATED, "no element at all", self.at)),
            (false, _) => {
                Err(self.error(&codes::TRUNCATED, "the text ends while an element is open", self.at))
            }
        }
    }

    /// White space outside the root; anything else is refused.
    fn between_documents(&mut self) -> Result<(), Error> {
        self.skip_white();
        match self.peek(0) {
            None | Some(b'<') => Ok(()),
            Some(_) if self.root_seen => Err(self.ill_formed("text after the root element", self.at)),
            Some(_) => {
                let message = foreign::wrapped(&self.text[self.at..]);
                Err(self.ill_formed(message.unwrap_or("text before the root element"), self.at))
            }
        }
    }

    fn start_tag(&mut self) -> Result<Name<'a>, Error> {
        let start = self.at;
        if self.open.is_empty() && self.root_seen {
            return Err(self.ill_formed("second root element", start));
        }
        if self.elements >= self.limits.elements {
            return Err(self.error(
                &codes::ELEMENTS,
                format!("more than {} elements", self.limits.elements),
                start,
            ));
        }
        if self.open.len() >= self.limits.depth {
            return Err(self.error(
                &codes::DEPTH,
                format!("nested deeper than {} elements", self.limits.depth),
                start,
            ));
        }
        self.elements += 1;
        self.root_seen = true;
        self.at += 1;
        let (prefix, local) = self.qualified_name().map_err(|error| self.without_name(error, start + 1))?;
        let qualified = &self.text[start + 1..self.at];
        let bindings = self.bindings.len();
        if !self.attributes.is_empty() {
            self.attributes.clear();
        }
        if self.peek(0) == Some(b'>') {
            self.at += 1;
        } else {
            self.attribute_list()?;
        }
        let namespace = self.resolve(prefix, start + 1)?;
        self.open.push(Open { qualified, local, bindings, number: 0 });
        Ok(Name { namespace, local })
    }

    /// Why a start tag has no name: most often its `<` is a text's.
    #[cold]
    fn without_name(&self, error: Error, name_at: usize) -> Error {
        match self.peek(0) {
            Some(next) if self.at == name_at && next != b':' => {
                self.ill_formed("name expected after `<`; in text, `<` is written `&lt;`", name_at)
            }
            _ => error,
        }
    }

    /// Numbers the open element among those of its kind, for the paths of errors in it.
    pub(crate) fn number(&mut self, number: usize) {
        if let Some(open) = self.open.last_mut() {
            open.number = number;
        }
    }

    fn end_tag(&mut self) -> Result<(), Error> {
        let Some(open) = self.open.last() else {
            return Err(self.ill_formed("end tag without a start tag", self.at));
        };
        let name = self.at + 2;
        if !begins(&self.text.as_bytes()[name..], open.qualified.as_bytes()) {
            return Err(self.ill_formed("end tag of another element than the open one", self.at));
        }
        self.at = name + open.qualified.len();
        self.skip_white();
        if self.peek(0) != Some(b'>') {
            return Err(self.ill_formed("`>` of the end tag expected", self.at));
        }
        self.at += 1;
        self.close();
        Ok(())
    }

    fn close(&mut self) {
        if let Some(open) = self.open.pop() {
            self.bindings.truncate(open.bindings);
        }
    }

    /// `prefix:local`, or `local` with an empty prefix.
    #[inline]
    fn qualified_name(&mut self) -> Result<(&'a str, &'a str), Error> {
        let first = self.ncname()?;
        if self.peek(0) != Some(b':') {
            return Ok(("", first));
        }
        self.at += 1;
        let local = self.ncname()?;
        if self.peek(0) == Some(b':') {
            return Err(self.error(&codes::NAMESPACE, "name with two colons", self.at));
        }
        Ok((first, local))
    }

    #[inline]
    fn ncname(&mut self) -> Result<&'a str, Error> {
        let start = self.at;
        let length = chars::name_length(self.text, start);
        match self.text.get(start..start + length) {
            Some(name) if length > 0 => {
                self.at += length;
                Ok(name)
            }
            _ => Err(self.ill_formed("name expected", start)),
        }
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + ahead).copied()
    }

    fn starts_with(&self, literal: &str) -> bool {
        self.text.as_bytes()[self.at..].starts_with(literal.as_bytes())
    }

    fn skip_white(&mut self) {
        while self.peek(0).is_some_and(chars::is_white) {
            self.at += 1;
        }
    }
}
