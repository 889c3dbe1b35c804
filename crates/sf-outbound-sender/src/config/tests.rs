use super::*;
use crate::definition::{Criterion, Logic, Operator};
use sf_outbound::{Id, Kind};
use sf_outbound_wsdl::write;

const DEFAULT: &str = include_str!("../../org.default.toml");

fn good(text: &str) -> Definition {
    let reading = read_definition("org.toml", text);
    assert!(reading.report.diagnostics.is_empty(), "{}", reading.report);
    reading.definition.unwrap()
}

fn codes(text: &str) -> Vec<&'static str> {
    read_definition("org.toml", text).report.diagnostics.iter().map(|found| found.code.code).collect()
}

#[test]
fn the_file_of_all_keys_reads_as_it_says() {
    let definition = good(DEFAULT);
    assert_eq!(definition.organization_id, Id::literal("00Dxx0000000001"));
    assert_eq!(definition.api_version, 61);
    let object = &definition.objects[0];
    assert_eq!((object.name.as_str(), object.key_prefix.as_str()), ("Opportunity", "006"));
    assert_eq!(object.fields.iter().filter(|field| field.external_id).count(), 1);
    let rule = &definition.rules[0];
    assert_eq!(rule.logic, Logic::parse("1 AND (2 OR 3)").ok());
    assert_eq!(rule.criteria.len(), 3);
    assert_eq!(definition.messages[0].fields, ["Amount", "CloseDate", "Name", "StageName"]);
}

#[test]
fn a_wsdl_gives_what_the_file_does_not_say() {
    let folder = tempfile::tempdir().unwrap();
    let fields = [("Name", Kind::Text), ("Total__c", Kind::Double)];
    let wsdl = write("Invoice__c", &fields, "http://production.example.com/");
    std::fs::write(folder.path().join("invoice.wsdl"), wsdl).unwrap();
    let read = |text: &str| read_definition(folder.path().join("org.toml").to_str().unwrap(), text);
    let definition = read(
        r#"
        [[object]]
        wsdl = "invoice.wsdl"
        fields = { Total__c = "decimal", Number__c = { type = "text", external_id = true } }
        [[outbound_message]]
        name = "All"
        object = "Invoice__c"
        endpoint = "http://localhost/"
        [[outbound_message]]
        name = "Some"
        object = "Invoice__c"
        fields = ["Total__c", "Id", "Name"]
        endpoint = "http://localhost/"
        "#,
    );
    let definition = definition.definition.unwrap_or_else(|| panic!("{}", definition.report));
    let kinds: Vec<_> =
        definition.objects[0].fields.iter().map(|field| (field.name.as_str(), field.kind)).collect();
    let expected = [("Name", Kind::Text), ("Total__c", Kind::Decimal), ("Number__c", Kind::Text)];
    assert_eq!(kinds, expected);
    assert_eq!(definition.messages[0].fields, ["Name", "Number__c", "Total__c"]);
    assert_eq!(definition.messages[1].fields, ["Name", "Total__c"]);

    let text =
        "[[outbound_message]]\nname = \"A\"\nwsdl = \"invoice.wsdl\"\nendpoint = \"http://localhost/\"";
    let definition = read(text).definition.unwrap();
    assert_eq!(definition.objects[0].fields.len(), 2);
    assert_eq!(definition.messages[0].endpoint, "http://localhost/");
}

