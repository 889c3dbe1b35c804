//! Elements to the model, with every finding on the way.

use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::document::{Document, Element};
use crate::encoding::{Fault, decoded};
use crate::findings::Findings;
use crate::model::{Field, HeaderElement, Model, Name, Place};
use crate::read_as::{ReadAs, nearest};
use crate::{ReadOptions, Reading};
use sf_outbound_field::Kind;
use std::collections::HashMap;

const WSDL: &str = "http://schemas.xmlsoap.org/wsdl/";
const WSDL_SOAP: &str = "http://schemas.xmlsoap.org/wsdl/soap/";
const WSDL_SOAP_1_2: &str = "http://schemas.xmlsoap.org/wsdl/soap12/";
const XSD: &str = "http://www.w3.org/2001/XMLSchema";
const OUTBOUND: &str = "http://soap.sforce.com/2005/09/outbound";
const ENT: &str = "urn:enterprise.soap.sforce.com";
const ENS: &str = "urn:sobject.enterprise.soap.sforce.com";
/// Of the Metadata API's WSDL, and of what it deploys and retrieves.
pub(crate) const METADATA: &str = "http://soap.sforce.com/2006/04/metadata";
const GET_WSDL: &str = "in Setup, open the outbound message and download its endpoint WSDL";

/// Reads a WSDL; `file` is the name under which findings show it.
///
/// # Example
///
/// ```
/// use sf_outbound_wsdl::{ReadOptions, read};
///
/// let reading = read("account.wsdl", b"{}", &ReadOptions::default());
/// assert!(reading.model.is_none());
/// assert!(reading.report.to_string().starts_with("error[SFW0103]: this is JSON, not a WSDL"));
/// ```
#[must_use]
pub fn read(file: &str, bytes: &[u8], options: &ReadOptions) -> Reading {
    let mut findings = Findings::default();
    let text = text(bytes, &EXPECTED, &mut findings).unwrap_or_default();
    let model = if findings.0.is_empty() { read_text(&text, options, &mut findings) } else { None };
    let report = findings.report(file, text);
    Reading { model: model.filter(|_| !report.has_errors()), report }
}

/// What a file should be, for the words of findings.
pub(crate) struct Expected {
    /// With its article.
    pub(crate) noun: &'static str,
    /// How to get a good one.
    pub(crate) get: &'static str,
    /// The same for one that arrived damaged.
    pub(crate) damaged: &'static str,
}

const EXPECTED: Expected = Expected {
    noun: "a WSDL",
    get: GET_WSDL,
    damaged: "the file may be truncated or changed: download it again",
};

/// The text of a file that has one.
pub(crate) fn text(bytes: &[u8], expected: &Expected, findings: &mut Findings) -> Option<String> {
    match decoded(bytes) {
        Ok(text) if text.trim_start().is_empty() => {
            findings.whole(&codes::EMPTY, "the file is empty", expected.get);
            Some(text)
        }
        Ok(text) => Some(text),
        Err(Fault::Other(what)) => {
            findings.whole(&codes::NOT_XML, format!("this is {what}, not {}", expected.noun), expected.get);
            None
        }
        Err(Fault::Encoding(message)) => {
            findings.whole(&codes::ENCODING, message, expected.get);
            None
        }
    }
}

/// The elements of a text; what is not well-formed XML is named for what it is.
pub(crate) fn document<'t>(
    text: &'t str,
    expected: &Expected,
    findings: &mut Findings,
) -> Option<Document<'t>> {
    let Expected { noun, get, damaged } = expected;
    let start = text.trim_start();
    if is_web_page(start) {
        let help = "log in to Salesforce in the browser, and save the file itself, not the page";
        findings.whole(&codes::HTML, format!("this is a web page, not {noun}"), help);
        return None;
    }
    if !start.starts_with('<') {
        let is_json = start.starts_with(['{', '[']);
        let what = if is_json { "JSON, not" } else { "not XML, and so not" };
        findings.whole(&codes::NOT_XML, format!("this is {what} {noun}"), get);
        return None;
    }
    let fault = match Document::parse(text) {
        Ok(document) => return Some(document),
        Err(fault) => fault,
    };
    if let Some(quote) = fault.quote {
        let message =
            format!("the file is not well-formed XML: `{quote}` stands where a straight quote belongs");
        let help = format!("a word processor changed the quotes: {get}");
        findings.at(&codes::NOT_WELL_FORMED, message, fault.place, "here", &help);
        return None;
    }
    let (code, message) = if fault.is_dtd {
        (&codes::DTD, format!("document type declaration in {noun}"))
    } else {
        (&codes::NOT_WELL_FORMED, format!("the file is not well-formed XML: {}", fault.message))
    };
    findings.at(code, message, fault.place, "here", damaged);
    None
}

