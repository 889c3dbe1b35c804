//! A part of a verb's work, and where the figures of all parts stand.

use crate::repository::root;
use std::path::PathBuf;

/// A part of a verb's work.
pub(super) struct Part {
    pub(super) seed: u64,
    pub(super) from: u64,
    pub(super) count: u64,
}

impl Part {
    /// Different for each part of each seed.
    pub(super) fn seed(&self) -> u64 {
        self.seed.wrapping_mul(1_000_000_007).wrapping_add(self.from)
    }
}

/// The folder of the figures.
pub(super) fn folder() -> PathBuf {
    root().join("target/soak")
}
