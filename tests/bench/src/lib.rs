//! Decoding measured against peers: the messages, and each way to read them.
//!
//! `cargo xtask bench` counts instructions with callgrind; `cargo bench -p sf-outbound-bench` measures time.

mod fields;
mod message;
mod peer;

pub use fields::{fields, wsdl};
pub use message::{Content, Layout, message};

use peer::Hand;
use sf_outbound::jiff::Timestamp;
use sf_outbound::jiff::civil::{Date, Time};
use sf_outbound::{Id, Limits};
use std::borrow::Cow;
use std::hint::black_box;

macro_rules! opportunity {
    ($module:ident, $wsdl:literal, $peers:literal) => {
        #[allow(missing_docs, dead_code, unreachable_pub, clippy::pedantic)]
        mod $module {
            use super::*;
            use crate::peer::Text;
            include!(concat!(env!("OUT_DIR"), $wsdl));
            include!(concat!(env!("OUT_DIR"), $peers));
        }
    };
}

opportunity!(opportunity_12, "/opportunity_12.rs", "/peers_12.rs");
opportunity!(opportunity_60, "/opportunity_60.rs", "/peers_60.rs");

/// A way to read a message; the number is of the fields that the type has.
pub type Reader = fn(usize, &[u8]);

/// All ways, ours first.
pub const READERS: [(&str, Reader); 7] = [
    ("sf-outbound", ours),
    ("sf-outbound, no predictions", ours_without_predictions),
    ("quick-xml tokens", peer::tokens),
    ("NsReader typed by hand", by_hand),
    ("quick-xml + serde", derived),
    ("roxmltree walked", walked),
    ("memchr for `<`", peer::memchr),
];

/// Our decoder into the generated type.
///
/// # Panics
///
/// When the message is refused, as all readers do here.
pub fn ours(fields: usize, bytes: &[u8]) {
    let limits = Limits::default();
    match fields {
        12 => drop(black_box(sf_outbound::decode::<opportunity_12::Opportunity>(bytes, &limits).unwrap())),
        _ => drop(black_box(sf_outbound::decode::<opportunity_60::Opportunity>(bytes, &limits).unwrap())),
    }
}

fn ours_without_predictions(fields: usize, bytes: &[u8]) {
    use sf_outbound::decode_without_predictions as decode;
    let limits = Limits::default();
    match fields {
        12 => drop(black_box(decode::<opportunity_12::Opportunity>(bytes, &limits).unwrap())),
        _ => drop(black_box(decode::<opportunity_60::Opportunity>(bytes, &limits).unwrap())),
    }
}

fn by_hand(fields: usize, bytes: &[u8]) {
    match fields {
        12 => drop(black_box(peer::by_hand(bytes, opportunity_12::set).unwrap())),
        _ => drop(black_box(peer::by_hand(bytes, opportunity_60::set).unwrap())),
    }
}

fn derived(fields: usize, bytes: &[u8]) {
    match fields {
        12 => drop(black_box(peer::derived::<opportunity_12::Derived>(bytes))),
        _ => drop(black_box(peer::derived::<opportunity_60::Derived>(bytes))),
    }
}

fn walked(fields: usize, bytes: &[u8]) {
    match fields {
        12 => drop(black_box(peer::walked(bytes, opportunity_12::set).unwrap())),
        _ => drop(black_box(peer::walked(bytes, opportunity_60::set).unwrap())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A peer that reads something else would make the comparison worthless.
    #[test]
    fn all_read_the_same() {
        for (layout, content) in [(Layout::Compact, Content::Ascii), (Layout::Pretty, Content::Rich)] {
            for fields in [12, 60] {
                let bytes = message(fields, 7, layout, content);
                for (_, read) in READERS {
                    read(fields, &bytes);
                }
            }
            let bytes = message(12, 7, layout, content);
            let ours =
                sf_outbound::decode::<opportunity_12::Opportunity>(&bytes, &Limits::default()).unwrap();
            let ours: Vec<_> = ours.notifications.into_iter().filter_map(|one| one.sobject).collect();
            assert_eq!(ours.len(), 7);
            assert_eq!(ours, peer::by_hand(&bytes, opportunity_12::set).unwrap());
            assert_eq!(ours, peer::walked(&bytes, opportunity_12::set).unwrap());
            let derived = peer::derived::<opportunity_12::Derived>(&bytes);
            let derived = derived.body.notifications.notifications;
            assert_eq!(derived.len(), 7);
            for (ours, derived) in ours.iter().zip(derived) {
                assert_eq!(ours.description, derived.record.description);
                assert_eq!(ours.amount, derived.record.amount);
                assert_eq!(ours.created_date, derived.record.created_date.map(|date| date.0));
            }
        }
    }
}
