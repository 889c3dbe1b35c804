//! How types of XML Schema are read that no field of Salesforce has.

use sf_outbound_field::Kind;

/// What an option does with an unknown type.
///
/// # Example
///
/// ```
/// use sf_outbound_wsdl::{Kind, ReadAs};
///
/// assert_eq!(ReadAs::from_word("text"), Some(ReadAs::Value(Kind::Text)));
/// assert_eq!(ReadAs::from_word("skip"), Some(ReadAs::Skip));
/// assert_eq!(ReadAs::words().last(), Some(ReadAs::Skip.word()));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReadAs {
    /// Read its values as this type.
    Value(Kind),
    /// Leave fields of the type out of the model. To a listener, such fields are unknown elements.
    Skip,
}

impl ReadAs {
    /// The meaning of an option's word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        if word == "skip" { Some(Self::Skip) } else { Kind::from_keyword(word).map(Self::Value) }
    }

    /// The option's word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Value(kind) => kind.keyword(),
            Self::Skip => "skip",
        }
    }

    /// All words.
    pub fn words() -> impl Iterator<Item = &'static str> {
        Kind::ALL.iter().map(|kind| kind.keyword()).chain(["skip"])
    }
}

/// The kinds that read every value of a simple type of XSD which no field of Salesforce has, with the types' local names.
const WIDER: &[(Kind, &[&str])] = &[
    (Kind::Double, &["float"]),
    (Kind::Int, &["short", "byte", "unsignedByte", "unsignedShort"]),
    (Kind::Long, &["unsignedInt"]),
    (
        Kind::Decimal,
        &[
            "integer",
            "positiveInteger",
            "negativeInteger",
            "nonPositiveInteger",
            "nonNegativeInteger",
            "unsignedLong",
        ],
    ),
    (
        Kind::Text,
        &[
            "anySimpleType",
            "anyURI",
            "duration",
            "gDay",
            "gMonth",
            "gMonthDay",
            "gYear",
            "gYearMonth",
            "hexBinary",
            "ID",
            "IDREF",
            "IDREFS",
            "ENTITY",
            "ENTITIES",
            "language",
            "Name",
            "NCName",
            "NMTOKEN",
            "NMTOKENS",
            "normalizedString",
            "NOTATION",
            "QName",
            "token",
        ],
    ),
];

/// The kind that reads every value of a simple type of XSD, by the type's local name.
pub(crate) fn nearest(local: &str) -> Option<Kind> {
    let wider = || WIDER.iter().find(|(_, names)| names.contains(&local)).map(|(kind, _)| *kind);
    Kind::from_xsd_name(&format!("xsd:{local}")).or_else(wider)
}

#[cfg(test)]
mod tests {
    use super::{Kind, WIDER};

    #[test]
    fn what_has_a_kind_of_its_own_needs_no_wider_one() {
        for name in WIDER.iter().flat_map(|(_, names)| *names) {
            assert_eq!(Kind::from_xsd_name(&format!("xsd:{name}")), None, "take {name} out of `WIDER`");
        }
    }
}