/// Whether a text is a page of HTML, behind declaration and comments.
fn is_web_page(text: &str) -> bool {
    let mut rest = text;
    while let Some((_, after)) = [("<?", "?>"), ("<!--", "-->")]
        .iter()
        .find_map(|(open, close)| rest.strip_prefix(open).and_then(|inside| inside.split_once(close)))
    {
        rest = after.trim_start();
    }
    let begins =
        |prefix: &str| rest.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix));
    ["<!doctype html", "<html", "<head>", "<body", "<script"].iter().any(|prefix| begins(prefix))
}

fn read_text(text: &str, options: &ReadOptions, findings: &mut Findings) -> Option<Model> {
    let document = document(text, &EXPECTED, findings)?;
    let root = document.root();
    if !is_outbound(root, findings) {
        return None;
    }
    let mut reader = Reader { findings, options };
    let model = reader.model(root);
    reader.other_files(root);
    model
}

/// Says what the file is when it is not an outbound-message WSDL.
fn is_outbound(root: Element<'_, '_>, findings: &mut Findings) -> bool {
    let at = root.place();
    if !root.is(WSDL, "definitions") {
        let what = match (root.namespace(), root.name()) {
            ("http://schemas.xmlsoap.org/soap/envelope/", _) => "this is a SOAP message".to_owned(),
            (XSD, _) => "this is an XML schema".to_owned(),
            (METADATA, _) => "this is Salesforce metadata".to_owned(),
            (_, name) => format!("the root element is `{name}`"),
        };
        findings.at(
            &codes::NOT_WSDL,
            format!("{what}, not a WSDL"),
            at,
            "`definitions` of WSDL 1.1 expected",
            GET_WSDL,
        );
        return false;
    }
    let target = root.attribute("targetNamespace").map(|name| name.text).unwrap_or_default();
    let what = match target.as_str() {
        OUTBOUND => return true,
        ENT => "the enterprise WSDL: it describes Salesforce's own API".to_owned(),
        "urn:partner.soap.sforce.com" => "the partner WSDL: it describes Salesforce's own API".to_owned(),
        METADATA => "the metadata WSDL: it describes Salesforce's own API".to_owned(),
        "urn:tooling.soap.sforce.com" => "the tooling WSDL: it describes Salesforce's own API".to_owned(),
        _ => format!("the WSDL of another SOAP service, with the namespace `{target}`"),
    };
    let place = root.attribute("targetNamespace").map_or(at, |name| name.place);
    findings.at(&codes::OTHER_SERVICE, format!("this is {what}"), place, "not an outbound message", GET_WSDL);
    false
}

struct Reader<'f> {
    findings: &'f mut Findings,
    options: &'f ReadOptions,
}

