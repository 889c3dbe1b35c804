//! The scanner against two other parsers.

use quick_xml::events::Event;
use sf_outbound::{Error, Limits, check_well_formed};

/// A document is accepted or refused as roxmltree does it, but for what that does not check; and what is accepted
/// has the elements that quick-xml finds.
pub fn well_formed(bytes: &[u8]) {
    let ours = check_well_formed(bytes, None, &Limits::default());
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if text.contains("encoding") && !text.to_ascii_lowercase().contains("utf") {
        return; // Another encoding than UTF-8, which the others do not read.
    }
    let theirs = roxmltree::Document::parse(text);
    // The prefix `xml` needs no declaration, on elements neither.
    let xml_element =
        matches!(&theirs, Err(roxmltree::Error::UnknownNamespace(prefix, _)) if prefix == "xml");
    let agree = ours.is_ok() == theirs.is_ok()
        || ours.as_ref().map_or_else(|error| only_ours(text, error), |()| xml_element);
    assert!(agree, "ours {ours:?}, theirs {:?}\n{text}", theirs.err());
    if let (Ok(()), Ok(document)) = (ours, theirs) {
        let elements = document.descendants().filter(roxmltree::Node::is_element).count();
        assert_eq!(elements, elements_of_quick_xml(text), "{text}");
    }
}

fn elements_of_quick_xml(text: &str) -> usize {
    let mut reader = quick_xml::NsReader::from_str(text);
    let mut elements = 0;
    loop {
        match reader.read_event() {
            Ok(Event::Start(_) | Event::Empty(_)) => elements += 1,
            Ok(Event::Eof) => return elements,
            Ok(_) => {}
            Err(error) => panic!("quick-xml refuses what we accept: {error}\n{text}"),
        }
    }
}

/// What XML 1.0 and Namespaces in XML forbid and roxmltree does not, or what it reads and we refuse by intent.
fn only_ours(text: &str, error: &Error) -> bool {
    // Places count in the text as it is read, with line feeds as its only line ends.
    let text = text.trim_start_matches('\u{FEFF}').replace("\r\n", "\n");
    let declaration_end = text.find("?>").map_or(text.len(), |end| end + 2);
    // What the declaration says of the encoding, and its grammar.
    let in_declaration = text.starts_with("<?xml") && error.offset() < declaration_end;
    let rest = text.get(error.offset()..).unwrap_or_default();
    let by_message = match error.message() {
        "attribute stands twice" => text.matches("xmlns").count() > 1,
        "prefix declared as no namespace"
        | "name with two colons"
        | "prefix `xmlns` declared"
        | "character reference to no character"
        | "reserved namespace declared" => true,
        "name expected" => rest.starts_with(':'),
        message => message.contains("processing instruction") || message.starts_with("XML declaration "),
    };
    in_declaration || by_message || error.is_limit() || matches!(error.code(), "SFR0101" | "SFR0105")
}
