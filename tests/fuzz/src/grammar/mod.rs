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
mod message;
mod prolog;
mod tag;

use crate::choice::Choice;
use prolog::Encoding;
use sf_outbound::{Limits, check_well_formed, decode};
use tag::Habits;

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
        prolog::encoded(maker)
    }
}

/// A document by the grammar is judged as it was made, and is read in one way by all three ways of reading.
pub fn grammar(bytes: &[u8]) {
    let document = Document::of(bytes);
    let sent = &document.bytes[..];
    let judged = check_well_formed(sent, None, &Limits::default());
    assert_eq!(
        judged.is_err(),
        document.fault.is_some(),
        "made with {:?}, judged {judged:?}\n{}",
        document.fault,
        String::from_utf8_lossy(sent)
    );
    if document.is_utf8 {
        crate::well_formed(sent);
    }
    if document.fault.is_some() {
        assert!(decode::<crate::sample::Sample>(sent, &Limits::default()).is_err());
    }
    crate::predictions(sent);
    crate::records(sent);
}

/// Bytes that begin the choices of a document without a fault, and of others.
pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let mut random = fastrand::Rng::with_seed(11);
    let length = |number: usize| 32 << (number % 7);
    (0..24).map(|number| std::iter::repeat_with(|| random.u8(..)).take(length(number)).collect()).collect()
}

/// Writes a document by choices.
struct Maker<'c> {
    choice: Choice<'c>,
    out: String,
    encoding: Encoding,
    /// Prefixes and namespaces, the outermost first: those of all open elements.
    bindings: Vec<(&'static str, &'static str)>,
    fault: Option<&'static str>,
    /// Once in how many chances a fault is made; 0 for never.
    faults: u8,
    /// Once in how many chances a rare form is chosen; 0 for never.
    rarity: u8,
    habits: Habits,
    /// Between elements.
    gap: &'static str,
}

impl<'c> Maker<'c> {
    fn new(mut choice: Choice<'c>) -> Self {
        let faults = choice.of(&[0, 0, 0, 250, 120, 40]);
        let rarity = choice.of(&[0, 0, 200, 60, 20, 6]);
        let habits = choice.of(&tag::HABITS);
        let gap = choice.of(&["", "", "\n ", " ", "\r\n\t"]);
        Self {
            choice,
            out: String::with_capacity(4 << 10),
            encoding: Encoding::default(),
            bindings: Vec::new(),
            fault: None,
            faults,
            rarity,
            habits,
            gap,
        }
    }

    /// Whether to do here what XML forbids; once in a document.
    fn breaks(&mut self, fault: &'static str) -> bool {
        self.breaks_once_in(self.faults, fault)
    }

    /// The same where there are fewer chances than at a tag.
    fn breaks_once_in(&mut self, chances: u8, fault: &'static str) -> bool {
        let here = self.fault.is_none() && self.faults > 0 && self.choice.one_in(chances);
        if here {
            self.fault = Some(fault);
        }
        here
    }

    /// Whether to choose a rare form here.
    fn rare(&mut self) -> bool {
        self.rarity > 0 && self.choice.one_in(self.rarity)
    }

    fn write(&mut self, text: &str) {
        self.out.push_str(text);
    }
}
