//! A stored message with other notification ids and times; every other byte stays.

use crate::args::Send;
use fastrand::Rng;
use roxmltree::{Document, Node};
use sf_outbound::jiff::{SignedDuration, Timestamp};
use sf_outbound::{Id, Limits, check_well_formed};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;

const OUTBOUND: &str = "http://soap.sforce.com/2005/09/outbound";
const SOBJECT: &str = "urn:sobject.enterprise.soap.sforce.com";

/// What is changed in each message.
#[derive(Debug, Clone, Copy)]
pub(super) struct Changes {
    fresh_ids: bool,
    shift_times: bool,
    /// Makes the ids of this run differ from those of any other.
    salt: u64,
}

/// What is changed in the messages of one round.
#[derive(Debug, Clone, Copy)]
pub(super) struct Round {
    pub(super) number: u32,
    /// What is added to each dateTime.
    pub(super) shift: SignedDuration,
}

/// A place of a message, and what stands there.
enum Found {
    Id(Id),
    Time(Timestamp),
}

impl Changes {
    /// `None` where messages go out as they are.
    pub(super) fn new(arguments: &Send) -> Option<Self> {
        let (fresh_ids, shift_times) = (arguments.fresh_ids, arguments.shift_times);
        (fresh_ids || shift_times).then(|| Self { fresh_ids, shift_times, salt: fastrand::u64(..) })
    }

    /// The newest dateTime of a message.
    ///
    /// **Errors.** Why the message cannot be changed.
    pub(super) fn newest(self, message: &[u8]) -> Result<Option<Timestamp>, String> {
        let times = self.find(message)?.into_iter().filter_map(|(_, found)| match found {
            Found::Time(time) => Some(time),
            Found::Id(_) => None,
        });
        Ok(times.max())
    }

    /// The message as it is to be sent in a round.
    pub(super) fn apply(self, message: &[u8], round: Round) -> Result<Vec<u8>, String> {
        let mut changed = Vec::with_capacity(message.len());
        let mut done = 0;
        for (place, found) in self.find(message)? {
            changed.extend_from_slice(&message[done..place.start]);
            let text = match found {
                Found::Id(id) => self.fresh(id, round.number).as_str().to_owned(),
                Found::Time(time) => {
                    let time = time.saturating_add(round.shift).unwrap_or(time);
                    time.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
                }
            };
            changed.extend_from_slice(text.as_bytes());
            done = place.end;
        }
        changed.extend_from_slice(&message[done..]);
        Ok(changed)
    }

    /// Another id with the same prefix and length: for one id the same in a whole round.
    fn fresh(self, id: Id, round: u32) -> Id {
        let mut hasher = DefaultHasher::new();
        (self.salt, round, id).hash(&mut hasher);
        let mut rng = Rng::with_seed(hasher.finish());
        let tail: String = (0..12).map(|_| rng.alphanumeric()).collect();
        let fresh = Id::new(&format!("{}{tail}", id.key_prefix())).unwrap_or(id);
        if id.as_str().len() == 18 { fresh.to_18() } else { fresh }
    }

    /// The places to change, in their order.
    fn find(self, message: &[u8]) -> Result<Vec<(Range<usize>, Found)>, String> {
        check_well_formed(message, None, &Limits::default()).map_err(|error| error.to_string())?;
        let wrong = str::to_owned;
        let text = std::str::from_utf8(message).map_err(|_| wrong("it is not UTF-8"))?;
        let document =
            Document::parse(text).map_err(|_| wrong("it holds more elements than can be looked at"))?;
        let mut found = Vec::new();
        for node in document.descendants().filter(Node::is_element) {
            let parent = node.parent_element();
            let is_in = |name| parent.is_some_and(|parent| parent.has_tag_name((OUTBOUND, name)));
            if self.fresh_ids && node.has_tag_name((OUTBOUND, "Id")) && is_in("Notification") {
                let place = plain_text(node, text)
                    .and_then(|place| Some((Id::new(&text[place.clone()]).ok()?, place)));
                let (id, place) = place.ok_or_else(|| wrong("the Id of a notification is not an id"))?;
                found.push((place, Found::Id(id)));
            } else if self.shift_times && node.tag_name().namespace() == Some(SOBJECT) && is_in("sObject") {
                found.extend(plain_text(node, text).and_then(|place| {
                    let time = date_time(&text[place.clone()])?;
                    Some((place, Found::Time(time)))
                }));
            }
        }
        Ok(found)
    }
}

/// Where an element's text stands, when nothing else stands in it and nothing in it is escaped.
fn plain_text(node: Node<'_, '_>, text: &str) -> Option<Range<usize>> {
    let child = node.first_child().filter(|child| child.is_text() && child.next_sibling().is_none())?;
    let place = child.range();
    (child.text() == text.get(place.clone())).then_some(place)
}

