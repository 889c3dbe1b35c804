//! Stored messages: a folder with the exact bytes of each, and what was answered. docs/CAPTURE.md defines the form.

use crate::files::{Failure, cannot};
use serde_json::json;
use sf_outbound::jiff::{SignedDuration, Timestamp, Unit};
use sf_outbound_wsdl::public_address;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

const REQUEST: &str = ".request.xml";
const REPLY: &str = ".reply.xml";
const FACTS: &str = ".reply.json";

/// A folder that messages are written to.
pub(crate) struct Capture {
    folder: PathBuf,
    /// The time in the last name: each is later, whatever the clock does.
    last: Mutex<Timestamp>,
}

/// A message that was written; its reply is to follow.
pub(crate) struct Entry {
    /// The path without what tells the three files apart.
    stem: String,
    at: Timestamp,
}

/// What was answered to a message, or that nothing was.
pub(crate) struct Exchange<'e> {
    /// Where the message went.
    pub(crate) endpoint: &'e str,
    /// The content type of the message.
    pub(crate) content_type: Option<&'e str>,
    /// Status and body; `None` where the connection ended without a reply.
    pub(crate) reply: Option<(u16, &'e [u8])>,
    /// From the message to its reply.
    pub(crate) took: Duration,
    /// What was rehearsed with it.
    pub(crate) rehearsed: &'e [&'e str],
}

impl Capture {
    /// Makes the folder where there is none.
    pub(crate) fn open(folder: &Path) -> Result<Self, Failure> {
        fs::create_dir_all(folder).map_err(|error| cannot("make", folder, &error))?;
        Ok(Self { folder: folder.to_owned(), last: Mutex::new(Timestamp::UNIX_EPOCH) })
    }

    /// Writes a message's bytes; they are on the disk when this returns.
    pub(crate) fn request(&self, body: &[u8]) -> io::Result<Entry> {
        let (mut file, entry) = self.create()?;
        file.write_all(body)?;
        file.sync_all()?;
        sync_folder(&self.folder)?;
        Ok(entry)
    }

    /// A file whose name is later than all before it, those of another process among them.
    fn create(&self) -> io::Result<(File, Entry)> {
        const STEP: SignedDuration = SignedDuration::from_micros(1);
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Timestamp::now().round(Unit::Microsecond).unwrap_or(*last);
        let mut at = now.max(*last + STEP);
        loop {
            let name = at.strftime("%Y%m%dT%H%M%S%.6fZ").to_string();
            let stem = self.folder.join(name).to_string_lossy().into_owned();
            match private(&format!("{stem}{REQUEST}")) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => at += STEP,
                file => {
                    *last = at;
                    return Ok((file?, Entry { stem, at }));
                }
            }
        }
    }
}

impl Entry {
    /// Writes what was answered.
    pub(crate) fn reply(&self, exchange: &Exchange<'_>) -> io::Result<()> {
        if let Some((_, body)) = exchange.reply {
            private(&format!("{}{REPLY}", self.stem))?.write_all(body)?;
        }
        let verdict = exchange.reply.map(|(status, body)| sf_outbound::verdict(Some(status), body));
        let reason = verdict.as_ref().map_or(Some("no reply"), |verdict| verdict.reason());
        let mut facts = json!({
            "time": self.at.to_string(),
            "endpoint": public_address(exchange.endpoint),
            "contentType": exchange.content_type,
            "status": exchange.reply.map(|reply| reply.0),
            "delivered": reason.is_none(),
            "reason": reason,
            "tookMillis": u64::try_from(exchange.took.as_millis()).unwrap_or(u64::MAX),
        });
        if !exchange.rehearsed.is_empty() {
            facts["rehearsed"] = json!(exchange.rehearsed);
        }
        private(&format!("{}{FACTS}", self.stem))?.write_all(format!("{facts:#}\n").as_bytes())
    }
}

/// A new file that only its owner reads: a message holds records, and may hold a session id.
fn private(path: &str) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// On Unix a new name is safe only when its folder is.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

/// The messages that a path stands for: itself, or those of a folder in the order of their names.
///
/// In a folder each file whose name ends in `.xml` is a message, but for those of replies.
pub(crate) fn messages(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let entries = fs::read_dir(path).map_err(|error| cannot("read", path, &error))?;
    let mut files = Vec::new();
    for entry in entries {
        let file = entry.map_err(|error| cannot("read", path, &error))?.path();
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        if name.ends_with(".xml") && !name.ends_with(REPLY) && file.is_file() {
            files.push(file);
        }
    }
    if files.is_empty() {
        return Err(Failure::Wrong(format!(
            "error: no message in {}\nhelp: a message ends in .xml",
            path.display()
        )));
    }
    files.sort();
    Ok(files)
}

/// The content type that a message was sent with, where its reply's facts stand beside it.
pub(crate) fn content_type(message: &Path) -> Option<String> {
    let stem = message.to_str()?.strip_suffix(REQUEST)?;
    let facts = fs::read(format!("{stem}{FACTS}")).ok()?;
    let facts: serde_json::Value = serde_json::from_slice(&facts).ok()?;
    facts["contentType"].as_str().map(str::to_owned)
}
