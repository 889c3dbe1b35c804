//! Elements without attributes and children, passed over whole.
//!
//! One that is not passed over has moved nothing, so that the general path goes on at the same byte. Errors are its business
//! alone.

use super::Scanner;
use super::bytes::{after_white, begins, text_end};
use super::chars::name_length;
use super::hits::{self, Hit};
use super::name::Namespace;

impl<'a> Scanner<'a> {
    /// The `<prefix:` with which the next element begins, where that prefix stands for a namespace.
    pub(crate) fn tag_start(&self, namespace: Namespace) -> Option<&'a str> {
        let start = self.after_white(self.at);
        let rest = self.text.get(start..)?;
        let name = rest.strip_prefix('<')?;
        let end = name_length(name, 0);
        let (prefix, tag_start) = match name.as_bytes().get(end) {
            // No name begins with a colon.
            Some(b':') if end == 0 => return None,
            Some(b':') => (&name[..end], end + 2),
            _ => ("", 1),
        };
        (self.find(prefix.as_bytes())? == namespace && self.has_room_inside()).then(|| &rest[..tag_start])
    }

    /// Whether the open element can have children, and those without a prefix are of that namespace.
    pub(crate) fn is_default_inside(&self, namespace: Namespace) -> bool {
        self.find(b"") == Some(namespace) && self.has_room_inside()
    }

    /// Passes over the element with these tags, if it stands here, and gives the value in it.
    ///
    /// `value` reads that from the text and its place, and says where it ends. Inlined, because each caller has constant
    /// tags: the compiler then compares them in a few machine words.
    #[inline]
    pub(crate) fn pass_known<T>(
        &mut self,
        tags: Tags,
        value: impl FnOnce(&'a str, usize) -> Option<(T, usize)>,
    ) -> Option<T> {
        let bytes = self.text.as_bytes();
        let start = self.after_white(self.at);
        if !bytes.get(start..)?.starts_with(tags.start.as_bytes()) {
            return None;
        }
        let (value, end) = value(self.text, start + tags.start.len())?;
        if !bytes.get(end..)?.starts_with(tags.end.as_bytes()) || self.elements >= self.limits.elements {
            return None;
        }
        self.elements += 1;
        self.at = end + tags.end.len();
        hits::note(Hit::Element);
        Some(value)
    }

    /// Whether the open element can have children: it can't be an empty one, whose end is still to be reported.
    pub(crate) fn has_room_inside(&self) -> bool {
        !self.empty && self.open.len() < self.limits.depth
    }

    /// The next element, if it is of that namespace, has no attributes, and nothing but plain text inside.
    ///
    /// The open element has to [have room](Self::has_room_inside).
    #[inline]
    pub(crate) fn next_leaf(&self, namespace: Namespace) -> Option<Leaf<'a>> {
        let start = self.after_white(self.at);
        match self.text.as_bytes().get(start..)? {
            // The end of the record, most often.
            [b'<', b'/', ..] => None,
            [b'<', ..] => self.leaf_at(start, namespace),
            _ => None,
        }
    }

    fn leaf_at(&self, start: usize, namespace: Namespace) -> Option<Leaf<'a>> {
        let bytes = self.text.as_bytes();
        let (mut prefix, mut local) = (start + 1..start + 1, start + 1);
        let mut end = local + name_length(self.text, local);
        if bytes.get(end) == Some(&b':') {
            if end == local {
                return None;
            }
            (prefix, local) = (local..end, end + 1);
            end = local + name_length(self.text, local);
        }
        if end == local || bytes.get(end) != Some(&b'>') || self.elements >= self.limits.elements {
            return None;
        }
        let content = end + 1;
        let close = content + text_end(bytes.get(content..)?)?;
        // As `end_tag` has it, which costs a hundredth of a message here.
        let rest = bytes.get(close..)?.strip_prefix(b"</")?;
        if !begins(rest, &bytes[start + 1..content]) || self.find(&bytes[prefix])? != namespace {
            return None;
        }
        let after = close + 2 + (content - start - 1);
        let text = self.text.get(content..close)?;
        Some(Leaf { local: &bytes[local..end], text, tag: start, value: content, after })
    }

    pub(crate) fn pass_leaf(&mut self, leaf: &Leaf<'a>) {
        self.elements += 1;
        self.at = leaf.after;
        hits::note(Hit::Leaf);
    }

    /// The elements that follow, as long as their tags begin so; see [`Scanner::went_over`].
    pub(crate) fn leaves(&self, tag_start: &'a str) -> Leaves<'a> {
        Leaves { text: self.text, tag_start, at: self.at, left: self.elements_left() }
    }

    /// Goes on behind the last of them that was passed over.
    pub(crate) fn went_over(&mut self, leaves: &Leaves<'a>) {
        self.go_on(leaves.at, leaves.left);
    }
}

/// An element without a prefix and attributes, by heart.
#[derive(Clone, Copy)]
pub(crate) struct Tags {
    pub(crate) name: &'static str,
    pub(crate) start: &'static str,
    pub(crate) end: &'static str,
}

/// The tags of a name.
macro_rules! tags {
    ($name:literal) => {
        $crate::scan::Tags { name: $name, start: concat!("<", $name, ">"), end: concat!("</", $name, ">") }
    };
}
pub(crate) use tags;

/// An element without attributes and children.
pub(crate) struct Leaf<'a> {
    pub(crate) local: &'a [u8],
    pub(crate) text: &'a str,
    /// Where its start tag and its value begin, and where its end tag ends.
    pub(crate) tag: usize,
    pub(crate) value: usize,
    pub(crate) after: usize,
}

/// Elements without attributes and children, one after the other; apart from the scanner, so that it stays in registers.
pub(crate) struct Leaves<'a> {
    text: &'a str,
    tag_start: &'a str,
    at: usize,
    /// Elements that the limit leaves.
    left: usize,
}

impl<'a> Leaves<'a> {
    /// Where the element is that is looked at, or the place behind the last one.
    pub(crate) fn position(&self) -> usize {
        self.at
    }

    /// What follows the start of the next element's tag; that element becomes the one that is looked at.
    #[inline]
    pub(crate) fn next(&mut self) -> Option<&'a [u8]> {
        let bytes = self.text.as_bytes();
        let start = after_white(bytes, self.at);
        let rest = bytes.get(start..)?;
        if !begins(rest, self.tag_start.as_bytes()) {
            return None;
        }
        self.at = start;
        rest.get(self.tag_start.len()..)
    }

    /// Passes over the element that is looked at, whose local name has a length and is followed by `>`.
    ///
    /// `value` is given the text and the place of the value, and gives where it ends.
    #[inline]
    pub(crate) fn pass(&mut self, name: usize, value: impl FnOnce(&'a str, usize) -> Option<usize>) -> bool {
        let bytes = self.text.as_bytes();
        let content = self.at + self.tag_start.len() + name + 1;
        let Some(end) = value(self.text, content) else { return false };
        let Some(after) = end_tag(bytes, self.at, content, end).filter(|_| self.left > 0) else {
            return false;
        };
        self.left -= 1;
        self.at = after;
        hits::note(Hit::Element);
        true
    }
}

/// Where the end tag ends that stands behind a value, if it is that of the start tag before the value.
///
/// The start tag begins at `tag`, has no attributes, and ends where the value begins.
#[inline]
pub(crate) fn end_tag(bytes: &[u8], tag: usize, value: usize, value_end: usize) -> Option<usize> {
    let name = bytes.get(tag + 1..value)?;
    let rest = bytes.get(value_end..)?.strip_prefix(b"</")?;
    begins(rest, name).then_some(value_end + 2 + name.len())
}
