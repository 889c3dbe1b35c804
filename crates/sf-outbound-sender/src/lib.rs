//! Salesforce's half of outbound messaging, on your own machine: records change, workflow rules fire, outbound
//! messages are queued durably, and a background process delivers them with Salesforce's schedule of retries.
//!
//! What an administrator configures is a [`Definition`]; a running organization is an [`Org`]. It is a library, so that
//! a listener's own tests can have an organization to listen to, with a clock that they drive:
//!
//! ```
//! use sf_outbound::{Id, Kind};
//! use sf_outbound_sender::{
//!     Definition, Evaluate, Field, ManualClock, Object, Org, OutboundMessage, Rule,
//! };
//! use std::io::{Read, Write};
//! use std::net::TcpListener;
//! use std::time::Duration;
//!
//! // The listener under test; this one can't make up its mind.
//! let listener = TcpListener::bind("127.0.0.1:0")?;
//! let endpoint = format!("http://{}/salesforce", listener.local_addr()?);
//! std::thread::spawn(move || {
//!     for (number, stream) in listener.incoming().flatten().enumerate() {
//!         let mut request = Vec::new();
//!         let mut part = [0; 4096];
//!         while !request.ends_with(b"</soapenv:Envelope>") {
//!             let read = (&stream).read(&mut part).unwrap();
//!             request.extend_from_slice(&part[..read]);
//!         }
//!         let ack = format!(
//!             r#"<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><notificationsResponse
//!             xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>{}</Ack></notificationsResponse></e:Body></e:Envelope>"#,
//!             number > 0,
//!         );
//!         write!(&stream, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{ack}", ack.len()).unwrap();
//!     }
//! });
//!
//! // The organization: `Definition::of_wsdl` and `read_definition` make the same of files.
//! let definition = Definition {
//!     organization_id: Id::literal("00D5w000000xyzA"),
//!     api_version: 61,
//!     objects: vec![Object {
//!         name: "Opportunity".into(),
//!         key_prefix: "006".into(),
//!         fields: vec![Field { name: "Name".into(), kind: Kind::Text, external_id: false }],
//!     }],
//!     rules: vec![Rule {
//!         name: "Every change".into(),
//!         object: "Opportunity".into(),
//!         active: true,
//!         evaluate: Evaluate::CreatedAndEveryEdit,
//!         criteria: vec![],
//!         logic: None,
//!         messages: vec!["Changed".into()],
//!     }],
//!     messages: vec![OutboundMessage {
//!         name: "Changed".into(),
//!         action_id: Id::literal("04k5w0000000001"),
//!         object: "Opportunity".into(),
//!         fields: vec!["Name".into()],
//!         endpoint,
//!         protected: false,
//!         user: None,
//!     }],
//! };
//! let clock = ManualClock::default();
//! let org = Org::builder(definition).clock(clock.clone()).start()?;
//!
//! org.create("Opportunity", [("Name", "Acme")])?;
//! org.settle()?;
//! assert_eq!(org.attempts("Changed", 1)?[0].reason.as_deref(), Some("SOAP response was a nack."));
//!
//! clock.advance(Duration::from_secs(30));
//! org.settle()?;
//! assert_eq!(org.attempts("Changed", 1)?[0].reason, None);
//! org.stop();
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! What to know:
//! - An operation that has returned is on the disk: the record, and what its rules queue, in one transaction.
//! - Each firing of a rule is a notification of its own. It carries the values that its record has at delivery, not
//!   those with which it was queued.
//! - Deliveries are at least once and not in order, as in reality.
//! - No error, log or reply shows a record's value, and endpoints are shown without their secrets; the log keeps the first
//!   4 KB of what an endpoint replies.

#![cfg_attr(
    not(all(feature = "config", feature = "server")),
    allow(dead_code, unused_imports, reason = "what file and server alone ask for")
)]

#[cfg(all(doctest, feature = "config", feature = "server"))]
#[doc = include_str!("../README.md")]
mod readme {}

mod codes;
#[cfg(feature = "config")]
mod config;
mod definition;
mod delivery;
mod error;
mod fault;
mod ids;
mod operator;
mod org;
mod records;
mod rehearsal;
mod rules;
#[cfg(feature = "server")]
mod server;
mod setup;
mod store;
mod values;

pub use codes::CODES;
#[cfg(feature = "config")]
pub use config::{Reading, read_definition};
pub use definition::endpoint::check_endpoint;
pub use definition::{
    Criterion, Definition, Evaluate, Field, Logic, Object, Operator, OutboundMessage, Rule,
};
pub use delivery::clock::{Alarm, Clock, ManualClock, SystemClock};
pub use delivery::{Incoming, Outgoing, Schedule, Sent};
pub use error::Error;
pub use fault::Fault;
pub use operator::{Departure, Failed, MessageStatus, Outcome, Waiting};
pub use org::{Builder, Org};
pub use records::{Done, Operation};
pub use rehearsal::Rehearsal;
pub use rules::LogicError;
#[cfg(feature = "server")]
pub use server::Rest;
pub use values::{Changes, Values};
