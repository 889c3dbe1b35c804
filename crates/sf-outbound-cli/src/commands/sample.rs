//! `sample`: a message as Salesforce would send it.

use crate::args::Sample;
use crate::files::{Failure, model, options, print, schema};
use crate::plausible;
use std::path::Path;

pub(crate) fn run(arguments: &Sample) -> Result<(), Failure> {
    let wsdl = &arguments.wsdl;
    let bytes = bytes(&wsdl.file, &wsdl.types.mappings, arguments.count, arguments.seed)?;
    print(String::from_utf8_lossy(&bytes))
}

/// The bytes of a sample.
pub(crate) fn bytes(wsdl: &Path, mappings: &[String], count: u32, seed: u64) -> Result<Vec<u8>, Failure> {
    let (model, _) = model(wsdl, &options(mappings)?)?;
    let mut bytes = Vec::new();
    plausible::message(&schema(&model)?, count, seed).encode(&mut bytes);
    Ok(bytes)
}
