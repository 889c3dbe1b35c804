//! What Rust calls things. Every naming decision is made here; emitting makes none.
//!
//! - A field is `snake_case` with its suffix kept: `LastCURequestDate` → `last_cu_request_date`,
//!   `Amount__c` → `amount_c`. A word begins at an upper-case letter after a lower-case letter or digit, and
//!   at the last upper-case letter of a run that a lower-case letter follows.
//! - Two fields that fold to one name both get their lower-cased API names, with an underscore more where that is the
//!   folded name. Nothing is ever numbered: a new field may break a build, it never changes what an existing name means.
//! - A type is `UpperCamelCase` without `__c`; the suffix stays where the name would be one that the module or
//!   the prelude has.

use crate::codes;
use crate::options::{Options, UnknownElements};
use crate::pattern::Pattern;
use proc_macro2::{Ident, Span};
use sf_outbound_field::is_api_name;
use sf_outbound_wsdl::{Diagnostic, Field, Model, Place, Severity};
use std::collections::BTreeMap;
use std::path::Path;

/// The names of one module.
pub(crate) struct Names {
    pub(crate) object: Ident,
    /// In the order of the model's fields; `None` for those that are not generated.
    pub(crate) fields: Vec<Option<Ident>>,
    /// Whether a name is not `snake_case`.
    pub(crate) has_twins: bool,
}

/// The field of the record that has no API name but `Id`.
const ID: &str = "id";

/// The field that keeps elements which the WSDL does not know.
pub(crate) const UNKNOWN_ELEMENTS: &str = "unknown_elements";

/// The module of constants.
pub(crate) const FIELDS: &str = "fields";

/// Names for a model. Findings are errors, for which there are no names, or warnings.
pub(crate) fn names(model: &Model, options: &Options) -> (Option<Names>, Vec<Diagnostic>) {
    let mut findings: Vec<_> = not_api_names(model).collect();
    if !findings.is_empty() {
        return (None, findings);
    }
    let keeps_unknown = options.unknown == UnknownElements::Capture;
    let reserved: &[&str] = if keeps_unknown { &[ID, UNKNOWN_ELEMENTS] } else { &[ID] };
    let chosen: Vec<_> = model.fields.iter().filter(|field| is_generated(field, options)).collect();
    let mut by_name: BTreeMap<String, Vec<&Field>> = BTreeMap::new();
    for field in chosen.iter().filter(|field| renamed(&field.name, options).is_none()) {
        by_name.entry(snake(&field.name)).or_default().push(field);
    }
    let is_twin =
        |name: &str| reserved.contains(&name) || by_name.get(name).is_some_and(|fields| fields.len() > 1);
    for (name, fields) in &by_name {
        if let [first, second, ..] = fields.as_slice() {
            findings.push(twins(first, second, name));
        } else if reserved.contains(&name.as_str()) {
            findings.push(reserved_name(fields[0], name));
        }
    }
    let mut has_twins = false;
    let mut taken: BTreeMap<String, &Field> = BTreeMap::new();
    let mut idents = Vec::new();
    for field in &model.fields {
        if !is_generated(field, options) {
            idents.push(None);
            continue;
        }
        let folded = snake(&field.name);
        let twin = is_twin(&folded);
        let name = match renamed(&field.name, options) {
            Some(name) => name.to_owned(),
            None if twin => twin_name(&field.name, &folded),
            None => folded,
        };
        has_twins |= name.contains(|c: char| c.is_ascii_uppercase()) || name.trim_matches('_').contains("__");
        let plain = name.trim_start_matches("r#").to_owned();
        if let Some(first) = taken.get(&plain) {
            findings.push(clash(first, field, &name, options));
        } else if reserved.contains(&plain.as_str()) {
            findings.push(rename_taken(field.place, &name));
        }
        taken.insert(plain, field);
        idents.push(Some(identifier(&name)));
    }
    if options.constants {
        findings.extend(constants_of_one_name(model, &idents, &findings));
    }
    let object = renamed(&model.object.text, options);
    let object = object.map_or_else(|| type_name(&model.object.text), str::to_owned);
    if EMITTED.contains(&object.as_str()) || (options.constants && object == FIELDS) {
        findings.push(rename_taken(model.object.place, &object));
    }
    let failed = findings.iter().any(|finding| finding.severity == Severity::Error);
    if failed {
        // Advice on names that will not be given would mislead.
        findings.retain(|finding| finding.severity == Severity::Error);
    }
    let names = (!failed).then(|| Names { object: identifier(&object), fields: idents, has_twins });
    (names, findings)
}

