//! What generated code can be told to do: types of other crates, unknown elements, facts, serde.
#![cfg(all(feature = "chrono", feature = "rust_decimal", feature = "serde", feature = "time"))]

use sf_outbound::{EventKind, Id, Kind, Limits, Notifications, SObject, UnknownElement, decode};
use sf_outbound::{chrono, rust_decimal::Decimal, time};

/// As generated with `--dates chrono --decimal Amount --unknown capture --skip Skipped__c`, but for one text.
#[derive(Debug, Clone, PartialEq)]
struct Deal {
    id: Id,
    amount: Option<Decimal>,
    close_date: Option<chrono::NaiveDate>,
    created_date: Option<chrono::DateTime<chrono::Utc>>,
    last_modified_date: Option<time::OffsetDateTime>,
    opens_c: Option<chrono::NaiveTime>,
    system_modstamp: Option<String>,
    unknown_elements: Vec<UnknownElement>,
}

impl Deal {
    const API_NAME: &'static str = "Deal";
    const FIELDS: &'static [(&'static str, Kind)] = &[
        ("Amount", Kind::Double),
        ("CloseDate", Kind::Date),
        ("CreatedDate", Kind::DateTime),
        ("LastModifiedDate", Kind::DateTime),
        ("Opens__c", Kind::Time),
        ("Skipped__c", Kind::Int),
        ("SystemModstamp", Kind::DateTime),
    ];
}

sf_outbound::contract! {
    3 record Deal { 0 amount, 1 close_date, 2 created_date, 3 last_modified_date, 4 opens_c, 6 system_modstamp, }
    Keep unknown_elements
}

sf_outbound::contract! { 3 serde Deal }

fn message(fields: &str) -> String {
    format!(
        "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/' xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'><e:Body>\
         <notifications xmlns='http://soap.sforce.com/2005/09/outbound'>\
         <OrganizationId>00Dx0000000001gEAA</OrganizationId><ActionId>04kx0000000001XAAQ</ActionId>\
         <Notification><Id>04lx0000000001XAAQ</Id>\
         <sObject xmlns:sf='urn:sobject.enterprise.soap.sforce.com'><sf:Id>006x0000000001XAAQ</sf:Id>{fields}</sObject>\
         </Notification></notifications></e:Body></e:Envelope>"
    )
}

fn deal(fields: &str) -> Deal {
    let read: Notifications<Deal> = decode(message(fields).as_bytes(), &Limits::default()).unwrap();
    read.notifications[0].sobject.clone().unwrap()
}

fn refused(fields: &str) -> String {
    decode::<Deal>(message(fields).as_bytes(), &Limits::default()).unwrap_err().to_string()
}

const ALL: &str = "<sf:Amount>1.2345678901234567E7</sf:Amount><sf:CloseDate>2026-02-28</sf:CloseDate>\
     <sf:CreatedDate>1969-12-31T23:59:59.250Z</sf:CreatedDate>\
     <sf:LastModifiedDate>2026-01-31T09:30:00.000+02:00</sf:LastModifiedDate><sf:Opens__c>09:30:00.500Z</sf:Opens__c>\
     <sf:Skipped__c>7</sf:Skipped__c><sf:SystemModstamp> 2026-01-31T07:30:00.000Z </sf:SystemModstamp>";

#[test]
fn values_of_other_crates_are_exact_and_written_back() {
    let deal = deal(ALL);
    assert_eq!(deal.amount, Some(Decimal::from_str_exact("12345678.901234567").unwrap()));
    assert_eq!(deal.close_date, chrono::NaiveDate::from_ymd_opt(2026, 2, 28));
    assert_eq!(deal.created_date.unwrap().timestamp_millis(), -750);
    assert_eq!(deal.last_modified_date.unwrap().unix_timestamp(), 1_769_844_600);
    assert_eq!(deal.opens_c, chrono::NaiveTime::from_hms_milli_opt(9, 30, 0, 500));
    assert_eq!(deal.system_modstamp.as_deref(), Some("2026-01-31T07:30:00.000Z"));
    let texts: Vec<_> = deal.fields().map(|(name, _, value)| format!("{name}={value}")).collect();
    assert_eq!(
        texts.join(" "),
        "Amount=12345678.901234567 CloseDate=2026-02-28 CreatedDate=1969-12-31T23:59:59.250Z \
         LastModifiedDate=2026-01-31T07:30:00.000Z Opens__c=09:30:00.500Z Skipped__c= \
         SystemModstamp=2026-01-31T07:30:00.000Z"
    );
}

