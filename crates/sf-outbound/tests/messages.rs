//! Reading messages: each rule with its hazard, and no panic on any bytes.

#[macro_use]
mod object;
mod opportunity;

use opportunity::{decode, fields, message, one, schema, value};
use sf_outbound::{Error, Id, Kind, Limits, Notifications, OwnedValue, Schema, Value};
use std::panic;

#[test]
fn an_empty_element_is_a_string_and_nil_is_none() {
    let message = decode(&fields("<sf:Name/><sf:Amount xsi:nil='1'/>")).unwrap();
    assert_eq!(value(&message, "Name"), Value::Text(""));
    assert_eq!(value(&message, "Amount"), Value::Null);
    assert_eq!(value(&message, "IsWon"), Value::Null);
}

#[test]
fn order_prefixes_cdata_and_comments_are_free() {
    let body = one(
        "<sObject><x:Name xmlns:x='urn:sobject.enterprise.soap.sforce.com'>A<!-- c -->&amp;<![CDATA[<B>]]></x:Name>\
         <Amount xmlns='urn:sobject.enterprise.soap.sforce.com'> 1E3 </Amount><sf:Id>006x0000000001X</sf:Id></sObject>",
    );
    let message = decode(&body).unwrap();
    assert_eq!(
        (value(&message, "Name"), value(&message, "Amount")),
        (Value::Text("A&<B>"), Value::Double(1000.0))
    );
}

#[test]
fn a_deleted_record_is_none_in_each_of_its_forms() {
    for sobject in [
        "",
        "<sObject/>",
        "<sObject> \n</sObject>",
        "<sObject xsi:nil='true'/>",
        "<sObject xsi:type='sf:Opportunity'></sObject>",
    ] {
        assert_eq!(decode(&one(sobject)).unwrap().notifications[0].sobject, None, "{sobject}");
    }
}

#[test]
fn unknown_elements_are_passed_over_counted_and_named() {
    let message = decode(&fields("<sf:New__c><sf:Deep/></sf:New__c><sf:New__c/><Other xmlns='urn:other'>x</Other><sf:fieldsToNull>Name</sf:fieldsToNull>")).unwrap();
    assert_eq!(
        (message.unknown.elements, message.unknown.names),
        (3, vec!["New__c".to_owned(), "Other".to_owned()])
    );
    let beside = one("").replace("<ActionId>", "<New>x</New><x:Other xmlns:x='u'/><ActionId>");
    assert_eq!(decode(&beside).unwrap().unknown.names, ["New", "Other"], "beside the notifications");
}