/// What the constant of a field is called.
pub(crate) fn constant(name: &Ident) -> Ident {
    let name = name.to_string();
    Ident::new(&name.trim_start_matches("r#").to_ascii_uppercase(), Span::call_site())
}

/// Constants are upper case, so two names can be one there that are two as fields: `amount` and `aMOUNT`.
fn constants_of_one_name(model: &Model, idents: &[Option<Ident>], told: &[Diagnostic]) -> Vec<Diagnostic> {
    let mut taken = BTreeMap::from([(ID.to_ascii_uppercase(), None)]);
    let mut findings = Vec::new();
    for (field, ident) in model.fields.iter().zip(idents) {
        let Some(name) = ident.as_ref().map(|ident| constant(ident).to_string()) else { continue };
        let is_told = told
            .iter()
            .any(|finding| finding.severity == Severity::Error && finding.place == Some(field.place));
        match taken.get(&name) {
            Some(first) if !is_told => findings.push(Diagnostic {
                message: format!("the constant `{name}` of `{}` would have the name of another", field.name),
                second: first.map(|place| (place, "has it already".into())),
                help: "choose another name with `--rename`, or leave out `--constants`".into(),
                ..rename_taken(field.place, &name)
            }),
            Some(_) => {}
            None => drop(taken.insert(name, Some(field.place))),
        }
    }
    findings
}

/// Whether a field is one of those that `only` and `skip` leave.
pub(crate) fn is_generated(field: &Field, options: &Options) -> bool {
    let matches = |patterns: &[Pattern]| patterns.iter().any(|pattern| pattern.matches(&field.name));
    (options.only.is_empty() || matches(&options.only)) && !matches(&options.skip)
}

/// The name that an option gives to a field or an object.
fn renamed<'o>(api_name: &str, options: &'o Options) -> Option<&'o str> {
    options.renames.iter().find(|row| row.0 == api_name).map(|row| row.1.as_str())
}

/// The lower-cased API name of a field that is no `snake_case` name of another.
///
/// Where that is the name both fold to, it gets an underscore more, which no API name ends with: else it would come to
/// mean this field in code that was written for the other.
fn twin_name(api_name: &str, folded: &str) -> String {
    let name = api_name.to_ascii_lowercase();
    if name == folded { name + "_" } else { name }
}

fn not_api_names(model: &Model) -> impl Iterator<Item = Diagnostic> {
    let object = std::iter::once((&model.object.text, model.object.place));
    let names = object.chain(model.fields.iter().map(|field| (&field.name, field.place)));
    names.filter(move |(name, _)| !is_api_name(name)).map(|(name, place)| Diagnostic {
        code: &codes::API_NAME,
        severity: Severity::Error,
        message: format!("`{name}` is not an API name"),
        place: Some(place),
        label: "here".into(),
        second: None,
        help: "download the WSDL again".into(),
    })
}

fn finding(
    code: &'static sf_outbound_wsdl::Code,
    severity: Severity,
    field: &Field,
    message: String,
) -> Diagnostic {
    Diagnostic {
        code,
        severity,
        message,
        place: Some(field.place),
        label: String::new(),
        second: None,
        help: String::new(),
    }
}

fn reserved_name(field: &Field, name: &str) -> Diagnostic {
    let what =
        if name == ID { "as the record's Id is" } else { "as the elements that the WSDL does not know are" };
    Diagnostic {
        label: format!("becomes `{}`", twin_name(&field.name, name)),
        help: format!("or name it yourself: `--rename {}=NAME`", field.name),
        ..finding(
            &codes::TWINS,
            Severity::Warning,
            field,
            format!("`{}` would be named `{name}`, {what}", field.name),
        )
    }
}

fn rename_taken(place: Place, name: &str) -> Diagnostic {
    Diagnostic {
        code: &codes::RENAME,
        severity: Severity::Error,
        message: format!("the name `{name}` is taken by another item of the generated module"),
        place: Some(place),
        label: "would have it".into(),
        second: None,
        help: "choose another name with `--rename`".into(),
    }
}

