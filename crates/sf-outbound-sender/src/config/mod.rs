//! What an administrator writes: a TOML file, or a WSDL and an endpoint, to a [`Definition`].
//!
//! Every finding is told at once, each with its place; only a file without errors gives a definition.

mod findings;
mod id;
mod message;
mod names;
mod object;
mod rehearsal;
mod rule;
mod table;
mod wsdl;

use crate::codes;
use crate::definition::check::{VERSIONS, is_api_version, no_version};
use crate::definition::wsdl::{API_VERSION, on_every_change};
use crate::definition::{Definition, ids};
use crate::rehearsal::Rehearsal;
use findings::Findings;
use object::Objects;
use sf_outbound_wsdl::Report;
use table::{Document, Table};
use wsdl::Folder;

const KEYS: &[&str] =
    &["organization_id", "api_version", "object", "rule", "outbound_message", "coalesce", "rehearsal"];

/// What was read: a definition when no finding is an error, and all findings.
#[derive(Debug, Clone)]
pub struct Reading {
    /// The set-up of the organization.
    pub definition: Option<Definition>,
    /// Whether changes are merged into notifications that were never sent, for [`Builder::coalesce`](crate::Builder::coalesce).
    pub coalesce: bool,
    /// What the file says is to be rehearsed.
    pub rehearsal: Rehearsal,
    /// Every finding, warnings among them.
    pub report: Report,
}

/// Reads the TOML file of an organization; `file` is the name under which findings show it, and the WSDLs that
/// it names are looked for from its folder.
///
/// `org.default.toml` of this crate shows every key with its default.
///
/// # Example
///
/// ```
/// # use sf_outbound_sender::Reading;
/// use sf_outbound_sender::read_definition;
///
/// let reading = read_definition("org.toml", r#"
///     [[object]]
///     name = "Opportunity"
///     fields = { Name = "text", Amount = "double" }
///
///     [[outbound_message]]
///     name = "Deals"
///     object = "Opportunity"
///     endpoint = "http://localhost:8080/salesforce"
/// "#);
/// let definition = reading.definition.ok_or(reading.report)?;
/// assert_eq!(definition.messages[0].fields, ["Amount", "Name"]);
/// // A file without rules sends each outbound message on every change.
/// assert_eq!(definition.rules[0].messages, ["Deals"]);
/// # Ok::<(), sf_outbound_wsdl::Report>(())
/// ```
#[must_use]
pub fn read_definition(file: &str, text: &str) -> Reading {
    let mut findings = Findings::new(text);
    let (document, is_toml) = Document::parse(text, &mut findings);
    let definition = is_toml.then(|| definition(&document.root(), &Folder::of(file), &mut findings));
    let rehearsal =
        if is_toml { rehearsal::read(&document.root(), &mut findings) } else { Rehearsal::default() };
    let coalesce = is_toml && document.root().boolean("coalesce", false, &mut findings);
    let report = findings.report(file, &document.places_of("endpoint"));
    let definition = definition.filter(|_| !report.has_errors());
    Reading { definition, coalesce, rehearsal, report }
}

fn definition(root: &Table<'_>, folder: &Folder, findings: &mut Findings<'_>) -> Definition {
    root.only(KEYS, findings);
    let organization_id = root.text("organization_id", findings);
    let organization_id = organization_id.map(|text| id::read(&text, ids::ORGANIZATION_ID, findings));
    let api_version = api_version(root, findings);
    let mut objects = Objects::read(root, folder, findings);
    let messages = message::read(root, &mut objects, folder, findings);
    let mut rules = rule::read(root, &objects, &messages, findings);
    if messages.is_empty() && !root.has("outbound_message") {
        let help = "add an `[[outbound_message]]` with `name`, `object` and `endpoint`";
        findings.whole(&codes::EMPTY, "the file has no outbound message", help);
    }
    if root.has("rule") {
        for placed in &messages {
            let name = &placed.message.name;
            // Of a mistake in a rule this may only be the consequence.
            if !findings.has_errors() && rules.iter().all(|rule| !rule.messages.contains(name)) {
                let message = format!("no rule sends the outbound message `{name}`");
                let help = "add it to the `outbound_messages` of a rule";
                findings.error(&codes::UNUSED, message, &placed.at, "here", help);
                findings.warn();
            }
        }
    } else {
        rules.extend(messages.iter().map(|placed| on_every_change(&placed.message)));
    }
    Definition {
        organization_id: organization_id.unwrap_or_else(|| ids::ORGANIZATION.to_18()),
        api_version,
        objects: objects.finish(findings),
        rules,
        messages: messages.into_iter().map(|placed| placed.message).collect(),
    }
}

/// `61`, `61.0` and `"61.0"` are one.
fn api_version(root: &Table<'_>, findings: &mut Findings<'_>) -> u16 {
    let Some(text) = root.scalar("api_version", findings) else { return API_VERSION };
    let number = text.text.strip_suffix(".0").unwrap_or(&text.text);
    if let Some(version) = number.parse().ok().filter(|version| is_api_version(*version)) {
        return version;
    }
    findings.error(&codes::API_VERSION, no_version(&text.text), &text.at, "here", VERSIONS);
    API_VERSION
}

#[cfg(test)]
mod tests;
