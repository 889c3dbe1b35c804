//! What the generator can be told: one table, of which builder, flag, help and round trip are made.

use crate::codes;
use crate::pattern::Pattern;
use sf_outbound_wsdl::{Code, Diagnostic, ReadAs, ReadOptions, Severity};
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// Which types dates, instants and times of day have.
///
/// # Example
///
/// ```
/// use sf_outbound_build::{Dates, Options};
///
/// assert_eq!(Options::default().dates, Dates::Jiff);
/// assert_eq!("chrono".parse(), Ok(Dates::Chrono));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Dates {
    /// Those of jiff, which the runtime re-exports.
    #[default]
    Jiff,
    /// Those of chrono; the runtime's feature `chrono` has to be on.
    Chrono,
    /// Those of the crate time; the runtime's feature `time` has to be on.
    Time,
    /// Strings, checked and kept as they were sent.
    Text,
}

/// What becomes of an element of a record that the WSDL does not know, such as a field that was added in Salesforce.
///
/// # Example
///
/// ```
/// use sf_outbound_build::UnknownElements;
///
/// assert_eq!(UnknownElements::default().to_string(), "skip");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum UnknownElements {
    /// It is passed over and counted.
    #[default]
    Skip,
    /// It is kept with the record, as name and text.
    Capture,
    /// The message is refused.
    Deny,
}

macro_rules! words {
    ($type:ident: $($variant:ident $word:literal),*) => {
        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $(Self::$variant => $word),* })
            }
        }

        impl FromStr for $type {
            type Err = String;

            fn from_str(word: &str) -> Result<Self, String> {
                match word {
                    $($word => Ok(Self::$variant),)*
                    _ => Err(format!("write one of {}", [$($word),*].join(", "))),
                }
            }
        }
    };
}

words!(Dates: Jiff "jiff", Chrono "chrono", Time "time", Text "text");
words!(UnknownElements: Skip "skip", Capture "capture", Deny "deny");

/// One row of the table of options.
///
/// # Example
///
/// ```
/// use sf_outbound_build::{OPTIONS, OptionRow};
///
/// let line = |row: &OptionRow| format!("--{} {}  {}", row.flag, row.value, row.help());
/// assert!(OPTIONS.iter().map(line).any(|line| line.starts_with("--dates CRATE  ")));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct OptionRow {
    /// The long flag of the command, without its dashes; also the name under which [`Options::set`] knows it.
    pub flag: &'static str,
    /// What stands for its value in the help; empty where it takes none.
    pub value: &'static str,
    doc: &'static str,
    set: fn(&mut Options, &str) -> Result<(), String>,
    get: fn(&Options) -> Vec<String>,
}

impl OptionRow {
    /// Whether it can be given more than once.
    ///
    /// # Example
    ///
    /// ```
    /// let repeats = |flag| sf_outbound_build::OPTIONS.iter().any(|row| row.flag == flag && row.repeats());
    /// assert!(repeats("rename") && !repeats("dates"));
    /// ```
    #[must_use]
    pub fn repeats(&self) -> bool {
        self.doc.ends_with("Can be repeated.")
    }

    /// What it does, and what happens without it.
    ///
    /// # Example
    ///
    /// ```
    /// let dates = sf_outbound_build::OPTIONS.iter().find(|row| row.flag == "dates").expect("a row");
    /// assert!(dates.help().starts_with("The crate whose types dates"));
    /// ```
    #[must_use]
    pub fn help(&self) -> String {
        self.doc.trim().replace('`', "")
    }
}

/// How a build script generates.
///
/// Each option of the generator is a method, as in [`Options`], by the same table.
///
/// # Example
///
/// ```no_run
/// use sf_outbound_build::{Config, Dates, Report, configure};
///
/// fn main() -> Result<(), Report> {
///     let config: Config = configure().out_dir("src/generated").dates(Dates::Chrono).rename("Amount__c", "amount");
///     config.compile("wsdl/opportunity.wsdl")
/// }
/// ```
#[derive(Debug, Clone, Default)]
pub struct Config {
    pub(crate) options: Options,
    pub(crate) out_dir: Option<PathBuf>,
}

