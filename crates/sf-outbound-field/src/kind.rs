//! The one table of the kinds of values.

/// What the table says of a kind.
struct Facts {
    xsd_name: &'static str,
    keyword: &'static str,
    family: Family,
    /// Kinds of which each value is a value of this kind too.
    reads: &'static [Kind],
    /// Kinds of which each value can be read as one of this kind, but not always exactly.
    rounds: &'static [Kind],
    /// A value that each kind refuses which does not read all values of this one.
    example: &'static str,
}

/// What the values of several kinds have in common: they are compared, typed in and shown alike.
///
/// For the crates of this project, which match on it without an arm for the rest: a new family does not compile before
/// each of them knows it.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    Id,
    Text,
    Boolean,
    /// Numbers without a fraction.
    Whole,
    /// Numbers that may have a fraction.
    Fraction,
    Date,
    DateTime,
    Time,
    Binary,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident $facts:tt)*) => {
        /// What the text of a field's value stands for.
        ///
        /// # Example
        ///
        /// ```
        /// use sf_outbound_field::Kind;
        ///
        /// assert_eq!(Kind::from_xsd_name("xsd:double"), Some(Kind::Double));
        /// assert_eq!(Kind::Id.xsd_name(), "ent:ID");
        /// ```
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Kind {
            $($(#[$doc])* $kind,)*
        }

        /// [`Kind`] for the crates of this project, which match on it without an arm for the rest.
        #[doc(hidden)]
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum EveryKind {
            $($kind,)*
        }

        impl Kind {
            /// Each kind, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$kind,)*];

            #[doc(hidden)]
            #[inline]
            #[must_use]
            pub const fn every(self) -> EveryKind {
                match self {
                    $(Self::$kind => EveryKind::$kind,)*
                }
            }

            /// The kind's name as a variant of [`Kind`].
            #[doc(hidden)]
            #[must_use]
            pub const fn variant(self) -> &'static str {
                match self {
                    $(Self::$kind => stringify!($kind),)*
                }
            }

            const fn facts(self) -> Facts {
                match self {
                    $(Self::$kind => Facts $facts,)*
                }
            }
        }
    };
}

kinds! {
    /// `ent:ID`: the id of a record, 15 or 18 letters and digits; in Rust `sf_outbound::Id`.
    Id {
        xsd_name: "ent:ID", keyword: "id", family: Family::Id,
        reads: &[], rounds: &[], example: "006Kj00000QGq9AIAT",
    }
    /// `xsd:string`, and `xsd:anyType`, whose text is taken as it is: `String`.
    Text {
        xsd_name: "xsd:string", keyword: "text", family: Family::Text,
        reads: Kind::ALL, rounds: &[], example: "a text",
    }
    /// `xsd:boolean`: `bool`.
    Boolean {
        xsd_name: "xsd:boolean", keyword: "boolean", family: Family::Boolean,
        reads: &[], rounds: &[], example: "false",
    }
    /// `xsd:int`: a whole number of 32 bits, `i32`.
    Int {
        xsd_name: "xsd:int", keyword: "int", family: Family::Whole,
        reads: &[], rounds: &[], example: "5",
    }
    /// `xsd:long`: a whole number of 64 bits, `i64`.
    Long {
        xsd_name: "xsd:long", keyword: "long", family: Family::Whole,
        reads: &[Kind::Int], rounds: &[], example: "3000000000",
    }
    /// `xsd:double`: `f64`. Salesforce writes an exponent from 10,000,000 on, which no decimal has.
    Double {
        xsd_name: "xsd:double", keyword: "double", family: Family::Fraction,
        reads: &[Kind::Int], rounds: &[Kind::Long, Kind::Decimal], example: "1.0E7",
    }
    /// `xsd:decimal`: checked and kept as text, because no number type of `std` holds every decimal.
    Decimal {
        xsd_name: "xsd:decimal", keyword: "decimal", family: Family::Fraction,
        reads: &[Kind::Int, Kind::Long], rounds: &[], example: "0.5",
    }
    /// `xsd:date`: a date; a zone is accepted and dropped.
    Date {
        xsd_name: "xsd:date", keyword: "date", family: Family::Date,
        reads: &[], rounds: &[], example: "2026-01-31",
    }
    /// `xsd:dateTime`: an instant; without a zone it is read as UTC.
    DateTime {
        xsd_name: "xsd:dateTime", keyword: "dateTime", family: Family::DateTime,
        reads: &[], rounds: &[], example: "2026-01-31T09:30:00.000Z",
    }
    /// `xsd:time`: a time of day in UTC; without a zone it is read as UTC.
    Time {
        xsd_name: "xsd:time", keyword: "time", family: Family::Time,
        reads: &[], rounds: &[], example: "09:30:00.000Z",
    }
    /// `xsd:base64Binary`: bytes.
    Binary {
        xsd_name: "xsd:base64Binary", keyword: "base64", family: Family::Binary,
        reads: &[], rounds: &[], example: "q83v",
    }
}

