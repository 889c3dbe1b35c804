//! The differences between two descriptions of an outbound message, and their effect on a listener built for the old one.

use crate::address::{public_address, same_address};
use crate::metadata::WorkflowOutboundMessage;
use crate::model::{Field, HeaderElement, Model, Name, Place};
use std::collections::HashMap;

/// One side of a comparison.
///
/// # Example
///
/// ```
/// use sf_outbound_wsdl::{Model, Side, WorkflowOutboundMessage, diff};
///
/// fn is_deployed(project: &WorkflowOutboundMessage, wsdl: &Model) -> bool {
///     diff(Side::Metadata(project), Side::Wsdl(wsdl)).is_empty()
/// }
/// ```
#[derive(Debug, Clone, Copy)]
pub enum Side<'s> {
    /// A WSDL: it says everything.
    Wsdl(&'s Model),
    /// A project's metadata: the object, the address and the names of the fields, but neither types nor header.
    Metadata(&'s WorkflowOutboundMessage),
}

/// One difference.
///
/// # Example
///
/// ```
/// use sf_outbound_wsdl::{Change, Fact};
///
/// /// `Amount: xsd:double -> xsd:string`
/// fn line(change: &Change) -> String {
///     let shown = |fact: &Option<Fact>| fact.as_ref().map_or("nothing".into(), |fact| fact.text.clone());
///     format!("{}: {} -> {}", change.name, shown(&change.old), shown(&change.new))
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The kind of difference.
    pub kind: ChangeKind,
    /// API name of the field or name of the header element; empty for all other kinds.
    pub name: String,
    /// The old text; `None` for an addition.
    pub old: Option<Fact>,
    /// The new text; `None` for a removal.
    pub new: Option<Fact>,
    /// Which messages of the new side a listener of the old side refuses; `None` if it refuses none.
    pub refused: Option<String>,
    /// A note with more about it.
    pub note: Option<&'static str>,
}

/// What one side says, as it may be shown, and where.
///
/// # Example
///
/// ```
/// let fact = sf_outbound_wsdl::Fact { text: "xsd:double".to_owned(), place: None };
/// assert_eq!(fact.place.map(|place| place.line), None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// A name, the name of a type, or an address without its secret parts.
    pub text: String,
    /// `None` where the file has no place for it.
    pub place: Option<Place>,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident $keyword:literal,)*) => {
        /// The kind of a [`Change`].
        ///
        /// # Example
        ///
        /// ```
        /// use sf_outbound_wsdl::ChangeKind;
        ///
        /// assert_eq!(ChangeKind::FieldAdded.keyword(), "fieldAdded");
        /// assert!(ChangeKind::ALL.contains(&ChangeKind::Object));
        /// ```
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum ChangeKind {
            $($(#[$doc])* $kind,)*
        }

        impl ChangeKind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$kind),*];

            /// The kind's word for programs, such as `fieldAdded`. It is stable.
            #[must_use]
            pub fn keyword(self) -> &'static str {
                match self {
                    $(Self::$kind => $keyword,)*
                }
            }
        }
    };
}

kinds! {
    /// The sObject is another.
    Object "object",
    /// The endpoint is another.
    Address "address",
    /// A field was added.
    FieldAdded "fieldAdded",
    /// A field was removed.
    FieldRemoved "fieldRemoved",
    /// A field's type is another.
    FieldType "fieldType",
    /// `nillable` or `minOccurs` of a field is another.
    FieldPresence "fieldPresence",
    /// A field has another position among the fields that both sides have.
    FieldOrder "fieldOrder",
    /// A child of `notifications` was added.
    HeaderAdded "headerAdded",
    /// A child of `notifications` was removed.
    HeaderRemoved "headerRemoved",
    /// Type or occurrence of a child of `notifications` is another.
    HeaderChanged "headerChanged",
    /// The children of `notifications` come in another order.
    HeaderOrder "headerOrder",
    /// The port type has another name.
    PortType "portType",
    /// The operation has another name.
    Operation "operation",
    /// The `soapAction` is another.
    SoapAction "soapAction",
    /// The metadata's `apiVersion` is another.
    ApiVersion "apiVersion",
    /// The metadata's `includeSessionId` is another.
    IncludeSessionId "includeSessionId",
    /// The metadata's `integrationUser` is another.
    IntegrationUser "integrationUser",
    /// The metadata's `useDeadLetterQueue` is another.
    UseDeadLetterQueue "useDeadLetterQueue",
}

