//! Records through JSON: what is read is what stands there, and hostile JSON is refused without its values.
#![cfg(feature = "serde")]

#[macro_use]
mod object;

use sf_outbound::{Id, Notifications};

object!(Deal {
    0 binary: Vec<u8> = "Binary__c" Binary,
    1 is_won: bool = "IsWon" Boolean,
    2 name: String = "Name" Text,
    3 number: i32 = "Number__c" Int,
    4 system_modstamp: sf_outbound::jiff::Timestamp = "SystemModstamp" DateTime,
});

sf_outbound::contract! { 3 serde Deal }

fn read(json: &str) -> Result<Deal, String> {
    let mut reader = serde_json::Deserializer::from_str(json);
    let read = sf_outbound::contract_3::deserialize(&mut reader);
    read.and_then(|deal| reader.end().map(|()| deal)).map_err(|error| error.to_string())
}

fn written(deal: &Deal) -> String {
    let mut bytes = Vec::new();
    sf_outbound::contract_3::serialize(deal, &mut serde_json::Serializer::new(&mut bytes)).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// A record with an id and these fields.
fn with(fields: &str) -> Result<Deal, String> {
    read(&format!(r#"{{"Id":"006x0000000001XAAQ",{fields}}}"#))
}

#[test]
fn an_id_alone_is_read_as_it_stands() {
    let id: Id = serde_json::from_str(r#""001x0000000001XAAQ""#).unwrap();
    assert_eq!(id, Id::literal("001x0000000001XAAQ"));
    assert!(serde_json::from_str::<Id>(r#""001x""#).is_err());
}

#[test]
fn booleans_are_true_and_false_in_both_directions() {
    for value in [true, false] {
        let deal = with(&format!(r#""IsWon":{value}"#)).unwrap();
        assert_eq!(deal.is_won, Some(value));
        assert!(written(&deal).contains(&format!(r#""IsWon":{value}"#)));
        assert_eq!(with(&format!(r#""IsWon":"{value}""#)).unwrap().is_won, Some(value));
    }
    let nothing = with(r#""Binary__c":"","IsWon":null"#).unwrap();
    assert_eq!((nothing.is_won, nothing.binary.clone()), (None, Some(Vec::new())));
    assert_eq!(read(&written(&nothing)).unwrap(), nothing);
}

/// Texts whose last five bytes may begin or end inside a character, and zones in the REST API's form.
#[test]
fn an_instant_is_read_in_the_form_of_the_rest_api_and_nothing_makes_reading_panic() {
    let at = |text: &str| with(&format!(r#""SystemModstamp":"{text}""#)).map(|deal| deal.system_modstamp);
    let instant = "2026-01-31T07:30:00Z".parse().unwrap();
    for text in ["2026-01-31T07:30:00.000+0000", "2026-01-31T09:30:00+0200", "2026-01-31T09:30:00+02:00"] {
        assert_eq!(at(text), Ok(Some(instant)), "{text}");
    }
    for text in [
        "2026-01-31T09:30:00-aéb",
        "2026-01-31T09:30:00-éab",
        "2026-01-31T09:30:00-abé",
        "2026-01-31T09:30:00é-bcd",
        "2026-01-31T09:30:00+é0",
        "+é00",
        "-é",
        "é",
        "-aéb",
        "+0000",
        "2026-01-31T09:30:00+02:0",
        "2026-01-31T09:30:00+0260",
        "2026-01-31T09:30:00+00000",
        "2026-01-31",
        "",
    ] {
        let error = at(text).unwrap_err();
        assert!(error.starts_with("SystemModstamp: ") && error.contains("line 1 column"), "{text}: {error}");
    }
}

#[test]
fn a_record_without_an_id_or_with_a_key_twice_is_refused() {
    for (json, reason) in [
        ("{}", "missing field `Id`"),
        (r#"{"Name":"Acme"}"#, "missing field `Id`"),
        (r#"{"id":"006x0000000001XAAQ"}"#, "missing field `Id`"),
        (r#"{"Id":null}"#, "invalid type: null, expected an id"),
        (r#"{"Id":"006x0000000001XAAQ","Id":"006x0000000001XAAQ"}"#, "duplicate field `Id`"),
        (r#"{"Id":"006x0000000001XAAQ","Name":"a","Name":"a"}"#, "duplicate field `Name`"),
        (r#"{"Id":"006x0000000001XAAQ","Name":null,"Name":"a"}"#, "duplicate field `Name`"),
        (r#"{"Id":"006x0000000001XAAQ","Name":"a","\u004eame":null}"#, "duplicate field `Name`"),
        (r#"{"attributes":{},"Id":"006x0000000001XAAQ","attributes":{}}"#, "duplicate field `attributes`"),
        (r#"{"attributes":{"type":"Deal","type":"Deal"}}"#, "duplicate field `type`"),
        (r#"{"attributes":{"type":"Lead"}}"#, "expected attributes with the type Deal"),
    ] {
        let error = read(json).unwrap_err();
        assert!(error.contains(reason), "{json}: {error}");
    }
    // API names differ by case, and what the type does not know is passed over.
    let deal = with(r#""name":"a","NAME":"b","Name":"c","New__c":1,"New__c":2"#).unwrap();
    assert_eq!(deal.name.as_deref(), Some("c"));
}

#[test]
fn a_refusal_names_the_field_and_what_would_be_right_and_shows_no_value() {
    for (json, reason) in [
        (r#"{"Id":424242}"#, "invalid type: a number, expected an id as a string"),
        (r#"{"Id":4242.42}"#, "invalid type: a number, expected an id as a string"),
        (r#"{"Id":"424242"}"#, "not 15 or 18 letters and digits"),
        (r#"{"Id":true}"#, "invalid type: a boolean, expected an id as a string"),
        (r#"{"attributes":"4242"}"#, "invalid type: a string, expected attributes with the type Deal"),
        (r#"{"Number__c":"4242 apples"}"#, "Number__c: an int is a whole number of 32 bits"),
        (r#"{"Number__c":42424242424242}"#, "Number__c: an int is between"),
        (r#"{"Number__c":[4242]}"#, "expected a value of xsd:int for Number__c"),
        (r#"{"IsWon":"4242"}"#, "IsWon: a boolean is true, false, 1 or 0"),
        (r#"{"Binary__c":"4242="}"#, "Binary__c: base64Binary is groups of four"),
    ] {
        let error = read(json).unwrap_err();
        assert!(error.contains(reason), "{json}: {error}");
        assert!(!error.contains("4242"), "{json}: {error}");
    }
}

#[test]
fn a_message_is_read_as_it_was_written() {
    let id = |number: u8| Id::new(&format!("04lx0000000000{number}")).unwrap();
    let mut message =
        Notifications::new(Id::literal("00Dx0000000001gEAA"), Id::literal("04kx0000000001XAAQ"))
            .with(id(1), with(r#""Name":"Acme""#).unwrap())
            .with(id(2), None);
    message.enterprise_url = Some("https://example.my.salesforce.com/services/Soap/c/61.0".to_owned());
    let json = serde_json::to_string(&message).unwrap();
    assert_eq!(serde_json::from_str::<Notifications<Deal>>(&json).unwrap(), message);

    let session = json.replace(r#""SessionId":null"#, r#""SessionId":"00D!SECRET""#);
    let read: Notifications<Deal> = serde_json::from_str(&session).unwrap();
    assert!(read.session_id.is_some() && !format!("{read:?}").contains("SECRET"));
    assert!(!serde_json::to_string(&read).unwrap().contains("SECRET"));

    let refused = |json: &str| serde_json::from_str::<Notifications<Deal>>(json).unwrap_err().to_string();
    for (from, to, said) in [
        (r#""OrganizationId":"#, r#""Organization":"#, "missing field `OrganizationId`"),
        (r#""ActionId":"#, r#""SessionId":null,"ActionId":"#, "duplicate field `SessionId`"),
        (r#""Notification":["#, r#""Notifications":["#, "missing field `Notification`"),
        (r#""Id":"04l"#, r#""Id":"4l"#, "not 15 or 18 letters and digits"),
        (r#""sObject":null"#, r#""sObject":[]"#, "expected a record of Deal"),
        (r#""Notification":["#, r#""Notification":[7,"#, "expected a notification"),
    ] {
        let changed = json.replacen(from, to, 1);
        assert_ne!(changed, json, "{from}");
        assert!(refused(&changed).contains(said), "{to}: {}", refused(&changed));
    }
    assert!(refused("[]").contains("expected an outbound message"));
}
