//! Which notifications came before.

use sf_outbound::Id;
use std::collections::{HashSet, VecDeque};

/// The last ids, so that a listener that runs for weeks does not grow.
const KEPT: usize = 100_000;

/// The ids of the last notifications.
#[derive(Default)]
pub(super) struct Seen {
    ids: HashSet<Id>,
    order: VecDeque<Id>,
}

impl Seen {
    /// Notes an id and says whether it came before.
    pub(super) fn note(&mut self, id: Id) -> bool {
        if !self.ids.insert(id) {
            return true;
        }
        self.order.push_back(id);
        if self.order.len() > KEPT
            && let Some(oldest) = self.order.pop_front()
        {
            self.ids.remove(&oldest);
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_ids_are_known_and_no_more() {
        let mut seen = Seen::default();
        let id = |number: usize| Id::new(&format!("04l{number:012}")).unwrap();
        for number in 0..=KEPT {
            assert!(!seen.note(id(number)));
        }
        assert!(seen.note(id(1)) && seen.note(id(KEPT)));
        assert!(!seen.note(id(0)), "the oldest was forgotten");
        assert_eq!((seen.ids.len(), seen.order.len()), (KEPT, KEPT));
    }
}
