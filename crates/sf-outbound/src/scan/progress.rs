//! How far the scanner is, for readers that pass over elements whole.

use super::Scanner;
use super::bytes::after_white;

impl Scanner<'_> {
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

    pub(super) fn after_white(&self, at: usize) -> usize {
        after_white(self.text.as_bytes(), at)
    }
}