/// What is refused, with its code and the end of its path.
#[test]
fn what_breaks_a_rule_is_refused_for_it() {
    let soap12 = one("")
        .replace("http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope");
    let header = |attributes: &str| {
        one("").replace("<e:Body>", &format!("<e:Header><h xmlns='u' {attributes}/></e:Header><e:Body>"))
    };
    let long = message(&"<Notification><Id>04lx0000000001XAAQ</Id></Notification>".repeat(101));
    #[rustfmt::skip]
    let table = [
        (fields("<sf:Amount>many</sf:Amount>"), "SFR0202", "sObject/Amount"), (fields("<sf:Amount/>"), "SFR0202", "sObject/Amount"),
        (fields("<sf:OwnerId>12364</sf:OwnerId>"), "SFR0201", "sObject/OwnerId"), (fields("<sf:Name xsi:nil='true'>x</sf:Name>"), "SFR0203", "sObject/Name"),
        (fields("<sf:Name><b/></sf:Name>"), "SFR0204", "sObject/Name"), (fields("<sf:Name>a</sf:Name><sf:Name>b</sf:Name>"), "SFR0303", "sObject/Name"),
        (fields("<sf:Name xsi:nil='1'/><sf:Name>b</sf:Name>"), "SFR0303", "sObject/Name"), (fields("<sf:Id>006x0000000001X</sf:Id>"), "SFR0303", "sObject/Id"),
        (fields("stray"), "SFR0305", "/sObject"), (one("<sObject><sf:Name>a</sf:Name></sObject>"), "SFR0302", "/sObject"),
        (one("<sObject/><sObject/>"), "SFR0303", "/sObject"), (one("<sObject xsi:type='sf:Lead'/>"), "SFR0304", "/sObject"),
        (one("<sObject xsi:type='Opportunity'/>"), "SFR0304", "/sObject"), (one("<sObject xsi:type='no:Opportunity'/>"), "SFR0104", "/sObject"),
        (message(""), "SFR0301", "/notifications"), (long, "SFR0502", "Notification[101]"),
        (message("<Notification/>"), "SFR0302", "Notification[1]/Id"), (one("").replace("<ActionId>04kx0000000001XAAQ</ActionId>", ""), "SFR0302", "notifications/ActionId"),
        (one("").replace("<ActionId>", "<ActionId>04kx0000000001XAAQ</ActionId><ActionId>"), "SFR0303", "/ActionId"),
        (soap12, "SFR0402", "Envelope"), (header("e:mustUnderstand='1'"), "SFR0403", "Header/h"),
        ("<a/>".into(), "SFR0401", "a"), (one("").replace("notifications", "other"), "SFR0306", "Body/other"),
        (one("") + "<more/>", "SFR0102", ""), (one("").replace("</e:Envelope>", ""), "SFR0106", "Envelope"),
    ];
    for (message, code, path) in table {
        let error = decode(&message).expect_err(&message);
        assert_eq!(error.code(), code, "{error}\n{message}");
        assert!(error.path().ends_with(path), "{error}");
        assert!(!format!("{error}{error:?}").contains("many"), "a value stands in the error");
    }
    for accepted in [
        header(""),
        header("e:mustUnderstand='0'"),
        header("e:mustUnderstand='1' e:actor='urn:somebody-else'"),
    ] {
        assert!(decode(&accepted).is_ok(), "{accepted}");
    }
}

#[test]
fn the_limits_of_notifications_and_bytes_hold_at_their_number() {
    let notifications =
        |count: usize| message(&"<Notification><Id>04lx0000000001XAAQ</Id></Notification>".repeat(count));
    let body = notifications(2);
    for (limits, accepted) in [
        (Limits::default().notifications(3), true),
        (Limits::default().notifications(2), true),
        (Limits::default().notifications(1), false),
        (Limits::default().body_bytes(body.len() + 1), true),
        (Limits::default().body_bytes(body.len()), true),
        (Limits::default().body_bytes(body.len() - 1), false),
    ] {
        let done = schema().decode(body.as_bytes(), &limits);
        assert_eq!(done.as_ref().err().map(Error::is_limit), if accepted { None } else { Some(true) });
    }
    assert_eq!(decode(&notifications(100)).unwrap().notifications.len(), 100);
}

/// Growing would copy the records that were read before, and leave up to half of the room empty.
#[test]
fn room_is_made_at_once_for_the_notifications_of_a_message() {
    let one = "<Notification><Id>04lx0000000001XAAQ</Id><sObject xsi:type='sf:Opportunity'>\
               <sf:Id>006x0000000001XAAQ</sf:Id></sObject></Notification>";
    for count in [1, 10, 40, 90] {
        let room = decode(&message(&one.repeat(count))).unwrap().notifications.capacity();
        assert!((count..=count + count / 4 + 2).contains(&room), "{room} for {count}");
    }
}

#[test]
fn a_session_id_is_seen_and_never_shown() {
    let message =
        decode(&one("").replace("<ActionId>", "<SessionId>00D!SECRET</SessionId><ActionId>")).unwrap();
    assert!(message.session_id.is_some());
    let mut again = Vec::new();
    message.encode(&mut again);
    assert!(!format!("{message:?}{}", String::from_utf8_lossy(&again)).contains("SECRET"));
}

#[test]
fn what_is_encoded_decodes_to_the_same() {
    let message = decode(&fields(
        "<sf:Amount>-0.001</sf:Amount><sf:IsWon>0</sf:IsWon><sf:Name>a&#13;\n &lt;\"é]]&gt;</sf:Name>",
    ))
    .unwrap();
    let mut bytes = Vec::new();
    message.encode(&mut bytes);
    assert_eq!(schema().decode(&bytes, &Limits::default()).unwrap(), message);
}

