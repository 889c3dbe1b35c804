//! The start of an element that comes again, byte by byte.
//!
//! Where it stands here again it is passed over exactly as the general path would; where not, nothing has moved, so that the
//! general path goes on at the same byte. Errors are its business alone.

use super::hits::{self, Hit};
use super::name::Binding;
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
        // They stand in the same element as before, so that as many bindings are in scope before them.
        self.open.push(Open { number, ..opening.outer });
        self.open.push(opening.inner);
        // One after the other: there is one most often, and the compiler makes a call of copying a slice of them.
        for binding in &opening.bindings {
            self.bindings.push(binding.clone());
        }
        self.attributes.clear();
        self.elements += ELEMENTS;
        self.token = end + opening.inner_at;
        self.at = end + after.len();
        hits::note(Hit::Again);
        Some(value)
    }
}
