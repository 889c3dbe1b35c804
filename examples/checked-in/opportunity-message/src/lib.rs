//! Types and server trait of the Salesforce outbound message on Opportunity, generated from `opportunity.wsdl`.

#[rustfmt::skip] // Generated text is compared byte for byte.
mod generated;

pub use generated::*;
