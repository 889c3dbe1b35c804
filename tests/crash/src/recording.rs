//! What a disk holds after a power cut: all that was synced, and a part of the rest.

// Of a test: what can't be done ends it.
#![allow(clippy::missing_panics_doc, clippy::must_use_candidate)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What a disk writes whole.
const SECTOR: usize = 512;

/// One entry of the recorder's log.
#[derive(Debug)]
enum Entry {
    Name { file: u8, name: String },
    Write { file: u8, offset: usize, bytes: Vec<u8> },
    Truncate { file: u8, length: usize },
    Sync { file: u8 },
    Unlink { name: String },
    Line(String),
}

/// A library that is loaded into a process, and notes what it does to the files of one folder.
#[derive(Debug)]
pub struct Recorder(PathBuf);

impl Recorder {
    /// Builds it into a folder; `Err` says what this machine lacks.
    pub fn build(folder: &Path) -> Result<Self, &'static str> {
        if !cfg!(target_os = "linux") || Command::new("cc").arg("--version").output().is_err() {
            return Err("it needs Linux and a C compiler");
        }
        let library = folder.join("record.so");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/record.c");
        let compiled =
            Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).arg(source).status();
        assert!(compiled.unwrap().success());
        Ok(Self(library))
    }

    /// Makes a command note what it does to the files of a folder, and the lines that it prints.
    pub fn record(&self, command: &mut Command, folder: &Path, log: &Path) {
        command.env("LD_PRELOAD", &self.0).env("RECORD_FOLDER", folder).env("RECORD_LOG", log);
    }
}

/// The log of a process.
#[derive(Debug)]
pub struct Recording(Vec<Entry>);

/// A change of a file that was not synced yet.
enum Pending<'r> {
    Write(usize, &'r [u8]),
    Truncate(usize),
}

/// A file as its blocks on the disk and what is on its way there.
#[derive(Default)]
struct Disk<'r> {
    durable: Vec<u8>,
    pending: Vec<Pending<'r>>,
}

impl Recording {
    /// Reads a log.
    pub fn read(path: &Path) -> Self {
        let bytes = fs::read(path).unwrap();
        let mut rest = bytes.as_slice();
        let mut entries = Vec::new();
        while let Some((head, after)) = rest.split_at_checked(14) {
            let offset = usize::try_from(u64::from_ne_bytes(head[2..10].try_into().unwrap())).unwrap();
            let length = u32::from_ne_bytes(head[10..14].try_into().unwrap()) as usize;
            let (bytes, after) = after.split_at(length);
            rest = after;
            let text = || String::from_utf8_lossy(bytes).into_owned();
            let file = head[1];
            entries.push(match head[0] {
                b'N' => Entry::Name { file, name: text() },
                b'W' => Entry::Write { file, offset, bytes: bytes.to_vec() },
                b'T' => Entry::Truncate { file, length: offset },
                b'S' => Entry::Sync { file },
                b'U' => Entry::Unlink { name: text() },
                b'A' => Entry::Line(text()),
                kind => panic!("entry of kind {kind}"),
            });
        }
        Self(entries)
    }

    /// Its entries.
    #[allow(clippy::len_without_is_empty)]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// How often something was synced.
    pub fn syncs(&self) -> usize {
        self.0.iter().filter(|entry| matches!(entry, Entry::Sync { .. })).count()
    }

    /// Lines that the process had written before the cut.
    pub fn lines(&self, cut: usize) -> impl Iterator<Item = &str> {
        let texts = self.0[..cut].iter().filter_map(|entry| match entry {
            Entry::Line(text) => Some(text.as_str()),
            _ => None,
        });
        texts.flat_map(str::lines)
    }

    /// The same of a disk that says it has synced a file with such an ending, and has not: a control, with which a check must
    /// find losses.
    #[must_use]
    pub fn of_a_disk_that_lies(self, ending: &str) -> Self {
        let mut is_of_it = BTreeMap::new();
        let entries = self.0.into_iter().filter(|entry| match entry {
            Entry::Name { file, name } => {
                is_of_it.insert(*file, name.ends_with(ending));
                true
            }
            Entry::Sync { file } => !is_of_it.get(file).copied().unwrap_or_default(),
            _ => true,
        });
        Self(entries.collect())
    }

    /// Writes the files of a disk whose power was cut before an entry.
    pub fn cut(&self, cut: usize, random: &mut fastrand::Rng, folder: &Path) {
        let mut names: BTreeMap<u8, &str> = BTreeMap::new();
        let mut disks: BTreeMap<&str, Disk<'_>> = BTreeMap::new();
        for entry in &self.0[..cut] {
            match entry {
                Entry::Name { file, name } => {
                    names.insert(*file, name);
                    disks.entry(name).or_default();
                }
                Entry::Write { file, offset, bytes } => {
                    let pending = Pending::Write(*offset, bytes);
                    disks.get_mut(names[file]).unwrap().pending.push(pending);
                }
                Entry::Truncate { file, length } => {
                    disks.get_mut(names[file]).unwrap().pending.push(Pending::Truncate(*length));
                }
                Entry::Sync { file } => disks.get_mut(names[file]).unwrap().sync(),
                Entry::Unlink { name } => drop(disks.remove(name.as_str())),
                Entry::Line(_) => {}
            }
        }
        // How much of what was on its way has arrived, of each cut.
        let kept = [0.0, 0.5, 0.9, 1.0][random.usize(..4)];
        // The folder itself has the empty name: it was opened to be synced.
        for (name, mut disk) in disks.into_iter().filter(|(name, _)| !name.is_empty()) {
            disk.lose(kept, random);
            fs::write(folder.join(name.trim_start_matches('/')), disk.durable).unwrap();
        }
    }
}

impl Disk<'_> {
    fn sync(&mut self) {
        for pending in std::mem::take(&mut self.pending) {
            self.apply(&pending, |_| true);
        }
    }

    /// Of what is pending a part arrives, torn at sectors.
    fn lose(&mut self, kept: f64, random: &mut fastrand::Rng) {
        for pending in std::mem::take(&mut self.pending) {
            if random.f64() < kept {
                let is_torn = random.u8(..4) == 0;
                self.apply(&pending, |_| !is_torn || random.bool());
            }
        }
    }

    fn apply(&mut self, pending: &Pending<'_>, mut arrives: impl FnMut(usize) -> bool) {
        match pending {
            Pending::Truncate(length) => self.durable.resize(*length, 0),
            Pending::Write(offset, bytes) => {
                for (sector, part) in bytes.chunks(SECTOR).enumerate() {
                    let start = offset + sector * SECTOR;
                    if arrives(sector) {
                        if self.durable.len() < start + part.len() {
                            self.durable.resize(start + part.len(), 0);
                        }
                        self.durable[start..start + part.len()].copy_from_slice(part);
                    }
                }
            }
        }
    }
}
