//! Records that are written like the one before, and not quite: the shape of a record changes no answer.

use crate::choice::Choice;
use crate::predictions::unchanged;
use crate::sample::Sample;
use crate::seed::FIELDS;
use sf_outbound::Limits;

const OUTBOUND: &str = "http://soap.sforce.com/2005/09/outbound";
const SOBJECT: &str = "urn:sobject.enterprise.soap.sforce.com";

/// A message of several records from one template, each changed here and there, and its bytes in the end too.
pub fn shapes(bytes: &[u8]) {
    let mut choice = Choice(bytes);
    let mut text = message(&mut choice).into_bytes();
    for _ in 0..choice.below(4) {
        let at = usize::try_from(choice.number()).unwrap_or(0) % text.len();
        match choice.below(4) {
            0 => text[at] = choice.of(b"<>/ &:=\"'xs"),
            1 => drop(text.remove(at)),
            2 => text.insert(at, choice.of(b"<>/ &:=\"'xs")),
            _ => text.truncate(at.max(1)),
        }
    }
    let limits = Limits::default();
    // Few enough that one of them is met within the records, whatever their number.
    unchanged::<Sample>(&text, &limits.elements(20 + usize::from(choice.below(100))));
    unchanged::<Sample>(&text, &limits);
}

/// One field of the template: its name, what stands before it, and its value.
type Part = (&'static str, &'static str, &'static str);

fn message(choice: &mut Choice<'_>) -> String {
    let prefix = choice.of(&["sf:", "sf:", "sf:", "q:", ""]);
    let template: Vec<Part> = (0..choice.below(9))
        .map(|_| {
            let (name, value) = choice.of(&FIELDS);
            (name, between(choice), value)
        })
        .collect();
    let mut records = String::new();
    for _ in 0..3 + choice.below(4) {
        records += &record(choice, prefix, &template);
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" \
         xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><soapenv:Body>\
         <notifications xmlns=\"{OUTBOUND}\"><OrganizationId>00Dx0000000001gEAA</OrganizationId>\
         <ActionId>04kx0000000001XAAQ</ActionId>{records}</notifications></soapenv:Body></soapenv:Envelope>"
    )
}

fn between(choice: &mut Choice<'_>) -> &'static str {
    if choice.one_in(40) {
        "x"
    } else {
        choice.of(&[
            "",
            "",
            "",
            " ",
            "
     ",
            "<!-- a -->",
            "<?p?>",
        ])
    }
}

fn record(choice: &mut Choice<'_>, prefix: &str, template: &[Part]) -> String {
    // Most records are as the template says, so that there is a shape to differ from.
    let odd = choice.one_in(3);
    let prefix = if odd && choice.one_in(4) { choice.of(&["sf:", "q:", "", "z:"]) } else { prefix };
    let namespace = if odd && choice.one_in(8) { "urn:other" } else { SOBJECT };
    let mut fields = format!("<{prefix}Id>a00x0000000001XAAQ</{prefix}Id>");
    let id_last = choice.one_in(6);
    let mut body = String::new();
    for (name, before, value) in template {
        let what = if odd { choice.below(20) } else { 0 };
        body += before;
        let field = match what {
            1 => String::new(),
            2 => format!("<{prefix}{name} xsi:nil=\"true\"/>"),
            3 => format!("<{prefix}{name}>{value}&#32;</{prefix}{name}>"),
            4 => format!("<{prefix}{name}>{value}<!-- b --></{prefix}{name}>"),
            5 => format!("<{prefix}{name}>{value}</{prefix}{name} >"),
            6 => format!("<{prefix}{name} a=\"b\">{value}</{prefix}{name}>"),
            7 => format!("<{prefix}{name}/>"),
            8 => format!("<{prefix}New__c>{value}</{prefix}New__c>"),
            9 => format!("<{prefix}Id>a00x0000000001XAAQ</{prefix}Id>"),
            11 => format!("<New xmlns=\"urn:new\">{value}</New>"),
            12 => format!("<{prefix}New__c a=\"b\">{value}</{prefix}New__c>"),
            13 => format!("<{prefix}fieldsToNull>{name}</{prefix}fieldsToNull>"),
            // With another prefix, which stands for the same or for another namespace.
            14..=16 => format!("<also:{name}>{value}</also:{name}>"),
            10 => format!("<{prefix}{name}>{}</{prefix}{name}>", choice.of(&FIELDS).1),
            _ => format!("<{prefix}{name}>{value}</{prefix}{name}>"),
        };
        body += &field;
    }
    if id_last {
        std::mem::swap(&mut fields, &mut body);
    }
    let own = prefix.trim_end_matches(':');
    let also = if choice.one_in(3) { "urn:other" } else { SOBJECT };
    let outer = if odd { choice.of(&["sObject", "o:sObject"]) } else { "sObject" };
    let end = if odd && choice.one_in(9) { "o:sObject" } else { outer };
    let declares = match own {
        "" => format!("xmlns:t=\"{SOBJECT}\" xsi:type=\"t:Sample__c\" xmlns=\"{namespace}\""),
        own => format!("xsi:type=\"{own}:Sample__c\" xmlns:{own}=\"{namespace}\""),
    };
    // Without a prefix it would not be of the namespace that it has to be of.
    let (tag, end) = if own.is_empty() { ("o:sObject", "o:sObject") } else { (outer, end) };
    format!(
        "<Notification><Id>04lx0000000001XAAQ</Id><{tag} xmlns:o=\"{OUTBOUND}\" xmlns:also=\"{also}\" {declares}>{fields}{body}\
         </{end}></Notification>"
    )
}
