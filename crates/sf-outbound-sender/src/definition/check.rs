//! Whether a definition that a program makes holds together, in the words in which a file is told.

use super::endpoint::{is_about_port, refused};
use super::ids::{self, ACTION_ID, ORGANIZATION_ID, USER_ID};
use super::names::{did_you_mean, is_api_name, no_api_name, unknown_field};
use super::{Definition, Object, OutboundMessage, Rule};
use crate::codes;
use crate::error::Error;
use sf_outbound::{Id, Kind};
use sf_outbound_wsdl::Code;
use std::collections::HashSet;

/// What is there already, by keys that differ in more than the case of their letters.
#[derive(Default)]
struct Unique(HashSet<String>);

impl Unique {
    fn check(&mut self, whose: &str, what: &str, key: &str) -> Result<(), Error> {
        if self.0.insert(key.to_lowercase()) {
            return Ok(());
        }
        Err(broken(&codes::DUPLICATE, whose, (&format!("{what} `{key}` stands twice"), "")))
    }
}

/// **Errors.** The first flaw, with the code that a file's report gives it.
pub(crate) fn check(definition: &Definition) -> Result<(), Error> {
    let Definition { organization_id, api_version, objects, rules, messages } = definition;
    check_id("", ORGANIZATION_ID, *organization_id)?;
    if !is_api_version(*api_version) {
        let message = no_version(&api_version.to_string());
        return Err(broken(&codes::API_VERSION, "", (&message, VERSIONS)));
    }
    let (mut names, mut prefixes) = (Unique::default(), HashSet::new());
    for object in objects {
        names.check("", "the object", &object.name)?;
        check_object(object)?;
        if !prefixes.insert(&object.key_prefix) {
            let message = format!("the key prefix `{}` stands twice", object.key_prefix);
            return Err(broken(&codes::DUPLICATE, &of_object(object), (&message, "")));
        }
    }
    let (mut names, mut action_ids) = (Unique::default(), HashSet::new());
    for message in messages {
        names.check("", "the outbound message", &message.name)?;
        check_message(message, objects)?;
        if !action_ids.insert(message.action_id.to_18()) {
            let what = format!("the action id `{}` stands twice", message.action_id);
            return Err(broken(&codes::DUPLICATE, &of_message(message), (&what, "")));
        }
    }
    let mut names = Unique::default();
    for rule in rules {
        names.check("", "the rule", &rule.name)?;
        check_rule(rule, objects, messages)?;
    }
    Ok(())
}

fn check_object(object: &Object) -> Result<(), Error> {
    check_name("", "an object", &object.name)?;
    let whose = of_object(object);
    let prefix = &object.key_prefix;
    if prefix.len() != 3 || !prefix.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        let message = format!("`{prefix}` is no key prefix");
        let help = "a key prefix is three letters and digits, such as a01";
        return Err(broken(&codes::ID, &whose, (&message, help)));
    }
    let mut names = Unique::default();
    for field in &object.fields {
        check_name(&whose, "a field", &field.name)?;
        names.check(&whose, "the field", &field.name)?;
        if field.name.eq_ignore_ascii_case("Id") {
            let message = "every record has an Id, and this object lists one";
            return Err(broken(&codes::DUPLICATE, &whose, (message, "drop the field")));
        }
        if field.external_id && !can_be_external_id(field.kind) {
            let message = no_external_id(&field.name);
            return Err(broken(&codes::OPERATOR, &whose, (&message, "")));
        }
    }
    Ok(())
}

fn check_message(message: &OutboundMessage, objects: &[Object]) -> Result<(), Error> {
    check_name("", "an outbound message", &message.name)?;
    let whose = of_message(message);
    check_id(&whose, ACTION_ID, message.action_id)?;
    message.user.map_or(Ok(()), |user| check_id(&whose, USER_ID, user))?;
    let object = known(&whose, &message.object, objects)?;
    let mut names = Unique::default();
    for field in &message.fields {
        names.check(&whose, "the field", field)?;
        if object.fields.iter().all(|known| known.name != *field) {
            let (message, help) = unknown_field(field, object);
            return Err(broken(&codes::UNKNOWN_FIELD, &whose, (&message, &help)));
        }
    }
    match refused(&message.endpoint) {
        // A test may have its listener on any port.
        Some((why, help)) if !is_about_port(why) => Err(broken(&codes::ENDPOINT, &whose, (why, help))),
        _ => Ok(()),
    }
}

