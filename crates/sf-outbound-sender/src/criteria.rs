//! What must be true of a record: rows of field, operator and value, by Salesforce's rules for filters.
//!
//! Text is compared whatever its case. Commas part alternatives, and quotes keep a comma within one: `"Day, Ed"`.
//! No value at all stands for null, and so does an empty text.

use crate::definition::{Criterion, Object, Operator, Rule};
use crate::operand::{self, Test};
use crate::values::Values;
use sf_outbound::{Kind, OwnedValue};

/// Whether a record meets a rule's criteria; `before` is what it was, and `None` for a new one.
pub(crate) fn meets(rule: &Rule, object: &Object, before: Option<&Values>, after: &Values) -> bool {
    let is_met = |row: &Criterion| match row.operator {
        Operator::Changed => before.and_then(|before| value(before, &row.field)) != value(after, &row.field),
        _ => kind(object, &row.field).is_some_and(|kind| holds(row, kind, value(after, &row.field))),
    };
    match &rule.logic {
        None => rule.criteria.iter().all(is_met),
        Some(logic) => logic.is_met(&|row| rule.criteria.get(row - 1).is_some_and(is_met)),
    }
}

/// The kind of an object's field.
pub(crate) fn kind(object: &Object, field: &str) -> Option<Kind> {
    if field == "Id" {
        return Some(Kind::Id);
    }
    object.fields.iter().find(|known| known.name == field).map(|known| known.kind)
}

/// A field's value. Salesforce knows no empty text: it is null.
fn value<'v>(values: &'v Values, field: &str) -> Option<&'v OwnedValue> {
    values.get(field).filter(|value| !matches!(value, OwnedValue::Text(text) if text.is_empty()))
}

