//! Rules of a definition that a program makes: checked as those of a file, and fired as Salesforce fires them.

mod common;

use common::{Behaviour, Endpoint, definition};
use sf_outbound::Kind;
use sf_outbound_sender::{
    Changes, Criterion, Definition, Evaluate, Field, Logic, ManualClock, Operator, Org, read_definition,
};
use std::time::Duration;

fn row(field: &str, operator: Operator, value: &str) -> Criterion {
    Criterion { field: field.to_owned(), operator, value: value.to_owned() }
}

fn with(criteria: Vec<Criterion>) -> Definition {
    let mut definition = definition("http://localhost:8080/");
    definition.rules[0].criteria = criteria;
    definition
}

/// How starting with a definition is refused.
fn refused(definition: Definition) -> String {
    Org::builder(definition).start().err().map(|error| error.to_string()).unwrap_or_default()
}

#[test]
fn a_definition_made_in_code_is_checked_like_a_file() {
    let edit = |edit: &dyn Fn(&mut Definition)| {
        let mut definition = with(vec![row("Name", Operator::Equals, "x")]);
        edit(&mut definition);
        refused(definition)
    };
    assert_eq!(edit(&|_| {}), "");
    for (said, wanted) in [
        (
            refused(with(vec![row("Nmae", Operator::Equals, "x")])),
            "SFD0109: the rule `Every change`, row 1: Opportunity has no field `Nmae`: did you mean `Name`? ",
        ),
        (
            refused(with(vec![row("Name", Operator::Equals, "x"), row("IsWon", Operator::LessThan, "true")])),
            "SFD0114: the rule `Every change`, row 2: `lessThan` does not fit the field's type: the operators ",
        ),
        (
            refused(with(vec![row("Amount", Operator::GreaterThan, "lots")])),
            "SFD0115: the rule `Every change`, row 1: the value can't be compared with the field: a number has",
        ),
        (
            refused(with(vec![row("Amount", Operator::GreaterThan, "1,000")])),
            "SFD0115: the rule `Every change`, row 1: `greaterThan` takes one value, and this is a list: ",
        ),
        (
            edit(&|definition| {
                definition.rules[0].evaluate = Evaluate::Created;
                definition.rules[0].criteria = vec![row("Name", Operator::Changed, "")];
            }),
            "SFD0114: the rule `Every change`, row 1: `changed` stands in a rule that does not look at every edit",
        ),
        (
            edit(&|definition| definition.rules[0].logic = Some(Logic::Row(2))),
            "SFD0116: the rule `Every change`: the filter logic names row 2 of 1",
        ),
        (
            edit(&|definition| definition.rules[0].logic = Some(Logic::And(Vec::new()))),
            "SFD0116: the rule `Every change`: the filter logic leaves out row 1",
        ),
        (
            edit(&|definition| definition.rules.push(definition.rules[0].clone())),
            "SFD0105: the rule `Every change` stands twice",
        ),
        (
            edit(&|definition| definition.rules[0].messages.push("Won".to_owned())),
            "SFD0105: the rule `Every change`: the outbound message `Won` stands twice",
        ),
        (
            edit(&|definition| {
                let field = Field { name: "NAME".to_owned(), kind: Kind::Text, external_id: false };
                definition.objects[0].fields.push(field);
            }),
            "SFD0105: the object `Opportunity`: the field `NAME` stands twice",
        ),
        (
            edit(&|definition| definition.objects[0].fields[0].name = "a b".to_owned()),
            "SFD0106: the object `Opportunity`: `a b` can't be the API name of a field: ",
        ),
        (
            edit(&|definition| definition.objects[0].fields[2].external_id = true),
            "SFD0114: the object `Opportunity`: `IsWon` can't be an external id: it is neither text nor a number",
        ),
        (
            edit(&|definition| definition.messages[0].name = "<Won>".to_owned()),
            "SFD0106: `<Won>` can't be the API name of an outbound message: ",
        ),
        (
            edit(&|definition| definition.organization_id = definition.messages[0].action_id),
            "SFD0107: this is not the id of an organization: ",
        ),
        (
            edit(&|definition| definition.messages[0].action_id = definition.organization_id),
            "SFD0107: the outbound message `Won`: this is not the id of an outbound message's action: ",
        ),
        (
            edit(&|definition| definition.messages[0].endpoint = "localhost".to_owned()),
            "SFD0117: the outbound message `Won`: the endpoint is not a http or https URL: ",
        ),
        (
            edit(&|definition| definition.api_version = 7),
            "SFD0119: there is no version 7 of the API for outbound messages: ",
        ),
    ] {
        assert!(said.starts_with(wanted), "said:   {said}\nwanted: {wanted}");
    }
}

