//! Elements to the model, with every finding on the way.

use crate::codes;
use crate::document::{Document, Element};
use crate::findings::Findings;
use crate::model::{Field, HeaderElement, Model, Name, Place};
use crate::xsd::XsdType;
use crate::{ReadOptions, Reading};
use std::collections::HashMap;

const WSDL: &str = "http://schemas.xmlsoap.org/wsdl/";
const WSDL_SOAP: &str = "http://schemas.xmlsoap.org/wsdl/soap/";
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
        Err(valid) => {
            let message = format!("the file is not UTF-8 from byte {valid} on");
            findings.whole(&codes::ENCODING, message, expected.get);
            None
        }
    }
}

fn decoded(bytes: &[u8]) -> Result<String, usize> {
    let utf16 = |body: &[u8], unit: fn([u8; 2]) -> u16| {
        let units = body.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
        char::decode_utf16(units).collect::<Result<String, _>>().map_err(|_| 2)
    };
    match bytes {
        [0xFF, 0xFE, body @ ..] => utf16(body, u16::from_le_bytes),
        [0xFE, 0xFF, body @ ..] => utf16(body, u16::from_be_bytes),
        [0xEF, 0xBB, 0xBF, body @ ..] | body => {
            std::str::from_utf8(body).map(str::to_owned).map_err(|error| error.valid_up_to())
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
    let begins =
        |prefix: &str| start.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix));
    if begins("<!doctype html") || begins("<html") {
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
    let (code, message) = if fault.is_dtd {
        (&codes::DTD, format!("document type declaration in {noun}"))
    } else {
        (&codes::NOT_WELL_FORMED, format!("the file is not well-formed XML: {}", fault.message))
    };
    findings.at(code, message, fault.place, "here", damaged);
    None
}

fn read_text(text: &str, options: &ReadOptions, findings: &mut Findings) -> Option<Model> {
    let document = document(text, &EXPECTED, findings)?;
    let root = document.root();
    if !is_outbound(root, findings) {
        return None;
    }
    let mut reader = Reader { findings, options };
    reader.model(root)
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
        let soap = self.required(operation, WSDL_SOAP, "operation")?;
        Some(soap.attribute("soapAction").map(|name| name.text).unwrap_or_default())
    }

    fn address(&mut self, root: Element<'_, '_>) -> Option<Name> {
        let service = self.required(root, WSDL, "service")?;
        let port = self.required(service, WSDL, "port")?;
        let address = self.required(port, WSDL_SOAP, "address")?;
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
        let max_occurs = occurs(element, "maxOccurs");
        if max_occurs != Some(1) {
            let place = element.attribute("maxOccurs").map_or(name.place, |value| value.place);
            let message = format!("the field `{}` can stand more than once", name.text);
            self.findings.at(&codes::OCCURS, message, place, &path, "a field of an sObject holds one value");
        }
        let canonical = canonical(element, &type_name.text);
        let xsd_type = self.xsd_type(&canonical, type_name.place, &path)?;
        Some(Field {
            xsd_type,
            type_name: canonical,
            nillable: is_true(element, "nillable"),
            min_occurs: occurs(element, "minOccurs").unwrap_or(1),
            max_occurs: 1,
            place: name.place,
            name: name.text,
        })
    }

    fn xsd_type(&mut self, name: &str, place: Place, path: &str) -> Option<XsdType> {
        let mapped = self.options.types.iter().rev().find(|(known, _)| known == name).map(|row| row.1);
        let found = mapped.or_else(|| XsdType::from_name(name));
        if found.is_none() {
            let message = format!("unknown simple type `{name}`");
            self.findings.at(
                &codes::UNKNOWN_TYPE,
                message,
                place,
                path,
                &format!("map it with `--type {name}=text`"),
            );
        }
        found
    }

    fn construct(&mut self, element: Element<'_, '_>, parent: &str) {
        let message = format!("`{}` is not known here", element.name());
        let label = format!("in {parent}");
        let help = "only plain elements of a simple type are known; please report the file";
        self.findings.at(&codes::CONSTRUCT, message, element.place(), &label, help);
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
