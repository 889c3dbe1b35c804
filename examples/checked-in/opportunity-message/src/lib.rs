//! Types and server trait of the Salesforce outbound message on Opportunity, generated from `opportunity.wsdl`.

mod generated;

pub use generated::*;
