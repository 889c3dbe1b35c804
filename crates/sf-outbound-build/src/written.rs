//! The files that this process has generated, so that none silently replaces another.

use crate::Options;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// What a file is generated from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Source {
    pub(crate) wsdls: Vec<PathBuf>,
    pub(crate) options: Options,
}

/// The files of this process by their paths in lower case, for some file systems do not tell the case.
///
/// A build script is a process of its own, so what an earlier run left in `OUT_DIR` is none of these.
static WRITTEN: Mutex<BTreeMap<String, Source>> = Mutex::new(BTreeMap::new());

/// Takes a file for a source. The same source may write it again.
///
/// **Errors.** What is wrong, where another source has it.
pub(crate) fn claim(file: &Path, source: &Source) -> Result<(), String> {
    let mut written = WRITTEN.lock().unwrap_or_else(PoisonError::into_inner);
    let key = file.to_string_lossy().to_lowercase();
    let Some(earlier) = written.get(&key) else {
        written.insert(key, source.clone());
        return Ok(());
    };
    if earlier == source {
        return Ok(());
    }
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let wsdls: Vec<_> = earlier.wsdls.iter().map(|wsdl| format!("`{}`", wsdl.display())).collect();
    let how = if earlier.wsdls == source.wsdls { ", with other options" } else { "" };
    Err(format!("`{name}` has been generated from {} already{how}", wsdls.join(", ")))
}
