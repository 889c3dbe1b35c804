//! `org wsdl`: the WSDL of an outbound message, for the listener.

use super::source::described;
use crate::args::org::Wsdl;
use crate::files::{Failure, print};
use sf_outbound_sender::OutboundMessage;

pub(super) fn run(arguments: &Wsdl) -> Result<(), Failure> {
    let definition = described(&arguments.file)?.definition;
    let names =
        || definition.messages.iter().map(|message| message.name.as_str()).collect::<Vec<_>>().join(", ");
    let message: &OutboundMessage = match (&arguments.name, definition.messages.as_slice()) {
        (None, [only]) => only,
        (None, _) => return Err(Failure::Usage(format!("error: say which outbound message: {}", names()))),
        (Some(name), messages) => messages.iter().find(|message| message.name == *name).ok_or_else(|| {
            Failure::Wrong(format!(
                "error: no outbound message is named `{name}`\nhelp: there are {}",
                names()
            ))
        })?,
    };
    print(if arguments.keep_address { definition.wsdl(message) } else { definition.public_wsdl(message) })
}
