//! The table of codes of this crate. A code is never reused.

sf_outbound_wsdl::codes! {
    /// Every code of the sender, in order.
    ///
    /// # Example
    ///
    /// ```
    /// assert!(sf_outbound_sender::CODES.iter().any(|row| row.code == "SFD0101"));
    /// ```
    NOT_TOML "SFD0101" "not TOML" "The file that describes an organization is TOML 1.0, and the parser stopped at the place that is shown. Most often a quote or a bracket is missing, or a text has no quotes: correct is `name = \"Won\"`."
    UNKNOWN_KEY "SFD0102" "unknown key" "This table has no such key. The key may be misspelled or in the wrong table: a key belongs to the last header above it."
    MISSING "SFD0103" "key is missing" "The table needs a key that is missing, and no default would be right. Add the key; org.default.toml of the crate sf-outbound-sender shows all of them with their defaults."
    VALUE_TYPE "SFD0104" "value of another type" "The key's value has the wrong TOML type. A text has quotes; a number, true and false have none; a list has brackets. Write the value as the help shows it."
    DUPLICATE "SFD0105" "stands twice" "Names, ids and key prefixes are unique, and Salesforce ignores upper and lower case in names. Rename one of the two, or remove it."
    NAME "SFD0106" "not an API name" "An API name has letters, digits and underscores, begins with a letter and does not end with an underscore. Take the API name from Setup, not the label."
    ID "SFD0107" "not such an id" "An id has 15 or 18 letters and digits, and the first three say what it identifies: 00D an organization, 04k an outbound message's action, 005 a user. If you leave the key out, an id is made."
    UNKNOWN_OBJECT "SFD0108" "unknown object" "The file has no object with this name. The name may be misspelled. Otherwise add the object with its fields, or name the WSDL that has it."
    UNKNOWN_FIELD "SFD0109" "unknown field" "The object has no field with this name. The name may be misspelled; custom fields end with `__c`. Otherwise add the field to the object."
    UNKNOWN_MESSAGE "SFD0110" "unknown outbound message" "The file has no outbound message with this name. The name may be misspelled. Otherwise add the outbound message; then rules can send it."
    OTHER_OBJECT "SFD0111" "outbound message of another object" "A rule watches the records of one object, and can send the outbound messages of that object only. Name an outbound message of the rule's object, or make a rule for the other object."
    UNKNOWN_TYPE "SFD0112" "unknown type" "The type of a field is one of those that an outbound message can carry, as a WSDL names them. Salesforce's own field types map to these: a currency is a double, a picklist a string."
    UNKNOWN_WORD "SFD0113" "unknown word" "This key takes certain words, those of Salesforce's Metadata API, and the value is not one of them. The help lists the words: write one of them."
    OPERATOR "SFD0114" "operator that does not fit" "The type of the field decides which operators Salesforce offers. A comparison with the previous value is possible only if the rule is evaluated on every edit. Choose an operator that the help names, or change when the rule is evaluated."
    OPERAND "SFD0115" "value that can't be compared" "The value has to be of the field's type; an empty text means null. Several values are separated by commas, and any of them is a match; lessThan, greaterThan, lessOrEqual and greaterOrEqual take one value. Put quotes around a text that contains a comma. Write the value as the help shows."
    LOGIC "SFD0116" "filter logic" "Filter logic consists of row numbers, AND, OR, NOT and parentheses. It uses every row, and where AND meets OR, parentheses are required. Write it as in Setup, such as `1 AND (2 OR 3)`."
    ENDPOINT "SFD0117" "endpoint that Salesforce does not send to" "An endpoint is a http or https URL with a host, and port 80, 443, or 1024 and higher: Salesforce sends to no other port. Change the listener's port, or put a proxy in front of it."
    WSDL "SFD0118" "WSDL can't be used" "The WSDL can't be read, or it contradicts the rest of the file. Its path is relative to the file's folder; `sf-outbound inspect` shows what is in it."
    API_VERSION "SFD0119" "API version" "Outbound messages are sent in version 8.0, or 18.0 or later, and the URLs in each message name it. Write the number of a version, such as 61."
    UNUSED "SFD0120" "outbound message that is never sent" "The file has rules, but none of them names this outbound message. In a file without rules, each outbound message is sent on every change."
    EMPTY "SFD0121" "nothing to send" "An organization without an outbound message sends nothing, so there would be nothing to see. Add one with a name, an object, its fields and an endpoint."
    REHEARSAL "SFD0122" "rehearsal that can't be" "A line of the rehearsal is a fault and its rate, from 0 to 1 or from 0% to 100%, such as `lost-replies = \"5%\"`. `all` means every fault, and `seed` is a whole number. `sf-outbound org --help` lists the faults."
    SETUP "SFD0301" "set-up that does not hold together" "The parts of the definition that the program gives contradict each other, and no other code describes how. Read the definition from a file, which shows places for errors. If the file has no error, please report it."
    STORE_FAILED "SFD0401" "the organization's file can't be written or read" "The disk may be full or read-only, or the file damaged. Nothing that was acknowledged is lost. The operation that failed was not done."
    STORE_LOCKED "SFD0402" "the organization's file is in use" "Another process runs the organization of this file, or wrote to the file and kept it locked for more than 5 seconds. Stop the other process, or give this one another file with `--data`. You can always read the file while it is in use."
    STORE_FOREIGN "SFD0403" "not this organization's file" "Another program or a later version wrote the file, or it belongs to an organization with another id. Name another file, or use the id of the file's organization."
    STOPPED "SFD0404" "the organization was stopped" "The operation came after the stop and was not done. Start the organization again with its file: what was acknowledged is there."
    QUEUE_ORPHANED "SFD0405" "notifications of an outbound message that is gone" "The organization's file has notifications of an outbound message that the set-up no longer has; they would never be sent. If the outbound message was renamed, give the new one the `action_id` of the old one (without an `action_id`, it is made from the name). If it was removed, drop its notifications with `--drop-queue-of NAME` or `Builder::drop_queue_of`. If the file belongs to another organization, name another file with `--data`."
    NOT_QUIET "SFD0501" "deliveries did not come to rest" "After the longest time that is waited, a notification was still due or on its way. The list of attempts shows which endpoint is slow."
    CERTIFICATE "SFD0502" "certificate or key can't be read" "A certificate is a PEM text with `BEGIN CERTIFICATE`; a key is a PEM text with `BEGIN PRIVATE KEY`. Check whether the two files are swapped, or in the format DER."
    LISTEN "SFD0503" "the REST server can't listen" "Another process may use the port, or the address is not an address of this machine. Choose another port, or 0 for any free port."
    TOKEN "SFD0504" "token is missing or too weak" "An address that others can reach needs a token. A token has at least 16 characters of ASCII and no space at either end; a shorter one could be guessed. Make one with `export SF_OUTBOUND_TOKEN=$(openssl rand -hex 16)`, and give clients the same."
    PANIC "SFD0505" "a function of the program panicked" "The observer, the recorder or the clock that the program gave panicked while a message was delivered. Deliveries go on, and what was sent is recorded. The panic's message is on standard error. Correct the function."
}

#[cfg(test)]
mod tests {
    #[test]
    fn codes_are_unique_and_in_order() {
        assert!(super::CODES.windows(2).all(|pair| pair[0].code < pair[1].code));
    }
}