fn twins(first: &Field, second: &Field, name: &str) -> Diagnostic {
    Diagnostic {
        label: format!("becomes `{}`", twin_name(&second.name, name)),
        second: Some((first.place, format!("becomes `{}`", twin_name(&first.name, name)))),
        help: format!("use those names in your code, or name one yourself: `--rename {}=NAME`", second.name),
        ..finding(
            &codes::TWINS,
            Severity::Warning,
            second,
            format!("`{}` and `{}` would both be named `{name}`", first.name, second.name),
        )
    }
}

fn clash(first: &Field, second: &Field, name: &str, options: &Options) -> Diagnostic {
    if [first, second].iter().any(|field| renamed(&field.name, options).is_some()) {
        return Diagnostic {
            second: Some((first.place, "has it already".into())),
            ..rename_taken(second.place, name)
        };
    }
    Diagnostic {
        label: "second field".into(),
        second: Some((first.place, "first field".into())),
        help: "take one of the two fields out of the outbound message, and download the WSDL again".into(),
        ..finding(
            &codes::CLASH,
            Severity::Error,
            second,
            format!("`{}` and `{}` would both be named `{name}`", first.name, second.name),
        )
    }
}

/// The stem of a file as the name of a module: `wsdl/My Account.wsdl.xml` → `my_account`.
pub(crate) fn module(file_name: &str) -> String {
    let words: String =
        stem_of(file_name).chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    snake(&words)
}

/// The stem of a file as it stands: `wsdl/LeadChanged.wsdl.xml` → `LeadChanged`.
pub(crate) fn stem(file: &Path) -> String {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    stem_of(&name).to_owned()
}

fn stem_of(file_name: &str) -> &str {
    let stem = file_name.strip_suffix(".xml").unwrap_or(file_name);
    stem.strip_suffix(".wsdl").or_else(|| stem.strip_suffix(".jsp")).unwrap_or(stem)
}

/// Crates that generated code and `include_wsdl!` name: beside a module of such a name, the macro would not be found.
pub(crate) const CRATES: &[&str] = &["alloc", "core", "sf_outbound", "std"];

/// What Rust calls a module within a text of several; `None` where a name is none in Rust.
pub(crate) fn module_ident(name: &str, options: &Options) -> Option<Ident> {
    let runtime = options.runtime.as_deref().unwrap_or_default().trim_start_matches("::");
    let shadows = CRATES.contains(&name) || runtime.split("::").next() == Some(name);
    if is_keyword(name) {
        Some(identifier(name))
    } else if shadows {
        Some(identifier(&format!("{name}_")))
    } else {
        syn::parse_str::<Ident>(name).ok()
    }
}

/// The sObject's API name as the name of a package: `i360__Appointment__c` → `i360-appointment-c-message`.
pub(crate) fn package(object: &str) -> String {
    snake(object).trim_matches('_').replace('_', "-") + "-message"
}

/// The name that an API name folds to, whatever else there is.
pub(crate) fn snake(api_name: &str) -> String {
    let characters: Vec<char> = api_name.chars().collect();
    let mut name = String::new();
    for (index, character) in characters.iter().enumerate() {
        let before = index.checked_sub(1).map(|at| characters[at]);
        let after = characters.get(index + 1);
        let ends_word = before.is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
        let ends_run =
            before.is_some_and(|c| c.is_ascii_uppercase()) && after.is_some_and(char::is_ascii_lowercase);
        let begins = character.is_ascii_uppercase() && (ends_word || ends_run);
        if (begins || *character == '_') && !name.is_empty() && !name.ends_with('_') {
            name.push('_');
        }
        if *character != '_' {
            name.push(character.to_ascii_lowercase());
        }
    }
    if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
        name.insert(0, '_');
    }
    name
}

/// Names of types that the module itself emits.
const EMITTED: &[&str] = &["Notification", "Notifications", "NotificationService", "NotificationServer"];

