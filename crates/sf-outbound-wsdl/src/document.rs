//! A WSDL file as elements with places. The only file that knows the XML library.

use crate::model::{Name, Place};
use roxmltree::Node;

/// A parsed file.
pub(crate) struct Document<'t> {
    tree: roxmltree::Document<'t>,
    /// Where each line starts: the library would count them anew for each place.
    lines: Vec<usize>,
}

/// Why a file can't be parsed.
pub(crate) struct Fault {
    pub(crate) message: String,
    pub(crate) place: Place,
    pub(crate) is_dtd: bool,
    /// A quote of a word processor, which stands at the place.
    pub(crate) quote: Option<char>,
}

impl<'t> Document<'t> {
    pub(crate) fn parse(text: &'t str) -> Result<Self, Fault> {
        let tree = roxmltree::Document::parse(text).map_err(|error| {
            let at = error.pos();
            let message = error.to_string();
            // The library ends its messages with the position.
            let end = message.rfind(" at ").unwrap_or(message.len());
            let is_dtd = matches!(error, roxmltree::Error::DtdDetected);
            // For these two the library gives the start of the file.
            let place = match error {
                roxmltree::Error::DtdDetected => place_of_offset(text, text.find("<!DOCTYPE").unwrap_or(0)),
                roxmltree::Error::UnexpectedEndOfStream => place_of_offset(text, text.trim_end().len()),
                _ => place_at(text, at.row, at.col),
            };
            let message = with_character(&message[..end], &error, &text[place.offset..]);
            match curly_quote(text, place.offset) {
                Some((offset, quote)) if !is_dtd => {
                    Fault { is_dtd, place: place_of_offset(text, offset), message, quote: Some(quote) }
                }
                _ => Fault { is_dtd, place, message, quote: None },
            }
        })?;
        let after_ends = text.match_indices('\n').map(|(at, _)| at + 1);
        Ok(Self { tree, lines: std::iter::once(0).chain(after_ends).collect() })
    }

    pub(crate) fn root(&self) -> Element<'_, 't> {
        Element { node: self.tree.root_element(), lines: &self.lines }
    }
}

/// One element.
#[derive(Clone, Copy)]
pub(crate) struct Element<'d, 't> {
    node: Node<'d, 't>,
    lines: &'d [usize],
}

impl<'d, 't> Element<'d, 't> {
    pub(crate) fn is(&self, namespace: &str, name: &str) -> bool {
        self.namespace() == namespace && self.name() == name
    }

    pub(crate) fn name(&self) -> &'t str {
        self.node.tag_name().name()
    }

    pub(crate) fn namespace(&self) -> &'d str {
        self.node.tag_name().namespace().unwrap_or_default()
    }

    /// The place of the start tag's `<` and name.
    pub(crate) fn place(&self) -> Place {
        let start = self.node.range().start;
        let source = self.node.document().input_text();
        let tag = &source[start..];
        let len = tag.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).unwrap_or(tag.len());
        self.place_of(start, len)
    }

    pub(crate) fn children(&self) -> impl Iterator<Item = Element<'d, 't>> + use<'d, 't> {
        let lines = self.lines;
        self.node.children().filter(Node::is_element).map(move |node| Element { node, lines })
    }

    /// The root of its file.
    pub(crate) fn root(&self) -> Element<'d, 't> {
        Element { node: self.node.document().root_element(), lines: self.lines }
    }

    /// The element and all elements inside, at any depth.
    pub(crate) fn descendants(&self) -> impl Iterator<Item = Element<'d, 't>> + use<'d, 't> {
        let lines = self.lines;
        self.node.descendants().filter(Node::is_element).map(move |node| Element { node, lines })
    }

    pub(crate) fn child(&self, namespace: &str, name: &str) -> Option<Element<'d, 't>> {
        self.children().find(|child| child.is(namespace, name))
    }

    /// An attribute without a namespace, with the place of its value.
    pub(crate) fn attribute(&self, name: &str) -> Option<Name> {
        let attribute = self.node.attribute_node(name)?;
        let range = attribute.range_value();
        Some(Name { text: attribute.value().to_owned(), place: self.place_of(range.start, range.len()) })
    }

    /// The text inside, without white space around it.
    pub(crate) fn text(&self) -> Name {
        let parts: Vec<_> = self.node.children().filter(Node::is_text).collect();
        let whole: String = parts.iter().filter_map(Node::text).collect();
        let place = match (parts.first(), parts.last()) {
            (Some(first), Some(last)) if !whole.trim().is_empty() => {
                let (start, end) = (first.range().start, last.range().end);
                let source = self.node.document().input_text().get(start..end).unwrap_or_default();
                let lead = source.len() - source.trim_start().len();
                self.place_of(start + lead, source.trim().len())
            }
            _ => self.place(),
        };
        Name { text: whole.trim().to_owned(), place }
    }

    /// The namespace and the local name that a `prefix:local` in this element stands for.
    pub(crate) fn resolve<'n>(&self, name: &'n str) -> (&'d str, &'n str) {
        let (prefix, local) = match name.split_once(':') {
            Some((prefix, local)) => (Some(prefix), local),
            None => (None, name),
        };
        (self.node.lookup_namespace_uri(prefix).unwrap_or_default(), local)
    }

    fn place_of(&self, offset: usize, len: usize) -> Place {
        let line = self.lines.partition_point(|start| *start <= offset);
        let start = self.lines.get(line.wrapping_sub(1)).copied().unwrap_or(0);
        let before = self.node.document().input_text().get(start..offset).unwrap_or_default();
        Place { line: count(line), column: count(before.chars().count() + 1), offset, len }
    }
}

/// The library shows the first byte of a character as if it were one.
fn with_character(message: &str, error: &roxmltree::Error, rest: &str) -> String {
    match (error, rest.chars().next()) {
        (
            roxmltree::Error::InvalidChar(_, byte, _) | roxmltree::Error::InvalidChar2(_, byte, _),
            Some(character),
        ) if !byte.is_ascii() => {
            message.replace(&format!("'{}'", char::from(*byte)), &format!("'{character}'"))
        }
        _ => message.to_owned(),
    }
}

/// The first curly quote in a tag that begins before the end.
fn curly_quote(text: &str, end: usize) -> Option<(usize, char)> {
    let mut is_inside = false;
    for (at, character) in text.char_indices() {
        match character {
            '<' if at > end => return None,
            '<' => is_inside = true,
            '>' => is_inside = false,
            '\u{2018}'..='\u{201F}' | '\u{AB}' | '\u{BB}' if is_inside => return Some((at, character)),
            _ => {}
        }
    }
    None
}

fn place_at(text: &str, line: u32, column: u32) -> Place {
    let (row, col) = (line.max(1) as usize - 1, column.max(1) as usize - 1);
    let before: usize = text.split_inclusive('\n').take(row).map(str::len).sum();
    let within = text[before..].char_indices().nth(col).map_or(text.len() - before, |(at, _)| at);
    Place { line: line.max(1), column: column.max(1), offset: before + within, len: 1 }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn place_of_offset(text: &str, offset: usize) -> Place {
    let before = &text[..offset];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    Place {
        line: count(before.matches('\n').count() + 1),
        column: count(before[line_start..].chars().count() + 1),
        offset,
        len: 1,
    }
}
