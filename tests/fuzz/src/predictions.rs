//! Predictions change no answer and no refusal.

use crate::sample::{Sample, denying, keeping};
use sf_outbound::{Error, Limits, SObject, ShortCuts, decode_with_short_cuts};

/// With predictions and without, a message has one answer, or one refusal with one place.
pub fn predictions(bytes: &[u8]) {
    unchanged::<Sample>(bytes, &Limits::default());
    (0..OTHERS).for_each(|number| otherwise(bytes, number));
}

/// How many ways there are for [`otherwise`].
const OTHERS: usize = 7;

/// The same for one of the other ways to read: under a limit that some messages pass, or with something else to do with
/// unknown elements.
pub(crate) fn otherwise(bytes: &[u8], number: usize) {
    let limits = Limits::default();
    match number % OTHERS {
        0 => unchanged::<Sample>(bytes, &limits.elements(14)),
        1 => unchanged::<Sample>(bytes, &limits.depth(5)),
        2 => unchanged::<Sample>(bytes, &limits.namespaces(4)),
        3 => unchanged::<Sample>(bytes, &limits.attributes(2)),
        4 => unchanged::<Sample>(bytes, &limits.notifications(2)),
        5 => unchanged::<keeping::Sample>(bytes, &limits),
        _ => unchanged::<denying::Sample>(bytes, &limits),
    }
}

pub(crate) fn unchanged<T: SObject + std::fmt::Debug + PartialEq>(bytes: &[u8], limits: &Limits) {
    let plain = decode_with_short_cuts::<T>(bytes, limits, ShortCuts::None);
    for short_cuts in [ShortCuts::Leaves, ShortCuts::Predictions, ShortCuts::Shapes] {
        let answer = decode_with_short_cuts::<T>(bytes, limits, short_cuts);
        // NaN is not equal to itself, but as text it is.
        let is_same = answer == plain || format!("{answer:?}") == format!("{plain:?}");
        assert!(
            is_same,
            "{short_cuts:?}, {limits:?}:\n{answer:?}\n{plain:?}\n{}",
            String::from_utf8_lossy(bytes)
        );
        assert_eq!(answer.err().map(|error| error.offset()), plain.as_ref().err().map(Error::offset));
    }
}

/// Whether a message is read.
///
/// # Errors
///
/// Why not.
pub fn is_read(bytes: &[u8]) -> Result<(), Error> {
    sf_outbound::decode::<Sample>(bytes, &Limits::default()).map(drop)
}
