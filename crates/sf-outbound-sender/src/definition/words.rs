//! The words of the file: those of Salesforce's Metadata API for a workflow rule.

use super::{Evaluate, Operator};

pub(crate) const EVALUATE: [(&str, Evaluate); 3] = [
    ("onCreateOnly", Evaluate::Created),
    ("onAllChanges", Evaluate::CreatedAndEveryEdit),
    ("onCreateOrTriggeringUpdate", Evaluate::CreatedAndEditsToMeetCriteria),
];

/// `changed` is a word of ours: a formula of Salesforce would say `ISCHANGED`.
pub(crate) const OPERATOR: [(&str, Operator); 12] = [
    ("equals", Operator::Equals),
    ("notEqual", Operator::NotEqualTo),
    ("lessThan", Operator::LessThan),
    ("greaterThan", Operator::GreaterThan),
    ("lessOrEqual", Operator::LessOrEqual),
    ("greaterOrEqual", Operator::GreaterOrEqual),
    ("contains", Operator::Contains),
    ("notContain", Operator::DoesNotContain),
    ("startsWith", Operator::StartsWith),
    ("includes", Operator::Includes),
    ("excludes", Operator::Excludes),
    ("changed", Operator::Changed),
];

/// The word of an operator.
pub(crate) fn operator(operator: Operator) -> &'static str {
    OPERATOR.iter().find(|(_, known)| *known == operator).map_or("", |(word, _)| word)
}
