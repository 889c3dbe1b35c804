//! `inspect`: what a WSDL says.

use crate::args::{Format, Inspect};
use crate::files::{Failure, model, options, print};
use serde_json::json;
use sf_outbound_wsdl::Model;
use std::fmt::Write;

pub(crate) fn run(arguments: &Inspect) -> Result<(), Failure> {
    let (model, _) = model(&arguments.wsdl.file, &options(&arguments.wsdl.types.mappings)?)?;
    let address = if arguments.keep_address { model.address.text.clone() } else { model.public_address() };
    match arguments.format {
        Format::Text => print(text(&model, &address)),
        Format::Json => print(json(&model, &address)),
    }
}

fn text(model: &Model, address: &str) -> String {
    let action = if model.soap_action.is_empty() { "(empty)" } else { &model.soap_action };
    let mut text = format!(
        "Object       {}\nAddress      {address}\nPort type    {}\nOperation    {}\nSOAP action  {action}\nFields       {}\n",
        model.object.text,
        model.port_type.text,
        model.operation.text,
        model.fields.len(),
    );
    let width = model.fields.iter().map(|field| field.name.len()).max().unwrap_or(0);
    for field in &model.fields {
        // Writing to a `String` can't fail.
        let _ = writeln!(text, "  {:width$}  {}", field.name, field.type_name);
    }
    text
}

fn json(model: &Model, address: &str) -> String {
    let fields: Vec<_> = model
        .fields
        .iter()
        .map(|field| {
            json!({
                "name": field.name, "type": field.type_name, "nillable": field.nillable,
                "minOccurs": field.min_occurs, "maxOccurs": field.max_occurs,
                "line": field.place.line, "column": field.place.column,
            })
        })
        .collect();
    let header: Vec<_> = model
        .header
        .iter()
        .map(|element| {
            json!({
                "name": element.name, "type": element.type_name, "nillable": element.nillable,
                "minOccurs": element.min_occurs, "maxOccurs": element.max_occurs,
            })
        })
        .collect();
    let all = json!({
        "object": model.object.text, "address": address, "portType": model.port_type.text,
        "operation": model.operation.text, "soapAction": model.soap_action, "header": header, "fields": fields,
    });
    format!("{all:#}\n")
}
