//! Which Rust type a field gets.

use crate::options::{Dates, Options};
use proc_macro2::TokenStream;
use quote::quote;
use sf_outbound_wsdl::{Field, XsdType};

/// The path of the runtime.
pub(crate) fn runtime(options: &Options) -> TokenStream {
    let path = options.runtime.as_deref().unwrap_or("::sf_outbound");
    // Options are checked when they are set.
    path.parse().unwrap_or_default()
}

/// The Rust type of a field's value, without its `Option`.
pub(crate) fn rust_type(field: &Field, options: &Options) -> TokenStream {
    let runtime = runtime(options);
    let is_date = matches!(field.xsd_type, XsdType::Date | XsdType::DateTime | XsdType::Time);
    if is_date && options.dates == Dates::Text {
        return quote!(::std::string::String);
    }
    let is_decimal = || options.decimal.iter().any(|pattern| pattern.matches(&field.name));
    match (field.xsd_type, options.dates) {
        (XsdType::Id, _) => quote!(#runtime::Id),
        (XsdType::Text | XsdType::Decimal, _) => quote!(::std::string::String),
        (XsdType::Boolean, _) => quote!(::core::primitive::bool),
        (XsdType::Int, _) => quote!(::core::primitive::i32),
        (XsdType::Long, _) => quote!(::core::primitive::i64),
        (XsdType::Double, _) if is_decimal() => quote!(#runtime::rust_decimal::Decimal),
        (XsdType::Double, _) => quote!(::core::primitive::f64),
        (XsdType::Binary, _) => quote!(::std::vec::Vec<::core::primitive::u8>),
        (XsdType::Date, Dates::Chrono) => quote!(#runtime::chrono::NaiveDate),
        (XsdType::DateTime, Dates::Chrono) => quote!(#runtime::chrono::DateTime<#runtime::chrono::Utc>),
        (XsdType::Time, Dates::Chrono) => quote!(#runtime::chrono::NaiveTime),
        (XsdType::Date, Dates::Time) => quote!(#runtime::time::Date),
        (XsdType::DateTime, Dates::Time) => quote!(#runtime::time::OffsetDateTime),
        (XsdType::Time, Dates::Time) => quote!(#runtime::time::Time),
        (XsdType::Date, _) => quote!(#runtime::jiff::civil::Date),
        (XsdType::DateTime, _) => quote!(#runtime::jiff::Timestamp),
        (XsdType::Time, _) => quote!(#runtime::jiff::civil::Time),
    }
}

/// The runtime's name of a type: `Kind::Double`.
pub(crate) fn kind(xsd_type: XsdType) -> &'static str {
    match xsd_type {
        XsdType::Id => "Id",
        XsdType::Text => "Text",
        XsdType::Boolean => "Boolean",
        XsdType::Int => "Int",
        XsdType::Long => "Long",
        XsdType::Double => "Double",
        XsdType::Decimal => "Decimal",
        XsdType::Date => "Date",
        XsdType::DateTime => "DateTime",
        XsdType::Time => "Time",
        XsdType::Binary => "Binary",
    }
}
