//! Whether a workflow rule fires on a change of a record.

use crate::criteria;
use crate::definition::{Evaluate, Object, Rule};
use crate::values::Values;

/// Whether a rule fires when a record of its object goes from `before` to `after`.
///
/// `before` is `None` for a new record.
/// A rule that no such change can concern, since it is inactive or of another object, does not fire.
pub(crate) fn fires(rule: &Rule, object: &Object, before: Option<&Values>, after: &Values) -> bool {
    if !rule.active || rule.object != object.name {
        return false;
    }
    let meets_now = || criteria::meets(rule, object, before, after);
    match (rule.evaluate, before) {
        (Evaluate::Created, Some(_)) => false,
        (Evaluate::CreatedAndEditsToMeetCriteria, Some(before)) => {
            // Nothing has changed of what stood before: such rows are met only by an edit.
            meets_now() && !criteria::meets(rule, object, Some(before), before)
        }
        _ => meets_now(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::criteria::tests::{object, row, values};
    use crate::definition::Operator;
    use sf_outbound::OwnedValue;

    fn rule(evaluate: Evaluate) -> Rule {
        Rule {
            name: "Large".to_owned(),
            object: "Thing__c".to_owned(),
            active: true,
            evaluate,
            criteria: vec![row("Amount", Operator::GreaterThan, "100")],
            logic: None,
            messages: vec![],
        }
    }

    fn amount(amount: f64) -> Values {
        values([("Amount", OwnedValue::Double(amount))])
    }

    #[test]
    fn each_evaluation_looks_at_its_own_changes() {
        use Evaluate::{Created, CreatedAndEditsToMeetCriteria, CreatedAndEveryEdit};
        let (small, large, larger) = (amount(1.0), amount(101.0), amount(200.0));
        for (before, after, created, every_edit, to_meet) in [
            (None, &large, true, true, true),
            (None, &small, false, false, false),
            (Some(&small), &large, false, true, true),
            (Some(&large), &larger, false, true, false),
            (Some(&large), &large, false, true, false),
            (Some(&large), &small, false, false, false),
            (Some(&small), &small, false, false, false),
        ] {
            for (evaluate, expected) in [
                (Created, created),
                (CreatedAndEveryEdit, every_edit),
                (CreatedAndEditsToMeetCriteria, to_meet),
            ] {
                let fires = fires(&rule(evaluate), &object(), before, after);
                assert_eq!(fires, expected, "{evaluate:?}: {before:?} to {after:?}");
            }
        }
    }

    #[test]
    fn a_rule_without_rows_fires_on_what_it_evaluates() {
        let empty = values([]);
        for (evaluate, created, edited) in [
            (Evaluate::Created, true, false),
            (Evaluate::CreatedAndEveryEdit, true, true),
            // It was met before, whatever the record was.
            (Evaluate::CreatedAndEditsToMeetCriteria, true, false),
        ] {
            let rule = Rule { criteria: vec![], ..rule(evaluate) };
            assert_eq!(fires(&rule, &object(), None, &empty), created, "{evaluate:?}");
            assert_eq!(fires(&rule, &object(), Some(&empty), &empty), edited, "{evaluate:?}");
        }
    }

    #[test]
    fn inactive_rules_and_those_of_other_objects_never_fire() {
        let inactive = Rule { active: false, ..rule(Evaluate::CreatedAndEveryEdit) };
        let other = Rule { object: "Other__c".to_owned(), ..rule(Evaluate::CreatedAndEveryEdit) };
        for rule in [inactive, other] {
            assert!(!fires(&rule, &object(), None, &amount(200.0)));
        }
    }

    #[test]
    fn a_change_is_one_whatever_was_met_before() {
        let changed = Rule {
            criteria: vec![row("Amount", Operator::Changed, "")],
            ..rule(Evaluate::CreatedAndEditsToMeetCriteria)
        };
        assert!(fires(&changed, &object(), Some(&amount(1.0)), &amount(2.0)));
        assert!(!fires(&changed, &object(), Some(&amount(1.0)), &amount(1.0)));
        assert!(fires(&changed, &object(), None, &amount(1.0)));
    }
}
