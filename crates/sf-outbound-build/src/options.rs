//! What the generator can be told.

use crate::codes;
use sf_outbound_wsdl::{Diagnostic, ReadOptions, Severity, XsdType};

/// Options of the generator, the same for a build script and the command.
///
/// # Example
///
/// ```
/// let mut options = sf_outbound_build::Options::default();
/// assert!(options.map_type("xsd:duration=text").is_ok());
/// assert!(options.map_type("xsd:duration=number").is_err());
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Types that are not known, and what to read them as.
    pub types: Vec<(String, XsdType)>,
}

impl Options {
    /// Adds a mapping such as `xsd:duration=text`.
    ///
    /// **Errors.** `SFG0201` where the mapping is not a name, `=` and a known word.
    pub fn map_type(&mut self, mapping: &str) -> Result<(), Box<Diagnostic>> {
        let parts = mapping.split_once('=').filter(|(name, _)| !name.is_empty());
        let row = parts.and_then(|(name, word)| Some((name.to_owned(), XsdType::from_keyword(word)?)));
        let words: Vec<_> = XsdType::keywords().collect();
        self.types.push(row.ok_or_else(|| {
            Box::new(Diagnostic {
                code: &codes::TYPE_OPTION,
                severity: Severity::Error,
                message: format!("`{mapping}` does not map a type"),
                place: None,
                label: String::new(),
                second: None,
                help: format!("write the type's name, `=` and one of {}", words.join(", ")),
            })
        })?);
        Ok(())
    }

    /// What of the options the WSDL's reader needs.
    #[must_use]
    pub fn read_options(&self) -> ReadOptions {
        ReadOptions { types: self.types.clone() }
    }
}