#[test]
fn whole_decimals_are_written_with_a_point() {
    assert_eq!(deal("<sf:Amount>12</sf:Amount>").get("Amount").unwrap().to_string(), "12.0");
    assert_eq!(deal("<sf:Amount>-0.10</sf:Amount>").get("Amount").unwrap().to_string(), "-0.10");
}

#[test]
fn what_is_no_value_of_the_type_is_refused_with_its_reason() {
    for (fields, reason) in [
        ("<sf:Amount>INF</sf:Amount>", "INF and NaN are not"),
        ("<sf:Amount>1_000</sf:Amount>", "a decimal is a number such as"),
        ("<sf:Amount></sf:Amount>", "a decimal is a number such as"),
        ("<sf:Amount>1E29</sf:Amount>", "at most 28 digits behind the point"),
        ("<sf:CloseDate>2026-02-30</sf:CloseDate>", "no such day in the calendar"),
        ("<sf:Opens__c>25:00:00</sf:Opens__c>", "no such time of day"),
        ("<sf:SystemModstamp>soon</sf:SystemModstamp>", "a dateTime looks like"),
    ] {
        let error = refused(fields);
        assert!(error.starts_with("SFR0202") && error.contains(reason), "{fields}: {error}");
    }
}

#[test]
fn unknown_elements_are_kept_with_name_and_text() {
    let deal = deal(
        "<sf:New__c>a &amp; b</sf:New__c><sf:Nil__c xmlns:x='http://www.w3.org/2001/XMLSchema-instance' x:nil='1'/>\
         <sf:Amount>1.0</sf:Amount><sf:Deep__c><sf:A>x</sf:A><!-- c --><sf:B>y<![CDATA[<]]></sf:B></sf:Deep__c>\
         <sf:Empty__c/>",
    );
    let kept: Vec<_> = deal.unknown_elements.iter().map(|e| (e.name.as_str(), e.text.as_deref())).collect();
    assert_eq!(
        kept,
        [("New__c", Some("a & b")), ("Nil__c", None), ("Deep__c", Some("xy<")), ("Empty__c", Some(""))]
    );
}

/// As generated with `--unknown deny`.
#[derive(Debug, Clone)]
struct Strict {
    id: Id,
    amount: Option<f64>,
}

impl Strict {
    const API_NAME: &'static str = Deal::API_NAME;
    const FIELDS: &'static [(&'static str, Kind)] = Deal::FIELDS;
}

sf_outbound::contract! { 3 record Strict { 0 amount, } Deny }

#[test]
fn unknown_elements_can_be_denied_with_their_place() {
    let read = |fields: &str| decode::<Strict>(message(fields).as_bytes(), &Limits::default());
    assert!(read(ALL).is_ok());
    for unknown in ["<sf:New__c>x</sf:New__c>", "<sf:New__c><sf:A/></sf:New__c>", "<New/>"] {
        let error = read(&format!("<sf:Amount>1.0</sf:Amount>{unknown}")).unwrap_err();
        let path = "Envelope/Body/notifications/Notification[1]/sObject";
        assert_eq!((error.code(), error.message()), ("SFR0307", "element that the WSDL does not know"));
        assert!(error.path().starts_with(path), "{}", error.path());
        let place = message("<sf:Amount>1.0</sf:Amount>").find("</sObject>").unwrap();
        assert_eq!((error.line(), error.column()), (1, place + 1));
    }
}

#[test]
fn two_dates_tell_the_kind_of_event() {
    let at = |field: &str, instant: &str| format!("<sf:{field}>2026-01-31T{instant}</sf:{field}>");
    let [created, same, later] = [
        at("CreatedDate", "09:30:00.000Z"),
        at("LastModifiedDate", "09:30:00.000Z"),
        at("LastModifiedDate", "09:30:01.000Z"),
    ];
    for (fields, kind) in [
        (created.clone() + &same, EventKind::Created),
        (created.clone() + &later, EventKind::Updated),
        (created, EventKind::Unknown),
        (String::new(), EventKind::Unknown),
    ] {
        assert_eq!(deal(&fields).event_kind(), kind, "{fields}");
    }
}

