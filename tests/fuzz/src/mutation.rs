//! Mutations that keep most of a document as it is.

use fastrand::Rng;

/// Pieces that mean something in messages, WSDLs and values.
const PIECES: [&str; 50] = [
    "<",
    ">",
    "/>",
    "</",
    "&",
    ";",
    "\"",
    "'",
    "=",
    ":",
    " ",
    "\n",
    "\r",
    "\r\n",
    "\t",
    "]]>",
    "<![CDATA[",
    "<!--",
    "-->",
    "<?x ?>",
    "&amp;",
    "&#65;",
    "&#x0;",
    "&#xD800;",
    "<!DOCTYPE a>",
    " xsi:nil=\"true\"",
    " xmlns=\"\"",
    " xmlns:sf=\"urn:x\"",
    "sf:",
    "<sf:K__c>",
    "</sf:K__c>",
    "<sf:New/>",
    "</sObject>",
    "\u{FEFF}",
    "\u{FFFE}",
    "é",
    "\0",
    "-",
    "E5",
    "0",
    "9",
    ".",
    "INF",
    "Z",
    "null",
    "+0000",
    ",",
    "{",
    "\"Id\":",
    "\\u00e9",
];

/// A seed with one to four changes; the same for the same random numbers.
#[must_use]
pub fn mutated(seeds: &[Vec<u8>], random: &mut Rng) -> Vec<u8> {
    let mut bytes = seeds[random.usize(..seeds.len())].clone();
    for _ in 0..=random.usize(..4) {
        if bytes.is_empty() {
            break;
        }
        let at = random.usize(..bytes.len());
        let end = (at + 1 + random.usize(..24)).min(bytes.len());
        match random.u8(..8) {
            0 => bytes.truncate(at),
            1 => drop(bytes.drain(at..end)),
            2 => bytes[at] = random.u8(..),
            3 | 4 => {
                let piece = PIECES[random.usize(..PIECES.len())].as_bytes();
                bytes.splice(at..at, piece.iter().copied());
            }
            5 => {
                let piece = PIECES[random.usize(..PIECES.len())].as_bytes();
                bytes.splice(at..end, piece.iter().copied());
            }
            6 => {
                let piece = bytes[at..end].to_vec();
                let to = random.usize(..=bytes.len());
                bytes.splice(to..to, piece);
            }
            _ => {
                let other = random.usize(..bytes.len());
                bytes.swap(at, other);
            }
        }
    }
    bytes
}
