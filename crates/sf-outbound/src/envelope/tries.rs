//! How far predictions are trusted.

/// How many predictions in a row may fail before a record is read without them.
const FAILURES: u32 = 3;

/// Whether a kind of prediction is still worth its while.
#[derive(Clone, Copy)]
pub(super) struct Tries(u32);

impl Tries {
    pub(super) fn new(any: bool) -> Self {
        Self(if any { FAILURES } else { 0 })
    }

    /// For the next record: one try more, where there was none left.
    pub(super) fn renewed(self) -> Self {
        Self(self.0.max(1))
    }

    pub(super) fn is_left(self) -> bool {
        self.0 > 0
    }

    pub(super) fn note(&mut self, came_true: bool) {
        self.0 = if came_true { FAILURES } else { self.0 - 1 };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_failures_in_a_row_are_enough_until_the_next_record() {
        let mut tries = Tries::new(true);
        for came_true in [false, false, true, false, false, false] {
            assert!(tries.is_left());
            tries.note(came_true);
        }
        assert!(!tries.is_left() && !Tries::new(false).is_left());
        tries = tries.renewed();
        assert!(tries.is_left());
        tries.note(false);
        assert!(!tries.is_left());
    }
}
