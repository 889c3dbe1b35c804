//! All that code generated from an outbound-message WSDL depends on: SOAP in and out, typed decoding, ids,
//! values, ack and fault, limits, and a server for any tower or hyper stack.
//!
//! Generated code comes from `sf-outbound-build` in a build script or from the command `sf-outbound`.
//! A listener then implements [`NotificationService`] for the generated type and mounts its [`Server`]; the crate's
//! README shows one.
//!
//! What to know before writing a listener:
//! - One [`Ack`] covers the whole message. Answer [`Ack::Accepted`] only when every notification is safe.
//! - Messages come at least once and out of order. [`Notification::id`] tells a repetition.
//! - A null field is not sent, so each field is an `Option`; [`Notification::sobject`] is `None` for a
//!   record that was deleted before delivery.
//!
//! What a message says between the lines is in [`SObject`]: created or updated, older or newer, a field by its API name.
//!
//! Features: `http` (on) makes the server a tower `Service`; `chrono`, `time` and `rust_decimal` are for code that was
//! generated with types of these crates; `serde` is for code that was generated with `--serde`, whose records it writes and
//! reads in the shape of Salesforce's REST API, and writes records of a schema and whole messages.
//!
//! Nothing here panics on any bytes, and no error, log or `Debug` holds a session id or a record's value
//! (but the `Debug` of a record, which shows its values).

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

mod ack;
mod codes;
mod contract;
mod decode;
mod drift;
mod encode;
mod envelope;
mod error;
mod failure;
mod gate;
#[cfg(feature = "http")]
mod http;
mod id;
#[cfg(feature = "serde")]
mod json;
mod limits;
mod message;
mod object;
mod raw;
mod reader;
mod record;
mod request;
mod router;
mod scan;
mod server;
mod service;
mod table;
mod value;
mod verdict;

pub use ack::{Ack, Fault, Reply};
pub use bytes::Bytes;
#[cfg(feature = "chrono")]
pub use chrono;
pub use codes::{CODES, Code};
#[doc(hidden)]
pub use contract::contract_3;
pub use decode::decode;
#[doc(hidden)]
pub use decode::decode_with_short_cuts;
#[doc(hidden)]
pub use envelope::ShortCuts;
pub use error::Error;
pub use failure::Failure;
pub use gate::Refusal;
#[cfg(feature = "http")]
pub use http::ResponseFuture;
pub use id::{Id, IdError};
pub use jiff;
pub use limits::Limits;
pub use message::{Notification, Notifications, SessionId, Unknown, UnknownElement};
pub use object::{EventKind, SObject};
pub use raw::RawRecord;
pub use reader::{RawReader, RecordReader};
pub use record::{Record, Schema, SchemaError};
pub use request::{ClientCertificate, Head, PeerAddr, Request};
pub use router::{RouteTaken, Router};
#[cfg(feature = "rust_decimal")]
pub use rust_decimal;
pub use scan::check_well_formed;
#[cfg(feature = "serde")]
pub use serde;
pub use server::Server;
pub use service::{BoxService, Call, NotificationService, ServiceFn, service_fn};
pub use table::Table;
#[cfg(feature = "time")]
pub use time;
pub use value::{Kind, OwnedValue, Value};
pub use verdict::{Verdict, verdict};
