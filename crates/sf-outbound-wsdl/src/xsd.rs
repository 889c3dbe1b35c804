//! The simple types that a field of an outbound message can have.

/// One simple type of a field.
///
/// # Example
///
/// ```
/// use sf_outbound_wsdl::XsdType;
///
/// assert_eq!(XsdType::from_keyword("dateTime"), Some(XsdType::DateTime));
/// assert_eq!((XsdType::Id.name(), XsdType::Id.keyword()), ("ent:ID", "id"));
/// assert_eq!(XsdType::from_name("xsd:anyType"), Some(XsdType::Text));
/// assert_eq!(XsdType::keywords().count(), 11);
/// assert_eq!(XsdType::Double.example(), "1.0E7");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum XsdType {
    /// `ent:ID`, a record id of 15 or 18 letters and digits.
    Id,
    /// `xsd:string`, and `xsd:anyType`, whose text is taken as it is.
    Text,
    /// `xsd:boolean`.
    Boolean,
    /// `xsd:int`, 32 bits.
    Int,
    /// `xsd:long`, 64 bits.
    Long,
    /// `xsd:double`.
    Double,
    /// `xsd:decimal`.
    Decimal,
    /// `xsd:date`.
    Date,
    /// `xsd:dateTime`.
    DateTime,
    /// `xsd:time`.
    Time,
    /// `xsd:base64Binary`.
    Binary,
}

/// What an option says of a type that is not known.
///
/// # Example
///
/// ```
/// use sf_outbound_wsdl::{ReadAs, XsdType};
///
/// assert_eq!(ReadAs::from_word("text"), Some(ReadAs::Value(XsdType::Text)));
/// assert_eq!(ReadAs::from_word("skip"), Some(ReadAs::Skip));
/// assert_eq!(ReadAs::words().last(), Some(ReadAs::Skip.word()));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadAs {
    /// Read its values as this type.
    Value(XsdType),
    /// Leave fields of the type out of the model. What is sent of them is unknown to a listener.
    Skip,
}

impl ReadAs {
    /// What an option's word stands for.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        if word == "skip" { Some(Self::Skip) } else { XsdType::from_keyword(word).map(Self::Value) }
    }

    /// The word of it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Value(xsd_type) => xsd_type.keyword(),
            Self::Skip => "skip",
        }
    }

    /// The words that there are.
    pub fn words() -> impl Iterator<Item = &'static str> {
        XsdType::keywords().chain(["skip"])
    }
}

/// One row a type: the type, the word for it in `--type`, its name in a WSDL.
const TYPES: &[(XsdType, &str, &str)] = &[
    (XsdType::Id, "id", "ent:ID"),
    (XsdType::Text, "text", "xsd:string"),
    (XsdType::Boolean, "boolean", "xsd:boolean"),
    (XsdType::Int, "int", "xsd:int"),
    (XsdType::Long, "long", "xsd:long"),
    (XsdType::Double, "double", "xsd:double"),
    (XsdType::Decimal, "decimal", "xsd:decimal"),
    (XsdType::Date, "date", "xsd:date"),
    (XsdType::DateTime, "dateTime", "xsd:dateTime"),
    (XsdType::Time, "time", "xsd:time"),
    (XsdType::Binary, "base64", "xsd:base64Binary"),
];

impl XsdType {
    /// The type's word in an option such as `--type xsd:duration=text`.
    #[must_use]
    pub fn keyword(self) -> &'static str {
        self.row().1
    }

    /// The type's name with the prefix that Salesforce writes: `xsd:double`, `ent:ID`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().2
    }

    /// The type that an option's word stands for.
    #[must_use]
    pub fn from_keyword(keyword: &str) -> Option<Self> {
        TYPES.iter().find(|row| row.1 == keyword).map(|row| row.0)
    }

    /// The words that [`XsdType::from_keyword`] knows, in the order of the types.
    pub fn keywords() -> impl Iterator<Item = &'static str> {
        TYPES.iter().map(|row| row.1)
    }

    /// The type of a canonical name: `ent:ID`, or `xsd:` and the type's local name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "xsd:anyType" => Some(Self::Text),
            _ => TYPES.iter().find(|row| row.2 == name).map(|row| row.0),
        }
    }

    /// The type that reads every value of a simple type of XSD which no field of Salesforce has; by its local name.
    pub(crate) fn nearest(local: &str) -> Option<Self> {
        match local {
            "float" => Some(Self::Double),
            "short" | "byte" | "unsignedByte" | "unsignedShort" => Some(Self::Int),
            "unsignedInt" => Some(Self::Long),
            "integer" | "positiveInteger" | "negativeInteger" | "nonPositiveInteger"
            | "nonNegativeInteger" | "unsignedLong" => Some(Self::Decimal),
            "anySimpleType" | "anyURI" | "duration" | "gDay" | "gMonth" | "gMonthDay" | "gYear"
            | "gYearMonth" | "hexBinary" | "ID" | "IDREF" | "IDREFS" | "ENTITY" | "ENTITIES" | "language"
            | "Name" | "NCName" | "NMTOKEN" | "NMTOKENS" | "normalizedString" | "NOTATION" | "QName"
            | "token" => Some(Self::Text),
            _ => Self::from_name(&format!("xsd:{local}")),
        }
    }

    /// Whether a reader of this type takes every value that is sent as the other type.
    ///
    /// Where it does not, it refuses [`XsdType::example`] of the other.
    ///
    /// ```
    /// use sf_outbound_wsdl::XsdType;
    ///
    /// assert!(XsdType::Text.reads(XsdType::Double));
    /// assert!(!XsdType::Double.reads(XsdType::Text));
    /// ```
    #[must_use]
    pub fn reads(self, sent: Self) -> bool {
        match self {
            Self::Text => true,
            Self::Long => matches!(sent, Self::Long | Self::Int),
            Self::Decimal => matches!(sent, Self::Decimal | Self::Int | Self::Long),
            Self::Double => matches!(sent, Self::Double | Self::Decimal | Self::Int | Self::Long),
            _ => self == sent,
        }
    }

    /// A value of this type that every type refuses which does not read all of its values.
    #[must_use]
    pub fn example(self) -> &'static str {
        match self {
            Self::Id => "006Kj00000QGq9AIAT",
            Self::Text => "a text",
            Self::Boolean => "false",
            Self::Int => "5",
            Self::Long => "3000000000",
            // Salesforce writes an exponent from 10,000,000 on, which no decimal has.
            Self::Double => "1.0E7",
            Self::Decimal => "0.5",
            Self::Date => "2026-01-31",
            Self::DateTime => "2026-01-31T09:30:00.000Z",
            Self::Time => "09:30:00.000Z",
            Self::Binary => "q83v",
        }
    }

    fn row(self) -> &'static (Self, &'static str, &'static str) {
        &TYPES[self as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_stands_at_its_types_place() {
        for row in TYPES {
            assert_eq!(row.0.row(), row);
        }
    }
}