fn check_rule(rule: &Rule, objects: &[Object], messages: &[OutboundMessage]) -> Result<(), Error> {
    let whose = of_rule(rule);
    known(&whose, &rule.object, objects)?;
    let mut names = Unique::default();
    for name in &rule.messages {
        names.check(&whose, "the outbound message", name)?;
        let Some(message) = messages.iter().find(|message| message.name == *name) else {
            let known: Vec<_> = messages.iter().map(|message| message.name.as_str()).collect();
            let help = did_you_mean(name, "the outbound messages", &known);
            let what = format!("unknown outbound message `{name}`");
            return Err(broken(&codes::UNKNOWN_MESSAGE, &whose, (&what, &help)));
        };
        if message.object != rule.object {
            let what = format!(
                "the outbound message `{name}` is of {}, the rule of {}",
                message.object, rule.object
            );
            let help = "a rule can send outbound messages of its own object only";
            return Err(broken(&codes::OTHER_OBJECT, &whose, (&what, help)));
        }
    }
    Ok(())
}

fn check_name(whose: &str, what: &str, name: &str) -> Result<(), Error> {
    if is_api_name(name) {
        return Ok(());
    }
    let (message, help) = no_api_name(name, what);
    Err(broken(&codes::NAME, whose, (&message, help)))
}

fn check_id(whose: &str, kind: (&str, &str), id: Id) -> Result<(), Error> {
    if id.key_prefix() == kind.0 {
        return Ok(());
    }
    let (message, help) = ids::wrong(kind);
    Err(broken(&codes::ID, whose, (&message, &help)))
}

fn known<'o>(whose: &str, name: &str, objects: &'o [Object]) -> Result<&'o Object, Error> {
    objects.iter().find(|object| object.name == name).ok_or_else(|| {
        let known: Vec<_> = objects.iter().map(|object| object.name.as_str()).collect();
        let help = did_you_mean(name, "the objects", &known);
        broken(&codes::UNKNOWN_OBJECT, whose, (&format!("unknown object `{name}`"), &help))
    })
}

fn of_object(object: &Object) -> String {
    format!("the object `{}`", object.name)
}

fn of_message(message: &OutboundMessage) -> String {
    format!("the outbound message `{}`", message.name)
}

/// How a rule is named in what is said of it.
pub(crate) fn of_rule(rule: &Rule) -> String {
    format!("the rule `{}`", rule.name)
}

/// Whose flaw it is, what it is, and what to do.
#[cold]
pub(crate) fn broken(code: &'static Code, whose: &str, (message, help): (&str, &str)) -> Error {
    let parts: Vec<_> = [whose, message, help].into_iter().filter(|part| !part.is_empty()).collect();
    Error::trouble(code, parts.join(": "))
}

/// Whether a field of a kind can be an external id.
pub(crate) fn can_be_external_id(kind: Kind) -> bool {
    kind == Kind::Text || kind.is_number()
}

/// What is said of a field that can't be one.
pub(crate) fn no_external_id(field: &str) -> String {
    format!("`{field}` can't be an external id: it is neither text nor a number")
}

/// Whether outbound messages are sent in a version of the API.
pub(crate) fn is_api_version(version: u16) -> bool {
    matches!(version, 8 | 18..=999)
}

/// What to write where there is no such version.
pub(crate) const VERSIONS: &str = "write 8.0, or 18.0 or later";

/// What is said of a version that there is not.
pub(crate) fn no_version(version: &str) -> String {
    format!("there is no version {version} of the API for outbound messages")
}