/// What the file of all keys says is the default is what stands without the key.
#[test]
fn what_is_said_to_be_a_default_is_one() {
    let mut kept = String::new();
    let mut dropped = 0;
    for line in DEFAULT.lines() {
        if line.contains("# default") {
            dropped += 1;
        } else {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    assert!(dropped > 6, "{dropped}");
    assert_eq!(good(DEFAULT), good(&kept));
}

#[test]
fn a_small_file_is_filled_up() {
    let definition = good(
        r#"
        [[object]]
        name = "Invoice__c"
        fields = { Name = "text", Total__c = "double", Account__c = "id" }

        [[outbound_message]]
        name = "Invoices"
        object = "Invoice__c"
        endpoint = "https://me:pw@localhost/x?token=1"
        "#,
    );
    assert_eq!(definition.objects[0].fields[2].kind, Kind::Id);
    assert_eq!(definition.objects[0].key_prefix.len(), 3);
    let message = &definition.messages[0];
    assert_eq!(message.fields, ["Account__c", "Name", "Total__c"]);
    assert_eq!(message.action_id.key_prefix(), "04k");
    assert_eq!(definition.rules, [on_every_change(message)]);
}

#[test]
fn values_of_rows_may_be_values_of_toml() {
    let definition = good(
        r#"
        [[object]]
        name = "Thing__c"
        fields = { N__c = "double", B__c = "boolean", D__c = "date" }
        [[outbound_message]]
        name = "Things"
        object = "Thing__c"
        endpoint = "http://localhost/"
        [[rule]]
        name = "R"
        outbound_messages = ["Things"]
        criteria = [
          { field = "N__c", operator = "greaterThan", value = 1000.5 },
          { field = "B__c", operator = "equals", value = true },
          { field = "D__c", operator = "lessThan", value = 2026-01-31 },
          { field = "N__c", operator = "changed" },
        ]
        "#,
    );
    let values: Vec<_> = definition.rules[0].criteria.iter().map(|row| row.value.as_str()).collect();
    assert_eq!(values, ["1000.5", "true", "2026-01-31", ""]);
    let row = Criterion { field: "N__c".into(), operator: Operator::Changed, value: String::new() };
    assert_eq!(definition.rules[0].criteria[3], row);
}

#[test]
fn all_findings_are_told_at_once_in_the_order_of_the_file() {
    let text = r#"
        organization_id = "001000000000001"
        api_version = 9
        [[object]]
        name = "Thing__c"
        fields = { Name = "currency" }
        colour = "red"
        [[outbound_message]]
        name = "Things"
        object = "Thing"
        [[rule]]
        outbound_messages = ["Thing"]
        logic = "1 AND"
        "#;
    let expected =
        ["SFD0107", "SFD0119", "SFD0112", "SFD0102", "SFD0103", "SFD0108", "SFD0103", "SFD0110", "SFD0116"];
    assert_eq!(codes(text), expected, "{}", read_definition("org.toml", text).report);
}

#[test]
fn no_bytes_make_reading_panic() {
    let mut state = 7_u64;
    let mut random = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    for _ in 0..2_000 {
        let mut text: Vec<char> = DEFAULT.chars().collect();
        for _ in 0..=random(4) {
            let (at, other) = (random(text.len()), random(text.len()));
            match random(3) {
                0 => text[at] = ['"', '[', ']', '{', '=', '\n', ',', 'é', '1', '.'][random(10)],
                1 => drop(text.drain(at..(at + random(60)).min(text.len()))),
                _ => {
                    let part: Vec<char> = text[other..(other + random(60)).min(text.len())].to_vec();
                    text.splice(at..at, part).for_each(drop);
                }
            }
        }
        let text: String = text.into_iter().collect();
        let reading = read_definition("org.toml", &text);
        assert_eq!(reading.definition.is_none(), reading.report.has_errors());
        let _ = reading.report.to_string();
    }
}

#[test]
fn no_secret_of_an_endpoint_is_shown() {
    for endpoint in
        ["https://me:opensesame@[/?token=opensesame", "me:opensesame@host?x=opensesame", "#opensesame"]
    {
        let text = format!("[[outbound_message]]\nname = \"A\"\nendpoint = \"{endpoint}\"\n");
        let report = read_definition("org.toml", &text).report;
        assert!(report.has_errors());
        assert!(!report.to_string().contains("opensesame"), "{report}");
    }
}

#[test]
fn each_operator_stands_in_the_file_of_all_defaults() {
    for (word, _) in Operator::WORDS {
        assert!(DEFAULT.lines().any(|line| line.starts_with('#') && line.contains(word)), "{word}");
    }
}
