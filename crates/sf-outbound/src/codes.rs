//! The table of the runtime's codes. A code is never reused.

/// A kind of mistake: its stable code, what it is, and what to do about it.
///
/// # Example
///
/// ```
/// use sf_outbound::{CODES, Code};
///
/// let row: &Code = CODES.iter().find(|row| row.code == "SFR0202").expect("a code of the runtime");
/// assert_eq!(row.title, "value outside its type");
/// ```
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
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
        "The bytes are not text in the encoding that the byte order mark, the charset of the content type or the XML declaration names, or that encoding is none of UTF-8, UTF-16, US-ASCII and ISO-8859-1. Salesforce sends UTF-8: look for a proxy or a tool that reads and writes the body as text of another encoding."
    NOT_WELL_FORMED "SFR0102" "not well-formed XML"
        "The text breaks a rule of XML 1.0 at the place that is named. Salesforce's own messages never do; look for a proxy, a log or a hand that changed the message, and for text that was put into XML without being escaped."
    CHARACTER "SFR0103" "character that XML does not allow"
        "XML 1.0 allows no control characters but tab, line feed and carriage return, and neither U+FFFE nor U+FFFF, not even as character references. Whoever wrote the message has to leave such characters out."
    NAMESPACE "SFR0104" "namespace rule broken"
        "A prefix is not declared where it is used, a reserved prefix or namespace is declared anew, or a name has more than one colon. In messages that were copied or cut by hand, the declaration of `sf` on the sObject or of `xsi` on the envelope is most often what is missing."
    DTD "SFR0105" "document type declaration"
        "SOAP forbids document type declarations, and their entities are a way to make a reader fetch files or fill its memory. Salesforce never sends one: the message comes from somebody else."
    TRUNCATED "SFR0106" "message ends too early"
        "The text ends while an element is open. The connection may have been cut, or something before the listener limits the size of bodies: a proxy, a gateway, a function host."
    NOT_AN_ID "SFR0201" "not a Salesforce id"
        "An id is 15 or 18 letters and digits of ASCII, without white space around. In hand-made messages an id is often a placeholder: write one such as 00D000000000001EAA."
    VALUE "SFR0202" "value outside its type"
        "The text does not stand for a value of the type that the field has in the WSDL; an empty element is a value of strings only. The field's type may have been changed in Salesforce after the WSDL was downloaded: download it again, see what changed with `sf-outbound diff`, and generate again."
    NIL_WITH_CONTENT "SFR0203" "nil element with content"
        "An element with xsi:nil=\"true\" says that it has no value, so XML Schema demands that it be empty; here it would be open which of the two is meant. Salesforce leaves null fields out."
    ELEMENT_IN_VALUE "SFR0204" "element inside a value"
        "A field or a header element holds text only; here it holds an element. Markup in a text, such as that of a rich text area, has to be escaped: `&lt;b&gt;`."
    NO_NOTIFICATION "SFR0301" "no notification"
        "An outbound message carries 1 to 100 notifications, and this one none. An ack would say that all are safe, which means nothing here; a hand-made message may lack its `Notification`, or have it in another namespace."
    MISSING "SFR0302" "required element is missing"
        "OrganizationId, ActionId, the Id of each notification and the Id of each sObject that has data are required: without them nobody can tell who sent the message, or whether it came before. Elements of another namespace do not count as them."
    DUPLICATE "SFR0303" "element stands twice"
        "Each field and each header element can stand once; two values would leave open which one is meant."
    WRONG_TYPE "SFR0304" "sObject of another type"
        "The xsi:type of the sObject names another object, or a type of another namespace, than the WSDL that this listener was generated from. Another outbound message may be pointed at this endpoint: give each its own path, and compare the WSDLs with `sf-outbound diff`."
    STRAY_TEXT "SFR0305" "text between elements"
        "Only white space can stand between the elements of a message. A hand or a template may have left text there."
    NOT_NOTIFICATIONS "SFR0306" "not an outbound message"
        "The SOAP body has to hold one element `notifications` of the namespace http://soap.sforce.com/2005/09/outbound, and nothing else. The message may be a reply, or of another service."
    UNKNOWN_FIELD "SFR0307" "element that is not allowed"
        "The record has an element that the WSDL does not know, and its type was generated with `--unknown deny`. Download the WSDL again and generate from it; without that option such elements are passed over and counted."
    WRONG_NAMESPACE "SFR0308" "element in a wrong namespace"
        "The element has a name of the WSDL, and another namespace than the WSDL gives it. If it were ignored as an unknown element, its record or value would be lost, and acknowledged. Something between Salesforce and the listener may have written prefixes anew: `notifications`, its children and theirs are of http://soap.sforce.com/2005/09/outbound, the fields of the sObject of urn:sobject.enterprise.soap.sforce.com."
    NOT_SOAP "SFR0401" "not a SOAP envelope"
        "The root has to be the Envelope of http://schemas.xmlsoap.org/soap/envelope/, with one Body in it, and one Header at most, which stands before the Body; mustUnderstand of a header is a boolean. Something may have taken the envelope off, or the request is not one of Salesforce."
    VERSION_MISMATCH "SFR0402" "not SOAP 1.1"
        "Outbound messages are SOAP 1.1, whose envelope is in the namespace http://schemas.xmlsoap.org/soap/envelope/; this one is in another, such as that of SOAP 1.2. Salesforce does not send that: look at what sent it."
    MUST_UNDERSTAND "SFR0403" "header that must be understood"
        "A SOAP header with mustUnderstand=\"1\" is not known here, and SOAP 1.1 says that the message must then be refused. Salesforce sends no headers: a gateway may have added one, and can be told not to."
    BODY_BYTES "SFR0501" "body too long"
        "The body is longer than `Limits::body_bytes`, by default 16 MiB, which holds 100 records with one full long text area each. Raise the limit for an outbound message with more or longer fields, and no further than memory allows: a message needs up to twice its bytes."
    NOTIFICATIONS "SFR0502" "too many notifications"
        "There are more notifications than `Limits::notifications`, by default 100, the most that Salesforce sends in a message."
    ELEMENTS "SFR0503" "too many elements"
        "There are more elements than `Limits::elements`, by default 1,000,000; 100 records of 800 fields have less than a tenth of that."
    DEPTH "SFR0504" "elements nested too deeply"
        "More elements are open at once than `Limits::depth` allows, by default 32; Salesforce needs 6."
    ATTRIBUTES "SFR0505" "too many attributes"
        "An element has more attributes than `Limits::attributes`, by default 64, namespace declarations among them; Salesforce needs 3."
    NAMESPACES "SFR0506" "too many namespace declarations"
        "More namespace declarations are in scope than `Limits::namespaces` allows, by default 64; Salesforce needs 5."
    METHOD "SFR0601" "method is not POST"
        "Salesforce posts outbound messages. A browser or a health check may have asked for the endpoint: give a health check a path of its own."
    CONTENT_TYPE "SFR0602" "content type is not XML"
        "text/xml, application/xml and no content type are accepted, with a charset that is UTF-8, UTF-16, US-ASCII or ISO-8859-1. application/soap+xml is SOAP 1.2, which Salesforce does not send; with curl, add `-H 'Content-Type: text/xml'`."
    ORGANIZATION "SFR0603" "organization is not accepted"
        "The server was told which organizations to accept, and this message comes from another. A sandbox has another organization id than production: name each that may send, and no other, for messages carry no signature."
    NO_ROUTE "SFR0604" "no server for the message"
        "Several outbound messages share this endpoint. A router hands a message to the server that was named for its action, and else to the server of its sObject type; here there is none, or there are two of that type and nothing to tell them apart. Add the server with `route`, or `route_action` where two outbound messages are on one object or all records of a message can be deleted before delivery; or point the outbound message at the endpoint that it is meant for."
    COMPRESSED "SFR0605" "body is compressed"
        "The body is compressed, as Content-Encoding or its first bytes tell. Salesforce sends plain text: a gateway or proxy in front of the listener compresses requests. Tell it not to, or decompress the body before it is handed over, with a limit to what it may grow to."
    PANIC "SFR0606" "handler panicked"
        "The listener's own code panicked while it worked on the message. The message is refused, so that Salesforce sends it again, and the server goes on; `Server::panics` counts. What the panic said stands on the listener's standard error and is not told to Salesforce, as it can hold values. A program that is built with `panic = \"abort\"` ends all the same."
    FAILURE "SFR0607" "handler failed"
        "The listener's own code ended with an error that is no `Fault`. The message is refused, so that Salesforce sends it again. The error stands on the listener's standard error, or goes to `Server::on_failure`, and `Server::failures` counts; it is not told to Salesforce, as it can hold values. To show a sentence to Salesforce's administrators, return a `Fault` with it."
}

#[cfg(test)]
mod tests {
    use super::CODES;

    #[test]
    fn codes_are_unique_and_in_order() {
        assert!(CODES.windows(2).all(|pair| pair[0].code < pair[1].code));
    }
}