impl Reader<'_> {
    fn model(&mut self, root: Element<'_, '_>) -> Option<Model> {
        let port_type = self.port_type(root);
        let soap_action = self.soap_action(root);
        let address = self.address(root);
        let types = self.required(root, WSDL, "types")?;
        let outbound = self.schema(types, OUTBOUND);
        let ens = self.schema(types, ENS);
        let header = self.header(outbound?)?;
        let object = self.object(outbound?, &header)?;
        let fields = self.fields(ens?, &object)?;
        let (port_type, operation) = port_type?;
        Some(Model {
            object,
            fields,
            header,
            port_type,
            operation,
            soap_action: soap_action?,
            address: address?,
        })
    }

    fn required<'d, 't>(
        &mut self,
        parent: Element<'d, 't>,
        namespace: &str,
        name: &str,
    ) -> Option<Element<'d, 't>> {
        let found = parent.child(namespace, name);
        if found.is_none() {
            self.missing(parent, &format!("`{name}` is missing from `{}`", parent.name()));
        }
        found
    }

    /// An element of the binding, which has to be that of SOAP 1.1.
    fn soap<'d, 't>(&mut self, parent: Element<'d, 't>, name: &str) -> Option<Element<'d, 't>> {
        let Some(other) = parent.child(WSDL_SOAP_1_2, name) else {
            return self.required(parent, WSDL_SOAP, name);
        };
        let found = parent.child(WSDL_SOAP, name);
        if found.is_none() && !self.findings.0.iter().any(|finding| finding.code == &codes::SOAP_1_2) {
            let message = "the binding is of SOAP 1.2, and Salesforce sends outbound messages by SOAP 1.1";
            let help = "download the WSDL again";
            self.findings.at(&codes::SOAP_1_2, message, other.place(), "of SOAP 1.2", help);
        }
        found
    }

    /// Where something is missing and the file names others, that is where it will be.
    fn other_files(&mut self, root: Element<'_, '_>) {
        let is_lack = |finding: &Diagnostic| [&codes::MISSING, &codes::OBJECT].contains(&finding.code);
        if !self.findings.0.iter().any(is_lack) {
            return;
        }
        let names = [
            (WSDL, "import", "location"),
            (XSD, "import", "schemaLocation"),
            (XSD, "include", "schemaLocation"),
            (XSD, "redefine", "schemaLocation"),
        ];
        let others = root.descendants().filter_map(|element| {
            let row = names.iter().find(|row| element.is(row.0, row.1))?;
            element.attribute(row.2)
        });
        let others: Vec<Name> = others.collect();
        if others.is_empty() {
            return;
        }
        self.findings.0.retain(|finding| !is_lack(finding));
        for other in others {
            let message =
                format!("a part of the WSDL stands in another file, `{}`, which is not read", other.text);
            let help = "download the WSDL again: as Salesforce gives it, it is one file";
            self.findings.at(&codes::OTHER_FILE, message, other.place, "named here", help);
        }
    }

    fn missing(&mut self, parent: Element<'_, '_>, message: &str) {
        self.findings.at(
            &codes::MISSING,
            message,
            parent.place(),
            "in this element",
            "download the WSDL again",
        );
    }

    fn attribute(&mut self, element: Element<'_, '_>, name: &str) -> Option<Name> {
        let found = element.attribute(name);
        if found.is_none() {
            self.missing(element, &format!("`{}` has no `{name}`", element.name()));
        }
        found
    }

    fn port_type(&mut self, root: Element<'_, '_>) -> Option<(Name, Name)> {
        let port_type = self.required(root, WSDL, "portType")?;
        let operation = self.required(port_type, WSDL, "operation")?;
        Some((self.attribute(port_type, "name")?, self.attribute(operation, "name")?))
    }

    fn soap_action(&mut self, root: Element<'_, '_>) -> Option<String> {
        let binding = self.required(root, WSDL, "binding")?;
        let operation = self.required(binding, WSDL, "operation")?;
        let soap = self.soap(operation, "operation")?;
        Some(soap.attribute("soapAction").map(|name| name.text).unwrap_or_default())
    }

    fn address(&mut self, root: Element<'_, '_>) -> Option<Name> {
        let service = self.required(root, WSDL, "service")?;
        let port = self.required(service, WSDL, "port")?;
        let address = self.soap(port, "address")?;
        self.attribute(address, "location")
    }

    fn schema<'d, 't>(&mut self, types: Element<'d, 't>, namespace: &str) -> Option<Element<'d, 't>> {
        let found = types.children().find(|child| {
            child.is(XSD, "schema")
                && child.attribute("targetNamespace").is_some_and(|name| name.text == namespace)
        });
        if found.is_none() {
            self.missing(types, &format!("the schema of `{namespace}` is missing"));
        }
        found
    }

    fn header(&mut self, schema: Element<'_, '_>) -> Option<Vec<HeaderElement>> {
        let notifications = named(schema, "element", "notifications");
        let Some(notifications) = notifications else {
            self.missing(schema, "the element `notifications` is missing");
            return None;
        };
        let content = self.required(notifications, XSD, "complexType")?;
        let sequence = self.required(content, XSD, "sequence")?;
        let mut header = Vec::new();
        for element in sequence.children() {
            if !element.is(XSD, "element") {
                self.construct(element, "notifications");
                continue;
            }
            let (Some(name), Some(type_name)) =
                (self.attribute(element, "name"), self.attribute(element, "type"))
            else {
                continue;
            };
            header.push(HeaderElement {
                name: name.text,
                type_name: canonical(element, &type_name.text),
                nillable: is_true(element, "nillable"),
                min_occurs: occurs(element, "minOccurs").unwrap_or(1),
                max_occurs: occurs(element, "maxOccurs"),
                place: name.place,
            });
        }
        Some(header)
    }

    /// `Notification`'s type has an `sObject`, whose type's name is the sObject's.
    fn object(&mut self, schema: Element<'_, '_>, header: &[HeaderElement]) -> Option<Name> {
        let Some(notification) = header.iter().find(|element| element.name == "Notification") else {
            self.missing(schema, "the element `Notification` is missing from `notifications`");
            return None;
        };
        let local = notification.type_name.strip_prefix("tns:").unwrap_or_default();
        let Some(content) = named(schema, "complexType", local) else {
            let message = format!("the type `{}` of Notification is not defined", notification.type_name);
            self.findings.at(
                &codes::OBJECT,
                message,
                notification.place,
                "of this element",
                "download the WSDL again",
            );
            return None;
        };
        let sequence = self.required(content, XSD, "sequence")?;
        let Some(sobject) = named(sequence, "element", "sObject") else {
            self.missing(sequence, "the element `sObject` is missing");
            return None;
        };
        let name = self.attribute(sobject, "type")?;
        if let (ENS, local) = sobject.resolve(&name.text) {
            return Some(Name { text: local.to_owned(), place: name.place });
        }
        let message = format!("the type `{}` is not an sObject's", name.text);
        self.findings.at(&codes::OBJECT, message, name.place, "here", "download the WSDL again");
        None
    }

    fn fields(&mut self, schema: Element<'_, '_>, object: &Name) -> Option<Vec<Field>> {
        let Some(content) = named(schema, "complexType", &object.text) else {
            let message = format!("the type of the sObject `{}` is not defined", object.text);
            self.findings.at(&codes::OBJECT, message, object.place, "named here", "download the WSDL again");
            return None;
        };
        let mut inner = content;
        for step in ["complexContent", "extension", "sequence"] {
            let unexpected: Vec<_> = inner.children().filter(|child| !child.is(XSD, step)).collect();
            for child in unexpected {
                if !child.is(XSD, "annotation") {
                    self.construct(child, &object.text);
                }
            }
            inner = self.required(inner, XSD, step)?;
        }
        let mut fields = Vec::new();
        let mut places = HashMap::new();
        for element in inner.children() {
            if element.is(XSD, "element") {
                fields.extend(self.field(element, object, &mut places));
            } else {
                self.construct(element, &object.text);
            }
        }
        Some(fields)
    }

    fn field(
        &mut self,
        element: Element<'_, '_>,
        object: &Name,
        places: &mut HashMap<String, Place>,
    ) -> Option<Field> {
        if element.attribute("ref").is_some() || element.children().any(|child| !child.is(XSD, "annotation"))
        {
            self.construct(element, &object.text);
            return None;
        }
        let name = self.attribute(element, "name")?;
        let type_name = self.attribute(element, "type")?;
        let path = format!("in {}.{}", object.text, name.text);
        if let Some(first) = places.insert(name.text.clone(), name.place) {
            let message = format!("the field `{}` stands twice", name.text);
            self.findings.at(
                &codes::DUPLICATE,
                message,
                name.place,
                "second definition",
                "download the WSDL again",
            );
            if let Some(finding) = self.findings.0.last_mut() {
                finding.second = Some((first, "first definition".to_owned()));
            }
        }
        if name.text == "Id" {
            let message = "the field `Id` stands twice: the type `sObject` has it";
            let help = "download the WSDL again";
            self.findings.at(&codes::DUPLICATE, message, name.place, "second definition", help);
            return None;
        }
        let max_occurs = occurs(element, "maxOccurs");
        if max_occurs != Some(1) {
            let place = element.attribute("maxOccurs").map_or(name.place, |value| value.place);
            let message = format!("the field `{}` can stand more than once", name.text);
            self.findings.at(&codes::OCCURS, message, place, &path, "a field of an sObject holds one value");
        }
        let (canonical, kind) = self.kind(element, &type_name, &path)?;
        Some(Field {
            kind,
            type_name: canonical,
            nillable: is_true(element, "nillable"),
            min_occurs: occurs(element, "minOccurs").unwrap_or(1),
            max_occurs: 1,
            place: name.place,
            name: name.text,
        })
    }

    /// The canonical name of a field's type, and what it is read as; `None` where the field is left out.
    fn kind(&mut self, element: Element<'_, '_>, written: &Name, path: &str) -> Option<(String, Kind)> {
        let name = canonical(element, &written.text);
        let mapped = self.options.types.iter().rev().find(|(known, _)| *known == name).map(|row| row.1);
        let known = Kind::from_xsd_name(&name).filter(|_| mapped.is_none());
        if let Some(known) = known {
            return Some((name, known));
        }
        match (Defined::of(element, &written.text), mapped) {
            (_, Some(ReadAs::Skip)) => None,
            (Defined::Complex, _) => {
                let message = format!("`{name}` is a complex type: its values are elements, and no text");
                let help = format!("leave its fields out with `--type {name}=skip`");
                self.findings.at(&codes::COMPLEX, message, written.place, path, &help);
                None
            }
            (_, Some(ReadAs::Value(mapped))) => Some((name, mapped)),
            (defined, None) => {
                let help = if let Defined::Simple(Some(near)) = defined {
                    format!("map it with `--type {name}={}`", near.keyword())
                } else {
                    let words = ReadAs::words().collect::<Vec<_>>().join(", ");
                    format!("say what its values are with `--type {name}=WORD`, WORD one of {words}")
                };
                let message = format!("unknown simple type `{name}`");
                let nowhere = format!("unknown type `{name}`, which the file does not define");
                let message = if matches!(defined, Defined::Nowhere) { nowhere } else { message };
                self.findings.at(&codes::UNKNOWN_TYPE, message, written.place, path, &help);
                None
            }
        }
    }

    fn construct(&mut self, element: Element<'_, '_>, parent: &str) {
        let message = format!("`{}` is not known here", element.name());
        let label = format!("in {parent}");
        let help = "only plain elements of a simple type are known; please report the file";
        self.findings.at(&codes::CONSTRUCT, message, element.place(), &label, help);
    }
}

