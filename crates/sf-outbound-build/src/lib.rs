//! Generates a typed listener from the WSDL of a Salesforce outbound message.
//!
//! A WSDL goes through pure stages: bytes → [`sf_outbound_wsdl::Model`] → names → tokens → text. The text is a
//! description: a struct, a row a field, a trait; all work is done by the crate `sf-outbound`, which it names.
//!
//! In a build script, [`compile`] does all of it.

mod codes;
mod drift;
mod emit;
mod names;
mod options;
mod output;
mod package;

pub use codes::CODES;
pub use drift::{CodeBreak, CodeNames, breaks};
pub use names::is_keyword;
pub use options::Options;
pub use output::{Config, compile, configure, write_if_changed};
pub use package::{module_name, package, public_wsdl};
pub use sf_outbound_wsdl::Report;

use sf_outbound_wsdl::{Diagnostic, Model, Severity};

/// What was generated from one WSDL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generated {
    /// The text of a module. The same model and options give the same text on every machine.
    pub text: String,
    /// What its reader should know.
    pub warnings: Vec<Diagnostic>,
}

/// The text for a model.
///
/// **Errors.** `SFG01…` where no stable names can be given.
pub fn generate(model: &Model, _options: &Options) -> Result<Generated, Vec<Diagnostic>> {
    let (names, findings) = names::names(model);
    let Some(names) = names else { return Err(findings) };
    match emit::module(model, &names) {
        Ok(text) => Ok(Generated { text, warnings: findings }),
        Err(error) => Err(vec![Diagnostic {
            code: &codes::CLASH,
            severity: Severity::Error,
            message: format!(
                "the generated text does not parse, which is a mistake of the generator: {error}"
            ),
            place: Some(model.object.place),
            label: String::new(),
            second: None,
            help: "please report the WSDL".into(),
        }]),
    }
}