#[test]
fn whatever_a_value_holds_is_escaped() {
    let schema =
        Schema::new("Opportunity", [("D".to_owned(), Kind::Decimal), ("T".to_owned(), Kind::Text)]).unwrap();
    let mut record = schema.record(Id::literal("006x0000000001X"));
    for text in ["</sf:D><evil>", "", ".", " 1", "1e5", "\u{661}"] {
        assert!(!record.set("D", Some(OwnedValue::Decimal(text.into()))), "{text}");
    }
    assert!(record.set("D", Some(OwnedValue::Decimal("+1.50".into()))));
    assert!(record.set("T", Some(OwnedValue::Text("</sf:T><evil a=\"&\">".into()))));
    assert_eq!(Value::Decimal("<evil>").to_string(), "<evil>");
    let mut message = decode(&one("")).unwrap();
    message.enterprise_url = Some("<evil>&".into());
    message.notifications[0].sobject = Some(record);
    let mut bytes = Vec::new();
    message.encode(&mut bytes);
    assert!(!String::from_utf8_lossy(&bytes).contains("<evil"));
    assert_eq!(schema.decode(&bytes, &Limits::default()).unwrap(), message);
}

/// A decimal of a generated type can be any text.
#[test]
fn a_decimal_of_a_type_is_escaped() {
    object!(Deal { 0 d: String = "D" Decimal, });
    let id = Id::literal("006x0000000001X");
    let record = Deal { d: Some("</sf:D><evil>".to_owned()), ..Deal::new(id) };
    let message = Notifications::new(id, id).with(id, record);
    let mut bytes = Vec::new();
    message.encode(&mut bytes);
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.contains("<sf:D>&lt;/sf:D&gt;&lt;evil&gt;</sf:D>"), "{text}");
}

#[test]
fn a_schema_takes_api_names_only() {
    let schema = |object: &str, names: &[&str]| {
        let rows: Vec<_> = names.iter().map(|name| ((*name).to_owned(), Kind::Text)).collect();
        Schema::new(object, rows).map(drop).map_err(|error| error.to_string())
    };
    assert_eq!(schema("i360__Thing__c", &["Name", "name", "_x", "A1__c", "ID", "id"]), Ok(()));
    for name in ["", "a b", "a\"", "a>", "a:b", ":Name", "1a", "sf:Name", "<a", "a-b", "é", "a\n", "Name "] {
        for made in [schema("Account", &["Name", name]), schema(name, &["Name"])] {
            assert!(made.unwrap_err().contains("is no API name"), "{name:?}");
        }
    }
    assert!(schema("Account", &["Id"]).unwrap_err().starts_with("`Id` is among the fields"));
    assert_eq!(schema("Account", &["A", "B", "A"]).unwrap_err(), "the field `A` stands twice");
    let many: Vec<_> = (0..65_536).map(|number| format!("F{number}")).collect();
    let many: Vec<_> = many.iter().map(String::as_str).collect();
    assert_eq!(schema("Account", &many[1..]), Ok(()));
    assert_eq!(schema("Account", &many).unwrap_err(), "there are more than 65,535 fields");
}

#[test]
fn no_bytes_make_reading_panic() {
    let sample = fields("<sf:Amount>1.0</sf:Amount><sf:Name>x &amp; y</sf:Name><sf:OwnerId xsi:nil='true'/>")
        .into_bytes();
    let runs = 20_000;
    let mut state = 5_u64;
    let mut random = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap_or(0) % below
    };
    for _ in 0..runs {
        let mut bytes = sample.clone();
        for _ in 0..=random(3) {
            let at = random(bytes.len());
            match random(3) {
                0 => bytes.truncate(at.max(1)),
                1 => bytes[at] = b"<>/&;\"':\xFF\0a= "[random(13)],
                _ => drop(bytes.drain(at..(at + random(9)).min(bytes.len()))),
            }
            if bytes.is_empty() {
                break;
            }
        }
        let done = panic::catch_unwind(|| {
            schema().decode(&bytes, &Limits::default()).map(|_| sf_outbound::verdict(None, &bytes))
        });
        assert!(done.is_ok(), "{}", String::from_utf8_lossy(&bytes));
    }
}
