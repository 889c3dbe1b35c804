//! Predictions: what probably stands next, compared byte by byte.
//!
//! A prediction that comes true passes over what it predicted exactly as the general path would; one that
//! fails has moved nothing, so that the general path goes on at the same byte. Errors are its business alone.

use super::bytes::{after_white, begins, plain_end};
use super::chars::name_length;
use super::hits::{self, Hit};
use super::name::{Binding, Namespace};
use super::{Open, Scanner};
use std::ops::Range;

/// The start of an element that comes again and again: its start tag, a child with a value, and the start tag of
/// the next child, as `<Notification><Id>…</Id><sObject …>`.
///
/// The same bytes in the same place of a document mean the same, whatever they are.
#[derive(Default)]
pub(crate) struct Opening<'a> {
    /// Up to the value, and from the value's end.
    before: &'a str,
    after: &'a str,
    /// Where the last start tag begins in `after`.
    inner_at: usize,
    outer: Open<'a>,
    inner: Open<'a>,
    /// What the inner element declares.
    bindings: Vec<Binding<'a>>,
}

/// Elements that an opening begins.
pub(crate) const ELEMENTS: usize = 3;

impl<'a> Scanner<'a> {
    /// How many elements have begun.
    pub(crate) fn elements(&self) -> usize {
        self.elements
    }

    /// How many elements the limit leaves.
    pub(crate) fn elements_left(&self) -> usize {
        self.limits.elements - self.elements
    }

    /// Goes on at a place behind whole elements, where so many are left.
    pub(crate) fn go_on(&mut self, at: usize, elements_left: usize) {
        self.at = at;
        self.elements = self.limits.elements - elements_left;
    }

    /// Goes on behind the end tag of the open element, where so many are left.
    pub(crate) fn leave(&mut self, at: usize, elements_left: usize) {
        self.go_on(at, elements_left);
        self.token = at;
        self.close();
    }

    /// Where the last start tag begins and ends, if it has no attributes and an end tag of its own.
    pub(crate) fn begun(&self) -> Option<(usize, usize)> {
        (self.attributes.is_empty() && !self.empty).then_some((self.token, self.at))
    }

    /// Remembers the opening that ends with the start tag that was read last.
    ///
    /// `start` is where the outer start tag begins, and `value` where the first child's value stands.
    pub(crate) fn remember(&self, opening: &mut Opening<'a>, start: usize, value: Range<usize>) {
        let [.., outer, inner] = self.open.as_slice() else { return };
        if self.empty || value.end > self.token {
            return;
        }
        let (Some(before), Some(text), Some(after)) = (
            self.text.get(start..value.start),
            self.text.get(value.clone()),
            self.text.get(value.end..self.at),
        ) else {
            return;
        };
        // The value is the whole of the child, and not the start of a comment that hides how the child ends.
        let whole = !text.contains('<') && after.starts_with("</");
        // An outer element with declarations of its own is too rare to be remembered.
        if !whole || outer.bindings != inner.bindings {
            return;
        }
        opening.before = before;
        opening.after = after;
        opening.inner_at = self.token - value.end;
        opening.outer = *outer;
        opening.inner = *inner;
        opening.bindings.clear();
        opening.bindings.extend_from_slice(&self.bindings[inner.bindings..]);
    }

    /// Passes over the opening, if it stands here again, and gives the value in it.
    ///
    /// `value` reads that from the text and its place, and says where it ends; the outer element gets a number.
    pub(crate) fn open_again<T>(
        &mut self,
        opening: &Opening<'a>,
        number: usize,
        value: impl FnOnce(&'a str, usize) -> Option<(T, usize)>,
    ) -> Option<T> {
        let start = self.after_white(self.at);
        let rest = self.text.as_bytes().get(start..)?;
        let before = opening.before.as_bytes();
        if before.is_empty() || !rest.starts_with(before) {
            return None;
        }
        let (value, end) = value(self.text, start + before.len())?;
        let after = opening.after.as_bytes();
        if !self.text.as_bytes().get(end..)?.starts_with(after)
            || self.elements + ELEMENTS > self.limits.elements
        {
            return None;
        }
        let bindings = self.bindings.len();
        self.open.push(Open { bindings, number, ..opening.outer });
        self.open.push(Open { bindings, ..opening.inner });
        self.bindings.extend_from_slice(&opening.bindings);
        self.attributes.clear();
        self.elements += ELEMENTS;
        self.token = end + opening.inner_at;
        self.at = end + after.len();
        hits::note(Hit::Again);
        Some(value)
    }

    /// The `<prefix:` with which the next element begins, where that prefix stands for a namespace.
    pub(crate) fn lead(&self, namespace: Namespace) -> Option<&'a str> {
        let start = self.after_white(self.at);
        let rest = self.text.get(start..)?;
        let name = rest.strip_prefix('<')?;
        let end = name_length(name, 0);
        let (prefix, lead) = match name.as_bytes().get(end) {
            // No name begins with a colon.
            Some(b':') if end == 0 => return None,
            Some(b':') => (&name[..end], end + 2),
            _ => ("", 1),
        };
        (self.find(prefix.as_bytes())? == namespace && self.has_room_inside()).then(|| &rest[..lead])
    }

