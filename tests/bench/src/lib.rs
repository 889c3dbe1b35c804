//! Decoding measured against peers: the messages, and each way to read them.
//!
//! `cargo xtask bench` counts instructions with callgrind; `cargo bench -p sf-outbound-bench` measures time.

mod fields;
mod hostile;
mod message;
mod peer;

pub use fields::{fields, wsdl};
pub use hostile::{HOSTILE, hostile};
pub use message::{Content, Layout, message};

use peer::Hand;
use sf_outbound::jiff::Timestamp;
use sf_outbound::jiff::civil::{Date, Time};
use sf_outbound::{Ack, Call, Failure, Id, Limits, NotificationService, ShortCuts, decode_with_short_cuts};
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

/// Whether our decoder accepts a message of 12 fields.
#[must_use]
pub fn try_ours(bytes: &[u8], limits: &Limits) -> bool {
    black_box(sf_outbound::decode::<opportunity_12::Opportunity>(bytes, limits)).is_ok()
}

/// A server of our own whose handler does nothing but ack.
#[must_use]
pub fn listener() -> opportunity_12::NotificationServer {
    opportunity_12::NotificationServer::new(Acknowledge)
}

/// The handler of [`listener`].
#[derive(Debug)]
pub struct Acknowledge;

impl NotificationService<opportunity_12::Opportunity> for Acknowledge {
    async fn notifications(&self, call: Call<opportunity_12::Opportunity>) -> Result<Ack, Failure> {
        drop(black_box(call.message));
        Ok(Ack::Accepted)
    }
}

/// Reads a message of 12 fields, and gives what encodes it into a buffer.
///
/// # Panics
///
/// When the message is refused.
pub fn encoder(bytes: &[u8]) -> impl Fn(&mut Vec<u8>) + use<> {
    let message = sf_outbound::decode::<opportunity_12::Opportunity>(bytes, &Limits::default()).unwrap();
    move |out| message.encode(out)
}

/// How many strings a message of 12 fields keeps: the addresses of its header and the values of its records.
///
/// # Panics
///
/// When the message is refused.
#[must_use]
pub fn strings(bytes: &[u8]) -> usize {
    let message = sf_outbound::decode::<opportunity_12::Opportunity>(bytes, &Limits::default()).unwrap();
    let records = message.notifications.iter().filter_map(|one| one.sobject.as_ref());
    let header = [&message.enterprise_url, &message.partner_url].into_iter().flatten().count();
    header
        + records
            .map(|record| {
                [&record.description, &record.name, &record.stage_name].into_iter().flatten().count()
            })
            .sum::<usize>()
}

fn ours_without_predictions(fields: usize, bytes: &[u8]) {
    use opportunity_12::Opportunity as Opportunity12;
    use opportunity_60::Opportunity as Opportunity60;
    let limits = Limits::default();
    match fields {
        12 => {
            drop(black_box(
                decode_with_short_cuts::<Opportunity12>(bytes, &limits, ShortCuts::Leaves).unwrap(),
            ));
        }
        _ => drop(black_box(
            decode_with_short_cuts::<Opportunity60>(bytes, &limits, ShortCuts::Leaves).unwrap(),
        )),
    }
}

fn by_hand(fields: usize, bytes: &[u8]) {
    match fields {
        12 => drop(black_box(
            peer::by_hand(bytes, opportunity_12::Opportunity::new, opportunity_12::set).unwrap(),
        )),
        _ => drop(black_box(
            peer::by_hand(bytes, opportunity_60::Opportunity::new, opportunity_60::set).unwrap(),
        )),
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
        12 => drop(black_box(
            peer::walked(bytes, opportunity_12::Opportunity::new, opportunity_12::set).unwrap(),
        )),
        _ => drop(black_box(
            peer::walked(bytes, opportunity_60::Opportunity::new, opportunity_60::set).unwrap(),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A peer that reads something else would make the comparison worthless.
    #[test]
    fn all_read_the_same() {
        for (layout, content) in [
            (Layout::Compact, Content::Ascii),
            (Layout::Pretty, Content::Rich),
            (Layout::Foreign, Content::Ascii),
        ] {
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
            assert_eq!(
                ours,
                peer::by_hand(&bytes, opportunity_12::Opportunity::new, opportunity_12::set).unwrap()
            );
            assert_eq!(
                ours,
                peer::walked(&bytes, opportunity_12::Opportunity::new, opportunity_12::set).unwrap()
            );
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