fn holds(row: &Criterion, kind: Kind, value: Option<&OwnedValue>) -> bool {
    // An unchecked box is never null.
    let unchecked = OwnedValue::Boolean(false);
    let value = value.or((kind == Kind::Boolean).then_some(&unchecked));
    // What can't be read is refused before a rule is made of it; nothing is like it.
    let Ok(operands) = operand::read(kind, row.operator, &row.value) else { return false };
    let any = |test: Test| operands.iter().any(|operand| operand.is_like(test, value));
    match row.operator {
        Operator::Equals => any(Test::Equals),
        Operator::NotEqualTo => !any(Test::Equals),
        Operator::LessThan => any(Test::Below),
        Operator::GreaterThan => any(Test::Above),
        Operator::LessOrEqual => any(Test::Below) || any(Test::Equals),
        Operator::GreaterOrEqual => any(Test::Above) || any(Test::Equals),
        Operator::Contains => any(Test::Contains),
        Operator::DoesNotContain => !any(Test::Contains),
        Operator::StartsWith => any(Test::StartsWith),
        Operator::Includes => any(Test::Includes),
        Operator::Excludes => !any(Test::Includes),
        Operator::Changed => false,
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::definition::{Evaluate, Field, Logic};
    use Operator::*;
    use sf_outbound::Id;

    pub(crate) fn row(field: &str, operator: Operator, value: &str) -> Criterion {
        Criterion { field: field.to_owned(), operator, value: value.to_owned() }
    }

    pub(crate) fn values<'v>(fields: impl IntoIterator<Item = (&'v str, OwnedValue)>) -> Values {
        let mut values = Values::default();
        for (name, value) in fields {
            values.set(name, Some(value));
        }
        values
    }

    /// An object with a field of each kind.
    pub(crate) fn object() -> Object {
        let fields = [
            ("Name", Kind::Text),
            ("Amount", Kind::Double),
            ("Count", Kind::Int),
            ("Serial", Kind::Long),
            ("Rate", Kind::Decimal),
            ("IsWon", Kind::Boolean),
            ("CloseDate", Kind::Date),
            ("At", Kind::DateTime),
            ("Opens", Kind::Time),
            ("OwnerId", Kind::Id),
            ("Body", Kind::Binary),
        ];
        let fields =
            fields.map(|(name, kind)| Field { name: name.to_owned(), kind, external_id: false }).to_vec();
        Object { name: "Thing__c".to_owned(), key_prefix: "a00".to_owned(), fields }
    }

    fn rule(criteria: Vec<Criterion>) -> Rule {
        Rule {
            name: "Rule".to_owned(),
            object: "Thing__c".to_owned(),
            active: true,
            evaluate: Evaluate::CreatedAndEveryEdit,
            criteria,
            logic: None,
            messages: vec![],
        }
    }

    /// Each row: field, its value (null where it is `None`), and whether it meets operator and value.
    fn check(field: &str, value: impl Into<Option<OwnedValue>>, rows: &[(Operator, &str, bool)]) {
        let value = value.into();
        let record = values(value.clone().map(|value| (field, value)));
        for (operator, operand, expected) in rows {
            let met = meets(&rule(vec![row(field, *operator, operand)]), &object(), None, &record);
            assert_eq!(met, *expected, "{field} = {value:?} {operator:?} `{operand}`");
        }
    }

    fn text(text: &str) -> OwnedValue {
        OwnedValue::Text(text.to_owned())
    }

    #[test]
    fn null_is_like_nothing_but_no_value() {
        for null in [None, Some(text(""))] {
            check(
                "Name",
                null,
                &[
                    (Equals, "", true),
                    (NotEqualTo, "", false),
                    (Equals, "x", false),
                    (Equals, "x,", true),
                    (NotEqualTo, "x", true),
                    (LessThan, "x", false),
                    (GreaterThan, "", false),
                    (LessOrEqual, "", true),
                    (Contains, "x", false),
                    (Contains, "", false),
                    (DoesNotContain, "x", true),
                    (StartsWith, "", false),
                    (Includes, "x", false),
                    (Excludes, "x", true),
                    (Changed, "", false),
                ],
            );
        }
        check("Amount", None, &[(Equals, "0", false), (Equals, "", true), (LessThan, "1", false)]);
        check("Amount", OwnedValue::Double(0.0), &[(Equals, "", false), (NotEqualTo, "", true)]);
        // A box is unchecked, never null.
        check("IsWon", None, &[(Equals, "false", true), (NotEqualTo, "True", true), (Equals, "TRUE", false)]);
    }

    #[test]
    fn text_is_compared_whatever_its_case() {
        check(
            "Name",
            text("Straße, Day"),
            &[
                (Equals, "STRAßE, day", false),
                (Equals, "\"STRAßE, day\"", true),
                (Equals, "  \"straße, day\" , x", true),
                (NotEqualTo, "other, \"straße, day\"", false),
                (Contains, "DAY", true),
                (Contains, "night, day", true),
                (DoesNotContain, "night,noon", true),
                (DoesNotContain, "night,day", false),
                (StartsWith, "stra", true),
                (StartsWith, "day", false),
                (LessThan, "T", true),
                (GreaterThan, "S", true),
            ],
        );
        check(
            "Name",
            text("\"a\" b"),
            &[(Equals, "\"a\" b", true), (Equals, "a", false), (Contains, "\"b\", b", true)],
        );
        check(
            "Name",
            text("say \"hi\""),
            &[(Equals, "\"say \"\"hi\"\"\"", true), (Equals, "say \"hi\"", true)],
        );
    }

    #[test]
    fn multi_select_picklists_hold_values_between_semicolons() {
        check(
            "Name",
            text("Red; Green;Blue"),
            &[
                (Includes, "green", true),
                (Includes, "gre", false),
                (Includes, "Black,Blue", true),
                (Includes, "Red;Blue", true),
                (Includes, "Red;Black", false),
                (Includes, "Red;Black,Green", true),
                (Excludes, "Black", true),
                (Excludes, "Black,Red", false),
                (Excludes, "Red;Black", true),
            ],
        );
    }

    #[test]
    fn numbers_are_compared_exactly() {
        check(
            "Amount",
            OwnedValue::Double(0.1),
            &[
                (Equals, "0.1", true),
                (Equals, ".10", true),
                (Equals, "0.1000000000000000055", false),
                (LessThan, "0.10000000000000001", true),
                (GreaterThan, "-5", true),
                (Equals, "1,0.1", true),
                (NotEqualTo, "0.2", true),
                (GreaterOrEqual, "0.1", true),
                (LessOrEqual, "0.09", false),
                (LessThan, "x", false),
                (NotEqualTo, "x", false),
            ],
        );
        check(
            "Serial",
            OwnedValue::Long(9_007_199_254_740_993),
            &[(Equals, "9007199254740992", false), (GreaterThan, "9007199254740992.5", true)],
        );
        check("Count", OwnedValue::Int(-7), &[(Equals, "-7.0", true), (LessThan, "-6", true)]);
        check("Count", OwnedValue::Int(0), &[(Equals, "-0", true), (Equals, "00", true)]);
        let rate = OwnedValue::Decimal("+123456789012345678901234567890.50".to_owned());
        check("Rate", rate, &[(Equals, "123456789012345678901234567890.5", true), (LessThan, "2", false)]);
        let nan = OwnedValue::Double(f64::NAN);
        check("Amount", nan, &[(Equals, "0", false), (LessThan, "1", false), (GreaterThan, "1", false)]);
    }

    #[test]
    fn dates_and_times_are_compared_as_such() {
        check(
            "CloseDate",
            OwnedValue::Date("2026-01-31".parse().unwrap()),
            &[
                (Equals, "2026-01-31", true),
                (LessThan, "2026-02-01", true),
                (GreaterThan, "2026-01-31", false),
                (GreaterOrEqual, "2026-01-31", true),
                (LessThan, "31.1.2027", false),
            ],
        );
        check(
            "At",
            OwnedValue::DateTime("2026-01-31T23:30:00Z".parse().unwrap()),
            &[
                // A day is the whole of it, in UTC.
                (Equals, "2026-01-31", true),
                (LessThan, "2026-01-31", false),
                (LessOrEqual, "2026-01-31", true),
                (GreaterThan, "2026-01-31", false),
                (LessThan, "2026-02-01", true),
                (Equals, "2026-02-01T00:30:00+01:00", true),
                (LessThan, "2026-01-31T23:30:00.001Z", true),
            ],
        );
        check(
            "Opens",
            OwnedValue::Time("08:30:00".parse().unwrap()),
            &[(Equals, "08:30", true), (LessThan, "08:30:00.001", true), (GreaterThan, "09:00", false)],
        );
    }

    #[test]
    fn ids_are_equal_in_both_forms() {
        check(
            "OwnerId",
            OwnedValue::Id(Id::literal("00Dx0000000001gEAA")),
            &[
                (Equals, "00Dx0000000001g", true),
                (Equals, "00Dx0000000001G", false),
                (NotEqualTo, "00Dx0000000001gEAA", false),
                (StartsWith, "001,00D", true),
                (StartsWith, "00d", false),
                (Equals, "", false),
            ],
        );
    }

    #[test]
    fn a_change_is_of_the_value_not_of_its_kind_of_nothing() {
        let one = values([("Name", OwnedValue::Text("one".to_owned()))]);
        let upper = values([("Name", OwnedValue::Text("One".to_owned()))]);
        let empty = values([("Name", OwnedValue::Text(String::new()))]);
        let rule = rule(vec![row("Name", Changed, "")]);
        for (before, after, expected) in [
            (Some(&one), &one, false),
            (Some(&one), &upper, true),
            (Some(&one), &empty, true),
            (Some(&empty), &values([]), false),
            (None, &one, true),
            (None, &empty, false),
        ] {
            assert_eq!(meets(&rule, &object(), before, after), expected, "{before:?} to {after:?}");
        }
    }

    #[test]
    fn rows_are_all_met_or_as_the_logic_says() {
        let record = values([("Name", OwnedValue::Text("x".to_owned()))]);
        let mut rule =
            rule(vec![row("Name", Equals, "x"), row("Name", Equals, "y"), row("Name", Equals, "x")]);
        assert!(!meets(&rule, &object(), None, &record));
        for (logic, expected) in [
            ("1", true),
            ("2", false),
            ("1 AND NOT 2", true),
            ("(1 OR 2) AND 3", true),
            ("1 AND 2 AND 3", false),
        ] {
            rule.logic = Some(Logic::parse(logic).unwrap());
            assert_eq!(meets(&rule, &object(), None, &record), expected, "{logic}");
        }
    }

    #[test]
    fn a_field_that_is_not_there_meets_nothing() {
        let rule = rule(vec![row("Missing", NotEqualTo, "x")]);
        assert!(!meets(&rule, &object(), None, &values([])));
    }
}
