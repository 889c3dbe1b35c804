//! The fields of the benchmarks' Opportunities; the build script reads this file too.

/// The standard fields, sorted as Salesforce does.
const STANDARD: [(&str, &str); 11] = [
    ("AccountId", "ent:ID"),
    ("Amount", "xsd:double"),
    ("CloseDate", "xsd:date"),
    ("CreatedDate", "xsd:dateTime"),
    ("Description", "xsd:string"),
    ("FiscalQuarter", "xsd:int"),
    ("IsClosed", "xsd:boolean"),
    ("Name", "xsd:string"),
    ("Probability", "xsd:double"),
    ("StageName", "xsd:string"),
    ("SystemModstamp", "xsd:dateTime"),
];

/// The types of custom fields, in turn.
const CUSTOM: [&str; 12] = [
    "xsd:string",
    "xsd:double",
    "xsd:string",
    "ent:ID",
    "xsd:boolean",
    "xsd:dateTime",
    "xsd:date",
    "xsd:string",
    "xsd:int",
    "xsd:time",
    "xsd:string",
    "xsd:base64Binary",
];

const WORDS: [&str; 12] = [
    "Region", "Segment", "Forecast", "Legacy", "Partner", "Renewal", "Contract", "Billing", "Shipping",
    "Campaign", "Quota", "Margin",
];

/// Name and type of all fields but `Id`, which counts too.
#[must_use]
pub fn fields(count: usize) -> Vec<(String, &'static str)> {
    let mut fields: Vec<_> = STANDARD.iter().map(|(name, kind)| ((*name).to_owned(), *kind)).collect();
    for number in 0..count.saturating_sub(STANDARD.len() + 1) {
        let words = (WORDS[number % 12], WORDS[(number * 7 + 3) % 12]);
        fields.push((format!("{}_{}_{number:03}__c", words.0, words.1), CUSTOM[number % 12]));
    }
    fields.sort();
    fields
}

/// The WSDL of an outbound message with these fields.
#[must_use]
pub fn wsdl(fields: &[(String, &str)]) -> String {
    let fixture = include_str!("../../wsdl/opportunity.wsdl");
    let (before, rest) = fixture.split_once("<element name=\"AccountId\"").unwrap_or_default();
    let (_, after) = rest.split_once("</sequence>").unwrap_or_default();
    let mut wsdl = before.to_owned();
    for (name, kind) in fields {
        wsdl.extend([
            "<element name=\"",
            name,
            "\" nillable=\"true\" minOccurs=\"0\" type=\"",
            kind,
            "\"/>\n",
        ]);
    }
    wsdl + "</sequence>" + after
}
