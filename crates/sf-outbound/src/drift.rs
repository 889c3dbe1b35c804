//! What a server has seen of elements that the WSDL does not know, over its life.

use crate::message::Unknown;
use std::fmt;
use std::io::Write as _;
use std::sync::{Arc, Mutex, PoisonError};

/// Names that are kept, so that no sender can make the record grow: enough for a WSDL that is long out of date.
const NAMES: usize = 64;

/// Called with the name of an element when the server sees it for the first time.
type Hook = Arc<dyn Fn(&str) + Send + Sync>;

/// The shared record of a server and its clones.
#[derive(Clone, Default)]
pub(crate) struct Drift {
    seen: Arc<Mutex<Unknown>>,
    hook: Option<Hook>,
}

impl Drift {
    /// The same record with another hook.
    pub(crate) fn with_hook(&self, hook: Hook) -> Self {
        Self { seen: Arc::clone(&self.seen), hook: Some(hook) }
    }

    /// What has been seen so far.
    pub(crate) fn seen(&self) -> Unknown {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Counts the elements of a message, and tells each name that is new.
    pub(crate) fn note(&self, object: &str, unknown: &Unknown) {
        if unknown.elements == 0 {
            return;
        }
        // A hook may take its time, or ask the server: the lock is given back before.
        for name in self.new_names(unknown) {
            match &self.hook {
                Some(hook) => hook(&name),
                None => tell(object, &name),
            }
        }
    }

    fn new_names(&self, unknown: &Unknown) -> Vec<String> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.elements = seen.elements.saturating_add(unknown.elements);
        let mut new = Vec::new();
        for name in &unknown.names {
            if seen.names.len() < NAMES && !seen.names.contains(name) {
                seen.names.push(name.clone());
                new.push(name.clone());
            }
        }
        new
    }
}

/// One line on standard error. When that is gone, nobody is left to tell.
fn tell(object: &str, name: &str) {
    let _ = writeln!(
        std::io::stderr(),
        "sf-outbound: the WSDL of {object} does not know the element {name:?}: it is passed over and counted"
    );
}

impl fmt::Debug for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.seen().fmt(f)
    }
}
