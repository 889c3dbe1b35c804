//! `new`: the project of a listener.

use super::generate;
use crate::args::New;
use crate::files::{Failure, cannot, count, model, options, print};
use crate::scaffold::Project;
use sf_outbound_wsdl::Report;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf, absolute};
use std::{fs, io};

pub(crate) fn run(arguments: &New) -> Result<(), Failure> {
    let folder = &arguments.folder;
    check_empty(folder)?;
    let options = options(&arguments.types.mappings)?;
    let (model, report) = model(&arguments.wsdl, &options)?;
    let generated = sf_outbound_build::generate(&model, &options)
        .map_err(|diagnostics| Report { diagnostics, ..report.clone() })?;
    let warnings = Report { diagnostics: generated.warnings.clone(), ..report };
    eprint!("{warnings}");
    let project = Project {
        name: package_name(folder)?,
        door: arguments.door,
        mappings: &arguments.types.mappings,
        crates: arguments.path.as_deref().map(|crates| relative(folder, crates)).transpose()?,
        wsdl: &warnings.text,
        model: &model,
        generated: &generated,
    };
    let files = project.files()?;
    let paths: Vec<_> = files.into_iter().map(|(path, bytes)| (folder.join(path), bytes)).collect();
    generate::write(&paths)?;
    if project.crates.is_none() {
        eprint!("{UNRELEASED}");
    }
    print(written(folder, &paths) + &next(folder, &project))
}

/// Goes away with the first release.
const UNRELEASED: &str = "note: sf-outbound is not on the crate registry yet, so the project does not build\n\
     help: until it is, name the folder `crates` of a checkout with --path\n";

fn written(folder: &Path, paths: &[(PathBuf, Vec<u8>)]) -> String {
    let title = format!("wrote {} to {}\n", count(paths.len(), "file"), folder.display());
    paths.iter().fold(title, |text, (path, _)| {
        text + "  " + &path.strip_prefix(folder).unwrap_or(path).to_string_lossy() + "\n"
    })
}

/// What to type next.
fn next(folder: &Path, project: &Project<'_>) -> String {
    format!(
        "next:\n  cd {}\n  cargo test\n  cargo run\nand in another shell, in the same folder:\n  {}\n",
        folder.display(),
        project.send()
    )
}

fn check_empty(folder: &Path) -> Result<(), Failure> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(cannot("read the folder", folder, &error)),
    };
    if entries.count() == 0 {
        return Ok(());
    }
    Err(Failure::Usage(format!(
        "error: {} is not empty\nhelp: name a folder that is not there yet",
        folder.display()
    )))
}

/// The folder's own name in lower case, where cargo takes it as the name of a package.
fn package_name(folder: &Path) -> Result<String, Failure> {
    /// The packages that the project depends on, and names that cargo keeps for itself.
    const TAKEN: &[&str] = &[
        "axum",
        "sf-outbound",
        "sf-outbound-build",
        "sf-outbound-sender",
        "tokio",
        "test",
        "core",
        "std",
        "alloc",
    ];
    let whole = absolute(folder).map_err(|error| cannot("find the folder", folder, &error))?;
    let name = whole.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        && !TAKEN.contains(&name.as_str())
        && !sf_outbound_build::is_keyword(&name);
    if is_name {
        return Ok(name);
    }
    Err(Failure::Usage(format!(
        "error: `{name}` cannot be the name of a package\nhelp: name a folder such as opportunity-listener"
    )))
}

/// The way from the project's folder to that of the crates.
fn relative(folder: &Path, crates: &Path) -> Result<PathBuf, Failure> {
    if !crates.join("sf-outbound/Cargo.toml").is_file() {
        return Err(Failure::Usage(format!(
            "error: there is no crate sf-outbound in {}\nhelp: name the folder `crates` of a checkout",
            crates.display()
        )));
    }
    let found = |path: &Path| real(path).map_err(|error| cannot("find the folder", path, &error));
    Ok(way(&found(folder)?, &found(crates)?))
}

/// An absolute path without `..` and links; what is not there yet stands behind the part that is.
fn real(path: &Path) -> io::Result<PathBuf> {
    let whole = absolute(path)?;
    let there = whole.ancestors().find_map(|part| Some((part, part.canonicalize().ok()?)));
    Ok(match there {
        Some((part, found)) => whole.strip_prefix(part).map_or(found.clone(), |rest| found.join(rest)),
        None => whole,
    })
}

/// From one absolute path to another; the other itself where they share no root, or `..` leads astray.
fn way(from: &Path, to: &Path) -> PathBuf {
    let shared = from.components().zip(to.components()).take_while(|(one, other)| one == other).count();
    let climbs = [from, to].iter().any(|path| path.components().any(|part| part == Component::ParentDir));
    if climbs || shared == 0 {
        return to.to_path_buf();
    }
    let up = from.components().skip(shared).map(|_| Component::ParentDir);
    up.chain(to.components().skip(shared)).collect()
}

#[cfg(test)]
mod tests {
    use super::way;
    use std::path::Path;

    #[test]
    fn ways_are_relative_where_they_can_be() {
        for (from, to, expected) in [
            ("/a/listener", "/a/sf-outbound/crates", "../sf-outbound/crates"),
            ("/a/b/c", "/a/crates", "../../crates"),
            ("/a", "/a/crates", "crates"),
            ("/a/../b", "/c/crates", "/c/crates"),
        ] {
            assert_eq!(way(Path::new(from), Path::new(to)), Path::new(expected));
        }
    }
}
