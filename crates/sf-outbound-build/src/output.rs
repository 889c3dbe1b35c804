//! Reading the WSDL and writing what was generated, for a build script.

use crate::generate::{generate, generate_all, module_name};
use crate::options::{Config, finding};
use crate::report::Report;
use crate::unmatched::unmatched;
use crate::written::{Source, claim};
use crate::{codes, names};
use sf_outbound_wsdl::{Code, Diagnostic, Model, Report as FileReport, read};
use std::path::{Path, PathBuf, absolute};
use std::{env, fs, io};

/// Generates for a build script, with default options, what `sf_outbound::include_wsdl!("<stem>")` includes.
///
/// A path that is not found from the current folder is looked for in the package's, and a relative `out_dir` too.
///
/// **Errors.** A report with what is wrong and where. Return it from `main`, and cargo shows it.
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

impl Config {
    /// Writes to this folder instead of `OUT_DIR`.
    #[must_use]
    pub fn out_dir(mut self, folder: impl Into<PathBuf>) -> Self {
        self.out_dir = Some(folder.into());
        self
    }

    /// Generates from one WSDL: `OUT_DIR/<stem>.rs`, and for a file such as `LeadChanged.wsdl` also
    /// `lead_changed.rs`, which is the one that is written to another `out_dir`.
    ///
    /// **Errors.** As [`compile`]; `SFG0105` where the same file was generated from another WSDL, or with other options.
    pub fn compile(&self, wsdl: impl AsRef<Path>) -> Result<(), Report> {
        let wsdl = wsdl.as_ref();
        self.check_options(wsdl)?;
        let (model, report) = self.read(wsdl)?;
        let failed = |diagnostics| FileReport { diagnostics, ..report.clone() };
        let generated = generate(&model, &self.options).map_err(failed)?;
        let unmatched = unmatched(&self.options, &[&model]);
        if !unmatched.is_empty() {
            return Err(failed(unmatched).into());
        }
        warn(&FileReport {
            diagnostics: [report.diagnostics.clone(), generated.warnings].concat(),
            ..report
        });
        let source = Source { wsdls: vec![wsdl.to_owned()], options: self.options.clone() };
        self.write(&module_name(wsdl), &source, &generated.text)?;
        let stem = names::stem(wsdl);
        // A generated file that is under version control needs no second name.
        if stem == module_name(wsdl) || self.out_dir.is_some() {
            return Ok(());
        }
        self.write(&stem, &source, &generated.text)
    }

