//! The table of codes of this crate. A code is never reused.

/// A crate's table of codes: the documentation of `CODES`, and a row a code.
#[doc(hidden)]
#[macro_export]
macro_rules! codes {
    ($(#[$attribute:meta])* $($name:ident $code:literal $title:literal $explanation:literal)*) => {
        $(pub(crate) static $name: $crate::Code =
            $crate::Code { code: $code, title: $title, explanation: $explanation };)*
        $(#[$attribute])*
        pub static CODES: &[&$crate::Code] = &[$(&$name),*];
    };
}

codes! {
    /// Every code of findings about a WSDL, in order.
    ENCODING "SFW0101" "file in a wrong encoding"
        "A WSDL from Salesforce is UTF-8. UTF-16 with a byte order mark and what the XML declaration names as US-ASCII or ISO-8859-1 are read too; this file has other bytes than it says, or another encoding. An editor may have saved it so. Download it again from Salesforce, and keep it as it is."
    EMPTY "SFW0102" "empty file"
        "The file contains nothing but white space. The download may have failed, or a shell created the file and the command that should fill it failed. In Setup, open the outbound message and follow the link to its endpoint WSDL."
    NOT_XML "SFW0103" "not XML"
        "XML begins with `<`, and this file does not. It may be a JSON file, a word processor's document or a compressed file that was saved under the WSDL's name. In Setup, open the outbound message and follow the link to its endpoint WSDL."
    HTML "SFW0104" "web page instead of a WSDL"
        "The file is an HTML page, most often Salesforce's login page: the download ran without a session, as it does with curl. Log in with a browser, open the link of the endpoint WSDL, and save what it shows as it is."
    NOT_WELL_FORMED "SFW0105" "not well-formed XML"
        "The file breaks a rule of XML at the place that is shown. If that is the end of the file, the file is truncated. Otherwise somebody, a merge or a tool changed it; for example, word processors replace straight quotes by curly ones, which XML does not allow. Download the file again."
    DTD "SFW0106" "document type declaration"
        "A document type declaration can include text from other files and other machines, so it is refused. A WSDL from Salesforce has no such declaration. Download the WSDL again, or remove the `<!DOCTYPE …>`."
    NOT_WSDL "SFW0107" "not a WSDL"
        "The root of a WSDL is `definitions` in the namespace http://schemas.xmlsoap.org/wsdl/. This file's root is another: it may be a message, a schema or the metadata of a project. In Setup, open the outbound message and follow the link to its endpoint WSDL."
    OTHER_SERVICE "SFW0108" "WSDL of another service"
        "This is a WSDL, but not one that is bound to an outbound message. The enterprise, partner, metadata and tooling WSDLs describe Salesforce's API, which a client calls; in outbound messages it is Salesforce that calls, and each of them has a WSDL of its own. In Setup, open the outbound message and follow the link to its endpoint WSDL."
    MISSING "SFW0201" "part of the WSDL is missing"
        "The WSDLs of all outbound messages have the same structure: three schemas, the element `notifications`, a port type, a binding, and a service with an address. Here one of these parts, or an attribute, is missing. Somebody or a tool may have removed it. Download the WSDL again."
    OBJECT "SFW0202" "sObject type can't be found"
        "The element `Notification` names its type, and that type's element `sObject` names the sObject's, which is defined in the schema of urn:sobject.enterprise.soap.sforce.com. One of these names has no definition, so it is not known which fields are sent. Download the WSDL again."
    UNKNOWN_TYPE "SFW0203" "unknown simple type"
        "Fields of outbound messages are ids, strings, booleans, numbers, dates, times and base64; this type is another one, and you have to say how to read it. Map it with `--type NAME=WORD`, or `type_as` in a build script: `text` takes every text as it is, `skip` leaves fields of the type out, and the other words are id, boolean, int, long, double, decimal, date, dateTime, time and base64."
    CONSTRUCT "SFW0204" "unknown schema construct"
        "The sObject's type extends `sObject` by one sequence of plain elements, each of a simple type. This file has something else there, such as a choice, an attribute or an element inside an element. It is not known how Salesforce would send that. Please report the file; you can change names in it first."
    DUPLICATE "SFW0205" "field stands twice"
        "Two elements of the sObject's type have the same name, so it would not be clear to which of them a value belongs. Salesforce lists each field once; a merge of two files may have doubled it. Download the WSDL again."
    OCCURS "SFW0206" "field that can repeat"
        "A field of an sObject has one value. The `maxOccurs` of this field allows more, and generated code has no place for them. Salesforce writes no `maxOccurs` for fields. Download the WSDL again. If the new file has it too, please report it."
    COMPLEX "SFW0207" "field of a complex type"
        "The field has a complex type, such as a compound address: its value is not text but elements inside an element. A field of generated code holds one value, so such a field can only be left out: `--type ent:address=skip`, or `type_as(\"ent:address\", \"skip\")` in a build script. Its elements are then ignored when they are sent, and counted as unknown. Choose the parts that you need, such as the city, as fields of the outbound message."
    SOAP_1_2 "SFW0208" "binding of SOAP 1.2"
        "Salesforce sends outbound messages by SOAP 1.1, and its WSDLs have a binding in the namespace http://schemas.xmlsoap.org/wsdl/soap/. This file's binding is of SOAP 1.2: a tool may have rewritten it. Download the WSDL again."
    OTHER_FILE "SFW0209" "part of the WSDL in another file"
        "The file imports or includes another file, and needs what is defined there. A WSDL from Salesforce is one file, and other files are not read. A tool has split it. Download the WSDL again."
    NOT_WORKFLOW "SFW0301" "not the metadata of a workflow"
        "Outbound messages are in the metadata of their object's workflow: a file such as workflows/Opportunity.workflow-meta.xml, whose root is `Workflow` in the namespace http://soap.sforce.com/2006/04/metadata. This file's root is another element. Name that file, or retrieve it with `sf project retrieve start --metadata Workflow`."
    NO_MESSAGE "SFW0302" "no outbound message in the metadata"
        "The metadata of a workflow have an element `outboundMessages` for each outbound message on the object, and this file has none. The outbound message may be on another object, or newer than the file. Look at the files of the other objects, or retrieve the metadata again."
    NO_SUCH_MESSAGE "SFW0303" "outbound message can't be found"
        "`--message` takes the outbound message's `fullName`, its API name without spaces, and not the label that Setup shows. The file has no outbound message with that name. The help line lists the names that it has."
    WHICH_MESSAGE "SFW0304" "more than one outbound message"
        "The file has several outbound messages. The one that belongs to a WSDL is found by its address, and if several have the same address, by its fields. Here neither tells them apart, or there is no WSDL to compare with. Choose one with `--message`."
    INCOMPLETE_MESSAGE "SFW0305" "part of an outbound message is missing"
        "Each outbound message of the metadata has a `fullName` and an `endpointUrl`. Here one of them is missing. Somebody or a tool may have removed it, and Salesforce would refuse to deploy the file. Add it again, or retrieve the metadata again."
}

#[cfg(test)]
mod tests {
    #[test]
    fn codes_are_unique_and_in_order() {
        assert!(super::CODES.windows(2).all(|pair| pair[0].code < pair[1].code));
    }
}