/// A dateTime as Salesforce writes it, `2026-09-09T00:41:57.000Z`: without a WSDL the form is all that tells one.
fn date_time(text: &str) -> Option<Timestamp> {
    const FORM: &[u8; 24] = b"0000-00-00T00:00:00.000Z";
    let fits = |(byte, form): (u8, &u8)| if *form == b'0' { byte.is_ascii_digit() } else { byte == *form };
    let is_date_time = text.len() == FORM.len() && text.bytes().zip(FORM).all(fits);
    is_date_time.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOTH: Changes = Changes { fresh_ids: true, shift_times: true, salt: 7 };
    const DAY: Round = Round { number: 0, shift: SignedDuration::from_hours(24) };

    fn message(notifications: &str) -> String {
        format!(
            "\u{FEFF}<?xml version='1.0'?><e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body>\r\n\
             <notifications xmlns='{OUTBOUND}' xmlns:s='{SOBJECT}'><ActionId>04kx0000000001XAAQ</ActionId>{notifications}\
             </notifications></e:Body></e:Envelope>\n"
        )
    }

    fn changed(text: &str, round: Round) -> String {
        String::from_utf8(BOTH.apply(text.as_bytes(), round).unwrap()).unwrap()
    }

    #[test]
    fn ids_of_notifications_and_times_of_records_change_and_nothing_else() {
        let form = |id: &str, short: &str, time: &str| {
            message(&format!(
                "<Notification><Id>{id}</Id><sObject><s:Id>001x0000000001X</s:Id><s:At>{time}</s:At>\
                 <s:Text> 2026-01-01T00:00:00.000Z</s:Text><s:On>2026-01-01</s:On><s:Odd>2026-01-01T00:00:00Z</s:Odd>\
                 <At>2026-01-01T00:00:00.000Z</At><s:é>&lt;</s:é></sObject></Notification>\
                 <Notification><!-- é --><Id>{short}</Id></Notification>"
            ))
        };
        let old = form("04lx0000000001XAAQ", "04lx0000000002X", "2026-02-28T23:59:59.123Z");
        let new = changed(&old, DAY);
        let ids: Vec<_> =
            new.split("<Id>").skip(1).map(|rest| rest.split_once('<').unwrap().0.to_owned()).collect();
        assert_eq!((ids[0].len(), ids[1].len()), (18, 15));
        assert_eq!(ids[0], Id::new(&ids[0]).unwrap().to_18().as_str(), "the checksum is right");
        assert!(ids.iter().all(|id| id.starts_with("04l") && !old.contains(id.as_str())));
        assert_eq!(new, form(&ids[0], &ids[1], "2026-03-01T23:59:59.123Z"));
        let time = "2026-02-28T23:59:59.123Z".parse().unwrap();
        assert_eq!(BOTH.newest(old.as_bytes()), Ok(Some(time)));
    }

    #[test]
    fn one_id_stays_one_in_a_round_and_is_another_in_the_next() {
        let twice = "<Notification><Id>04lx0000000001XAAQ</Id></Notification><Notification><Id>04lx0000000001X</Id></Notification>";
        let ids = |round| {
            let text = changed(&message(twice), Round { number: round, ..DAY });
            let ids =
                text.split("<Id>").skip(1).map(|rest| Id::new(rest.split_once('<').unwrap().0).unwrap());
            ids.collect::<Vec<_>>()
        };
        let (first, second) = (ids(0), ids(1));
        assert_eq!(first[0], first[1]);
        assert_ne!(first[0], second[0]);
        assert_eq!(first, ids(0));
    }

    #[test]
    fn what_cannot_be_changed_is_refused_and_told_without_its_values() {
        for (text, why) in [
            ("junk".to_owned(), "SFR0102: text before the root element, at 1:1"),
            (
                message("<Notification><Id>secret</Id></Notification>"),
                "the Id of a notification is not an id",
            ),
            (message("<Notification><Id/></Notification>"), "the Id of a notification is not an id"),
            (
                message("<Notification><Id><![CDATA[04lx0000000001XAAQ]]></Id></Notification>"),
                "the Id of a notification is not an id",
            ),
        ] {
            assert_eq!(BOTH.apply(text.as_bytes(), DAY), Err(why.to_owned()), "{text}");
        }
        let utf_16: Vec<u8> = "\u{FEFF}<a/>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(BOTH.newest(&utf_16), Err("it is not UTF-8".to_owned()));
    }

    #[test]
    fn times_at_the_end_of_time_stay() {
        let old = message(
            "<Notification><Id>04lx0000000001XAAQ</Id><sObject><s:At>9999-12-30T00:00:00.000Z</s:At></sObject></Notification>",
        );
        let far = Round { shift: SignedDuration::from_hours(24 * 400), ..DAY };
        assert!(changed(&old, far).contains("9999-12-3"));
        let wrong = message(
            "<Notification><Id>04lx0000000001XAAQ</Id><sObject><s:At>2026-02-30T00:00:00.000Z</s:At></sObject></Notification>",
        );
        assert_eq!(BOTH.newest(wrong.as_bytes()), Ok(None));
    }
}