    /// Generates from several WSDLs one text with a module each, named for its file: `OUT_DIR/<name>.rs`.
    ///
    /// A keyword is a raw name, as in `messages::r#final`, and what can't be one or is the name of a crate that
    /// generated code uses has an underscore behind it: `messages::core_`.
    ///
    /// **Errors.** As [`compile`], about all files at once.
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
        let wsdls: Vec<PathBuf> = wsdls.into_iter().map(|wsdl| wsdl.as_ref().to_owned()).collect();
        self.check_options(wsdls.first().map_or(Path::new(""), PathBuf::as_path))?;
        let (mut read, mut wrong) = (Vec::new(), Vec::new());
        for (index, wsdl) in wsdls.iter().enumerate() {
            match self.read(wsdl) {
                Ok((model, report)) => read.push((index, model, report)),
                Err(report) => wrong.push((index, report)),
            }
        }
        let models: Vec<_> = read.iter().map(|(at, model, _)| (module_name(&wsdls[*at]), model)).collect();
        let generated = generate_all(&models, &self.options);
        if let Err(findings) = &generated {
            wrong.extend(read.iter().enumerate().filter_map(|(row, (index, _, report))| {
                let of_file = findings.iter().filter(|finding| finding.0 == row).map(|row| row.1.clone());
                let report = FileReport { diagnostics: of_file.collect(), ..report.clone() };
                (!report.diagnostics.is_empty()).then_some((*index, report))
            }));
        }
        wrong.sort_by_key(|row| row.0);
        let (text, warnings) = match generated {
            Ok(generated) if wrong.is_empty() => generated,
            _ => return Err(Report { files: wrong.into_iter().map(|row| row.1).collect() }),
        };
        let all: Vec<_> = models.iter().map(|row| row.1).collect();
        let unmatched = unmatched(&self.options, &all);
        if let (false, Some((_, _, first))) = (unmatched.is_empty(), read.first()) {
            return Err(FileReport { diagnostics: unmatched, ..first.clone() }.into());
        }
        for (index, _, report) in &read {
            let generated = warnings.iter().filter(|warning| warning.0 == *index).map(|row| row.1.clone());
            let diagnostics = report.diagnostics.iter().cloned().chain(generated).collect();
            warn(&FileReport { diagnostics, ..report.clone() });
        }
        self.write(name, &Source { wsdls, options: self.options.clone() }, &text)
    }

    fn check_options(&self, wsdl: &Path) -> Result<(), Report> {
        if self.options.faults.is_empty() {
            return Ok(());
        }
        Err(report(&wsdl.display().to_string(), self.options.faults.clone()).into())
    }

    fn read(&self, wsdl: &Path) -> Result<(Model, FileReport), FileReport> {
        let file = in_package(wsdl);
        println!("cargo:rerun-if-changed={}", file.display());
        let shown = wsdl.display().to_string();
        let bytes = fs::read(&file).map_err(|error| {
            let help = format!("write the path relative to the package's folder; tried {}", tried(wsdl));
            report(&shown, vec![failure(&codes::UNREADABLE, "read", &error, &help)])
        })?;
        let reading = read(&shown, &bytes, &self.options.read_options());
        match reading.model {
            Some(model) => Ok((model, reading.report)),
            None => Err(reading.report),
        }
    }

    fn write(&self, stem: &str, source: &Source, text: &str) -> Result<(), Report> {
        let name = format!("{stem}.rs");
        let Some(folder) = self.folder() else {
            let message = "there is no folder to write to: OUT_DIR is not set".to_owned();
            let help = "run this in a build script, or name a folder with `out_dir`".to_owned();
            return Err(report(&name, vec![finding(&codes::UNWRITABLE, message, help)]).into());
        };
        let file = folder.join(&name);
        if let Err(message) = claim(&file, source) {
            let wsdl = source.wsdls.last().map(|wsdl| wsdl.display().to_string()).unwrap_or_default();
            let help = "rename one of the files, or write to another folder with `out_dir`".to_owned();
            return Err(report(&wsdl, vec![finding(&codes::MODULE, message, help)]).into());
        }
        write_if_changed(&file, text.as_bytes()).map_err(|error| {
            let help = "name a folder that can be written with `out_dir`";
            report(&file.display().to_string(), vec![failure(&codes::UNWRITABLE, "written", &error, help)])
                .into()
        })
    }

    fn folder(&self) -> Option<PathBuf> {
        match &self.out_dir {
            Some(folder) => Some(in_package(folder)),
            None => env::var_os("OUT_DIR").filter(|folder| !folder.is_empty()).map(PathBuf::from),
        }
    }
}

/// A path in the package's folder, where it is not there from the current one: not every build runs its scripts in the
/// package's folder.
fn in_package(path: &Path) -> PathBuf {
    match package_folder() {
        Some(package) if path.is_relative() && !path.exists() && package.join(path).exists() => {
            package.join(path)
        }
        _ => path.to_owned(),
    }
}

fn package_folder() -> Option<PathBuf> {
    env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from)
}

/// Where a file was looked for.
fn tried(path: &Path) -> String {
    let mut paths = vec![absolute(path).unwrap_or_else(|_| path.to_owned())];
    let package = package_folder().filter(|_| path.is_relative()).map(|package| package.join(path));
    paths.extend(package.filter(|path| !paths.contains(path)));
    paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(" and ")
}

/// Shows warnings as cargo does.
fn warn(report: &FileReport) {
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

fn report(file: &str, diagnostics: Vec<Diagnostic>) -> FileReport {
    FileReport { file: file.to_owned(), text: String::new(), diagnostics }
}
