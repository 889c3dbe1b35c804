//! What keeps deliveries from going on: told once when it begins, and once when all of it is over.

use crate::error::Error;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};

/// Is told a trouble when it begins, and `None` when there is none any more.
pub(crate) type Listener = Box<dyn Fn(Option<&Error>) + Send + Sync>;

/// Who is in trouble.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Who {
    /// The lane itself, mostly with the file.
    Lane(usize),
    /// The program's recorder, in this lane.
    Recorder(usize),
    /// The program's observer, in this lane.
    Observer(usize),
}

/// The troubles that there are.
#[derive(Default)]
pub(crate) struct Troubles {
    present: Mutex<BTreeMap<Who, Error>>,
    listener: Option<Listener>,
}

impl Troubles {
    pub(crate) fn new(listener: Option<Listener>) -> Self {
        Self { present: Mutex::default(), listener }
    }

    /// The first of them.
    pub(crate) fn first(&self) -> Option<Error> {
        self.present.lock().unwrap_or_else(PoisonError::into_inner).values().next().cloned()
    }

    /// Somebody is in trouble, perhaps the same as before or as another.
    pub(crate) fn begin(&self, who: Who, error: &Error) {
        let is_new = {
            let mut present = self.present.lock().unwrap_or_else(PoisonError::into_inner);
            let is_new = present.values().all(|known| known != error);
            present.insert(who, error.clone());
            is_new
        };
        if is_new {
            self.tell(Some(error));
        }
    }

    /// Somebody is in no trouble.
    pub(crate) fn end(&self, who: Who) {
        let is_last = {
            let mut present = self.present.lock().unwrap_or_else(PoisonError::into_inner);
            present.remove(&who).is_some() && present.is_empty()
        };
        if is_last {
            self.tell(None);
        }
    }

    fn tell(&self, trouble: Option<&Error>) {
        if let Some(listener) = &self.listener {
            // Whoever is to hear of troubles and panics can't be told of that.
            drop(catch_unwind(AssertUnwindSafe(|| listener(trouble))));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codes;
    use std::sync::Arc;

    #[test]
    fn each_trouble_is_told_once_and_the_end_of_the_last() {
        let told = Arc::new(Mutex::new(Vec::new()));
        let telling = Arc::clone(&told);
        let troubles = Troubles::new(Some(Box::new(move |trouble| {
            telling.lock().unwrap().push(trouble.map(|error| error.message().to_owned()));
            panic!("nobody is hurt");
        })));
        let error = |text: &str| Error::trouble(&codes::STORE_FAILED, text);
        troubles.end(Who::Lane(0));
        for _ in 0..3 {
            troubles.begin(Who::Lane(0), &error("full"));
            troubles.begin(Who::Lane(1), &error("full"));
        }
        assert_eq!(troubles.first(), Some(error("full")));
        troubles.end(Who::Lane(0));
        troubles.begin(Who::Observer(1), &error("panic"));
        troubles.end(Who::Lane(1));
        troubles.end(Who::Observer(1));
        troubles.end(Who::Observer(1));
        let full = || Some("full".to_owned());
        assert_eq!(*told.lock().unwrap(), [full(), Some("panic".to_owned()), None]);
        assert_eq!(troubles.first(), None);
    }
}
