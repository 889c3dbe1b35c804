//! Writes the WSDL that is bound to an outbound message, as Salesforce does.

use sf_outbound_field::Kind;

/// The text with holes for the object, the lines of its fields and the address.
///
/// Blanks, tabs and blank lines are Salesforce's, whose files have been the same since 2014 but for these
/// holes and the comments; its line ends, which mix both conventions, are not kept.
const TEMPLATE: &str = include_str!("outbound.wsdl");

/// The WSDL that is bound to an outbound message.
///
/// `object` and the fields are API names, the address is where the message goes.
/// The fields are in ASCII order, whatever their order in the model. `Id`, which every record has, is never among them.
///
/// # Example
///
/// ```
/// use sf_outbound_wsdl::{ReadOptions, Kind, read, write};
///
/// let text = write("Account", &[("Name", Kind::Text)], "http://localhost:8080/salesforce");
/// let model = read("account.wsdl", text.as_bytes(), &ReadOptions::default()).model.unwrap();
/// assert_eq!((model.object.text.as_str(), model.fields[0].name.as_str()), ("Account", "Name"));
/// ```
#[must_use]
pub fn write(object: &str, fields: &[(&str, Kind)], address: &str) -> String {
    let mut fields: Vec<_> = fields.iter().filter(|(name, _)| *name != "Id").collect();
    fields.sort_unstable();
    fields.dedup_by_key(|(name, _)| *name);
    let lines: String = fields.iter().map(|(name, kind)| line(name, *kind)).collect();
    let (object, address) = (escaped(object), escaped(address));
    // One pass, for what fills a hole may look like one.
    let mut text = String::with_capacity(TEMPLATE.len() + lines.len() + 200);
    let mut rest = TEMPLATE;
    while let Some((before, hole)) = rest.split_once('{') {
        text.push_str(before);
        let (name, after) = hole.split_once('}').unwrap_or((hole, ""));
        rest = after;
        match name {
            "object" => text.push_str(&object),
            "fields" => text.push_str(&lines),
            "address" => text.push_str(&address),
            // The pattern of ids has braces too.
            _ => text.extend(["{", name, "}"]),
        }
    }
    text + rest
}

fn line(name: &str, kind: Kind) -> String {
    let (name, kind) = (escaped(name), kind.xsd_name());
    format!(
        "                        <element name=\"{name}\" nillable=\"true\" minOccurs=\"0\" type=\"{kind}\"/>\n"
    )
}

/// The value of an attribute between quotes; what XML does not allow becomes U+FFFD.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '"' => escaped.push_str("&quot;"),
            '\t' => escaped.push_str("&#x9;"),
            '\n' => escaped.push_str("&#xA;"),
            '\r' => escaped.push_str("&#xD;"),
            '\0'..='\x1F' | '\u{FFFE}' | '\u{FFFF}' => escaped.push('\u{FFFD}'),
            character => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ReadOptions, read};

    #[test]
    fn what_fills_a_hole_is_text_and_nothing_else() {
        let address = "http://a/{object}?x=\"1\"&y=<2>'{fields}\r\n\t\u{1}";
        let text = write("A__c", &[], address);
        let model = read("a.wsdl", text.as_bytes(), &ReadOptions::default()).model.unwrap();
        assert_eq!(model.address.text, address.replace('\u{1}', "\u{FFFD}"));
        assert!(text.contains("[a-zA-Z0-9]{18}"));
    }

    #[test]
    fn fields_stand_once_and_in_ascii_order_without_the_id() {
        let fields = ["b__c", "Event__c", "Id", "EventDetail__c", "SLA__c", "ShippingCity", "b__c"];
        let text = write("A__c", &fields.map(|name| (name, Kind::Text)), "http://a/");
        let model = read("a.wsdl", text.as_bytes(), &ReadOptions::default()).model.unwrap();
        let names: Vec<_> = model.fields.iter().map(|field| field.name.as_str()).collect();
        assert_eq!(names, ["EventDetail__c", "Event__c", "SLA__c", "ShippingCity", "b__c"]);
    }

    /// The type `sObject`, which every other extends, has it.
    #[test]
    fn an_id_among_the_fields_is_refused() {
        let text = write("A__c", &[("Name", Kind::Text)], "http://a/").replace("\"Name\"", "\"Id\"");
        let reading = read("a.wsdl", text.as_bytes(), &ReadOptions::default());
        assert!(reading.model.is_none());
        assert!(reading.report.to_string().starts_with("error[SFW0205]: the field `Id` stands twice"));
    }
}
