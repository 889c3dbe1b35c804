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
        "Fields are named in snake_case, and these two would get the same name. Both get their lower-cased API names instead. If one of them kept the short name, that name could mean the other field after a field is added or removed. You need not do anything: use the names that are shown."
    CLASH "SFG0102" "two fields have one lower-cased API name"
        "Fields that would get the same Rust name get their lower-cased API names instead. Here these are the same too, so no stable name is left. Salesforce ignores the case of API names, so no organization can have both fields: the WSDL was changed or merged by hand. Download the WSDL again, or remove one of the fields."
    API_NAME "SFG0103" "not an API name"
        "An API name consists of letters, digits and underscores of ASCII, and does not begin with a digit. This name has other characters, so it can't become a Rust name. The WSDL was changed by hand or by a tool: download it again."
    RENAME "SFG0104" "name that is taken"
        "The generated module already uses the name given with `--rename` for something else: another field, the record's `id`, or a type such as `Notification`. Choose another name."
    MODULE "SFG0105" "two WSDLs of one name"
        "Generated code is named after its WSDL's file: the module in a text of several, and the file that a build script writes and `include_wsdl!` includes. Two files give the same name, or a file gives a name that Rust does not allow. (Upper and lower case count as the same, because some file systems do not distinguish them.) Rename one of the files, or let the build script write one of them to another folder with `out_dir`."
    TYPE_OPTION "SFG0201" "type option can't be understood"
        "A type option maps the name of a type as the WSDL writes it, such as `xsd:duration`, to the word for a kind of value, such as `text`, or to `skip`, which leaves fields of the type out: `--type xsd:duration=text`, or `type_as(\"xsd:duration\", \"text\")` in a build script."
    OPTION "SFG0202" "option can't be understood"
        "The generator checks its options before it reads anything, so that it never works with a part of them. The help says how the option is written; `sf-outbound generate --help` shows all of them."
    NO_SUCH_NAME "SFG0203" "option names nothing in the WSDL"
        "An option names a field or an object that is not in the WSDL. The name may be misspelled: API names are compared exactly. Or the field was removed from the outbound message; then remove the option too."
    UNREADABLE "SFG0301" "file can't be read"
        "The WSDL's path is relative to the package's folder, where cargo runs a build script. If another build system runs it elsewhere, the folder CARGO_MANIFEST_DIR is tried too. Write the path relative to the package's folder, and check that the file is under version control, so that other machines have it."
    UNWRITABLE "SFG0302" "file can't be written"
        "Generated text goes to the folder that cargo names in OUT_DIR, or to the one that `out_dir` names. The folder has to exist and to be writable. Without cargo there is no OUT_DIR: name a folder."
}

#[cfg(test)]
mod tests {
    #[test]
    fn codes_are_unique_and_in_order() {
        assert!(super::CODES.windows(2).all(|pair| pair[0].code < pair[1].code));
    }
}
