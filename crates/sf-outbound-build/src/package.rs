//! A generated crate, ready to be checked into the consumer's repository, and the names in a consumer's project.

use crate::{Generated, names};
use sf_outbound_wsdl::{Model, public_address};

/// The files of a crate: paths relative to its folder, with `/`, and their bytes.
///
/// `wsdl` is the decoded text, as a reading's report holds it; the model is what was read from it.
/// The WSDL's copy has the secret parts of its address cut out, unless `keep_address`.
#[must_use]
pub fn package(
    wsdl: &str,
    model: &Model,
    generated: &Generated,
    keep_address: bool,
) -> Vec<(String, Vec<u8>)> {
    let object = &model.object.text;
    let name = names::package(object);
    let wsdl_file = format!("{}.wsdl", stem(&name));
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\
         description = \"Types and server trait of the Salesforce outbound message on {object}\"\npublish = false\n\n\
         [dependencies]\nsf-outbound = \"{}\"\n",
        env!("CARGO_PKG_VERSION")
    );
    let lib = format!(
        "//! Types and server trait of the Salesforce outbound message on {object}, generated from `{wsdl_file}`.\n\n\
         #[rustfmt::skip] // Generated text is compared byte for byte.\nmod generated;\n\npub use generated::*;\n"
    );
    let wsdl = if keep_address { wsdl.to_owned() } else { public_wsdl(wsdl, model) };
    vec![
        ("Cargo.toml".into(), manifest.into()),
        (wsdl_file, wsdl.into()),
        ("src/generated.rs".into(), generated.text.clone().into()),
        ("src/lib.rs".into(), lib.into()),
    ]
}

/// The name of a module for what is generated from a WSDL, after the sObject: `i360__Appointment__c` → `i360_appointment_c`.
///
/// Where that is a keyword or the name of a crate that a listener uses, `_message` stands after it: `macro_message`.
#[must_use]
pub fn module_name(model: &Model) -> String {
    const CRATES: &[&str] = &["alloc", "axum", "core", "sf_outbound", "std", "tokio"];
    let name = names::module(stem(&names::package(&model.object.text)));
    if names::is_keyword(&name) || CRATES.contains(&name.as_str()) { name + "_message" } else { name }
}

/// The name of a package without what all have at their end.
fn stem(package: &str) -> &str {
    package.strip_suffix("-message").unwrap_or(package)
}

/// The WSDL's text with its address's secret parts cut out, everything else as it was.
///
/// The address is found by its place: however it is escaped, no form of the secret stays.
#[must_use]
pub fn public_wsdl(wsdl: &str, model: &Model) -> String {
    let public = public_address(&model.address.text);
    let place = model.address.place;
    let around = wsdl.get(..place.offset).zip(wsdl.get(place.offset + place.len..));
    match around {
        // `<redacted>` would not be well-formed in an attribute.
        Some((before, after)) if public != model.address.text => {
            [before, &public.replace(['<', '>'], "").replace('&', "&amp;"), after].concat()
        }
        _ => wsdl.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sf_outbound_wsdl::{ReadOptions, read};

    const OPPORTUNITY: &str = include_str!("../../../tests/wsdl/opportunity.wsdl");

    fn model(object: &str) -> Model {
        let wsdl = OPPORTUNITY
            .replace("\"Opportunity", &format!("\"{object}"))
            .replace("ens:Opportunity", &format!("ens:{object}"));
        let wsdl = wsdl.replace("tns:Opportunity", &format!("tns:{object}"));
        let reading = read("service.wsdl", wsdl.as_bytes(), &ReadOptions::default());
        reading.model.unwrap_or_else(|| panic!("{}", reading.report))
    }

    #[test]
    fn each_object_has_a_name_for_its_module_and_its_wsdl() {
        for (object, module, wsdl) in [
            ("Opportunity", "opportunity", "opportunity.wsdl"),
            ("Option__c", "option_c", "option-c.wsdl"),
            ("Macro", "macro_message", "macro.wsdl"),
            ("Axum", "axum_message", "axum.wsdl"),
            ("Message", "message", "message.wsdl"),
            ("_9__c", "_9_c", "9-c.wsdl"),
        ] {
            let model = model(object);
            assert_eq!(module_name(&model), module);
            let generated = crate::generate(&model, &crate::Options::default()).unwrap();
            let files = package(OPPORTUNITY, &model, &generated, false);
            assert!(files.iter().any(|(path, _)| path == wsdl), "{object}: {:?}", files[1].0);
        }
    }
}
