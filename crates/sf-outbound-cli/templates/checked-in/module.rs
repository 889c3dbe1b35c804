/// Types and server trait, generated from `wsdl/{{wsdl}}`.
#[rustfmt::skip] // Generated text is compared byte for byte.
pub mod {{module}};
