//! `generate`: a module to standard output or a file, or a crate.

use crate::args::Generate;
use crate::files::{Failure, cannot, model, print};
use sf_outbound_build::{
    Findings, Packaged, generate, generate_all, module_name, package, unmatched, write_if_changed,
};
use sf_outbound_wsdl::{Model, Report};
use similar::TextDiff;
use std::fs;
use std::path::{Path, PathBuf};

pub(crate) fn run(arguments: &Generate) -> Result<(), Failure> {
    let options = &arguments.generator.options;
    let sources = sources(arguments)?;
    let models: Vec<_> = sources.iter().map(|(model, _)| model).collect();
    let unmatched = unmatched(options, &models);
    if let [first, ..] = sources.as_slice()
        && !unmatched.is_empty()
    {
        return Err(Report { diagnostics: unmatched, ..first.1.clone() }.into());
    }
    let text = text(arguments, &sources)?;
    let files: Vec<(PathBuf, Vec<u8>)> = match (&arguments.package, &arguments.out) {
        (Some(folder), _) => {
            let stems: Vec<_> = arguments.wsdls.iter().map(module_name).collect();
            let several = sources.len() > 1;
            let packaged: Vec<_> = sources
                .iter()
                .zip(&stems)
                .map(|((model, report), stem)| Packaged {
                    stem: several.then_some(stem.as_str()),
                    wsdl: &report.text,
                    model,
                })
                .collect();
            let files = package(&packaged, &text, &options.features(), arguments.keep_address).into_iter();
            let files = files.map(|(path, bytes)| (folder.join(path), bytes));
            // The manifest is the user's once it is there.
            files.filter(|(path, _)| !path.ends_with("Cargo.toml") || !path.exists()).collect()
        }
        (None, Some(file)) => vec![(file.clone(), text.into_bytes())],
        (None, None) if arguments.check => {
            return Err(Failure::Usage("error: --check needs --out or --crate to compare with".into()));
        }
        (None, None) => return print(text),
    };
    if arguments.check {
        return check(&files);
    }
    let has_manifest = files.iter().any(|(path, _)| path.ends_with("Cargo.toml"));
    write(&files)?;
    if let (false, features @ [_, ..]) = (has_manifest, options.features().as_slice()) {
        let features = features.join(",");
        eprintln!(
            "note: the code needs features of sf-outbound: cargo add sf-outbound --features {features}"
        );
    }
    Ok(())
}

/// All WSDLs, or what is wrong in any of them, at once.
fn sources(arguments: &Generate) -> Result<Vec<(Model, Report)>, Failure> {
    let read = arguments.wsdls.iter().map(|wsdl| model(wsdl, &arguments.generator.options));
    let (sources, failures): (Vec<_>, Vec<_>) = read.partition(Result::is_ok);
    let failures: Vec<_> = failures.into_iter().filter_map(Result::err).collect();
    if failures.is_empty() {
        return Ok(sources.into_iter().flatten().collect());
    }
    let text = failures.iter().map(Failure::text).collect::<Vec<_>>().join("\n");
    // A file that can't be read is the worse failure: it has the higher exit code.
    let worst = failures.into_iter().max_by_key(Failure::exit);
    Err(match worst {
        Some(Failure::Unreachable(_)) => Failure::Unreachable(text),
        _ => Failure::Wrong(text),
    })
}

/// The generated text; its warnings go to standard error.
fn text(arguments: &Generate, sources: &[(Model, Report)]) -> Result<String, Failure> {
    let options = &arguments.generator.options;
    if let [(model, report)] = sources
        && !options.modules
    {
        let generated =
            generate(model, options).map_err(|diagnostics| Report { diagnostics, ..report.clone() })?;
        eprint!("{}", Report { diagnostics: generated.warnings, ..report.clone() });
        return Ok(generated.text);
    }
    let names = arguments.wsdls.iter().map(module_name);
    let models: Vec<_> = names.zip(sources.iter().map(|(model, _)| model)).collect();
    let shown = |findings: &Findings| {
        let reports = sources.iter().enumerate().map(|(index, (_, report))| {
            let of_file = findings.iter().filter(|finding| finding.0 == index).map(|row| row.1.clone());
            Report { diagnostics: of_file.collect(), ..report.clone() }.to_string()
        });
        reports.filter(|report| !report.is_empty()).collect::<Vec<_>>().join("\n")
    };
    let (text, warnings) =
        generate_all(&models, options).map_err(|findings| Failure::Wrong(shown(&findings)))?;
    eprint!("{}", shown(&warnings));
    Ok(text)
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
