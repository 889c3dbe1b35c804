//! The table of codes of this crate. A code is never reused.

use sf_outbound_wsdl::Code;

macro_rules! codes {
    ($($name:ident $code:literal $title:literal $explanation:literal)*) => {
        $(pub(crate) static $name: Code =
            Code { code: $code, title: $title, explanation: $explanation };)*
        /// Every code of the generator, in order.
        pub static CODES: &[&Code] = &[$(&$name),*];
    };
}

codes! {
    TWINS "SFG0101" "two fields fold to one Rust name" "Both get their lower-cased API names, so that neither name can come to mean the other field."
    CLASH "SFG0102" "two fields have one lower-cased API name" "Salesforce does not tell the case of API names apart, so this should not be. No names are left that would be stable."
    API_NAME "SFG0103" "not an API name" "An API name has letters, digits and underscores of ASCII, and does not begin with a digit."
    TYPE_OPTION "SFG0201" "type option can't be understood" "A type option maps the name of a type, such as `xsd:duration`, to the word for a kind of value, such as `text`."
    UNREADABLE "SFG0301" "file can't be read" "The WSDL's path is relative to the package's folder."
    UNWRITABLE "SFG0302" "file can't be written" "Generated text goes to the folder that cargo names in OUT_DIR, or to the one that was configured."
}

#[cfg(test)]
mod tests {
    #[test]
    fn codes_are_unique_and_in_order() {
        assert!(super::CODES.windows(2).all(|pair| pair[0].code < pair[1].code));
    }
}