const PASSED_OVER: &str = "a listener built for the old one passes it over and counts it";
const NEVER_SENT: &str = "a listener built for the old one sees null";
const ROUNDED: &str = "a listener built for the old one rounds what a double does not hold";
const NOT_LOOKED_AT: &str = "a listener does not look at it";

/// Every difference, in the order object, address, fields, header, the rest.
///
/// What only one side can say is not compared. Names are compared as they are spelled, but for metadata, where
/// Salesforce takes any case.
///
/// # Example
///
/// ```
/// use sf_outbound_wsdl::{ChangeKind, ReadOptions, Side, diff, read};
///
/// # let wsdl = include_bytes!("../../../tests/wsdl/opportunity.wsdl");
/// let old = read("old.wsdl", wsdl, &ReadOptions::default()).model.expect("a WSDL");
/// let mut new = old.clone();
/// new.fields.pop();
/// let changes = diff(Side::Wsdl(&old), Side::Wsdl(&new));
/// assert_eq!(changes[0].kind, ChangeKind::FieldRemoved);
/// assert_eq!(changes[0].refused, None);
/// ```
#[must_use]
pub fn diff(old: Side<'_>, new: Side<'_>) -> Vec<Change> {
    let mut changes = Changes::default();
    changes.object(old, new);
    changes.address(old.address(), new.address());
    changes.fields(old, new);
    match (old, new) {
        (Side::Wsdl(old), Side::Wsdl(new)) => {
            changes.header(old, new);
            changes.names(old, new);
        }
        (Side::Metadata(old), Side::Metadata(new)) => changes.settings(old, new),
        _ => {}
    }
    changes.0
}

impl<'s> Side<'s> {
    /// API name of the sObject where it is known, with its place where the file has one.
    fn object(self) -> Option<Fact> {
        match self {
            Self::Wsdl(model) => Some(named(&model.object)),
            Self::Metadata(message) => message.object.clone().map(|text| Fact { text, place: None }),
        }
    }

    fn address(self) -> &'s Name {
        match self {
            Self::Wsdl(model) => &model.address,
            Self::Metadata(message) => &message.endpoint_url,
        }
    }

    fn fields(self) -> Vec<Listed<'s>> {
        match self {
            Self::Wsdl(model) => {
                let fields = model.fields.iter();
                fields
                    .map(|field| Listed { name: &field.name, place: field.place, declared: Some(field) })
                    .collect()
            }
            Self::Metadata(message) => {
                let fields = message.fields.iter();
                fields.map(|field| Listed { name: &field.text, place: field.place, declared: None }).collect()
            }
        }
    }
}

/// A field of either side.
#[derive(Clone, Copy)]
struct Listed<'s> {
    name: &'s str,
    place: Place,
    /// Of a WSDL.
    declared: Option<&'s Field>,
}

impl Listed<'_> {
    fn fact(&self) -> Fact {
        let text = self.declared.map_or(self.name, |field| &field.type_name).to_owned();
        Fact { text, place: Some(self.place) }
    }
}

#[derive(Default)]
struct Changes(Vec<Change>);

impl Changes {
    fn push(&mut self, kind: ChangeKind, old: Option<Fact>, new: Option<Fact>, note: &'static str) {
        let name = String::new();
        self.0.push(Change { kind, name, old, new, refused: None, note: Some(note) });
    }

