//! Reading the WSDL and writing what was generated, for a build script.

use crate::codes;
use crate::{Options, generate, names};
use sf_outbound_wsdl::{Code, Diagnostic, Report, Severity, read};
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// Generates for a build script, with default options: `OUT_DIR/<stem>.rs`, for `sf_outbound::include_wsdl!`.
///
/// **Errors.** A report that says what is wrong and where; returned from `main`, cargo shows it as it is.
///
/// # Example
///
/// ```no_run
/// fn main() -> Result<(), sf_outbound_build::Report> {
///     sf_outbound_build::compile("wsdl/opportunity.wsdl")
/// }
/// ```
pub fn compile(wsdl: impl AsRef<Path>) -> Result<(), Report> {
    configure().compile(wsdl)
}

/// A configuration with default options.
#[must_use]
pub fn configure() -> Config {
    Config::default()
}

/// How a build script generates.
#[derive(Debug, Clone, Default)]
pub struct Config {
    types: Vec<String>,
    out_dir: Option<PathBuf>,
}

impl Config {
    /// Reads a type that is not known as another: `type_as("xsd:duration", "text")`.
    #[must_use]
    pub fn type_as(mut self, name: &str, word: &str) -> Self {
        self.types.push(format!("{name}={word}"));
        self
    }

    /// Writes to this folder instead of `OUT_DIR`.
    #[must_use]
    pub fn out_dir(mut self, folder: impl Into<PathBuf>) -> Self {
        self.out_dir = Some(folder.into());
        self
    }

    /// Generates from one WSDL.
    ///
    /// **Errors.** As [`compile`].
    pub fn compile(&self, wsdl: impl AsRef<Path>) -> Result<(), Report> {
        let wsdl = wsdl.as_ref();
        println!("cargo:rerun-if-changed={}", wsdl.display());
        let shown = wsdl.display().to_string();
        let mut options = Options::default();
        for mapping in &self.types {
            options.map_type(mapping).map_err(|diagnostic| report(&shown, *diagnostic))?;
        }
        let bytes = fs::read(wsdl).map_err(|error| {
            report(
                &shown,
                failure(
                    &codes::UNREADABLE,
                    "read",
                    &error,
                    "write the path relative to the package's folder",
                ),
            )
        })?;
        let reading = read(&shown, &bytes, &options.read_options());
        let Some(model) = reading.model else { return Err(reading.report) };
        let generated = generate(&model, &options)
            .map_err(|diagnostics| Report { diagnostics, ..reading.report.clone() })?;
        let warnings = Report { diagnostics: generated.warnings, ..reading.report };
        for line in warnings.to_string().lines() {
            println!("cargo:warning={line}");
        }
        let folder = match &self.out_dir {
            Some(folder) => folder.clone(),
            None => env::var_os("OUT_DIR").map(PathBuf::from).unwrap_or_default(),
        };
        let stem = wsdl.file_name().map(|name| names::module(&name.to_string_lossy())).unwrap_or_default();
        let file = folder.join(stem + ".rs");
        write_if_changed(&file, generated.text.as_bytes()).map_err(|error| {
            report(
                &file.display().to_string(),
                failure(
                    &codes::UNWRITABLE,
                    "written",
                    &error,
                    "name a folder that can be written with `out_dir`",
                ),
            )
        })
    }
}

/// Writes a file unless it has these bytes already, so that what depends on it is not built again.
///
/// **Errors.** Those of the file system.
pub fn write_if_changed(file: &Path, bytes: &[u8]) -> io::Result<()> {
    if fs::read(file).is_ok_and(|existing| existing == bytes) {
        return Ok(());
    }
    fs::write(file, bytes)
}

fn failure(code: &'static Code, verb: &str, error: &io::Error, help: &str) -> Diagnostic {
    Diagnostic {
        code,
        severity: Severity::Error,
        message: format!("the file can't be {verb}: {error}"),
        place: None,
        label: String::new(),
        second: None,
        help: help.to_owned(),
    }
}

fn report(file: &str, diagnostic: Diagnostic) -> Report {
    Report { file: file.to_owned(), text: String::new(), diagnostics: vec![diagnostic] }
}
