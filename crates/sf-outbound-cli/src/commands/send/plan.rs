//! What is to be sent, in which order, changed how.

use super::change::{Changes, Round};
use crate::args::Send;
use crate::capture;
use crate::commands::sample;
use crate::files::{Failure, bytes};
use sf_outbound::jiff::{SignedDuration, Timestamp};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// As Salesforce spells it.
const CONTENT_TYPE: &str = "text/xml; charset=UTF-8";

/// A message that is ready to go.
pub(super) struct Message {
    pub(super) name: String,
    pub(super) content_type: String,
    pub(super) body: Vec<u8>,
}

/// The messages of one round, and how many rounds there are.
pub(super) struct Plan {
    sources: Vec<Source>,
    changes: Option<Changes>,
    /// The sources that nothing can be changed in, in their order.
    fixed: Vec<usize>,
    /// The newest dateTime of all messages.
    newest: Option<Timestamp>,
    /// When each round begins: what its times are moved to.
    begins: Vec<OnceLock<Timestamp>>,
}

enum Source {
    File(PathBuf),
    /// What cannot be read again: standard input, or a sample.
    Bytes(PathBuf, Vec<u8>),
}

impl Plan {
    /// Looks at every message that is to be changed; what cannot be changed is told, and goes out as it is.
    pub(super) fn new(arguments: &Send) -> Result<Self, Failure> {
        let sources = sources(arguments)?;
        let changes = Changes::new(arguments);
        let (mut newest, mut fixed) = (None, Vec::new());
        for (index, source) in sources.iter().enumerate() {
            let Some(changes) = changes else { break };
            match changes.newest(&source.read()?) {
                Ok(time) => newest = newest.max(time),
                Err(why) => {
                    fixed.push(index);
                    // When standard error is gone, nobody is left to tell.
                    let name = source.name().display();
                    let _ = writeln!(io::stderr(), "{name}: note: sent as it is: {why}");
                }
            }
        }
        let begins = (0..arguments.repeat.get()).map(|_| OnceLock::new()).collect();
        Ok(Self { sources, changes, fixed, newest, begins })
    }

    /// How many messages there are to send.
    pub(super) fn total(&self) -> u64 {
        self.sources.len() as u64 * self.begins.len() as u64
    }

    /// The message of a number below the total.
    pub(super) fn message(&self, number: u64) -> Result<Message, Failure> {
        let number = usize::try_from(number).unwrap_or(usize::MAX);
        let (round, index) = (number / self.sources.len(), number % self.sources.len());
        let source = &self.sources[index];
        let mut body = source.read()?;
        if let Some(changes) = self.changes.filter(|_| self.fixed.binary_search(&index).is_err()) {
            let begin = *self.begins[round].get_or_init(Timestamp::now);
            let shift = self.newest.map_or(SignedDuration::ZERO, |newest| begin.duration_since(newest));
            let number = u32::try_from(round).unwrap_or(u32::MAX);
            // A file that was changed since goes out as it is.
            body = changes.apply(&body, Round { number, shift }).unwrap_or(body);
        }
        let content_type = capture::content_type(source.name()).unwrap_or_else(|| CONTENT_TYPE.to_owned());
        Ok(Message { name: source.name().display().to_string(), content_type, body })
    }
}

fn sources(arguments: &Send) -> Result<Vec<Source>, Failure> {
    if let (Some(count), Some(wsdl)) = (arguments.sample, &arguments.wsdl) {
        let bytes = sample::bytes(wsdl, &arguments.types.mappings, count, arguments.seed)?;
        return Ok(vec![Source::Bytes(PathBuf::from("sample"), bytes)]);
    }
    let mut sources = Vec::new();
    for path in &arguments.messages {
        if path == Path::new("-") {
            sources.push(Source::Bytes(path.clone(), bytes(path)?));
        } else {
            sources.extend(capture::messages(path)?.into_iter().map(Source::File));
        }
    }
    if sources.is_empty() {
        return Err(Failure::Usage("error: give a message, or --sample with --wsdl".into()));
    }
    Ok(sources)
}

impl Source {
    fn name(&self) -> &Path {
        let (Self::File(name) | Self::Bytes(name, _)) = self;
        name
    }

    fn read(&self) -> Result<Vec<u8>, Failure> {
        match self {
            Self::File(file) => bytes(file),
            Self::Bytes(_, bytes) => Ok(bytes.clone()),
        }
    }
}
