//! A request's body as the HTTP client reads it, so that it can come slowly, or end before its end.
//!
//! What is sent stays the HTTP client's own business, so that it is the same by http and https.

use crate::delivery::Way;
use crate::fault::{Fault, Faults};
use std::io::{Error, ErrorKind, Read};
use std::time::Duration;

/// Into how many parts a slow body is cut.
const PARTS: usize = 20;
/// Said of a connection that was made to end.
const CUT: &str = "the connection ended in the middle of the request, as rehearsed";
/// Between two parts; shorter where the endpoint would not have half of its time left.
const PAUSE: Duration = Duration::from_millis(100);

/// A body on its way.
pub(crate) struct Trickle<'b> {
    rest: &'b [u8],
    /// Bytes of a part; the whole where it is not slow.
    part: usize,
    pause: Duration,
    /// After how many bytes the connection is to end.
    cut: Option<usize>,
    sent: usize,
    is_cut: bool,
}

impl<'b> Trickle<'b> {
    /// `timeout` is what the endpoint has for all of it.
    pub(crate) fn new(body: &'b [u8], faults: Faults, timeout: Duration) -> Self {
        let is_slow = faults.has(Faults::of(Fault::SlowBytes));
        let parts = if is_slow { PARTS } else { 1 };
        Self {
            rest: body,
            part: body.len().div_ceil(parts).max(1),
            pause: if is_slow { PAUSE.min(timeout / 40) } else { Duration::ZERO },
            cut: faults.has(Faults::of(Fault::Resets)).then_some(body.len() / 2),
            sent: 0,
            is_cut: false,
        }
    }
}

impl Way for Trickle<'_> {
    fn cut(&self) -> Option<&'static str> {
        self.is_cut.then_some(CUT)
    }

    fn happened(&self) -> Faults {
        let mut happened = Faults::default();
        if !self.pause.is_zero() && self.sent > 0 {
            happened.add(Faults::of(Fault::SlowBytes));
        }
        if self.is_cut {
            happened.add(Faults::of(Fault::Resets));
        }
        happened
    }
}

impl Read for Trickle<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let left = self.cut.map_or(usize::MAX, |cut| cut - self.sent);
        if left == 0 {
            self.is_cut = true;
            return Err(Error::new(ErrorKind::ConnectionReset, "rehearsed"));
        }
        if self.sent > 0 {
            std::thread::sleep(self.pause);
        }
        let length = self.rest.len().min(self.part).min(buffer.len()).min(left);
        let (part, rest) = self.rest.split_at(length);
        buffer[..length].copy_from_slice(part);
        self.rest = rest;
        self.sent += length;
        Ok(length)
    }
}