/// How a file defines a type.
enum Defined {
    Complex,
    /// A type that reads all of its values, where that can be told.
    Simple(Option<Kind>),
    Nowhere,
}

impl Defined {
    /// The type of this name, as an element writes it.
    fn of(element: Element<'_, '_>, name: &str) -> Self {
        /// Of types that restrict each other: a file can define some by themselves.
        const DEPTH: usize = 8;
        let (mut element, mut name) = (element, name.to_owned());
        for _ in 0..DEPTH {
            let (namespace, local) = element.resolve(&name);
            if let Some(known) = Kind::from_xsd_name(&canonical(element, &name)) {
                return Self::Simple(Some(known));
            }
            if namespace == XSD {
                return nearest(local).map_or(Self::Nowhere, |near| Self::Simple(Some(near)));
            }
            let schemas = element.root().descendants().filter(|schema| {
                schema.is(XSD, "schema")
                    && schema.attribute("targetNamespace").is_some_and(|target| target.text == namespace)
            });
            let schemas: Vec<_> = schemas.collect();
            if schemas.iter().any(|schema| named(*schema, "complexType", local).is_some()) {
                return Self::Complex;
            }
            let Some(simple) = schemas.iter().find_map(|schema| named(*schema, "simpleType", local)) else {
                return Self::Nowhere;
            };
            let base =
                simple.child(XSD, "restriction").and_then(|step| Some((step, step.attribute("base")?)));
            // A list and a union are texts of some kind.
            let Some((step, base)) = base else { return Self::Simple(Some(Kind::Text)) };
            (element, name) = (step, base.text);
        }
        Self::Simple(None)
    }
}

fn named<'d, 't>(parent: Element<'d, 't>, kind: &str, name: &str) -> Option<Element<'d, 't>> {
    let mut children = parent.children();
    children
        .find(|child| child.is(XSD, kind) && child.attribute("name").is_some_and(|found| found.text == name))
}

/// The name with Salesforce's prefixes, whatever the file's are.
fn canonical(element: Element<'_, '_>, name: &str) -> String {
    let (namespace, local) = element.resolve(name);
    match namespace {
        XSD => format!("xsd:{local}"),
        ENT => format!("ent:{local}"),
        ENS => format!("ens:{local}"),
        OUTBOUND => format!("tns:{local}"),
        _ => name.to_owned(),
    }
}

fn is_true(element: Element<'_, '_>, name: &str) -> bool {
    element.attribute(name).is_some_and(|value| matches!(value.text.trim(), "true" | "1"))
}

/// `minOccurs` or `maxOccurs`, 1 where it is absent; `None` is `unbounded`, or a number that is none.
fn occurs(element: Element<'_, '_>, name: &str) -> Option<u32> {
    element.attribute(name).map_or(Some(1), |value| value.text.trim().parse().ok())
}
