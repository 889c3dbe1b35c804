//! Reading and writing, and how a command fails.

use crate::catalogue;
use sf_outbound::Schema;
use sf_outbound_build::Options;
use sf_outbound_wsdl::{Model, Report, read};
use std::fmt::Display;
use std::io::{Read, Write};
use std::path::Path;
use std::{fs, io};

/// Why a command does not end well.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Something is wrong in a file or a reply; the text has been or is to be shown.
    Wrong(String),
    /// The command line makes no sense.
    Usage(String),
    /// Something cannot be read, written or reached.
    Unreachable(String),
}

impl Failure {
    pub(crate) fn exit(&self) -> u8 {
        match self {
            Self::Wrong(_) => 1,
            Self::Usage(_) => 2,
            Self::Unreachable(_) => 3,
        }
    }

    pub(crate) fn text(&self) -> &str {
        let (Self::Wrong(text) | Self::Usage(text) | Self::Unreachable(text)) = self;
        text
    }

    pub(crate) fn show(&self) {
        let text = self.text();
        if !text.is_empty() {
            // When standard error is gone, nobody is left to tell.
            let _ = writeln!(io::stderr(), "{}{}", text.trim_end(), more_about(text));
        }
    }
}

/// Where the codes of errors are explained; nothing for a text without codes.
fn more_about(text: &str) -> String {
    let mut codes: Vec<&str> = Vec::new();
    for code in text.split("error[").skip(1).filter_map(|rest| rest.split_once(']')).map(|found| found.0) {
        if catalogue::find(code).is_some() && !codes.contains(&code) {
            codes.push(code);
        }
    }
    if codes.is_empty() {
        String::new()
    } else {
        format!("\n\nmore: sf-outbound explain {}", codes.join(" "))
    }
}

impl From<Report> for Failure {
    fn from(report: Report) -> Self {
        Self::Wrong(report.to_string())
    }
}

/// A file's bytes; `-` is standard input.
pub(crate) fn bytes(file: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let done = if file == Path::new("-") {
        io::stdin().lock().read_to_end(&mut bytes).map(|_| ())
    } else {
        fs::read(file).map(|read| bytes = read)
    };
    done.map_err(|error| cannot("read", file, &error))?;
    Ok(bytes)
}

pub(crate) fn cannot(verb: &str, file: &Path, error: &io::Error) -> Failure {
    Failure::Unreachable(format!("error: cannot {verb} {}: {error}", file.display()))
}

/// Writes to standard output. A reader who has seen enough is no failure.
pub(crate) fn print(text: impl Display) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match write!(out, "{text}").and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::Unreachable(format!("error: cannot write to standard output: {error}")))
        }
        _ => Ok(()),
    }
}

pub(crate) fn options(mappings: &[String]) -> Result<Options, Failure> {
    let mut options = Options::default();
    for mapping in mappings {
        options.set("type", mapping).map_err(|diagnostic| {
            Failure::Usage(format!("error: {}\nhelp: {}", diagnostic.message, diagnostic.help))
        })?;
    }
    Ok(options)
}

/// A WSDL's model and report, which holds its text.
pub(crate) fn model(file: &Path, options: &Options) -> Result<(Model, Report), Failure> {
    let bytes = bytes(file)?;
    let reading = read(&file.display().to_string(), &bytes, &options.read_options());
    match reading.model {
        Some(model) => Ok((model, reading.report)),
        None => Err(reading.report.into()),
    }
}

/// The runtime's schema of a model.
pub(crate) fn schema(model: &Model) -> Result<Schema, Failure> {
    let rows = model.fields.iter().map(|field| (field.name.clone(), field.kind));
    Schema::new(&model.object.text, rows).map_err(|error| Failure::Wrong(format!("error: {error}")))
}

/// `1 notification`, `2 notifications`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
