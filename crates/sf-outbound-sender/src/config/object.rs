//! The objects of a file.

use super::findings::{Findings, Span, Text};
use super::names::{Unique, check_api_name};
use super::table::Table;
use super::wsdl::Folder;
use crate::codes;
use crate::definition::check::{can_be_external_id, no_external_id};
use crate::definition::names::did_you_mean;
use crate::definition::{Field, Object, ids, wsdl};
use sf_outbound::Kind;
use sf_outbound_wsdl::Model;

const KEYS: &[&str] = &["name", "key_prefix", "wsdl", "fields"];

/// The objects that a file has, in its order, and then those that only a WSDL names.
#[derive(Default)]
pub(super) struct Objects {
    pub(super) objects: Vec<Object>,
    /// Key prefixes of the file by object; the rest comes last, when all names are known.
    prefixes: Vec<Option<Text>>,
}

impl Objects {
    pub(super) fn read(root: &Table<'_>, folder: &Folder, findings: &mut Findings<'_>) -> Self {
        let mut objects = Self::default();
        let mut names = Unique::new("the object");
        for table in root.tables("object", "object", findings) {
            table.only(KEYS, findings);
            let model = table.text("wsdl", findings).and_then(|path| folder.model(&path, findings));
            let name = match &model {
                Some(_) => table.text("name", findings),
                None => table.required("name", "\"Opportunity\"", findings),
            };
            let name = name.or_else(|| {
                model.as_ref().map(|model| Text { text: model.object.text.clone(), at: table.at.clone() })
            });
            let Some(name) = name else { continue };
            if let Some(model) = model.as_ref().filter(|model| model.object.text != name.text) {
                let message = format!("the WSDL is of {}, not of {}", model.object.text, name.text);
                findings.error(&codes::WSDL, message, &name.at, "this name", "drop `name`");
            }
            check_api_name(&name, "an object", findings);
            names.check_name(&name, findings);
            let fields = fields(&table, &name.text, model.as_ref(), findings);
            objects.objects.push(Object { name: name.text, key_prefix: String::new(), fields });
            objects.prefixes.push(table.text("key_prefix", findings));
        }
        objects
    }

    pub(super) fn find(&self, name: &str) -> Option<&Object> {
        self.objects.iter().find(|object| object.name == name)
    }

    /// The object with this name; none is a finding.
    pub(super) fn known(&self, name: &Text, findings: &mut Findings<'_>) -> Option<&Object> {
        let found = self.find(&name.text);
        if found.is_none() {
            let known: Vec<_> = self.objects.iter().map(|object| object.name.as_str()).collect();
            let message = format!("unknown object `{}`", name.text);
            let help = did_you_mean(&name.text, "the objects of this file", &known);
            findings.error(&codes::UNKNOWN_OBJECT, message, &name.at, "here", help);
        }
        found
    }

    /// Adds what a WSDL says of an object: the object itself, and fields that are not there.
    pub(super) fn add(&mut self, model: &Model, at: &Span, findings: &mut Findings<'_>) {
        let name = &model.object.text;
        let Some(object) = self.objects.iter_mut().find(|object| object.name == *name) else {
            let fields = wsdl::fields(model).collect();
            self.objects.push(Object { name: name.clone(), key_prefix: String::new(), fields });
            self.prefixes.push(None);
            return;
        };
        for field in wsdl::fields(model) {
            match object.fields.iter().find(|known| known.name == field.name) {
                None => object.fields.push(field),
                Some(known) if known.kind == field.kind => {}
                Some(known) => conflict(name, &field, known.kind, at, findings),
            }
        }
    }

    /// The objects, each with a key prefix.
    pub(super) fn finish(self, findings: &mut Findings<'_>) -> Vec<Object> {
        let Self { mut objects, prefixes } = self;
        let mut unique = Unique::new("the key prefix");
        let mut taken = Vec::new();
        for (object, prefix) in objects.iter_mut().zip(&prefixes) {
            let Some(prefix) = prefix else { continue };
            if prefix.text.len() != 3 || !prefix.text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                let message = format!("`{}` is no key prefix", prefix.text);
                let help = "a key prefix is three letters and digits, such as a01";
                findings.error(&codes::ID, message, &prefix.at, "here", help);
            }
            unique.check(&prefix.text, &prefix.text, &prefix.at, findings);
            object.key_prefix.clone_from(&prefix.text);
            taken.push(prefix.text.clone());
        }
        for (object, prefix) in objects.iter_mut().zip(&prefixes) {
            if prefix.is_none() {
                object.key_prefix =
                    ids::key_prefix(&object.name, &|prefix| taken.iter().any(|t| t == prefix));
                if let Some(twin) = prefixes.iter().flatten().find(|p| p.text == object.key_prefix) {
                    let message = format!("the key prefix `{}` is that of {}", twin.text, object.name);
                    findings.error(
                        &codes::DUPLICATE,
                        message,
                        &twin.at,
                        "here",
                        "give one of the two another",
                    );
                }
                taken.push(object.key_prefix.clone());
            }
        }
        objects
    }
}

fn conflict(object: &str, field: &Field, known: Kind, at: &Span, findings: &mut Findings<'_>) {
    let (name, kind) = (&field.name, field.kind.xsd_name());
    let message = format!("{object}.{name} is `{kind}` in this WSDL and `{}` before", known.xsd_name());
    findings.error(&codes::WSDL, message, at, "this WSDL", "give the field one type everywhere");
}

fn fields(table: &Table<'_>, object: &str, model: Option<&Model>, findings: &mut Findings<'_>) -> Vec<Field> {
    let mut fields: Vec<Field> = model.into_iter().flat_map(wsdl::fields).collect();
    let Some(listed) = table.table("fields", "list of fields", findings) else { return fields };
    let mut names = Unique::new("the field");
    for (name, text, table) in listed.texts_or_tables("field", findings) {
        check_api_name(&name, "a field", findings);
        names.check_name(&name, findings);
        if name.text.eq_ignore_ascii_case("Id") {
            let message = "every record has an Id, and this object lists one".to_owned();
            findings.error(&codes::DUPLICATE, message, &name.at, "here", "drop the line");
            continue;
        }
        let mut external_id = false;
        let type_name = match table {
            Some(table) => {
                table.only(&["type", "external_id"], findings);
                external_id = table.boolean("external_id", false, findings);
                table.required("type", "\"text\"", findings)
            }
            None => text,
        };
        let kind = type_name.map_or(Kind::Text, |type_name| kind(&type_name, findings));
        // What the file says goes before the WSDL.
        fields.retain(|field| field.name != name.text);
        let label = format!("in {object}");
        if external_id && !can_be_external_id(kind) {
            findings.error(
                &codes::OPERATOR,
                no_external_id(&name.text),
                &name.at,
                &label,
                "drop `external_id`",
            );
        }
        fields.push(Field { name: name.text, kind, external_id });
    }
    fields
}

fn kind(name: &Text, findings: &mut Findings<'_>) -> Kind {
    // `string` and `xsd:string` are understood as well as `text`.
    let local = name.text.strip_prefix("xsd:").unwrap_or(&name.text);
    let found = Kind::from_keyword(&name.text).or_else(|| Kind::from_xsd_name(&format!("xsd:{local}")));
    found.unwrap_or_else(|| {
        let known: Vec<_> = Kind::ALL.iter().map(|kind| kind.keyword()).collect();
        let message = format!("unknown type `{}`", name.text);
        let help = did_you_mean(&name.text, "the types", &known);
        findings.error(&codes::UNKNOWN_TYPE, message, &name.at, "here", help);
        Kind::Text
    })
}