/// An entry: documentation, builder method with its arguments, field, flag, and how a text is read and written.
macro_rules! options {
    ($(
        $(#[doc = $doc:literal])+
        fn $method:ident($($argument:ident: $argument_type:ty),*) => $field:ident: $type:ty,
        $flag:literal $value:literal, $set:expr, $get:expr;
    )*) => {
        /// Options of the generator, the same for a build script and the command.
        ///
        /// # Example
        ///
        /// ```
        /// use sf_outbound_build::{Dates, Options};
        ///
        /// let options = Options::default().dates(Dates::Chrono).rename("Amount__c", "amount");
        /// assert_eq!(options.to_args(), ["--dates", "chrono", "--rename", "Amount__c=amount"]);
        /// ```
        #[derive(Debug, Clone, Default, PartialEq, Eq)]
        pub struct Options {
            $($(#[doc = $doc])+ pub $field: $type,)*
            /// What was given to a builder method and can't be understood; [`generate`](crate::generate) tells it.
            pub(crate) faults: Vec<Diagnostic>,
        }

        /// The table of options, in the order in which help shows them.
        pub static OPTIONS: &[OptionRow] = &[$(OptionRow {
            flag: $flag,
            value: $value,
            doc: concat!($($doc),+),
            set: $set,
            get: $get,
        }),*];

        impl Options {
            $(
                $(#[doc = $doc])+
                ///
                #[doc = concat!("The command's `--", $flag, "`.")]
                #[must_use]
                pub fn $method(mut self, $($argument: $argument_type),*) -> Self {
                    let parts: &[String] = &[$($argument.to_string()),*];
                    if let Err(fault) = self.set($flag, &parts.join("=")) {
                        self.faults.push(*fault);
                    }
                    self
                }
            )*
        }

        impl Config {
            $(
                $(#[doc = $doc])+
                #[must_use]
                pub fn $method(mut self, $($argument: $argument_type),*) -> Self {
                    self.options = self.options.$method($($argument),*);
                    self
                }
            )*
        }
    };
}

options! {
    /// How to read a type that sf-outbound does not know: as another type (`xsd:duration=text`), or not at all
    /// (`ent:address=skip`). Can be repeated.
    fn type_as(name: &str, word: &str) => types: Vec<(String, ReadAs)>, "type" "NAME=WORD",
    |options, text| {
        let words = || ReadAs::words().collect::<Vec<_>>().join(", ");
        let row = pair(text).and_then(|(name, word)| Some((name, ReadAs::from_word(&word)?)));
        options.types.push(row.ok_or_else(|| format!("write the type's name, `=` and one of {}", words()))?);
        Ok(())
    },
    |options| options.types.iter().map(|row| format!("{}={}", row.0, row.1.word())).collect();

    /// The crate whose types dates, instants and times of day have: `jiff` (default), `chrono` or `time` (each a
    /// feature of the runtime); `text` for strings.
    fn dates(dates: Dates) => dates: Dates, "dates" "CRATE",
    |options, text| { options.dates = text.parse()?; Ok(()) },
    |options| differing(&options.dates);

    /// Use the `Decimal` of `rust_decimal` (a feature of the runtime) and not `f64` for the doubles whose API name
    /// matches, such as `Amount` or `*__c`. Can be repeated.
    fn decimal(pattern: &str) => decimal: Vec<Pattern>, "decimal" "PATTERN",
    |options, text| { options.decimal.push(text.parse()?); Ok(()) },
    |options| texts(&options.decimal);

    /// What to do with elements that the WSDL does not have: `skip` (default) ignores and counts them, `capture` keeps
    /// their names and texts with the record, `deny` refuses the message.
    fn unknown(unknown: UnknownElements) => unknown: UnknownElements, "unknown" "WHAT",
    |options, text| { options.unknown = text.parse()?; Ok(()) },
    |options| differing(&options.unknown);

    /// Generate only the fields whose API name matches. Values of other fields are ignored. Can be repeated.
    fn only(pattern: &str) => only: Vec<Pattern>, "only" "PATTERN",
    |options, text| { options.only.push(text.parse()?); Ok(()) },
    |options| texts(&options.only);

    /// Leave out the fields whose API name matches. Their values are ignored. Can be repeated.
    fn skip(pattern: &str) => skip: Vec<Pattern>, "skip" "PATTERN",
    |options, text| { options.skip.push(text.parse()?); Ok(()) },
    |options| texts(&options.skip);

    /// Choose the Rust name of a field or of the object's type, such as `Amount__c=amount` or `Deal__c=Won`. Can be
    /// repeated.
    fn rename(api_name: &str, name: &str) => renames: Vec<(String, String)>, "rename" "API_NAME=NAME",
    |options, text| {
        let (api_name, name) = pair(text).ok_or("write the API name, `=` and the name in Rust")?;
        if syn::parse_str::<syn::Ident>(&name).is_err() {
            return Err(format!("`{name}` is no name in Rust; a keyword is written as r#{name}, if it can be"));
        }
        if options.renames.iter().any(|row| row.0 == api_name) {
            return Err(format!("{api_name} is renamed twice"));
        }
        options.renames.push((api_name, name));
        Ok(())
    },
    |options| pairs(&options.renames);

    /// Add a derive to the types whose object matches, such as `*=::core::cmp::Eq`. Can be repeated.
    fn derive(pattern: &str, path: &str) => derives: Vec<(Pattern, String)>, "derive" "PATTERN=PATH",
    |options, text| {
        let (pattern, path) = pair(text).ok_or("write a pattern of object names, `=` and the path of the derive")?;
        syn::parse_str::<syn::Path>(&path).map_err(|_| format!("`{path}` is no path in Rust"))?;
        options.derives.push((pattern.parse()?, path));
        Ok(())
    },
    |options| pairs(&options.derives);

    /// Add an attribute to the types whose object matches, or to the fields that match `Object.Field`, such as
    /// `'Case.*__c=#[doc(hidden)]'`. Can be repeated.
    fn attribute(pattern: &str, attribute: &str) => attributes: Vec<(Pattern, String)>, "attribute" "PATTERN=ATTRIBUTE",
    |options, text| {
        let (pattern, attribute) =
            pair(text).ok_or("write a pattern of names, `=` and the attribute, such as #[must_use]")?;
        let parsed = syn::parse::Parser::parse_str(syn::Attribute::parse_outer, &attribute);
        if !parsed.is_ok_and(|attributes| !attributes.is_empty()) {
            return Err(format!("`{attribute}` is no attribute in Rust, such as #[must_use]"));
        }
        options.attributes.push((pattern.parse()?, attribute));
        Ok(())
    },
    |options| pairs(&options.attributes);

    /// Visibility of the generated code: `pub` (default), `pub(crate)`, `pub(super)` or `pub(in some::module)`.
    fn visibility(visibility: &str) => visibility: Option<String>, "visibility" "VISIBILITY",
    |options, text| {
        match syn::parse_str::<syn::Visibility>(text) {
            Ok(syn::Visibility::Public(_)) => options.visibility = None,
            Ok(syn::Visibility::Restricted(_)) => options.visibility = Some(text.to_owned()),
            _ => return Err("write pub, pub(crate), pub(super) or pub(in some::module)".into()),
        }
        Ok(())
    },
    |options| options.visibility.clone().into_iter().collect();

    /// Generate a module `fields` too, with a constant for the API name of each field.
    fn constants() => constants: bool, "constants" "",
    |options, _| { options.constants = true; Ok(()) },
    |options| if options.constants { vec![String::new()] } else { Vec::new() };

    /// Implement serde's `Serialize` and `Deserialize` for records, in the shape of Salesforce's REST API (a feature of
    /// the runtime).
    fn serde() => serde: bool, "serde" "",
    |options, _| { options.serde = true; Ok(()) },
    |options| if options.serde { vec![String::new()] } else { Vec::new() };

    /// Put the code of each WSDL into a module that has the name of its file. Several WSDLs in one text always get
    /// modules.
    fn modules() => modules: bool, "modules" "",
    |options, _| { options.modules = true; Ok(()) },
    |options| if options.modules { vec![String::new()] } else { Vec::new() };

    /// Path of the runtime, if you have renamed or re-exported it: `::sf_outbound` (default), or for example
    /// `::facade::sf_outbound`.
    fn runtime(path: &str) => runtime: Option<String>, "runtime" "PATH",
    |options, text| {
        // A path that is one in types and in expressions alike: without arguments.
        let path = syn::parse::Parser::parse_str(syn::Path::parse_mod_style, text);
        let is_absolute = |path: syn::Path| path.leading_colon.is_some() || path.segments[0].ident == "crate";
        if !path.is_ok_and(is_absolute) {
            return Err("write an absolute path, such as ::facade::sf_outbound or crate::sf_outbound".into());
        }
        options.runtime = Some(text.to_owned()).filter(|path| path != "::sf_outbound");
        Ok(())
    },
    |options| options.runtime.clone().into_iter().collect();
}

impl Options {
    /// Sets the option with a flag of [`OPTIONS`] from the text that a command line has for it.
    ///
    /// **Errors.** `SFG0201` for a type that can't be mapped, `SFG0202` for any other option that can't be understood.
    ///
    /// # Example
    ///
    /// ```
    /// let mut options = sf_outbound_build::Options::default();
    /// assert!(options.set("type", "xsd:duration=text").is_ok());
    /// assert!(options.set("type", "xsd:duration=number").is_err());
    /// ```
    pub fn set(&mut self, flag: &str, text: &str) -> Result<(), Box<Diagnostic>> {
        let row = OPTIONS.iter().find(|row| row.flag == flag);
        let set = row.map_or(Err("there is no such option".to_owned()), |row| (row.set)(self, text));
        set.map_err(|help| {
            let code = if flag == "type" { &codes::TYPE_OPTION } else { &codes::OPTION };
            Box::new(finding(code, format!("`--{flag} {text}` can't be understood"), help))
        })
    }

    /// The command line that gives these options.
    ///
    /// # Example
    ///
    /// ```
    /// use sf_outbound_build::Options;
    ///
    /// assert_eq!(Options::default().to_args(), [""; 0]);
    /// assert_eq!(Options::default().constants().to_args(), ["--constants"]);
    /// ```
    #[must_use]
    pub fn to_args(&self) -> Vec<String> {
        let mut args = Vec::new();
        for row in OPTIONS {
            for text in (row.get)(self) {
                args.push(format!("--{}", row.flag));
                args.extend((!row.value.is_empty()).then_some(text));
            }
        }
        args
    }

    /// The features of the runtime that generated code needs.
    ///
    /// # Example
    ///
    /// ```
    /// use sf_outbound_build::{Dates, Options};
    ///
    /// assert_eq!(Options::default().dates(Dates::Chrono).decimal("*").features(), ["chrono", "rust_decimal"]);
    /// ```
    #[must_use]
    pub fn features(&self) -> Vec<&'static str> {
        let dates = match self.dates {
            Dates::Chrono => Some("chrono"),
            Dates::Time => Some("time"),
            Dates::Jiff | Dates::Text => None,
        };
        let decimal = (!self.decimal.is_empty()).then_some("rust_decimal");
        let serde = self.serde.then_some("serde");
        dates.into_iter().chain(decimal).chain(serde).collect()
    }

    /// What of the options the WSDL's reader needs.
    ///
    /// # Example
    ///
    /// ```
    /// use sf_outbound_build::Options;
    ///
    /// let options = Options::default().type_as("xsd:duration", "text");
    /// assert_eq!(options.read_options().types.len(), 1);
    /// ```
    #[must_use]
    pub fn read_options(&self) -> ReadOptions {
        ReadOptions { types: self.types.clone() }
    }
}

/// A finding about the options as a whole.
pub(crate) fn finding(code: &'static Code, message: String, help: String) -> Diagnostic {
    Diagnostic {
        code,
        severity: Severity::Error,
        message,
        place: None,
        label: String::new(),
        second: None,
        help,
    }
}

/// Both sides of the first `=`, neither of them empty.
fn pair(text: &str) -> Option<(String, String)> {
    let (left, right) = text.split_once('=')?;
    (!left.is_empty() && !right.is_empty()).then(|| (left.to_owned(), right.to_owned()))
}

fn differing<T: Default + PartialEq + ToString>(value: &T) -> Vec<String> {
    if *value == T::default() { Vec::new() } else { vec![value.to_string()] }
}

fn texts<T: ToString>(values: &[T]) -> Vec<String> {
    values.iter().map(T::to_string).collect()
}

fn pairs<T: fmt::Display>(rows: &[(T, String)]) -> Vec<String> {
    rows.iter().map(|row| format!("{}={}", row.0, row.1)).collect()
}
