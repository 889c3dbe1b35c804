//! Types of sObjects, described as generated code describes its own.

/// A type: of each field the Rust type, the API name and the kind.
macro_rules! object {
    ($name:ident { $($field:ident: $type:ty = $api_name:literal $kind:ident,)+ }) => {
        #[derive(Debug, Clone, Default, PartialEq)]
        struct $name {
            id: sf_outbound::Id,
            $($field: Option<$type>,)+
        }

        impl sf_outbound::SObject for $name {
            fn table() -> sf_outbound::Table<'static> {
                use sf_outbound::{Kind, Packed, Row, packed_bytes};

                const ROWS: &[Row] = &[$(($api_name, Kind::$kind)),+];
                static PACKED: Packed<{ ROWS.len() }, { packed_bytes(ROWS) }> =
                    Packed::new(stringify!($name), ROWS);
                PACKED.table()
            }

            fn id(&self) -> sf_outbound::Id {
                self.id
            }

            fn set_id(&mut self, id: sf_outbound::Id) {
                self.id = id;
            }

            fn slot(&mut self, index: usize) -> sf_outbound::Slot<'_> {
                let slots = [$(sf_outbound::Slot::from(&mut self.$field)),+];
                slots.into_iter().nth(index).unwrap_or(sf_outbound::Slot::Unknown)
            }

            fn value(&self, index: usize) -> sf_outbound::Value<'_> {
                let values = [$(sf_outbound::Value::from(&self.$field)),+];
                values.into_iter().nth(index).unwrap_or(sf_outbound::Value::Null)
            }
        }
    };
}
