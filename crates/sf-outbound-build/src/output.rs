//! Reading the WSDL and writing what was generated, for a build script.

use crate::codes;
use crate::options::finding;
use crate::{Options, generate, generate_all, module_name, unmatched};
use sf_outbound_wsdl::{Code, Diagnostic, Model, Report, read};
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
///
/// Each option of the generator is a method, as in [`Options`].
///
/// # Example
///
/// ```no_run
/// use sf_outbound_build::{Config, Dates, Report, configure};
///
/// fn main() -> Result<(), Report> {
///     let config: Config = configure().out_dir("src/generated").dates(Dates::Chrono).rename("Amount__c", "amount");
///     config.compile("wsdl/opportunity.wsdl")
/// }
/// ```
#[derive(Debug, Clone, Default)]
pub struct Config {
    pub(crate) options: Options,
    out_dir: Option<PathBuf>,
}

impl Config {
    /// Writes to this folder instead of `OUT_DIR`.
    #[must_use]
    pub fn out_dir(mut self, folder: impl Into<PathBuf>) -> Self {
        self.out_dir = Some(folder.into());
        self
    }

    /// Generates from one WSDL: `OUT_DIR/<stem>.rs`.
    ///
    /// **Errors.** As [`compile`].
    pub fn compile(&self, wsdl: impl AsRef<Path>) -> Result<(), Report> {
        let wsdl = wsdl.as_ref();
        let (model, report) = self.read(wsdl)?;
        let failed = |diagnostics| Report { diagnostics, ..report.clone() };
        let generated = generate(&model, &self.options).map_err(failed)?;
        let unmatched = unmatched(&self.options, &[&model]);
        if !unmatched.is_empty() {
            return Err(failed(unmatched));
        }
        warn(&Report { diagnostics: [report.diagnostics.clone(), generated.warnings].concat(), ..report });
        self.write(&module_name(wsdl), &generated.text)
    }

    /// Generates from several WSDLs one text with a module each, named for its file: `OUT_DIR/<name>.rs`.
    ///
    /// **Errors.** As [`compile`].
    ///
    /// # Example
    ///
    /// ```no_run
    /// fn main() -> Result<(), sf_outbound_build::Report> {
    ///     sf_outbound_build::configure().compile_all("messages", ["wsdl/won.wsdl", "wsdl/lost.wsdl"])
    /// }
    /// ```
    ///
    /// and in the crate, `mod messages { sf_outbound::include_wsdl!("messages"); }` has `messages::won` and
    /// `messages::lost`.
    pub fn compile_all<W: AsRef<Path>>(
        &self,
        name: &str,
        wsdls: impl IntoIterator<Item = W>,
    ) -> Result<(), Report> {
        let mut read = Vec::new();
        for wsdl in wsdls {
            let (model, report) = self.read(wsdl.as_ref())?;
            read.push((module_name(&wsdl), model, report));
        }
        let models: Vec<_> = read.iter().map(|(name, model, _)| (name.clone(), model)).collect();
        // A report is about one file: that of the first finding.
        let report_of = |findings: Vec<(usize, Diagnostic)>| {
            let file = findings.first().map_or(0, |finding| finding.0);
            let of_file = findings.into_iter().filter(|finding| finding.0 == file).map(|finding| finding.1);
            let report = read.get(file).map_or_else(|| report("", Vec::new()), |row| row.2.clone());
            Report { diagnostics: of_file.collect(), ..report }
        };
        let (text, warnings) = generate_all(&models, &self.options).map_err(report_of)?;
        let all: Vec<_> = models.iter().map(|row| row.1).collect();
        let unmatched = unmatched(&self.options, &all);
        if !unmatched.is_empty() {
            return Err(report_of(unmatched.into_iter().map(|finding| (0, finding)).collect()));
        }
        for (index, (_, _, report)) in read.iter().enumerate() {
            let generated = warnings.iter().filter(|warning| warning.0 == index).map(|row| row.1.clone());
            let diagnostics = report.diagnostics.iter().cloned().chain(generated).collect();
            warn(&Report { diagnostics, ..report.clone() });
        }
        self.write(name, &text)
    }

    fn read(&self, wsdl: &Path) -> Result<(Model, Report), Report> {
        println!("cargo:rerun-if-changed={}", wsdl.display());
        let shown = wsdl.display().to_string();
        if !self.options.faults.is_empty() {
            return Err(report(&shown, self.options.faults.clone()));
        }
        let bytes = fs::read(wsdl).map_err(|error| {
            let help = "write the path relative to the package's folder";
            report(&shown, vec![failure(&codes::UNREADABLE, "read", &error, help)])
        })?;
        let reading = read(&shown, &bytes, &self.options.read_options());
        match reading.model {
            Some(model) => Ok((model, reading.report)),
            None => Err(reading.report),
        }
    }

    fn write(&self, stem: &str, text: &str) -> Result<(), Report> {
        let folder = match &self.out_dir {
            Some(folder) => folder.clone(),
            None => env::var_os("OUT_DIR").map(PathBuf::from).unwrap_or_default(),
        };
        let file = folder.join(format!("{stem}.rs"));
        write_if_changed(&file, text.as_bytes()).map_err(|error| {
            let help = "name a folder that can be written with `out_dir`";
            report(&file.display().to_string(), vec![failure(&codes::UNWRITABLE, "written", &error, help)])
        })
    }
}

/// Shows warnings as cargo does.
fn warn(report: &Report) {
    for line in report.to_string().lines() {
        println!("cargo:warning={line}");
    }
}

/// Writes a file unless it has these bytes already, so that what depends on it is not built again.
///
/// **Errors.** Those of the file system.
///
/// # Example
///
/// ```no_run
/// sf_outbound_build::write_if_changed("src/generated.rs".as_ref(), b"// the same again\n")?;
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn write_if_changed(file: &Path, bytes: &[u8]) -> io::Result<()> {
    if fs::read(file).is_ok_and(|existing| existing == bytes) {
        return Ok(());
    }
    fs::write(file, bytes)
}

fn failure(code: &'static Code, verb: &str, error: &io::Error, help: &str) -> Diagnostic {
    finding(code, format!("the file can't be {verb}: {error}"), help.to_owned())
}

fn report(file: &str, diagnostics: Vec<Diagnostic>) -> Report {
    Report { file: file.to_owned(), text: String::new(), diagnostics }
}