#[test]
fn a_list_stands_only_where_it_has_a_meaning() {
    let findings = |field: &str, operator: &str, value: &str| {
        let text = format!(
            "[[object]]\nname = \"A\"\nfields = {{ N = \"double\", T = \"text\", D = \"date\" }}\n\
             [[outbound_message]]\nname = \"M\"\nobject = \"A\"\nendpoint = \"http://localhost/\"\n\
             [[rule]]\nname = \"R\"\noutbound_messages = [\"M\"]\n\
             criteria = [{{ field = \"{field}\", operator = \"{operator}\", value = '{value}' }}]\n"
        );
        read_definition("org.toml", &text).report.to_string()
    };
    for operator in ["equals", "notEqual", "contains", "notContain", "startsWith", "includes", "excludes"] {
        assert_eq!(findings("T", operator, "a, b"), "", "{operator}");
    }
    for operator in ["lessThan", "greaterThan", "lessOrEqual", "greaterOrEqual"] {
        for (field, value, help) in [
            ("N", "1,000", "a number is written without commas: 1000"),
            ("N", "-12,345,678.5", "a number is written without commas: -12345678.5"),
            ("N", "1,5", "a number has digits and a point, such as 1000.5"),
            ("N", "5,", "a number has digits and a point, such as 1000.5"),
            ("T", "a, b", "quotes keep the commas of one text: \"a, b\""),
            ("D", "2026-01-31, 2026-02-01", "write one date"),
        ] {
            let said = findings(field, operator, value);
            assert!(said.contains(&format!("`{operator}` takes one value, and this is a list")), "{said}");
            assert!(said.contains(help), "{said}");
        }
        assert_eq!(findings("N", operator, "1000"), "");
        assert_eq!(findings("T", operator, "\"a, b\""), "");
    }
    assert_eq!(findings("N", "equals", "1, 20"), "");
    // Nobody means 1 or 0 by it.
    assert!(findings("N", "equals", "1,000").contains("a number is written without commas: 1000"));
}

#[test]
fn a_new_record_has_not_changed() {
    let endpoint = Endpoint::always(Behaviour::Ack);
    let mut definition = with(vec![row("Name", Operator::Changed, "")]);
    definition.messages[0].endpoint = endpoint.url();
    let org = Org::builder(definition).clock(ManualClock::default()).start().unwrap();
    let id = org.create("Opportunity", [("Name", "one")]).unwrap();
    org.settle().unwrap();
    assert_eq!(endpoint.received().len(), 0);
    org.update("Opportunity", id, Changes::default().set("Amount", 1.0)).unwrap();
    org.settle().unwrap();
    assert_eq!(endpoint.received().len(), 0);
    org.update("Opportunity", id, [("Name", "two")]).unwrap();
    org.settle().unwrap();
    assert_eq!(endpoint.received().len(), 1);
}

#[test]
fn patience_may_be_as_long_as_can_be_said() {
    let endpoint = Endpoint::always(Behaviour::Ack);
    let org = Org::builder(definition(&endpoint.url())).timeout(Duration::MAX).start().unwrap();
    org.create("Opportunity", [("Name", "one")]).unwrap();
    org.settle_within(Duration::MAX).unwrap();
    org.settle().unwrap();
    assert_eq!(endpoint.received().len(), 1);
}
