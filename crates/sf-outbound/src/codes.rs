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
        "The byte order mark, the charset of the content type or the XML declaration names an encoding, and the bytes are not text in it. Or the encoding is not supported: only UTF-8, UTF-16, US-ASCII and ISO-8859-1 are. Salesforce sends UTF-8. Look for a proxy or a tool that converts the body to another encoding."
    NOT_WELL_FORMED "SFR0102" "not well-formed XML"
        "The text breaks a rule of XML 1.0 at the place that is named. Salesforce's own messages never do. Look for a proxy, a log or a person that changed the message, and for text that was put into XML without being escaped."
    CHARACTER "SFR0103" "character that XML does not allow"
        "Of the control characters, XML 1.0 allows only tab, line feed and carriage return. It does not allow U+FFFE and U+FFFF either. Character references to them, such as `&#x1E;`, are forbidden too. The writer of the message has to leave such characters out."
    NAMESPACE "SFR0104" "namespace rule broken"
        "A prefix is used and not declared, a reserved prefix or namespace is declared again, or a name has more than one colon. In messages that were copied or cut by hand, the missing declaration is most often that of `sf` on the sObject or of `xsi` on the envelope."
    DTD "SFR0105" "document type declaration"
        "SOAP forbids document type declarations. Their entities can make a reader fetch files or fill its memory. Salesforce never sends one, so the message comes from somebody else."
    TRUNCATED "SFR0106" "message ends too early"
        "The text ends while an element is open. The connection may have been cut, or something before the listener limits the size of bodies: a proxy, a gateway, a function host."
    NOT_AN_ID "SFR0201" "not a Salesforce id"
        "An id has 15 or 18 letters and digits of ASCII, and no white space around it. In messages made by hand the id is often a placeholder. Write an id such as 00D000000000001EAA."
    VALUE "SFR0202" "value outside its type"
        "The text is not a value of the type that the field has in the WSDL. An empty element is a value only for strings. The field's type may have been changed in Salesforce after the WSDL was downloaded. Download it again, see what changed with `sf-outbound diff`, and generate again."
    NIL_WITH_CONTENT "SFR0203" "nil element with content"
        "An element with xsi:nil=\"true\" has no value, so XML Schema requires it to be empty. This one has content, so its meaning is not clear. Salesforce leaves null fields out."
    ELEMENT_IN_VALUE "SFR0204" "element inside a value"
        "A field or a header element holds text only; here it holds an element. Markup in a text, such as that of a rich text area, has to be escaped: `&lt;b&gt;`."
    NO_NOTIFICATION "SFR0301" "no notification"
        "An outbound message has 1 to 100 notifications, and this one has none, so there is nothing to acknowledge. In a message made by hand, `Notification` may be missing or in another namespace."
    MISSING "SFR0302" "required element is missing"
        "OrganizationId, ActionId, the Id of each notification and the Id of each sObject that has data are required. They tell who sent the message, and whether it came before. Elements in another namespace do not count."
    DUPLICATE "SFR0303" "element stands twice"
        "Each field and each header element can occur once. With two values it is not clear which one is meant."
    WRONG_TYPE "SFR0304" "sObject of another type"
        "The xsi:type of the sObject names another object, or a type of another namespace, than the WSDL that this listener was generated from. Another outbound message may be pointed at this endpoint: give each its own path, and compare the WSDLs with `sf-outbound diff`."
    STRAY_TEXT "SFR0305" "text between elements"
        "Between the elements of a message only white space is allowed. Somebody, or a template, may have left text there."
    NOT_NOTIFICATIONS "SFR0306" "not an outbound message"
        "The SOAP body has to hold one element `notifications` of the namespace http://soap.sforce.com/2005/09/outbound, and nothing else. The message may be a reply, or of another service."
    UNKNOWN_FIELD "SFR0307" "element that is not allowed"
        "The record has an element that is not in the WSDL, and its type was generated with `--unknown deny`. Download the WSDL again and generate from it. Without that option, such elements are ignored and counted."
    WRONG_NAMESPACE "SFR0308" "element in a wrong namespace"
        "The element has a name of the WSDL, but another namespace than in the WSDL. If it were ignored like an unknown element, its record or value would be acknowledged and lost. Something between Salesforce and the listener may have rewritten prefixes. `notifications`, its children and their children are in http://soap.sforce.com/2005/09/outbound; the fields of the sObject are in urn:sobject.enterprise.soap.sforce.com."
    NOT_SOAP "SFR0401" "not a SOAP envelope"
        "The root has to be the Envelope of http://schemas.xmlsoap.org/soap/envelope/. It has one Body, and at most one Header before the Body; mustUnderstand of a header is a boolean. Something may have removed the envelope, or the request does not come from Salesforce."
    VERSION_MISMATCH "SFR0402" "not SOAP 1.1"
        "Outbound messages are SOAP 1.1, whose envelope is in the namespace http://schemas.xmlsoap.org/soap/envelope/. This envelope is in another namespace, such as that of SOAP 1.2. Salesforce does not send that, so find out who sent it."
    MUST_UNDERSTAND "SFR0403" "header that must be understood"
        "The message has a SOAP header with mustUnderstand=\"1\" that this listener does not know. SOAP 1.1 says that the message must then be refused. Salesforce sends no headers. A gateway may have added one; configure it not to."
    BODY_BYTES "SFR0501" "body too long"
        "The body is longer than `Limits::body_bytes`. The default, 16 MiB, is enough for 100 records with one full long text area each. Raise the limit for an outbound message with more or longer fields, but not beyond what the memory allows: a message needs up to twice its bytes."
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
        "Salesforce sends outbound messages by POST. This request may come from a browser or a health check. Give a health check its own path."
    CONTENT_TYPE "SFR0602" "content type is not XML"
        "text/xml, application/xml and no content type are accepted, with a charset that is UTF-8, UTF-16, US-ASCII or ISO-8859-1. application/soap+xml is SOAP 1.2, which Salesforce does not send; with curl, add `-H 'Content-Type: text/xml'`."
    ORGANIZATION "SFR0603" "organization is not accepted"
        "The server accepts only certain organizations, and this message comes from another one. A sandbox has another organization id than production. Name each organization that may send, and no others, because messages have no signature."
    NO_ROUTE "SFR0604" "no server for the message"
        "Several outbound messages share this endpoint. A router gives a message to the server that was registered for its action, or, if there is no such server, to the server of its sObject type. Here there is no server of that type, or there are two and nothing tells them apart. Add the server with `route`. Use `route_action` if two outbound messages are on one object, or if all records of a message can be deleted before delivery. Or the outbound message was meant for another endpoint: correct its URL in Setup."
    COMPRESSED "SFR0605" "body is compressed"
        "Content-Encoding or the first bytes show that the body is compressed. Salesforce sends plain text, so a gateway or proxy in front of the listener compresses requests. Configure it not to. Or decompress the body before the listener gets it, with a limit for the decompressed size."
    PANIC "SFR0606" "handler panicked"
        "The listener's own code panicked while it handled the message. The message is refused, so that Salesforce sends it again, and the server goes on. `Server::panics` counts panics. The panic's message is on the listener's standard error. Salesforce does not get it, because it can contain values. A program that is built with `panic = \"abort\"` ends."
    FAILURE "SFR0607" "handler failed"
        "The listener's own code returned an error that is not a `Fault`. The message is refused, so that Salesforce sends it again. The error is on the listener's standard error, or goes to `Server::on_failure`; `Server::failures` counts such errors. Salesforce does not get the error, because it can contain values. To show a sentence to Salesforce's administrators, return a `Fault` with that sentence."
}

#[cfg(test)]
mod tests {
    use super::CODES;

    #[test]
    fn codes_are_unique_and_in_order() {
        assert!(CODES.windows(2).all(|pair| pair[0].code < pair[1].code));
    }
}
