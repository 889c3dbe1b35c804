//! Records as they were sent: their own bytes are enough, and what they say is the same however it is written.

#[macro_use]
mod object;

use sf_outbound::{Head, Id, Kind, Limits, Notifications, RawReader, RawRecord, Schema, Value};

object!(Account { 0 name: String = "Name" Text, 1 site: String = "Site" Text, });

const HEAD: &str = "<?xml version='1.0'?><soapenv:Envelope xmlns:soapenv='http://schemas.xmlsoap.org/soap/envelope/' \
     xmlns:xsd='http://www.w3.org/2001/XMLSchema' xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'><soapenv:Body>\
     <notifications xmlns='http://soap.sforce.com/2005/09/outbound'><OrganizationId>00Dx0000000001g</OrganizationId>\
     <ActionId>04kx0000000001X</ActionId><SessionId>00D!SECRET</SessionId><EnterpriseUrl>https://e</EnterpriseUrl>\
     <PartnerUrl>https://p</PartnerUrl>";
const FOOT: &str = "</notifications></soapenv:Body></soapenv:Envelope>";
const SF: &str = "xmlns:sf='urn:sobject.enterprise.soap.sforce.com'";

fn split(notifications: &str) -> Notifications<RawRecord> {
    read(&format!("{HEAD}{notifications}{FOOT}")).unwrap()
}

fn read(message: &str) -> Result<Notifications<RawRecord>, String> {
    let read = RawReader::new().read(Head::post("text/xml"), message.as_bytes());
    read.map_err(|refusal| refusal.to_string())
}

fn record(sobject: &str) -> RawRecord {
    let message = split(&format!("<Notification><Id>04lx0000000001X</Id>{sobject}</Notification>"));
    message.notifications.into_iter().next().unwrap().sobject.unwrap()
}

fn fields(fields: &str) -> RawRecord {
    record(&format!("<sObject xsi:type='sf:Account' {SF}><sf:Id>001x0000000001X</sf:Id>{fields}</sObject>"))
}

#[test]
fn a_message_of_any_type_is_split_and_its_records_are_whole() {
    let message = split(&format!(
        "<Notification><Id>04lx0000000001X</Id><sObject xsi:type='sf:Account' {SF}><sf:Id>001x0000000001X</sf:Id>\
         <sf:Name>A &amp; B</sf:Name><sf:New__c><!-- kept -->1</sf:New__c></sObject></Notification>\
         <Notification><Id>04lx0000000002X</Id></Notification>\
         <Notification><Id>04lx0000000003X</Id><sObject xsi:nil='true'/></Notification>\
         <Notification><Id>04lx0000000004X</Id><sObject xsi:type='sf:Case' {SF}><sf:Id>500x0000000001X</sf:Id>\
         <sf:SystemModstamp>2026-01-31T09:00:00Z</sf:SystemModstamp>\
         <sf:LastModifiedDate>2026-01-30T09:00:00Z</sf:LastModifiedDate></sObject></Notification>"
    ));
    assert_eq!(
        (message.organization_id, message.action_id),
        (Id::literal("00Dx0000000001g"), Id::literal("04kx0000000001X"))
    );
    assert_eq!(
        (message.enterprise_url.as_deref(), message.partner_url.as_deref()),
        (Some("https://e"), Some("https://p"))
    );
    assert!(!format!("{message:?}").contains("SECRET"));
    let records: Vec<_> = message.notifications.iter().map(|one| one.sobject.as_ref()).collect();
    let [Some(account), None, None, Some(case)] = records[..] else { panic!("{records:?}") };
    assert_eq!(
        (account.object(), account.id(), account.modified_at()),
        (Some("Account"), Some(Id::literal("001x0000000001X")), None)
    );
    assert!(
        account.xml().starts_with("<sObject xsi:type=") && account.xml().ends_with("1</sf:New__c></sObject>")
    );
    // Neither `soapenv` nor `xsd` is used.
    assert_eq!(
        account.scope(),
        "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns=\"http://soap.sforce.com/2005/09/outbound\""
    );
    assert_eq!((case.object(), case.modified_at()), (Some("Case"), "2026-01-31T09:00:00Z".parse().ok()));

    let read: Account = account.decode(&Limits::default()).unwrap();
    assert_eq!((read.id, read.name.as_deref()), (Id::literal("001x0000000001X"), Some("A & B")));
    let newer = Schema::new("Account", ["Name", "New__c"].map(|name| (name.to_owned(), Kind::Text))).unwrap();
    let read = account.decode_with(&newer, &Limits::default()).unwrap();
    assert_eq!(read.get("New__c"), Some(Value::Text("1")), "a later type sees what today's does not know");
    assert_eq!(case.decode::<Account>(&Limits::default()).unwrap_err().code(), "SFR0304");
    for stored in [account, case] {
        assert_eq!(
            RawRecord::from_parts(stored.xml(), stored.scope(), &Limits::default()).as_ref(),
            Ok(stored)
        );
    }
}

