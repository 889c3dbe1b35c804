//! Records by the shape of the record before: the bytes between two values come again, and lead to the same field.
//!
//! ```text
//! <sObject …><sf:Id>006…AAQ</sf:Id><sf:Amount>12.5</sf:Amount><sf:Name>Acme</sf:Name></sObject>
//!            └─gap─┘       └──────gap──────┘    └────────gap────────┘    └──────gap──────┘
//!             to Id            to Amount              to Name               to the end
//! ```
//!
//! A gap that stands here again is passed over in one comparison. It means what it meant the first time, because
//!
//! 1. the parent is the same: an `sObject` with the same qualified name, so that the last gap closes it;
//! 2. the scope is the same, as far as it is asked: the prefix of the fields stands for the sObject's namespace again
//!    ([`Shape::can_stand`]), each tag in a gap has that prefix ([`Shape::has_tag`]), and none has an attribute, so none
//!    declares anything;
//! 3. gaps follow each other: each begins with the end tag of the element whose start tag ended the one before;
//! 4. the value between two is read in Salesforce's own spelling, which has no `<` and no `&` in it, and ends where the
//!    next gap begins, with `</`;
//! 5. no field comes twice: while gaps lead forward in the table it can't, and else it is looked up;
//! 6. elements are counted against their limit, and their depth is that of the first time.
//!
//! What else stands between two tags, white space or a comment, is part of the gap and was judged the first time. Where no
//! gap stands here or a value is in another spelling, the open element is closed or begun anew, and the table's prediction
//! and after it the general path go on at that byte.

use crate::scan::begins_with_tags;
use crate::value::Kind;

/// Where a record ends.
pub(super) const END: u32 = u32::MAX;

/// From the end of one value up to the next one.
#[derive(Clone, Copy)]
pub(super) struct Gap<'a> {
    pub(super) bytes: &'a [u8],
    /// Length of the end tag at its start, and of the start tag at its end; neither is asked of the last gap.
    pub(super) close: u32,
    pub(super) open: u32,
    /// What it leads to: 0 for the record's id, one more than the index of a field, or [`END`].
    pub(super) to: u32,
    pub(super) kind: Kind,
}

impl Gap<'_> {
    pub(super) const NONE: Self = Self { bytes: b"", close: 0, open: 0, to: END, kind: Kind::Text };

    #[inline]
    fn stands(&self, here: &[u8]) -> bool {
        !self.bytes.is_empty() && begins_with_tags(here, self.bytes)
    }
}

/// How the fields of the record before were written.
#[derive(Default)]
pub(super) struct Shape<'a> {
    /// The qualified name of the record, and what its fields' tags begin with.
    pub(super) record: &'a str,
    pub(super) tag_start: &'a str,
    /// At the record's start, behind the id and behind each field; two each, as a null field is left out. Empty until a
    /// second record was read.
    pub(super) gaps: Vec<[Gap<'a>; 2]>,
}

impl<'a> Shape<'a> {
    /// Whether records of this shape can stand in an element of that name, where the tags of fields begin so.
    pub(super) fn can_stand(&self, record: &str, tag_start: &str) -> bool {
        !self.gaps.is_empty() && self.tag_start == tag_start && self.record == record
    }

    /// Whether a start tag without attributes begins as those of the shape's fields do: another prefix may stand for another
    /// namespace in the next record.
    pub(super) fn has_tag(&self, tag: &str) -> bool {
        // A name has one colon at most.
        let has_prefix = self.tag_start.len() > 1;
        tag.strip_prefix(self.tag_start).is_some_and(|rest| has_prefix || !rest.contains(':'))
    }

    /// The gap behind a value that stands here.
    #[inline]
    pub(super) fn gap_at(&mut self, from: usize, here: &[u8]) -> Option<&Gap<'a>> {
        let gaps = self.gaps.get_mut(from)?;
        if !gaps[0].stands(here) {
            if !gaps[1].stands(here) {
                return None;
            }
            // The one that is more frequent is looked at first most of the time.
            gaps.swap(0, 1);
        }
        Some(&gaps[0])
    }

    pub(super) fn remember(&mut self, from: usize, gap: Gap<'a>) {
        if let Some([first, second]) = self.gaps.get_mut(from)
            && first.bytes != gap.bytes
        {
            *second = std::mem::replace(first, gap);
        }
    }
}

/// A value that was read, and its element with it.
#[derive(Clone, Copy)]
pub(super) struct Place {
    /// Which gaps are behind it: 0 at the record's start, 1 behind the id, else two more than the index of the field.
    pub(super) from: usize,
    /// Where the value ends, and where its end tag does.
    pub(super) value_end: usize,
    pub(super) end: usize,
    /// Whether each value of the record so far leads forward: none can come twice as long as the next one does too.
    pub(super) is_forward: bool,
}

/// An element without attributes, and the value in it.
#[derive(Clone, Copy)]
pub(super) struct Element {
    /// Where its start tag, its value and its end tag begin.
    pub(super) tag: usize,
    pub(super) value: usize,
    pub(super) value_end: usize,
    /// Where its end tag ends.
    pub(super) end: usize,
}

impl Place {
    /// Whether any value was read.
    pub(super) fn begun(self) -> bool {
        self.from > 0
    }

    /// The field of the table that is expected next.
    pub(super) fn expected(self) -> usize {
        self.from.saturating_sub(1)
    }
}
