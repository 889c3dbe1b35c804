//! Model and options to text: the stages one after the other.

use crate::options::Options;
use crate::{codes, emit, names, options};
use sf_outbound_wsdl::{Diagnostic, Model};

/// The code generated from one WSDL.
///
/// # Example
///
/// ```
/// use sf_outbound_build::{Generated, Options, generate};
/// use sf_outbound_wsdl::{ReadOptions, read};
///
/// let wsdl = include_bytes!("../../../tests/wsdl/opportunity.wsdl");
/// let model = read("opportunity.wsdl", wsdl, &ReadOptions::default()).model.expect("a WSDL");
/// let generated: Generated = generate(&model, &Options::default()).expect("names");
/// assert!(generated.text.contains("pub struct Opportunity {") && generated.object == "Opportunity");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Generated {
    /// The text of a module. The same model and options give the same text on every machine.
    pub text: String,
    /// The name of the record's type in it, such as `Opportunity`.
    pub object: String,
    /// What its reader should know.
    pub warnings: Vec<Diagnostic>,
}

/// The text for a model.
///
/// **Errors.** `SFG01…` where no stable names can be given.
pub fn generate(model: &Model, options: &Options) -> Result<Generated, Vec<Diagnostic>> {
    let (names, findings) = named(model, options)?;
    let text = emit::module(model, &names, options).map_err(|error| vec![mistake(model, &error)])?;
    Ok(Generated { text, object: names.object.to_string(), warnings: findings })
}

/// Findings about several WSDLs: each with the index of its own.
pub type Findings = Vec<(usize, Diagnostic)>;

/// One text with a module for each model, named as given; [`module_name`] gives a file's.
///
/// A keyword becomes a raw name. What can't be one, and the name of a crate that generated code uses, gets an underscore
/// behind it.
///
/// **Errors.** As [`generate`], each with the index of its model; `SFG0105` where two modules have one name, or one has
/// a name that is none in Rust.
///
/// # Example
///
/// ```
/// use sf_outbound_build::{Options, generate_all, module_name};
/// use sf_outbound_wsdl::{ReadOptions, read};
///
/// let wsdl = include_bytes!("../../../tests/wsdl/opportunity.wsdl");
/// let model = read("opportunity.wsdl", wsdl, &ReadOptions::default()).model.expect("a WSDL");
/// # use sf_outbound_build::Findings;
/// let modules = [(module_name("wsdl/Won.wsdl"), &model), (module_name("wsdl/Lost.wsdl"), &model)];
/// let result: Result<(String, Findings), Findings> = generate_all(&modules, &Options::default());
/// let (text, _) = result.expect("names for both");
/// assert!(text.contains("pub mod won {") && text.contains("pub mod lost {"));
/// ```
pub fn generate_all(models: &[(String, &Model)], options: &Options) -> Result<(String, Findings), Findings> {
    let mut rows = Vec::new();
    let (mut warnings, mut errors) = (Vec::new(), Vec::new());
    for (index, (name, model)) in models.iter().enumerate() {
        let module = names::module_ident(name, options);
        let is_taken =
            models[..index].iter().any(|(earlier, _)| names::module_ident(earlier, options) == module);
        let fault = match &module {
            None => Some(format!("`{name}` can't be the name of a module")),
            Some(module) => is_taken.then(|| format!("two WSDLs give a module the name `{module}`")),
        };
        if let Some(message) = fault {
            errors.push((index, options::finding(&codes::MODULE, message, "rename one of the files".into())));
        }
        match named(model, options) {
            Ok((names, findings)) => {
                warnings.extend(findings.into_iter().map(|finding| (index, finding)));
                rows.extend(module.map(|module| (module, *model, names)));
            }
            Err(findings) => errors.extend(findings.into_iter().map(|finding| (index, finding))),
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let first = models.first().map(|row| row.1);
    let text = emit::modules(&rows, options)
        .map_err(|error| first.map(|model| (0, mistake(model, &error))).into_iter().collect::<Vec<_>>())?;
    Ok((text, warnings))
}

/// The name of a file's module: `wsdl/My Account.wsdl.xml` gives `my_account`.
///
/// It can be a keyword: [`generate_all`] writes what the module is called in Rust, such as `r#type`.
///
/// # Example
///
/// ```
/// assert_eq!(sf_outbound_build::module_name("wsdl/My Account.wsdl.xml"), "my_account");
/// ```
#[must_use]
pub fn module_name(file: impl AsRef<std::path::Path>) -> String {
    file.as_ref().file_name().map(|name| names::module(&name.to_string_lossy())).unwrap_or_default()
}

/// The names of a model, and what is to be said of them.
///
/// **Errors.** Options that can't be understood, or that no stable names can be given.
pub(crate) fn named(
    model: &Model,
    options: &Options,
) -> Result<(names::Names, Vec<Diagnostic>), Vec<Diagnostic>> {
    if !options.faults.is_empty() {
        return Err(options.faults.clone());
    }
    match names::names(model, options) {
        (Some(names), findings) => Ok((names, findings)),
        (None, findings) => Err(findings),
    }
}

fn mistake(model: &Model, error: &syn::Error) -> Diagnostic {
    Diagnostic {
        place: Some(model.object.place),
        ..options::finding(
            &codes::CLASH,
            format!("the generated text does not parse, which is a mistake of the generator: {error}"),
            "please report the WSDL".into(),
        )
    }
}
