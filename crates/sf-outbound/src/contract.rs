//! What generated code and this crate agree on.

/// The first line of generated code: nothing for a contract that this crate keeps, an error of
/// compilation for any other.
///
/// ```
/// sf_outbound::contract!(2);
/// ```
///
/// Code of the contract before goes on compiling, and code of one to come does not:
///
/// ```
/// sf_outbound::contract!(1);
/// ```
///
/// ```compile_fail
/// sf_outbound::contract!(3);
/// ```
#[macro_export]
macro_rules! contract {
    (1) => {};
    (2) => {};
    ($number:literal) => {
        ::core::compile_error!(::core::concat!(
            "this code was generated for contract ",
            ::core::stringify!($number),
            " of sf-outbound, and the sf-outbound in use keeps contracts 1 and 2: use the sf-outbound and the \
             sf-outbound-build (or sf-outbound-cli) of one release, and generate again"
        ));
    };
}

/// Includes what the build script generated from a WSDL, by the file's stem: `LeadChanged` for `wsdl/LeadChanged.wsdl`.
///
/// ```text
/// mod opportunity {
///     sf_outbound::include_wsdl!("opportunity");
/// }
/// ```
#[macro_export]
macro_rules! include_wsdl {
    ($stem:literal) => {
        ::core::include!(::core::concat!(
            ::core::env!(
                "OUT_DIR",
                "this crate has no build script, which generates what is included here: add a `build.rs` that calls \
                 `sf_outbound_build::compile(\"wsdl/<file>.wsdl\")`"
            ),
            "/",
            $stem,
            ".rs"
        ));
    };
}

/// Implements serde's traits for a generated type, in the shape of Salesforce's REST API; nothing without the feature
/// `serde`.
///
/// Generated code calls it, so that its crate need not depend on serde.
#[cfg(feature = "serde")]
#[macro_export]
macro_rules! serde_impls {
    ($object:ident) => {
        impl $crate::serde::Serialize for $object {
            fn serialize<S: $crate::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::json::serialize(self, serializer)
            }
        }

        impl<'de> $crate::serde::Deserialize<'de> for $object {
            fn deserialize<D: $crate::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::json::deserialize(deserializer)
            }
        }
    };
}

/// Implements nothing: the feature `serde` is off.
#[cfg(not(feature = "serde"))]
#[macro_export]
macro_rules! serde_impls {
    ($object:ident) => {};
}
