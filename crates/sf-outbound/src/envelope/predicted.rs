//! The quick way through a record in the form in which Salesforce writes it.

use super::shape::{Element, Place};
use super::{
    ACTION, ENTERPRISE, Found, HEADER, NOTIFICATION_ID, ORGANIZATION, PARTNER, Reader, SESSION, Target,
};
use crate::id::Id;
use crate::message::{SessionId, UnknownElement};
use crate::object::OnUnknown;
use crate::scan::{ELEMENTS, Namespace, text_end};
use crate::value;
use std::borrow::Cow;

/// How many fields in a row may be missing before the general path looks the name up.
const MISSING: usize = 8;

impl<'a> Reader<'a, '_> {
    /// Reads elements of the header as long as they are plain and in Salesforce's order.
    pub(super) fn predicted_header(&mut self, found: &mut Found) {
        let scanner = &mut self.scanner;
        if !scanner.is_default_inside(Namespace::Outbound) {
            return;
        }
        let Found { seen, organization_id, action_id, session_id, enterprise_url, partner_url } = found;
        if !seen[ORGANIZATION]
            && let Some(id) = scanner.pass_known(HEADER[ORGANIZATION], value::usual_id)
        {
            (seen[ORGANIZATION], *organization_id) = (true, Some(id));
        }
        if !seen[ACTION]
            && let Some(id) = scanner.pass_known(HEADER[ACTION], value::usual_id)
        {
            (seen[ACTION], *action_id) = (true, Some(id));
        }
        if !seen[SESSION] {
            if scanner.pass_nil_session() {
                seen[SESSION] = true;
            } else if let Some(text) = scanner.pass_known(HEADER[SESSION], plain_text) {
                (seen[SESSION], *session_id) = (true, (!text.is_empty()).then_some(SessionId(())));
            }
        }
        if !seen[ENTERPRISE]
            && let Some(url) = scanner.pass_known(HEADER[ENTERPRISE], plain_text)
        {
            (seen[ENTERPRISE], *enterprise_url) = (true, Some(url.to_owned()));
        }
        if !seen[PARTNER]
            && let Some(url) = scanner.pass_known(HEADER[PARTNER], plain_text)
        {
            (seen[PARTNER], *partner_url) = (true, Some(url.to_owned()));
        }
    }

    /// The notification's id and where it stands, if it is the next element.
    pub(super) fn predicted_notification_id(&mut self) -> Option<(Id, usize)> {
        if !self.scanner.is_default_inside(Namespace::Outbound) {
            return None;
        }
        self.scanner.pass_known(NOTIFICATION_ID, |text, at| {
            value::usual_id(text, at).map(|(id, end)| ((id, at), end))
        })
    }

    /// After the record's start tag: remembers how the notification began, if with nothing but an id before it.
    pub(super) fn remember(
        &mut self,
        wanted: bool,
        start: usize,
        elements: usize,
        id_at: Option<usize>,
        tag_start: Option<&'a str>,
    ) {
        if let Some(at) = id_at.filter(|_| wanted)
            && self.scanner.elements() == elements + ELEMENTS - 1
        {
            self.scanner.remember(&mut self.opening, start, at..at + 18);
            self.opening_tag_start = tag_start;
        }
    }

    /// The record's id and its element, if that is the next one.
    ///
    /// Apart: the loops over fields, which call it once, need the registers.
    #[inline(never)]
    pub(super) fn predicted_id(&mut self, tag_start: &'a str) -> Option<(Id, Element)> {
        let mut leaves = self.scanner.leaves(tag_start);
        let named = leaves.next()?.starts_with(b"Id>");
        let tag = leaves.position();
        let mut id = None;
        let read = named
            && leaves.pass("Id".len(), |text, at| {
                let (read, end) = value::usual_id(text, at)?;
                id = Some((read, at, end));
                Some(end)
            });
        if !read {
            return None;
        }
        self.scanner.went_over(&leaves);
        id.map(|(id, value, value_end)| (id, Element { tag, value, value_end, end: leaves.position() }))
    }

    /// Reads fields as long as each is the expected one or one soon after it; gives the one expected next, and whether
    /// that stands here with a value that is not plain.
    pub(super) fn predicted_fields(
        &mut self,
        tag_start: &'a str,
        mut expected: usize,
        place: &mut Option<Place>,
        target: &mut dyn Target,
    ) -> (usize, bool) {
        let mut is_next = false;
        let mut leaves = self.scanner.leaves(tag_start);
        let mut cursor = self.table.cursor(expected);
        while let Some(name) = leaves.next() {
            let Some((index, length, kind)) = cursor.seek(name, MISSING) else { break };
            is_next = !self.seen.has(index);
            if !is_next {
                break;
            }
            let tag = leaves.position();
            let (mut value_at, mut value_end) = (0, 0);
            let passed = leaves.pass(length, |text, at| {
                let end = value::put_usual(target.slot(index), kind, text, at)?;
                (value_at, value_end) = (at, end);
                Some(end)
            });
            if !passed {
                break;
            }
            self.seen.add(index);
            expected = index + 1;
            is_next = false;
            if place.is_some() {
                // The shape goes on from here.
                let element = Element { tag, value: value_at, value_end, end: leaves.position() };
                self.learn(place, Some(index), element);
                break;
            }
        }
        self.scanner.went_over(&leaves);
        (expected, is_next)
    }

    /// Reads a field wherever it stands in the table, with any prefix, or counts one that is unknown; gives the one
    /// expected next.
    pub(super) fn leaf_field(
        &mut self,
        expected: usize,
        place: &mut Option<Place>,
        target: &mut dyn Target,
    ) -> Option<usize> {
        let leaf = self.scanner.next_leaf(Namespace::SObject)?;
        let Some(index) = self.table.find_near(expected, leaf.local) else {
            let name = std::str::from_utf8(leaf.local).ok()?;
            if matches!(name, "Id" | "fieldsToNull") {
                return None;
            }
            match target.on_unknown() {
                OnUnknown::Skip => {}
                OnUnknown::Deny => return None,
                OnUnknown::Keep(kept) => {
                    kept.push(UnknownElement { name: name.to_owned(), text: Some(leaf.text.to_owned()) });
                }
            }
            self.unknown.note(name);
            self.scanner.pass_leaf(&leaf);
            *place = None;
            return Some(expected);
        };
        let kind = self.table.kind(index).filter(|_| !self.seen.has(index))?;
        value::put(target.slot(index), kind, Cow::Borrowed(leaf.text)).ok()?;
        self.seen.add(index);
        self.scanner.pass_leaf(&leaf);
        if place.is_some() {
            let value_end = leaf.value + leaf.text.len();
            let element = Element { tag: leaf.tag, value: leaf.value, value_end, end: leaf.after };
            self.learn_any(place, Some(index), element);
        }
        Some(index + 1)
    }
}

/// The text that stands at a place, up to the next `<`, and its end.
fn plain_text(text: &str, at: usize) -> Option<(&str, usize)> {
    let end = at + text_end(text.as_bytes().get(at..)?)?;
    Some((text.get(at..end)?, end))
}
