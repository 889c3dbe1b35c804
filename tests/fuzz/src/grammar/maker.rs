//! What is written so far, and the choices that go on.

use super::encoding::Encoding;
use super::habits::{HABITS, Habits};
use crate::choice::Choice;

/// Writes a document by choices.
pub(super) struct Maker<'c> {
    pub(super) choice: Choice<'c>,
    pub(super) out: String,
    pub(super) encoding: Encoding,
    /// Prefixes and namespaces, the outermost first: those of all open elements.
    pub(super) bindings: Vec<(&'static str, &'static str)>,
    pub(super) fault: Option<&'static str>,
    /// Once in how many chances a fault is made; 0 for never.
    pub(super) faults: u8,
    /// Once in how many chances a rare form is chosen; 0 for never.
    pub(super) rarity: u8,
    pub(super) habits: Habits,
    /// Between elements.
    pub(super) gap: &'static str,
}

impl<'c> Maker<'c> {
    pub(super) fn new(mut choice: Choice<'c>) -> Self {
        let faults = choice.of(&[0, 0, 0, 250, 120, 40]);
        let rarity = choice.of(&[0, 0, 200, 60, 20, 6]);
        let habits = choice.of(&HABITS);
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
    pub(super) fn breaks(&mut self, fault: &'static str) -> bool {
        self.breaks_once_in(self.faults, fault)
    }

    /// The same where there are fewer chances than at a tag.
    pub(super) fn breaks_once_in(&mut self, chances: u8, fault: &'static str) -> bool {
        let here = self.fault.is_none() && self.faults > 0 && self.choice.one_in(chances);
        if here {
            self.fault = Some(fault);
        }
        here
    }

    /// Whether to choose a rare form here.
    pub(super) fn rare(&mut self) -> bool {
        self.rarity > 0 && self.choice.one_in(self.rarity)
    }

    pub(super) fn write(&mut self, text: &str) {
        self.out.push_str(text);
    }
}
