//! What a listener shows: messages, and what else happens.

use super::table::table;
use crate::args::Format;
use crate::commands::decode::json;
use sf_outbound::jiff::Timestamp;
use sf_outbound::{Notifications, Record};
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use terminal_size::{Width, terminal_size};

/// Messages go to standard output; with JSON all else goes to standard error, so that a pipe carries messages only.
pub(super) struct Log {
    format: Format,
    width: Option<u16>,
    is_closed: AtomicBool,
}

impl Log {
    pub(super) fn new(format: Format, width: Option<u16>) -> Self {
        Self { format, width, is_closed: AtomicBool::new(false) }
    }

    /// Shows a message under a line about it.
    pub(super) fn message(&self, about: &str, message: &Notifications<Record>, again: &[bool]) {
        match self.format {
            Format::Text => self.out(&format!("{about}\n{}", table(message, again, self.columns()))),
            Format::Json => match json(message) {
                Ok(line) => self.out(&line),
                Err(failure) => self.note(failure.text()),
            },
        }
    }

    /// Shows what happens beside the messages.
    pub(super) fn note(&self, line: &str) {
        match self.format {
            Format::Text => self.out(&format!("{line}\n")),
            // When standard error is gone, nobody is left to tell.
            Format::Json => drop(writeln!(io::stderr(), "{line}")),
        }
    }

    /// Whether the reader of standard output has gone: what is shown reaches nobody.
    pub(super) fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::Relaxed)
    }

    fn columns(&self) -> Option<usize> {
        self.width.or_else(|| terminal_size().map(|(Width(columns), _)| columns)).map(usize::from)
    }

    /// One piece, so that messages that come at once do not mix.
    fn out(&self, text: &str) {
        let mut out = io::stdout().lock();
        if out.write_all(text.as_bytes()).and_then(|()| out.flush()).is_err() {
            self.is_closed.store(true, Ordering::Relaxed);
        }
    }
}

/// The time of day in UTC.
pub(super) fn now() -> String {
    Timestamp::now().strftime("%H:%M:%SZ").to_string()
}
