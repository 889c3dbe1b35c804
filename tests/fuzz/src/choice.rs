//! Bytes as a row of choices: the same bytes choose the same, and shorter bytes choose something simpler.

/// The bytes that have not chosen yet; where none are left, each choice is the first one.
pub(crate) struct Choice<'a>(pub(crate) &'a [u8]);

impl Choice<'_> {
    pub(crate) fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        let length = self.0.len().min(N);
        let (taken, rest) = self.0.split_at(length);
        bytes[..length].copy_from_slice(taken);
        self.0 = rest;
        bytes
    }

    pub(crate) fn number(&mut self) -> u64 {
        u64::from_le_bytes(self.bytes())
    }

    pub(crate) fn some<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        let [present] = self.bytes();
        (!present.is_multiple_of(4)).then(|| make(self))
    }

    /// A number below `many`.
    pub(crate) fn below(&mut self, many: u8) -> u8 {
        let [byte] = self.bytes();
        byte % many
    }

    /// True once in so many times.
    pub(crate) fn one_in(&mut self, many: u8) -> bool {
        self.below(many) == many - 1
    }

    /// One of a list of less than 256.
    pub(crate) fn of<T: Copy>(&mut self, list: &[T]) -> T {
        let [byte] = self.bytes();
        list[usize::from(byte) % list.len()]
    }
}
