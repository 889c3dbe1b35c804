//! Where tests find their data.

// To panic is what they do with data that are not good.
#![allow(clippy::missing_panics_doc)]

use sf_outbound_build::{Generated, OPTIONS, Options, generate, generate_all, module_name};
use sf_outbound_wsdl::{Model, read};
use std::fs;
use std::path::{Path, PathBuf};

/// A folder of `tests/cases`: WSDLs, options, and the text that is expected of them.
#[derive(Debug, Clone)]
pub struct Case {
    /// The folder.
    pub folder: PathBuf,
    /// The WSDLs: those that `args` names, from the repository's root, or else `service.wsdl`.
    pub wsdls: Vec<PathBuf>,
    /// The options that `args` gives.
    pub options: Options,
}

impl Case {
    /// All of them.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let cases: Vec<_> =
            entries(&root().join("tests/cases")).iter().map(|folder| Self::new(folder)).collect();
        assert!(cases.len() >= 26, "the cases were not found");
        cases
    }

    fn new(folder: &Path) -> Self {
        let (mut wsdls, mut options) = (Vec::new(), Options::default());
        let args = fs::read_to_string(folder.join("args")).unwrap_or_default();
        let mut lines = args.lines();
        while let Some(line) = lines.next() {
            match line.strip_prefix("--") {
                None => wsdls.push(root().join(line)),
                Some(flag) => {
                    let row = OPTIONS.iter().find(|row| row.flag == flag);
                    let row = row.unwrap_or_else(|| panic!("{}: no option {line}", folder.display()));
                    let text = if row.value.is_empty() { "" } else { lines.next().unwrap_or_default() };
                    options.set(flag, text).unwrap_or_else(|fault| panic!("{}: {fault:?}", folder.display()));
                }
            }
        }
        if wsdls.is_empty() {
            wsdls.push(folder.join("service.wsdl"));
        }
        Self { folder: folder.to_owned(), wsdls, options }
    }

    /// The folder's name as that of a module.
    #[must_use]
    pub fn name(&self) -> String {
        self.folder.file_name().unwrap_or_default().to_string_lossy().replace('-', "_")
    }

    /// The text that is generated now.
    #[must_use]
    pub fn text(&self) -> String {
        self.text_with(&self.options)
    }

    /// The text that is generated with other options.
    #[must_use]
    pub fn text_with(&self, options: &Options) -> String {
        let models: Vec<_> = self
            .wsdls
            .iter()
            .map(|wsdl| (module_name(wsdl), model(wsdl, &fs::read(wsdl).unwrap(), options)))
            .collect();
        if let [(_, model)] = models.as_slice()
            && !options.modules
        {
            return generated(model, options).text;
        }
        let rows: Vec<_> = models.iter().map(|(name, model)| (name.clone(), model)).collect();
        generate_all(&rows, options).unwrap_or_else(|findings| panic!("{}: {findings:?}", self.name())).0
    }
}

/// The model of a WSDL that has to be good.
#[must_use]
pub fn model(file: &Path, bytes: &[u8], options: &Options) -> Model {
    let reading = read(&file.display().to_string(), bytes, &options.read_options());
    reading.model.unwrap_or_else(|| panic!("{}: {}", file.display(), reading.report))
}

/// What is generated from a model that has to be good.
#[must_use]
pub fn generated(model: &Model, options: &Options) -> Generated {
    generate(model, options).unwrap_or_else(|findings| panic!("{}: {findings:?}", model.object.text))
}

/// The repository's root.
#[must_use]
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// The files of a folder of the corpus of real ones, which is not a part of the repository: none, where it is not
/// beside the checkout. What tests find in it, they find in files of our own too.
#[must_use]
pub fn corpus(folder: &str) -> Vec<PathBuf> {
    entries(&root().join("../shared/corpus").join(folder))
}

/// Our own WSDLs, and those of the corpus.
#[must_use]
pub fn wsdls() -> Vec<PathBuf> {
    let own = entries(&root().join("tests/wsdl"));
    assert!(own.len() >= 23, "our own WSDLs were not found");
    own.into_iter().chain(corpus("wsdl")).collect()
}

/// The files or folders in a folder, in the order of their names.
#[must_use]
pub fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<_> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    paths
}
