//! A generated crate, ready to be checked into the consumer's repository.

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
    let wsdl_file = format!("{}.wsdl", name.trim_end_matches("-message"));
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
    let wsdl = if keep_address { wsdl.to_owned() } else { without_secret(wsdl, model) };
    vec![
        ("Cargo.toml".into(), manifest.into()),
        (wsdl_file, wsdl.into()),
        ("src/generated.rs".into(), generated.text.clone().into()),
        ("src/lib.rs".into(), lib.into()),
    ]
}

/// The text with its address's secret parts cut out, everything else as it was.
///
/// The address is found by its place: however it is escaped, no form of the secret stays.
fn without_secret(wsdl: &str, model: &Model) -> String {
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