fn type_name(api_name: &str) -> String {
    /// Names of the preludes of all editions.
    const PRELUDE: &[&str] = &[
        "AsFn",
        "AsyncFn",
        "AsyncFnMut",
        "AsyncFnOnce",
        "AsMut",
        "AsRef",
        "Box",
        "Clone",
        "Copy",
        "Debug",
        "Default",
        "DoubleEndedIterator",
        "Drop",
        "Eq",
        "Err",
        "ExactSizeIterator",
        "Extend",
        "Fn",
        "FnMut",
        "FnOnce",
        "From",
        "FromIterator",
        "Future",
        "Hash",
        "Into",
        "IntoFuture",
        "IntoIterator",
        "Iterator",
        "None",
        "Ok",
        "Option",
        "Ord",
        "PartialEq",
        "PartialOrd",
        "Result",
        "Self",
        "Send",
        "Sized",
        "Some",
        "String",
        "Sync",
        "ToOwned",
        "ToString",
        "TryFrom",
        "TryInto",
        "Unpin",
        "Vec",
    ];
    let short = camel(api_name.strip_suffix("__c").unwrap_or(api_name));
    let is_taken = |name: &str| EMITTED.contains(&name) || PRELUDE.contains(&name);
    if !is_taken(&short) {
        return short;
    }
    let long = camel(api_name);
    if is_taken(&long) { long + "SObject" } else { long }
}

fn camel(api_name: &str) -> String {
    let mut name = String::new();
    for word in api_name.split('_').filter(|word| !word.is_empty()) {
        let (first, rest) = word.split_at(1);
        name.push_str(&first.to_ascii_uppercase());
        name.push_str(rest);
    }
    if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
        name.insert(0, '_');
    }
    name
}

/// Keywords of all editions, but those that can't be raw.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro",
    "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait",
    "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

const NEVER_RAW: &[&str] = &["self", "super", "crate", "_"];

/// Whether a word is a keyword of any edition, and so no name of a module or a package.
///
/// # Example
///
/// ```
/// assert!(sf_outbound_build::is_keyword("macro") && !sf_outbound_build::is_keyword("account"));
/// ```
#[must_use]
pub fn is_keyword(word: &str) -> bool {
    KEYWORDS.contains(&word) || NEVER_RAW.contains(&word)
}

fn identifier(name: &str) -> Ident {
    if let Some(raw) = name.strip_prefix("r#") {
        Ident::new_raw(raw, Span::call_site())
    } else if NEVER_RAW.contains(&name) {
        Ident::new(&format!("{name}_"), Span::call_site())
    } else if KEYWORDS.contains(&name) {
        Ident::new_raw(name, Span::call_site())
    } else {
        Ident::new(name, Span::call_site())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_snake_case_with_their_suffix() {
        for (api_name, name) in [
            ("Amount", "amount"),
            ("Amount__c", "amount_c"),
            ("LastCURequestDate", "last_cu_request_date"),
            ("IBAN__c", "iban_c"),
            ("W_9_Submitted__c", "w_9_submitted_c"),
            ("THE_SOCIALISTA__c", "the_socialista_c"),
            ("i360__Start_Time__c", "i360_start_time_c"),
            ("SBQQ__Primary__c", "sbqq_primary_c"),
            ("invoiceit_s__Zip__pc", "invoiceit_s_zip_pc"),
            ("Place__Latitude__s", "place_latitude_s"),
            ("XBOAUserID__c", "xboa_user_id_c"),
            ("_9", "_9"),
            ("_Hidden", "hidden"),
            ("_", "_"),
        ] {
            assert_eq!(snake(api_name), name, "{api_name}");
        }
    }

    #[test]
    fn a_twin_never_gets_the_name_that_the_other_had() {
        assert_eq!(twin_name("Total_Amount", &snake("Total_Amount")), "total_amount_");
        assert_eq!(twin_name("TotalAmount", &snake("TotalAmount")), "totalamount");
    }

    #[test]
    fn types_lose_their_suffix_unless_the_name_is_taken() {
        for (api_name, name) in [
            ("Opportunity", "Opportunity"),
            ("DiscountRule__c", "DiscountRule"),
            ("i360__Appointment__c", "I360Appointment"),
            ("State_Province__c", "StateProvince"),
            ("Option__c", "OptionC"),
            ("Notification__c", "NotificationC"),
            ("NotificationMessage__c", "NotificationMessage"),
            ("Self__c", "SelfC"),
        ] {
            assert_eq!(type_name(api_name), name, "{api_name}");
        }
    }

    #[test]
    fn files_give_names_of_modules() {
        for (file, name) in
            [("opportunity.wsdl", "opportunity"), ("opp.wsdl.xml", "opp"), ("My Org-1.wsdl", "my_org_1")]
        {
            assert_eq!(module(file), name);
        }
    }
}