    /// The lead of elements without a prefix, where they are of that namespace.
    pub(crate) fn lead_of_default(&self, namespace: Namespace) -> Option<&'static str> {
        (self.find(b"") == Some(namespace) && self.has_room_inside()).then_some("<")
    }

    /// Whether the open element can have children: it can't be an empty one, whose end is still to be reported.
    pub(crate) fn has_room_inside(&self) -> bool {
        !self.empty && self.open.len() < self.limits.depth
    }

    /// The next element, if it is of that namespace, has no attributes, and nothing but plain text inside.
    ///
    /// The open element has to [have room](Self::has_room_inside).
    pub(crate) fn plain_leaf(&self, namespace: Namespace) -> Option<Leaf<'a>> {
        let bytes = self.text.as_bytes();
        let start = self.after_white(self.at);
        if bytes.get(start) != Some(&b'<') {
            return None;
        }
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
        let close = content + plain_end(bytes.get(content..)?)?;
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

    /// A walk over the elements that follow and begin with the lead; see [`Scanner::walked`].
    pub(crate) fn walk(&self, lead: &'a str) -> Walk<'a> {
        Walk { text: self.text, lead, at: self.at, left: self.limits.elements - self.elements }
    }

    /// Goes on where the walk has come to.
    pub(crate) fn walked(&mut self, walk: &Walk<'a>) {
        self.at = walk.at;
        self.elements = self.limits.elements - walk.left;
    }

    pub(super) fn after_white(&self, at: usize) -> usize {
        after_white(self.text.as_bytes(), at)
    }
}

/// An element without attributes and children.
pub(crate) struct Leaf<'a> {
    pub(crate) local: &'a [u8],
    pub(crate) text: &'a str,
    /// Where its start tag and its value begin, and where its end tag ends.
    pub(crate) tag: usize,
    pub(crate) value: usize,
    pub(crate) after: usize,
}

/// A walk over elements without attributes and children, apart from the scanner so that it stays in registers.
pub(crate) struct Walk<'a> {
    text: &'a str,
    lead: &'a str,
    at: usize,
    /// Elements that the limit leaves.
    left: usize,
}

impl<'a> Walk<'a> {
    /// Where the element is that is looked at, or the place behind the last one.
    pub(crate) fn position(&self) -> usize {
        self.at
    }

    /// What follows the lead of the next element, which becomes the one that is looked at.
    #[inline]
    pub(crate) fn next(&mut self) -> Option<&'a [u8]> {
        let bytes = self.text.as_bytes();
        let start = after_white(bytes, self.at);
        let rest = bytes.get(start..)?;
        if !begins(rest, self.lead.as_bytes()) {
            return None;
        }
        self.at = start;
        rest.get(self.lead.len()..)
    }

    /// Passes over the element that is looked at, whose local name has a length and is followed by `>`.
    ///
    /// `value` is given the text and the place of the value, and gives where it ends.
    #[inline]
    pub(crate) fn pass(&mut self, name: usize, value: impl FnOnce(&'a str, usize) -> Option<usize>) -> bool {
        let bytes = self.text.as_bytes();
        let content = self.at + self.lead.len() + name + 1;
        let Some(end) = value(self.text, content) else { return false };
        let (Some(tag), Some([b'<', b'/', rest @ ..])) = (bytes.get(self.at + 1..content), bytes.get(end..))
        else {
            return false;
        };
        if !begins(rest, tag) || self.left == 0 {
            return false;
        }
        self.left -= 1;
        self.at = end + 2 + tag.len();
        hits::note(Hit::Element);
        true
    }
}

impl<'a> Walk<'a> {
    /// Passes over the element that is looked at, and gives its text, if it is plain.
    #[inline]
    pub(crate) fn plain_text(&mut self, name: usize) -> Option<&'a str> {
        let mut plain = None;
        let passed = self.pass(name, |text, at| {
            let end = at + plain_end(text.as_bytes().get(at..)?)?;
            plain = Some(text.get(at..end)?);
            Some(end)
        });
        plain.filter(|_| passed)
    }
}
