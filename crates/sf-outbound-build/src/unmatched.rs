//! Names in options that match nothing.

use crate::codes;
use crate::options::{Options, finding};
use sf_outbound_wsdl::{Diagnostic, Field, Model};

/// What options name and no model has: fields of `only`, `skip`, `decimal` and `rename`, objects of `rename`,
/// `derive` and `attribute`. A pattern with a `*` may match nothing.
///
/// # Example
///
/// ```
/// use sf_outbound_build::{Options, unmatched};
/// use sf_outbound_wsdl::{ReadOptions, read};
///
/// let wsdl = include_bytes!("../../../tests/wsdl/opportunity.wsdl");
/// let model = read("opportunity.wsdl", wsdl, &ReadOptions::default()).model.expect("a WSDL");
/// let options = Options::default().only("Amount").only("Amuont");
/// assert_eq!(unmatched(&options, &[&model])[0].message, "no WSDL has `Amuont`, which `--only` names");
/// ```
#[must_use]
pub fn unmatched(options: &Options, models: &[&Model]) -> Vec<Diagnostic> {
    let fields: Vec<_> =
        models.iter().flat_map(|model| &model.fields).map(|field| field.name.clone()).collect();
    let objects: Vec<_> = models.iter().map(|model| model.object.text.clone()).collect();
    let path = |model: &Model, field: &Field| format!("{}.{}", model.object.text, field.name);
    let paths: Vec<_> =
        models.iter().flat_map(|model| model.fields.iter().map(|field| path(model, field))).collect();
    let all = [&*fields, &*objects].concat();
    let mut findings = Vec::new();
    let mut check = |flag: &str, name: Option<&str>, known: &[String]| {
        let Some(name) = name.filter(|name| !known.iter().any(|known| known == name)) else { return };
        let near = known.iter().filter(|known| known.eq_ignore_ascii_case(name) || is_near(known, name));
        let near: Vec<_> = near.take(3).cloned().collect();
        let help = match near.as_slice() {
            [] => "take the option away, or see the names with `sf-outbound inspect`".to_owned(),
            near => format!("did you mean {}?", near.join(" or ")),
        };
        let message = format!("no WSDL has `{name}`, which `--{flag}` names");
        findings.push(finding(&codes::NO_SUCH_NAME, message, help));
    };
    let patterns = [("decimal", &options.decimal), ("only", &options.only), ("skip", &options.skip)];
    for (flag, patterns) in patterns {
        for pattern in patterns {
            check(flag, pattern.name(), &fields);
        }
    }
    for (api_name, _) in &options.renames {
        check("rename", Some(api_name), &all);
    }
    for (pattern, _) in &options.derives {
        check("derive", pattern.name(), &objects);
    }
    for (pattern, _) in &options.attributes {
        check("attribute", pattern.name(), if pattern.is_of_fields() { &paths } else { &objects });
    }
    findings
}

/// Whether two names differ by one letter, or by two that changed places.
fn is_near(left: &str, right: &str) -> bool {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    let same_start = left.iter().zip(right).take_while(|(l, r)| l == r).count();
    let rest = (&left[same_start..], &right[same_start..]);
    match rest {
        ([_, left @ ..], [_, right @ ..]) if left == right => true,
        ([_, left @ ..], right) | (right, [_, left @ ..]) if left == right => true,
        ([a, b, left @ ..], [c, d, right @ ..]) => a == d && b == c && left == right,
        _ => false,
    }
}
