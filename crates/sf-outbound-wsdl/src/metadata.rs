//! Outbound messages as a project's own metadata describe them, in the XML of Salesforce's Metadata API.
//!
//! The metadata name the fields and not their types: only the WSDL has these.

use crate::address::same_address;
use crate::codes;
use crate::diagnostic::{Code, Diagnostic, Report, Severity};
use crate::document::Element;
use crate::findings::Findings;
use crate::model::{Model, Name, Place};
use crate::read::{Expected, METADATA, document, text};
use std::collections::HashSet;
use std::path::Path;

const GET_METADATA: &str = "retrieve it again: `sf project retrieve start --metadata Workflow`";

const EXPECTED: Expected = Expected { noun: "workflow metadata", get: GET_METADATA, damaged: GET_METADATA };

/// A `WorkflowOutboundMessage` of the Metadata API.
///
/// **Source.** Metadata API Developer Guide, "Workflow".
///
/// # Example
///
/// ```
/// use sf_outbound_wsdl::WorkflowOutboundMessage;
///
/// /// Whether messages that were given up are kept for an administrator.
/// fn is_kept(message: &WorkflowOutboundMessage) -> bool {
///     message.use_dead_letter_queue.on
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkflowOutboundMessage {
    /// API name of the sObject, where the path says it: Salesforce names the files in a folder `workflows` for their
    /// objects. The name of a copy elsewhere is no proof.
    pub object: Option<String>,
    /// `fullName`: the message's API name.
    pub full_name: Name,
    /// `name`: the message's label.
    pub label: Option<Name>,
    /// `description`.
    pub description: Option<Name>,
    /// `apiVersion`, such as `62.0`.
    pub api_version: Option<Name>,
    /// `endpointUrl`. It can carry a secret: show it with [`public_address`](crate::public_address).
    pub endpoint_url: Name,
    /// `fields` without `Id`, which every sObject has, in the order of the file.
    pub fields: Vec<Name>,
    /// `includeSessionId`.
    pub include_session_id: Switch,
    /// `integrationUser`: the user name whose rights decide what is sent.
    pub integration_user: Option<Name>,
    /// `protected`.
    pub protected: Switch,
    /// `useDeadLetterQueue`: whether notifications that are given up are kept for an administrator.
    pub use_dead_letter_queue: Switch,
}

/// A boolean element that may be absent, which is false.
///
/// # Example
///
/// ```
/// assert!(!sf_outbound_wsdl::Switch::default().on);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Switch {
    /// The text.
    pub on: bool,
    /// The text's place in the file.
    pub place: Option<Place>,
}

/// The result of reading a metadata file: all findings, and the outbound messages if no finding is an error.
///
/// # Example
///
/// ```
/// use sf_outbound_wsdl::{WorkflowReading, read_workflow};
///
/// let reading: WorkflowReading = read_workflow("Account.workflow", b"<Workflow/>");
/// assert!(reading.messages.is_none());
/// assert_eq!(reading.report.diagnostics[0].code.code, "SFW0301");
/// ```
#[derive(Debug, Clone)]
pub struct WorkflowReading {
    /// The outbound messages in the order of the file.
    pub messages: Option<Vec<WorkflowOutboundMessage>>,
    /// Every finding.
    pub report: Report,
}

/// Whether a file's name is that of workflow metadata: `Account.workflow`, `Account.workflow-meta.xml`, or
/// `….workflowOutboundMessage-meta.xml` of a decomposed project.
///
/// # Example
///
/// ```
/// use sf_outbound_wsdl::is_workflow_file;
///
/// assert!(is_workflow_file("workflows/Account.workflow-meta.xml"));
/// assert!(!is_workflow_file("wsdl/account.wsdl.xml"));
/// ```
#[must_use]
pub fn is_workflow_file(file: &str) -> bool {
    SUFFIXES.iter().any(|suffix| file.ends_with(suffix))
}

const SUFFIXES: [&str; 4] =
    [".workflow", ".workflow-meta.xml", ".workflowOutboundMessage", ".workflowOutboundMessage-meta.xml"];

