//! Documents by the grammar: what they reach, and a fixed number of them judged and read.

use sf_outbound::Limits;
use sf_outbound_fuzz::{Document, grammar};
use std::collections::BTreeMap;

/// The number of choices in a document that is drawn at random.
const CHOICES: usize = 2_048;

fn choices(number: u64) -> Vec<u8> {
    let mut random = fastrand::Rng::with_seed(number);
    let length = random.usize(..CHOICES);
    std::iter::repeat_with(|| random.u8(..)).take(length).collect()
}

/// What the documents are good for: each fault is made, most messages without one are read, and in some of them only
/// the order or a form is unusual.
#[test]
fn the_grammar_reaches_what_it_is_for() {
    let mut faults = BTreeMap::<&str, usize>::new();
    let (mut sound, mut read, mut known) = (0, 0, 0);
    for number in 0..30_000 {
        let document = Document::of(&choices(number));
        if let Some(fault) = document.fault {
            *faults.entry(fault).or_default() += 1;
            continue;
        }
        sound += 1;
        let schema = sf_outbound_fuzz::schema();
        let message = schema.decode(&document.bytes, &Limits::default());
        read += usize::from(message.is_ok());
        known += usize::from(message.is_ok_and(|message| message.unknown.elements == 0));
    }
    let counts = format!("{sound} sound, {read} read, {known} without an unknown element, {faults:#?}");
    assert!(faults.len() == 31 && faults.values().all(|many| *many >= 60), "{counts}");
    assert!(sound > 15_000 && read * 2 > sound && known * 2 > read && known < read, "{counts}");
}

#[test]
fn documents_by_the_grammar_are_read_in_one_way() {
    for number in 0..6_000 {
        grammar(&choices(number));
    }
}
