//! Where tests find their data.

use std::path::{Path, PathBuf};

/// The repository's root.
#[must_use]
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// A folder of the corpus of real files, which is not a part of the repository.
///
/// Where it is not beside the checkout, this says so, and the caller skips.
#[must_use]
pub fn corpus(folder: &str) -> Option<PathBuf> {
    let path = root().join("../shared/corpus").join(folder);
    if path.is_dir() {
        return Some(path);
    }
    println!("SKIPPED: the corpus is not beside the checkout, so nothing of `{folder}` was tested");
    None
}

/// The files or folders in a folder, in the order of their names.
#[must_use]
pub fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<_> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    paths
}
