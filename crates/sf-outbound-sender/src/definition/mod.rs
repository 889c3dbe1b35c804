//! What an administrator configures: objects, workflow rules and outbound messages, as plain values.

pub(crate) mod check;
pub(crate) mod endpoint;
pub(crate) mod ids;
pub(crate) mod names;
pub(crate) mod wsdl;

use sf_outbound::{Id, Kind};

/// The set-up of one organization.
///
/// # Example
///
/// ```
/// use sf_outbound::{Id, Kind};
/// use sf_outbound_sender::{Criterion, Definition, Evaluate, Field, Logic, Object, Operator, OutboundMessage, Rule};
///
/// let stage = Field { name: "StageName".into(), kind: Kind::Text, external_id: false };
/// let won = OutboundMessage {
///     name: "Won".into(),
///     action_id: Id::literal("04k5w0000000001"),
///     object: "Opportunity".into(),
///     fields: vec!["StageName".into()],
///     endpoint: "https://listener.example.com/salesforce".into(),
///     protected: false,
///     user: None,
/// };
/// let is_won = Criterion { field: "StageName".into(), operator: Operator::Equals, value: "Closed Won".into() };
/// let rule = Rule {
///     name: "Won".into(),
///     object: "Opportunity".into(),
///     active: true,
///     evaluate: Evaluate::CreatedAndEditsToMeetCriteria,
///     criteria: vec![is_won],
///     logic: Some(Logic::Row(1)),
///     messages: vec!["Won".into()],
/// };
/// let definition = Definition {
///     organization_id: Id::literal("00D5w000000xyzA"),
///     api_version: 61,
///     objects: vec![Object { name: "Opportunity".into(), key_prefix: "006".into(), fields: vec![stage] }],
///     rules: vec![rule],
///     messages: vec![won],
/// };
/// assert!(definition.wsdl(&definition.messages[0]).contains("OpportunityNotification"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// Stands in each message, and in the path of its URLs.
    pub organization_id: Id,
    /// Version of the API in which messages are sent, such as 61 for `61.0`.
    pub api_version: u16,
    /// The sObjects whose records can change.
    pub objects: Vec<Object>,
    /// The workflow rules.
    pub rules: Vec<Rule>,
    /// The outbound messages that rules send.
    pub messages: Vec<OutboundMessage>,
}

/// An sObject: the shape of its records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// API name, such as `Opportunity` or `Invoice__c`.
    pub name: String,
    /// The three characters that ids of its records begin with.
    pub key_prefix: String,
    /// The fields; `Id`, which each record has, is not among them.
    pub fields: Vec<Field>,
}

/// A field of an sObject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// API name.
    pub name: String,
    /// The type of its values.
    pub kind: Kind,
    /// Whether records can be found and upserted by this field; its values are then unique.
    pub external_id: bool,
}

/// A workflow rule: which changes of an object's records send which outbound messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Unique among the rules.
    pub name: String,
    /// API name of the object whose records it watches.
    pub object: String,
    /// An inactive rule never fires.
    pub active: bool,
    /// Which changes are looked at.
    pub evaluate: Evaluate,
    /// What must be true of the record, in rows. Without rows it is always true.
    pub criteria: Vec<Criterion>,
    /// How the rows are combined; `None` means that all must be true.
    pub logic: Option<Logic>,
    /// Names of the outbound messages that it sends.
    pub messages: Vec<String>,
}

/// Salesforce's evaluation criteria of a workflow rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Evaluate {
    /// *created*
    Created,
    /// *created, and every time it's edited*
    CreatedAndEveryEdit,
    /// *created, and any time it's edited to subsequently meet criteria*: not where it met them before.
    CreatedAndEditsToMeetCriteria,
}

/// One row of a rule's criteria.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Criterion {
    /// API name of the field, or `Id`.
    pub field: String,
    /// How it is compared.
    pub operator: Operator,
    /// The value to compare with, as an administrator writes it. [`Operator::Changed`] does not use it.
    pub value: String,
}

macro_rules! operators {
    ($($(#[doc = $doc:literal])* $variant:ident $word:literal)*) => {
        /// Salesforce's operators of a row, and *changed*.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Operator {
            $($(#[doc = $doc])* $variant,)*
        }

        impl Operator {
            /// Each with its word, in the order in which they are listed.
            pub(crate) const WORDS: &'static [(&'static str, Self)] = &[$(($word, Self::$variant)),*];

            /// The word of the file: that of Salesforce's Metadata API.
            pub(crate) fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }
        }
    };
}

operators! {
    /// *equals*; of several values with commas between, any.
    Equals "equals"
    /// *not equal to*
    NotEqualTo "notEqual"
    /// *less than*
    LessThan "lessThan"
    /// *greater than*
    GreaterThan "greaterThan"
    /// *less or equal*
    LessOrEqual "lessOrEqual"
    /// *greater or equal*
    GreaterOrEqual "greaterOrEqual"
    /// *contains*
    Contains "contains"
    /// *does not contain*
    DoesNotContain "notContain"
    /// *starts with*
    StartsWith "startsWith"
    /// *includes*, of multi-select picklists
    Includes "includes"
    /// *excludes*, of multi-select picklists
    Excludes "excludes"
    /// The value was changed by this change. Never true of a new record, as Salesforce's `ISCHANGED`.
    Changed "changed"
}

/// Filter logic, such as `1 AND (2 OR 3)`: rows by number, counted from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Logic {
    /// The row with this number.
    Row(usize),
    /// Not this.
    Not(Box<Logic>),
    /// All of these.
    And(Vec<Logic>),
    /// Any of these.
    Or(Vec<Logic>),
}

/// An outbound message: which fields of a record go where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboundMessage {
    /// Unique among the outbound messages.
    pub name: String,
    /// Stands in each message as `ActionId`.
    pub action_id: Id,
    /// API name of the object.
    pub object: String,
    /// API names of the fields that are sent, in ASCII order; `Id` is always sent and not among them.
    pub fields: Vec<String>,
    /// The endpoint's URL. It can carry a secret: show it with `sf_outbound_wsdl::public_address`.
    pub endpoint: String,
    /// Whether it belongs to a managed package, so that its subscribers can't edit it.
    pub protected: bool,
    /// The user as whom it is sent.
    pub user: Option<Id>,
}
