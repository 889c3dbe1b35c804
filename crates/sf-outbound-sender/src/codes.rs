//! The table of codes of this crate. A code is never reused.

use sf_outbound_wsdl::Code;

macro_rules! codes {
    ($($name:ident $code:literal $title:literal $explanation:literal)*) => {
        $(pub(crate) static $name: Code =
            Code { code: $code, title: $title, explanation: $explanation };)*
        /// Every code of findings about an organization's file, in order.
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
}

#[cfg(test)]
mod tests {
    #[test]
    fn codes_are_unique_and_in_order() {
        assert!(super::CODES.windows(2).all(|pair| pair[0].code < pair[1].code));
    }
}
