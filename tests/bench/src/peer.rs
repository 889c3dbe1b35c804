//! What a developer would write without us.

use quick_xml::events::Event;
use quick_xml::name::{Namespace, ResolveResult};
use quick_xml::{NsReader, Reader};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use sf_outbound::Id;
use sf_outbound::jiff::Timestamp;
use sf_outbound::jiff::civil::{Date, Time};
use std::borrow::Cow;
use std::hint::black_box;

const OUTBOUND: &str = "http://soap.sforce.com/2005/09/outbound";
const SOBJECT: &str = "urn:sobject.enterprise.soap.sforce.com";
const SOAP: &str = "http://schemas.xmlsoap.org/soap/envelope/";

/// Bare tokens, nothing kept.
pub(crate) fn tokens(_: usize, bytes: &[u8]) {
    let mut reader = Reader::from_reader(bytes);
    while !matches!(black_box(reader.read_event().unwrap()), Event::Eof) {}
}

/// Where elements begin or end.
pub(crate) fn memchr(_: usize, bytes: &[u8]) {
    for place in memchr::memchr_iter(b'<', bytes) {
        black_box(place);
    }
}

/// A value of a text, by the standard library and jiff.
pub(crate) trait Hand: Sized {
    fn read(text: Cow<'_, str>) -> Option<Self>;
}

impl Hand for String {
    fn read(text: Cow<'_, str>) -> Option<Self> {
        Some(text.into_owned())
    }
}

macro_rules! parsed {
    ($($type:ty, |$text:ident| $parsed:expr;)*) => {$(
        impl Hand for $type {
            fn read($text: Cow<'_, str>) -> Option<Self> {
                $parsed
            }
        }
    )*};
}

parsed! {
    Id, |text| text.parse().ok();
    f64, |text| text.trim().parse().ok();
    i32, |text| text.trim().parse().ok();
    bool, |text| text.trim().parse().ok();
    Date, |text| text.trim().parse().ok();
    Timestamp, |text| text.trim().parse().ok();
    Time, |text| text.trim().trim_end_matches('Z').parse().ok();
    Vec<u8>, |text| base64(&text);
}

/// Groups of four letters of the alphabet, which is all that the messages have.
fn base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    for group in text.as_bytes().chunks(4) {
        let mut number = 0_u32;
        for letter in group {
            number = number << 6
                | u32::from(match letter {
                    b'A'..=b'Z' => letter - b'A',
                    b'a'..=b'z' => letter - b'a' + 26,
                    b'0'..=b'9' => letter - b'0' + 52,
                    _ => return None,
                });
        }
        bytes.extend_from_slice(&number.to_be_bytes()[1..]);
    }
    Some(bytes)
}

/// In the place of a record's id until it is read.
const UNREAD: Id = Id::literal("000000000000000");

/// quick-xml's reader with namespaces and a state machine; the records' values only.
pub(crate) fn by_hand<T>(
    bytes: &[u8],
    new: fn(Id) -> T,
    set: fn(&mut T, &str, Cow<'_, str>) -> Option<()>,
) -> Option<Vec<T>> {
    let text = std::str::from_utf8(bytes).ok()?;
    let mut reader = NsReader::from_str(text);
    let mut records: Vec<T> = Vec::new();
    let mut depth = 0;
    loop {
        let (namespace, event) = reader.read_resolved_event().ok()?;
        let bound =
            |expected: &str| matches!(namespace, ResolveResult::Bound(Namespace(name)) if name == expected);
        match event {
            Event::Start(start) => {
                let name = start.local_name();
                let expected = match (depth, name.as_ref()) {
                    (0, "Envelope") | (1, "Body") => bound(SOAP),
                    (2, "notifications") | (3, "Notification") => bound(OUTBOUND),
                    (4, "sObject") if bound(OUTBOUND) => {
                        records.push(new(UNREAD));
                        true
                    }
                    (3 | 4, _) if bound(OUTBOUND) => {
                        content(&mut reader)?;
                        continue;
                    }
                    (5, _) if bound(SOBJECT) => {
                        let value = content(&mut reader)?;
                        set(records.last_mut()?, name.as_ref(), value)?;
                        continue;
                    }
                    _ => false,
                };
                if !expected {
                    return None;
                }
                depth += 1;
            }
            Event::End(_) => depth -= 1,
            Event::Eof => return (depth == 0).then_some(records),
            _ => {}
        }
    }
}

fn content<'a>(reader: &mut NsReader<&'a [u8]>) -> Option<Cow<'a, str>> {
    let mut content: Option<Cow<'a, str>> = None;
    let mut add = |text: Cow<'a, str>| match &mut content {
        Some(content) => content.to_mut().push_str(&text),
        None => content = Some(text),
    };
    loop {
        match reader.read_event().ok()? {
            Event::Text(text) => add(text.xml10_content()),
            Event::CData(text) => add(text.xml10_content()),
            Event::GeneralRef(reference) => match reference.resolve_char_ref().ok()? {
                Some(character) => add(Cow::Owned(character.to_string())),
                None => add(Cow::Borrowed(quick_xml::escape::resolve_xml_entity(&reference.into_inner())?)),
            },
            Event::End(_) => return Some(content.unwrap_or_default()),
            Event::Comment(_) | Event::PI(_) => {}
            _ => return None,
        }
    }
}

