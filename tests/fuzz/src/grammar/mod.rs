//! Messages made by the grammar of XML: of what it allows and, in some, of one thing that it forbids.
//!
//! A mutation of a good message is seldom far from it. Here the bytes choose at each production of XML 1.0 and of
//! Namespaces in XML: which prefix and where it is declared, the form of each tag, attribute, reference, section and
//! comment, the encoding, the order of elements. So each document comes with the answer to whether it is well-formed.
//!
//! ```text
//! bytes ─► Choice ─► Maker ─► text, and the fault in it ─► bytes in an encoding
//!                    prolog · message · tag · content
//! ```

mod content;
mod encoding;
mod habits;
mod maker;
mod message;
mod prolog;
mod tag;

use crate::choice::Choice;
use crate::predictions::{otherwise, unchanged};
use crate::records::records;
use crate::sample::Sample;
use crate::well_formed::well_formed;
use maker::Maker;
use sf_outbound::{Limits, check_well_formed, decode};

/// A document that knows what is wrong with it.
pub struct Document {
    /// As it is sent.
    pub bytes: Vec<u8>,
    /// What of it XML forbids, if anything.
    pub fault: Option<&'static str>,
    /// Whether other parsers, which know UTF-8 only, can read it.
    pub is_utf8: bool,
}

impl Document {
    /// The document that these bytes choose.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        let mut maker = Maker::new(Choice(bytes));
        maker.document();
        let Maker { out, encoding, fault, .. } = maker;
        Self { bytes: encoding.bytes(out), fault, is_utf8: encoding.is_utf8() }
    }

    /// It is judged as it was made, and all ways of reading read it in one way.
    ///
    /// # Panics
    ///
    /// Where that does not hold.
    pub fn check_reading(&self) {
        let sent = &self.bytes[..];
        let judged = check_well_formed(sent, None, &Limits::default());
        assert_eq!(
            judged.is_err(),
            self.fault.is_some(),
            "made with {:?}, judged {judged:?}\n{}",
            self.fault,
            String::from_utf8_lossy(sent)
        );
        unchanged::<Sample>(sent, &Limits::default());
    }

    /// The same in another way that its length chooses, by other parsers, and as records of a schema or not decoded.
    ///
    /// # Panics
    ///
    /// Where that does not hold.
    pub fn check(&self) {
        self.check_reading();
        let sent = &self.bytes[..];
        if self.is_utf8 {
            well_formed(sent);
        }
        if self.fault.is_some() {
            assert!(decode::<Sample>(sent, &Limits::default()).is_err());
        }
        otherwise(sent, sent.len());
        records(sent);
    }
}

/// What holds of documents by the grammar.
pub fn grammar(bytes: &[u8]) {
    Document::of(bytes).check();
}

/// Bytes that begin the choices of a document without a fault, and of others.
pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let mut random = fastrand::Rng::with_seed(11);
    let length = |number: usize| 32 << (number % 7);
    (0..24).map(|number| std::iter::repeat_with(|| random.u8(..)).take(length(number)).collect()).collect()
}
