//! The effect of a changed WSDL on code that was written for the old one, after generating again.
//!
//! The WSDL's reader knows what changed; what code calls things is known here.

use crate::generate::named;
use crate::names;
use crate::options::Options;
use crate::types::rust_type;
use sf_outbound_wsdl::{Change, ChangeKind, Diagnostic, Field, Kind, Model, Name, Side};
use std::collections::HashMap;

/// The Rust names of an outbound message's sObject and its fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeNames {
    /// `None` where metadata do not say it.
    object: Option<String>,
    /// In the order of the file.
    fields: Vec<CodeName>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct CodeName {
    api_name: String,
    name: String,
    /// `None` where the types are not known.
    rust_type: Option<String>,
}

/// A name that code for the old WSDL uses, and that is gone or something else once generated from the new one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeBreak {
    /// The name as the old generated code has it, such as `Opportunity` or `amount_c`.
    pub name: String,
    /// What became of it, as a clause that goes on after the name: `becomes …`, `is gone`.
    pub became: String,
    /// Whether code that uses the name still compiles, because another field has it now.
    pub compiles: bool,
}

impl CodeNames {
    /// The names that one side gets. Metadata have no types, so only names are compared with theirs.
    ///
    /// **Errors.** As [`generate`](crate::generate).
    pub fn new(side: Side<'_>, options: &Options) -> Result<Self, Vec<Diagnostic>> {
        let model = match side {
            Side::Wsdl(model) => model.clone(),
            Side::Metadata(message) => untyped(message.object.as_deref(), &message.fields),
        };
        let knows_object = !matches!(side, Side::Metadata(message) if message.object.is_none());
        let (names, _) = named(&model, options)?;
        let is_typed = matches!(side, Side::Wsdl(_));
        // What is not generated has no name that code could use.
        let generated =
            model.fields.iter().zip(&names.fields).filter_map(|(field, name)| Some((field, name.as_ref()?)));
        let fields = generated.map(|(field, name)| CodeName {
            api_name: field.name.clone(),
            name: name.to_string(),
            rust_type: is_typed.then(|| short(&rust_type(field, options).to_string())),
        });
        let object = knows_object.then(|| names.object.to_string());
        Ok(Self { object, fields: fields.collect() })
    }
}

/// Of each change, the names of old code that it breaks: none where the code goes on compiling.
///
/// An added field breaks code where it folds to the name of another, for both are then named otherwise.
/// Code that lists all fields of a record (a literal or a pattern without `..`) is not looked at.
///
/// # Example
///
/// ```
/// use sf_outbound_build::{CodeBreak, CodeNames, Options, breaks};
/// use sf_outbound_wsdl::{ReadOptions, Side, diff, read};
///
/// # let wsdl = include_bytes!("../../../tests/wsdl/opportunity.wsdl");
/// let old = read("old.wsdl", wsdl, &ReadOptions::default()).model.expect("a WSDL");
/// let mut new = old.clone();
/// let removed = new.fields.remove(0);
/// let (old, new) = (Side::Wsdl(&old), Side::Wsdl(&new));
/// let names = |side| CodeNames::new(side, &Options::default());
/// let breaks: Vec<Vec<CodeBreak>> = breaks(&names(old)?, &names(new)?, &diff(old, new));
/// assert_eq!((removed.name.as_str(), breaks[0][0].name.as_str()), ("AccountId", "account_id"));
/// # Ok::<(), Vec<sf_outbound_wsdl::Diagnostic>>(())
/// ```
#[must_use]
pub fn breaks(old: &CodeNames, new: &CodeNames, changes: &[Change]) -> Vec<Vec<CodeBreak>> {
    let mut breaks = vec![Vec::new(); changes.len()];
    // A break whose cause is not found stands with the first change, so that none is lost.
    let mut note = |cause: Option<usize>, found: CodeBreak| {
        if let Some(breaks) = breaks.get_mut(cause.unwrap_or(0)) {
            breaks.push(found);
        }
    };
    if let (Some(old), Some(new)) = (&old.object, &new.object)
        && old != new
    {
        let cause = changes.iter().position(|change| change.kind == ChangeKind::Object);
        note(cause, CodeBreak { name: old.clone(), became: format!("becomes `{new}`"), compiles: false });
    }
    let by_api_name: HashMap<String, &CodeName> =
        new.fields.iter().map(|field| (field.api_name.to_ascii_lowercase(), field)).collect();
    let by_name: HashMap<&str, &CodeName> =
        new.fields.iter().map(|field| (field.name.as_str(), field)).collect();
    let causes = Causes::new(changes);
    for field in &old.fields {
        let now = by_api_name.get(&field.api_name.to_ascii_lowercase()).copied();
        let heir = by_name.get(field.name.as_str()).copied();
        if let Some(became) = became(field, now, heir) {
            let compiles = heir.is_some_and(|heir| !is_retyped(field, heir));
            note(causes.of(field), CodeBreak { name: field.name.clone(), became, compiles });
        }
    }
    breaks
}