/// As a typed field would be read.
#[test]
fn an_instant_that_is_kept_as_text_tells_the_same() {
    for (text, second) in [
        ("2026-01-31T07:30:00", 1_769_844_600),
        ("2026-01-31T09:30:00+02:00", 1_769_844_600),
        ("2026-01-30T24:00:00Z", 1_769_817_600),
        ("0000-03-01T00:00:00Z", -62_162_035_200),
    ] {
        let deal = deal(&format!("<sf:SystemModstamp>{text}</sf:SystemModstamp>"));
        assert_eq!(deal.system_modstamp.as_deref(), Some(text));
        assert_eq!(deal.modified_at().unwrap().as_second(), second, "{text}");
    }
}

#[test]
fn older_states_of_a_record_are_told_by_the_modstamp_or_else_the_last_change() {
    let modstamp =
        |second: u8| deal(&format!("<sf:SystemModstamp>2026-01-31T09:30:0{second}.000Z</sf:SystemModstamp>"));
    let changed = |second: u8| {
        deal(&format!("<sf:LastModifiedDate>2026-01-31T09:30:0{second}.000Z</sf:LastModifiedDate>"))
    };
    assert_eq!(modstamp(1).is_older_than(&modstamp(2)), Some(true));
    assert_eq!(modstamp(2).is_older_than(&modstamp(2)), Some(false));
    assert_eq!(changed(2).is_older_than(&changed(1)), Some(false));
    assert_eq!(changed(1).is_older_than(&modstamp(2)), None);
    let other = Deal { id: Id::literal("006x0000000002X"), ..modstamp(2) };
    assert_eq!(modstamp(1).is_older_than(&other), None);
    assert_eq!(changed(1).modified_at().unwrap().as_second(), 1_769_851_801);
}

#[test]
fn records_go_through_json_in_the_shape_of_the_rest_api() {
    let deal = deal(ALL);
    let json = serde_json::to_string(&deal).unwrap();
    assert_eq!(
        json,
        r#"{"attributes":{"type":"Deal"},"Id":"006x0000000001XAAQ","Amount":"12345678.901234567","CloseDate":"2026-02-28","CreatedDate":"1969-12-31T23:59:59.250Z","LastModifiedDate":"2026-01-31T07:30:00.000Z","Opens__c":"09:30:00.500Z","Skipped__c":null,"SystemModstamp":"2026-01-31T07:30:00.000Z"}"#
    );
    assert_eq!(serde_json::from_str::<Deal>(&json).unwrap(), deal);
    let rest = r#"{"attributes":{"type":"Deal","url":"/x"},"Id":"006x0000000001X","Amount":12.5,
        "LastModifiedDate":"2026-01-31T07:30:00.000+0000","Later__c":{"a":[1]}}"#;
    let read: Deal = serde_json::from_str(rest).unwrap();
    assert_eq!(read.amount, Some(Decimal::new(125, 1)));
    assert_eq!(read.last_modified_date, deal.last_modified_date);
    for (wrong, reason) in [
        (r#"{"attributes":{"type":"Lead"}}"#, "expected attributes with the type Deal"),
        (r#"{"Id":"006"}"#, "not 15 or 18 letters and digits"),
        (r#"{"CloseDate":"soon"}"#, "a date looks like"),
        (r#"{"CloseDate":[]}"#, "expected a value of xsd:date for CloseDate"),
    ] {
        let error = serde_json::from_str::<Deal>(wrong).unwrap_err().to_string();
        assert!(error.contains(reason), "{wrong}: {error}");
    }
}

#[test]
fn whole_messages_are_serialized_and_a_session_id_never_is() {
    let text = message("<sf:Amount>1.5</sf:Amount>")
        .replace("<Notification>", "<SessionId>opensesame</SessionId><Notification>");
    let read: Notifications<Deal> = decode(text.as_bytes(), &Limits::default()).unwrap();
    let json = serde_json::to_value(&read).unwrap();
    assert_eq!(json["SessionId"], "<redacted>");
    assert_eq!(json["Notification"][0]["sObject"]["Amount"], "1.5");
    assert!(!json.to_string().contains("opensesame"));
}