/// Each row is one record, written in several ways.
#[test]
fn the_same_record_is_the_same_however_it_is_written() {
    let plain = fields("<sf:Name>A &amp; B</sf:Name><sf:Site></sf:Site><sf:Nil xsi:nil='true'/>");
    let typed = fields("<sf:N xsi:type='xsd:string'>1</sf:N>");
    for (one, ways) in [
        (
            &plain,
            vec![
                "<sObject xsi:type='sf:Account' xmlns:sf='urn:sobject.enterprise.soap.sforce.com'>\n  <sf:Id>001x0000000001X</sf:Id>\n \
                 <sf:Name><![CDATA[A & B]]></sf:Name><!-- a --><sf:Site/><sf:Nil xsi:nil=' 1 '></sf:Nil>\n</sObject>",
                "<o:sObject xmlns:o='http://soap.sforce.com/2005/09/outbound' x:type='Account' \
                 xmlns:x='http://www.w3.org/2001/XMLSchema-instance' xmlns='urn:sobject.enterprise.soap.sforce.com'>\
                 <Id>001x0000000001X</Id><Name>A &#38; B</Name><Site/><Nil x:nil=\"true\"/></o:sObject>",
            ],
        ),
        (
            &typed,
            vec![
                "<sObject xsi:type='sf:Account' xmlns:sf='urn:sobject.enterprise.soap.sforce.com' xmlns:s='http://www.w3.org/2001/XMLSchema'>\
                 <sf:Id>001x0000000001X</sf:Id><sf:N xsi:type='s:string'>1</sf:N></sObject>",
            ],
        ),
    ] {
        for way in ways {
            assert_eq!(record(way).canonical(), one.canonical(), "{way}");
        }
    }
}

#[test]
fn what_stands_behind_an_empty_record_is_no_field_of_it() {
    let message = split(&format!(
        "<Notification {SF}><Id>04lx0000000001X</Id><sObject/><sf:Name>A</sf:Name></Notification>"
    ));
    assert_eq!((&message.notifications[0].sobject, message.unknown.elements), (&None, 1));
}

#[test]
fn what_differs_in_a_name_a_text_or_nil_is_another_record() {
    let records = [
        fields("<sf:Name>A</sf:Name>"),
        fields("<sf:Name>A </sf:Name>"),
        fields("<sf:Name> </sf:Name>"),
        fields("<sf:Name/>"),
        fields("<sf:Name xsi:nil='true'/>"),
        fields("<Name>A</Name>"),
        fields("<sf:Site>A</sf:Site>"),
        fields("<sf:Name>A</sf:Name><sf:Site>A</sf:Site>"),
        fields("<sf:Site>A</sf:Site><sf:Name>A</sf:Name>"),
        fields("<sf:Name>A<sf:Site>A</sf:Site></sf:Name>"),
        fields("<sf:Name a='A'/>"),
        fields("<sf:Name b='A'/>"),
        fields("<sf:Name b='A'>A</sf:Name>"),
        fields("<sf:Name b='A'>B</sf:Name>"),
        fields(""),
    ];
    for (index, one) in records.iter().enumerate() {
        for other in &records[index + 1..] {
            assert_ne!(one.canonical(), other.canonical(), "{}\n{}", one.xml(), other.xml());
        }
    }
}

