//! The table of codes of this crate. A code is never reused.

use crate::Code;

macro_rules! codes {
    ($($name:ident $code:literal $title:literal $explanation:literal)*) => {
        $(pub(crate) static $name: Code =
            Code { code: $code, title: $title, explanation: $explanation };)*
        /// Every code of findings about a WSDL, in order.
        pub static CODES: &[&Code] = &[$(&$name),*];
    };
}

codes! {
    ENCODING "SFW0101" "file in a wrong encoding" "A WSDL is UTF-8, or UTF-16 with a byte order mark. Download it again from Salesforce."
    EMPTY "SFW0102" "empty file" "There is nothing in the file. Download the WSDL again: in Setup, open the outbound message and follow the link to its endpoint WSDL."
    NOT_XML "SFW0103" "not XML" "The file is not XML. A JSON file, a text or a binary may have been saved under the name of the WSDL."
    HTML "SFW0104" "web page instead of a WSDL" "The file is an HTML page, most often Salesforce's login page: the download ran without a session. Log in, and download again."
    NOT_WELL_FORMED "SFW0105" "not well-formed XML" "The file breaks a rule of XML. It may be truncated, or a hand may have changed it. Download it again."
    DTD "SFW0106" "document type declaration" "A WSDL from Salesforce has no document type declaration, and none is read here."
    NOT_WSDL "SFW0107" "not a WSDL" "The root of a WSDL is `definitions` in the namespace http://schemas.xmlsoap.org/wsdl/."
    OTHER_SERVICE "SFW0108" "WSDL of another service" "This is a WSDL, but not one that is bound to an outbound message. In Setup, open the outbound message and follow the link to its endpoint WSDL."
    MISSING "SFW0201" "part of the WSDL is missing" "Each outbound-message WSDL has the same skeleton; a part of it is not there. Download it again."
    OBJECT "SFW0202" "sObject type can't be found" "The type of the element Notification leads to the sObject's type; here it leads nowhere."
    UNKNOWN_TYPE "SFW0203" "unknown simple type" "No kind of value is known for this type. Say what to read it as, with `--type` or `type_as`."
    CONSTRUCT "SFW0204" "unknown schema construct" "The sObject's type holds something other than one sequence of simple elements. Please report the file."
    DUPLICATE "SFW0205" "field stands twice" "A field of an sObject can stand once."
    OCCURS "SFW0206" "field that can repeat" "A field of an sObject holds one value; this one may stand more than once."
    NOT_WORKFLOW "SFW0301" "not the metadata of a workflow" "Outbound messages stand in the metadata of their object's workflow: a file such as workflows/Opportunity.workflow-meta.xml, whose root is `Workflow` in the namespace http://soap.sforce.com/2006/04/metadata. This file's root is another element."
    NO_MESSAGE "SFW0302" "no outbound message in the metadata" "The metadata of a workflow hold an `outboundMessages` element for each outbound message on the object, and this file holds none. Is the outbound message on another object, or was the file retrieved before it was made?"
    NO_SUCH_MESSAGE "SFW0303" "outbound message can't be found" "The name to give is the outbound message's `fullName`, its API name without spaces, not the label that Setup shows. The file has none of that name."
    WHICH_MESSAGE "SFW0304" "more than one outbound message" "The file holds several outbound messages. The one that a WSDL belongs to is found by its address, and where several share that, by its fields; here neither tells them apart."
    INCOMPLETE_MESSAGE "SFW0305" "part of an outbound message is missing" "An outbound message in the metadata has a `fullName` and an `endpointUrl`. A hand or a tool may have taken one out; Salesforce would refuse to deploy the file."
}

#[cfg(test)]
mod tests {
    #[test]
    fn codes_are_unique_and_in_order() {
        assert!(super::CODES.windows(2).all(|pair| pair[0].code < pair[1].code));
    }
}
