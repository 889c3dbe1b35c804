//! A generated crate, ready to be checked into the consumer's repository, and the names in a consumer's project.

use crate::names;
use sf_outbound_wsdl::{Model, public_address};

/// One WSDL of a generated crate.
///
/// # Example
///
/// ```
/// use sf_outbound_build::{Options, Packaged, generate, package};
/// use sf_outbound_wsdl::{ReadOptions, read};
///
/// let wsdl = include_str!("../../../tests/wsdl/opportunity.wsdl");
/// let model = read("opportunity.wsdl", wsdl.as_bytes(), &ReadOptions::default()).model.expect("a WSDL");
/// let generated = generate(&model, &Options::default()).expect("names");
/// let files = package(&[Packaged { stem: None, wsdl, model: &model }], &generated.text, &[], false);
/// assert!(files.iter().any(|(path, _)| path == "src/generated.rs"));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Packaged<'p> {
    /// The stem of its copy; `None` names it for the object.
    pub stem: Option<&'p str>,
    /// The decoded text, as a reading's report holds it.
    pub wsdl: &'p str,
    /// What was read from it.
    pub model: &'p Model,
}

/// The files of a crate: paths relative to its folder, with `/`, and their bytes. The features are those of the runtime,
/// as [`Options::features`](crate::Options::features) has them.
///
/// The copies of the WSDLs have the secret parts of their addresses cut out, unless `keep_address`.
#[must_use]
pub fn package(
    wsdls: &[Packaged<'_>],
    generated: &str,
    features: &[&str],
    keep_address: bool,
) -> Vec<(String, Vec<u8>)> {
    let objects: Vec<_> = wsdls.iter().map(|row| row.model.object.text.as_str()).collect();
    let name = match objects.as_slice() {
        [object] => names::package(object),
        _ => "outbound-messages".into(),
    };
    let message = match objects.as_slice() {
        [object] => format!("Salesforce outbound message on {object}"),
        _ => format!("Salesforce outbound messages on {}", objects.join(", ")),
    };
    let copies: Vec<_> = wsdls
        .iter()
        .map(|row| {
            let stem = row
                .stem
                .map_or_else(|| stem(&names::package(&row.model.object.text)).to_owned(), str::to_owned);
            let text = if keep_address { row.wsdl.to_owned() } else { public_wsdl(row.wsdl, row.model) };
            (format!("{stem}.wsdl"), text)
        })
        .collect();
    let version = env!("CARGO_PKG_VERSION");
    let runtime = match features {
        [] => format!("\"{version}\""),
        features => format!("{{ version = \"{version}\", features = {features:?} }}"),
    };
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\
         description = \"Types and server trait of the {message}\"\npublish = false\n\n\
         [dependencies]\nsf-outbound = {runtime}\n"
    );
    let sources: Vec<_> = copies.iter().map(|copy| format!("`{}`", copy.0)).collect();
    let lib = format!(
        "//! Types and server trait of the {message}, generated from {}.\n\n\
         #[rustfmt::skip] // Generated text is compared byte for byte.\nmod generated;\n\npub use generated::*;\n",
        sources.join(", ")
    );
    let mut files = vec![("Cargo.toml".to_owned(), manifest.into_bytes())];
    files.extend(copies.into_iter().map(|(file, text)| (file, text.into_bytes())));
    files.push(("src/generated.rs".into(), generated.into()));
    files.push(("src/lib.rs".into(), lib.into()));
    files
}

/// The name of a module for what is generated from a WSDL, after the sObject: `i360__Appointment__c` → `i360_appointment_c`.
///
/// Where that is a keyword or the name of a crate that a listener uses, `_message` stands after it: `macro_message`.
///
/// # Example
///
/// ```
/// use sf_outbound_build::{object_module, public_wsdl};
/// use sf_outbound_wsdl::{ReadOptions, read};
///
/// let wsdl = include_str!("../../../tests/wsdl/secret.wsdl");
/// let model = read("secret.wsdl", wsdl.as_bytes(), &ReadOptions::default()).model.expect("a WSDL");
/// assert_eq!(object_module(&model), "account");
/// assert!(wsdl.contains("opensesame") && !public_wsdl(wsdl, &model).contains("opensesame"));
/// ```
#[must_use]
pub fn object_module(model: &Model) -> String {
    const OF_LISTENERS: &[&str] = &["axum", "tokio"];
    let name = names::module(stem(&names::package(&model.object.text)));
    if names::is_keyword(&name) || [names::CRATES, OF_LISTENERS].concat().contains(&name.as_str()) {
        name + "_message"
    } else {
        name
    }
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
            assert_eq!(object_module(&model), module);
            let generated = crate::generate(&model, &crate::Options::default()).unwrap();
            let wsdls = [Packaged { stem: None, wsdl: OPPORTUNITY, model: &model }];
            let files = package(&wsdls, &generated.text, &[], false);
            assert!(files.iter().any(|(path, _)| path == wsdl), "{object}: {:?}", files[1].0);
        }
    }
}
