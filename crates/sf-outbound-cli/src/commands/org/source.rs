//! What describes an organization: its own file, or a WSDL.

use crate::files::{Failure, bytes, model, options};
use sf_outbound_sender::{Definition, Reading, Rehearsal, check_endpoint, read_definition};
use sf_outbound_wsdl::Report;
use std::path::Path;

/// What there is to run: a file of an organization, or a WSDL.
enum Source {
    Wsdl,
    Toml(String),
}

fn source(file: &Path) -> Result<Source, Failure> {
    let bytes = bytes(file)?;
    if bytes.trim_ascii_start().starts_with(b"<") || file.extension().is_some_and(|ending| ending == "wsdl") {
        return Ok(Source::Wsdl);
    }
    let not_text = |_| Failure::Wrong(format!("error: {} is neither UTF-8 nor a WSDL", file.display()));
    String::from_utf8(bytes).map(Source::Toml).map_err(not_text)
}

/// What an organization's file says, which is without errors, and its warnings.
pub(super) struct Described {
    pub(super) definition: Definition,
    pub(super) coalesce: bool,
    pub(super) rehearsal: Rehearsal,
    pub(super) warnings: Report,
}

/// What an organization's file says.
pub(super) fn described(file: &Path) -> Result<Described, Failure> {
    let shown = file.display();
    match source(file)? {
        Source::Wsdl => Err(Failure::Wrong(format!(
            "error: {shown} is a WSDL, not an organization's file\nhelp: see what it says with `sf-outbound inspect {shown}`"
        ))),
        Source::Toml(text) => {
            let Reading { definition, coalesce, rehearsal, report } =
                read_definition(&shown.to_string(), &text);
            match definition {
                Some(definition) => Ok(Described { definition, coalesce, rehearsal, warnings: report }),
                None => Err(report.into()),
            }
        }
    }
}

/// The same of a file that is to run and may be a WSDL, which needs an endpoint to send to.
pub(super) fn described_to(file: &Path, to: Option<&str>) -> Result<Described, Failure> {
    if let Some(Err(why)) = to.map(check_endpoint) {
        return Err(Failure::Usage(format!("error: --to: {why}")));
    }
    match (source(file)?, to) {
        (Source::Wsdl, Some(to)) => {
            let (model, warnings) = model(file, &options(&[])?)?;
            let definition = Definition::of_wsdl(&model, to);
            Ok(Described { definition, coalesce: false, rehearsal: Rehearsal::default(), warnings })
        }
        (Source::Wsdl, None) => Err(Failure::Usage(format!(
            "error: {} is a WSDL, and its address may be in production\nhelp: say where to send with `--to URL`",
            file.display()
        ))),
        (Source::Toml(_), to) => {
            let mut described = described(file)?;
            for message in &mut described.definition.messages {
                message.endpoint = to.map_or_else(|| message.endpoint.clone(), str::to_owned);
            }
            Ok(described)
        }
    }
}
