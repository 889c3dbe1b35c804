//! An outbound message from a WSDL, a generated crate's folder, or workflow metadata.

use crate::files::{Failure, bytes, cannot, model};
use sf_outbound_build::Options;
use sf_outbound_wsdl::{
    Model, Report, Side, WorkflowOutboundMessage, choose, is_workflow_file, read_workflow,
};
use std::fs;
use std::path::{Path, PathBuf};

/// What was read of a file, and its report, which holds its text and name.
pub(crate) enum Description {
    Wsdl(Box<Model>, Report),
    Metadata(Vec<WorkflowOutboundMessage>, Report),
}

impl Description {
    pub(crate) fn read(path: &Path, options: &Options, object: Option<&str>) -> Result<Self, Failure> {
        let file = if path.is_dir() { wsdl_of(path)? } else { path.to_owned() };
        let name = file.display().to_string();
        if !is_workflow_file(&name) {
            let (model, report) = model(&file, options)?;
            return Ok(Self::Wsdl(Box::new(model), report));
        }
        let reading = read_workflow(&name, &bytes(&file)?);
        match reading.messages {
            Some(mut messages) => {
                for message in messages.iter_mut().filter(|_| object.is_some()) {
                    message.object = object.map(str::to_owned);
                }
                Ok(Self::Metadata(messages, reading.report))
            }
            None => Err(reading.report.into()),
        }
    }

    pub(crate) fn report(&self) -> &Report {
        let (Self::Wsdl(_, report) | Self::Metadata(_, report)) = self;
        report
    }

    /// The side to compare with another; among several messages, the one of this name or the one that fits.
    pub(crate) fn side(&self, message: Option<&str>, other: &Self) -> Result<Side<'_>, Failure> {
        match self {
            Self::Wsdl(model, _) => Ok(Side::Wsdl(model)),
            Self::Metadata(messages, report) => {
                let wsdl = if let Self::Wsdl(model, _) = other { Some(&**model) } else { None };
                let chosen = choose(messages, message, wsdl);
                let chosen =
                    chosen.map_err(|found| Report { diagnostics: vec![*found], ..report.clone() })?;
                Ok(Side::Metadata(chosen))
            }
        }
    }
}

/// The one WSDL in a folder, as a generated crate has it, or in its folder `wsdl`, as what `new` wrote.
fn wsdl_of(folder: &Path) -> Result<PathBuf, Failure> {
    let mut wsdls = wsdls_in(folder)?;
    if wsdls.is_empty() && folder.join("wsdl").is_dir() {
        wsdls = wsdls_in(&folder.join("wsdl"))?;
    }
    match (wsdls.pop(), wsdls.len()) {
        (Some(file), 0) => Ok(file),
        (None, _) => Err(Failure::Wrong(format!(
            "error: no WSDL in {}\nhelp: name a WSDL, or a folder that `generate --crate` or `new` wrote",
            folder.display()
        ))),
        (Some(_), others) => Err(Failure::Wrong(format!(
            "error: {} WSDLs in {}\nhelp: name the one to compare",
            others + 1,
            folder.display()
        ))),
    }
}

fn wsdls_in(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let entries = fs::read_dir(folder).map_err(|error| cannot("read", folder, &error))?;
    let files = entries.flatten().map(|entry| entry.path());
    Ok(files.filter(|file| file.extension().is_some_and(|extension| extension == "wsdl")).collect())
}
