//! What a program hears of each message that goes, byte for byte.

use crate::fault::Fault;
use std::time::Duration;

/// A message that is about to go.
///
/// # Example
///
/// ```
/// use sf_outbound_sender::{Builder, Incoming, Outgoing};
///
/// /// Counts bytes, and tells what came of them.
/// fn told(builder: Builder) -> Builder {
///     builder.recorder(|outgoing: &Outgoing<'_>| {
///         let bytes = outgoing.body.len();
///         move |incoming: &Incoming<'_>| println!("{bytes} bytes, answered in {:?}", incoming.took)
///     })
/// }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Outgoing<'m> {
    /// Name of the outbound message.
    pub message: &'m str,
    /// The endpoint's URL. It can carry a secret: show it with `sf_outbound_wsdl::public_address`.
    pub endpoint: &'m str,
    /// The whole body, also where a rehearsal lets the listener have a part of it.
    pub body: &'m [u8],
}

/// What came back of a message.
#[derive(Debug, Clone, Copy)]
pub struct Incoming<'m> {
    /// Status and body; `None` where there was no reply, or a rehearsal has taken it away.
    pub reply: Option<(u16, &'m [u8])>,
    /// From the message to its reply.
    pub took: Duration,
    /// What was rehearsed.
    pub rehearsed: &'m [Fault],
}

/// Is to hear what came back of one message.
type Answered = Box<dyn FnOnce(&Incoming<'_>)>;
/// Hears of each message.
pub(crate) type Recorder = Box<dyn Fn(&Outgoing<'_>) -> Answered + Send + Sync>;

/// The same of any function, which need not box what it gives.
pub(crate) fn boxed<A: FnOnce(&Incoming<'_>) + 'static>(
    recorder: impl Fn(&Outgoing<'_>) -> A + Send + Sync + 'static,
) -> Recorder {
    Box::new(move |outgoing| Box::new(recorder(outgoing)))
}
