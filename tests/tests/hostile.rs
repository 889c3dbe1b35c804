//! Hostile messages: each row is refused for its own fault, or accepted as docs/CONFORMANCE.md says.

use sf_outbound::{Error, Kind, Limits, Notifications, Record, Schema, Value};
use std::fmt::Write;

const ENVELOPE: &str = r#"<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body><notifications xmlns="http://soap.sforce.com/2005/09/outbound"><OrganizationId>00Dx0000000001gEAA</OrganizationId><ActionId>04kx0000000001XAAQ</ActionId>"#;
const NOTIFICATION: &str = r#"<Notification><Id>04lx0000000001XAAQ</Id><sObject xsi:type="sf:Opportunity" xmlns:sf="urn:sobject.enterprise.soap.sforce.com"><sf:Id>006x0000000001XAAQ</sf:Id><sf:Name>n site;</sf:Name><sf:Probability>50.0</sf:Probability></sObject></Notification>"#;
const END: &str = "</notifications></soapenv:Body></soapenv:Envelope>";
const NAME: &str = "<sf:Name>n site;</sf:Name>";

fn valid() -> String {
    [ENVELOPE, NOTIFICATION, END].concat()
}

fn named(name: &str) -> String {
    valid().replace(NAME, &format!("<sf:Name>{name}</sf:Name>"))
}

fn with_dtd(declarations: &str, message: &str) -> String {
    message.replace("?>", &format!("?><!DOCTYPE soapenv:Envelope [{declarations}]>"))
}

fn decode_within(message: &[u8], limits: &Limits) -> Result<Notifications<Record>, Error> {
    let rows =
        [("Name", Kind::Text), ("Probability", Kind::Double)].map(|(name, kind)| (name.to_owned(), kind));
    Schema::new("Opportunity", rows).unwrap().decode(message, limits)
}

fn decode(message: &[u8]) -> Result<Notifications<Record>, Error> {
    decode_within(message, &Limits::default())
}

fn name_of(message: &Notifications<Record>) -> Value<'_> {
    message.notifications[0].sobject.as_ref().unwrap().get("Name").unwrap()
}

/// Refused: the row, the message, the code and a part of what is said.
#[test]
fn what_must_be_refused_is_refused_for_its_own_fault() {
    let laughs = (1..10).fold(String::from("<!ENTITY l0 \"lol\">"), |mut text, level| {
        write!(text, "<!ENTITY l{level} \"{}\">", format!("&l{};", level - 1).repeat(10)).unwrap();
        text
    });
    let attributes: String =
        (0..100_000).flat_map(|n| ["a".into(), n.to_string(), "=\"v\" ".into()]).collect();
    let with_attributes = |attributes: &str| valid().replace("<sObject ", &format!("<sObject {attributes}"));
    let deep = valid().replace(NAME, &["<sf:x>".repeat(1_000_000), "</sf:x>".repeat(1_000_000)].concat());
    let latin =
        |message: String| message.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect::<Vec<_>>();
    #[rustfmt::skip]
    let rows: Vec<(&str, Vec<u8>, &str, &str)> = vec![
        ("01 billion laughs", with_dtd(&laughs, &named("&l9;")).into(), "SFR0105", "document type"),
        ("01b quadratic", with_dtd(&format!("<!ENTITY q \"{}\">", "q".repeat(100_000)), &named(&"&q;".repeat(20_000))).into(), "SFR0105", "document type"),
        ("02 external entity", with_dtd("<!ENTITY x SYSTEM \"file:///etc/passwd\">", &named("&x;")).into(), "SFR0105", "document type"),
        ("02b internal entity", with_dtd("<!ENTITY x \"harmless\">", &named("&x;")).into(), "SFR0105", "document type"),
        ("03 a million deep", deep.into(), "SFR0504", "nested deeper"),
        ("04 50 MB", named(&"x".repeat(50_000_000)).into(), "SFR0501", "bytes"),
        ("05 100,000 attributes", with_attributes(&attributes).into(), "SFR0505", "attributes"),
        ("06 duplicate attribute", with_attributes("xsi:type=\"sf:Opportunity\" ").into(), "SFR0102", "attribute stands twice"),
        ("06b another duplicate", with_attributes("q=\"1\" q=\"2\" ").into(), "SFR0102", "attribute stands twice"),
        ("07 undeclared prefix", valid().replace(NAME, "<zz:Name>x</zz:Name>").into(), "SFR0104", "prefix is not declared"),
        ("08 invalid UTF-8", latin(named("a\u{FF}\u{FE}b")), "SFR0101", "not UTF-8"),
        ("08b overlong UTF-8", latin(named("a\u{C0}\u{AF}b")), "SFR0101", "not UTF-8"),
        ("10 truncated", valid().split("</sObject>").next().unwrap().into(), "SFR0106", "ends"),
        ("10b trailing element", (valid() + "<junk/>").into(), "SFR0102", "second root"),
        ("10c trailing text", (valid() + "junk").into(), "SFR0102", "text after the root"),
        ("11 end of a section in text", named("a]]>b").into(), "SFR0102", "`]]>` in text"),
        ("12 raw NUL", named("a\0b").into(), "SFR0103", "character"),
        ("12b reference to NUL", named("a&#0;b").into(), "SFR0103", "character"),
        ("12c raw control", named("a\u{1}b").into(), "SFR0103", "character"),
        ("12d U+FFFE", named("a\u{FFFE}b").into(), "SFR0103", "character"),
        ("13b namespace of the message", valid().replace("http://soap.sforce.com/2005/09/outbound", "urn:other").into(), "SFR0308", "`notifications` of the namespace `urn:other`"),
        ("13c SOAP 1.2", valid().replace("http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope").into(), "SFR0402", "SOAP 1.2"),
        ("14 101 notifications", [ENVELOPE, &NOTIFICATION.repeat(101), END].concat().into(), "SFR0502", "notifications"),
        ("15 unknown xsi:type", valid().replace("sf:Opportunity", "sf:Bogus").into(), "SFR0304", "xsi:type"),
        ("16 nil with content", valid().replace(NAME, "<sf:Name xsi:nil=\"true\">abc</sf:Name>").into(), "SFR0203", "nil"),
        ("17 duplicate field", valid().replace(NAME, &[NAME, "<sf:Name>second</sf:Name>"].concat()).into(), "SFR0303", "twice"),
        ("18 bad double", valid().replace("50.0", "12abc").into(), "SFR0202", "double"),
        ("20 mismatched end", valid().replace("</sf:Name>", "</sf:Nome>").into(), "SFR0102", "end tag"),
    ];
    for (row, message, code, part) in rows {
        let error = decode(&message).expect_err(row);
        assert!(error.code() == code && error.message().contains(part), "{row}: {error}");
    }
}