    fn object(&mut self, old: Side<'_>, new: Side<'_>) {
        let is_metadata = |side| matches!(side, Side::Metadata(_));
        let any_case = is_metadata(old) || is_metadata(new);
        let (Some(old), Some(new)) = (old.object(), new.object()) else { return };
        if old.text == new.text || (any_case && old.text.eq_ignore_ascii_case(&new.text)) {
            return;
        }
        let refused = format!("every record, as its type is `{}` and not `{}`", new.text, old.text);
        self.0.push(Change {
            kind: ChangeKind::Object,
            name: String::new(),
            old: Some(old),
            new: Some(new),
            refused: Some(refused),
            note: None,
        });
    }

    fn address(&mut self, old: &Name, new: &Name) {
        if same_address(&old.text, &new.text) {
            return;
        }
        let fact = |name: &Name| Fact { text: public_address(&name.text), place: Some(name.place) };
        let (old, new) = (fact(old), fact(new));
        let note = if old.text == new.text {
            "only the parts that are not shown are different"
        } else {
            "messages go to the new address"
        };
        self.push(ChangeKind::Address, Some(old), Some(new), note);
    }

    fn fields(&mut self, old: Side<'_>, new: Side<'_>) {
        let both_wsdl = matches!((old, new), (Side::Wsdl(_), Side::Wsdl(_)));
        let (old, new) = (old.fields(), new.fields());
        let key = |field: &Listed<'_>| {
            if both_wsdl { field.name.to_owned() } else { field.name.to_ascii_lowercase() }
        };
        let old_places: HashMap<String, usize> =
            old.iter().enumerate().map(|(index, field)| (key(field), index)).collect();
        let mut kept = vec![false; old.len()];
        let mut pairs = Vec::new();
        for (index, field) in new.iter().enumerate() {
            match old_places.get(&key(field)).copied() {
                Some(at) => {
                    kept[at] = true;
                    pairs.push((at, index));
                }
                None => self.field(ChangeKind::FieldAdded, None, Some(field)),
            }
        }
        for (field, _) in old.iter().zip(&kept).filter(|(_, kept)| !**kept) {
            self.field(ChangeKind::FieldRemoved, Some(field), None);
        }
        for (at, index) in &pairs {
            self.declaration(&old[*at], &new[*index]);
        }
        if both_wsdl {
            for (at, index) in moved(&pairs) {
                self.field(ChangeKind::FieldOrder, Some(&old[at]), Some(&new[index]));
            }
        }
    }

    fn field(&mut self, kind: ChangeKind, old: Option<&Listed<'_>>, new: Option<&Listed<'_>>) {
        let note = match kind {
            ChangeKind::FieldAdded => PASSED_OVER,
            ChangeKind::FieldRemoved => NEVER_SENT,
            _ => NOT_LOOKED_AT,
        };
        self.push(kind, old.map(Listed::fact), new.map(Listed::fact), note);
        self.name(old.or(new).map_or("", |field| field.name));
    }

    /// Gives the last change its name.
    fn name(&mut self, name: &str) {
        if let Some(change) = self.0.last_mut() {
            name.clone_into(&mut change.name);
        }
    }

    /// Type and presence of a field that both sides have.
    fn declaration(&mut self, old: &Listed<'_>, new: &Listed<'_>) {
        let (Some(old_field), Some(new_field)) = (old.declared, new.declared) else { return };
        let (was, is) = (old_field.kind, new_field.kind);
        if was != is || old_field.type_name != new_field.type_name {
            self.field(ChangeKind::FieldType, Some(old), Some(new));
            if let Some(change) = self.0.last_mut() {
                change.refused = (!was.reads(is)).then(|| format!("values such as `{}`", is.example()));
                change.note = was.rounds(is).then_some(ROUNDED);
            }
        }
        let presence = |field: &Field| occurrence(field.nillable, field.min_occurs, Some(1));
        if presence(old_field) != presence(new_field) {
            let fact = |field: &Field| Fact { text: presence(field), place: Some(field.place) };
            let note = "a listener takes a field as null that is nil or not there";
            self.push(ChangeKind::FieldPresence, Some(fact(old_field)), Some(fact(new_field)), note);
            self.name(old.name);
        }
    }

    fn header(&mut self, old: &Model, new: &Model) {
        // Of each name, its places on the old side, the first one last.
        let mut places: HashMap<&str, Vec<usize>> = HashMap::new();
        for (at, element) in old.header.iter().enumerate().rev() {
            places.entry(&element.name).or_default().push(at);
        }
        let mut kept = vec![false; old.header.len()];
        let mut pairs = Vec::new();
        for (index, element) in new.header.iter().enumerate() {
            if let Some(at) = places.get_mut(element.name.as_str()).and_then(Vec::pop) {
                kept[at] = true;
                pairs.push((at, index));
            } else {
                self.element(ChangeKind::HeaderAdded, None, Some(element), PASSED_OVER);
            }
        }
        for (element, _) in old.header.iter().zip(&kept).filter(|(_, kept)| !**kept) {
            self.element(ChangeKind::HeaderRemoved, Some(element), None, NEVER_SENT);
            let is_required = REQUIRED.contains(&element.name.as_str());
            self.refuse(is_required.then(|| format!("messages without `{}`", element.name)));
        }
        for (at, index) in &pairs {
            let (was, is) = (&old.header[*at], &new.header[*index]);
            // The type of a notification has the object's name in it, which is compared elsewhere.
            let follows = was.type_name == format!("tns:{}Notification", old.object.text)
                && is.type_name == format!("tns:{}Notification", new.object.text);
            let same_type = was.type_name == is.type_name || follows;
            if same_type && shown(was) == shown(is) {
                continue;
            }
            self.element(ChangeKind::HeaderChanged, Some(was), Some(is), NOT_LOOKED_AT);
            self.refuse(refused_of_header(is, same_type));
        }
        if pairs.windows(2).any(|pair| pair[0].0 > pair[1].0) {
            let fact = |model: &Model| {
                let names: Vec<_> = model.header.iter().map(|element| element.name.as_str()).collect();
                Fact { text: names.join(", "), place: model.header.first().map(|element| element.place) }
            };
            self.push(ChangeKind::HeaderOrder, Some(fact(old)), Some(fact(new)), NOT_LOOKED_AT);
        }
    }

    fn element(
        &mut self,
        kind: ChangeKind,
        old: Option<&HeaderElement>,
        new: Option<&HeaderElement>,
        note: &'static str,
    ) {
        let fact = |element: &HeaderElement| Fact {
            text: format!("{} {}", element.type_name, shown(element)),
            place: Some(element.place),
        };
        self.push(kind, old.map(fact), new.map(fact), note);
        self.name(old.or(new).map_or("", |element| &element.name));
    }

    /// Of the last change; a note would say too little beside it.
    fn refuse(&mut self, refused: Option<String>) {
        if let (Some(change), true) = (self.0.last_mut(), refused.is_some()) {
            (change.refused, change.note) = (refused, None);
        }
    }

    fn names(&mut self, old: &Model, new: &Model) {
        for (kind, old, new) in [
            (ChangeKind::PortType, &old.port_type, &new.port_type),
            (ChangeKind::Operation, &old.operation, &new.operation),
        ] {
            if old.text != new.text {
                self.push(kind, Some(named(old)), Some(named(new)), NOT_LOOKED_AT);
            }
        }
        if old.soap_action != new.soap_action {
            let fact = |model: &Model| Fact { text: format!("\"{}\"", model.soap_action), place: None };
            self.push(ChangeKind::SoapAction, Some(fact(old)), Some(fact(new)), NOT_LOOKED_AT);
        }
    }

    fn settings(&mut self, old: &WorkflowOutboundMessage, new: &WorkflowOutboundMessage) {
        for (kind, old, new, note) in [
            (
                ChangeKind::ApiVersion,
                &old.api_version,
                &new.api_version,
                "types can follow the version: compare the WSDLs too",
            ),
            (
                ChangeKind::IntegrationUser,
                &old.integration_user,
                &new.integration_user,
                "a field that this user does not see is not sent",
            ),
        ] {
            if old.as_ref().map(|name| &name.text) != new.as_ref().map(|name| &name.text) {
                self.push(kind, old.as_ref().map(named), new.as_ref().map(named), note);
            }
        }
        for (kind, old, new, note) in [
            (
                ChangeKind::IncludeSessionId,
                old.include_session_id,
                new.include_session_id,
                "a listener keeps no session id, and Salesforce sends none since February 2026",
            ),
            (
                ChangeKind::UseDeadLetterQueue,
                old.use_dead_letter_queue,
                new.use_dead_letter_queue,
                "it says whether messages that were given up can be seen and sent again",
            ),
        ] {
            if old.on != new.on {
                let fact = |on: bool, place| Some(Fact { text: on.to_string(), place });
                self.push(kind, fact(old.on, old.place), fact(new.on, new.place), note);
            }
        }
    }
}

