//! The quick way through a record in the form in which Salesforce writes it.

use super::shape::{Element, Place};
use super::{ACTION, ENTERPRISE, Found, HEADER, ORGANIZATION, Reader, SESSION, Target};
use crate::id::Id;
use crate::message::{SessionId, UnknownElement};
use crate::object::OnUnknown;
use crate::scan::{ELEMENTS, Namespace, begins};
use crate::value;
use std::borrow::Cow;

/// How many fields in a row may be missing before the general path looks the name up.
const MISSING: usize = 8;

impl<'a> Reader<'a, '_> {
    /// Reads elements of the header as long as they are plain and in Salesforce's order.
    #[inline]
    pub(super) fn predicted_header(&mut self, found: &mut Found) {
        let Some(tag_start) = self.scanner.tag_start_of_default(Namespace::Outbound) else { return };
        for (place, name) in HEADER.iter().enumerate() {
            if found.seen[place] {
                continue;
            }
            found.seen[place] = match place {
                ORGANIZATION => {
                    keep(&mut found.organization_id, self.predicted_id(tag_start, name).map(|id| id.0))
                }
                ACTION => keep(&mut found.action_id, self.predicted_id(tag_start, name).map(|id| id.0)),
                SESSION => {
                    let session = if self.scanner.pass_nil_session() {
                        Some(None)
                    } else {
                        let text = self.predicted_leaf(tag_start, name);
                        text.map(|text| (!text.is_empty()).then_some(SessionId(())))
                    };
                    found.session_id = session.flatten();
                    session.is_some()
                }
                ENTERPRISE => {
                    keep(&mut found.enterprise_url, self.predicted_leaf(tag_start, name).map(str::to_owned))
                }
                _ => keep(&mut found.partner_url, self.predicted_leaf(tag_start, name).map(str::to_owned)),
            };
        }
    }

    /// The notification's id and where it stands, if it is the next element.
    pub(super) fn predicted_notification_id(&mut self) -> Option<(Id, usize)> {
        let tag_start = self.scanner.tag_start_of_default(Namespace::Outbound)?;
        self.predicted_id(tag_start, "Id").map(|(id, element)| (id, element.value))
    }

    /// The text of the element with that name, if the element is the next one.
    fn predicted_leaf(&mut self, tag_start: &'a str, name: &str) -> Option<&'a str> {
        let mut leaves = self.scanner.leaves(tag_start);
        let rest = leaves.next()?;
        let named = rest.get(name.len()) == Some(&b'>') && begins(rest, name.as_bytes());
        let text = leaves.text(if named { name.len() } else { return None })?;
        self.scanner.went_over(&leaves);
        Some(text)
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

    /// The id in the element with that name and the element, if it is the next one.
    pub(super) fn predicted_id(&mut self, tag_start: &'a str, name: &str) -> Option<(Id, Element)> {
        let mut leaves = self.scanner.leaves(tag_start);
        let rest = leaves.next()?;
        let tag = leaves.position();
        let mut id = None;
        let read = rest.get(name.len()) == Some(&b'>')
            && begins(rest, name.as_bytes())
            && leaves.pass(name.len(), |text, at| {
                let (read, end) = value::plain_id(text, at)?;
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
                let end = value::put_plain(target.slot(index), kind, text, at)?;
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

/// Keeps what was read, and says whether anything was.
fn keep<T>(place: &mut Option<T>, read: Option<T>) -> bool {
    let any = read.is_some();
    if any {
        *place = read;
    }
    any
}