/// Reads the outbound messages of workflow metadata; the object is taken from the file's path, where that is one of a Salesforce
/// project.
///
/// # Example
///
/// ```
/// let file = br#"<Workflow xmlns="http://soap.sforce.com/2006/04/metadata"><outboundMessages>
///     <fullName>Won</fullName><endpointUrl>https://listener.example.com/</endpointUrl>
///     <fields>Amount</fields><fields>Id</fields>
/// </outboundMessages></Workflow>"#;
/// let reading = sf_outbound_wsdl::read_workflow("workflows/Opportunity.workflow-meta.xml", file);
/// let messages = reading.messages.expect("no finding is an error");
/// assert_eq!((messages[0].object.as_deref(), messages[0].fields.len()), (Some("Opportunity"), 1));
/// ```
#[must_use]
pub fn read_workflow(file: &str, bytes: &[u8]) -> WorkflowReading {
    let mut findings = Findings::default();
    let text = text(bytes, &EXPECTED, &mut findings).unwrap_or_default();
    let messages = if findings.0.is_empty() { read_text(file, &text, &mut findings) } else { None };
    let report = findings.report(file, text);
    WorkflowReading { messages: messages.filter(|_| !report.has_errors()), report }
}

fn read_text(file: &str, text: &str, findings: &mut Findings) -> Option<Vec<WorkflowOutboundMessage>> {
    let document = document(text, &EXPECTED, findings)?;
    let root = document.root();
    let elements: Vec<_> = if root.is(METADATA, "WorkflowOutboundMessage") {
        vec![root]
    } else if root.is(METADATA, "Workflow") {
        root.children().filter(|child| child.is(METADATA, "outboundMessages")).collect()
    } else {
        let message = format!("the root element is `{}`, not the metadata of a workflow", root.name());
        let label = "`Workflow` of Salesforce's Metadata API expected";
        findings.at(&codes::NOT_WORKFLOW, message, root.place(), label, GET_METADATA);
        return None;
    };
    if elements.is_empty() {
        let help = "name the file of the object that the outbound message is on";
        findings.at(
            &codes::NO_MESSAGE,
            "no outbound message in this file",
            root.place(),
            "has no `outboundMessages`",
            help,
        );
        return None;
    }
    let object = object(file);
    Some(elements.into_iter().filter_map(|element| message(object.as_deref(), element, findings)).collect())
}

/// The sObject of a file of a project: the stem of a file in `workflows`, or the folder of a decomposed one.
fn object(file: &str) -> Option<String> {
    let path = Path::new(file);
    let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let file_name = name(path);
    let mut folders = path.ancestors().skip(1).map(name);
    if file_name.contains(".workflowOutboundMessage") {
        // workflows/<Object>/workflowOutboundMessages/<Name>.workflowOutboundMessage-meta.xml
        return folders.nth(1).filter(|_| folders.next().is_some_and(|folder| folder == "workflows"));
    }
    let stem = SUFFIXES.iter().find_map(|suffix| file_name.strip_suffix(suffix))?;
    folders.next().filter(|folder| folder == "workflows").map(|_| stem.to_owned())
}

fn message(
    object: Option<&str>,
    element: Element<'_, '_>,
    findings: &mut Findings,
) -> Option<WorkflowOutboundMessage> {
    let child = |name: &str| element.child(METADATA, name).map(|child| child.text());
    let switch = |name: &str| {
        let found = child(name);
        Switch {
            on: found.as_ref().is_some_and(|name| matches!(name.text.as_str(), "true" | "1")),
            place: found.map(|name| name.place),
        }
    };
    let mut required = |name: &str| {
        let found = child(name);
        if found.is_none() {
            findings.at(
                &codes::INCOMPLETE_MESSAGE,
                format!("the outbound message has no `{name}`"),
                element.place(),
                "in this element",
                GET_METADATA,
            );
        }
        found
    };
    let (full_name, endpoint_url) = (required("fullName"), required("endpointUrl"));
    // A name that stands twice stands for one field.
    let mut seen = HashSet::from(["id".to_owned()]);
    let fields = element.children().filter(|child| child.is(METADATA, "fields")).map(|child| child.text());
    let fields = fields.filter(|field| seen.insert(field.text.to_ascii_lowercase())).collect();
    Some(WorkflowOutboundMessage {
        object: object.map(str::to_owned),
        full_name: full_name?,
        label: child("name"),
        description: child("description"),
        api_version: child("apiVersion"),
        endpoint_url: endpoint_url?,
        fields,
        include_session_id: switch("includeSessionId"),
        integration_user: child("integrationUser"),
        protected: switch("protected"),
        use_dead_letter_queue: switch("useDeadLetterQueue"),
    })
}

