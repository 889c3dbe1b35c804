//! Reading a record by its [`Shape`](super::shape::Shape), and learning that.

use super::shape::{END, Element, Gap, Place};
use super::{Reader, Target};
use crate::id::Id;
use crate::scan::{end_tag, note_shaped};
use crate::value::{self, Kind};

/// How far a record is as the one before.
pub(super) enum Shaped {
    /// It is read to its end.
    Whole,
    /// It is read up to this place. `is_next` says that a field stands there with a value in another spelling.
    Part { place: Place, is_next: bool },
}

impl<'a> Reader<'a, '_> {
    /// After the record's start tag, where the tags of fields begin so: the place from which its shape is known or learned.
    pub(super) fn shape_begins(&mut self, tag_start: &'a str) -> Place {
        let record = self.scanner.open_name();
        if !self.shape.can_stand(record, tag_start) {
            self.shape.gaps.clear();
            self.shape.gaps.resize(self.table.len() + 2, [Gap::NONE; 2]);
            (self.shape.record, self.shape.tag_start) = (record, tag_start);
        }
        let start = self.scanner.position();
        Place { from: 0, value_end: start, end: start, is_forward: true }
    }

    /// Reads what comes as it came before.
    #[inline]
    pub(super) fn shaped_fields(
        &mut self,
        mut place: Place,
        id: &mut Option<Id>,
        target: &mut dyn Target,
    ) -> Shaped {
        let Self { scanner, shape, seen, .. } = self;
        let text = scanner.text();
        let bytes = text.as_bytes();
        let mut left = scanner.elements_left();
        let Place { mut from, mut value_end, mut is_forward, .. } = place;
        // Of the value that is open, because its end tag was not looked at: where it begins, and which gap led to it.
        let (mut value_at, mut behind) = (0, 0);
        let is_next = loop {
            let here = bytes.get(value_end..).unwrap_or_default();
            let Some(gap) = shape.gap_at(from, here) else {
                if value_at == 0 {
                    break false;
                }
                let tag = value_at - shape.gaps[behind][0].open as usize;
                let Some(end) = end_tag(bytes, tag, value_at, value_end) else { break true };
                seen.add(from - 2);
                note_shaped();
                left -= 1;
                place = Place { from, value_end, end, is_forward };
                value_at = 0;
                break false;
            };
            if value_at > 0 {
                seen.add(from - 2);
                note_shaped();
                left -= 1;
            }
            let next_at = value_end + gap.bytes.len();
            let to = gap.to as usize;
            if gap.to == END {
                scanner.leave(next_at, left);
                return Shaped::Whole;
            }
            (value_at, behind) = (next_at, from);
            if left == 0 {
                break true;
            }
            if to == 0 {
                let tag = value_at - gap.open as usize;
                let Some((known, end)) = shaped_id(text, tag, value_at).filter(|_| id.is_none()) else {
                    break true;
                };
                *id = Some(known);
                place = Place { from: 1, value_end: value_at + 18, end, is_forward: from == 0 };
                (from, value_end, value_at, left) = (1, place.value_end, 0, left - 1);
                continue;
            }
            is_forward &= to >= from;
            if !is_forward && seen.has(to - 1) {
                break true;
            }
            let Some(end) = value::put_usual(target.slot(to - 1), gap.kind, text, value_at) else {
                break true;
            };
            (from, value_end) = (to + 1, end);
        };
        if value_at > 0 {
            // The open element is begun anew.
            let gap = &shape.gaps[behind][0];
            let value_end = value_at - gap.bytes.len();
            place = Place { from: behind, value_end, end: value_end + gap.close as usize, is_forward };
        }
        scanner.go_on(place.end, left);
        Shaped::Part { place, is_next }
    }

    /// Learns how an element with the shape's prefix was written that followed the place: the record's id, or a field with
    /// its index.
    pub(super) fn learn(&mut self, place: &mut Option<Place>, field: Option<usize>, element: Element) {
        let Some(last) = place else { return };
        let Element { tag, value, value_end, end } = element;
        let to = field.map_or(0, |field| field + 1);
        let bytes = self.scanner.text().as_bytes().get(last.value_end..value);
        let kind = field.map_or(Some(Kind::Id), |field| self.table.kind(field));
        let close = last.end - last.value_end;
        if let (Some(bytes), Some(kind)) = (bytes, kind)
            && let (Ok(close), Ok(open), Ok(to)) =
                (u32::try_from(close), u32::try_from(value - tag), u32::try_from(to))
        {
            self.shape.remember(last.from, Gap { bytes, close, open, to, kind });
        }
        *last = Place { from: to + 1, value_end, end, is_forward: last.is_forward && to >= last.from };
    }

    /// Learns how an element was written that the general path has read: its start tag began and ended there, where it has
    /// no attributes.
    pub(super) fn learn_read(
        &mut self,
        place: &mut Option<Place>,
        field: Option<usize>,
        begun: Option<(usize, usize)>,
    ) {
        let (value_end, end) = (self.scanner.offset(), self.scanner.position());
        let ends =
            self.scanner.text().as_bytes().get(value_end..).is_some_and(|rest| rest.starts_with(b"</"));
        match begun.filter(|_| ends) {
            Some((tag, value)) => self.learn_any(place, field, Element { tag, value, value_end, end }),
            None => *place = None,
        }
    }

    /// Learns how an element was written that may have any prefix.
    pub(super) fn learn_any(&mut self, place: &mut Option<Place>, field: Option<usize>, element: Element) {
        if self.shape.has_tag(self.scanner.text().get(element.tag..element.value).unwrap_or_default()) {
            self.learn(place, field, element);
        } else {
            *place = None;
        }
    }

    /// Learns how a record ended that has just been closed.
    pub(super) fn learn_end(&mut self, place: Place) {
        let bytes = self.scanner.text().as_bytes().get(place.value_end..self.scanner.position());
        // A record without a field is one of a deletion.
        if place.begun()
            && let Some(bytes) = bytes
        {
            self.shape.remember(place.from, Gap { bytes, ..Gap::NONE });
        }
    }
}

/// The id of 18 characters in an element whose start tag is known, and the end of the element.
fn shaped_id(text: &str, tag: usize, value: usize) -> Option<(Id, usize)> {
    let (id, value_end) = value::usual_id(text, value)?;
    Some((id, end_tag(text.as_bytes(), tag, value, value_end)?))
}
