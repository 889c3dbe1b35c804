//! The table of the runtime's codes. A code is never reused.

/// One row: the stable code, what kind of mistake it is, and what to do about it.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// Such as `SFR0203`.
    pub code: &'static str,
    /// A few words.
    pub title: &'static str,
    /// Why it is a mistake and what to do.
    pub explanation: &'static str,
}

macro_rules! codes {
    ($($name:ident $code:literal $title:literal $explanation:literal)*) => {
        $(pub(crate) static $name: Code =
            Code { code: $code, title: $title, explanation: $explanation };)*
        /// Every code of the runtime, in order.
        pub static CODES: &[&Code] = &[$(&$name),*];
    };
}

codes! {
    ENCODING "SFR0101" "text in a wrong encoding"
        "The bytes are not text in the encoding that the byte order mark, the charset of the content type or the XML declaration names, or that encoding is none of UTF-8, UTF-16, US-ASCII, ISO-8859-1. Salesforce sends UTF-8."
    NOT_WELL_FORMED "SFR0102" "not well-formed XML"
        "The text breaks a rule of XML 1.0. Salesforce's own messages never do; look for a proxy, a log or a hand that changed the message."
    CHARACTER "SFR0103" "character that XML does not allow"
        "XML 1.0 allows no control characters but tab, line feed and carriage return, and neither U+FFFE nor U+FFFF, not even as character references."
    NAMESPACE "SFR0104" "namespace rule broken"
        "A prefix is not declared, a reserved prefix or namespace is redeclared, or a name has more than one colon."
    DTD "SFR0105" "document type declaration"
        "SOAP forbids document type declarations, and they open the door to entity attacks. Salesforce never sends one."
    TRUNCATED "SFR0106" "message ends too early"
        "The text ends while an element is open. The connection may have been cut, or something limits the size of bodies before they arrive."
    NOT_AN_ID "SFR0201" "not a Salesforce id"
        "An id is 15 or 18 letters and digits of ASCII, without white space."
    VALUE "SFR0202" "value outside its type"
        "The text does not stand for a value of the field's type. Was the field's type changed in Salesforce after the WSDL was downloaded? Then download and generate again."
    NIL_WITH_CONTENT "SFR0203" "nil element with content"
        "An element with xsi:nil=\"true\" has to be empty."
    ELEMENT_IN_VALUE "SFR0204" "element inside a value"
        "A field holds text only; here it holds an element."
    NO_NOTIFICATION "SFR0301" "no notification"
        "An outbound message carries 1 to 100 notifications."
    MISSING "SFR0302" "required element is missing"
        "OrganizationId, ActionId and the Id of each notification and of each sObject that has data are required."
    DUPLICATE "SFR0303" "element stands twice"
        "Each field and each header element can stand once; two values would leave open which one is meant."
    WRONG_TYPE "SFR0304" "sObject of another type"
        "The xsi:type of the sObject names another object than the WSDL. Is another outbound message pointed at this endpoint?"
    STRAY_TEXT "SFR0305" "text between elements"
        "Only white space can stand between the elements of a message."
    NOT_NOTIFICATIONS "SFR0306" "not an outbound message"
        "The body has to hold one `notifications` element of the namespace http://soap.sforce.com/2005/09/outbound."
    NOT_SOAP "SFR0401" "not a SOAP envelope"
        "The root has to be the Envelope of http://schemas.xmlsoap.org/soap/envelope/, with a Body."
    VERSION_MISMATCH "SFR0402" "not SOAP 1.1"
        "Outbound messages are SOAP 1.1; this envelope has another version's namespace."
    MUST_UNDERSTAND "SFR0403" "header that must be understood"
        "A SOAP header with mustUnderstand=\"1\" is not known here, and SOAP 1.1 says that the message must then be refused. Salesforce sends no headers."
    BODY_BYTES "SFR0501" "body too long" "The limit is Limits::body_bytes."
    NOTIFICATIONS "SFR0502" "too many notifications" "The limit is Limits::notifications."
    ELEMENTS "SFR0503" "too many elements" "The limit is Limits::elements."
    DEPTH "SFR0504" "elements nested too deeply" "The limit is Limits::depth."
    ATTRIBUTES "SFR0505" "too many attributes" "The limit is Limits::attributes."
    NAMESPACES "SFR0506" "too many namespace declarations" "The limit is Limits::namespaces."
    METHOD "SFR0601" "method is not POST" "Salesforce posts outbound messages."
    CONTENT_TYPE "SFR0602" "content type is not XML"
        "text/xml, application/xml and no content type are accepted; application/soap+xml is SOAP 1.2, which Salesforce does not send."
    ORGANIZATION "SFR0603" "organization is not accepted"
        "The server was told which organizations to accept, and this message comes from another."
}

#[cfg(test)]
mod tests {
    use super::CODES;

    #[test]
    fn codes_are_unique_and_in_order() {
        assert!(CODES.windows(2).all(|pair| pair[0].code < pair[1].code));
    }
}
