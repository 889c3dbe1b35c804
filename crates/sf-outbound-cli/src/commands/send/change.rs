//! A stored message with other notification ids and times; every other byte stays.

use crate::args::Send;
use crate::files::Failure;
use fastrand::Rng;
use roxmltree::{Document, Node};
use sf_outbound::jiff::{SignedDuration, Timestamp};
use sf_outbound::{Id, Limits, check_well_formed};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;
use std::path::Path;

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
    pub(super) fn newest(self, name: &Path, message: &[u8]) -> Result<Option<Timestamp>, Failure> {
        let times = self.find(name, message)?.into_iter().filter_map(|(_, found)| match found {
            Found::Time(time) => Some(time),
            Found::Id(_) => None,
        });
        Ok(times.max())
    }

    /// The message as it is to be sent in a round.
    pub(super) fn apply(self, name: &Path, message: &[u8], round: Round) -> Result<Vec<u8>, Failure> {
        let mut changed = Vec::with_capacity(message.len());
        let mut done = 0;
        for (place, found) in self.find(name, message)? {
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
    fn find(self, name: &Path, message: &[u8]) -> Result<Vec<(Range<usize>, Found)>, Failure> {
        let shown = name.display();
        check_well_formed(message, None, &Limits::default()).map_err(|error| {
            let (line, column, code) = (error.line(), error.column(), error.code());
            Failure::Wrong(format!("{shown}:{line}:{column}: error[{code}]: {}", error.message()))
        })?;
        let wrong = |why| Failure::Wrong(format!("error: {shown} cannot be changed: {why}"));
        let text = std::str::from_utf8(message).map_err(|_| wrong("it is not UTF-8"))?;
        let document = Document::parse(text).map_err(|_| wrong("it is not well-formed"))?;
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