impl Kind {
    /// The name of the kind's XML Schema type with the prefix that Salesforce writes: `xsd:double`, `ent:ID`.
    #[must_use]
    pub const fn xsd_name(self) -> &'static str {
        self.facts().xsd_name
    }

    /// The kind of a type of XML Schema, by its name with the prefix that Salesforce writes.
    ///
    /// ```
    /// use sf_outbound_field::Kind;
    ///
    /// assert_eq!(Kind::from_xsd_name("xsd:anyType"), Some(Kind::Text));
    /// assert_eq!(Kind::from_xsd_name("xsd:duration"), None);
    /// ```
    #[must_use]
    pub fn from_xsd_name(name: &str) -> Option<Self> {
        match name {
            "xsd:anyType" => Some(Self::Text),
            _ => Self::ALL.iter().copied().find(|kind| kind.xsd_name() == name),
        }
    }

    /// The word for the kind in an option such as `--type xsd:duration=text`.
    ///
    /// ```
    /// use sf_outbound_field::Kind;
    ///
    /// assert_eq!((Kind::DateTime.keyword(), Kind::Binary.keyword()), ("dateTime", "base64"));
    /// ```
    #[must_use]
    pub const fn keyword(self) -> &'static str {
        self.facts().keyword
    }

    /// The kind that an option's word stands for.
    ///
    /// ```
    /// use sf_outbound_field::Kind;
    ///
    /// assert_eq!(Kind::from_keyword("id"), Some(Kind::Id));
    /// assert!(Kind::ALL.iter().all(|kind| Kind::from_keyword(kind.keyword()) == Some(*kind)));
    /// ```
    #[must_use]
    pub fn from_keyword(keyword: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.keyword() == keyword)
    }

    /// Whether the values are numbers.
    ///
    /// ```
    /// use sf_outbound_field::Kind;
    ///
    /// assert!(Kind::Decimal.is_number() && !Kind::Date.is_number());
    /// ```
    #[must_use]
    pub const fn is_number(self) -> bool {
        matches!(self.family(), Family::Whole | Family::Fraction)
    }

    /// Whether a reader of this kind takes each value that is sent as the other kind.
    ///
    /// Where it does not, it refuses [`Kind::example`] of the other.
    ///
    /// ```
    /// use sf_outbound_field::Kind;
    ///
    /// assert!(Kind::Text.reads(Kind::Double));
    /// assert!(!Kind::Double.reads(Kind::Text));
    /// ```
    #[must_use]
    pub fn reads(self, sent: Self) -> bool {
        self == sent || self.facts().reads.contains(&sent) || self.rounds(sent)
    }

    /// Whether a reader of this kind takes values of the other kind, and holds some of them as a number near by.
    ///
    /// ```
    /// use sf_outbound_field::Kind;
    ///
    /// assert!(Kind::Double.rounds(Kind::Long) && !Kind::Double.rounds(Kind::Int));
    /// ```
    #[must_use]
    pub fn rounds(self, sent: Self) -> bool {
        self.facts().rounds.contains(&sent)
    }

    /// A value of this kind, as it stands in a message, that each kind refuses which does not read all of its values.
    ///
    /// ```
    /// use sf_outbound_field::Kind;
    ///
    /// assert_eq!(Kind::Double.example(), "1.0E7");
    /// ```
    #[must_use]
    pub const fn example(self) -> &'static str {
        self.facts().example
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn family(self) -> Family {
        self.facts().family
    }
}
