//! What must be true of a record: rows of field, operator and value, by Salesforce's rules for filters.
//!
//! Text is compared whatever its case. Commas part alternatives, and quotes keep a comma within one: `"Day, Ed"`.
//! No value at all stands for null, and so does an empty text.
//!
//! Criteria are read once, when the set-up is made; what can't be read is a [`Flaw`], the same for a file and for a
//! definition that a program makes.

use super::operand::{self, Operand, Test};
use crate::codes;
use crate::definition::names::unknown_field;
use crate::definition::{Criterion, Evaluate, Logic, Object, Operator, Rule};
use crate::values::Values;
use sf_outbound::{Kind, OwnedValue};
use sf_outbound_wsdl::Code;

/// What is wrong with a row or with the logic.
#[derive(Debug)]
pub(crate) struct Flaw {
    pub(crate) code: &'static Code,
    /// Where in the row.
    pub(crate) part: Part,
    pub(crate) message: String,
    pub(crate) help: String,
}

/// A part of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Field,
    Operator,
    Value,
}

/// The criteria of a rule, read.
#[derive(Debug)]
pub(crate) struct Criteria {
    rows: Vec<Row>,
    logic: Option<Logic>,
}

/// A row, read.
#[derive(Debug)]
pub(crate) struct Row {
    field: String,
    kind: Kind,
    operator: Operator,
    operands: Vec<Operand>,
}

impl Criteria {
    /// **Errors.** The first flaw, and the number of its row, from 1; no number where it is one of the logic.
    pub(crate) fn read(rule: &Rule, object: &Object) -> Result<Self, (Option<usize>, Flaw)> {
        let rows = (1..).zip(&rule.criteria).map(|(number, row)| {
            let of_row = |flaw| (Some(number), flaw);
            check_evaluation(row.operator, rule.evaluate).map_err(of_row)?;
            Row::read(row, object).map_err(of_row)
        });
        let rows = rows.collect::<Result<Vec<_>, _>>()?;
        let logic = rule.logic.clone();
        match logic.iter().flat_map(|logic| check_logic(logic, rows.len())).next() {
            Some(flaw) => Err((None, flaw)),
            None => Ok(Self { rows, logic }),
        }
    }

    /// Whether a record meets them; `before` is what it was, and `None` for a new one.
    pub(crate) fn meets(&self, before: Option<&Values>, after: &Values) -> bool {
        match &self.logic {
            None => self.rows.iter().all(|row| row.is_met(before, after)),
            Some(logic) => {
                logic.is_met(&|number| self.rows.get(number - 1).is_some_and(|row| row.is_met(before, after)))
            }
        }
    }
}

impl Row {
    /// Reads a row of an object's rule.
    ///
    /// **Errors.** A field that is not there, an operator that does not fit it, a value that can't be read.
    pub(crate) fn read(row: &Criterion, object: &Object) -> Result<Self, Flaw> {
        let Some(kind) = kind(object, &row.field) else {
            let (message, help) = unknown_field(&row.field, object);
            return Err(Flaw { code: &codes::UNKNOWN_FIELD, part: Part::Field, message, help });
        };
        let (operator, word) = (row.operator, row.operator.word());
        let fitting = operand::operators(kind);
        if !fitting.contains(&operator) {
            let words: Vec<_> = fitting.iter().map(|operator| operator.word()).collect();
            let message = format!("`{word}` does not fit the field's type");
            let help = format!("the operators that fit are {}", words.join(", "));
            return Err(Flaw { code: &codes::OPERATOR, part: Part::Operator, message, help });
        }
        let operands = operand::read(kind, operator, &row.value).map_err(|refused| {
            let message = if refused.is_list {
                format!("`{word}` takes one value, and this is a list")
            } else {
                "the value can't be compared with the field".to_owned()
            };
            Flaw { code: &codes::OPERAND, part: Part::Value, message, help: refused.help }
        })?;
        Ok(Self { field: row.field.clone(), kind, operator, operands })
    }

    fn is_met(&self, before: Option<&Values>, after: &Values) -> bool {
        let value = value(after, &self.field);
        // As Salesforce's ISCHANGED: no field of a new record has changed.
        if self.operator == Operator::Changed {
            return before.is_some_and(|before| self::value(before, &self.field) != value);
        }
        // An unchecked box is never null.
        let unchecked = OwnedValue::Boolean(false);
        let value = value.or((self.kind == Kind::Boolean).then_some(&unchecked));
        let any = |test: Test| self.operands.iter().any(|operand| operand.is_like(test, value));
        match self.operator {
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
}

/// What was before can only be asked of where each edit is looked at.
///
/// **Errors.** `SFD0114`.
pub(crate) fn check_evaluation(operator: Operator, evaluate: Evaluate) -> Result<(), Flaw> {
    if operator != Operator::Changed || evaluate == Evaluate::CreatedAndEveryEdit {
        return Ok(());
    }
    Err(Flaw {
        code: &codes::OPERATOR,
        part: Part::Operator,
        message: "`changed` stands in a rule that does not look at every edit".to_owned(),
        help: "write `evaluate = \"onAllChanges\"`".to_owned(),
    })
}

/// Finds rows that the logic names and that are not there, and rows that it leaves out.
pub(crate) fn check_logic(logic: &Logic, rows: usize) -> Vec<Flaw> {
    let flaw =
        |message, help: &str| Flaw { code: &codes::LOGIC, part: Part::Value, message, help: help.to_owned() };
    let named = logic.rows();
    let mut flaws = Vec::new();
    if let Some(number) = named.iter().find(|number| !(1..=rows).contains(*number)) {
        flaws.push(flaw(format!("the filter logic names row {number} of {rows}"), "rows are counted from 1"));
    }
    let unnamed: Vec<_> = (1..=rows).filter(|row| !named.contains(row)).map(|row| row.to_string()).collect();
    if !unnamed.is_empty() {
        let message = format!("the filter logic leaves out row {}", unnamed.join(", "));
        flaws.push(flaw(message, "name each row, or drop it"));
    }
    flaws
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
            let criteria = Criteria::read(&rule(vec![row(field, *operator, operand)]), &object());
            let met = criteria.unwrap().meets(None, &record);
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
            // As Salesforce's ISCHANGED.
            (None, &one, false),
            (None, &empty, false),
        ] {
            let criteria = Criteria::read(&rule, &object()).unwrap();
            assert_eq!(criteria.meets(before, after), expected, "{before:?} to {after:?}");
        }
    }

    #[test]
    fn rows_are_all_met_or_as_the_logic_says() {
        let record = values([("Name", OwnedValue::Text("x".to_owned()))]);
        let mut rule =
            rule(vec![row("Name", Equals, "x"), row("Name", Equals, "y"), row("Name", Equals, "x")]);
        let meets = |rule: &Rule| Criteria::read(rule, &object()).unwrap().meets(None, &record);
        assert!(!meets(&rule));
        for (logic, expected) in [
            ("1 AND (2 OR 3)", true),
            ("1 AND 3 AND NOT 2", true),
            ("(1 OR 2) AND 3", true),
            ("1 AND 2 AND 3", false),
        ] {
            rule.logic = Some(Logic::parse(logic).unwrap());
            assert_eq!(meets(&rule), expected, "{logic}");
        }
    }
}
