//! Predictions come true on what Salesforce sends, and what guards them holds.

use super::ShortCuts;
use crate::error::Error;
use crate::limits::Limits;
use crate::message::Notifications;
use crate::record::{Record, Schema};
use crate::scan::{Hit, counted};
use crate::value::{Kind, Value};
use std::fmt::Write;

const OUTBOUND: &str = "http://soap.sforce.com/2005/09/outbound";
const SOBJECT: &str = "urn:sobject.enterprise.soap.sforce.com";

fn decode_within(message: &str, limits: &Limits) -> Result<Notifications<Record>, Error> {
    let rows = [("Amount", Kind::Double), ("IsWon", Kind::Boolean), ("Name", Kind::Text)];
    let schema = Schema::new("Opportunity", rows.map(|(name, kind)| (name.to_owned(), kind)));
    schema.unwrap().decode(message.as_bytes(), limits)
}

fn decode(message: &str) -> Result<Notifications<Record>, Error> {
    decode_within(message, &Limits::default())
}

/// As Salesforce writes it, around these notifications.
fn message(notifications: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
 <soapenv:Body>
  <notifications xmlns="{OUTBOUND}">
   <OrganizationId>00Dx0000000001gEAA</OrganizationId>
   <ActionId>04kx0000000001XAAQ</ActionId>
   <SessionId xsi:nil="true"/>
   <EnterpriseUrl>https://example.my.salesforce.com/c</EnterpriseUrl>
   <PartnerUrl>https://example.my.salesforce.com/u</PartnerUrl>{notifications}
  </notifications>
 </soapenv:Body>
</soapenv:Envelope>"#
    )
}

const FIELDS: &str = "<sf:Amount>12.5</sf:Amount>
     <sf:IsWon>true</sf:IsWon>
     <sf:Name>Acme</sf:Name>";

fn record(fields: &str) -> String {
    format!(
        r#"<sObject xsi:type="sf:Opportunity" xmlns:sf="{SOBJECT}">
     <sf:Id>006x0000000001XAAQ</sf:Id>
     {fields}
    </sObject>"#
    )
}

fn notification(number: usize, record: &str) -> String {
    format!(
        "
   <Notification>
    <Id>04lx000000000{number}XAAQ</Id>
    {record}
   </Notification>"
    )
}

fn three(record: &str) -> String {
    message(&[1, 2, 3].map(|number| notification(number, record)).concat())
}

fn hits(message: &str) -> Vec<(Hit, usize)> {
    counted::taken();
    decode(message).unwrap();
    let hits = counted::taken();
    [
        Hit::Head,
        Hit::NilSession,
        Hit::Notification,
        Hit::Record,
        Hit::Again,
        Hit::Tail,
        Hit::Element,
        Hit::Shaped,
        Hit::Leaf,
    ]
    .map(|kind| (kind, hits.iter().filter(|hit| **hit == kind).count()))
    .into()
}

#[test]
fn predictions_come_true_on_what_salesforce_sends() {
    let pretty = three(&record(FIELDS));
    let compact: String = pretty.lines().map(str::trim_start).collect();
    for message in [pretty, compact] {
        // The first notification is known by heart, the second teaches how the third begins and what its fields look
        // like. By name: four elements of the header, the ids of two notifications, and of two records the id and three
        // fields.
        let expected = [
            (Hit::Head, 1),
            (Hit::NilSession, 1),
            (Hit::Notification, 1),
            (Hit::Record, 2),
            (Hit::Again, 1),
            (Hit::Tail, 1),
            (Hit::Element, 4 + 2 + 2 * 4),
            (Hit::Shaped, 3),
            (Hit::Leaf, 0),
        ];
        assert_eq!(hits(&message), expected, "{message}");
    }
}

