//! `generate`: a module to standard output or a file, or a crate.

use crate::args::Generate;
use crate::files::{Failure, cannot, model, options, print};
use sf_outbound_build::{generate, package, write_if_changed};
use sf_outbound_wsdl::Report;
use similar::TextDiff;
use std::fs;
use std::path::{Path, PathBuf};

pub(crate) fn run(arguments: &Generate) -> Result<(), Failure> {
    let options = options(&arguments.wsdl.types.mappings)?;
    let (model, report) = model(&arguments.wsdl.file, &options)?;
    let generated =
        generate(&model, &options).map_err(|diagnostics| Report { diagnostics, ..report.clone() })?;
    let warnings = Report { diagnostics: generated.warnings.clone(), ..report };
    eprint!("{warnings}");
    let files: Vec<(PathBuf, Vec<u8>)> = match (&arguments.package, &arguments.out) {
        (Some(folder), _) => {
            let files = package(&warnings.text, &model, &generated, arguments.keep_address).into_iter();
            let files = files.map(|(path, bytes)| (folder.join(path), bytes));
            // The manifest is the user's once it is there.
            files.filter(|(path, _)| !path.ends_with("Cargo.toml") || !path.exists()).collect()
        }
        (None, Some(file)) => vec![(file.clone(), generated.text.into_bytes())],
        (None, None) if arguments.check => {
            return Err(Failure::Usage("error: --check needs --out or --crate to compare with".into()));
        }
        (None, None) => return print(generated.text),
    };
    if arguments.check { check(&files) } else { write(&files) }
}

pub(crate) fn write(files: &[(PathBuf, Vec<u8>)]) -> Result<(), Failure> {
    for (file, bytes) in files {
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::create_dir_all(folder).map_err(|error| cannot("make the folder", folder, &error))?;
        write_if_changed(file, bytes).map_err(|error| cannot("write", file, &error))?;
    }
    Ok(())
}

fn check(files: &[(PathBuf, Vec<u8>)]) -> Result<(), Failure> {
    let mut stale = String::new();
    for (file, bytes) in files {
        let there = fs::read(file).unwrap_or_default();
        if there != *bytes {
            let (old, new) = (String::from_utf8_lossy(&there), String::from_utf8_lossy(bytes));
            let diff = TextDiff::from_lines(&old, &new);
            let name = file.display().to_string();
            stale += &diff.unified_diff().header(&name, &format!("{name} (generated)")).to_string();
        }
    }
    if stale.is_empty() {
        return Ok(());
    }
    print(stale)?;
    Err(Failure::Wrong("error: what is checked in is stale: generate again without --check".into()))
}