#[test]
fn what_may_be_accepted_is_read_right() {
    assert_eq!(name_of(&decode(valid().as_bytes()).unwrap()), Value::Text("n site;"));
    let wide: Vec<u8> = format!("\u{FEFF}{}", valid().replace("UTF-8", "UTF-16"))
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(name_of(&decode(&wide).unwrap()), Value::Text("n site;"), "09 UTF-16");
    let latin: Vec<u8> = named("caf\u{E9}")
        .replace("UTF-8", "ISO-8859-1")
        .chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap())
        .collect();
    assert_eq!(name_of(&decode(&latin).unwrap()), Value::Text("café"), "09b Latin-1, declared");
    let other = valid().replace("sf:", "q1:").replace("xmlns:sf", "xmlns:q1");
    assert_eq!(name_of(&decode(other.as_bytes()).unwrap()), Value::Text("n site;"), "21 other prefix");
    let unknown =
        decode(valid().replace(NAME, &[NAME, "<sf:New__c>v</sf:New__c>"].concat()).as_bytes()).unwrap();
    assert_eq!((unknown.unknown.elements, &*unknown.unknown.names[0]), (1, "New__c"), "19 unknown field");
    let long = named(&"x".repeat(50_000_000));
    let read = decode_within(long.as_bytes(), &Limits::default().body_bytes(64 << 20)).unwrap();
    assert_eq!(name_of(&read).to_string().len(), 50_000_000, "04 50 MB where the limit is raised");
}

/// The fields of another namespace are not ours, and not passed over: they would all be null.
#[test]
fn fields_of_another_namespace_are_not_taken_for_ours() {
    let message = valid().replace("urn:sobject.enterprise.soap.sforce.com", "urn:other");
    assert_eq!(decode(message.as_bytes()).unwrap_err().code(), "SFR0304", "13: nor is its type");
    let untyped = message.replace(" xsi:type=\"sf:Opportunity\"", "");
    assert_eq!(decode(untyped.as_bytes()).unwrap_err().code(), "SFR0308", "13");
}

/// A message that is cut off anywhere is refused, whatever was read before.
#[test]
fn no_prefix_of_a_message_is_accepted() {
    let message = [ENVELOPE, NOTIFICATION, NOTIFICATION, END].concat();
    for end in 0..message.len() {
        assert!(decode(&message.as_bytes()[..end]).is_err(), "{end}");
    }
    for trailing in ["x", "<", "&", "<a/>", "</soapenv:Envelope>", "]]>", "\0", "<![CDATA[]]>"] {
        assert!(decode([&message, trailing].concat().as_bytes()).is_err(), "{trailing}");
    }
    assert!(decode([&message, " \n<!-- c --><?p?>"].concat().as_bytes()).is_ok());
}
