//! The table of codes of this crate. A code is never reused.

sf_outbound_wsdl::codes! {
    /// Every code of the generator, in order.
    ///
    /// # Example
    ///
    /// ```
    /// assert!(sf_outbound_build::CODES.iter().any(|row| row.code == "SFG0101"));
    /// ```
    TWINS "SFG0101" "two fields fold to one Rust name"
        "Fields are named in snake_case, and these would get one name. Both get their lower-cased API names instead: if one kept the short name, it would come to mean the other field when one of them is added or taken out. Nothing has to be done; use the names that are shown."
    CLASH "SFG0102" "two fields have one lower-cased API name"
        "Fields that fold to one name get their lower-cased API names, and these are the same too, so no name is left that would stay stable. Salesforce does not tell the case of API names apart, so no organization can have both fields: the WSDL was changed or merged by hand. Take one of the fields out, and download the WSDL again."
    API_NAME "SFG0103" "not an API name"
        "An API name has letters, digits and underscores of ASCII, and does not begin with a digit. This name has something else, so no Rust name can be made of it. The WSDL was changed by hand or by a tool: download it again."
    RENAME "SFG0104" "name that is taken"
        "A name given with `--rename` is one that the generated module needs for something else: another field, the record's `id`, or a type such as `Notification`. Choose another name."
    MODULE "SFG0105" "two WSDLs of one name"
        "Generated code is named for its WSDL's file: the module in a text of several, and the file that a build script writes and `include_wsdl!` includes. Two files give the same name (case does not count for files, as some systems do not tell it), or one gives a name that is none in Rust. Rename one of the files, or have a build script write one of them to another folder with `out_dir`."
    TYPE_OPTION "SFG0201" "type option can't be understood"
        "A type option maps the name of a type as the WSDL writes it, such as `xsd:duration`, to the word for a kind of value, such as `text`, or to `skip`, which leaves fields of the type out: `--type xsd:duration=text`, or `type_as(\"xsd:duration\", \"text\")` in a build script."
    OPTION "SFG0202" "option can't be understood"
        "The generator checks its options before it reads anything, so that nothing is generated from half of them. The help says how the option is written; `sf-outbound generate --help` shows all of them."
    NO_SUCH_NAME "SFG0203" "option names nothing in the WSDL"
        "An option names a field or an object that no WSDL has. It may be misspelled (API names are compared exactly), or the field was taken out of the outbound message, and the option can go too."
    UNREADABLE "SFG0301" "file can't be read"
        "Cargo runs a build script in its package's folder, and the WSDL's path is relative to that; where another build system runs it elsewhere, the file is looked for in the folder of CARGO_MANIFEST_DIR too. Write the path from the package's folder, and see that the file is under version control, so that other machines have it."
    UNWRITABLE "SFG0302" "file can't be written"
        "Generated text goes to the folder that cargo names in OUT_DIR, or to the one that `out_dir` names. The folder has to exist and to be writable; without cargo there is no OUT_DIR, so name a folder."
}

#[cfg(test)]
mod tests {
    #[test]
    fn codes_are_unique_and_in_order() {
        assert!(super::CODES.windows(2).all(|pair| pair[0].code < pair[1].code));
    }
}
