//! One outbound message as a value, with the place of each fact in its WSDL.

use crate::address::public_address;
use sf_outbound_field::Kind;

/// The outbound message that a WSDL is bound to.
///
/// The model holds the names as Salesforce spells them.
///
/// # Example
///
/// ```
/// # let wsdl = include_bytes!("../../../tests/wsdl/opportunity.wsdl");
/// use sf_outbound_wsdl::{Field, HeaderElement, Model, Name, Place, ReadOptions, Kind, read};
///
/// let model: Model = read("opportunity.wsdl", wsdl, &ReadOptions::default()).model.expect("a WSDL");
/// let object: &Name = &model.object;
/// assert_eq!(object.text, "Opportunity");
/// let field: &Field = &model.fields[0];
/// assert_eq!((field.name.as_str(), field.kind), ("AccountId", Kind::Id));
/// let place: Place = field.place;
/// assert_eq!(&wsdl[place.offset..place.offset + place.len], b"AccountId");
/// let last: Option<&HeaderElement> = model.header.last();
/// assert_eq!(last.and_then(|element| element.max_occurs), Some(100));
/// assert!(model.public_address().starts_with("http"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Model {
    /// API name of the sObject, such as `Opportunity` or `i360__Appointment__c`.
    pub object: Name,
    /// The chosen fields in the WSDL's order; `Id`, which every sObject has, is not among them.
    pub fields: Vec<Field>,
    /// Children of `notifications`, in order: `OrganizationId` … `Notification`.
    pub header: Vec<HeaderElement>,
    /// `NotificationPort`.
    pub port_type: Name,
    /// `notifications`.
    pub operation: Name,
    /// The `soapAction` of the binding's operation; Salesforce leaves it empty.
    pub soap_action: String,
    /// The endpoint, as configured in Salesforce. It can carry a secret: show it with [`Model::public_address`].
    pub address: Name,
}

/// A name and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// The text.
    pub text: String,
    /// Where the text stands.
    pub place: Place,
}

/// One chosen field of the sObject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// API name, such as `Amount` or `Discount__c`.
    pub name: String,
    /// The type that the text is read as.
    pub kind: Kind,
    /// The type's name as a canonical name: `xsd:double`, or `xsd:duration` where an option maps it.
    pub type_name: String,
    /// `nillable="true"`.
    pub nillable: bool,
    /// `minOccurs`; Salesforce writes 0.
    pub min_occurs: u32,
    /// `maxOccurs`; 1 where it is absent, and no field may have more.
    pub max_occurs: u32,
    /// Where the name stands.
    pub place: Place,
}

/// One child of `notifications`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeaderElement {
    /// `OrganizationId`, `ActionId`, `SessionId`, `EnterpriseUrl`, `PartnerUrl`, `Notification`.
    pub name: String,
    /// Canonical name of the type: `ent:ID`, `xsd:string`, `tns:OpportunityNotification`.
    pub type_name: String,
    /// `nillable="true"`.
    pub nillable: bool,
    /// `minOccurs`.
    pub min_occurs: u32,
    /// `maxOccurs`: 100 for `Notification`; `None` for `unbounded`.
    pub max_occurs: Option<u32>,
    /// Where the name stands.
    pub place: Place,
}

/// A stretch of the file.
///
/// **Units.** Lines and columns count from 1, columns in characters; the offset and the length are bytes. The default,
/// line 0, stands in no file: a report shows a finding there as one about the whole file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Place {
    /// Line.
    pub line: u32,
    /// Column.
    pub column: u32,
    /// Byte offset from the start of the decoded text.
    pub offset: usize,
    /// Length in bytes.
    pub len: usize,
}

impl Model {
    /// The address without the parts that can carry a secret: user info, query and fragment.
    ///
    /// A dropped part leaves `<redacted>` where it stood, so that a reader sees that there was one.
    #[must_use]
    pub fn public_address(&self) -> String {
        public_address(&self.address.text)
    }
}
