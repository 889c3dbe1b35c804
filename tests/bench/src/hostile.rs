//! Large and hostile documents, for the cost of each of their bytes.

use crate::message::{Content, Layout, message};
use std::fmt::Write;

/// Names of the documents that [`hostile`] makes.
pub const HOSTILE: [&str; 8] = [
    "50 kB of notifications",
    "5 MB of notifications",
    "100,000 attributes",
    "100,000 namespace declarations",
    "1,000,000 nested elements",
    "10 MB of text",
    "1,000,000 character references",
    "1,000,000 unknown elements",
];

/// A message with something in it many times; the first two are ordinary.
///
/// # Panics
///
/// When there is no document of that name.
#[must_use]
pub fn hostile(name: &str) -> Vec<u8> {
    let one = || String::from_utf8(message(12, 1, Layout::Compact, Content::Ascii)).unwrap_or_default();
    let in_record = |front: &str, back: &str| {
        let text = one().replacen("</sObject>", &format!("{front}{back}</sObject>"), 1);
        text.into_bytes()
    };
    let numbered = |front: &str, back: &str| {
        (0..100_000).fold(String::new(), |mut text, number| {
            let _ = write!(text, "{front}{number}{back}");
            text
        })
    };
    let on_record =
        |attributes: &str| one().replacen("<sObject ", &format!("<sObject {attributes}"), 1).into_bytes();
    match name {
        "50 kB of notifications" => message(12, 60, Layout::Compact, Content::Ascii),
        "5 MB of notifications" => message(12, 6000, Layout::Compact, Content::Ascii),
        "100,000 attributes" => on_record(&numbered("a", "=\"v\" ")),
        "100,000 namespace declarations" => on_record(&numbered("xmlns:a", "=\"urn:v\" ")),
        "1,000,000 nested elements" => in_record(&"<sf:x>".repeat(1_000_000), &"</sf:x>".repeat(1_000_000)),
        "10 MB of text" => in_record(&format!("<sf:x>{}", "text ".repeat(2_000_000)), "</sf:x>"),
        "1,000,000 character references" => {
            in_record(&format!("<sf:x>{}", "&#x41;".repeat(1_000_000)), "</sf:x>")
        }
        "1,000,000 unknown elements" => in_record(&"<sf:x>y</sf:x>".repeat(1_000_000), ""),
        other => panic!("no document `{other}`"),
    }
}