/// roxmltree's tree, walked.
pub(crate) fn walked<T>(
    bytes: &[u8],
    new: fn(Id) -> T,
    set: fn(&mut T, &str, Cow<'_, str>) -> Option<()>,
) -> Option<Vec<T>> {
    let document = roxmltree::Document::parse(std::str::from_utf8(bytes).ok()?).ok()?;
    let body = document.root_element().children().find(|node| node.has_tag_name((SOAP, "Body")))?;
    let message = body.children().find(|node| node.has_tag_name((OUTBOUND, "notifications")))?;
    let mut records = Vec::new();
    for notification in message.children().filter(|node| node.has_tag_name((OUTBOUND, "Notification"))) {
        let sobject = notification.children().find(|node| node.has_tag_name((OUTBOUND, "sObject")))?;
        let mut record = new(UNREAD);
        for field in sobject.children().filter(|node| node.tag_name().namespace() == Some(SOBJECT)) {
            set(&mut record, field.tag_name().name(), Cow::Borrowed(field.text().unwrap_or_default()))?;
        }
        records.push(record);
    }
    Some(records)
}

/// A value that serde reads as text.
#[derive(Debug)]
pub(crate) struct Text<T>(pub(crate) T);

impl<'de, T: Hand> Deserialize<'de> for Text<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        T::read(text).map(Self).ok_or_else(|| serde::de::Error::custom("wrong value"))
    }
}

#[derive(Debug, Deserialize)]
#[allow(dead_code)]
pub(crate) struct Envelope<T> {
    #[serde(rename = "Body")]
    pub(crate) body: Body<T>,
}

#[derive(Debug, Deserialize)]
#[allow(dead_code)]
pub(crate) struct Body<T> {
    pub(crate) notifications: Notifications<T>,
}

#[derive(Debug, Deserialize)]
#[allow(dead_code, clippy::struct_field_names)]
pub(crate) struct Notifications<T> {
    #[serde(rename = "OrganizationId")]
    organization_id: Text<Id>,
    #[serde(rename = "ActionId")]
    action_id: Text<Id>,
    #[serde(rename = "EnterpriseUrl")]
    enterprise_url: String,
    #[serde(rename = "PartnerUrl")]
    partner_url: String,
    #[serde(rename = "Notification")]
    pub(crate) notifications: Vec<Notification<T>>,
}

#[derive(Debug, Deserialize)]
#[allow(dead_code)]
pub(crate) struct Notification<T> {
    #[serde(rename = "Id")]
    id: Text<Id>,
    #[serde(rename = "sObject")]
    pub(crate) record: T,
}

/// quick-xml's deserializer with serde's derive.
pub(crate) fn derived<T: DeserializeOwned>(bytes: &[u8]) -> Envelope<T> {
    quick_xml::de::from_str(std::str::from_utf8(bytes).unwrap()).unwrap()
}