/// The message to compare: the one of this name, or the only one, or the only one that fits a WSDL by its address
/// and, where several share it, by its fields.
///
/// **Errors.** `SFW0303` where none has the name, `SFW0304` where more than one is left.
///
/// # Example
///
/// ```
/// # let file = include_bytes!("../../../tests/diff/metadata-fits-by-fields/workflows/Opportunity.workflow-meta.xml");
/// use sf_outbound_wsdl::{choose, read_workflow};
///
/// let messages = read_workflow("Opportunity.workflow", file).messages.expect("no finding is an error");
/// assert_eq!(choose(&messages, Some("Won"), None).map(|message| message.fields.len()), Ok(5));
/// assert!(choose(&messages, None, None).is_err_and(|found| found.code.code == "SFW0304"));
/// ```
pub fn choose<'m>(
    messages: &'m [WorkflowOutboundMessage],
    name: Option<&str>,
    wsdl: Option<&Model>,
) -> Result<&'m WorkflowOutboundMessage, Box<Diagnostic>> {
    if let Some(name) = name {
        let named = messages.iter().find(|message| message.full_name.text.eq_ignore_ascii_case(name));
        return named.ok_or_else(|| {
            let message = format!("no outbound message is named `{name}`");
            finding(&codes::NO_SUCH_MESSAGE, message, None, &names(messages))
        });
    }
    let mut left: Vec<_> = messages.iter().collect();
    if let (Some(wsdl), 2..) = (wsdl, left.len()) {
        narrow(&mut left, |message| same_address(&message.endpoint_url.text, &wsdl.address.text));
        narrow(&mut left, |message| has_fields_of(message, wsdl));
    }
    if let [message] = left.as_slice() {
        return Ok(message);
    }
    let message = format!("{} outbound messages, and nothing says which one is meant", left.len());
    let place = left.first().map(|message| message.full_name.place);
    Err(finding(&codes::WHICH_MESSAGE, message, place, &names(messages)))
}

/// Keeps what fits, unless nothing does.
fn narrow<'m>(
    left: &mut Vec<&'m WorkflowOutboundMessage>,
    fits: impl Fn(&&'m WorkflowOutboundMessage) -> bool,
) {
    let fitting: Vec<_> = left.iter().copied().filter(|message| fits(message)).collect();
    if !fitting.is_empty() {
        *left = fitting;
    }
}

fn has_fields_of(message: &WorkflowOutboundMessage, wsdl: &Model) -> bool {
    let sorted = |names: &mut dyn Iterator<Item = &String>| {
        let mut names: Vec<_> = names.map(|name| name.to_ascii_lowercase()).collect();
        names.sort();
        names
    };
    let fields = sorted(&mut message.fields.iter().map(|field| &field.text));
    fields == sorted(&mut wsdl.fields.iter().map(|field| &field.name))
}

fn names(messages: &[WorkflowOutboundMessage]) -> String {
    let names: Vec<_> = messages.iter().map(|message| message.full_name.text.as_str()).collect();
    let (last, others) = names.split_last().map_or(("", &[][..]), |(last, others)| (*last, others));
    let or = if others.is_empty() { "" } else { " or " };
    format!("choose it with `--message`: {}{or}{last}", others.join(", "))
}

fn finding(code: &'static Code, message: String, place: Option<Place>, help: &str) -> Box<Diagnostic> {
    Box::new(Diagnostic {
        code,
        severity: Severity::Error,
        message,
        place,
        label: if place.is_some() { "the first".into() } else { String::new() },
        second: None,
        help: help.to_owned(),
    })
}
