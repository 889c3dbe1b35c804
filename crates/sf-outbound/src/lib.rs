//! All that code generated from an outbound-message WSDL depends on: SOAP in and out, typed decoding, ids,
//! values, ack and fault, limits, and a server for any tower or hyper stack.
//!
//! Generated code comes from `sf-outbound-build` in a build script or from the command `sf-outbound`.
//! A listener then implements the generated `NotificationService` and mounts its `NotificationServer`;
//! the crate's README shows one.
//!
//! What to know before writing a listener:
//! - One [`Ack`] covers the whole message. Answer [`Ack::Accepted`] only when every notification is safe.
//! - Messages come at least once and out of order. [`Notification::id`] tells a repetition.
//! - A null field is not sent, so each field is an `Option`; [`Notification::sobject`] is `None` for a
//!   record that was deleted before delivery.
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
mod gate;
#[cfg(feature = "http")]
mod http;
mod id;
mod limits;
mod message;
mod object;
mod reader;
mod record;
mod scan;
mod server;
mod value;
mod verdict;

pub use ack::{Ack, Fault, Reply};
pub use bytes::Bytes;
pub use codes::{CODES, Code};
pub use decode::decode;
#[doc(hidden)]
pub use decode::decode_with_short_cuts;
#[doc(hidden)]
pub use envelope::ShortCuts;
pub use error::Error;
pub use gate::Refusal;
pub use id::{Id, IdError};
pub use jiff;
pub use limits::Limits;
pub use message::{Notification, Notifications, SessionId, Unknown};
pub use object::{Packed, Row, SObject, Table, packed_bytes};
pub use reader::RecordReader;
pub use record::{DuplicateField, Record, Schema};
pub use scan::check_well_formed;
pub use server::{Dispatch, Head, Server};
pub use value::{Kind, OwnedValue, Slot, Value};
pub use verdict::{Verdict, verdict};
