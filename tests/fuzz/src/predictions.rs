//! Predictions change no answer and no refusal.

use crate::sample::{Sample, denying, keeping};
use sf_outbound::{Error, Limits, SObject, ShortCuts, decode_with_short_cuts};

/// With predictions and without, a message has one answer, or one refusal with one place.
pub fn predictions(bytes: &[u8]) {
    for limits in tight() {
        unchanged::<Sample>(bytes, &limits);
    }
    predictions_in_limits(bytes);
}

/// The same under the limits that a listener has, for each thing to do with unknown elements.
pub(crate) fn predictions_in_limits(bytes: &[u8]) {
    let limits = Limits::default();
    unchanged::<Sample>(bytes, &limits);
    unchanged::<keeping::Sample>(bytes, &limits);
    unchanged::<denying::Sample>(bytes, &limits);
}

/// Limits that some messages pass.
pub(crate) fn tight() -> [Limits; 5] {
    let limits = Limits::default();
    [
        limits.elements(14),
        limits.depth(5),
        limits.namespaces(4),
        limits.attributes(2),
        limits.notifications(2),
    ]
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
