//! Which Rust type a field gets.

use crate::options::{Dates, Options};
use proc_macro2::TokenStream;
use quote::quote;
use sf_outbound_field::{EveryKind, Family};
use sf_outbound_wsdl::Field;

/// The path of the runtime.
pub(crate) fn runtime(options: &Options) -> TokenStream {
    let path = options.runtime.as_deref().unwrap_or("::sf_outbound");
    // Options are checked when they are set.
    path.parse().unwrap_or_default()
}

/// The Rust type of a field's value, without its `Option`.
pub(crate) fn rust_type(field: &Field, options: &Options) -> TokenStream {
    let runtime = runtime(options);
    let is_date = matches!(field.kind.family(), Family::Date | Family::DateTime | Family::Time);
    if is_date && options.dates == Dates::Text {
        return quote!(::std::string::String);
    }
    let is_decimal = || options.decimal.iter().any(|pattern| pattern.matches(&field.name));
    match (field.kind.every(), options.dates) {
        (EveryKind::Id, _) => quote!(#runtime::Id),
        (EveryKind::Text | EveryKind::Decimal, _) => quote!(::std::string::String),
        (EveryKind::Boolean, _) => quote!(::core::primitive::bool),
        (EveryKind::Int, _) => quote!(::core::primitive::i32),
        (EveryKind::Long, _) => quote!(::core::primitive::i64),
        (EveryKind::Double, _) if is_decimal() => quote!(#runtime::rust_decimal::Decimal),
        (EveryKind::Double, _) => quote!(::core::primitive::f64),
        (EveryKind::Binary, _) => quote!(::std::vec::Vec<::core::primitive::u8>),
        (EveryKind::Date, Dates::Chrono) => quote!(#runtime::chrono::NaiveDate),
        (EveryKind::DateTime, Dates::Chrono) => quote!(#runtime::chrono::DateTime<#runtime::chrono::Utc>),
        (EveryKind::Time, Dates::Chrono) => quote!(#runtime::chrono::NaiveTime),
        (EveryKind::Date, Dates::Time) => quote!(#runtime::time::Date),
        (EveryKind::DateTime, Dates::Time) => quote!(#runtime::time::OffsetDateTime),
        (EveryKind::Time, Dates::Time) => quote!(#runtime::time::Time),
        (EveryKind::Date, _) => quote!(#runtime::jiff::civil::Date),
        (EveryKind::DateTime, _) => quote!(#runtime::jiff::Timestamp),
        (EveryKind::Time, _) => quote!(#runtime::jiff::civil::Time),
    }
}