/// The header elements that a listener can't do without.
const REQUIRED: [&str; 3] = ["OrganizationId", "ActionId", "Notification"];

/// The notifications that a listener takes with its default limits.
const NOTIFICATIONS: u32 = 100;

fn refused_of_header(element: &HeaderElement, same_type: bool) -> Option<String> {
    let name = &element.name;
    match name.as_str() {
        "OrganizationId" | "ActionId" if !same_type => Some(format!("an `{name}` that is not an id")),
        "OrganizationId" | "ActionId" if element.nillable || element.min_occurs == 0 => {
            Some(format!("messages without `{name}`"))
        }
        "OrganizationId" | "ActionId" if element.max_occurs != Some(1) => Some(format!("a second `{name}`")),
        "Notification" if element.min_occurs == 0 => Some("messages without a notification".into()),
        "Notification" if element.max_occurs.is_none_or(|most| most > NOTIFICATIONS) => {
            Some(format!("messages of more than {NOTIFICATIONS} notifications"))
        }
        _ => None,
    }
}

fn named(name: &Name) -> Fact {
    Fact { text: name.text.clone(), place: Some(name.place) }
}

fn shown(element: &HeaderElement) -> String {
    occurrence(element.nillable, element.min_occurs, element.max_occurs)
}

/// `nillable, 0..1`.
fn occurrence(nillable: bool, min: u32, max: Option<u32>) -> String {
    let nillable = if nillable { "nillable, " } else { "" };
    let max = max.map_or_else(|| "unbounded".to_owned(), |max| max.to_string());
    format!("{nillable}{min}..{max}")
}

/// The fewest pairs that have to move for the others to be in the same order on both sides.
///
/// The pairs are in the order of the new side; those of a longest rising run of the old side's places stay.
fn moved(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    // Of the rising runs of each length, the pair that ends the one with the smallest end.
    let mut ends: Vec<usize> = Vec::new();
    let mut before = vec![None; pairs.len()];
    for (position, pair) in pairs.iter().enumerate() {
        let length = ends.partition_point(|end| pairs[*end].0 < pair.0);
        before[position] = length.checked_sub(1).map(|shorter| ends[shorter]);
        match ends.get_mut(length) {
            Some(end) => *end = position,
            None => ends.push(position),
        }
    }
    let mut stays = vec![false; pairs.len()];
    let mut at = ends.last().copied();
    while let Some(position) = at {
        stays[position] = true;
        at = before[position];
    }
    pairs.iter().zip(stays).filter(|(_, stays)| !stays).map(|(pair, _)| *pair).collect()
}
