//! What generated code and this crate agree on.

/// The first line of generated code: nothing for a contract that this crate keeps, an error of
/// compilation for any other.
///
/// ```
/// sf_outbound::contract!(1);
/// ```
///
/// ```compile_fail
/// sf_outbound::contract!(2);
/// ```
#[macro_export]
macro_rules! contract {
    (1) => {};
    ($number:literal) => {
        ::core::compile_error!(::core::concat!(
            "this code was generated for contract ",
            ::core::stringify!($number),
            " of sf-outbound, and the sf-outbound in use keeps contract 1: use the sf-outbound and the \
             sf-outbound-build (or sf-outbound-cli) of one release, and generate again"
        ));
    };
}

/// Includes what the build script generated from a WSDL, by the file's stem.
///
/// ```text
/// mod opportunity {
///     sf_outbound::include_wsdl!("opportunity");
/// }
/// ```
#[macro_export]
macro_rules! include_wsdl {
    ($stem:literal) => {
        ::core::include!(::core::concat!(::core::env!("OUT_DIR"), "/", $stem, ".rs"));
    };
}
