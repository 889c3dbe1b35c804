//! The table of codes of this crate. A code is never reused.

use sf_outbound_wsdl::Code;

macro_rules! codes {
    ($($name:ident $code:literal $title:literal $explanation:literal)*) => {
        $(pub(crate) static $name: Code =
            Code { code: $code, title: $title, explanation: $explanation };)*
        /// Every code of the sender, in order.
        pub static CODES: &[&Code] = &[$(&$name),*];
    };
}

codes! {
    NOT_TOML "SFD0101" "not TOML" "The file breaks a rule of TOML 1.0."
    UNKNOWN_KEY "SFD0102" "unknown key" "No such key is known here. It may be misspelt, or stand in the wrong table: a key belongs to the last header above it."
    MISSING "SFD0103" "key is missing" "A key without which the table says too little is not there."
    VALUE_TYPE "SFD0104" "value of another type" "The key's value has another type of TOML than is expected."
    DUPLICATE "SFD0105" "stands twice" "Names, ids and key prefixes are unique, and Salesforce does not tell upper from lower case in names."
    NAME "SFD0106" "not an API name" "An API name has letters, digits and underscores, begins with a letter and does not end with an underscore."
    ID "SFD0107" "not such an id" "An id has 15 or 18 letters and digits, and its first three say what it is an id of."
    UNKNOWN_OBJECT "SFD0108" "unknown object" "The file has no object of this name."
    UNKNOWN_FIELD "SFD0109" "unknown field" "The object has no field of this name."
    UNKNOWN_MESSAGE "SFD0110" "unknown outbound message" "The file has no outbound message of this name."
    OTHER_OBJECT "SFD0111" "outbound message of another object" "A rule can send the outbound messages of its own object only."
    UNKNOWN_TYPE "SFD0112" "unknown type" "The type of a field is one of those that an outbound message can carry."
    UNKNOWN_WORD "SFD0113" "unknown word" "The value is not one of the words that this key knows; they are those of Salesforce's Metadata API."
    OPERATOR "SFD0114" "operator that does not fit" "Salesforce offers operators by the type of the field, and a comparison with the value before only where each edit is evaluated."
    OPERAND "SFD0115" "value that can't be compared" "The value is to be of the field's type; commas part several, quotes keep a comma within one, and an empty text stands for null."
    LOGIC "SFD0116" "filter logic" "Filter logic has row numbers, AND, OR, NOT and parentheses, which must tell AND from OR, and names each row."
    ENDPOINT "SFD0117" "endpoint that Salesforce does not send to" "An endpoint is a http or https URL with a host, and port 80, 443 or one from 1024 on."
    WSDL "SFD0118" "WSDL can't be used" "The WSDL can't be read, or says something else than the rest of the file."
    API_VERSION "SFD0119" "API version" "Outbound messages are sent in version 8.0, or 18.0 or later."
    UNUSED "SFD0120" "outbound message that is never sent" "No rule names the outbound message, though the file has rules. Without any rule, each outbound message is sent on every change."
    EMPTY "SFD0121" "nothing to send" "An organization without an outbound message sends nothing."
    SETUP "SFD0301" "set-up that does not hold together" "A rule or an outbound message names what is not defined, or two things have one name, id or key prefix."
    STORE_FAILED "SFD0401" "the organization's file can't be written or read" "The disk may be full or read-only, or the file damaged. Nothing that was acknowledged is lost; what failed was not done."
    STORE_LOCKED "SFD0402" "the organization's file is in use" "Another process holds the file. One file belongs to one running organization."
    STORE_FOREIGN "SFD0403" "not this organization's file" "The file was written by something else, by a later version, or for an organization with another id. Name another file, or give the set-up the id of the file's organization."
    STOPPED "SFD0404" "the organization was stopped" "The operation came after the stop; nothing was done."
    NOT_QUIET "SFD0501" "deliveries did not come to rest" "A notification was still due or in flight when patience ran out. Look at the attempts for the endpoint that takes its time."
    CERTIFICATE "SFD0502" "certificate or key can't be read" "A certificate is a PEM text with `BEGIN CERTIFICATE`, a key one with `BEGIN PRIVATE KEY`."
    LISTEN "SFD0503" "the REST server can't listen" "The port may be taken, or the address be none of this machine."
}

#[cfg(test)]
mod tests {
    #[test]
    fn codes_are_unique_and_in_order() {
        assert!(super::CODES.windows(2).all(|pair| pair[0].code < pair[1].code));
    }
}
