//! What generated code and this crate agree on.

/// The first line of generated code: nothing for the contract that this crate keeps, an error of compilation for any
/// other.
///
/// ```
/// sf_outbound::contract!(3);
/// ```
///
/// Code of another contract does not compile, and one sentence says what to do:
///
/// ```compile_fail
/// sf_outbound::contract!(2);
/// ```
#[macro_export]
macro_rules! contract {
    (3) => {};
    (3 record $($description:tt)+) => {
        $crate::__contract_3_record! { $($description)+ }
    };
    (3 serde $object:ident) => {
        $crate::__contract_3_serde! { $object }
    };
    ($number:literal) => {
        ::core::compile_error!(::core::concat!(
            "this code was generated for contract ",
            ::core::stringify!($number),
            " of sf-outbound, and the sf-outbound in use keeps contract 3: use the sf-outbound and the \
             sf-outbound-build (or sf-outbound-cli) of one release, and generate again"
        ));
    };
    // The first line has said it.
    ($number:literal $($rest:tt)+) => {};
}

/// What the macros of contract 3 name beside what is public; nothing else may use it.
///
/// When generated code needs something else, the next contract gets a module beside this one.
pub mod contract_3 {
    #[cfg(feature = "serde")]
    pub use crate::json::{deserialize, serialize};
    pub use crate::object::{Described, OnUnknown};
    pub use crate::table::{Packed, Table, packed_bytes};
    pub use crate::value::{Slot, Value};
}

/// Describes a generated type: its fields, each with its index in the table, and what becomes of unknown elements.
///
/// The struct itself and its table stand in generated code, where people and their tools read them.
#[doc(hidden)]
#[macro_export]
macro_rules! __contract_3_record {
    ($visibility:vis $object:ident { $($index:literal $field:ident,)* } $unknown:ident $($kept:ident)?) => {
        #[allow(dead_code)]
        impl $object {
            /// A record with this id; every other field is null.
            #[must_use]
            $visibility fn new(id: $crate::Id) -> Self {
                Self {
                    id,
                    $($field: ::core::option::Option::None,)*
                    $($kept: ::std::vec::Vec::new(),)?
                }
            }
        }

        impl $crate::contract_3::Described for $object {
            fn with_id(id: $crate::Id) -> Self {
                Self::new(id)
            }

            fn field_table() -> $crate::contract_3::Table<'static> {
                static PACKED: $crate::contract_3::Packed<
                    { $object::FIELDS.len() },
                    { $crate::contract_3::packed_bytes($object::FIELDS) },
                > = $crate::contract_3::Packed::new($object::API_NAME, $object::FIELDS);
                PACKED.table()
            }

            fn own_id(&self) -> $crate::Id {
                self.id
            }

            fn set_id(&mut self, id: $crate::Id) {
                self.id = id;
            }

            fn slot(&mut self, index: ::core::primitive::usize) -> $crate::contract_3::Slot<'_> {
                match index {
                    $($index => $crate::contract_3::Slot::from(&mut self.$field),)*
                    _ => $crate::contract_3::Slot::Unknown,
                }
            }

            fn value(&self, index: ::core::primitive::usize) -> $crate::contract_3::Value<'_> {
                match index {
                    $($index => $crate::contract_3::Value::from(&self.$field),)*
                    _ => $crate::contract_3::Value::Null,
                }
            }

            fn on_unknown(&mut self) -> $crate::contract_3::OnUnknown<'_> {
                $crate::contract_3::OnUnknown::$unknown $((&mut self.$kept))?
            }
        }
    };
}

/// Implements serde's traits for a generated type, in the shape of Salesforce's REST API.
///
/// Generated code calls it, so that its crate need not depend on serde.
#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! __contract_3_serde {
    ($object:ident) => {
        impl $crate::serde::Serialize for $object {
            fn serialize<S: $crate::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::contract_3::serialize(self, serializer)
            }
        }

        impl<'de> $crate::serde::Deserialize<'de> for $object {
            fn deserialize<D: $crate::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::contract_3::deserialize(deserializer)
            }
        }
    };
}

/// Says which feature is missing.
#[cfg(not(feature = "serde"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __contract_3_serde {
    ($object:ident) => {
        ::core::compile_error!(
            "this code was generated with `--serde`, which needs the feature `serde` of sf-outbound: write \
             `sf-outbound = { version = \"…\", features = [\"serde\"] }`, or generate again without it"
        );
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
