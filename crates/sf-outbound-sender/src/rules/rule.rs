//! Whether a workflow rule fires on a change of a record.

use super::criteria::{Criteria, Flaw};
use crate::definition::check::{broken, of_rule};
use crate::definition::{Evaluate, Object, Rule};
use crate::error::Error;
use crate::values::Values;

/// A rule with its criteria read.
#[derive(Debug)]
pub(crate) struct ReadRule {
    pub(crate) rule: Rule,
    criteria: Criteria,
}

impl ReadRule {
    /// **Errors.** The first flaw of its criteria.
    pub(crate) fn new(rule: Rule, object: &Object) -> Result<Self, Error> {
        match Criteria::read(&rule, object) {
            Ok(criteria) => Ok(Self { rule, criteria }),
            Err((row, flaw)) => Err(of_criteria(&rule, row, &flaw)),
        }
    }

    /// Whether the rule fires when a record of its object goes from `before` to `after`.
    ///
    /// `before` is `None` for a new record. An inactive rule never fires.
    pub(crate) fn fires(&self, before: Option<&Values>, after: &Values) -> bool {
        if !self.rule.active {
            return false;
        }
        let meets_now = || self.criteria.meets(before, after);
        match (self.rule.evaluate, before) {
            (Evaluate::Created, Some(_)) => false,
            (Evaluate::CreatedAndEditsToMeetCriteria, Some(before)) => {
                meets_now() && !self.criteria.meets(Some(before), before)
            }
            _ => meets_now(),
        }
    }
}

/// A flaw of a rule's criteria, told by the row's number.
fn of_criteria(rule: &Rule, row: Option<usize>, flaw: &Flaw) -> Error {
    let whose = match row {
        Some(row) => format!("{}, row {row}", of_rule(rule)),
        None => of_rule(rule),
    };
    broken(flaw.code, &whose, (&flaw.message, &flaw.help))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::Operator;
    use crate::rules::criteria::tests::{object, row, values};
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

    fn fires(rule: Rule, before: Option<&Values>, after: &Values) -> bool {
        ReadRule::new(rule, &object()).unwrap().fires(before, after)
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
                let fires = fires(rule(evaluate), before, after);
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
            assert_eq!(fires(rule.clone(), None, &empty), created, "{evaluate:?}");
            assert_eq!(fires(rule, Some(&empty), &empty), edited, "{evaluate:?}");
        }
    }

    #[test]
    fn inactive_rules_never_fire() {
        let inactive = Rule { active: false, ..rule(Evaluate::CreatedAndEveryEdit) };
        assert!(!fires(inactive, None, &amount(200.0)));
    }

    #[test]
    fn what_was_before_is_asked_only_where_every_edit_is_looked_at() {
        let changed =
            |evaluate| Rule { criteria: vec![row("Amount", Operator::Changed, "")], ..rule(evaluate) };
        for evaluate in [Evaluate::Created, Evaluate::CreatedAndEditsToMeetCriteria] {
            assert!(ReadRule::new(changed(evaluate), &object()).is_err());
        }
        let changed = || changed(Evaluate::CreatedAndEveryEdit);
        assert!(fires(changed(), Some(&amount(1.0)), &amount(2.0)));
        assert!(!fires(changed(), Some(&amount(1.0)), &amount(1.0)));
        assert!(!fires(changed(), None, &amount(1.0)));
    }
}