/// Whoever stored a digest compares it with those of later releases.
#[test]
fn the_canonical_bytes_are_those_of_version_1() {
    let long = "A".repeat(200);
    let record = fields(&format!("<sf:Name>{long}</sf:Name><x a='1'> <sf:Nil xsi:nil='1'/></x>"));
    let mut expected = Vec::new();
    for (what, texts) in [
        ("<", &["http://soap.sforce.com/2005/09/outbound", "sObject"][..]),
        ("T", &["urn:sobject.enterprise.soap.sforce.com", "Account"]),
        ("f", &["Id"]),
        ("\"", &["001x0000000001X"]),
        (">f", &["Name"]),
        ("\"", &[&long]),
        ("><", &["http://soap.sforce.com/2005/09/outbound", "x"]),
        ("A", &["", "a", "1"]),
        ("f", &["Nil"]),
        ("N>>>", &[]),
    ] {
        expected.extend_from_slice(what.as_bytes());
        for text in texts {
            // 200 in two bytes: its last seven bits, then the others.
            let length: &[u8] =
                if text.len() == 200 { &[0xC8, 1] } else { &[u8::try_from(text.len()).unwrap()] };
            expected.extend([length, text.as_bytes()].concat());
        }
    }
    assert_eq!(record.canonical(), expected, "{}", String::from_utf8_lossy(record.canonical()));
}

/// An id inside a field is another record's, and an id in another field or another namespace is not the record's.
#[test]
fn the_id_of_a_record_is_a_child_of_its_own() {
    let id = "<sf:Id>005x0000000001X</sf:Id>";
    for other in [
        "<sf:OwnerId>005x0000000001X</sf:OwnerId>",
        "<sf:OwnerId a='A'>005x0000000001X</sf:OwnerId>",
        "<Id>005x0000000001X</Id>",
    ] {
        assert_eq!(record(&format!("<sObject {SF}>{other}</sObject>")).id(), None, "{other}");
    }
    for owner in [id, &format!("<sf:Name><sf:First/></sf:Name>{id}"), &format!("<sf:Name a='A'/>{id}")] {
        let start = format!("<sObject xsi:type='sf:Account' {SF}><sf:Owner>{owner}</sf:Owner>");
        assert_eq!(record(&format!("{start}</sObject>")).id(), None, "{owner}");
        let own = record(&format!("{start}<sf:Id>001x0000000001X</sf:Id></sObject>"));
        assert_eq!(own.id(), Some(Id::literal("001x0000000001X")), "{owner}");
    }
}

#[test]
fn what_is_no_message_is_refused_as_a_server_refuses_it() {
    for (message, code) in [
        (format!("{HEAD}{FOOT}"), "SFR0301"),
        (format!("{HEAD}<Notification/>{FOOT}"), "SFR0302"),
        (
            format!(
                "{HEAD}<Notification><Id>04lx0000000001X</Id><sObject><a></sObject></Notification>{FOOT}"
            ),
            "SFR0102",
        ),
        (
            format!(
                "{HEAD}<Notification><Id>04lx0000000001X</Id><sObject xsi:nil='1'><a/></sObject></Notification>{FOOT}"
            ),
            "SFR0203",
        ),
        (
            format!(
                "{HEAD}<Notification><Id>04lx0000000001X</Id><sObject xsi:nil='1' {SF}><sf:Name>A</sf:Name></sObject></Notification>{FOOT}"
            ),
            "SFR0203",
        ),
        ("<html/>".to_owned(), "SFR0401"),
    ] {
        assert!(read(&message).unwrap_err().starts_with(code), "{message}");
    }
    let other = RawReader::new().organization(Id::literal("00Dx00000000ZZZ"));
    let refusal = other.read(
        Head::post("text/xml"),
        format!("{HEAD}<Notification><Id>04lx0000000001X</Id></Notification>{FOOT}").as_bytes(),
    );
    assert_eq!(refusal.unwrap_err().code(), "SFR0603");
}
