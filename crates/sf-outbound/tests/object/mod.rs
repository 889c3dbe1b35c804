//! Types of sObjects, described as generated code describes its own.

/// A type: of each field its index, the Rust type, the API name and the kind.
macro_rules! object {
    ($name:ident { $($index:literal $field:ident: $type:ty = $api_name:literal $kind:ident,)+ }) => {
        #[derive(Debug, Clone, PartialEq)]
        struct $name {
            id: sf_outbound::Id,
            $($field: Option<$type>,)+
        }

        impl $name {
            const API_NAME: &'static str = stringify!($name);
            const FIELDS: &'static [(&'static str, sf_outbound::Kind)] =
                &[$(($api_name, sf_outbound::Kind::$kind)),+];
        }

        sf_outbound::contract! { 3 record $name { $($index $field,)+ } Skip }
    };
}
