//! Foreign values, cut and made visible; numbers, moments and parts of URLs as text.

use jiff::Timestamp;
use maud::{Markup, html};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::fmt::Write;

/// These characters have no special meaning in any part of a URL.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// At most `most` characters of a text; if it is longer, a mark says how long it is. Control characters, which would be
/// invisible or change the direction of the text, are shown as a sign or as their number.
///
/// # Example
///
/// ```
/// use sf_outbound_page::text::shown;
///
/// assert_eq!(shown("<b>\u{1b}[2J\u{202e}", 100).into_string(), "&lt;b&gt;␛[2J⟨U+202E⟩");
/// assert!(shown("a long text", 6).into_string().starts_with("a long<span"));
/// ```
#[must_use]
pub fn shown(text: &str, most: usize) -> Markup {
    let mut kept = String::new();
    for character in text.chars().take(most) {
        push_visible(&mut kept, character);
    }
    // Counted only where it is needed, and a character has at least a byte.
    let all = if text.len() > most { text.chars().count() } else { 0 };
    html! {
        (kept)
        @if all > most {
            span class="cut" { "… cut: " (grouped(all)) " characters in all" }
        }
    }
}

/// A control character would be invisible, or turn the text around it.
fn push_visible(text: &mut String, character: char) {
    match character {
        '\n' | '\t' => text.push(character),
        '\u{0}'..='\u{1f}' => text.extend(char::from_u32(0x2400 + u32::from(character))),
        '\u{7f}' => text.push('\u{2421}'),
        '\u{80}'..='\u{9f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}' => {
            // Writing to a string does not fail.
            let _ = write!(text, "\u{27e8}U+{:04X}\u{27e9}", u32::from(character));
        }
        other => text.push(other),
    }
}

/// A number with separators of thousands.
///
/// # Example
///
/// ```
/// assert_eq!(sf_outbound_page::text::grouped(1_000_000), "1,000,000");
/// ```
pub fn grouped(number: impl TryInto<i64>) -> String {
    let number: i64 = number.try_into().unwrap_or(i64::MAX);
    let digits = number.unsigned_abs().to_string();
    let mut text = String::from(if number < 0 { "-" } else { "" });
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number and its noun, with an `s` unless the number is 1.
///
/// # Example
///
/// ```
/// use sf_outbound_page::text::count;
///
/// assert_eq!((count(1, "message"), count(2_000, "message")), ("1 message".into(), "2,000 messages".into()));
/// ```
pub fn count(number: impl TryInto<i64> + Copy, noun: &str) -> String {
    let is_one = number.try_into().is_ok_and(|number: i64| number == 1);
    format!("{} {noun}{}", grouped(number), if is_one { "" } else { "s" })
}

/// A moment and its distance from now, both given in milliseconds since 1970. It shows the day if that is not today.
///
/// # Example
///
/// ```
/// use sf_outbound_page::text::time;
///
/// let shown = time(60_000, 0).into_string();
/// assert!(shown.contains(">00:01:00</time>") && shown.contains("in 60 s"), "{shown}");
/// ```
#[must_use]
pub fn time(millis: i64, now: i64) -> Markup {
    const DAY: i64 = 24 * 60 * 60 * 1_000;
    let is_today = millis.div_euclid(DAY) == now.div_euclid(DAY);
    let format = if is_today { "%H:%M:%S" } else { "%Y-%m-%d %H:%M:%S" };
    html! {
        (clock(millis, format))
        " " span class="ago" { (distance(millis - now)) }
    }
}

/// A moment in a form of `strftime`, which has to be valid.
pub(crate) fn clock(millis: i64, form: &str) -> Markup {
    let moment = Timestamp::from_millisecond(millis).unwrap_or_default();
    html! { time datetime=(format!("{moment:.3}")) { (moment.strftime(form)) } }
}

/// A moment, or the text `otherwise`.
///
/// # Example
///
/// ```
/// let shown = sf_outbound_page::text::time_or(None, 0, "never").into_string();
/// assert_eq!(shown, "<span class=\"none\">never</span>");
/// ```
#[must_use]
pub fn time_or(millis: Option<i64>, now: i64, otherwise: &str) -> Markup {
    html! {
        @match millis {
            Some(millis) => (time(millis, now)),
            None => span class="none" { (otherwise) },
        }
    }
}

/// `in 4 min`, `12 s ago`.
fn distance(millis: i64) -> String {
    if millis.abs() < 1_000 {
        return "now".to_owned();
    }
    let length = length(millis.abs());
    if millis > 0 { format!("in {length}") } else { format!("{length} ago") }
}

/// A duration in milliseconds, in the unit that fits.
///
/// # Example
///
/// ```
/// use sf_outbound_page::text::length;
///
/// assert_eq!([90_000, 7_100_000].map(length), ["90 s", "118 min"]);
/// ```
#[must_use]
pub fn length(millis: i64) -> String {
    let seconds = millis / 1_000;
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds / 60),
        7_200..172_800 => format!("{} h", seconds / 3_600),
        _ => format!("{} d", seconds / 86_400),
    }
}

/// A text as one part of a path or query: it escapes every character with a special meaning.
///
/// # Example
///
/// ```
/// assert_eq!(sf_outbound_page::text::encoded("a/b?c"), "a%2Fb%3Fc");
/// ```
#[must_use]
pub fn encoded(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_invisible_and_no_markup_is_left() {
        let hostile = "<b>&\"\u{0}\u{1b}[2J\u{7f}\u{202e}\u{feff}\u{85}\n";
        let safe = shown(hostile, 100).into_string();
        assert_eq!(safe, "&lt;b&gt;&amp;&quot;␀␛[2J␡⟨U+202E⟩⟨U+FEFF⟩⟨U+0085⟩\n");
        let cut = shown(&"ä".repeat(1_500_000), 3).into_string();
        assert_eq!(cut, "äää<span class=\"cut\">… cut: 1,500,000 characters in all</span>");
        assert_eq!(shown("äöü", 3).into_string(), "äöü");
    }

    #[test]
    fn numbers_times_and_paths_read_well() {
        assert_eq!(
            [0, 999, 1_000, -1_234_567].map(|number: i64| grouped(number)),
            ["0", "999", "1,000", "-1,234,567"]
        );
        assert_eq!((count(1, "row"), count(2, "row")), ("1 row".to_owned(), "2 rows".to_owned()));
        let distances = [0, 1_000, -119_000, 120_000, 7_200_000, -172_800_000].map(distance);
        assert_eq!(distances, ["now", "in 1 s", "119 s ago", "in 2 min", "in 2 h", "2 d ago"]);
        assert_eq!(encoded("a/ü?&\"'"), "a%2F%C3%BC%3F%26%22%27");
    }
}
