//! `org --record`: messages and replies, in the form of docs/CAPTURE.md.

use crate::capture::{Capture, Exchange};
use crate::files::Failure;
use sf_outbound_sender::{Builder, Fault};
use std::fmt::Display;
use std::io::Write;
use std::path::Path;

/// What each message of the organization is sent with.
const CONTENT_TYPE: &str = "text/xml; charset=UTF-8";

/// The builder of an organization that keeps what it sends in a folder.
///
/// A message that cannot be kept is told on standard error, and sent: the listener is not to feel the recording.
///
/// **Errors.** That the folder cannot be made.
pub(super) fn recorded(builder: Builder, folder: &Path) -> Result<Builder, Failure> {
    let capture = Capture::open(folder)?;
    Ok(builder.recorder(move |outgoing| {
        let entry = capture.request(outgoing.body).map_err(|error| tell("a message", &error)).ok();
        let endpoint = outgoing.endpoint.to_owned();
        move |incoming| {
            let rehearsed: Vec<_> = incoming.rehearsed.iter().copied().map(Fault::name).collect();
            let exchange = Exchange {
                endpoint: &endpoint,
                content_type: Some(CONTENT_TYPE),
                reply: incoming.reply,
                took: incoming.took,
                rehearsed: &rehearsed,
            };
            if let Some(Err(error)) = entry.map(|entry| entry.reply(&exchange)) {
                tell("a reply", &error);
            }
        }
    }))
}

fn tell(what: &str, error: &dyn Display) {
    // When standard error is gone, nobody is left to tell.
    let _ = writeln!(std::io::stderr(), "error: cannot keep {what}: {error}");
}