/// The start tag of a record may be another than the one that is known by heart.
#[test]
fn fields_of_a_record_that_begins_otherwise_are_predicted_too() {
    let (attributes, other) = (
        format!(r#"xsi:type="sf:Opportunity" xmlns:sf="{SOBJECT}""#),
        format!(r#"xmlns:sf="{SOBJECT}" xsi:type="sf:Opportunity""#),
    );
    let hits = hits(&three(&record(FIELDS)).replace(&attributes, &other));
    for expected in [(Hit::Record, 0), (Hit::Element, 4 + 2 + 2 * 4), (Hit::Shaped, 3), (Hit::Leaf, 0)] {
        assert!(hits.contains(&expected), "{expected:?} {hits:?}");
    }
}

#[test]
fn fields_in_another_order_are_read_in_one_step_each() {
    let fields = "<sf:Name>Acme</sf:Name><sf:New>x</sf:New><sf:Amount>1</sf:Amount><sf:IsWon>1</sf:IsWon>";
    let hits = hits(&message(&notification(1, &record(fields))));
    assert!(hits.contains(&(Hit::Leaf, 2)), "{hits:?}");
}

/// The end that is known by heart is that of what Salesforce sends; whatever else stands there, the general path judges.
#[test]
fn what_follows_the_notifications_is_judged_where_it_is_not_known_by_heart() {
    let good = three(&record(FIELDS));
    for (from, to, code) in [
        ("</soapenv:Envelope>", "</soapenv:Envelope>\r\n\t ", None),
        ("</soapenv:Envelope>", "</soapenv:Envelope><!-- a --><?b?>\n", None),
        ("</soapenv:Body>", "<!-- a --></soapenv:Body >", None),
        ("</soapenv:Body>", "</soapenv:Body><New/>", None),
        ("</soapenv:Envelope>", "</soapenv:Envelope>x", Some("SFR0102")),
        ("</soapenv:Envelope>", "</soapenv:Envelope><a/>", Some("SFR0102")),
        ("</soapenv:Envelope>", "", Some("SFR0106")),
        ("</soapenv:Body>", "", Some("SFR0102")),
        ("</soapenv:Body>", "<notifications/></soapenv:Body>", Some("SFR0306")),
        ("</soapenv:Body>", "</soapenv:Body><soapenv:Body/>", Some("SFR0401")),
    ] {
        let message = good.replace(from, to);
        shaped(&message);
        assert_eq!(decode(&message).err().map(|error| error.code()), code, "{from}: {to}");
    }
}

/// What the notifications before a third one declare outside the record is not in scope for it by itself.
#[test]
fn a_notification_with_declarations_of_its_own_is_read_anew() {
    let record =
        "<sObject xsi:type='q:Opportunity'><q:Id>006x0000000001XAAQ</q:Id><q:Name>Acme</q:Name></sObject>";
    let declared = three(record).replace("<Notification>", &format!("<Notification xmlns:q='{SOBJECT}'>"));
    let read = decode(&declared).unwrap();
    assert!(read.notifications.iter().all(|notification| notification.sobject.is_some()));
    assert!(!hits(&declared).contains(&(Hit::Again, 1)));
}

#[test]
fn an_unknown_element_before_the_record_is_counted_each_time() {
    let read = decode(&three(&format!("<New/>{}", record(FIELDS)))).unwrap();
    assert_eq!((read.notifications.len(), read.unknown.elements), (3, 3));
}

/// The last notification begins with the last elements of the message: nothing after it counts again.
#[test]
fn elements_are_counted_where_a_notification_begins_as_the_one_before() {
    let empty = format!(r#"<sObject xsi:type="sf:Opportunity" xmlns:sf="{SOBJECT}"></sObject>"#);
    let (all, per) = (3 + 5 + 3 * 3, 3);
    for limit in all - 2 * per..=all {
        let limits = Limits::default().elements(limit);
        let read = decode_within(&three(&empty), &limits);
        let code = read.as_ref().err().map(Error::code);
        assert_eq!(code, if limit < all { Some("SFR0503") } else { None }, "{limit}");
    }
}

/// Whatever way an element is read, predicted ones as all others.
#[test]
fn the_limit_of_elements_refuses_the_first_one_beyond_it() {
    let message = three(&record(FIELDS));
    let bytes = message.as_bytes();
    let begins = |at: &usize| bytes[*at] == b'<' && bytes[at + 1].is_ascii_alphabetic();
    let starts: Vec<usize> = (0..bytes.len() - 1).filter(begins).collect();
    assert_eq!(starts.len(), 3 + 5 + 3 * 7);
    for (elements, start) in starts.iter().enumerate() {
        let error = decode_within(&message, &Limits::default().elements(elements)).unwrap_err();
        assert_eq!((error.code(), error.offset()), ("SFR0503", *start), "{elements}");
    }
    assert!(decode_within(&message, &Limits::default().elements(starts.len())).is_ok());
}

/// The third notification begins as the second one does, so its record's start tag is passed with it.
#[test]
fn a_record_without_an_id_has_its_place_however_its_notification_begins() {
    for number in 0..3 {
        let message = three(&record(FIELDS));
        let (at, id) = message.match_indices("<sf:Id>006x0000000001XAAQ</sf:Id>").nth(number).unwrap();
        let without = format!("{}{}", &message[..at], &message[at + id.len()..]);
        let (record, _) = without.match_indices("<sObject").nth(number).unwrap();
        let error = decode(&without).unwrap_err();
        assert_eq!((error.code(), error.offset()), ("SFR0302", record), "{error}");
    }
}

/// An id of 15 characters is followed by other bytes than one of 18.
#[test]
fn a_notification_is_like_the_one_before_only_behind_its_ids_end() {
    let short = three(&record(FIELDS)).replace("2XAAQ</Id>", "2X</Id>");
    assert_eq!(decode(&short).unwrap().notifications.len(), 3);
    let cut = short.replace("3XAAQ</Id>", "3XAAQd>");
    assert_eq!(decode(&cut).unwrap_err().code(), "SFR0204");
}

/// What stands where an id of 18 characters would is no id, where a comment hides how its element ends.
#[test]
fn a_comment_before_an_id_teaches_nothing() {
    let hidden = "<Id><!--0123456789abcd</Id>X-->04lx0000000002XAAQ</Id>";
    let good = three(&record(FIELDS)).replace("<Id>04lx0000000002XAAQ</Id>", hidden);
    assert_eq!(decode(&good).unwrap().notifications.len(), 3);
    let shown = hidden.replace("<!--0123456789abcd", "04lx0000000003XAAQ");
    let bad = good.replace("<Id>04lx0000000003XAAQ</Id>", &shown);
    assert_eq!(decode(&bad).unwrap_err().code(), "SFR0305");
}

#[test]
fn limits_hold_where_the_head_is_known_by_heart() {
    for number in 0..8 {
        let code =
            |limits: Limits| decode_within(&three(&record(FIELDS)), &limits).err().map(|error| error.code());
        let expected = |needed: usize, code| (number < needed).then_some(code);
        let all = Limits::default();
        assert_eq!(code(Limits { namespaces: number, ..all }), expected(5, "SFR0506"), "{number}");
        assert_eq!(code(Limits { depth: number, ..all }), expected(6, "SFR0504"), "{number}");
        assert_eq!(code(Limits { attributes: number, ..all }), expected(3, "SFR0505"), "{number}");
        assert_eq!(code(Limits { elements: number, ..all }), Some("SFR0503"), "{number}");
    }
}

/// In an envelope whose tags have one attribute each, the record's two are one too many.
#[test]
fn the_limit_of_attributes_holds_for_a_record_that_is_known_by_heart() {
    let text = format!(
        "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'>\
         <e:Body xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'><notifications xmlns='{OUTBOUND}'>\
         <OrganizationId>00Dx0000000001gEAA</OrganizationId><ActionId>04kx0000000001XAAQ</ActionId>{}\
         </notifications></e:Body></e:Envelope>",
        notification(1, &record(FIELDS))
    );
    for (attributes, code) in [(0, Some("SFR0505")), (1, Some("SFR0505")), (2, None)] {
        let read = decode_within(&text, &Limits::default().attributes(attributes));
        assert_eq!(read.err().map(|error| error.code()), code, "{attributes}");
    }
}

/// The head alone declares four namespaces: no record, whose own declaration would be refused, hides its limit.
#[test]
fn the_limit_of_namespaces_holds_in_the_head() {
    for (namespaces, code) in [(3, Some("SFR0506")), (4, None)] {
        let limits = Limits::default().namespaces(namespaces);
        let read = decode_within(&three(""), &limits);
        assert_eq!(read.err().map(|error| error.code()), code, "{namespaces}");
    }
}

#[test]
fn an_id_has_no_underscore() {
    let good = three(&record(FIELDS));
    for id in ["00Dx0000000001gEAA", "04kx0000000001XAAQ", "04lx0000000001XAAQ", "006x0000000001XAAQ"] {
        for at in [0, 7, 14, 15, 17] {
            let mut bad = id.to_owned();
            bad.replace_range(at..=at, "_");
            for bad in [bad.as_str(), &bad[..15]] {
                assert_eq!(
                    decode(&good.replacen(id, bad, 1)).err().map(|error| error.code()),
                    if bad.contains('_') { Some("SFR0201") } else { None },
                    "{bad}"
                );
            }
        }
    }
}

/// A message of records with these fields each.
fn records<S: AsRef<str>>(fields: &[S]) -> String {
    let record = |(number, fields): (usize, &S)| notification(number, &record(fields.as_ref()));
    message(&fields.iter().enumerate().map(record).collect::<String>())
}

/// How many fields were read by the shape of the record before; the answer is that of the general path.
fn shaped(message: &str) -> usize {
    let read = decode(message);
    let rows = [("Amount", Kind::Double), ("IsWon", Kind::Boolean), ("Name", Kind::Text)];
    let schema = Schema::new("Opportunity", rows.map(|(name, kind)| (name.to_owned(), kind))).unwrap();
    counted::taken();
    let alone = schema.decode_with_short_cuts(message.as_bytes(), &Limits::default(), ShortCuts::None);
    assert!(counted::taken().is_empty());
    assert_eq!(format!("{read:?}"), format!("{alone:?}"), "{message}");
    let _ = decode(message);
    counted::taken().into_iter().filter(|hit| *hit == Hit::Shaped).count()
}

const AMOUNT: &str = "<sf:Amount>12.5</sf:Amount>";
const IS_WON: &str = "<sf:IsWon>true</sf:IsWon>";
const NAME: &str = "<sf:Name>Acme</sf:Name>";

#[test]
fn records_with_the_fields_of_the_one_before_are_read_by_its_shape() {
    let [all, without, reversed, spaced] = [
        format!("{AMOUNT}{IS_WON}{NAME}"),
        format!("{AMOUNT}{NAME}"),
        format!("{NAME}{IS_WON}{AMOUNT}"),
        format!("{AMOUNT}<!-- a -->\n\t{IS_WON} {NAME}"),
    ];
    // Each field of each record after the second one, which teaches.
    assert_eq!(shaped(&records(&[&all; 5])), 3 * 3);
    assert_eq!(shaped(&records(&[&reversed; 5])), 3 * 3);
    assert_eq!(shaped(&records(&[&spaced; 5])), 3 * 3);
    assert_eq!(shaped(&records(&[&without; 5])), 2 * 3);
    // A null field is left out, and both ways on are known from then on.
    let alternating = [&*all, &all, &without, &all, &without, &all, &without];
    assert_eq!(shaped(&records(&alternating)), 1 + 3 + 2 + 3 + 2);
    // A record ends earlier than those before it, after a field or after its id.
    let short = format!("{AMOUNT}{IS_WON}");
    assert_eq!(shaped(&records(&[&*all, &all, &short, ""])), 2);
    // Records without any field, and after them some with all.
    assert_eq!(shaped(&records(&["", "", "", &*all, &*all])), 3);
}

/// A field whose value is in another spelling is read by the general path, and the next ones by the shape again.
#[test]
fn a_value_in_another_spelling_does_not_end_the_shape() {
    let fields = "<sf:Amount>12.5e3</sf:Amount><sf:IsWon>1</sf:IsWon><sf:Name>A &amp; B</sf:Name>";
    let read = decode(&records(&[fields; 4])).unwrap();
    assert_eq!(read.notifications[3].sobject.as_ref().unwrap().get("Name"), Some(Value::Text("A & B")));
    let plain = format!("{AMOUNT}{IS_WON}{NAME}");
    let mixed = format!("<sf:Amount>1&#50;</sf:Amount>{IS_WON}{NAME}");
    assert_eq!(shaped(&records(&[&plain, &plain, &mixed, &mixed])), 2 * 2);
    for value in
        ["12.5abc", "12.5<!-- -->", "12.5<x/>", "", "12.5</sf:Amoun", "12.5</sf:Amount >", "1&#50;.5"]
    {
        let odd = format!("<sf:Amount>{value}</sf:Amount>{IS_WON}{NAME}");
        shaped(&records(&[&plain, &plain, &odd, &plain]));
    }
}

#[test]
fn what_a_shape_does_not_fit_is_judged_by_the_general_path() {
    let plain = format!("{AMOUNT}{IS_WON}{NAME}");
    let twice = records(&[&*plain, &*plain, &*format!("{plain}{AMOUNT}")]);
    let back = records(&[
        &format!("{NAME}{AMOUNT}"),
        &format!("{NAME}{AMOUNT}"),
        &format!("{AMOUNT}{NAME}{AMOUNT}"),
    ]);
    for message in [twice, back] {
        shaped(&message);
        assert_eq!(decode(&message).unwrap_err().code(), "SFR0303");
    }
    let good = records(&[&plain; 4]);
    let last = good.rfind("<sObject").unwrap();
    for (from, to, code) in [
        ("</sObject>", "</o:sObject>", "SFR0102"),
        ("sf:", "q:", "SFR0104"),
        ("urn:sobject.enterprise.soap.sforce.com", "urn:other", "SFR0304"),
        ("</sf:Id>", "</sf:Id><sf:Id>006x0000000001XAAQ</sf:Id>", "SFR0303"),
        ("006x0000000001XAAQ", "006x0000000001XAAQ1", "SFR0201"),
        ("</sf:Name>", "</sf:Name>x", "SFR0305"),
        ("</sf:Name>", "</sf:IsWon>", "SFR0102"),
    ] {
        let bad =
            good[..last].to_owned() + &good[last..].replacen(from, to, if from == "sf:" { 99 } else { 1 });
        shaped(&bad);
        assert_eq!(decode(&bad).err().map(|error| error.code()), Some(code), "{from}: {to}");
    }
    // A prefix that stands for something else in the last record.
    let other =
        good[..last].to_owned() + &good[last..].replacen("xmlns:sf", "xmlns:sf='urn:other' xmlns:q", 1);
    let other = other.replace("xsi:type=\"sf:Opportunity\" xmlns:sf='", "xmlns:sf='");
    shaped(&other);
    assert!(decode(&other).is_err());
    for elements in 0..50 {
        let limits = Limits::default().elements(elements);
        assert_eq!(decode_within(&good, &limits).is_ok(), elements >= 3 + 5 + 4 * 7, "{elements}");
    }
}

/// The bytes of a gap mean the same only with the prefix that is known to stand for the namespace of fields.
#[test]
fn a_field_with_another_prefix_is_no_part_of_a_shape() {
    let of = |also: &str| {
        let fields = "<also:Amount>12.5</also:Amount><sf:Name>Acme</sf:Name>";
        record(fields).replacen(" xmlns:sf", &format!(" xmlns:also=\"{also}\" xmlns:sf"), 1)
    };
    let [same, other] = [SOBJECT, "urn:other"].map(of);
    let text = message(&[&same, &same, &same, &other].map(|record| notification(1, record)).concat());
    shaped(&text);
    assert_eq!(decode(&text).unwrap_err().code(), "SFR0308");
}

/// Fields without a prefix have a shape too, of which a field with one is no part.
#[test]
fn fields_without_a_prefix_are_read_by_a_shape() {
    let of = |also: &str, amount: &str| {
        format!(
            "<o:sObject xmlns:o=\"{OUTBOUND}\" xmlns:also=\"{also}\" xmlns=\"{SOBJECT}\"><Id>006x0000000001XAAQ</Id>\
             <Name>Acme</Name><{amount}>12.5</{amount}></o:sObject>"
        )
    };
    let text = |last: &str, amount: &str| {
        let records = [SOBJECT, SOBJECT, SOBJECT, last].map(|also| notification(1, &of(also, amount)));
        message(&records.concat())
    };
    assert_eq!(shaped(&text(SOBJECT, "Amount")), 2 * 2);
    shaped(&text("urn:other", "also:Amount"));
    assert_eq!(decode(&text("urn:other", "also:Amount")).unwrap_err().code(), "SFR0308");
}

#[test]
fn a_shape_ends_with_the_tag_of_its_own_record() {
    let fields = format!("{AMOUNT}{NAME}");
    let of = |start: &str, end: &str| {
        let record = record(&fields).replace("<sObject ", start).replace("</sObject>", end);
        notification(1, &record)
    };
    let with = format!("<o:sObject xmlns:o=\"{OUTBOUND}\" ");
    let good = of(&with, "</o:sObject>").repeat(3);
    let without = format!("<sObject xmlns:o=\"{OUTBOUND}\" ");
    assert!(decode(&message(&(good.clone() + &of(&without, "</sObject>")))).is_ok());
    let bad = message(&(good + &of(&without, "</o:sObject>")));
    shaped(&bad);
    assert_eq!(decode(&bad).unwrap_err().code(), "SFR0102");
}

#[test]
fn records_without_fields_and_ids_that_stand_twice_are_seen() {
    let empty = format!("<o:sObject xmlns:o=\"{OUTBOUND}\" xmlns=\"{SOBJECT}\"></o:sObject>");
    let text = message(&notification(1, &empty).repeat(4));
    shaped(&text);
    assert!(decode(&text).unwrap().notifications.iter().all(|notification| notification.sobject.is_none()));

    let id = "<sf:Id>006x0000000001XAAQ</sf:Id>";
    let of = |fields: &str| {
        let start = record("").split_once("<sf:Id>").unwrap().0.to_owned();
        notification(1, &format!("{start}{fields}</sObject>"))
    };
    let [last, first] =
        [format!("{AMOUNT}{id}"), format!("{id}{AMOUNT}")].map(|fields| of(&fields).repeat(3));
    let text = message(&(last + &first + &of(&format!("{id}{AMOUNT}{id}"))));
    shaped(&text);
    assert_eq!(decode(&text).unwrap_err().code(), "SFR0303");
}

#[test]
fn unknown_elements_are_counted_in_each_record_of_a_shape() {
    for unknown in ["<sf:New>1</sf:New>", "<sf:New a='b'>1</sf:New>", "<New xmlns='u'>1</New>"] {
        let text = records(&vec![format!("{AMOUNT}{unknown}{NAME}"); 5]);
        shaped(&text);
        assert_eq!(decode(&text).unwrap().unknown.elements, 5, "{unknown}");
    }
}

/// A hundred records, of which each leaves out about one field in ten, as nulls are.
#[test]
fn most_fields_of_a_full_message_are_read_by_their_shape_and_none_by_the_general_path() {
    for fields in [12, 60] {
        let names: Vec<_> = (0..fields).map(|number| format!("Field{number}__c")).collect();
        let schema = Schema::new("Opportunity", names.iter().map(|name| (name.clone(), Kind::Text))).unwrap();
        let (mut state, mut sent, mut notifications) = (1_u64, 0, String::new());
        for number in 0..100 {
            let mut fields = String::new();
            for name in &names {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                if (state >> 33) % 10 > 0 {
                    let _ = write!(fields, "<sf:{name}>{number}</sf:{name}>");
                    sent += 1;
                }
            }
            notifications += &notification(number % 10, &record(&fields));
        }
        counted::taken();
        schema.decode(message(&notifications).as_bytes(), &Limits::default()).unwrap();
        let hits = counted::taken();
        let count = |kind| hits.iter().filter(|hit| **hit == kind).count();
        let by_shape = count(Hit::Shaped);
        // By the table also: the header's four elements, the ids of two notifications and of two records.
        let by_table = count(Hit::Element) - (4 + 2 + 2);
        println!("{fields} fields: {by_shape} of {sent} by shape, {by_table} by the table");
        assert_eq!((by_shape + by_table, count(Hit::Leaf)), (sent, 0));
        assert!(by_shape * 10 >= sent * 9, "{by_shape} of {sent}");
    }
}
