//! Any message that can be made encodes to bytes that decode to the same.

use crate::choice::Choice;
use crate::sample::Sample;
use sf_outbound::jiff::civil::{Date, Time};
use sf_outbound::jiff::{Span, Timestamp};
use sf_outbound::{Id, Limits, Notifications, decode};

/// The bytes choose the values of a message.
pub fn round_trip(bytes: &[u8]) {
    let mut choice = Choice(bytes);
    let message = message(&mut choice);
    let again = encoded_and_decoded(&message);
    // As text, because NaN is not equal to itself.
    assert_eq!(format!("{message:?}"), format!("{again:?}"));
}

/// A message after it was encoded and decoded.
pub(crate) fn encoded_and_decoded(message: &Notifications<Sample>) -> Notifications<Sample> {
    let mut bytes = Vec::new();
    message.encode(&mut bytes);
    match decode(&bytes, &Limits::default()) {
        Ok(message) => message,
        Err(error) => panic!("{error}\n{}", String::from_utf8_lossy(&bytes)),
    }
}

impl Choice<'_> {
    fn id(&mut self) -> Id {
        const LETTERS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        let letters: [u8; 18] = self.bytes();
        let text: String = letters.iter().map(|byte| char::from(LETTERS[usize::from(*byte) % 62])).collect();
        let length = if letters[0].is_multiple_of(3) { 15 } else { 18 };
        text[..length].parse().expect("letters and digits")
    }

    /// Characters that XML allows.
    fn text(&mut self) -> String {
        let [length] = self.bytes();
        let length = usize::from(length).min(self.0.len());
        let (taken, rest) = self.0.split_at(length);
        self.0 = rest;
        let text = String::from_utf8_lossy(taken);
        text.chars()
            .filter(|c| {
                (*c >= ' ' || matches!(c, '\t' | '\n' | '\r')) && !matches!(c, '\u{FFFE}' | '\u{FFFF}')
            })
            .collect()
    }
}

fn message(choice: &mut Choice<'_>) -> Notifications<Sample> {
    let [count] = choice.bytes();
    let mut message = Notifications::new(choice.id(), choice.id());
    message.enterprise_url = choice.some(Choice::text);
    message.partner_url = choice.some(Choice::text);
    (0..=count % 4).fold(message, |message, _| message.with(choice.id(), choice.some(record)))
}

fn record(choice: &mut Choice<'_>) -> Sample {
    Sample {
        id: choice.id(),
        a_c: choice.some(Choice::text),
        b_c: choice.some(|choice| choice.text().into_bytes()),
        c_c: choice.some(|choice| choice.number().is_multiple_of(2)),
        d_c: choice.some(date),
        e_c: choice.some(instant),
        f_c: choice.some(|choice| format!("{}.{}", choice.number().cast_signed(), choice.number())),
        g_c: choice
            .some(|choice| f64::from_bits(choice.number()))
            .map(|double| if double.is_nan() { f64::NAN } else { double }),
        h_c: choice.some(Choice::id),
        i_c: choice.some(|choice| i32::from_le_bytes(choice.bytes())),
        j_c: choice.some(|choice| choice.number().cast_signed()),
        k_c: choice.some(Choice::text),
        l_c: choice.some(time),
    }
}

fn date(choice: &mut Choice<'_>) -> Date {
    let days = i64::try_from(choice.number() % 3_652_059).unwrap_or(0);
    Date::constant(1, 1, 1).saturating_add(Span::new().days(days))
}

fn time(choice: &mut Choice<'_>) -> Time {
    let nanoseconds = i64::try_from(choice.number() % 86_400_000_000_000).unwrap_or(0);
    Time::midnight().saturating_add(Span::new().nanoseconds(nanoseconds))
}

fn instant(choice: &mut Choice<'_>) -> Timestamp {
    let seconds = i64::try_from(choice.number() % 300_000_000_000).unwrap_or(0) - 62_135_596_800;
    let nanosecond = i32::try_from(choice.number() % 1_000_000_000).unwrap_or(0);
    Timestamp::new(seconds.min(253_402_207_199), nanosecond).unwrap_or(Timestamp::UNIX_EPOCH)
}
