//! The fields of a record: by the shape of the record before, by the table, as plain elements of any name, or token by token.

use super::shape::Place;
use super::shaped::Shaped;
use super::tries::Tries;
use super::{Reader, ShortCuts, Target};
use crate::codes;
use crate::error::Error;
use crate::id::Id;
use crate::message::UnknownElement;
use crate::object::OnUnknown;
use crate::scan::{Name, Namespace, is_blank};
use crate::value::{self, Kind};
use std::borrow::Cow;

/// What is known of the record that is being read.
struct Known {
    id: Option<Id>,
    /// Whether there was one, which may have been nil.
    has_id: bool,
    has_children: bool,
    /// The field of the table that is expected next.
    expected: usize,
    /// The last value, as long as its place in the record's shape is known.
    place: Option<Place>,
    /// Whether a field stands here whose value is in another spelling than Salesforce's.
    is_next: bool,
}

impl<'a> Reader<'a, '_> {
    /// What the tags of a record's fields begin with, if the first is one of Salesforce's.
    pub(super) fn tag_start(&self) -> Option<&'a str> {
        if self.predict { self.scanner.tag_start(Namespace::SObject) } else { None }
    }

    /// Reads the fields of a record up to its end tag, and says whether there were any.
    pub(super) fn fields(
        &mut self,
        nil: bool,
        tag_start: Option<&'a str>,
        target: &mut dyn Target,
    ) -> Result<bool, Error> {
        if let Some(record) = target.raw() {
            return self.raw_record(nil, record);
        }
        let tag = self.scanner.offset();
        self.seen.clear();
        // Only a message of several records has any that come again.
        let shapes = std::mem::replace(&mut self.is_repeated, true) && self.short_cuts >= ShortCuts::Shapes;
        let place = tag_start.filter(|_| shapes).map(|tag_start| self.shape_begins(tag_start));
        let mut known =
            Known { id: None, has_id: false, has_children: false, expected: 0, place, is_next: false };
        self.in_order = self.in_order.renewed();
        let mut leaves =
            Tries::new(self.short_cuts >= ShortCuts::Leaves && !nil && self.scanner.has_room_inside());
        loop {
            if let Some(last) = known.place.filter(|_| !known.is_next) {
                match self.shaped_fields(last, &mut known.id, target) {
                    Shaped::Whole => {
                        known.has_children = true;
                        break;
                    }
                    Shaped::Part { place, is_next } => {
                        known.has_children |= place.begun();
                        (known.place, known.is_next) = (Some(place), is_next);
                        known.expected = place.expected();
                    }
                }
                known.has_id |= known.id.is_some();
            }
            if tag_start.is_some_and(|tag_start| self.by_the_table(tag_start, &mut known, target)) {
                continue;
            }
            if leaves.is_left() && !known.is_next {
                let next = self.leaf_field(known.expected, &mut known.place, target);
                leaves.note(next.is_some());
                if let Some(next) = next {
                    (known.has_children, known.expected) = (true, next);
                    continue;
                }
            }
            known.is_next = false;
            let Some(child) = self.child()? else {
                if let Some(place) = known.place {
                    self.learn_end(place);
                }
                break;
            };
            if nil {
                return Err(self.nil_with_fields());
            }
            known.has_children = true;
            self.general_field(child, &mut known, target)?;
        }
        match known.id {
            Some(id) => target.set_id(id),
            None if known.has_children => {
                let error = self.scanner.error(&codes::MISSING, "the sObject has fields but no Id", tag);
                return Err(error.inside("sObject"));
            }
            None => {}
        }
        Ok(known.has_children)
    }

    /// Reads the id where it is the first, or fields that the table predicts; says whether the shape may go on behind them.
    #[inline]
    fn by_the_table(&mut self, tag_start: &'a str, known: &mut Known, target: &mut dyn Target) -> bool {
        if !(known.has_children || known.has_id || known.is_next)
            && let Some((id, element)) = self.predicted_id(tag_start)
        {
            self.learn(&mut known.place, None, element);
            (known.id, known.has_id, known.has_children) = (Some(id), true, true);
            if known.place.is_some() {
                return true;
            }
        }
        if known.is_next || !self.in_order.is_left() {
            return false;
        }
        let before = known.expected;
        (known.expected, known.is_next) = self.predicted_fields(tag_start, before, &mut known.place, target);
        let any = known.expected > before;
        self.in_order.note(known.is_next || any);
        known.has_children |= any;
        any && known.place.is_some() && !known.is_next
    }

    /// A child of the record, token by token.
    fn general_field(
        &mut self,
        child: Name<'a>,
        known: &mut Known,
        target: &mut dyn Target,
    ) -> Result<(), Error> {
        let begun = self.scanner.begun();
        if child.namespace != Namespace::SObject {
            if child.local == "Id" || self.table.find(child.local).is_some() {
                return Err(self.misplaced(child, Namespace::SObject));
            }
            known.place = None;
            self.unknown_field(child, target)
        } else if let Some(index) = self.table.find_near(known.expected, child.local.as_bytes()) {
            known.expected = index + 1;
            self.field(index, child.local, target)?;
            self.learn_read(&mut known.place, Some(index), begun);
            Ok(())
        } else if child.local == "Id" {
            if known.has_id {
                return Err(self.error(&codes::DUPLICATE, "field stands twice"));
            }
            known.has_id = true;
            known.id = self.content("Id")?.map(|(text, at)| self.id(&text, at, "Id")).transpose()?;
            self.learn_read(&mut known.place, None, begun);
            Ok(())
        } else {
            known.place = None;
            if child.local == "fieldsToNull" {
                return self.scanner.skip_element();
            }
            self.unknown_field(child, target)
        }
    }

    fn field(&mut self, index: usize, name: &str, target: &mut dyn Target) -> Result<(), Error> {
        if self.seen.has(index) {
            return Err(self.error(&codes::DUPLICATE, "field stands twice"));
        }
        self.seen.add(index);
        let kind = self.table.kind(index).unwrap_or(Kind::Text);
        let Some((text, at)) = self.content(name)? else { return Ok(()) };
        let empty = is_blank(&text);
        match value::put(target.slot(index), kind, text) {
            Err(_) if empty && self.terms.empty_is_null => Ok(()),
            Err(reason) => {
                let code = if kind == Kind::Id { &codes::NOT_AN_ID } else { &codes::VALUE };
                let reason = if empty {
                    format!("{reason}; an empty element is no null, but xsi:nil=\"true\" is").into()
                } else {
                    Cow::Borrowed(reason)
                };
                Err(self.scanner.error(code, reason, at).inside(name))
            }
            Ok(()) => Ok(()),
        }
    }

    fn unknown_field(&mut self, name: Name<'a>, target: &mut dyn Target) -> Result<(), Error> {
        match target.on_unknown() {
            OnUnknown::Skip => self.unknown(name),
            OnUnknown::Deny => Err(self.error(&codes::UNKNOWN_FIELD, "element that the WSDL does not know")),
            OnUnknown::Keep(kept) => {
                self.unknown.note(name.local);
                // What is unknown is never refused, whatever its attributes say.
                let text = if matches!(self.nil(), Ok(true)) { None } else { Some(String::new()) };
                let mut element = UnknownElement { name: name.local.to_owned(), text };
                self.scanner.read_element(|text| {
                    if let Some(kept) = &mut element.text {
                        kept.push_str(text);
                    }
                })?;
                kept.push(element);
                Ok(())
            }
        }
    }
}
