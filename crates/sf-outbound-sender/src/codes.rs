//! The table of codes of this crate. A code is never reused.

sf_outbound_wsdl::codes! {
    /// Every code of the sender, in order.
    ///
    /// # Example
    ///
    /// ```
    /// assert!(sf_outbound_sender::CODES.iter().any(|row| row.code == "SFD0101"));
    /// ```
    NOT_TOML "SFD0101" "not TOML" "The file that describes an organization is TOML 1.0, and the parser stopped at the place that is shown. Most often a quote or a bracket is missing, or a text stands without quotes: `name = \"Won\"`."
    UNKNOWN_KEY "SFD0102" "unknown key" "No such key is known here. It may be misspelt, or stand in the wrong table: a key belongs to the last header above it."
    MISSING "SFD0103" "key is missing" "The table needs a key that is not there: without it nobody could say what the table means, and no default would be right. Add the key; org.default.toml of the crate sf-outbound-sender shows all of them with their defaults."
    VALUE_TYPE "SFD0104" "value of another type" "The key's value has another type of TOML than is expected: a text stands in quotes, a number and true or false without, a list in brackets. Write the value as the help shows it."
    DUPLICATE "SFD0105" "stands twice" "Names, ids and key prefixes are unique, and Salesforce does not tell upper from lower case in names. Rename one of the two, or take it out."
    NAME "SFD0106" "not an API name" "An API name has letters, digits and underscores, begins with a letter and does not end with an underscore. Take the API name from Setup, not the label."
    ID "SFD0107" "not such an id" "An id has 15 or 18 letters and digits, and its first three say what it is an id of: 00D of an organization, 04k of an outbound message's action, 005 of a user. Leave the key out, and one is made."
    UNKNOWN_OBJECT "SFD0108" "unknown object" "The file has no object of this name. It may be misspelt; else add the object with its fields, or name the WSDL that has it."
    UNKNOWN_FIELD "SFD0109" "unknown field" "The object has no field of this name. It may be misspelt, and custom fields end with `__c`; else add the field to the object."
    UNKNOWN_MESSAGE "SFD0110" "unknown outbound message" "The file has no outbound message of this name. It may be misspelt; else add the outbound message, and rules can send it."
    OTHER_OBJECT "SFD0111" "outbound message of another object" "A rule watches the records of one object, and can send the outbound messages of that object only. Name an outbound message of the rule's object, or make a rule for the other object."
    UNKNOWN_TYPE "SFD0112" "unknown type" "The type of a field is one of those that an outbound message can carry, as a WSDL names them. Salesforce's own field types map to these: a currency is a double, a picklist a string."
    UNKNOWN_WORD "SFD0113" "unknown word" "The value is not one of the words that this key knows; they are those of Salesforce's Metadata API. The help lists them: write one of these."
    OPERATOR "SFD0114" "operator that does not fit" "Salesforce offers operators by the type of the field, and a comparison with the value before only where each edit is evaluated. Choose an operator that the help names, or evaluate the rule otherwise."
    OPERAND "SFD0115" "value that can't be compared" "The value is to be of the field's type; an empty text stands for null. Commas part several values, of which any will do, but for lessThan, greaterThan, lessOrEqual and greaterOrEqual, which take one; quotes keep a comma within a text. Write it as the help shows."
    LOGIC "SFD0116" "filter logic" "Filter logic has row numbers, AND, OR, NOT and parentheses, which must tell AND from OR, and names each row. Write it as in Setup, such as `1 AND (2 OR 3)`."
    ENDPOINT "SFD0117" "endpoint that Salesforce does not send to" "An endpoint is a http or https URL with a host, and port 80, 443 or one from 1024 on: Salesforce sends to no other. Change the listener's port, or put a proxy before it."
    WSDL "SFD0118" "WSDL can't be used" "The WSDL can't be read, or says something else than the rest of the file. Its path is relative to the file's folder; `sf-outbound inspect` shows what is in it."
    API_VERSION "SFD0119" "API version" "Outbound messages are sent in version 8.0, or 18.0 or later, and the URLs in each message name it. Write the number of a version, such as 61."
    UNUSED "SFD0120" "outbound message that is never sent" "No rule names the outbound message, though the file has rules. Without any rule, each outbound message is sent on every change."
    EMPTY "SFD0121" "nothing to send" "An organization without an outbound message sends nothing, so there would be nothing to see. Add one with a name, an object, its fields and an endpoint."
    REHEARSAL "SFD0122" "rehearsal that can't be" "What is rehearsed is a fault with a rate from 0 to 1, or from 0% to 100%, such as `lost-replies = \"5%\"`; `all` is every fault, and `seed` a whole number. `sf-outbound org --help` lists the faults."
    SETUP "SFD0301" "set-up that does not hold together" "The parts of the definition that the program gives don't fit together in a way that no other code names. Read it from a file, which is checked with places, and report it where the file has no error."
    STORE_FAILED "SFD0401" "the organization's file can't be written or read" "The disk may be full or read-only, or the file damaged. Nothing that was acknowledged is lost; what failed was not done."
    STORE_LOCKED "SFD0402" "the organization's file is in use" "Another process runs the organization of this file, or has kept the file locked for more than 5 seconds by writing to it. Stop the other, or give this one another folder with `--data`. Reading the file while it runs does no harm."
    STORE_FOREIGN "SFD0403" "not this organization's file" "The file was written by something else, by a later version, or for an organization with another id. Name another file, or give the set-up the id of the file's organization."
    STOPPED "SFD0404" "the organization was stopped" "The operation came after the stop, and nothing was done. Start the organization again with its file: what was acknowledged is there."
    QUEUE_ORPHANED "SFD0405" "notifications of an outbound message that is gone" "The organization's file has notifications of an outbound message that the set-up does not have any more; without a word they would never be sent. Where it was renamed, give the new one the `action_id` of the old, which is made from the name where none is written. Where it is gone for good, drop its notifications with `--drop-queue-of NAME`, or `Builder::drop_queue_of`. Where another WSDL was meant for another organization, name another file with `--data`."
    NOT_QUIET "SFD0501" "deliveries did not come to rest" "A notification was still due or in flight when patience ran out. Look at the attempts for the endpoint that takes its time."
    CERTIFICATE "SFD0502" "certificate or key can't be read" "A certificate is a PEM text with `BEGIN CERTIFICATE`, a key one with `BEGIN PRIVATE KEY`. Look whether the two files were given the wrong way round, or in DER."
    LISTEN "SFD0503" "the REST server can't listen" "The port may be taken by another process, or the address be none of this machine. Give another port, or 0 for one that is free."
    TOKEN "SFD0504" "token is missing or too weak" "An address that others can reach needs a token, and a token has at least 16 characters of ASCII without a space at either end, or it could be guessed. Make one with `export SF_OUTBOUND_TOKEN=$(openssl rand -hex 16)`, and give clients the same."
    PANIC "SFD0505" "a function of the program panicked" "The observer, the recorder or the clock that the program gave has panicked while a message was delivered. The deliveries go on, and what was sent is written; the panic's own words stand on standard error. Mend the function."
}

#[cfg(test)]
mod tests {
    #[test]
    fn codes_are_unique_and_in_order() {
        assert!(super::CODES.windows(2).all(|pair| pair[0].code < pair[1].code));
    }
}