/// What became of a field's name, which `heir` has now; `None` where code that uses it still compiles and means the
/// same.
fn became(old: &CodeName, now: Option<&CodeName>, heir: Option<&CodeName>) -> Option<String> {
    let Some(now) = now else {
        return Some(heir.map_or("is gone".into(), |heir| format!("would mean {}", heir.api_name)));
    };
    let is_typed = now.rust_type.is_some() && old.rust_type.is_some();
    if !is_typed && now.api_name != old.api_name {
        // Metadata take any case; a WSDL that is downloaded has Salesforce's.
        return None;
    }
    if now.name != old.name {
        let meaning = heir.map(|heir| format!(", and would mean {}", heir.api_name)).unwrap_or_default();
        return Some(format!("becomes `{}`{meaning}", now.name));
    }
    let shown = |name: &CodeName| name.rust_type.clone().unwrap_or_default();
    is_retyped(old, now).then(|| format!("becomes an Option<{}>, from Option<{}>", shown(now), shown(old)))
}

fn is_retyped(old: &CodeName, new: &CodeName) -> bool {
    old.rust_type.is_some() && new.rust_type.is_some() && old.rust_type != new.rust_type
}

/// Which change breaks a name: that of the field itself, or else one of a field that folds to the same name.
struct Causes<'c> {
    own: HashMap<&'c str, usize>,
    twins: HashMap<String, usize>,
}

impl<'c> Causes<'c> {
    fn new(changes: &'c [Change]) -> Self {
        let mut causes = Self { own: HashMap::new(), twins: HashMap::new() };
        for (index, change) in changes.iter().enumerate() {
            if matches!(change.kind, ChangeKind::FieldRemoved | ChangeKind::FieldType) {
                causes.own.insert(&change.name, index);
            }
            if matches!(change.kind, ChangeKind::FieldAdded | ChangeKind::FieldRemoved) {
                causes.twins.entry(names::snake(&change.name)).or_insert(index);
            }
        }
        causes
    }

    fn of(&self, field: &CodeName) -> Option<usize> {
        let own = self.own.get(field.api_name.as_str());
        own.or_else(|| self.twins.get(&names::snake(&field.api_name))).copied()
    }
}

/// A model that has only names.
fn untyped(object: Option<&str>, fields: &[Name]) -> Model {
    /// A name that is never shown.
    const ANY: &str = "Object__c";
    let name = |text: &str| Name { text: text.to_owned(), place: sf_outbound_wsdl::Place::default() };
    let fields = fields.iter().map(|field| Field {
        name: field.text.clone(),
        kind: Kind::Text,
        type_name: Kind::Text.xsd_name().to_owned(),
        nillable: true,
        min_occurs: 0,
        max_occurs: 1,
        place: field.place,
    });
    Model {
        object: name(object.unwrap_or(ANY)),
        fields: fields.collect(),
        header: Vec::new(),
        port_type: name(""),
        operation: name(""),
        soap_action: String::new(),
        address: name(""),
    }
}

/// A type without the paths of its names: `Vec<u8>`.
fn short(tokens: &str) -> String {
    let solid: String = tokens.split_whitespace().collect();
    let mut short = String::new();
    let mut name = String::new();
    for character in solid.chars() {
        if character.is_ascii_alphanumeric() || character == '_' {
            name.push(character);
        } else {
            if character != ':' {
                short += &name;
                short.push(character);
            }
            name.clear();
        }
    }
    short + &name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_shown_without_paths() {
        for (tokens, shown) in [
            (":: core :: primitive :: f64", "f64"),
            (":: std :: vec :: Vec < :: core :: primitive :: u8 >", "Vec<u8>"),
        ] {
            assert_eq!(short(tokens), shown);
        }
    }
}
