//! A generated crate, ready to be checked into the consumer's repository.

use crate::{Generated, names};
use sf_outbound_wsdl::{Model, public_address};

/// The files of a crate: paths relative to its folder, with `/`, and their bytes.
///
/// The WSDL's copy has the secret parts of its address cut out, unless `keep_address`.
#[must_use]
pub fn package(
    wsdl: &[u8],
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
    let wsdl = if keep_address { wsdl.to_vec() } else { without_secret(wsdl, &model.address.text) };
    vec![
        ("Cargo.toml".into(), manifest.into()),
        (wsdl_file, wsdl),
        ("src/generated.rs".into(), generated.text.clone().into()),
        ("src/lib.rs".into(), lib.into()),
    ]
}

/// The file with its address's secret parts replaced, every other byte as it was.
fn without_secret(wsdl: &[u8], address: &str) -> Vec<u8> {
    let public = public_address(address);
    if public == address {
        return wsdl.to_vec();
    }
    let Ok(text) = std::str::from_utf8(wsdl) else { return wsdl.to_vec() };
    // `<redacted>` would not be well-formed in an attribute.
    let public = public.replace(['<', '>'], "");
    let escaped = |quote: bool| {
        let plain = address.replace('&', "&amp;").replace('<', "&lt;");
        if quote { plain.replace('"', "&quot;") } else { plain }
    };
    let mut text = text.to_owned();
    for form in [escaped(false), escaped(true), address.to_owned()] {
        text = text.replace(&form, &public);
    }
    text.into_bytes()
}
