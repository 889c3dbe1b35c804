//! Which predictions came true: counted in tests alone, so that one which never does is seen.

/// A way to pass over what was predicted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hit {
    /// The start tags before the header.
    Head,
    NilSession,
    Notification,
    Record,
    /// The start of a notification as the one before it.
    Again,
    /// A field that came as it came before.
    Shaped,
    /// The end tags behind the notifications.
    Tail,
    /// An element that was predicted by name.
    Element,
    /// An element of any name.
    Leaf,
}

/// Nothing, but in tests.
#[inline]
pub(super) fn note(hit: Hit) {
    #[cfg(test)]
    counted::HITS.with_borrow_mut(|hits| hits.push(hit));
    #[cfg(not(test))]
    let _ = hit;
}

/// Counts a field that was read by the shape of the record before.
#[inline]
pub(crate) fn note_shaped() {
    note(Hit::Shaped);
}

#[cfg(test)]
pub(crate) mod counted {
    use super::Hit;
    use std::cell::RefCell;

    thread_local! {
        pub(super) static HITS: RefCell<Vec<Hit>> = const { RefCell::new(Vec::new()) };
    }

    /// The hits of this thread since it was asked last.
    pub(crate) fn taken() -> Vec<Hit> {
        HITS.take()
    }
}
