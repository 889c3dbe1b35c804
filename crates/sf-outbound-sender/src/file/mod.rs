//! What an administrator writes: a TOML file, or a WSDL and an endpoint, to a [`Definition`].
//!
//! Every finding is told at once, each with its place; only a file without errors gives a definition.

mod endpoint;
mod findings;
mod ids;
mod message;
mod names;
mod object;
mod rehearsal;
mod rule;
mod table;
mod words;
mod wsdl;

pub(crate) use endpoint::{is_about_port, refused as endpoint_refused};
pub(crate) use ids::{ACTION_ID, ORGANIZATION_ID, USER_ID, wrong as wrong_id};
pub(crate) use names::{did_you_mean, is_api_name, no_api_name, unknown_field};
pub(crate) use object::{can_be_external_id, no_external_id};
pub(crate) use words::operator as operator_word;

use crate::codes;
use crate::definition::{Definition, Evaluate, Object, OutboundMessage, Rule};
use crate::rehearsal::Rehearsal;
use findings::Findings;
use object::Objects;
use sf_outbound_wsdl::{Model, Report, XsdType, public_address, write};
use std::path::Path;
use table::{Document, Table};
use wsdl::Folder;

/// Version of the API in which messages are sent where a file names none.
const API_VERSION: u16 = 61;

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

impl Definition {
    /// The organization of one WSDL: its object, and one outbound message that every change sends to the endpoint.
    ///
    /// # Example
    ///
    /// ```
    /// use sf_outbound_sender::Definition;
    /// use sf_outbound_wsdl::{ReadOptions, XsdType, read, write};
    ///
    /// let wsdl = write("Account", &[("Name", XsdType::Text)], "https://listener.example.com/");
    /// let model = read("account.wsdl", wsdl.as_bytes(), &ReadOptions::default()).model.unwrap();
    /// let definition = Definition::of_wsdl(&model, "http://localhost:8080/salesforce");
    /// assert_eq!(definition.messages[0].name, "Account");
    /// ```
    #[must_use]
    pub fn of_wsdl(model: &Model, endpoint: &str) -> Self {
        let name = model.object.text.clone();
        let object = Object {
            name: name.clone(),
            key_prefix: ids::key_prefix(&name, &|_| false),
            fields: wsdl::fields(model).collect(),
        };
        let mut fields: Vec<_> = object.fields.iter().map(|field| field.name.clone()).collect();
        fields.sort_unstable();
        let message = OutboundMessage {
            name: name.clone(),
            action_id: ids::action_id(&name),
            object: name,
            fields,
            endpoint: endpoint.to_owned(),
            protected: false,
            user: None,
        };
        Self {
            organization_id: ids::ORGANIZATION.to_18(),
            api_version: API_VERSION,
            objects: vec![object],
            rules: vec![on_every_change(&message)],
            messages: vec![message],
        }
    }

    /// [`Definition::of_wsdl`] for a file, as a listener's own test wants it; `types` says what types that are not known
    /// are read as, such as `("xsd:duration", "text")`.
    ///
    /// **Errors.** `SFD0118` where the file can't be read, and what is wrong in it, with places.
    ///
    /// # Example
    ///
    /// ```
    /// use sf_outbound_sender::Definition;
    ///
    /// let report = Definition::of_wsdl_file("no/such.wsdl", "http://localhost:8080/", &[]).unwrap_err();
    /// assert!(report.to_string().starts_with("error[SFD0118]: the WSDL can't be read: there is no such file"));
    /// ```
    pub fn of_wsdl_file(
        file: impl AsRef<Path>,
        endpoint: &str,
        types: &[(&str, &str)],
    ) -> Result<Self, Report> {
        Ok(Self::of_wsdl(&wsdl::model_of(file.as_ref(), types)?, endpoint))
    }
}

impl Definition {
    /// The WSDL that is bound to an outbound message, as Salesforce would give it out.
    ///
    /// The address in it is the endpoint, with the secrets that it may have.
    ///
    /// # Example
    ///
    /// ```
    /// # use sf_outbound_sender::Definition;
    /// # use sf_outbound_wsdl::{ReadOptions, XsdType, read, write};
    /// let wsdl = write("Account", &[("Name", XsdType::Text)], "https://listener.example.com/");
    /// let model = read("account.wsdl", wsdl.as_bytes(), &ReadOptions::default()).model.unwrap();
    /// let definition = Definition::of_wsdl(&model, "https://listener.example.com/?token=hush");
    /// let message = &definition.messages[0];
    /// assert!(definition.wsdl(message).contains("hush"));
    /// assert!(!definition.public_wsdl(message).contains("hush"));
    /// ```
    #[must_use]
    pub fn wsdl(&self, message: &OutboundMessage) -> String {
        let object = self.objects.iter().find(|object| object.name == message.object);
        let xsd_type = |name: &str| {
            let field = object?.fields.iter().find(|field| field.name == name)?;
            XsdType::from_name(field.kind.xsd_name())
        };
        let fields: Vec<_> =
            message.fields.iter().filter_map(|name| Some((name.as_str(), xsd_type(name)?))).collect();
        write(&message.object, &fields, &message.endpoint)
    }

    /// The same with the endpoint as it may be shown: without user info, and without the values of its query.
    #[must_use]
    pub fn public_wsdl(&self, message: &OutboundMessage) -> String {
        let mut message = message.clone();
        message.endpoint = public_address(&message.endpoint);
        self.wsdl(&message)
    }
}

/// Why Salesforce would not send to an endpoint; never a part of its URL.
///
/// **Errors.** What is no http or https URL with a host, or has a port below 1024 that is neither 80 nor 443.
///
/// # Example
///
/// ```
/// use sf_outbound_sender::check_endpoint;
///
/// assert_eq!(check_endpoint("http://localhost:8080/"), Ok(()));
/// assert_eq!(check_endpoint("http://localhost:22/"), Err("Salesforce does not send to this port"));
/// ```
pub fn check_endpoint(endpoint: &str) -> Result<(), &'static str> {
    endpoint::refused(endpoint).map_or(Ok(()), |(why, _)| Err(why))
}

fn definition(root: &Table<'_>, folder: &Folder, findings: &mut Findings<'_>) -> Definition {
    root.only(KEYS, findings);
    let organization_id = root.text("organization_id", findings);
    let organization_id = organization_id.map(|text| ids::read(&text, ids::ORGANIZATION_ID, findings));
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

fn on_every_change(message: &OutboundMessage) -> Rule {
    Rule {
        name: message.name.clone(),
        object: message.object.clone(),
        active: true,
        evaluate: Evaluate::CreatedAndEveryEdit,
        criteria: Vec::new(),
        logic: None,
        messages: vec![message.name.clone()],
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

#[cfg(test)]
mod tests;
