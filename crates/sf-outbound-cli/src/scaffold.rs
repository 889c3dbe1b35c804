//! The files of a listener's project, from the templates.

use crate::args::Door;
use crate::files::Failure;
use crate::{files, plausible};
use sf_outbound_build::{Generated, object_module, public_wsdl};
use sf_outbound_wsdl::Model;
use std::path::PathBuf;

/// Notifications of the sample that the project's test sends.
const SAMPLES: u32 = 3;

/// What a project is made of.
pub(crate) struct Project<'p> {
    /// The package's name.
    pub(crate) name: String,
    pub(crate) door: Door,
    pub(crate) mappings: &'p [String],
    /// Where the crates of sf-outbound are, from the project's folder; `None` takes released ones.
    pub(crate) crates: Option<PathBuf>,
    /// The WSDL's decoded text.
    pub(crate) wsdl: &'p str,
    pub(crate) model: &'p Model,
    pub(crate) generated: &'p Generated,
}

macro_rules! template {
    ($file:literal) => {
        include_str!(concat!("../templates/", $file))
    };
}

/// The parts that tell one door from the other.
struct Parts {
    manifest: &'static str,
    module: &'static str,
    row: &'static str,
    change: &'static str,
}

const BUILD: Parts = Parts {
    manifest: template!("build/manifest.toml"),
    module: template!("build/module.rs"),
    row: template!("build/row.md"),
    change: template!("build/change.md"),
};

const CHECKED_IN: Parts = Parts {
    manifest: "",
    module: template!("checked-in/module.rs"),
    row: template!("checked-in/row.md"),
    change: template!("checked-in/change.md"),
};

impl Project<'_> {
    /// Paths relative to the project's folder, with `/`, and their bytes.
    pub(crate) fn files(&self) -> Result<Vec<(String, Vec<u8>)>, Failure> {
        let module = object_module(self.model);
        let mut files: Vec<(String, Vec<u8>)> = vec![
            (".gitignore".into(), template!("gitignore").into()),
            ("Cargo.toml".into(), self.fill(template!("manifest.toml")).into()),
            ("README.md".into(), self.fill(template!("README.md")).into()),
            ("src/lib.rs".into(), self.fill(template!("lib.rs")).into()),
            ("src/main.rs".into(), self.fill(template!("main.rs")).into()),
            ("tests/listener.rs".into(), self.fill(template!("listener.rs")).into()),
            ("tests/sample.xml".into(), self.sample()?),
            (format!("wsdl/{module}.wsdl"), public_wsdl(self.wsdl, self.model).into()),
        ];
        files.push(match self.door {
            Door::Build => ("build.rs".into(), self.fill(template!("build/build.rs")).into()),
            Door::CheckedIn => (format!("src/{module}.rs"), self.generated.text.clone().into()),
        });
        files.sort();
        Ok(files)
    }

    /// The command that sends samples to the listener.
    pub(crate) fn send(&self) -> String {
        let (module, types) = (object_module(self.model), self.types());
        let to = "http://127.0.0.1:8080/salesforce";
        format!("sf-outbound send --sample {SAMPLES} --wsdl wsdl/{module}.wsdl{types} --to {to}")
    }

    fn sample(&self) -> Result<Vec<u8>, Failure> {
        let mut bytes = Vec::new();
        plausible::message(&files::schema(self.model)?, SAMPLES, 1).encode(&mut bytes);
        Ok(bytes)
    }

    /// The template with its places filled, also those of the door's parts.
    fn fill(&self, template: &str) -> String {
        let parts = if self.door == Door::Build { BUILD } else { CHECKED_IN };
        let module = object_module(self.model);
        let wsdl = format!("{module}.wsdl");
        let places = [
            ("door-manifest", parts.manifest.to_owned()),
            ("door-module", parts.module.to_owned()),
            ("door-row", parts.row.trim_end().to_owned()),
            ("door-change", parts.change.trim_end().to_owned()),
            ("name", self.name.clone()),
            ("crate", self.name.replace('-', "_")),
            ("object", self.model.object.text.clone()),
            ("runtime", self.dependency("sf-outbound")),
            ("generator", self.dependency("sf-outbound-build")),
            ("sender", self.dependency("sf-outbound-sender")),
            ("org-types", self.org_types()),
            ("compile", self.compile(&wsdl)),
            ("generate", format!("wsdl/{wsdl} --out src/{module}.rs{}", self.types())),
            ("sample", format!("wsdl/{wsdl} --count {SAMPLES}{}", self.types())),
            ("send", self.send()),
            ("wsdl", wsdl),
            ("type", self.generated.object.clone()),
            ("module", module),
            ("repository", env!("CARGO_PKG_REPOSITORY").to_owned()),
        ];
        let filled = places
            .iter()
            .fold(template.to_owned(), |text, (name, value)| text.replace(&format!("{{{{{name}}}}}"), value));
        filled.trim_end().to_owned() + "\n"
    }

    /// What the manifest says of a crate of sf-outbound.
    fn dependency(&self, name: &str) -> String {
        // A JSON string is a basic string of TOML.
        let quoted = |text: &str| serde_json::Value::from(text).to_string();
        match &self.crates {
            Some(crates) => format!("{{ path = {} }}", quoted(&crates.join(name).to_string_lossy())),
            None => quoted(env!("CARGO_PKG_VERSION")),
        }
    }

    /// What types that are not known are read as, as a list in Rust.
    fn org_types(&self) -> String {
        let types = self.mappings.iter().filter_map(|mapping| mapping.split_once('='));
        let rows: Vec<_> = types.map(|(name, word)| format!("({name:?}, {word:?})")).collect();
        let line = rows.join(", ");
        // As rustfmt breaks a list.
        if line.len() <= 58 { line } else { format!("\n    {},\n", rows.join(",\n    ")) }
    }

    /// The call of the build script.
    fn compile(&self, wsdl: &str) -> String {
        if self.mappings.is_empty() {
            return format!("sf_outbound_build::compile(\"wsdl/{wsdl}\")");
        }
        let types = self.mappings.iter().filter_map(|mapping| mapping.split_once('='));
        let types = types.fold(String::new(), |types, (name, word)| {
            types + &format!("\n        .type_as({name:?}, {word:?})")
        });
        format!("sf_outbound_build::configure(){types}\n        .compile(\"wsdl/{wsdl}\")")
    }

    /// The options of the command, each after a blank.
    fn types(&self) -> String {
        self.mappings.iter().fold(String::new(), |types, mapping| types + " --type " + mapping)
    }
}
