//! What a disk holds after a power cut: all that was synced, and a part of the rest.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

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

/// The log of a process.
pub(crate) struct Recording(Vec<Entry>);

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
    pub(crate) fn read(path: &Path) -> Self {
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

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn syncs(&self) -> usize {
        self.0.iter().filter(|entry| matches!(entry, Entry::Sync { .. })).count()
    }

    /// Lines that the process had written before the cut.
    pub(crate) fn lines(&self, cut: usize) -> impl Iterator<Item = &str> {
        let texts = self.0[..cut].iter().filter_map(|entry| match entry {
            Entry::Line(text) => Some(text.as_str()),
            _ => None,
        });
        texts.flat_map(str::lines)
    }

    /// Writes the files of a disk whose power was cut before an entry.
    pub(crate) fn cut(&self, cut: usize, random: &mut fastrand::Rng, folder: &Path) {
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
